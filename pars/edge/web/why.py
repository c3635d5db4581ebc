"""Why a question was refused: the conditions in the order in which they are tried, passed up to the one that stopped it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

RUNGS: tuple[tuple[str, frozenset[str]], ...] = (
    ("A person stands behind the question.", frozenset({"NO_PERSON"})),
    ("Your agency has an agreement.", frozenset({"NO_AGREEMENT"})),
    ("An agreement of your agency has this purpose.", frozenset({"UNKNOWN_PURPOSE"})),
    (
        "Exactly one such agreement is in force at this instant.",
        frozenset(
            {
                "TWO_AT_ONCE",
                *(f"AGREEMENT_{state}" for state in ("PROPOSED", "WAITING", "SUSPENDED", "REVOKED", "ENDED", "REJECTED")),
            }
        ),
    ),
    ("The question brings the evidence that the purpose demands.", frozenset({"NO_EVIDENCE", "WRONG_EVIDENCE"})),
    ("Everything that it shows and asks by is granted.", frozenset({"NOT_GRANTED"})),
    ("The law lets all of it out to this agency.", frozenset({"NOT_LAWFUL"})),
    ("The day's questions aren't used up.", frozenset({"LIMIT_REACHED"})),
    ("The person is named under the agreement.", frozenset({"NOT_NAMED"})),
    ("The person holds what the agreement demands.", frozenset({"MUST_HOLD"})),
    ("An answer can leave before the end.", frozenset({"ENDING"})),
    (
        "The ledger can record it at once, and nothing changes meanwhile.",
        frozenset({"LEDGER_BEHIND", "CLOCK_JUMPED", "OVERTAKEN"}),
    ),
)
"""What is asked of every question, in the order of `decide` and of the door behind it, with the refusals that each gives."""


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
