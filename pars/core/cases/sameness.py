"""Sameness: in what two cases agree and differ about their person, side by side, and how the other one was found.

It compares and says so in words. It decides nothing: that is a person's, with a reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from pars.core.cases.case import Case, identity
from pars.core.cases.facts import AliasStated, IdentityClaimed, IdentityVerified
from pars.core.cases.finding import Sought
from pars.core.cases.identity import plain, verified
from pars.core.cases.numbers import OF_THE_PERSON, SHAPES, shown_number
from pars.core.cases.sounds import words
from pars.core.terms import StatedTime

Match = Literal["SAME", "OTHER", "ONE_SIDED"]

MATCH_WORDS = {"SAME": "the same", "OTHER": "different", "ONE_SIDED": "stated in one case only"}

BY_PRINTS = ("sid", "ucn")
"""Numbers that a repository gives to prints, for life. A photo number is given by hand, and is no proof."""


@dataclass(frozen=True, slots=True)
class Compared:
    """One line of the comparison: what both cases say, and whether it is the same."""

    label: str
    here: str
    there: str
    match: Match


@dataclass(frozen=True, slots=True)
class LookFor:
    """What other cases of the person may be found by. `keys`: of each part a case must have one (`finding.find_keys`).

    A number, or a name that is an alias here, is enough; the person's own surname is looked for with the birth date.
    """

    sought: Sought
    keys: tuple[tuple[str, ...], ...]


def look_for(case: Case) -> LookFor | None:
    """Return what to look for; None where the case states no name and no number."""
    who, found = identity(case), verified(case)
    own = _words(one for one in (who, found) if one is not None)
    others = _words(case.current(AliasStated)) - own
    births = tuple(one.birth_date for one in (who, found) if one is not None and one.birth_date is not None)
    numbers = tuple(number for name in OF_THE_PERSON if (number := getattr(found, name, None)))
    if not own | others and not numbers:
        return None
    sought = Sought(tuple(sorted(own | others)), births, numbers)
    sure = {f"n:{number}" for number in numbers} | {f"w:{word}" for word in others}
    dated = {key for part in Sought(born=births).keys for key in part}
    either = [sure | {f"w:{word}" for word in own}, *([sure | dated] if births else [])]
    return LookFor(sought, tuple(tuple(sorted(part)) for part in either))


def _words(named: Iterable[IdentityClaimed | IdentityVerified | AliasStated]) -> set[str]:
    """Return the folded words of surnames; of a full name that isn't split, all its words."""
    return {word for one in named for word in words(one.surname or one.full or "")}


def prints_agree(case: Case, other: Case) -> bool:
    """Return whether replies to prints in both cases give one SID or UCN, and none gives another."""
    told = tuple(_by_prints(case, other))
    return bool(told) and all(told)


def prints_differ(case: Case, other: Case) -> bool:
    """Return whether replies to prints in the two cases give different SIDs or UCNs."""
    return not all(_by_prints(case, other))


def how_found(case: Case, other: Case) -> tuple[str, ...]:
    """Return how the other case matches, the surest first; nothing where it doesn't."""
    here, there = verified(case), verified(other)
    found = []
    if prints_agree(case, other):
        found.append("Prints in both cases give the same number: one person.")
    if prints_differ(case, other):
        found.append("Prints give different numbers: two people.")
    if here is not None and there is not None and here.pid is not None and here.pid == there.pid:
        found.append("The same police photo number; it is given by hand and is no proof.")
    if _names(case, aliases=False) & _names(other, aliases=False) and _births(case) & _births(other):
        found.append("The same surname and birth date; twins and namesakes have these, too.")
    elif _names(case, aliases=True) & _names(other, aliases=True):
        found.append("A surname of one is stated in the other, as name or alias.")
    return tuple(found)


def compare(case: Case, other: Case) -> tuple[Compared, ...]:
    """Return both cases side by side, one line for each thing that at least one of them states."""
    rows = [(label, here, there) for (label, here), (_, there) in zip(_told(case), _told(other), strict=True)]
    return tuple(Compared(label, here, there, _match(here, there)) for label, here, there in rows if here or there)


def _match(here: str, there: str) -> Match:
    if not here or not there:
        return "ONE_SIDED"
    return "SAME" if plain(here) == plain(there) else "OTHER"


def _told(case: Case) -> Iterator[tuple[str, str]]:
    who, found = identity(case), verified(case)
    for label, name in (("Surname", "surname"), ("Given name", "given"), ("Full name", "full")):
        yield f"{label}, claimed", getattr(who, name, None) or ""
        yield f"{label}, by prints", getattr(found, name, None) or ""
    yield "Birth date, claimed", _day(who.birth_date if who else None)
    yield "Birth date, by prints", _day(found.birth_date if found else None)
    yield "Sex", (who.sex if who else None) or ""
    yield "Address", (who.address if who else None) or ""
    for name in OF_THE_PERSON:
        number = getattr(found, name, None)
        yield SHAPES[name].label, shown_number(name, number) if number else ""
    aliases = (
        alias.full or ", ".join(part for part in (alias.surname, alias.given) if part) for alias in case.current(AliasStated)
    )
    yield "Aliases", "; ".join(aliases)


def _by_prints(case: Case, other: Case) -> Iterator[bool]:
    """Yield for each number that prints gave in both cases whether it is the same."""
    here, there = verified(case), verified(other)
    for name in BY_PRINTS:
        one, two = getattr(here, name, None), getattr(there, name, None)
        if one is not None and two is not None:
            yield one == two


def _names(case: Case, *, aliases: bool) -> set[str]:
    stated = (identity(case), verified(case), *(case.current(AliasStated) if aliases else ()))
    return {name for one in stated if one is not None and (name := plain(one.surname or one.full))}


def _births(case: Case) -> set[str]:
    return {day for one in (identity(case), verified(case)) if one is not None and (day := _day(one.birth_date))}


def _day(born: StatedTime | None) -> str:
    return born.text[:10] if born is not None else ""
