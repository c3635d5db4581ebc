"""Requests for a second person's approval: each is an entry with its question beside it, encrypted, as a disclosure's is."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pars.core import canonical
from pars.core.access.approvals import NOT_APPROVED, OTHER_QUESTION, Approval, AskedApproval
from pars.core.ledger import drafts
from pars.core.ledger.entries import Entry, Kind, decode
from pars.core.ledger.fold_approvals import asked_in
from pars.core.terms import Instant, Refusal
from pars.store import keys, ledger, tree
from pars.store.connections import acting_now, current
from pars.store.vault import KeyLost

if TYPE_CHECKING:
    from pars.core.access.permits import Permit
    from pars.core.access.question import Question
    from pars.store.ledger import Done, Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A request with its question as it was asked (None where its key was destroyed), and who approved it when."""

    asked: AskedApproval
    question: Any
    given: Approval | None


def enter(permit: Permit, question: Question, *, export: bool) -> Done | Refused:
    """Write the request, with the question encrypted beside it. The last write of an act."""
    here, key = acting_now(), keys.new_question_key()
    assert here.entry is not None
    assert here.by is not None
    words = question.approved.text()
    epoch, wrapped = keys.wrap_question_key(keys.newest_wrapping(here), key, here.entry)
    record: dict[str, canonical.Json] = {
        "agency": permit.agency or "",
        "person": permit.person,
        "question": canonical.read(words),
        "shown": [],
    }
    draft = drafts.approval_asked(
        agency=permit.agency or "",
        version=permit.version_hash,
        purpose=permit.purpose,
        columns=permit.columns,
        filters=permit.filters,
        question=keys.commit_words(key, "question", entry=here.entry, words=words),
        export=export,
    )
    done = ledger.append(draft, by=here.by)
    here.connection.execute(
        "insert into keys.question_key (entry, epoch, wrapped) values (%s, %s, %s)", [here.entry, epoch, wrapped]
    )
    here.connection.execute(
        "insert into ledger.dissemination (entry, ciphertext) values (%s, %s)",
        [here.entry, keys.seal_dissemination(key, here.entry, record)],
    )
    return done


def of_question(question: Question) -> Approval | Refusal:
    """Return the approval that a question names, if it is of this very question; whose it is, is for `decide` to ask."""
    assert question.approval is not None, "a question names the request that was approved"
    asked = request(question.approval)
    if asked is None:
        return OTHER_QUESTION
    try:
        key = keys.question_key(current(), asked.entry)
    except KeyLost:
        return OTHER_QUESTION
    again = keys.commit_words(key, "question", entry=asked.entry, words=question.approved.text())
    if not hmac.compare_digest(again, asked.question):
        return OTHER_QUESTION
    return _given(asked) or NOT_APPROVED


def request(entry: int) -> AskedApproval | None:
    """Return the request of an entry; None where it is none."""
    body = tree.load_entry(entry)
    found = decode(body) if body is not None else None
    return asked_in(found) if isinstance(found, Entry) and found.kind is Kind.APPROVAL_ASKED else None


def waiting(agreement_id: str, since: Instant) -> tuple[Waiting, ...]:
    """Return the requests under an agreement since an instant, the newest first."""
    bodies = tree.entries_under(f"agreement:{agreement_id}", kinds=(Kind.APPROVAL_ASKED,), start=since)
    requests = [asked_in(entry) for entry in map(decode, bodies) if isinstance(entry, Entry)]
    return tuple(Waiting(asked=asked, question=_question(asked.entry), given=_given(asked)) for asked in reversed(requests))


def kept() -> dict[int, int]:
    """Return which requests were approved, each with the approval's entry, as the rows have it."""
    return dict(current().connection.execute("select asked, entry from governance.approval_given").fetchall())


def _question(entry: int) -> Any:
    try:
        record: Any = keys.open_dissemination(current(), entry)
    except KeyLost:
        return None
    return record["question"]


def _given(asked: AskedApproval) -> Approval | None:
    row = (
        current()
        .connection.execute(
            "select e.id, e.at, e.person from governance.approval_given g join ledger.entry e on e.id = g.entry where g.asked = %s",
            [asked.entry],
        )
        .fetchone()
    )
    return Approval(asked=asked, entry=row[0], at=Instant(row[1]), by=row[2]) if row is not None else None
