"""How the log stands with the sealer and with its witnesses, judged and said in words: for the integrity screen and the doctor.

The judgment is the door's own: what is said here to follow for outsiders is what follows. Nothing here follows for custody work.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, TypeAlias

from pars.core.terms import SECOND

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pars.core.owners.witness_text import WitnessText

Verdict: TypeAlias = Literal["contradicted", "behind", "unwitnessed", "alarm", "few", "witnessed", "unwatched"]
"""What the log's standing comes to: a witness knows otherwise; sealing lags; too few have signed for too long, or for long; too few sign
now, though nothing has waited long; enough do; nobody is named."""
REFUSED: frozenset[Verdict] = frozenset({"contradicted", "behind", "unwitnessed"})
"""In these nobody outside is answered."""
MOST_LAG_US = 5 * SECOND
"""How far sealing may lag before no outsider is answered."""


def judge(*, text: WitnessText | None, lag: int, unwitnessed: int, contradicted: bool, signing: int) -> Verdict:
    """Return what the log's standing comes to: `lag` and `unwitnessed` are how long the oldest entry waits to be sealed, and to be signed.

    `signing` is how many witnesses signed when they were asked last.
    """
    if contradicted:
        return "contradicted"
    if lag > MOST_LAG_US:
        return "behind"
    if text is None:
        return "unwatched"
    if unwitnessed > text.stop_us:
        return "unwitnessed"
    if unwitnessed > text.alarm_us:
        return "alarm"
    return "few" if signing < text.needs else "witnessed"


def answers_words(verdict: Verdict) -> str:
    """Return whether outside questions are answered: what every other sentence on the log's standing follows."""
    return "Outside questions are refused." if verdict in REFUSED else "Outside questions are answered."


def standing_words(
    verdict: Verdict,
    text: WitnessText | None,
    *,
    lag: int,
    unwitnessed: int,
    signing: int,
    elsewhere: Mapping[str, int] = MappingProxyType({}),
) -> tuple[str, ...]:
    """Return how it stands, what will follow for outside questions, and what to do, in plain sentences; whether they are answered stands before.

    `elsewhere` says who knows more of the log than is here, or another one, and of how many entries.
    """
    many = f"{text.needs} of {len(text.witnesses)} witnesses" if text is not None else ""
    match verdict:
        case "contradicted":
            return (
                "More of this ledger was signed than is here, or another one: this database is an old copy, or was changed.",
                *(f"{who[0].upper()}{who[1:]} knows {size:,} entries." for who, size in elsewhere.items()),
                "Nothing is signed. Custody work goes on, and is entered.",
                "Bring back the newest database. Where it is lost, the owners open a successor of the log by their quorum: docs/how-to/open-a-successor.md.",
            )
        case "behind":
            return (
                f"Sealing is {lasting(lag)} behind.",
                "They are answered again once it has caught up. Custody work goes on, and its entries wait in order.",
                "Look whether `pars work` runs; `pars doctor` names a transaction that holds it up.",
            )
        case "unwitnessed":
            return (
                f"Entries have waited {lasting(unwitnessed)} for the signatures of {many}.",
                "They are answered again, without anybody's doing, once enough have signed. Custody work goes on.",
                LOOK,
            )
        case "alarm":
            assert text is not None
            return (
                f"Entries have waited {lasting(unwitnessed)} for the signatures of {many}.",
                f"After {lasting(text.stop_us)} of waiting they are refused. Custody work goes on in any case.",
                LOOK,
            )
        case "few":
            assert text is not None
            return (
                f"Only {signing} of {len(text.witnesses)} witnesses sign{'s' if signing == 1 else ''} now, and {text.needs} are needed.",
                f"Once an entry has waited {lasting(text.stop_us)} for them, they are refused. Custody work goes on in any case.",
                LOOK,
            )
        case "witnessed":
            return (f"{many[0].upper()}{many[1:]} are needed, and have signed in time.",)
        case _:
            return ("The owners have named no witnesses: the ledger vouches for itself alone.",)


LOOK = "Each owner looks whether its witness runs, can be reached, and knows the log's name and key."
SAYS: Mapping[str | None, str] = {
    None: "Has not been asked yet.",
    "agrees": "Signs.",
    "silent": "Doesn't answer.",
    "refused": "Answers, and doesn't sign.",
    "unknown": "Answers, and doesn't know the log's name or key as they are now: its owner has to tell it.",
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
