"""Which table repeats which kind of entry: what `recording` writes with the entry, and what is read in its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pars.core.ledger.entries import Kind
from pars.store import order_rows

if TYPE_CHECKING:
    from collections.abc import Mapping

ROWS: Mapping[Kind, tuple[str, Mapping[str, str]]] = {
    Kind.GRANT_GIVEN: (
        "grant_given",
        {"grant_id": "grant", "person": "person", "role": "role", "start": "start", "end": "end"},
    ),
    Kind.GRANT_REMOVED: ("grant_removed", {"grant_id": "grant"}),
    Kind.CLIENT_BOUND: ("client_bound", {"agreement_id": "agreement", "client": "client", "agency": "agency"}),
    Kind.CLIENT_UNBOUND: ("client_unbound", {"agreement_id": "agreement", "client": "client"}),
    Kind.USER_NAMED: ("user_named", {"agreement_id": "agreement", "person": "person", "end": "end", "holds": "holds"}),
    Kind.USER_REMOVED: ("user_removed", {"agreement_id": "agreement", "person": "person"}),
    Kind.DUTY_MET: (
        "duty_met",
        {"agreement_id": "agreement", "version": "version", "duty": "duty", "due": "due", "shown": "shown"},
    ),
    Kind.TERMS_ACKNOWLEDGED: ("acknowledged", {"agreement_id": "agreement", "person": "person", "version": "version"}),
    Kind.INQUIRY_MADE: ("inquiry", {"agreement_id": "agreement", "inquiry": "inquiry", "due": "due"}),
    Kind.INQUIRY_ANSWERED: ("inquiry_answered", {"agreement_id": "agreement", "inquiry": "inquiry", "answer": "answer"}),
    Kind.OUTCOME_REPORTED: ("outcome", {"agreement_id": "agreement", "answer": "answer", "outcome": "outcome"}),
    Kind.AGREEMENT_PROPOSED: ("version", {"agreement_id": "agreement", "version": "version"}),
    Kind.AGREEMENT_VOTED: (
        "vote",
        {
            "agreement_id": "agreement",
            "version": "version",
            "choice": "choice",
            "seat": "seat",
            "answers": "answers",
            "signature": "signature",
            "why": "why",
        },
    ),
    Kind.PROPOSAL_WITHDRAWN: ("withdrawn", {"agreement_id": "agreement", "version": "version"}),
    Kind.AGREEMENT_REPLIED: ("reply", {"agreement_id": "agreement", "report": "report", "reply": "reply"}),
    Kind.AGREEMENT_END_NOTED: ("end_noted", {"agreement_id": "agreement", "version": "version", "ended": "ended"}),
    Kind.USE_REPORT_MADE: ("use_report", {"agreement_id": "agreement", "start": "start", "end": "end", "report": "report"}),
    Kind.NOTICE_SERVED: (
        "notice",
        {
            "agreement_id": "agreement",
            "version": "version",
            "notice": "notice",
            "channel": "channel",
            "about": "about",
            "proof": "proof",
        },
    ),
    Kind.APPROVAL_GIVEN: ("approval_given", {"agreement_id": "agreement", "asked": "asked"}),
    Kind.HOOK_REGISTERED: ("hook", {"agreement_id": "agreement", "end": "end"}),
    Kind.HOOK_REMOVED: ("hook_removed", {"agreement_id": "agreement", "hook": "hook"}),
    Kind.EMERGENCY_REVIEWED: ("emergency_reviewed", {"agreement_id": "agreement", "answer": "answer", "finding": "finding"}),
    Kind.OFFENSES_LOADED: ("offenses", {"offenses": "offenses"}),
    Kind.OWNERS_TEXT_PROPOSED: ("owners_text", {"about": "about", "text": "text"}),
    Kind.OWNERS_TEXT_VOTED: (
        "owners_vote",
        {
            "about": "about",
            "text": "text",
            "choice": "choice",
            "seat": "seat",
            "answers": "answers",
            "signature": "signature",
        },
    ),
    Kind.OWNERS_TEXT_WITHDRAWN: ("owners_withdrawn", {"about": "about", "text": "text"}),
    Kind.CALENDAR_LOADED: ("calendar", {"calendar": "calendar"}),
    Kind.FORMS_PRINTED: ("forms_printed", {"site": "site", "form": "form", "first": "first", "count": "count"}),
    Kind.FORM_VOIDED: ("form_voided", {"site": "site", "number": "number", "reason": "reason"}),
    Kind.SILENCE_NOTED: ("silence_noted", {"source": "source", "since": "since", "hours": "hours"}),
    Kind.KEY_ADDED: (
        "key_added",
        {"use": "use", "key": "key", "answers": "answers", "seats": "seats", "signed": "new", "handed": "old"},
    ),
    Kind.KEY_REVOKED: (
        "key_revoked",
        {"use": "use", "key": "key", "since": "since", "answers": "answers", "seats": "seats"},
    ),
    Kind.SESSION_CLOSED: ("session_record", {"record": "record", "session": "session", "amends": "amends"}),
    **order_rows.ROWS,
}
"""For each kind: the table that repeats it, and which field of the entry each column holds."""

ACTS = "act"
"""How `entry_row` calls an act on an authority: the newest such row tells whether what is known of it is still all."""


class Unreadable(Exception):
    """What the tables hold about an authority can't be: outsiders are refused, and `pars fsck` says where."""
