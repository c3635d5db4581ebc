"""Doubts: what is recorded but can't be relied on. Accepted and shown, never guessed away, never a reason to reject a person.

What dates and answers say of the person's age, and what follows, is in `age`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType
from typing import Literal

from pars.core.cases.case import (
    Case,
    Change,
    Detail,
    arrests,
    as_seen,
    change,
    custody_began,
    custody_ended,
    custody_stated,
    filed_charges,
    identity,
    proposed_charges,
)
from pars.core.cases.facts import (
    Arrested,
    Booked,
    ChargeFiled,
    ChargeProposed,
    Doubted,
    DoubtResolved,
    Fact,
    IdentityVerified,
)
from pars.core.cases.identity import differs, identity_changed, identity_changes, replies, replies_apart, verified
from pars.core.cases.orders_served import named_another
from pars.core.ledger.entries import Kind
from pars.core.terms import Instant, Refusal, StatedTime, start_of_day

ADULT_YEARS = 18

DOUBTS: Mapping[str, str] = MappingProxyType(
    {
        "POSSIBLE_MINOR": "The person may have been under 18 at the time of the act.",
        "BIRTH_DATE_UNKNOWN": "The birth date is not known.",
        "CONTRADICTORY_TIMES": "Times contradict each other.",
        "TIME_UNKNOWN": "No source states when the person was arrested or booked.",
        "TIME_IN_FUTURE": "A time lay in the future when it was received.",
        "IDENTITY_CHANGED": "A later document names the person otherwise.",
        "HIDDEN_CHARACTERS": "A value holds characters that can't be seen; it may not be what it looks like.",
        "TEXT_BROKEN": "A value has other parts between its words, and only the first words were read.",
        "IDENTITY_MISMATCH": "Prints name the person otherwise than they were named at the arrest.",
        "IDENTITY_SEVERAL": "Prints may be of several people; who the person is isn't settled by them.",
        "REPLIES_DIFFER": "Two replies to prints name different people.",
        "HOLDS_TO_LOOK_UP": "Who the person is was changed: their warrants and holds were looked up for somebody else, maybe.",
        "ORDER_NAMES_ANOTHER": "Who the person is was changed after the order with its conditions was signed: it may bind somebody else.",
        "CUSTODY_ENDED": "A source states that the person is no longer in custody.",
    }
)
"""What each code means. A parser may find others; those are shown by their code."""

AGE_DOUBTS = frozenset({"POSSIBLE_MINOR", "BIRTH_DATE_UNKNOWN", "CONTRADICTORY_TIMES"})
"""Doubts that leave the age unknown, so that settling one asks whether the person is an adult."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """A doubt: its code, the paths it concerns, and the number of the fact that recorded it (None: not recorded yet)."""

    code: str
    paths: tuple[str, ...] = ()
    n: int | None = None

    @property
    def says(self) -> str:
        """Return the doubt as a sentence."""
        return DOUBTS.get(self.code, f"The source left a doubt: {self.code.replace('_', ' ').lower()}.")


def path(fact: Fact, name: str) -> str:
    """Return the path of one field of one fact: `Arrested/3/time`."""
    return f"{type(fact).__name__}/{fact.n}/{name}"


def found_doubts(case: Case) -> tuple[Doubt, ...]:
    """Return the doubts that the facts themselves show, as they stand now."""
    who, began, born_on = identity(case), custody_began(case), births(case)
    found = [*_doubts_of_identity(case)]
    if not born_on:
        found.append(Doubt("BIRTH_DATE_UNKNOWN", (path(who, "birth_date"),) if who else ()))
    for where, born in born_on:
        if minors := _possible_minor(case, born):
            found.append(Doubt("POSSIBLE_MINOR", (where, *minors)))
    if clashes := _contradictions(case):
        found.append(Doubt("CONTRADICTORY_TIMES", clashes))
    if began is None:
        found.append(Doubt("TIME_UNKNOWN", tuple(path(arrest, "time") for arrest in arrests(case))))
    if (another := named_another(case)) is not None:
        found.append(Doubt("ORDER_NAMES_ANOTHER", (path(another, "person"),)))
    if custody_ended(case):
        said = custody_stated(case)
        found.append(Doubt("CUSTODY_ENDED", (path(said, "status"),) if said else ()))
    return tuple(found)


def _doubts_of_identity(case: Case) -> list[Doubt]:
    """Return the doubts about who the person is: a claim that prints contradict, replies that do, warrants to look up again."""
    said, found, differing = identity(case), verified(case), differs(case)
    doubts = []
    if said is not None and found is not None and differing:
        doubts.append(Doubt("IDENTITY_MISMATCH", tuple(path(one, name) for name in differing for one in (said, found))))
    if apart := replies_apart(case):
        doubts.append(Doubt("REPLIES_DIFFER", tuple(path(reply, "outcome") for reply in apart)))
    doubts += [
        Doubt("IDENTITY_SEVERAL", (path(reply, "outcome"),))
        for reply in replies(case)
        if reply.outcome == "SEVERAL" and (found is None or found.n < reply.n)
    ]
    last = identity_changed(case)
    return [*doubts, *([Doubt("HOLDS_TO_LOOK_UP", (path(last, "person"),))] if last is not None else [])]


def open_doubts(case: Case) -> tuple[Doubt, ...]:
    """Return the doubts that nobody has settled: those the facts show now, and those only a source could see.

    A doubt that the facts showed once goes away when a correction removes its cause.
    """
    since = named_otherwise(case)
    settled = {resolved.doubt for resolved in case.current(DoubtResolved) if resolved.adult is None or resolved.n > since}
    recorded = case.current(Doubted)
    answer = []
    for doubt in found_doubts(case):
        same = [d for d in recorded if (d.code, d.paths) == (doubt.code, doubt.paths)]
        if not any(d.n in settled for d in same):
            answer.append(Doubt(doubt.code, doubt.paths, same[0].n if same else None))
    told = (d for d in recorded if d.n not in settled and not _shown_by_facts(d))
    return (*answer, *(Doubt(d.code, d.paths, d.n) for d in told))


def named_otherwise(case: Case) -> int:
    """Return the number of the last reply to prints that named somebody else, 0 where none did."""
    return max((change.n for change in identity_changes(case) if isinstance(change, IdentityVerified)), default=0)


def change_with_doubts(kind: Kind, case: Case, facts: Iterable[Fact], detail: Detail | None = None) -> Change:
    """Return the change that adds `facts` and, in the same act, the doubts that they raise."""
    wanted = tuple(facts)
    return change(kind, case, (*wanted, *new_doubts(case.add(*wanted))), detail)


def new_doubts(case: Case) -> tuple[Doubted, ...]:
    """Return the facts to add for doubts that the case shows and nobody has recorded yet."""
    recorded = {(d.code, d.paths) for d in case.current(Doubted)}
    return tuple(Doubted(code=d.code, paths=d.paths) for d in found_doubts(case) if (d.code, d.paths) not in recorded)


def _shown_by_facts(doubt: Doubted) -> bool:
    """Return whether the doubt is one that `found_doubts` makes, whose paths name facts of the case."""
    kinds = {
        "IdentityClaimed",
        "IdentityVerified",
        "PersonLinked",
        "Arrested",
        "Booked",
        "ChargeProposed",
        "ChargeFiled",
        "CustodyStated",
    }
    if doubt.code in {"TIME_IN_FUTURE", "IDENTITY_CHANGED"} or doubt.code not in DOUBTS:
        return False
    return all(part.partition("/")[0] in kinds for part in doubt.paths)


# ---------------------------------------------------------------- contradictory times


def _contradictions(case: Case) -> tuple[str, ...]:
    """Return the paths of times that can't both be true: arrest after booking, offense after arrest, birth after either.

    Somebody booked may be arrested again in custody: only a booking that lies before every arrest contradicts them.
    """
    paths: list[str] = []
    booked = [(path(b, "time"), b.time) for b in case.current(Booked) if b.time]
    arrested = {a.n: (path(a, "time"), a.time) for a in arrests(case) if a.time}
    pairs = []
    for booking in booked:
        if all(time.earliest >= booking[1].latest for _, time in arrested.values()):
            pairs += [(arrest, booking) for arrest in arrested.values()]
    for charge in proposed_charges(case):
        of = arrested.get(case.standing(charge.arrest).n)
        if charge.offense_date and of:
            pairs.append(((path(charge, "offense_date"), charge.offense_date), of))
    pairs += [(born, later) for born in births(case) for later in (*arrested.values(), *booked)]
    for (first, sooner), (second, later) in pairs:
        if sooner.earliest >= later.latest:
            paths += [part for part in (first, second) if part not in paths]
    return tuple(paths)


def times_contradict(case: Case) -> bool:
    """Return whether an unsettled contradiction of times stands: no custody clock runs on such times."""
    return any(doubt.code == "CONTRADICTORY_TIMES" for doubt in open_doubts(case))


# ---------------------------------------------------------------- eighteen by the dates


Settled = Literal["ADULT", "CHILD", "UNSURE"]


def births(case: Case) -> tuple[tuple[str, StatedTime], ...]:
    """Return the stated birth dates with their paths: the claimed one and the one that prints give. None outweighs the other."""
    who, found = identity(case), verified(case)
    return tuple(
        (path(one, "birth_date"), one.birth_date) for one in (who, found) if one is not None and one.birth_date is not None
    )


def settle(born: StatedTime, act: StatedTime) -> Settled:
    """Return whether someone born then was 18 at the time of the act, as far as both dates' precision settles it."""
    first, last = _civil_days(born)
    if act.earliest >= _birthday(last, act.zone):
        return "ADULT"
    return "CHILD" if act.latest <= _birthday(first, act.zone) else "UNSURE"


