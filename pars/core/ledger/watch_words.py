"""How the log stands with the sealer and with its witnesses, judged and said in words: for the integrity screen and the doctor.

The judgment is the door's own: what is said here to follow for outsiders is what follows. Nothing here follows for custody work.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

from pars.core.terms import SECOND

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pars.core.owners.witness_text import WitnessText

Verdict: TypeAlias = Literal["contradicted", "behind", "unwitnessed", "alarm", "witnessed", "unwatched"]
"""What the log's standing comes to: a witness knows otherwise; sealing lags; too few have signed for too long, or for long; enough
have; nobody is named."""
REFUSED: frozenset[Verdict] = frozenset({"contradicted", "behind", "unwitnessed"})
"""In these nobody outside is answered."""
MOST_LAG_US = 5 * SECOND
"""How far sealing may lag before no outsider is answered."""


def judge(*, text: WitnessText | None, lag: int, unwitnessed: int, contradicted: bool) -> Verdict:
    """Return what the log's standing comes to: `lag` and `unwitnessed` are how long the oldest entry waits to be sealed, and to be signed."""
    if contradicted:
        return "contradicted"
    if lag > MOST_LAG_US:
        return "behind"
    if text is None:
        return "unwatched"
    if unwitnessed > text.stop_us:
        return "unwitnessed"
    return "alarm" if unwitnessed > text.alarm_us else "witnessed"


def standing_words(verdict: Verdict, text: WitnessText | None, *, lag: int, unwitnessed: int) -> tuple[str, ...]:
    """Return how it stands, what follows for outside questions, and what to do, in plain sentences."""
    many = f"{text.needs} of {len(text.witnesses)} witnesses" if text is not None else ""
    match verdict:
        case "contradicted":
            return (
                "A witness, or the log's own memory, knows more of this ledger than is here, or another one: this database is an old copy, or was changed.",
                "No outside question is answered, and nothing is signed. Custody work goes on, and is entered.",
                "Bring back the newest database. Where it is lost, the owners open a successor of the log by their quorum.",
            )
        case "behind":
            return (
                f"Sealing is {lasting(lag)} behind.",
                "No outside question is answered until it has caught up. Custody work goes on, and its entries wait in order.",
                "Look whether `pars work` runs; `pars doctor` names a transaction that holds it up.",
            )
        case "unwitnessed":
            return (
                f"Entries have waited {lasting(unwitnessed)} for the signatures of {many}.",
                "No outside question is answered until enough have signed. Custody work goes on.",
                "Each owner looks whether its witness runs and can be reached. Answers begin again by themselves.",
            )
        case "alarm":
            assert text is not None
            return (
                f"Entries have waited {lasting(unwitnessed)} for the signatures of {many}.",
                f"Outside questions are still answered. After {lasting(text.stop_us)} they are not. Custody work goes on in any case.",
                "Each owner looks whether its witness runs and can be reached.",
            )
        case "witnessed":
            return (f"{many[0].upper()}{many[1:]} are needed, and have signed in time.", "Outside questions are answered.")
        case _:
            return (
                "The owners have named no witnesses: the ledger vouches for itself alone.",
                "Outside questions are answered.",
            )


SAYS: Mapping[str | None, str] = {
    None: "Has not been asked yet.",
    "agrees": "Signs.",
    "silent": "Doesn't answer.",
    "refused": "Answers, and doesn't sign.",
    "clock": "Its clock is off, so its signatures don't count.",
    "ahead": "Has signed a longer ledger than is here: {size} entries.",
    "forked": "Has signed another ledger than is here, of {size} entries.",
}


def witness_words(said: str | None, size: int) -> str:
    """Return what was last heard of one witness, in a plain sentence."""
    return SAYS[said].format(size=f"{size:,}")


def lasting(us: int) -> str:
    """Return a length of time in words: to the second below two minutes, then in minutes, then in hours."""
    seconds = us // SECOND
    for most, unit, name in ((120, 1, "second"), (7200, 60, "minute")):
        if seconds < most:
            return f"{seconds // unit} {name}{'' if seconds // unit == 1 else 's'}"
    return f"{seconds // 3600} hours"
