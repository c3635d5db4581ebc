"""Linking: two cases are of one person, by prints or on two people's word; or they are told apart. A person says so, with a reason.

A same name and birth date is no proof: a twin was once held for weeks on the other's warrant. A link is undone as it was made, and
what was decided on it is looked at again: warrants, grades, what holds the person.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pars.core.cases.case import Case, Change, as_seen
from pars.core.cases.doubts import change_with_doubts
from pars.core.cases.facts import PersonLinked
from pars.core.cases.identity import link_counts
from pars.core.cases.sameness import prints_agree, prints_differ
from pars.core.ledger.entries import Kind
from pars.core.terms import Refusal

BASES = {"FINGERPRINT": "by prints", "SECOND_PERSON": "on two people's word"}
"""What a link rests on."""

TOLD_APART = "TOLD_APART"
"""The basis of a fact that says that two cases are of different people."""


def link_person(case: Case | None, seen: int, *, other: Case | None, basis: str, reason: str, linker: str) -> Change | Refusal:
    """Say that another case is of the same person. By prints it counts at once; otherwise when a second person has confirmed it."""
    found = as_seen(case, seen)
    if isinstance(found, Refusal):
        return found
    refusal = _refuse_pair(found, other) or _refuse_basis(found, other, basis)
    if refusal is not None:
        return refusal
    assert other is not None, "a pair has two cases"
    if not reason.strip():
        return Refusal(code="REASON_NEEDED", says="Linking two cases needs a reason.", names=("reason",))
    if standing_link(found, other.id) is not None:
        return Refusal(code="ALREADY_LINKED", says="The two cases are linked already, or the link waits to be confirmed.")
    fact = PersonLinked(other_case=other.id, basis=basis, linker=linker, why=reason.strip())
    return change_with_doubts(Kind.PERSON_LINKED, found, (fact,), {"linked": 1, "basis": basis})


def confirm_link(
    case: Case | None, seen: int, *, link: int, other: Case | None, reason: str, confirmer: str
) -> Change | Refusal:
    """Confirm a link that rests on two people's word: the second person, who compared both cases, says so too.

    `other` is the case that the link names, as it stands now: prints may have come that tell the two apart.
    """
    found = as_seen(case, seen)
    if isinstance(found, Refusal):
        return found
    waiting = {one.n: one for one in waiting_links(found)}
    if link not in waiting:
        return Refusal(
            code="NO_SUCH_LINK",
            says="There is no such link that waits to be confirmed.",
            remedy="Open the case again and look at its links as they stand now.",
            names=("link",),
        )
    if confirmer == waiting[link].linker:
        return Refusal(
            code="SECOND_PERSON_NEEDED",
            says="Without prints a second person must confirm that both cases are of one person.",
            remedy="Ask a colleague to compare both cases and to confirm.",
            names=("confirmer",),
        )
    if not reason.strip():
        return Refusal(code="REASON_NEEDED", says="Say what you relied on when you compared both cases.", names=("reason",))
    refusal = _refuse_pair(found, other) or _refuse_apart(found, other)
    if refusal is not None:
        return refusal
    fact = replace(waiting[link], corrects=link, confirmed_by=confirmer, why=reason.strip(), entry=None)
    return change_with_doubts(Kind.PERSON_LINKED, found, (fact,), {"linked": 1, "basis": fact.basis})


def undo_link(case: Case | None, seen: int, *, link: int, reason: str, linker: str) -> Change | Refusal:
    """Undo a link, or take back one that waits. What was decided on it is looked at again."""
    found = as_seen(case, seen)
    if isinstance(found, Refusal):
        return found
    standing = next((one for one in standing_links(found) if one.n == link), None)
    if standing is None:
        return Refusal(
            code="NO_SUCH_LINK",
            says="There is no such link in this case.",
            remedy="A link is undone in the case in which it was made.",
            names=("link",),
        )
    if not reason.strip():
        return Refusal(code="REASON_NEEDED", says="Undoing a link needs a reason.", names=("reason",))
    fact = PersonLinked(other_case=standing.other_case, basis=standing.basis, linked=False, linker=linker, why=reason.strip())
    return change_with_doubts(Kind.PERSON_LINKED, found, (fact,), {"linked": 0, "basis": standing.basis})


def tell_apart(case: Case | None, seen: int, *, others: Sequence[Case], reason: str, linker: str) -> Change | Refusal:
    """Say of cases that look alike that they are of other people: "none of these", with the reason."""
    found = as_seen(case, seen)
    if isinstance(found, Refusal):
        return found
    if not others:
        return Refusal(code="NOBODY_TO_TELL_APART", says="No other case was shown, so there is nobody to tell apart.")
    if not reason.strip():
        return Refusal(code="REASON_NEEDED", says="Say why none of these is the same person.", names=("reason",))
    for other in others:
        refusal = _refuse_pair(found, other)
        if refusal is not None:
            return refusal
        if prints_agree(found, other):
            return Refusal(
                code="PRINTS_AGREE",
                says="Prints give one number in both cases: they are of one person, or a reply is wrong.",
                remedy="Correct the reply that is wrong, or link the cases.",
                names=("others",),
            )
        if standing_link(found, other.id) is not None:
            return Refusal(
                code="ALREADY_LINKED",
                says="One of these cases is linked to this one.",
                remedy="Undo that link first, with its reason.",
                names=("others",),
            )
    facts = [
        PersonLinked(other_case=other.id, basis=TOLD_APART, linked=False, linker=linker, why=reason.strip()) for other in others
    ]
    return change_with_doubts(Kind.PERSON_LINKED, found, facts, {"linked": 0, "apart": len(facts)})


# ---------------------------------------------------------------- the links of a case


def standing_links(case: Case) -> tuple[PersonLinked, ...]:
    """Return the links made in this case that weren't undone, those that wait to be confirmed too."""
    last = {link.other_case: link for link in case.current(PersonLinked)}
    return tuple(link for link in last.values() if link.linked)


