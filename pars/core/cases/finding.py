"""Finding a case again by what somebody types into one box: names, a birth date, numbers; and why each case was found.

`find_keys` is what the row of a case is looked up by, `read_sought` what was typed, `matches` the reasons. Everything typed must fit,
and what is typed of a name must fit one name. A hit says how sure it is; nothing here says that two people are one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from pars.core.access.predicate import Leaf, OneOf, Within
from pars.core.cases.case import Case
from pars.core.cases.facts import (
    AliasStated,
    Arrested,
    Booked,
    DocketGiven,
    Fact,
    IdentityClaimed,
    IdentityVerified,
    ProsecutionReported,
)
from pars.core.cases.sounds import near, sound, words
from pars.core.terms import Instant, Refusal, StatedTime, moment
from pars.core.typed import typed_time

How = Literal["exact", "other way round", "beginning", "one slip", "sounds alike"]
"""How something typed fits, the surest first."""
SURENESS: dict[How, int] = {"exact": 0, "other way round": 1, "beginning": 2, "one slip": 3, "sounds alike": 4}

NAMED: tuple[tuple[type[Fact], str], ...] = (
    (IdentityClaimed, "Name as claimed"),
    (IdentityVerified, "Name by prints"),
    (AliasStated, "Another name"),
)
"""The kinds of fact that name the person, with what such a name is called."""
NUMBERED: tuple[tuple[type[Fact], str, str], ...] = (
    (Arrested, "otn", "OTN"),
    (Arrested, "incident_number", "Incident number"),
    (Arrested, "record_id", "Arrest number"),
    (Booked, "record_id", "Booking number"),
    (ProsecutionReported, "case_number", "Prosecutor's case number"),
    (DocketGiven, "number", "Docket"),
    (IdentityVerified, "pid", "PID"),
    (IdentityVerified, "sid", "SID"),
    (IdentityVerified, "ucn", "UCN"),
)
"""The numbers that a case is known by, with what each is called."""
NAME_COLUMNS = frozenset({"surname", "given", "full_name"})
NUMBER_COLUMNS = frozenset({"record", "otn", "incident_number"})

LONGEST = 120
SHORTEST_NAME = 2
SHORTEST_NUMBER = 5
OLDEST = 1880
"""The first year that somebody now alive may have been born in; four digits before it are a number."""
HEARD = 3
"""Consonants that a word must have to be found by its sound."""
BEGINNING = 6
"""Letters of a name's beginning that the row is looked up by; a longer one is compared afterwards."""
NUMBER_BEGINNING = 12
ENOUGH = 3
"""Letters of a name that are offered to look for where the whole name found nobody."""

_TOKEN = re.compile(r"[^\s,;]+")
_ISSUED = re.compile(r"(?<![^\s,;])([A-Za-z])\s+(?=\d{6})")
_PLAIN = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Match:
    """One reason why a case was found: which field, how it fits, and what stands there."""

    field: str
    how: How
    says: str


@dataclass(frozen=True, slots=True)
class Sought:
    """What was typed, sorted: words of a name, birth dates as exactly as they were typed, numbers in their plain form."""

    names: tuple[str, ...] = ()
    born: tuple[StatedTime, ...] = ()
    numbers: tuple[str, ...] = ()

    @property
    def columns(self) -> frozenset[str]:
        """Return the columns of the catalogue that this asks by: the role must allow each."""
        found = NAME_COLUMNS if self.names else frozenset[str]()
        found |= {"birth_date"} if self.born else set()
        return found | (NUMBER_COLUMNS if self.numbers else set())

    @property
    def keys(self) -> tuple[tuple[str, ...], ...]:
        """Return for each thing typed the keys of which a case must have one."""
        found = [_sought_name(word) for word in self.names]
        found += [_sought_birth(time) for time in self.born]
        return tuple(found + [(f"n:{number}", f"n<{number[:NUMBER_BEGINNING]}") for number in self.numbers])

    @property
    def as_asked(self) -> tuple[Leaf, ...]:
        """Return what was typed as the conditions of a question: what the record of this search keeps, under its key."""
        found: list[Leaf] = [OneOf("full_name", self.names)] if self.names else []
        found += [Within("birth_date", *_days(time)) for time in self.born]
        return (*found, *([OneOf("otn", self.numbers)] if self.numbers else []))


# ---------------------------------------------------------------- what a row is looked up by


