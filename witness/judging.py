"""Whether a checkpoint is cosigned: it is the log's, it begins where this witness's last one ended, and only grew since.

Each no has the status that C2SP tlog-witness gives it, and a sentence for whoever runs the log.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pars.core.ledger.checkpoint import Checkpoint, Note, read_checkpoint, read_note
from pars.core.ledger.merkle import EMPTY_ROOT, verify_consistency
from pars.core.ledger.policy import signed_by
from pars.core.ledger.submission import Submission, read_submission

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from pars.core.ledger.cosignature import Verify


LONGEST_NAME = 128
"""Characters of a log's name, and of a signature line's: names are kept and logged, and anybody can make them up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """Why a checkpoint isn't cosigned. `size` is that of the last one that was, where the log named another."""

    status: int
    says: str
    size: int | None = None
    unknown: bool = False
    """Whether it bears a name, or keys, that this witness's owner hasn't told it."""
    suspect: bool = False
    """Whether the log signed what can't stand beside what it signed before: to be kept, and looked at by people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A submission, read: the note and the checkpoint in it."""

    submission: Submission
    note: Note
    point: Checkpoint


def read_asked(data: bytes) -> Asked | Refused:
    """Return what a log asks, as far as it can be read."""
    try:
        submission = read_submission(data)
        note = read_note(submission.note)
        point = read_checkpoint(note.body)
    except ValueError as problem:
        return Refused(status=400, says=f"This can't be read: {problem}.")
    if any(len(name) > LONGEST_NAME for name in (point.origin, *(line.name for line in note.signatures))):
        return Refused(status=400, says=f"This can't be read: a name has at most {LONGEST_NAME} characters here.")
    return Asked(submission=submission, note=note, point=point)


def judge(asked: Asked, keys: Mapping[str, Collection[bytes]], last: Checkpoint | None, verify: Verify) -> Refused | None:
    """Return None where the checkpoint is to be cosigned. `keys` are those of each known log, `last` what was cosigned of this one."""
    point, old = asked.point, asked.submission.old
    if point.origin not in keys:
        return Refused(status=404, says="This witness doesn't know a log of that name.", unknown=True)
    if not _is_the_logs(asked.note, point.origin, keys[point.origin], verify):
        return Refused(
            status=403,
            says="No key of this log that the witness knows signed it, or one did and the signature is wrong.",
            unknown=True,
        )
    if old > point.size:
        return Refused(status=400, says="The old size is larger than the checkpoint's.")
    size = 0 if last is None else last.size
    if old != size:
        return Refused(status=409, says=f"The last checkpoint that was cosigned here had the size {size}.", size=size)
    return _grew(asked, last)


def goes_on(asked: Asked, keys: Mapping[str, Collection[bytes]], verify: Verify) -> bool:
    """Return whether a checkpoint that is refused as unknown is of a log that the witness knows: a key of that log signed it under another name.

    A name alone says nothing, since anybody can write it; nor does a genuine checkpoint to which somebody added a wrong line.
    """
    body, own = asked.note.body, set(keys.get(asked.point.origin, ()))
    known = {key for held in keys.values() for key in held} - own
    return any(verify(key, body, line.signature) for line in asked.note.signatures for key in known)


def _is_the_logs(note: Note, origin: str, keys: Collection[bytes], verify: Verify) -> bool:
    """Return whether a known key of the log signed it, and no line of a known key holds another signature."""
    named = [key for key in keys if note.of(origin, key)]
    return bool(named) and all(signed_by(note, origin, key, verify) for key in named)


def _grew(asked: Asked, last: Checkpoint | None) -> Refused | None:
    point, proof = asked.point, asked.submission.proof
    if point.size == 0 and point.root != EMPTY_ROOT:
        return Refused(status=422, says="A log of no entries has the root of nothing.", suspect=True)
    if last is None or last.size == 0:
        return Refused(status=422, says="From the size 0 on no proof is needed, and none is taken.") if proof else None
    if last.size == point.size and last.root != point.root:
        return Refused(status=422, says="Another root was cosigned here for this size.", suspect=True)
    if not verify_consistency(last.size, point.size, last.root, point.root, proof):
        return Refused(status=422, says="The proof doesn't show that the log only grew.", suspect=True)
    return None
