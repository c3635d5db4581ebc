"""L6: whatever becomes of keys, a version is in force only where a quorum of seats signed it with keys that nobody has put in doubt."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from pars.core.agreements.standing import standing
from pars.core.ledger.entries import Kind
from pars.core.terms import HOUR, Instant
from tests.agreements import CHARTER, SEATS
from tests.ledgers import AGREEMENT, Ledger, make_version

if TYPE_CHECKING:
    from pars.core.ledger.entries import Entry

MADE = make_version()


@st.composite
def key_histories(draw: st.DrawFn) -> Ledger:
    """Return a ledger with one adopted agreement, whose seats change keys, revoke them and vote again; every act as the rules allow it."""
    ledger, names = Ledger(), dict(zip(SEATS, SEATS, strict=True))
    held: dict[str, str | None] = dict(names)
    proposal = ledger.propose(MADE)
    for seat in draw(st.permutations(SEATS))[:2]:
        ledger.vote("adopt", seat, MADE, proposal.id)
    last = defaultdict(int)
    for n in range(draw(st.integers(1, 6))):
        seat = draw(st.sampled_from(SEATS))
        others = {one: key for one, key in held.items() if one != seat and key is not None}
        key, use = held[seat], f"seat:{seat}"
        if key is None or draw(st.booleans()):
            new = f"{seat}-{n}"
            signers = others if key is None else {**dict(list(others.items())[:1]), seat: key}
            if len(signers) < 2:
                continue
            last[seat] = ledger.add_key(use, new, last[seat], seats=signers, by=None).id
            held[seat] = new
        elif len(others) == 2:
            since = draw(st.integers(0, len(ledger.entries) - 1))
            last[seat] = ledger.revoke_key(use, key, since, last[seat], seats=others).id
            held[seat] = None
        _vote_again(ledger, held, draw)
    return ledger


def _vote_again(ledger: Ledger, held: dict[str, str | None], draw: st.DrawFn) -> None:
    for seat in draw(st.permutations(SEATS))[: draw(st.integers(0, 3))]:
        stands = standing(ledger.state().agreements[AGREEMENT], Instant(ledger.at + HOUR))
        voted = {one.vote.seat for one in ledger.state().agreements[AGREEMENT].ballots if one.matter == stands.answers}
        if stands.doubted and held[seat] is not None and seat not in voted:
            ledger.vote("reinstate", seat, MADE, stands.answers, signer=held[seat] or "")


@given(key_histories())
def test_a_quorum_of_good_signatures_stands_behind_what_is_in_force(ledger: Ledger) -> None:
    state = ledger.state()
    if standing(state.agreements[AGREEMENT], Instant(ledger.at + HOUR)).state != "IN_FORCE":
        return
    good = defaultdict(set)
    for vote in ledger.entries:
        if vote.kind is Kind.AGREEMENT_VOTED and not _in_doubt(vote, ledger.entries):
            good[vote.detail["choice"], vote.detail["answers"]].add(vote.detail["seat"])
    assert max(map(len, good.values()), default=0) >= CHARTER.needs["adopt"]


def _in_doubt(vote: Entry, entries: list[Entry]) -> bool:
    """Whether the key that signed a vote was revoked from before it: told by the entries alone, without the rule's own code."""
    use = f"seat:{vote.detail['seat']}"
    acts = [one for one in entries if one.kind in {Kind.KEY_ADDED, Kind.KEY_REVOKED} and one.detail["use"] == use]
    before = [one for one in acts if one.kind is Kind.KEY_ADDED and one.id < vote.id]
    after = next((one.id for one in acts if one.id > vote.id), None)
    end = next((one for one in acts if one.id == after), None)
    # These histories revoke a key only while it is in force, so the next act on its use is the one that may put it in doubt.
    revoked = end is not None and end.kind is Kind.KEY_REVOKED and end.detail["since"] <= vote.id
    return revoked and (not before or before[-1].id <= vote.id)
