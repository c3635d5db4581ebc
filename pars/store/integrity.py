"""How the ledger itself stands: the sealer, the newest checkpoint, each witness, and what follows for outsiders. No record is in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pars.core.ledger.watch_words import REFUSED, answers_words, judge, standing_words, witness_words
from pars.core.terms import SECOND, Instant
from pars.store import governance, tree, witnessed
from pars.store.connections import current
from pars.store.tree import Tree

if TYPE_CHECKING:
    from pars.core.ledger.watch_words import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One witness: its name, whose it is, what was heard last and since when, and its newest signature: of how many entries, when."""

    name: str
    owner: str | None
    says: str
    well: bool
    unknown: bool
    since: Instant | None
    size: int
    signed: Instant | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Integrity:
    """How the ledger stands at `at`. `sealed` entries have their place, `checkpoint` of them are signed by the log, `covered` by enough witnesses."""

    at: Instant
    verdict: Verdict
    says: tuple[str, ...]
    lag: int
    unwitnessed: int
    sealed: int
    checkpoint: int
    covered: int
    needs: int
    witnesses: tuple[Seen, ...]

    @property
    def refused(self) -> bool:
        """Whether outside questions are refused now."""
        return self.verdict in REFUSED

    @property
    def headline(self) -> str:
        """Whether they are, in words."""
        return answers_words(self.verdict)

    @property
    def signing(self) -> int:
        """How many witnesses signed when they were asked last."""
        return sum(one.well for one in self.witnesses)


def load_integrity() -> Integrity:
    """Return how the ledger stands now. Inside `reading`, of an opened ledger."""
    at = current().at
    found, opening = witnessed.watching(), governance.must_be_open()
    row = current().connection.execute("select greatest(ledger.seal_lag(), ledger.unsigned()), ledger.shift()").fetchone()
    assert row is not None, "functions return one row"
    lag, shift = row
    named = found.text.witnesses if found.text is not None else ()
    heard = witnessed.heard([one.key for one in named])
    signing = sum(one.said == "agrees" for one in heard.values())
    verdict = judge(text=found.text, lag=lag, unwitnessed=found.unwitnessed, contradicted=found.contradicted, signing=signing)
    elsewhere = witnessed.signed_elsewhere() if found.contradicted else {}
    owners = {seat: owner.name for seat, owner in opening.charter.owners.items()}
    newest = tree.load_checkpoint()

    def ours(real: int | None) -> Instant | None:
        return None if real is None else Instant(real + shift)

    return Integrity(
        at=at,
        verdict=verdict,
        says=standing_words(verdict, found.text, lag=lag, unwitnessed=found.unwitnessed, signing=signing, elsewhere=elsewhere),
        lag=lag,
        unwitnessed=found.unwitnessed,
        sealed=Tree(current().connection).size(),
        checkpoint=newest[0] if newest is not None else 0,
        covered=found.covered,
        needs=found.text.needs if found.text is not None else 0,
        witnesses=tuple(
            Seen(
                name=one.name,
                owner=owners.get(one.seat) if one.seat is not None else None,
                says=witness_words(heard[one.key].said, heard[one.key].size),
                well=heard[one.key].said == "agrees",
                unknown=heard[one.key].said == "unknown",
                since=ours(heard[one.key].at),
                size=heard[one.key].cosigned,
                signed=ours(None if (second := heard[one.key].cosigned_at) is None else second * SECOND),
            )
            for one in named
        ),
    )
