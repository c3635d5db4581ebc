"""The form of every kind of entry: which fields its detail has, and what each may hold. What has no form here can't be encoded.

No field may hold words: a code, a number, a hash or a signature. docs/spec/ledger.md says the same to whoever writes a second program.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, TypeAlias

from pars.core import canonical
from pars.core.ledger.kinds import CASE_KINDS, Kind

Check: TypeAlias = Callable[[Any], bool]

_HASH = re.compile(r"[0-9a-f]{64}").fullmatch
_SALT = re.compile(r"[0-9a-f]{32}").fullmatch
_SIGNATURE = re.compile(r"[0-9a-f]{128}").fullmatch
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/+-]{0,127}").fullmatch
_REFUSAL = re.compile(r"[A-Z][A-Z0-9_]{0,63}").fullmatch
_FIELD = re.compile(r"/?[A-Za-z0-9][A-Za-z0-9._:/+-]{0,63}").fullmatch
_SEAL = re.compile(r"[a-z][a-z0-9_]{0,63}:[0-9a-f]{128}").fullmatch
_NAME = re.compile(r"[a-z][a-z0-9_]{0,63}").fullmatch
_AUTHORITY = re.compile(r"(?:grant|agreement|agency):[A-Za-z0-9][A-Za-z0-9._-]{0,63}|floor|system").fullmatch
_CHOICES = frozenset({"adopt", "reject", "suspend", "revoke", "reinstate", "withdraw"})


def _whole(value: Any) -> bool:
    return type(value) is int and -canonical.LARGEST <= value <= canonical.LARGEST


def _count(value: Any) -> bool:
    return type(value) is int and 0 <= value <= canonical.LARGEST


def _flag(value: Any) -> bool:
    return type(value) is int and value in {0, 1}


def _text(matches: Callable[[str], object]) -> Check:
    return lambda value: type(value) is str and matches(value) is not None


def _choice(value: Any) -> bool:
    return type(value) is str and value in _CHOICES


def _object(value: Any) -> bool:
    return type(value) is dict


def _sorted(part: Check) -> Check:
    """A list in rising order without repeats, so that one set has one form."""

    def check(value: Any) -> bool:
        return type(value) is list and all(map(part, value)) and all(one < other for one, other in pairwise(value))

    return check


_hash, _salt, _signature, _code = _text(_HASH), _text(_SALT), _text(_SIGNATURE), _text(_CODE)
_refusal, _name, _authority = _text(_REFUSAL), _text(_NAME), _text(_AUTHORITY)
_sealed = _sorted(_text(_SEAL))
_hashes, _names, _fields = _sorted(_hash), _sorted(_name), _sorted(_text(_FIELD))


def _seals(value: Any) -> bool:
    """Signatures by seat, `seat:signature`: at most one of each."""
    return _sealed(value) and len({one.partition(":")[0] for one in value}) == len(value)


def is_authority(text: str) -> bool:
    """Return whether this is written as an authority is: what an entry can be under."""
    return _AUTHORITY(text) is not None


def is_field(text: str) -> bool:
    """Return whether a refusal may name this: a column, a purpose, an act or a place in a document, never loose words."""
    return _FIELD(text) is not None


def _stated(value: Any) -> bool:
    """What a rule of the case may add to its entry: a number, a code, a hash, or a list of such. Never words."""
    if type(value) is list:
        return all(_whole(part) or _code(part) for part in value)
    return _whole(value) or _code(value)


@dataclass(frozen=True, slots=True)
class Form:
    """The fields of a detail object: those it must have, those it may have, and whether it may have others (`more`)."""

    needs: Mapping[str, Check]
    may: Mapping[str, Check] = field(default_factory=dict)
    more: Check | None = None

    def problem(self, detail: Any) -> str | None:
        """Return what is wrong with `detail`, or None."""
        if type(detail) is not dict:
            return "not an object"
        needs = 0
        for name, value in detail.items():
            check = self.needs.get(name)
            if check is not None:
                needs += 1
            else:
                check = self.may.get(name) or self.more
                if check is None or not _name(name):
                    return f"{name!r:.40}: no such field"
            if not check(value):
                return f"{name}: not a value that this field may have"
        if needs != len(self.needs):
            return f"{', '.join(sorted(self.needs.keys() - detail.keys()))}: missing"
        return None


ENVELOPE = Form({"v": _count, "k": _count, "id": _count, "at": _whole, "salt": _salt, "by": _object, "d": _object})
"""What stands around every detail."""
BY = Form({"p": _code, "g": _authority}, {"c": _code})
"""Who acts: a person, their authority, a client."""
_CASE = Form({"case": _hash, "version": _count}, more=_stated)
_VOTE = {"choice": _choice, "seat": _code, "answers": _count, "signature": _signature}
_KEY = {"use": _code, "key": _hash, "answers": _count, "seats": _seals}
_ASKED = {"columns": _names, "filters": _names, "rows": _count, "side": _hash, "question": _hash, "out": _hash}

FORMS: Mapping[Kind, Form] = {
    Kind.GENESIS_OPENED: Form(
        {
            "origin": _code,
            "log_key": _hash,
            "simulated": _flag,
            "shift": _whole,
            "charter": _hash,
            "floor": _hash,
            "catalogue": _hash,
            "roles": _hashes,
            "detainers": _hash,
            "profile": _hash,
        }
    ),
    Kind.KEY_ADDED: Form({**_KEY, "new": _signature}, {"old": _signature}),
    Kind.KEY_REVOKED: Form({**_KEY, "since": _count}),
    Kind.CLOCK_SHIFTED: Form({"was": _whole, "shift": _whole}),
    Kind.SEALER_STARTED: Form({"epoch": _count}),
    Kind.GRANT_GIVEN: Form({"grant": _code, "person": _code, "role": _hash, "start": _whole}, {"end": _whole}),
    Kind.GRANT_REMOVED: Form({"grant": _code}),
    Kind.CLIENT_BOUND: Form({"client": _code, "agency": _code, "agreement": _code}),
    Kind.CLIENT_UNBOUND: Form({"client": _code, "agreement": _code}),
    Kind.USER_NAMED: Form({"agreement": _code, "person": _code}, {"end": _whole, "holds": _names}),
    Kind.USER_REMOVED: Form({"agreement": _code, "person": _code}),
    Kind.DUTY_MET: Form({"agreement": _code, "version": _hash, "duty": _code, "due": _whole, "shown": _hash}),
    Kind.TERMS_ACKNOWLEDGED: Form({"agreement": _code, "person": _code, "version": _hash}),
    Kind.INQUIRY_MADE: Form({"agreement": _code, "inquiry": _hash, "due": _whole}),
    Kind.INQUIRY_ANSWERED: Form({"agreement": _code, "inquiry": _count, "answer": _hash}),
    Kind.AGREEMENT_PROPOSED: Form({"agreement": _code, "agency": _code, "version": _hash}),
    Kind.AGREEMENT_VOTED: Form({"agreement": _code, "version": _hash, **_VOTE}, {"why": _hash}),
    Kind.AGREEMENT_REPLIED: Form({"agreement": _code, "report": _count, "reply": _hash}),
    Kind.AGREEMENT_END_NOTED: Form({"agreement": _code, "version": _hash, "ended": _whole}),
    Kind.USE_REPORT_MADE: Form({"agreement": _code, "start": _whole, "end": _whole, "report": _hash}),
    Kind.NOTICE_SERVED: Form(
        {"agreement": _code, "version": _hash, "notice": _hash}, {"channel": _code, "about": _name, "proof": _hash}
    ),
    Kind.OUTCOME_REPORTED: Form({"agreement": _code, "answer": _count, "outcome": _name}),
    Kind.PROPOSAL_WITHDRAWN: Form({"agreement": _code, "version": _hash}),
    Kind.APPROVAL_ASKED: Form(
        {"agency": _code, "version": _hash, "purpose": _code, "columns": _names, "filters": _names, "question": _hash},
        {"export": _flag},
    ),
    Kind.APPROVAL_GIVEN: Form({"agreement": _code, "asked": _count}),
    Kind.EMERGENCY_REVIEWED: Form({"agreement": _code, "answer": _count, "finding": _refusal}),
    Kind.OFFENSES_LOADED: Form({"offenses": _hash, "lines": _count}),
    Kind.OWNERS_TEXT_PROPOSED: Form({"about": _code, "text": _hash}),
    Kind.OWNERS_TEXT_VOTED: Form({"about": _code, "text": _hash, **_VOTE}),
    Kind.OWNERS_TEXT_WITHDRAWN: Form({"about": _code, "text": _hash}),
    Kind.CALENDAR_LOADED: Form({"calendar": _hash, "lines": _count}),
    Kind.SESSION_CLOSED: Form({"session": _whole, "record": _hash}, {"amends": _count}),
    Kind.FORMS_PRINTED: Form({"site": _code, "form": _code, "first": _count, "count": _count}),
    Kind.FORM_VOIDED: Form({"site": _code, "number": _count, "reason": _refusal}),
    Kind.SILENCE_NOTED: Form({"source": _code, "since": _whole, "hours": _count}),
    **dict.fromkeys(sorted(CASE_KINDS), _CASE),
    Kind.DISCLOSED: Form(
        {"agency": _code, "version": _hash, "purpose": _code, **_ASKED},
        {
            "evidence": _hash,
            "paper": _hash,
            "stream": _count,
            "follows": _count,
            "repeats": _count,
            "export": _count,
            "approval": _count,
            "emergency": _refusal,
            "behalf": _code,
            "checked": _flag,
            "hook": _count,
        },
    ),
    Kind.SHOWN: Form({"act": _code, **_ASKED}, {"purpose": _code, "evidence": _hash, "follows": _count}),
    Kind.REFUSED: Form(
        {"code": _refusal},
        {
            "act": _code,
            "agency": _code,
            "purpose": _code,
            "names": _fields,
            "question": _hash,
            "case": _hash,
            "repeats": _count,
        },
    ),
    Kind.STREAM_CLOSED: Form({"agency": _code, "reason": _refusal, "chunks": _count, "empty": _count}, {"stream": _count}),
    Kind.CHUNK_DROPPED: Form({"chunk": _count, "reason": _refusal}),
    Kind.ATTEMPTS_SUMMED: Form({"start": _whole, "end": _whole, "failed": _count}),
    Kind.EXPORT_OPENED: Form(
        {"agency": _code, "version": _hash, "purpose": _code, "form": _code, "columns": _names, "filters": _names},
        {"follows": _count, "repeats": _count, "approval": _count},
    ),
    Kind.EXPORT_CLOSED: Form(
        {
            "agency": _code,
            "export": _count,
            "reason": _refusal,
            "chunks": _count,
            "dropped": _count,
            "rows": _count,
            "out": _hash,
        },
        {"last": _count},
    ),
    Kind.HOOK_REGISTERED: Form(
        {
            "agency": _code,
            "agreement": _code,
            "version": _hash,
            "purpose": _code,
            "columns": _names,
            "filters": _names,
            "question": _hash,
            "address": _hash,
            "end": _whole,
        }
    ),
    Kind.HOOK_REMOVED: Form({"agreement": _code, "hook": _count}),
    Kind.COURT_ORDER_RECEIVED: Form(
        {"means": _name, "final": _whole, "paper": _hash}, {"case": _hash, "lifts": _count, "charges": _count}
    ),
    Kind.COURT_ORDER_SERVED: Form({"order": _count, "on": _code}, {"copy": _hash}),
    Kind.PRESERVATION_STATED: Form({"order": _count, "reason": _refusal, "stands": _flag}),
    Kind.EPOCH_ENDED: Form({"epoch": _count}),
    Kind.PURGE_ASKED: Form({"agreement": _code, "order": _count, "due": _whole, "notice": _hash}),
    Kind.PURGE_ANSWERED: Form({"agreement": _code, "purge": _count, "outcome": _refusal, "shown": _hash}),
    Kind.ACCESS_LIMITED: Form({"case": _hash, "version": _count, "order": _count, "limited": _flag}),
    Kind.RECORD_PUT_AWAY: Form({"order": _count, "purges": _count}, {"shares": _hashes, "charges": _count}),
    Kind.RECORD_BROUGHT_BACK: Form({"order": _count}),
    Kind.COPY_CLEANED: Form({"orders": _count, "records": _count}),
    Kind.COURT_ORDER_WITHDRAWN: Form({"order": _count, "reason": _refusal}),
}


def form_problem(kind: Kind, detail: Any) -> str | None:
    """Return what keeps `detail` from being the detail of an entry of this kind, or None."""
    return FORMS[kind].problem(detail)