def find_keys(case: Case) -> tuple[str, ...]:
    """Return the keys of a case, sorted: of each of its names, stated birth dates and numbers."""
    found = {f"n:{_plain(case.id)}"}
    for _, name, born in _names(case):
        for word in name:
            found |= {f"w:{part}" for part in near(word)}
            found |= {f"p:{word[:length]}" for length in range(1, min(BEGINNING, len(word)) + 1)}
            if len(heard := sound(word)) >= HEARD:
                found.add(f"s:{heard}")
        if born is not None:
            found |= _birth_keys(born)
    for _, number in _numbers(case):
        found.add(f"n:{number}")
        found |= {f"n<{number[:length]}" for length in range(SHORTEST_NUMBER, min(NUMBER_BEGINNING, len(number) - 1) + 1)}
    return tuple(sorted(found))


def _sought_name(word: str) -> tuple[str, ...]:
    found = {f"w:{part}" for part in near(word)} | {f"p:{word[:BEGINNING]}"}
    if len(heard := sound(word)) >= HEARD:
        found.add(f"s:{heard}")
    return tuple(sorted(found))


def _birth_keys(born: StatedTime) -> set[str]:
    """Return every form in which the date can be asked for; one that is known in part is also found by who knows it whole."""
    text = born.text[:10]
    return {f"b:{text[:length]}" for length in (4, 7, 10) if length <= len(text)} | {f"b~{text}"}


def _sought_birth(time: StatedTime) -> tuple[str, ...]:
    text = time.text[:10]
    found = {f"b:{text}", *(f"b~{text[:length]}" for length in (4, 7) if length < len(text))}
    other = _other_way(time)
    return tuple(sorted(found | ({f"b:{other}"} if other else set())))


def _other_way(time: StatedTime) -> str | None:
    """Return the date with day and month exchanged, where that is another date."""
    if time.precision != "date":
        return None
    year, month, day = time.text.split("-")
    return f"{year}-{day}-{month}" if int(day) <= 12 and day != month else None


# ---------------------------------------------------------------- what was typed


def read_sought(text: str, zone: str, at: Instant) -> Sought | Refusal:
    """Return what was typed, sorted by what it can be; a refusal where it is too little to look for."""
    if len(text) > LONGEST:
        return Refusal(
            code="TOO_MUCH_TYPED",
            says=f"More than {LONGEST} characters were typed.",
            remedy="Type a name, a birth date or a number.",
            names=("sought",),
        )
    names: list[str] = []
    born: list[StatedTime] = []
    numbers: list[str] = []
    for token in _TOKEN.findall(_ISSUED.sub(r"\1", text)):
        if (time := _birth(token, zone, at)) is not None:
            born.append(time)
        elif any(char.isdecimal() for char in token):
            numbers.append(_plain(token))
        else:
            names += words(token)
    found = Sought(tuple(dict.fromkeys(names)), tuple(dict.fromkeys(born)), tuple(dict.fromkeys(numbers)))
    return _too_little(found) or found


def _birth(token: str, zone: str, at: Instant) -> StatedTime | None:
    for century in ("20", "19"):  # of two digits, the last such year that isn't to come
        try:
            time = typed_time(token, zone, century=century)
        except ValueError:
            return None
        if time.earliest <= at:
            return time if int(time.text[:4]) >= OLDEST else None
    return None


def _too_little(found: Sought) -> Refusal | None:
    enough = any(len(word) >= SHORTEST_NAME for word in found.names) or any(
        len(number) >= SHORTEST_NUMBER for number in found.numbers
    )
    if enough or any(time.precision == "date" for time in found.born):
        return None
    return Refusal(
        code="TOO_LITTLE_TYPED",
        says="That is too little to look for.",
        remedy=f"Type at least {SHORTEST_NAME} letters of a name, a whole birth date like 11/23/1990, or {SHORTEST_NUMBER} characters of a number.",
        names=("sought",),
    )


def too_broad(found: Sought, most: int) -> Refusal:
    """Return the refusal where more people fit than can be shown: it asks for one more thing, and shows nobody by chance."""
    lacks = "a birth date" if not found.born else "the given name or a number" if found.names else "a name"
    return Refusal(
        code="TOO_BROAD",
        says=f"More than {most} people fit, so none is shown.",
        remedy=f"Add {lacks}.",
        names=("sought",),
    )


def variants(found: Sought) -> tuple[str, ...]:
    """Return what to try where nobody fits: made from what was typed alone, so that it tells nothing about anybody."""
    tries = [" ".join(found.names)] if found.names and (found.born or found.numbers) else []
    tries += list(found.names) if len(found.names) > 1 else []
    tries += [word[:ENOUGH] for word in found.names if len(word) > ENOUGH]
    tries += [number[:-1] for number in found.numbers if len(number) > SHORTEST_NUMBER]
    return tuple(dict.fromkeys(tries))


