"""Single charges that a court orders out of a case (law L14): which facts say them, and what would bring them back.

The case stays, with every other charge. In the place of each fact that goes a bare one stays, so that the others keep their numbers:
to every rule it is what a blanked fact is. What others wrote in words of their own (an account, a reason) nobody can take apart here.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING

from pars.core.cases.facts import ChargeDecided, ChargeFiled, ChargeProposed, Fact, NarrativeWritten
from pars.core.terms import Refusal

if TYPE_CHECKING:
    from pars.core.cases.case import Case

COLUMNS = frozenset({"proposed_charges", "filed_charges", "lead_grade", "charge_status"})
"""The columns of the catalogue by which somebody was shown a charge."""

_WORD = re.compile(r"\w+")


def charges_of(case: Case) -> dict[int, ChargeProposed | ChargeFiled]:
    """Return every charge of a case that stands, in either layer, by its number."""
    both: tuple[ChargeProposed | ChargeFiled, ...] = (*case.current(ChargeProposed), *case.current(ChargeFiled))
    return {charge.n: charge for charge in both}


def to_strike(case: Case, charges: Collection[int]) -> frozenset[int] | Refusal:
    """Return the numbers of all facts that say these charges: in both layers, with every decision on them and every earlier wording."""
    known, struck = charges_of(case), set(charges)
    if not struck or struck - known.keys():
        says = "The case has no such charge."
        return Refusal(
            code="NO_SUCH_CHARGE", says=says, remedy="Name charges by the numbers on the case's page.", names=("charges",)
        )
    pairs = {fact.n: _pair(case, fact) for fact in case.facts if isinstance(fact, ChargeDecided)}
    while more := {n for pair in pairs.values() if pair & struck for n in pair} - struck:
        struck |= more
    if struck >= known.keys():
        says = "No charge of the case would be left."
        return Refusal(code="EVERY_CHARGE", says=says, remedy="Record an order on the whole record.", names=("charges",))
    decided = {n for n, pair in pairs.items() if pair & struck}
    return frozenset(decided | {fact.n for fact in _charge_facts(case.facts) if case.standing(fact.n).n in struck})


def _pair(case: Case, decided: ChargeDecided) -> frozenset[int]:
    return frozenset(case.standing(n).n for n in (decided.proposed, decided.filed) if n is not None)


def _charge_facts(facts: Iterable[Fact]) -> list[ChargeProposed | ChargeFiled]:
    return [fact for fact in facts if isinstance(fact, ChargeProposed | ChargeFiled)]


def said_since(case: Case, struck: Collection[int]) -> int:
    """Return the version of the case that first said one of these facts: whoever was shown an earlier one wasn't shown them."""
    entries = sorted({fact.entry for fact in case.facts if fact.entry is not None})
    return 1 + min(entries.index(entry) for n in struck if (entry := case.fact(n).entry) is not None)


# ---------------------------------------------------------------- what would bring them back


def struck_from(case_id: str) -> str:
    """Return the number that says of a case that charges were struck from it."""
    return f"struck:{case_id}"


def place_of(case_id: str, n: int) -> str:
    """Return the number of one struck fact's place: by it a restored copy is cleaned."""
    return f"struck:{case_id}:{n}"


def numbers_of(case: Case, struck: Collection[int]) -> frozenset[str]:
    """Return the numbers under which struck facts could come back: their places in an older copy, and what a feed would say again.

    What a charge that stays says, too, isn't among them.
    """
    going = said_again(case.id, (fact for fact in case.facts if fact.n in struck))
    stays = said_again(case.id, (charge for n, charge in charges_of(case).items() if n not in struck))
    return frozenset({struck_from(case.id), *(place_of(case.id, n) for n in struck)}) | (going - stays)


def said_again(case_id: str, facts: Iterable[Fact]) -> frozenset[str]:
    """Return the numbers of what is said of a case, however it is spelled: a charge's statute with the day of the offense, an account's words."""
    said = list(facts)
    charges = {f"charge:{case_id}:{_plain(fact.statute)}:{fact.offense_date}" for fact in _charge_facts(said)}
    return frozenset(
        charges | {f"account:{case_id}:{_plain(fact.text)}" for fact in said if isinstance(fact, NarrativeWritten)}
    )


def _plain(text: str) -> str:
    return "".join(_WORD.findall(text.casefold()))


def refuse_said_again() -> Refusal:
    """Return the refusal of what would bring a charge back that a court ordered out of the case."""
    return Refusal(
        code="PUT_AWAY",
        says="A court ordered a charge like one of these, or these words, out of this case. They aren't taken in again.",
        remedy="Whoever sent this is to destroy their copy, as the order says. A charge of another act has another day.",
        names=("charges", "narrative"),
    )
