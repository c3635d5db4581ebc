"""Advice on a version as JSON: what is known, each example as a question and a record, and the sentences."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from pars.actions.weighing.solver import NotKnown
from pars.actions.weighing.words import advice_words
from pars.core.access.catalogue import COLUMNS, write_value
from pars.core.access.explain import LANGUAGES
from pars.edge.api.answering import iso

if TYPE_CHECKING:
    from pars.actions.weighing import Addition, Advice
    from pars.core.agreements.version import Version


def advice_parts(advice: Advice, new: Version, old: Version | None) -> dict[str, object]:
    """Return the advice on `new`, which would follow `old`, as the body of an answer."""
    return {
        "version": _named(new),
        "before": None if old is None else _named(old),
        "anybody": _known(advice.example, advice.example is not None),
        "allows_more": None if advice.more is None else _more(advice),
        "allows_less": None if advice.less is None else _known(advice.less, bool(advice.less)),
        "apart": None if advice.apart is None else _known(advice.apart, advice.apart is True),
        "by_form": list(advice.by_form),
        "more": _additions(advice.more),
        "less": _additions(advice.less),
        "sentences": {language: list(advice_words(advice, new, old, language)) for language in LANGUAGES},
    }


def _named(version: Version) -> dict[str, object]:
    return {"number": version.number, "hash": version.hash}


def _known(part: object, is_so: bool) -> str:
    return "not_known" if isinstance(part, NotKnown) else "yes" if is_so else "no"


def _more(advice: Advice) -> str:
    """Return `not_known` too where nothing was found, but a demand on others was relaxed by its form."""
    return "not_known" if advice.by_form and not advice.more else _known(advice.more, bool(advice.more))


def _additions(found: tuple[Addition, ...] | NotKnown | None) -> list[dict[str, object]]:
    return [_addition(one) for one in found] if isinstance(found, tuple) else []


def _addition(one: Addition) -> dict[str, object]:
    asked = one.deed.asked
    return {
        "kind": one.kind,
        "names": list(one.names),
        "question": json.loads(one.deed.question.text()),
        "record": {
            name: write_value(value, COLUMNS[name].type)  # type: ignore[arg-type]
            for name, value in one.deed.record.items()
            if value is not None
        },
        "at": iso(asked.at),
        "used_today": asdict(asked.used),
        "holds": list(asked.holds),
    }
