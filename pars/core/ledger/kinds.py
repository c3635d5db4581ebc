"""Which act an entry records: the kinds, by their numbers. A number is never given anew."""

from __future__ import annotations

import re
from enum import IntEnum


class Kind(IntEnum):
    """What an entry records. Stored as the number; people read `dotted`."""

    GENESIS_OPENED = 1
    KEY_ADDED = 2
    KEY_REVOKED = 3
    CLOCK_SHIFTED = 4
    SEALER_STARTED = 5
    GRANT_GIVEN = 10
    GRANT_REMOVED = 11
    CLIENT_BOUND = 12
    CLIENT_UNBOUND = 13
    USER_NAMED = 14
    USER_REMOVED = 15
    DUTY_MET = 16
    TERMS_ACKNOWLEDGED = 17
    INQUIRY_MADE = 18
    INQUIRY_ANSWERED = 19
    AGREEMENT_PROPOSED = 20
    AGREEMENT_VOTED = 21
    AGREEMENT_REPLIED = 22
    AGREEMENT_END_NOTED = 23
    USE_REPORT_MADE = 24
    NOTICE_SERVED = 25
    OUTCOME_REPORTED = 26
    PROPOSAL_WITHDRAWN = 27
    APPROVAL_ASKED = 28
    APPROVAL_GIVEN = 29
    OFFENSES_LOADED = 30
    OWNERS_TEXT_PROPOSED = 31
    OWNERS_TEXT_VOTED = 32
    OWNERS_TEXT_WITHDRAWN = 33
    EMERGENCY_REVIEWED = 34
    CALENDAR_LOADED = 35
    SESSION_CLOSED = 36
    FORMS_PRINTED = 37
    DOCUMENT_RECEIVED = 40
    ARREST_BOOKED = 41
    CASE_SUBMITTED = 42
    CHARGES_DECIDED = 43
    COMPLAINT_SIGNED = 44
    INTERVIEW_RECORDED = 45
    HEARING_HELD = 46
    RELEASE_ORDERED = 47
    BAIL_POSTED = 48
    HOLD_LODGED = 49
    HOLD_LIFTED = 50
    DETAINER_RECEIVED = 51
    DETAINER_DECIDED = 52
    RELEASE_ACKNOWLEDGED = 53
    FACTS_CORRECTED = 54
    LIMIT_PASSED = 55
    DISCLOSED = 60
    SHOWN = 61
    REFUSED = 62
    STREAM_CLOSED = 63
    CHUNK_DROPPED = 64
    ATTEMPTS_SUMMED = 65
    EXPORT_OPENED = 66
    EXPORT_CLOSED = 67
    HOOK_REGISTERED = 68
    HOOK_REMOVED = 69
    IDENTITY_VERIFIED = 70
    PERSON_LINKED = 71
    FLAG_RECORDED = 72
    DIRECTLY_CHARGED = 73
    SENT_TO_JUVENILE = 74
    RECIPIENT_TOLD = 75
    HANDED_OVER = 76
    HANDOVER_TAKEN = 77
    INTERVIEW_SAVED = 80
    ANSWER_VERIFIED = 81
    WORKSHEET_SIGNED = 82
    CASE_CALLED = 83
    CASE_PASSED = 84
    DOCKET_GIVEN = 85
    RESULT_SENT = 86
    ORDER_SERVED = 87
    POSITION_STATED = 88
    POLICE_RELEASED = 90
    COMPLAINT_FILED = 91
    FORM_VOIDED = 92
    SILENCE_NOTED = 93
    CHARGING_TAKEN = 94
    CHARGING_GIVEN_BACK = 95
    COMPLAINT_COSIGNED = 96
    REPRESENTATION_CLAIMED = 97
    REPRESENTATION_ENDED = 98
    COUNSEL_PRESENT = 99
    COURT_ORDER_RECEIVED = 100
    COURT_ORDER_SERVED = 101
    PRESERVATION_STATED = 102
    EPOCH_ENDED = 103
    PURGE_ASKED = 104
    PURGE_ANSWERED = 105
    ACCESS_LIMITED = 106
    RECORD_PUT_AWAY = 107
    RECORD_BROUGHT_BACK = 108
    COPY_CLEANED = 109
    COURT_ORDER_WITHDRAWN = 110

    @property
    def dotted(self) -> str:
        """The name people read: `agreement.voted`."""
        return _DOTTED[self]


_DOTTED: dict[Kind, str] = {kind: re.sub("_", ".", kind.name.lower(), count=1) for kind in Kind}
_DOTTED[Kind.CHARGING_GIVEN_BACK] = "charging.given_back"
_DOTTED[Kind.AGREEMENT_END_NOTED] = "agreement.end_noted"
_DOTTED[Kind.USE_REPORT_MADE] = "use_report.made"
_DOTTED[Kind.OWNERS_TEXT_PROPOSED] = "owners_text.proposed"
_DOTTED[Kind.OWNERS_TEXT_VOTED] = "owners_text.voted"
_DOTTED[Kind.OWNERS_TEXT_WITHDRAWN] = "owners_text.withdrawn"
_DOTTED[Kind.COURT_ORDER_RECEIVED] = "court_order.received"
_DOTTED[Kind.COURT_ORDER_SERVED] = "court_order.served"
_DOTTED[Kind.COURT_ORDER_WITHDRAWN] = "court_order.withdrawn"
OF_NO_CASE = frozenset({Kind.FORM_VOIDED, Kind.SILENCE_NOTED})
"""What is noted beside the cases and isn't about one."""
CASE_KINDS = frozenset(kind for kind in Kind if 40 <= kind < 60 or 70 <= kind < 100) - OF_NO_CASE