# ---------------------------------------------------------------- why it was found


def matches(case: Case, sought: Sought) -> tuple[Match, ...]:
    """Return why the case fits everything that was typed, the surest first; nothing where it doesn't."""
    named = _name_matches(case, sought.names)
    dated = [_birth_match(case, time) for time in sought.born]
    counted = [_number_match(case, number) for number in sought.numbers]
    if named is None or None in dated or None in counted:
        return ()
    found = [*named, *(match for match in (*dated, *counted) if match is not None)]
    return tuple(sorted(found, key=lambda match: SURENESS[match.how]))


def how_sure(found: Iterable[Match]) -> tuple[int, int]:
    """Return the order of hits: by what fits least surely, then by all together."""
    sure = [SURENESS[match.how] for match in found]
    return max(sure), sum(sure)


def _name_matches(case: Case, wanted: tuple[str, ...]) -> tuple[Match, ...] | None:
    """Return how the words fit the name that they fit best, all of them; None where they fit none."""
    if not wanted:
        return ()
    best: tuple[int, Match] | None = None
    for called, name, _ in _names(case):
        hows = [_fits(word, name) for word in wanted]
        if None in hows:
            continue
        worst = max((how for how in hows if how is not None), key=SURENESS.__getitem__)
        rank = sum(SURENESS[how] for how in hows if how is not None)
        if best is None or rank < best[0]:
            best = rank, Match(called, worst, " ".join(name))
    return None if best is None else (best[1],)


def _fits(wanted: str, name: tuple[str, ...]) -> How | None:
    found = (how for word in name if (how := _fits_word(wanted, word)) is not None)
    return min(found, key=SURENESS.__getitem__, default=None)


def _fits_word(wanted: str, word: str) -> How | None:
    if wanted == word:
        return "exact"
    if word.startswith(wanted):
        return "beginning"
    if near(wanted) & near(word):
        return "one slip"
    heard = sound(wanted)
    return "sounds alike" if len(heard) >= HEARD and heard == sound(word) else None


def _birth_match(case: Case, time: StatedTime) -> Match | None:
    text, other = time.text[:10], _other_way(time)
    found: list[Match] = []
    for called, _, born in _names(case):
        stated = born.text[:10] if born is not None else ""
        said = "Birth date" if called == NAMED[0][1] else f"Birth date, {called.lower()}"
        if stated and stated == text:
            found.append(Match(said, "exact", stated))
        elif stated and (stated.startswith(text) or text.startswith(stated)):
            found.append(Match(said, "beginning", stated))
        elif stated and stated == other:
            found.append(Match(said, "other way round", stated))
    return min(found, key=lambda match: SURENESS[match.how], default=None)


def _number_match(case: Case, wanted: str) -> Match | None:
    if wanted == _plain(case.id):
        return Match("Case", "exact", case.id)
    found = [Match(called, "exact" if number == wanted else "beginning", number) for called, number in _numbers(case)
             if number.startswith(wanted)]  # fmt: skip
    return min(found, key=lambda match: SURENESS[match.how], default=None)


# ---------------------------------------------------------------- what a case is known by


def _names(case: Case) -> Iterator[tuple[str, tuple[str, ...], StatedTime | None]]:
    """Give each name that stands, in folded words, with what it is called and the birth date that came with it."""
    for kind, called in NAMED:
        for fact in case.current(kind):
            parts = (getattr(fact, part, None) for part in ("given", "middle", "surname", "suffix", "full"))
            name = dict.fromkeys(word for part in parts if part for word in _with_whole(part))
            yield called, tuple(name), getattr(fact, "birth_date", None)


def _with_whole(part: str) -> tuple[str, ...]:
    """Return the words of a name's part, and of a hyphened one also the whole."""
    return (*words(part), *words(part.replace("-", ""))) if "-" in part else words(part)


def _numbers(case: Case) -> Iterator[tuple[str, str]]:
    """Give each number that stands, in its plain form, with what it is called."""
    for kind, name, called in NUMBERED:
        for fact in case.current(kind):
            if number := _plain(getattr(fact, name, None) or ""):
                yield called, number


def _plain(number: str) -> str:
    """Return a number in capital letters and digits alone, so that every print of it is the same."""
    return _PLAIN.sub("", number).upper()


def _days(time: StatedTime) -> tuple[date, date]:
    """Return the first day that a stated date can mean and the day after the last."""
    first, last = moment(time.earliest, time.zone).date(), moment(Instant(time.latest - 1), time.zone).date()
    return first, last + timedelta(days=1)
