"""What leads to a case that a court ordered away: the numbers under which it could come back, and questions that asked for the person."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from pars.core.cases.board import closed
from pars.core.cases.facts import (
    AliasStated,
    Arrested,
    Booked,
    DocketGiven,
    DocumentReceived,
    IdentityClaimed,
    IdentityVerified,
)
from pars.core.cases.matching import Lookup
from pars.core.terms import Refusal

if TYPE_CHECKING:
    from pars.core.cases.case import Case


def numbers(case: Case) -> frozenset[str]:
    """Return the numbers by which a document or a booking would find the case again, corrected ones too, each with its kind."""
    found = set()
    for fact in case.facts:
        match fact:
            case Arrested():
                found |= {("record", fact.record_id), ("otn", fact.otn)}
            case Booked():
                found.add(("record", fact.record_id))
            case DocumentReceived():
                found.add(("document", fact.document_key))
            case _:
                pass
    return frozenset(f"{kind}:{number}" for kind, number in found if number)


def numbers_looked_up(wanted: Lookup) -> frozenset[str]:
    """Return the numbers of a document or a booking that comes in, in the same form."""
    keys = (wanted.document_key,) if wanted.document_key else ()
    given = (("record", wanted.record_ids), ("otn", wanted.otns), ("document", keys))
    return frozenset(f"{kind}:{number}" for kind, named in given for number in named)


def refuse_return(wanted: Lookup) -> Refusal:
    """Return the refusal of what would bring back a record that was put away."""
    return Refusal(
        code="PUT_AWAY",
        says="A court ordered the record with one of these numbers away. It isn't taken in again.",
        remedy="A new arrest has numbers of its own. Whoever sent this is to destroy their copy, as the order says.",
        names=tuple(name for name, found in (("record_id", wanted.record_ids), ("otn", wanted.otns)) if found),
    )


def refuse_open(case: Case | None) -> Refusal | None:
    """Return why an order on a record can't be recorded: it isn't there, or somebody is still held in it. Nobody's release waits for paper."""
    if case is None:
        return Refusal(code="NO_SUCH_CASE", says="There is no such case.", remedy="Look for it again by name or number.")
    if not closed(case):
        return Refusal(
            code="CASE_OPEN",
            says="The case isn't over: nobody has acknowledged yet that its person is free.",
            remedy="Record the release first, or ask the court.",
        )
    return None


def asked_for(case: Case, handles: Iterable[str], words: Any) -> bool:
    """Return whether a question, as its canonical text reads, asked for this person: by a number of theirs, a handle, or a name.

    A surname alone is enough, unless another given name was compared beside it: a question lost too many tells nothing of anybody.
    """
    texts = list(_texts(words))
    said = {_plain(text) for text in texts} | {_plain(word) for text in texts for word in _WORD.findall(text)}
    own = {one.partition(":")[2] for one in numbers(case)} | set(handles) | set(_other_numbers(case))
    if said & {_plain(one) for one in own}:
        return True
    beside = {_plain(one) for one in _compared(words, "given")}
    return any(
        _words_of(name) <= said and not (beside and given and _plain(given) not in beside) for name, given in _names(case)
    )


def named_in(case: Case, text: str, other: Case) -> bool:
    """Return whether a text in another person's case names this case's person: by surname, and where the other bears it too, by given name beside it."""
    said = _words_of(text)
    shared = {_plain(name) for name, _ in _names(other)}
    return any(
        _words_of(name) <= said and (_plain(name) not in shared or (given is not None and _words_of(given) <= said))
        for name, given in _names(case)
    )


_WORD = re.compile(r"\w+")


def _plain(text: str) -> str:
    return "".join(_WORD.findall(text.casefold()))


def _words_of(name: str) -> set[str]:
    return {_plain(word) for word in _WORD.findall(name)}


def _names(case: Case) -> Iterator[tuple[str, str | None]]:
    """Yield each name that was ever said of the person: a surname with its given name, or a whole name alone."""
    for fact in case.facts:
        if isinstance(fact, IdentityClaimed | AliasStated | IdentityVerified):
            if fact.surname:
                yield fact.surname, fact.given
            if fact.full:
                yield fact.full, None


def _other_numbers(case: Case) -> Iterator[str]:
    for fact in case.facts:
        match fact:
            case IdentityVerified():
                yield from (number for number in (fact.sid, fact.pid, fact.ucn) if number)
            case DocketGiven():
                yield fact.number
            case _:
                pass


def _compared(words: Any, column: str) -> Iterator[str]:
    match words:
        case Mapping():
            if words.get("column") == column:
                yield from _texts({name: value for name, value in words.items() if name != "column"})
            for part in words.values():
                yield from _compared(part, column)
        case list() | tuple():
            for part in words:
                yield from _compared(part, column)
        case _:
            pass


def _texts(words: Any) -> Iterator[str]:
    match words:
        case str():
            yield words
        case Mapping():
            for part in words.values():
                yield from _texts(part)
        case list() | tuple():
            for part in words:
                yield from _texts(part)
        case _:
            pass