def _birthday(born: date, zone: str) -> Instant:
    """Return the first instant of the 18th birthday; of someone born on 29 February, 1 March where there is none."""
    year = born.year + ADULT_YEARS
    try:
        return start_of_day(born.replace(year=year), zone)
    except ValueError:
        return start_of_day(date(year, 3, 1), zone)


def _civil_days(born: StatedTime) -> tuple[date, date]:
    """Return the first and the last civil day that a stated birth date can mean. A year never becomes 1 January."""
    match born.precision:
        case "year":
            return date(int(born.text), 1, 1), date(int(born.text), 12, 31)
        case "month":
            first = date.fromisoformat(born.text + "-01")
            return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        case _:
            day = date.fromisoformat(born.text[:10])
            return day, day


def act_times(case: Case) -> tuple[tuple[str, StatedTime], ...]:
    """Return the times of the acts with their paths: each charge's, else its arrest's; without charges, the custody's."""
    found: dict[str, StatedTime] = {}
    charges: tuple[ChargeProposed | ChargeFiled, ...] = (*proposed_charges(case), *filed_charges(case))
    for charge in charges:
        arrest = case.standing(charge.arrest)
        if charge.offense_date:
            found[path(charge, "offense_date")] = charge.offense_date
        elif isinstance(arrest, Arrested) and arrest.time:
            found[path(arrest, "time")] = arrest.time
    began = custody_began(case)
    if not found and began is not None:
        found["custody"] = began
    return tuple(found.items())


