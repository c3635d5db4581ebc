"""Conditions and decisions as Cedar policies: a stranger's engine for authorization, asked for its own opinion.

Cedar has no unknown, so a condition becomes two expressions, one for when it is true and one for when it is false, and neither looks at
an attribute that isn't there. It has no order of text, and no masks: a range over text isn't expressible, and a year is an attribute of its own.
Dates are ordinals, instants microseconds.
"""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any, assert_never

import cedarpy

from pars.core.access.catalogue import COLUMNS
from pars.core.access.predicate import All, Always, Is, Leaf, Never, Not, OneOf, Predicate, Within, leaves
from pars.core.access.predicate import Any as AnyOf

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


def is_expressible(predicate: Predicate) -> bool:
    """Return whether Cedar can say the condition: no range over text in it."""
    return not any(isinstance(leaf, Within) and COLUMNS[leaf.column].type == "text" for leaf in leaves(predicate))


def when_true(predicate: Predicate) -> str:
    """Return the expression that holds where the condition is true of `context.record`."""
    return _pair(predicate)[0]


def policy(condition: str) -> str:
    """Return a policy that permits where the expression holds."""
    return f"permit(principal, action, resource) when {{ {condition} }};"


def opinions(policies: str, contexts: Sequence[Mapping[str, Any]]) -> list[bool]:
    """Return whether Cedar allows each request."""
    asked = [
        {"principal": 'User::"u"', "action": 'Action::"ask"', "resource": 'Case::"c"', "context": dict(context)}
        for context in contexts
    ]
    answers = cedarpy.is_authorized_batch(asked, policies, [])
    assert all(not answer.diagnostics.errors for answer in answers), "what isn't there was looked at"
    return [answer.decision == cedarpy.Decision.Allow for answer in answers]


def attributes(record: Mapping[str, object]) -> dict[str, Any]:
    """Return a record as Cedar's attributes: what is missing isn't there."""
    made: dict[str, Any] = {}
    for name, value in record.items():
        match value:
            case date():
                made |= {name: value.toordinal(), f"{name}_year": value.year}
            case str() | int():
                made[name] = value
    return made


def texts(values: Iterable[str]) -> str:
    """Return a set of texts as Cedar writes it."""
    return f"[{', '.join(json.dumps(value, ensure_ascii=False) for value in values)}]"


def _pair(predicate: Predicate) -> tuple[str, str]:
    match predicate:
        case Always():
            return "true", "false"
        case Never():
            return "false", "true"
        case All(parts):
            return _joined(" && ", 0, parts), _joined(" || ", 1, parts)
        case AnyOf(parts):
            return _joined(" || ", 0, parts), _joined(" && ", 1, parts)
        case Not(part):
            true, false = _pair(part)
            return false, true
        case Is() | OneOf() | Within():
            held, test = _test(predicate)
            return f"({held} && {test})", f"({held} && !{test})"
    assert_never(predicate)


def _joined(word: str, side: int, parts: tuple[Predicate, ...]) -> str:
    return f"({word.join(_pair(part)[side] for part in parts)})"


def _test(leaf: Leaf) -> tuple[str, str]:
    name = leaf.column if leaf.mask is None else f"{leaf.column}_{leaf.mask}"
    seen = f"context.record.{name}"
    held = f"context.record has {name}"
    if isinstance(leaf, Within):
        sides = [f"{seen} >= {_literal(leaf.start)}"] if leaf.start is not None else []
        sides += [f"{seen} < {_literal(leaf.end)}"] if leaf.end is not None else []
        return held, f"({' && '.join(sides)})"
    return held, f"([{', '.join(map(_literal, leaf.values))}].contains({seen}))"


def _literal(value: object) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case date():
            return str(value.toordinal())
        case str():
            return json.dumps(value, ensure_ascii=False)
        case _:
            return str(value)
