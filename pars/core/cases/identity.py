"""Identity: who the person says they are, who a repository says they are by their prints, and what a change of that shakes.

A claim is never written over. A reply to prints stands beside it, with its source, its own instant and its numbers; where it
names somebody else, that is a doubt that a person settles, and everything that rested on the earlier answer is looked at again:
warrants, age, grades that rest on earlier convictions, an interview and its worksheet.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import cast

from pars.core.cases.case import Case, identity
from pars.core.cases.facts import Fact, IdentityClaimed, IdentityVerified, PersonLinked
from pars.core.cases.numbers import OF_THE_PERSON
from pars.core.terms import StatedTime

OUTCOMES: Mapping[str, str] = MappingProxyType(
    {
        "MATCH": "One person matches",
        "NO_MATCH": "Nobody on file matches",
        "SEVERAL": "Several people may match",
    }
)
"""What a repository answers to prints."""

PERSON = ("surname", "given", "middle", "suffix", "full", "birth_date")
"""Who somebody is, for their record of convictions: an address or a language says nothing of it."""

NAMED = ("surname", "given", "full")


def replies(case: Case) -> tuple[IdentityVerified, ...]:
    """Return the replies to prints that stand, oldest first."""
    return case.current(IdentityVerified)


def verified(case: Case) -> IdentityVerified | None:
    """Return the last reply that found one person: the verified identity; None while nobody is verified."""
    return max((reply for reply in replies(case) if reply.outcome == "MATCH"), key=lambda reply: reply.n, default=None)


def birth_date_claimed(case: Case) -> IdentityClaimed | None:
    """Return the claim that first gave the birth date as it stands, or left it unknown: its reason is the birth date's.

    A correction of something else carries the date on, and its reason says nothing of it.
    """
    said = identity(case)
    while said is not None and said.corrects is not None:
        before = cast("IdentityClaimed", case.fact(said.corrects))
        if before.birth_date != said.birth_date:
            break
        said = before
    return said


def differs(case: Case) -> tuple[str, ...]:
    """Return in what the verified identity is another than the claimed one; what only one of them states is no difference."""
    said, found = identity(case), verified(case)
    return () if said is None or found is None else _differences(said, found)


def replies_apart(case: Case) -> tuple[IdentityVerified, ...]:
    """Return two standing replies that name different people, none where all agree."""
    found = [reply for reply in replies(case) if reply.outcome == "MATCH"]
    for place, one in enumerate(found):
        for other in found[place + 1 :]:
            if any(_both_differ(getattr(one, name), getattr(other, name)) for name in OF_THE_PERSON):
                return one, other
    return ()


def identity_changed(case: Case) -> Fact | None:
    """Return the last fact that changed who the person is, None where they were never another."""
    return max(identity_changes(case), key=lambda fact: fact.n, default=None)


def identity_changed_since(case: Case, fact: Fact) -> Fact | None:
    """Return the last fact after `fact` that changed who the person is, None where none did.

    What was written before it was written of the person as they were known then: an interview, a worksheet, a grade.
    """
    last = identity_changed(case)
    return last if last is not None and last.n > fact.n else None


def identity_changes(case: Case) -> Iterator[Fact]:
    """Yield the facts that changed who the person is, oldest first, corrected ones too: what rested on them stays shaken."""
    linked: set[str] = set()
    for fact in case.facts:
        if isinstance(fact, PersonLinked):
            if link_counts(fact) is not (fact.other_case in linked):
                linked ^= {fact.other_case}
                yield fact
        elif _names_another(case, fact):
            yield fact


def link_counts(link: PersonLinked) -> bool:
    """Return whether a link joins two cases: by prints, or when a second person has confirmed it. One that waits holds nobody."""
    return link.linked and (link.basis == "FINGERPRINT" or link.confirmed_by is not None)


def _names_another(case: Case, fact: Fact) -> bool:
    """Return whether the fact says that the person is another than was known before it, and not only where they live."""
    if isinstance(fact, IdentityVerified):
        return _found_another(case.before(fact), fact)
    if not isinstance(fact, IdentityClaimed) or fact.corrects is None:
        return False
    before = case.fact(fact.corrects)
    return any(getattr(before, name) != getattr(fact, name) for name in PERSON)


def _found_another(before: Case, reply: IdentityVerified) -> bool:
    """Return whether a reply names another person than was known before it: by its numbers where both have one, else by its name."""
    known = verified(before)
    if known is None:
        said = identity(before)
        return reply.outcome == "MATCH" and said is not None and bool(_differences(said, reply))
    if reply.corrects == known.n:
        return reply.outcome != "MATCH" or any(
            getattr(known, name) is not None and getattr(known, name) != getattr(reply, name) for name in OF_THE_PERSON
        )
    if reply.outcome != "MATCH":
        return False
    both = [(getattr(known, name), getattr(reply, name)) for name in OF_THE_PERSON]
    told = [one != other for one, other in both if one is not None and other is not None]
    return any(told) if told else bool(_differences(known, reply))


def _differences(said: IdentityClaimed | IdentityVerified, found: IdentityVerified) -> tuple[str, ...]:
    names = tuple(name for name in NAMED if _both_differ(plain(getattr(said, name)), plain(getattr(found, name))))
    return (*names, "birth_date") if _other_day(said.birth_date, found.birth_date) else names


def _other_day(one: StatedTime | None, other: StatedTime | None) -> bool:
    """Return whether two birth dates can't be of one day: a year and a day in it agree."""
    return one is not None and other is not None and (one.earliest >= other.latest or other.earliest >= one.latest)


def _both_differ(one: str | None, other: str | None) -> bool:
    return one is not None and other is not None and one != other


def plain(name: str | None) -> str | None:
    """Return a name as it is compared: lower case, single spaces; None where there is none."""
    return " ".join(name.split()).casefold() or None if name else None