def _possible_minor(case: Case, born: StatedTime) -> tuple[str, ...]:
    return tuple(where for where, time in act_times(case) if settle(born, time) != "ADULT")


# ---------------------------------------------------------------- settling one


def resolve_doubt(
    case: Case | None, seen: int, *, doubt: int, reason: str, resolver: str, adult: bool | None = None
) -> Change | Refusal:
    """Settle one recorded doubt with a reason. Where it leaves the age unknown, the answer says whether the person is an adult."""
    found = as_seen(case, seen)
    if isinstance(found, Refusal):
        return found
    matching = [d for d in open_doubts(found) if d.n == doubt]
    if not matching:
        return Refusal(
            code="NO_SUCH_DOUBT",
            says="There is no open doubt with this number.",
            remedy="Look at the doubts of the case as they stand now.",
            names=("doubt",),
        )
    if not reason.strip():
        return Refusal(code="REASON_NEEDED", says="Settling a doubt needs a reason.", names=("reason",))
    code = matching[0].code
    if code in AGE_DOUBTS and adult is None:
        return Refusal(
            code="ANSWER_NEEDED",
            says="This doubt leaves the age unknown: say whether the person was an adult at the time of the act.",
            remedy="Look at a birth record or ask who can tell; write down in the reason what you relied on.",
            names=("adult",),
        )
    if code not in AGE_DOUBTS and adult is not None:
        return Refusal(code="ANSWER_NOT_ASKED", says="This doubt isn't about the person's age.", names=("adult",))
    # Of one code on age there may be several, from the dates and from sources: one answer settles them all.
    numbers = [d.n for d in open_doubts(found) if d.code == code and d.n is not None] if code in AGE_DOUBTS else [doubt]
    facts = [DoubtResolved(doubt=n, reason=reason.strip(), adult=adult, resolver=resolver) for n in numbers]
    return change(Kind.FACTS_CORRECTED, found, facts, {"settled": code})
