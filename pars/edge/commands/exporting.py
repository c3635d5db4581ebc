"""`pars ask --export FILE`: everything that a question asks for into a file, chunk by chunk as over the wire, and the file checked."""

from __future__ import annotations

import os
import sys
import time
from typing import TYPE_CHECKING

from pars.actions import disclosing
from pars.edge.deliver import Reply, Why, end_of
from pars.edge.problems import Problem
from pars.edge.streams import Ending, Tally
from pars.edge.wire import Stop, stopwatch

if TYPE_CHECKING:
    from pathlib import Path
    from typing import BinaryIO

    from pars.core.access.decision import Caller
    from pars.edge.api.exports import Exporting

STOPPED = 3


def export(*, caller: Caller, asked: object, form: str, path: Path) -> int | disclosing.Declined:
    """Write an export to a new file and check it; return the command's status, or the refusal. Raises OSError where there is one."""
    from pars.edge.api.exports import Exporting  # it reads Django's settings

    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        outcome = disclosing.open_export(caller=caller, asked=asked, form=form)
        if isinstance(outcome, disclosing.Declined):
            path.unlink()
            return outcome
        _write(Exporting(begin=lambda: outcome, over=lambda: None), file)
    with path.open("rb") as file:
        found = disclosing.checked(file)
    print(f"{found.verdict}: {found.rows} record(s) in {found.chunks} answer(s), {path}. {found.says}")
    if found.after is not None:
        print(f"To go on, ask the same question with this as `after`: {found.after}", file=sys.stderr)
    return 0 if found.verdict == "WHOLE" else STOPPED


def _write(exporting: Exporting, file: BinaryIO) -> None:
    """Let each chunk reach the file in its time or not at all; what comes last is the closing line."""
    tally, opened = Tally(), exporting.opening()
    assert not isinstance(opened, Problem), "it is begun already"
    file.write(opened.hello)
    tally.out.update(opened.hello)
    ending = Ending(why=Why.FAILED)
    try:
        ending = _chunks(exporting, file, tally, opened.until)
    finally:
        file.write(exporting.closing(ending, tally))


def _chunks(exporting: Exporting, file: BinaryIO, tally: Tally, until: float) -> Ending:
    while time.monotonic() < until:
        clock = stopwatch()
        answer = exporting.beat(tally.last)
        if isinstance(answer, Ending):
            return answer
        if not isinstance(answer, Reply):  # the end is too near for another chunk
            until = until if answer.until is None else answer.until
            time.sleep(max(0.0, min(0.05, until - time.monotonic())))
            continue
        until = end_of(answer.chunk)
        if Stop(answer.chunk.appended, until, clock).passed():
            exporting.dropped(answer.chunk, Why.LATE)
            continue
        file.write(answer.body)
        file.flush()
        tally.sent, tally.last = tally.sent + 1, answer
        tally.out.update(answer.body)
    return Ending(why=Why.ENDED)
