"""The integrity screen in every state, wide and narrow: nobody named, all sign, some silent, too few, one that knows otherwise."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from pars.actions import agreeing, founding, owning
from pars.core.ledger.checkpoint import read_note
from pars.core.ledger.cosignature import cosignature, cosigned
from pars.core.terms import Refusal
from pars.store import governance, ledger, tree, witnessed
from tests.owners import WATCHER_NAMES, WATCHERS, witness_text
from tests.ui.test_every_look import look
from tests.web.town import done

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.ui.hands import Hands
    from tests.web.town import Town

    Window = Callable[..., Hands]

KEYS = {seat: key.public_key().public_bytes_raw() for seat, key in WATCHERS.items()}


def name_witnesses(town: Town, alarm: int, stop: int) -> None:
    """Let two owners adopt the text."""
    text = witness_text({"/seconds": {"alarm": alarm, "stop": stop}})
    done(owning.propose(text=text, by=town.by("manager")))
    subject = owning.standings().subject("witnesses")
    for seat in ("city", "courts"):
        ballot = agreeing.ballot_on_text(subject.texts, subject.open[-1], choice="adopt", by=town.by(seat))
        assert not isinstance(ballot, Refusal)
        done(owning.vote(about="witnesses", ballot=ballot, by=town.by(seat)))


def signed_by(*seats: str) -> None:
    """Keep these seats' cosignatures under the newest checkpoint."""
    founding.caught_up()
    time.sleep(1.2)
    with ledger.reading():
        newest, origin = tree.load_checkpoint(), governance.must_be_open().origin
    assert newest is not None
    size, note = newest
    body, at = read_note(note.encode()).body, int(time.time())
    for seat in seats:
        line = cosignature(WATCHER_NAMES[seat], KEYS[seat], at, WATCHERS[seat].sign(cosigned(body, at)))
        witnessed.keep_cosignature(size=size, key=KEYS[seat], at=at, line=line.text())
        witnessed.note_heard(origin=origin, key=KEYS[seat], said="agrees", size=size)


def test_the_integrity_screen_says_how_the_ledger_stands(hands: Window, sealed: Town) -> None:
    windows = [hands("auditor", width=width) for width in (1280, 320)]

    def seen(what: str, *words: str) -> None:
        for window in windows:
            window.go("/integrity")
            look(window, f"integrity {what}")
            for said in words:
                assert window.says(said), (what, said)

    with ledger.reading():
        origin = governance.must_be_open().origin
    seen("unwatched", "named no witnesses")
    name_witnesses(sealed, 600, 900)
    signed_by("city", "courts", "prosecutor")
    seen("witnessed", "have signed in time")
    witnessed.note_heard(origin=origin, key=KEYS["courts"], said="silent", size=0)
    witnessed.note_heard(origin=origin, key=KEYS["prosecutor"], said="silent", size=0)
    seen("few", "Only 1 of 3 witnesses signs now, and 2 are needed.", "Outside questions are answered.")
    witnessed.note_heard(origin=origin, key=KEYS["prosecutor"], said="unknown", size=0)
    name_witnesses(sealed, 1, 2)
    time.sleep(4)
    seen(
        "unwitnessed", "Outside questions are refused.", "Doesn't answer", "doesn't know the log's name", "Custody work goes on"
    )
    witnessed.note_heard(origin=origin, key=KEYS["city"], said="ahead", size=123_456)
    seen("contradicted", "123,456 entries")
