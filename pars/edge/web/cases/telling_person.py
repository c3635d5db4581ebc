"""Tells in words what is recorded of the person: prints, links, flags, and a child's way out of the adult court."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from pars.core.cases import facts as kinds
from pars.core.cases.flags import IMAGES, STATES
from pars.core.cases.identity import OUTCOMES
from pars.core.cases.juvenile import BASES
from pars.core.cases.linking import TOLD_APART
from pars.core.cases.numbers import OF_THE_PERSON, shown_number

if TYPE_CHECKING:
    from pars.core.cases.case import Case
    from pars.core.cases.facts import Fact


def found_by_prints(fact: Any) -> str:
    """Return whom a reply to prints names, in one line: the name and the numbers, as far as it gives them."""
    numbers = ", ".join(
        f"{name.upper()} {shown_number(name, number)}" for name in OF_THE_PERSON if (number := getattr(fact, name))
    )
    named = fact.full or ", ".join(part for part in (fact.surname, fact.given) if part)
    return "; ".join(part for part in (named, numbers) if part)


def _verified(_: Case, fact: Any) -> str:
    about = found_by_prints(fact)
    return f"Prints: {OUTCOMES[fact.outcome].lower()}, says {fact.source}" + (f": {about}" if about else "")


def _linked(_: Case, fact: Any) -> str:
    if fact.basis == TOLD_APART:
        return "Another case is of another person"
    if not fact.linked:
        return "A link to another case was undone"
    if fact.basis == "FINGERPRINT":
        return "Another case is of the same person, by prints"
    if fact.confirmed_by is None:
        return "Another case may be of the same person: a second person is to confirm it"
    return "Another case is of the same person, on two people's word"


def _flag(_: Case, fact: Any) -> str:
    about = ", ".join(
        part for name in ("reference", "language", "nationality", "consulate", "note") if (part := getattr(fact, name, None))
    )
    return STATES[type(fact)][fact.state] + (f": {about}" if about else "")


def _medical(_: Case, fact: Any) -> str:
    kept = f"; written down as {fact.reference}" if fact.reference else ""
    return f"Health: handed over to {fact.handed_to}{', urgent' if fact.urgent else ''}{kept}"


def _sent(_: Case, fact: Any) -> str:
    return f"Sent to the juvenile court by {fact.court}, order {fact.reference}" + (f", {fact.docket}" if fact.docket else "")


TELLERS: Mapping[type[Fact], Callable[[Case, Any], str]] = {
    **dict.fromkeys(STATES, _flag),
    kinds.IdentityVerified: _verified,
    kinds.PersonLinked: _linked,
    kinds.MedicalHandedOver: _medical,
    kinds.ImageReferenced: lambda _, f: f"{IMAGES[f.kind]} kept in {f.system}: {f.reference}",
    kinds.DirectlyCharged: lambda _, f: (
        f"Under 18, charged directly as an adult ({BASES[f.basis].partition(':')[0]}) — {f.reason}"
    ),
    kinds.SentToJuvenile: _sent,
}
