"""L1, L2: whatever comes between an export's chunks, what left was covered and is in the ledger, and the closing line tells the truth."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import count
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, event, example, given, settings
from hypothesis import strategies as st

from pars.actions import disclosing, refusing
from pars.core.access.decision import Caller
from pars.core.agreements.agreement import standing
from pars.core.ledger import drafts
from pars.core.ledger.entries import By, Entry, Kind, decode
from pars.core.ledger.exported import check_export
from pars.core.terms import DAY
from pars.store import genesis, governance, ledger, tree, vault
from pars.store.fsck import fsck
from tests import homes
from tests.api.djangos import set_up
from tests.ledgers import AGENCY, CLIENT, HELD, PERSON, make_version
from tests.store.conftest import home, opened, owner, sealed

if TYPE_CHECKING:
    from collections.abc import Callable

    from pars.core.agreements.version import Version

__all__ = ["home", "opened", "owner", "sealed"]

ON_ONE_LEDGER = settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
ASKED = {
    "purpose": "warrant_service",
    "columns": ["record", "surname"],
    "evidence": {"kind": "warrant_number", "value": "W-2026-0001"},
}
STOPS = {
    "suspend": {"AGREEMENT_SUSPENDED"},
    "revoke": {"AGREEMENT_REVOKED"},
    "remove": {"NOT_NAMED"},
    "unbind": {"CLIENT_NOT_BOUND"},
    "amend": {"OTHER_VERSION"},
    "end": {"ENDED", "AGREEMENT_ENDED"},
    "sign out": {"TOKEN_OVER"},
}
"""What may come between two chunks, and what the export then says that it ended for."""
OF_ITSELF = {"COMPLETE", "LIMIT_REACHED", "LATE"}
"""Why it may end where nothing came."""
STEPS = st.lists(st.sampled_from(("whole", "whole", "whole", "late", "book", *STOPS)), min_size=1, max_size=9)

_numbers, _days = count(1), count(1)


@dataclass
class Sending:
    """One export as delivery sends it, by hand: each step hands over a chunk, is too late for one, or does what stops it."""

    made: Version
    adopted: int
    sent: list[bytes] = field(default_factory=list)
    rows: int = 0
    entries: list[int] = field(default_factory=list)
    stopped: str | None = None
    over: bool = False

    def __post_init__(self) -> None:
        from pars.edge.api.exports import Exporting
        from pars.edge.streams import Opened, Tally

        self.tally = Tally()
        self.export = Exporting(begin=self._begin, over=self._signed_out)
        began = self.export.opening()
        assert isinstance(began, Opened), began
        self._left(began.hello)

    def _begin(self) -> Any:
        began = disclosing.open_export(caller=Caller(AGENCY, PERSON, CLIENT), asked=ASKED, form="ndjson")
        assert isinstance(began, disclosing.Export), began
        return began

    def _signed_out(self) -> Any:
        from pars.edge.api.asking import TOKEN_OVER

        return refusing.refuse(TOKEN_OVER, by=By(PERSON, f"agency:{AGENCY}")) if self.over else None

    def _left(self, data: bytes) -> None:
        self.sent.append(data)
        self.tally.out.update(data)

    def chunk(self, *, late: bool) -> Any:
        """Bring the next chunk; return the ending that came instead of it."""
        from pars.edge.deliver import Reply, Why
        from pars.edge.streams import Ending

        self.export.looked = 0.0  # the token is looked at now
        answer = self.export.beat(self.tally.last)
        if not isinstance(answer, Reply):
            return answer if isinstance(answer, Ending) else Ending(why=Why.ENDED)
        assert self.stopped is None, f"a chunk came after {self.stopped}"
        if late:
            self.export.dropped(answer.chunk, Why.LATE)
            self.tally.dropped += 1
            return None
        self._left(answer.body)
        self.tally.sent, self.tally.last = self.tally.sent + 1, answer
        told: Any = answer.chunk
        self.rows += len(told.told.rows)
        self.entries.append(told.told.entry)
        return None

    def do(self, step: str) -> None:
        """Do what may come between two chunks, and what nothing comes after."""
        ACTS[step](self)
        if step in STOPS:
            self.stopped = step


def _amend(sending: Sending) -> None:
    version = sending.made
    end = version.term.end
    homes.adopt(
        make_version({"/agreement": version.agreement, "/limits/rows_per_reply": 3}, number=2, start=ledger.now(), end=end)
    )


def _vote(choice: str, *seats: str) -> Callable[[Sending], None]:
    def voted(sending: Sending) -> None:
        for seat in seats:
            homes.cast(choice, seat, sending.made, sending.adopted)

    return voted


ACTS: dict[str, Callable[[Sending], None]] = {
    "book": lambda _: homes.book(f"Meanwhile {next(_numbers)}") and None,
    "suspend": _vote("suspend", "city"),
    "revoke": _vote("revoke", "city", "courts"),
    "remove": lambda one: homes.do(drafts.user_removed(agreement=one.made.agreement, person=PERSON)) and None,
    "unbind": lambda one: homes.do(drafts.client_unbound(client=CLIENT, agreement=one.made.agreement)) and None,
    "amend": _amend,
    "end": lambda _: genesis.shift_clock(next(_days) * 2 * DAY) and None,
    "sign out": lambda one: setattr(one, "over", True),
}


def agreed() -> tuple[Version, int]:
    """Bring a new agreement into force, with two records to a chunk and six questions a day; return it with the vote that adopted it."""
    at = ledger.now()
    changes = {"/agreement": f"AGR-{next(_numbers)}", "/limits": {"questions_per_day": 6, "rows_per_reply": 2}}
    made = make_version(changes, start=at, end=at + DAY)
    adopted = homes.adopt(made)
    homes.do(drafts.client_bound(client=CLIENT, agency=AGENCY, agreement=made.agreement))
    homes.do(drafts.user_named(agreement=made.agreement, person=PERSON, holds=HELD))
    return made, adopted.entry


def entry(number: int) -> Entry:
    with ledger.reading():
        body = tree.load_entry(number)
    found = decode(body or b"")
    assert isinstance(found, Entry)
    return found


def test_what_left_was_covered_and_the_closing_line_tells_the_truth(sealed):
    set_up()
    from pars.edge.deliver import Why
    from pars.edge.streams import Ending

    for n in range(7):
        homes.book(f"Person {n}")
    seen: set[str] = set()

    @ON_ONE_LEDGER
    @given(steps=STEPS, leaves=st.booleans())
    def law(steps: list[str], leaves: bool) -> None:
        made, adopted = agreed()
        try:
            sending, ending = Sending(made, adopted), None
            for step in steps:
                if step in ACTS:
                    if sending.stopped is None:  # what stopped is over: nothing that comes then makes it less
                        sending.do(step)
                elif (ending := sending.chunk(late=step == "late")) is not None:
                    break
            while ending is None and not leaves:
                ending = sending.chunk(late=False)
            closing = sending.export.closing(ending or Ending(why=Why.GONE), sending.tally)
            reason = told_truly(sending, closing, gone=ending is None)
            event(reason)
            seen.add(reason)
        finally:
            _over(made.agreement)

    tried = [([], False), (["late"] * 3, False), (["whole"], True), *((["whole", stop, "whole"], False) for stop in STOPS)]
    for steps, leaves in tried:
        law = example(steps=steps, leaves=leaves)(law)
    law()
    assert seen >= {"COMPLETE", "GONE", "LATE"}
    assert all(seen & reasons for reasons in STOPS.values()), seen
    assert fsck() == ()


def told_truly(sending: Sending, closing: bytes, *, gone: bool) -> str:
    """Hold file, closing line and entries to what left; return why the export ended."""
    data, key = b"".join(sending.sent), vault.log_key().public_key().public_bytes_raw()
    found = check_export(io.BytesIO(data + closing), key, vault.verify)
    (number,) = {one.id for one in _closings(sending)}
    over = entry(number)
    reason = str(over.detail["reason"])
    assert reason in ({"GONE"} if gone else STOPS[sending.stopped] if sending.stopped else OF_ITSELF)
    assert found.verdict == ("WHOLE" if reason == "COMPLETE" else "STOPPED")
    assert (found.chunks, found.rows, found.why) == (len(sending.entries), sending.rows, reason)
    assert check_export(io.BytesIO(data), key, vault.verify).verdict == "CUT"
    said = {name: over.detail.get(name) for name in ("chunks", "dropped", "rows", "out", "last")}
    assert said == {
        "chunks": len(sending.entries),
        "dropped": sending.tally.dropped,
        "rows": sending.rows,
        "out": sha256(data).hexdigest(),
        "last": sending.entries[-1] if sending.entries else None,
    }
    for chunk in map(entry, sending.entries):
        assert (chunk.detail["version"], chunk.detail["export"]) == (sending.made.hash, over.detail["export"])
        assert chunk.at < sending.made.term.end
    return reason


def _closings(sending: Sending) -> list[Entry]:
    with ledger.reading():
        bodies = list(tree.entries_under(f"agreement:{sending.made.agreement}", kinds=(Kind.EXPORT_CLOSED,)))
    return [one for one in map(decode, bodies) if isinstance(one, Entry)]


def _over(name: str) -> None:
    """End the example's agreement, so that the next one's is the only one in force."""
    with ledger.reading():
        agreement = governance.load_agreement(name)
        assert agreement is not None
        stands = standing(agreement, ledger.now())
    if stands.state in {"IN_FORCE", "SUSPENDED"}:
        for seat in ("courts", "prosecutor"):
            homes.cast("revoke", seat, stands.version, stands.answers)
