"""Webhooks: each is an entry with its question and address beside it, encrypted; and its turn in the queue of those to look for.

The queue isn't the ledger's: it says when to look next and how far somebody was told. What it loses is told twice, or later.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from psycopg.types.json import Jsonb

from pars.core import canonical
from pars.core.access.hooks import APART, LOOK, MOST_HOOKS, wait_after
from pars.core.ledger import hook_drafts
from pars.core.terms import SECOND, Instant, Refusal
from pars.store import keys, ledger
from pars.store.connections import acting_now, connection, current
from pars.store.vault import KeyLost

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pars.core.access.hooks import Address
    from pars.core.access.permits import Permit
    from pars.core.access.question import Question
    from pars.store.ledger import Done, Refused

LEASE = 60 * SECOND
"""How long whoever took a turn has for it (µs): longer than any send may take, so that only a worker that died loses its turn."""

NO_HOOK = Refusal(
    code="NO_SUCH_HOOK",
    says="There is no such hook, or it was removed.",
    remedy="See which there are: GET /v1/hooks.",
    names=("hook",),
)
TOO_MANY = Refusal(
    code="TOO_MANY_HOOKS",
    says=f"There are {MOST_HOOKS} hooks under this agreement already.",
    remedy="Remove one first.",
    names=("/address",),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hook:
    """An open hook as it was registered. `question` and `address` are None where its key was destroyed."""

    entry: int
    at: Instant
    agreement: str
    agency: str
    person: str
    client: str | None
    end: Instant
    question: Any
    address: str | None
    secret: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """How far a hook's receiver was told, and how the last hint fared.

    `told_to` is the instant up to which, `told` the records of the last hint (case → mark), `first` the hint that is being tried
    anew; `failed` how often it failed. `outcome` and `tried` are of the last try. A hook that `rests` is looked for no more.
    """

    told_to: Instant
    told: Mapping[str, int]
    failed: int
    first: int | None
    outcome: str | None
    tried: Instant | None
    rests: bool


def enter(permit: Permit, question: Question, address: Address, end: Instant) -> tuple[Done | Refused, bytes]:
    """Write the registration, with question and address encrypted beside it; return its receipt and its secret. The last write of an act."""
    here, key = acting_now(), keys.new_question_key()
    assert here.entry is not None
    assert here.by is not None
    entry, agreement = here.entry, permit.authority.removeprefix("agreement:")
    if len(_open(agreement)) >= MOST_HOOKS:
        return ledger.append(TOO_MANY, by=here.by, agency=permit.agency, purpose=permit.purpose), b""
    words = question.text()
    epoch, wrapped = keys.wrap_question_key(keys.newest_wrapping(here), key, entry)
    record: dict[str, canonical.Json] = {
        "agency": permit.agency or "",
        "person": permit.person,
        "question": canonical.read(words),
        "address": address.text,
        "shown": [],
    }
    draft = hook_drafts.hook_registered(
        agency=permit.agency or "",
        agreement=agreement,
        version=permit.version_hash,
        purpose=permit.purpose,
        columns=permit.columns,
        filters=permit.filters,
        question=keys.commit_words(key, "question", entry=entry, words=words),
        address=keys.commit_words(key, "address", entry=entry, words=address.text.encode()),
        end=end,
    )
    given, at = here.connection, here.at
    done = ledger.append(draft, by=here.by)
    given.execute("insert into keys.question_key (entry, epoch, wrapped) values (%s, %s, %s)", [entry, epoch, wrapped])
    given.execute(
        "insert into ledger.dissemination (entry, ciphertext) values (%s, %s)",
        [entry, keys.seal_dissemination(key, entry, record)],
    )
    given.execute(
        "insert into web.hook_turn (hook, due, told_to) values (%s, ledger.real_now() + %s, %s)", [entry, LOOK * SECOND, at]
    )
    return done, keys.hook_secret(key, entry)


def refuse(hook: int, at: Instant) -> Refusal | None:
    """Return why a hook is told nothing at that instant; None while it is open."""
    row = current().connection.execute('select "end" from governance.hook_open where entry = %s', [hook]).fetchone()
    return NO_HOOK if row is None or at >= row[0] else None


def load(hook: int) -> tuple[Hook, Turn] | None:
    """Return an open hook and its turn, or None."""
    found = _load("h.entry = %s", hook)
    return found[0] if found else None


def of_agreement(agreement: str) -> list[tuple[Hook, Turn]]:
    """Return the open hooks under an agreement, the oldest first."""
    return _load("h.agreement_id = %s", agreement)


def kept() -> dict[int, Instant]:
    """Return the open hooks, each with its end, as the rows have it."""
    found = current().connection.execute('select entry, "end" from governance.hook_open')
    return {entry: Instant(end) for entry, end in found.fetchall()}


def forget(hook: int) -> None:
    """Give a removed hook no turn any more. In its act."""
    acting_now().connection.execute("delete from web.hook_turn where hook = %s", [hook])


def _open(agreement: str) -> list[int]:
    now = current().at
    found = current().connection.execute(
        'select entry from governance.hook_open where agreement_id = %s and "end" > %s', [agreement, now]
    )
    return [row[0] for row in found.fetchall()]


def _load(which: str, value: object) -> list[tuple[Hook, Turn]]:
    found = current().connection.execute(
        "select h.entry, e.at, h.agreement_id, a.agency, e.person, convert_from(e.body, 'UTF8')::jsonb #>> '{by,c}', h.\"end\", t.told_to, t.told, "  # noqa: S608
        "t.failed, t.first, t.outcome, t.tried, t.due is null from governance.hook_open h join ledger.entry e on e.id = h.entry "
        "join governance.agreement a on a.agreement_id = h.agreement_id join web.hook_turn t on t.hook = h.entry "
        f"where {which} order by h.entry",
        [value],
    )
    return [_read(row) for row in found.fetchall()]


def _read(row: tuple[Any, ...]) -> tuple[Hook, Turn]:
    entry, at, agreement, agency, person, client, end, told_to, told, failed, first, outcome, tried, rests = row
    try:
        record: Any = keys.open_dissemination(current(), entry)
        secret = keys.hook_secret(keys.question_key(current(), entry), entry)
    except KeyLost:
        record, secret = {"question": None, "address": None}, b""
    hook = Hook(
        entry=entry,
        at=Instant(at),
        agreement=agreement,
        agency=agency,
        person=person,
        client=client,
        end=Instant(end),
        question=record["question"],
        address=record["address"],
        secret=secret,
    )
    turn = Turn(
        told_to=Instant(told_to),
        told=told,
        failed=failed,
        first=first,
        outcome=outcome,
        tried=None if tried is None else Instant(tried),
        rests=rests,
    )
    return hook, turn


# ---------------------------------------------------------------- turns


def take_turns(most: int) -> list[int]:
    """Return the hooks whose turn has come, the longest waiting first; nobody else is given them while the lease lasts."""
    with connection("app") as given:
        found = given.execute(
            "update web.hook_turn set due = ledger.real_now() + %s where hook in (select hook from web.hook_turn "
            "where due <= ledger.real_now() order by due limit %s for update skip locked) returning hook",
            [LEASE, most],
        )
        return [row[0] for row in found.fetchall()]


def wait(hook: int, seconds: int = LOOK) -> None:
    """Look for the hook again in so many seconds."""
    _turn(hook, "due = ledger.real_now() + %s", seconds * SECOND)


def drop_ended(hook: int) -> None:
    """Look for a hook no more that has ended, or whose key is gone."""
    with connection("app") as given:
        given.execute("delete from web.hook_turn where hook = %s", [hook])


def delivered(hook: int, *, told_to: Instant, told: Mapping[str, int], outcome: str) -> None:
    """Keep how far the receiver was told."""
    _turn(
        hook,
        "told_to = %s, told = %s, failed = 0, first = null, outcome = %s, tried = ledger.pars_now(), due = ledger.real_now() + %s",
        told_to,
        Jsonb(dict(told)),
        outcome,
        APART * SECOND,
    )


def failed(hook: int, *, times: int, first: int, outcome: str, rests: bool = False) -> None:
    """Keep that a hint failed for so many times in a row; the next one is further off, and after the last there is none."""
    seconds = None if rests else wait_after(times)
    due = "null" if seconds is None else f"ledger.real_now() + {seconds * SECOND}"
    _turn(hook, f"failed = %s, first = %s, outcome = %s, tried = ledger.pars_now(), due = {due}", times, first, outcome)


def _turn(hook: int, what: str, *values: object) -> None:
    with connection("app") as given:
        given.execute(f"update web.hook_turn set {what} where hook = %s", [*values, hook])  # noqa: S608


__all__ = [
    "NO_HOOK", "Hook", "Turn", "delivered", "drop_ended", "enter", "failed", "forget", "kept", "load", "of_agreement", "refuse", "take_turns",
    "wait",
]  # fmt: skip
