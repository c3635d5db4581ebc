"""What the owners do about keys: put one in the place of another, revoke one, and see which there are.

What is to be done goes round as a file that each seat signs on its own machine; somebody of an owner enters it once enough have. An act on
keys locks them wholly, and every vote shares that lock, so that at each vote it is certain which key was valid.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pars.actions.beats import refused_act
from pars.core.ledger import key_drafts
from pars.core.owners.ballot_paper import BallotPaper
from pars.core.owners.ceremony import NEW, OLD, Ceremony
from pars.core.owners.keyring import LOCK, LOG, AddKey
from pars.core.owners.owners_text import SUBJECTS, lock_of, witness_keys
from pars.core.terms import Refusal
from pars.store import governance, ledger, owned, vault
from pars.store.every_key import Keys, load_every_key
from pars.store.keyring import applied_to_keys, load_keys

if TYPE_CHECKING:
    from pathlib import Path

    from pars.core.ledger.entries import By, Draft
    from pars.store.ledger import Done, Refused

__all__ = [
    "ACT", "NO_KEY_FILE", "Keys", "begin", "begin_for_log", "begin_revoking", "enter", "keys", "make", "public_half", "sign",
]  # fmt: skip

ACT = "agreement:vote"
"""Who may vote on agreements enters acts on keys: it is their signatures that carry them."""
OTHER_LOG = Refusal(
    code="OTHER_LOG", says="The file is about another ledger's keys.", remedy="Enter it where it was begun.", names=("origin",)
)
NO_USE = Refusal(
    code="UNKNOWN_USE",
    says="No key of this ledger has that use.",
    remedy="It is log, or seat: and the seat's name. `pars keys show` lists them.",
    names=("use",),
)
NO_KEY_FILE = Refusal(
    code="NO_KEY_FILE",
    says="That is no file of a key.",
    remedy="Name the one that `pars keys make` made, or that lay in keys/seats.",
    names=("key",),
)
NOT_THE_NEW = Refusal(
    code="OTHER_KEY",
    says="That isn't the key that the file puts in force.",
    remedy="Sign for new with the key whose public half stands in the file.",
    names=("key",),
)
NO_LOG_KEY = Refusal(
    code="NO_KEY_HERE",
    says="This home doesn't keep the log's key that is to hand over.",
    remedy="Where it is lost for good, say so with --lost: then the owners alone vouch for the next.",
)


def keys() -> Keys:
    """Return the ledger's keys. They are public: no secret is among them."""
    with ledger.reading():
        return load_every_key()


def begin(*, use: str, key: bytes, lost: bool = False) -> Ceremony | Refusal:
    """Return the file by which a new key is put in force, as far as nobody has signed it."""
    with ledger.reading():
        opening = governance.must_be_open()
        ring = load_keys(opening)
    if not ring.of(use):
        return NO_USE
    return Ceremony(origin=opening.origin, use=use, key=key.hex(), answers=ring.answers(use), lost=lost and use == LOG)


def begin_for_log(*, lost: bool = False) -> Ceremony | Refusal:
    """Make the log another key, kept in this home, and return the file by which it is put in force, signed by it and by the one before it."""
    path, made = vault.new_key_file(vault.folder(), LOG)
    found = begin(use=LOG, key=made.public_key().public_bytes_raw(), lost=lost)
    if isinstance(found, Refusal):
        return found
    signed = found.with_signature(NEW, made.sign(found.message))
    if lost:
        return signed
    with ledger.reading():
        now = load_keys(governance.must_be_open()).log_key
    try:
        return signed.with_signature(OLD, vault.log_key(now).sign(found.message))
    except vault.KeyLost:
        path.unlink()
        return NO_LOG_KEY


def begin_revoking(*, use: str, key: str | None, since: int) -> Ceremony | Refusal:
    """Return the file by which a key is revoked: the one in force, or another that the use had."""
    with ledger.reading():
        opening = governance.must_be_open()
        ring = load_keys(opening)
    if not ring.of(use):
        return NO_USE
    now = ring.now(use)
    if key is None and now is None:
        return Refusal(code="NO_SUCH_KEY", says="This use has no key in force.", remedy="Name the key.", names=("key",))
    meant = key if key is not None else now.key if now is not None else ""
    return Ceremony(origin=opening.origin, use=use, key=meant, answers=ring.answers(use), since=since)


def sign(paper: Ceremony | BallotPaper, *, name: str | None, key: Path) -> Ceremony | BallotPaper | Refusal:
    """Return the file with a signature put in, by the key that lies in another: for `name`, or a vote's for its seat. It needs no database."""
    try:
        held = vault.signing_key(key)
    except vault.KeyLost:
        return NO_KEY_FILE
    if name == NEW and isinstance(paper, Ceremony) and held.public_key().public_bytes_raw().hex() != paper.key:
        return NOT_THE_NEW
    signature = held.sign(paper.message)
    return paper.signed(signature) if isinstance(paper, BallotPaper) else paper.with_signature(name or "", signature)


def public_half(key: Path) -> str:
    """Return the public half of the key in a file, which is one."""
    return vault.signing_key(key).public_key().public_bytes_raw().hex()


def make(path: Path) -> str:
    """Make a key in a new file that nobody else can read; return its public half. Raises FileExistsError, OSError."""
    return vault.new_signing_key(path).public_key().public_bytes_raw().hex()


@ledger.retried
def enter(*, ceremony: Ceremony, by: By) -> Done | Refused:
    """Enter an act on a key that enough seats have signed. Where it leaves votes in doubt, that counts when this returns."""
    act, names = ceremony.act, frozenset(f"agreement:{name}" for name in _agreements())
    wholly = {LOCK} if isinstance(act, AddKey) else {LOCK, *names, *map(lock_of, SUBJECTS)}
    with ledger.acting(by, exclusive=wholly, shared=[lock_of("witnesses")]) as acting:
        outcome: Draft | Refusal | None = refused_act(acting, ACT)
        if outcome is None:
            opening = governance.must_be_open()
            others = witness_keys(owned.load_texts("witnesses"))
            found = applied_to_keys(opening, load_keys(opening), act, acting.entry, others)
            if ceremony.origin != opening.origin:
                outcome = OTHER_LOG
            elif isinstance(found, Refusal):
                outcome = found
            else:
                outcome = key_drafts.key_added(act) if isinstance(act, AddKey) else key_drafts.key_revoked(act)
        done = ledger.append(outcome, by=by, act=ACT)
    if isinstance(done, ledger.Done):
        ledger.drain(done)
    return done


def _agreements() -> list[str]:
    with ledger.reading():
        return [one.id for one in governance.load_agreements()]