def standing_link(case: Case, other_case: str) -> PersonLinked | None:
    """Return the link to another case that wasn't undone, None where there is none."""
    return next((link for link in standing_links(case) if link.other_case == other_case), None)


def waiting_links(case: Case) -> tuple[PersonLinked, ...]:
    """Return the links that wait for a second person: they hold nobody."""
    return tuple(link for link in standing_links(case) if not link_counts(link))


# ---------------------------------------------------------------- refusals


def _refuse_pair(case: Case, other: Case | None) -> Refusal | None:
    if other is None:
        return Refusal(
            code="NO_SUCH_OTHER_CASE",
            says="There is no such other case.",
            remedy="Look for it again by name or number.",
            names=("other_case",),
        )
    if other.id == case.id:
        return Refusal(code="SAME_CASE", says="A case isn't linked to itself.", names=("other_case",))
    return None


def _refuse_basis(case: Case, other: Case | None, basis: str) -> Refusal | None:
    assert other is not None
    if basis not in BASES:
        return Refusal(
            code="BASIS_NEEDED",
            says="Two cases are of one person by prints or on two people's word, never by name and birth date.",
            names=("basis",),
        )
    if (apart := _refuse_apart(case, other)) is not None:
        return apart
    # INVARIANT: whom prints don't join, no one person joins alone.
    if basis == "FINGERPRINT" and not prints_agree(case, other):
        return Refusal(
            code="PRINTS_NEEDED",
            says="No reply to prints in each case gives the same SID or UCN, so prints don't say that they are of one person.",
            remedy="Record both replies; or link on two people's word, so that a colleague confirms it.",
            names=("basis",),
        )
    return None


def _refuse_apart(case: Case, other: Case | None) -> Refusal | None:
    # INVARIANT: whom prints tell apart nobody joins by hand, nor by confirming what was asked for before they did.
    if other is None or not prints_differ(case, other):
        return None
    return Refusal(
        code="PRINTS_DIFFER",
        says="Prints give different numbers in the two cases: they are of two people.",
        remedy="If a reply is of somebody else, correct it first, with the reason.",
        names=("other_case",),
    )
