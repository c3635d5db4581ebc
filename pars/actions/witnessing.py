"""What the log hands to its witnesses, and what it makes of what they say: who is next to see which checkpoint, and what was heard.

A witness's word is taken only where its own key signed it. What one says that can't be squared with the log here is noted and stops
outsiders; silence is noted too, and stops them once the owners' text says so. None of it stops custody work (law L13).
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from pars.core.ledger.checkpoint import COSIGNER, Note, key_id, read_note, read_number, read_signatures
from pars.core.ledger.cosignature import cosigned_at
from pars.core.ledger.submission import Submission
from pars.core.terms import SECOND
from pars.store import ledger, tree, vault, witnessed
from pars.store.connections import connection

if TYPE_CHECKING:
    from pars.core.owners.witness_text import Named

CLOCK_AHEAD_US, CLOCK_BEHIND_US = SECOND // 2, 5 * SECOND // 2
"""By how much a witness's second may be after the database's time, and before it: a cosignature is to hold entries' times in place."""
GREW, OTHER_SIZE, OTHER_LOG, UNKNOWN = 200, 409, 422, (403, 404)
"""The statuses of C2SP tlog-witness that say something of the log: cosigned; the last size was another; not the same log grown; no key or
name that the witness knows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """A checkpoint on its way to one witness: to whom, of which log, how long it is, and what is sent.

    `doubted` says that the witness knew otherwise when it was asked last.
    """

    witness: Named
    origin: str
    size: int
    submission: Submission
    doubted: bool = False


def witnesses() -> tuple[Named, ...]:
    """Return the witnesses whom the owners' text in force names."""
    with ledger.reading():
        text = witnessed.watching().text
    return text.witnesses if text is not None else ()


def log_hash() -> str:
    """Return the hash of the log's present name, by which a witness hands out what it cosigned of it last."""
    with ledger.reading():
        return sha256(witnessed.log_name().encode()).hexdigest()


def errand(witness: Named, *, old: int | None = None) -> Errand | None:
    """Return the newest checkpoint with what proves it to the witness; None where it has cosigned that one, or there is none.

    `old` is the size that the witness said it knows; without it, that of its newest cosignature here. Who knew otherwise is asked anew
    what it knows.
    """
    with ledger.reading():
        newest = tree.load_checkpoint()
        if newest is None:
            return None
        size, note = newest
        if not witnessed.named_within(size):
            return None
        heard = witnessed.heard([witness.key])[witness.key]
        doubted = heard.said in {"ahead", "forked"}
        since = witnessed.named_since()
        if size < since:
            return None
        known = old if old is not None else 0 if doubted or heard.cosigned < since else heard.cosigned
        if known > size or (known == size and old is None):
            return None
        proof, origin = tree.prove_consistency(known, size) if known else (), witnessed.log_name(size)
    submission = Submission(old=known, proof=tuple(map(bytes.fromhex, proof)), note=note.encode())
    return Errand(witness=witness, origin=origin, size=size, submission=submission, doubted=doubted)


def answered(sent: Errand, status: int, body: bytes) -> int | None:
    """Take a witness's answer; return the size from which the log is to be proven to it anew, where it says that it knows another."""
    if status == GREW:
        _cosigned(sent, body)
    elif status == OTHER_SIZE:
        return _other_size(sent, body)
    elif status in UNKNOWN:
        _note(sent, "unknown", sent.size)
    else:
        _note(sent, "forked" if status == OTHER_LOG and sent.submission.old else "refused", sent.submission.old)
    return None


def silent(witness: Named) -> None:
    """Note that a witness doesn't answer."""
    with ledger.reading():
        origin = witnessed.log_name()
    witnessed.note_heard(origin=origin, key=witness.key, said="silent", size=0)


def _cosigned(sent: Errand, body: bytes) -> None:
    witness, note = sent.witness, read_note(sent.submission.note)
    try:
        own = key_id(witness.name, witness.key, COSIGNER)
        lines = [line for line in read_signatures(body.decode()) if (line.name, line.key_id) == (witness.name, own)]
    except (ValueError, UnicodeDecodeError):
        lines = []
    at = cosigned_at(Note(note.body, (*note.signatures, *lines[:1])), witness.name, witness.key, vault.verify)
    if at is None:
        _note(sent, "refused", sent.size)
    elif not -CLOCK_AHEAD_US <= _real_now() - at * SECOND <= CLOCK_BEHIND_US:
        _note(sent, "clock", sent.size)
    elif not witnessed.answered_since(size=sent.size, at=at * SECOND - SECOND // 2):
        witnessed.keep_cosignature(size=sent.size, key=witness.key, at=at, line=lines[0].text())
        _note(sent, "agrees", sent.size)


def _other_size(sent: Errand, body: bytes) -> int | None:
    try:
        knows = read_number(body.decode("ascii").removesuffix("\n"))
    except ValueError:
        _note(sent, "refused", sent.size)
        return None
    with ledger.reading():
        newest = tree.load_checkpoint()
    # Another process of this home may have shown it a longer one meanwhile.
    if newest is None or knows > newest[0]:
        _note(sent, "ahead", knows)
        return None
    return knows


def _note(sent: Errand, said: witnessed.Said, size: int) -> None:
    witnessed.note_heard(origin=sent.origin, key=sent.witness.key, said=said, size=size)


def _real_now() -> int:
    with connection("app") as given:
        found = given.execute("select ledger.real_now()").fetchone()
    assert found is not None, "the function returns one row"
    return int(found[0])
