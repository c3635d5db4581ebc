"""Disclosures against narrowing acts, all at once: none leaves after the act was acknowledged, and the log's order agrees."""

from __future__ import annotations

import threading
import time

from pars.core.access.decision import GUARD
from pars.core.terms import Refusal
from pars.store import export, ledger, rows
from pars.store.disclosure import Chunk
from pars.store.fsck import fsck
from tests.homes import ask, book, cast, question, serve
from verify.__main__ import check_file

ASKERS = 6
ROUNDS = 8
"""Suspensions, at least: their number is the test's, not the machine's."""
ANSWERS = 20
PATIENCE = 90.0
"""Seconds within which a busy machine, too, comes to both."""


def test_nothing_leaves_after_a_suspension_is_acknowledged(sealed, owner, tmp_path):
    for n in range(5):
        book(f"Person {n}")
    made = serve({"/limits/questions_per_day": 100_000})
    asked, over = question(rows=3), threading.Event()
    sent: list[float] = []
    codes: set[str] = set()
    suspended: list[tuple[float, float]] = []
    failed: list[BaseException] = []

    def asking() -> None:
        try:
            while not over.is_set():
                answer = ask(asked)
                if isinstance(answer, Chunk):
                    # As the guarded send does: the last look at the clock, and then the bytes are the kernel's.
                    at = time.monotonic()
                    if at - answer.appended < GUARD / 1e6:
                        sent.append(at)
                elif isinstance(answer, Refusal):
                    codes.add(answer.code)
        except BaseException as error:  # noqa: BLE001  told by the test's own thread
            failed.append(error)

    threads = [threading.Thread(target=asking) for _ in range(ASKERS)]
    for thread in threads:
        thread.start()
    end = time.monotonic() + PATIENCE
    while (len(suspended) < ROUNDS or len(sent) <= ANSWERS) and not failed and time.monotonic() < end:
        time.sleep(0.1)
        ledger.drain(cast("suspend", "city", made, answers(made)))
        acknowledged = time.monotonic()
        time.sleep(0.1)
        suspended.append((acknowledged, time.monotonic()))
        for seat in ("courts", "prosecutor"):
            cast("reinstate", seat, made, answers(made))
    over.set()
    for thread in threads:
        thread.join()
    assert failed == []
    assert len(sent) > ANSWERS
    assert len(suspended) >= ROUNDS
    assert codes == {"AGREEMENT_SUSPENDED"}
    assert [at for at in sent if any(start <= at < stop for start, stop in suspended)] == []
    # The verifier folds the log in its order and asks of each disclosure whether it was covered there.
    export.export(tmp_path / "bundle", patience=10)
    report = check_file(tmp_path / "bundle")
    assert report.status == 0, report.words()
    assert fsck() == ()


def answers(made) -> int:
    """Return the entry of the act that set how the agreement stands."""
    with ledger.reading():
        agreement = rows.load_agreement(made.agreement)
        assert agreement is not None
        return agreement.turns[-1].entry
