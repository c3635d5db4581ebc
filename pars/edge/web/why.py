"""Why a question was refused: the conditions in the order in which they are tried, passed up to the one that stopped it."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from pars.core.access.decision import TRIED

if TYPE_CHECKING:
    from collections.abc import Mapping

SAYS: Mapping[str, str] = MappingProxyType(
    {
        "person": "A person stands behind the question.",
        "agreement": "Your agency has an agreement.",
        "purpose": "An agreement of your agency has this purpose.",
        "in force": "Exactly one such agreement is in force at this instant.",
        "evidence": "The question brings the evidence that the purpose demands.",
        "granted": "Everything that it shows and asks by is granted.",
        "lawful": "The law lets all of it out to this agency.",
        "about": "What a paper opens is asked of a person by name or number.",
        "emergency": "An emergency that is stated is one that the agreement allows, and no review of one is overdue.",
        "approved": "A second person approved it, where the agreement asks for one.",
        "limit": "The day's questions aren't used up.",
        "named": "The person is named under the agreement.",
        "holds": "The person holds what the agreement demands.",
        "ending": "An answer can leave before the end.",
    }
)
"""What the decision tries, in words."""

RUNGS: tuple[tuple[str, frozenset[str]], ...] = (
    *((SAYS[name], codes) for name, codes in TRIED.items()),
    (
        "The ledger can record it at once, and nothing changes meanwhile.",
        frozenset({"LEDGER_BEHIND", "CLOCK_JUMPED", "OVERTAKEN"}),
    ),
)
"""What is asked of every question, in the order of the decision and of the door behind it, with the refusals that each gives."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """One condition, and whether it was met, stopped the question, or wasn't come to."""

    says: str
    state: Literal["met", "stopped", "not reached"]


def ladder(code: str) -> tuple[Rung, ...]:
    """Return the conditions as this refusal left them; none for a refusal of another kind, as of a question that can't be read."""
    stop = next((number for number, (_, codes) in enumerate(RUNGS) if code in codes), None)
    if stop is None:
        return ()
    return tuple(
        Rung(says=says, state="met" if number < stop else "stopped" if number == stop else "not reached")
        for number, (says, _) in enumerate(RUNGS)
    )
