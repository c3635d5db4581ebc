"""Whatever is sent to `/v1`: it is answered or refused, never broken; and who has no right to a record gets none."""

from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import pars.config
from pars.core.access.catalogue import COLUMNS
from pars.edge import attempts
from pars.store import ledger, rows
from tests.api.houses import PASSWORD, House, arrest, question
from tests.api.test_v1_cases import ADVISED, Drive, booked

MARK = "Zzmarker"


def tries(count: int) -> settings:
    """Return settings for so many examples, or what the soak run asks for; the house is meant to be shared by all of them."""
    unwanted = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
    soaking = settings().max_examples > 100
    return settings(suppress_health_check=unwanted, max_examples=settings().max_examples if soaking else count)


PROFILE = json.loads((Path(pars.config.__file__).parent / "city" / "profile.json").read_text())
PEOPLE = ("booking", "charging", "interview", "bench", "clerk", "custodian", "defense", "manager", "city", "auditor", "sheriff")
TERMS = {"types": ["ROR"], "next_hearing": "2027-01-15T09:00", "next_court": "Courtroom 4"}

BODIES: dict[str, Any] = {
    "/v1/arrests": arrest(MARK),
    "/submission": {},
    "/charge-decisions": {"choices": [{"decision": "AMEND", "proposed": 3, "reason": "GRADE", "grade": "M2", "note": "x"}]},
    "/complaint": {"text_sha256": "0" * 64, "password": PASSWORD},
    "/interview": {"outcome": "TAKEN", "answers": {"local_residence": "YES"}, "interpreter": "Spanish"},
    "/interview/beginning": {"channel": "VIDEO", "told": True, "room": "x"},
    "/interview/postponements": {"reason": "x", "until": "2026-11-01T12:00"},
    "/interview/answers": {"answers": {"employed": "YES", "phone": None}, "note": "x"},
    "/interview/references": {"name": "x", "relation": "x", "phone": "x"},
    "/interview/checks": {"question": "local_residence", "channel": "CALL", "result": "CONFIRMED", "says": "x"},
    "/worksheet/preview": {"recommendation": "COURT", "conditions": ["REPORT"], "reason": "x"},
    "/worksheet": {"choice": {"recommendation": "COURT", "reason": "x"}, "signature": {"text_sha256": "0" * 64, "password": PASSWORD}},
    "/hearing": {"time": "2026-11-01T12:00:00-05:00", "probable_cause": True, "reason": "x", **ADVISED},
    "/release-orders": {"terms": TERMS, "signature": {"text_sha256": "0" * 64, "password": PASSWORD}},
    "/release-orders/preview": {**TERMS, "types": ["MONETARY"], "amount_cents": 1000, "deposit_percent": 10},
    "/bail": {"order": 9, "amount_cents": 100},
    "/holds": {"kind": "PROBATION_DETAINER", "authority": "A judge", "lodged": "2026-11-01T12:00", "reference": "x"},
    "/holds/9/lift": {"reason": "x"},
    "/detainers": {"form": "I-247A", "paper": "NONE", "issuing_office": "x", "received": "2026-11-01T12:00"},
    "/detainers/9/decision": {"hold": "HONOR", "notice": "DECLINE", "hand_over": "DECLINE", "access": "DECLINE", "reason": "x"},
    "/release-acknowledgements": {"released": True, "reason": "x"},
    "/doubts/4/resolution": {"reason": "x", "adult": True},
    "/links": {"other_case": str(uuid4()), "basis": "FINGERPRINT", "reason": "x"},
    "/links/9/confirmation": {"reason": "x"},
    "/links/9/undoing": {"reason": "x"},
    "/flags/property": {"state": "TAKEN", "reference": "x"},
    "/flags/medical": {"handed_to": "x", "urgent": True},
    "/flags/interpreter": {"state": "NEEDED", "language": "Spanish"},
    "/flags/competency": {"state": "RAISED", "note": "x"},
    "/flags/consular": {"state": "REQUESTED", "nationality": "x"},
    "/flags/image": {"kind": "PRINTS", "system": "x", "reference": "x"},
    "/direct-charge": {"basis": "MURDER", "reason": "x"},
    "/juvenile-transfer": {"court": "x", "reference": "x", "decided": "2026-11-01", "docket": "CP-51-CR-0012345-2026"},
    "/told-apart": {"others": [str(uuid4())], "reason": "x"},
    "/identity-replies": {"source": "x", "stated": "2026-11-01", "outcome": "MATCH", "reference": "x", "sid": "12345678", "birth_date": "1990"},
    "/v1/agreements/warrant-desk/votes": {"version": "0" * 64, "choice": "revoke", "seat": "city", "answers": 1, "signature": "0" * 128},
    "/v1/agreements/warrant-desk/users": {"person": "p-1", "holds": ["terms_signed"]},
    "/v1/agreements/warrant-desk/clients": {"client": "another"},
    "/v1/agreements/warrant-desk/replies": {"report": 3, "text": "x"},
    "/v1/agreements/warrant-desk/reports": {"start": "2026-01-01T00:00:00Z", "end": "2026-02-01T00:00:00Z"},
    "/v1/agreements/warrant-desk/notices": {"version": "0" * 64, "channel": "web", "text": "x"},
    "/v1/agreements": {"v": 1, "agreement": "x", "number": 1},
    "/corrections": {"why": "x", "identities": [{"surname": MARK, "birth_date": "1990", "corrects": 1}]},
    "/complaint-cosignature": {"text_sha256": "0" * 64, "password": PASSWORD},
    "/complaint-filing": {"time": "2026-11-01T12:00", "court": "x", "why": "x"},
    "/police-release": {"time": "2026-11-01T12:00", "reason": "x"},
    "/paper-forms": {"form": "PDU-000021-M"},
    "/charging-take": {},
    "/charging-give-back": {},
    "/calls": {"interpreter": True, "video": False, "reason": "x"},
    "/passes": {"reason": "OTHER", "note": "x"},
    "/positions": {"side": "DEFENSE", "says": "x"},
    "/dockets": {"number": "MC-51-CR-0012345-2026", "arrests": [2], "instead_of": 9, "why": "x"},
    "/results": {"to": "CUSTODY", "receipt": "x"},
    "/services": {"order": 9, "on": "DEFENDANT", "time": "2026-11-01T12:00", "language": "en", "read": "1990-06-01", "interpreter": "x"},
    "/representations": {"basis": "ASSIGNED", "said": "x"},
    "/representations/end": {"reason": "x"},
    "/counsel-presence": {"how": "VIDEO", "is_present": True},
    "/v1/find": {"sought": f"{MARK} 1990-06-01 12345", "zone": "America/New_York"},
    "/v1/seen": {"number": "MC-51-CR-0012345-2026", "why": "own_request", "evidence": MARK},
    "/v1/corrections/5/tellings": {"recipient": "agency:sheriff", "how": "LETTER", "acknowledged": True},
    "/v1/sessions/2026-11-20T04:00/records": {"password": PASSWORD, "amends": 4, "amended": "CORRECTED"},
    "/v1/texts": PROFILE,
    "/v1/texts/profile/votes": {"version": "0" * 64, "choice": "adopt", "seat": "city", "answers": 1, "signature": "0" * 128},
}  # fmt: skip

odd = st.sampled_from(
    (None, True, 0, -1, 10**40, 1.5, "", " ", "x" * 600, "a\x00b", "\ud800", "é", "e\u0301", "\u202e", "2026-02-30", "9999-12-31",
     "0001-01-01", [], {}, [[]], "APPROVE", "DECLINE", "JUDICIAL", "MONETARY", 2**53)
)  # fmt: skip
anything = st.recursive(
    odd | st.text(max_size=8) | st.integers(), lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
)  # fmt: skip


likely = st.sampled_from(
    ("x", "APPROVE", "DECLINE", "RETURN", "ADD", "OTHER", "EVIDENCE", "ROR", "NONMONETARY", "UNSECURED", "REFUSED", "UNABLE", "JUDICIAL",
     "ADMINISTRATIVE", "HONOR", "NOT_ASKED", "SECOND_PERSON", "REPORT", "2026-11-02", "2027-01-20T09:00", "2026", "Europe/Berlin", True, False)
) | st.integers(0, 14)  # fmt: skip
"""What a part could well be, somewhere."""

DESKS = {
    "/v1/arrests": "booking", "/submission": "booking", "/charge-decisions": "charging", "/complaint": "charging",
    "/interview": "interview", "/hearing": "bench", "/release-orders": "bench", "/release-orders/preview": "bench", "/bail": "clerk",
    "/links": "booking", "/identity-replies": "booking", "/direct-charge": "charging", "/juvenile-transfer": "bench", "/doubts/4/resolution": "booking", "/v1/agreements/warrant-desk/votes": "city",
    "/v1/agreements/warrant-desk/reports": "auditor", "/corrections": "booking", "/complaint-filing": "clerk", "/police-release": "booking",
    "/paper-forms": "booking", "/calls": "clerk", "/passes": "bench", "/positions": "bench", "/dockets": "clerk", "/results": "clerk",
    "/v1/corrections/5/tellings": "booking", "/v1/find": "booking", "/v1/sessions/2026-11-20T04:00/records": "clerk", "/v1/texts": "manager",
    "/v1/texts/profile/votes": "city", "/v1/seen": "auditor",
}  # fmt: skip
"""Whose act it is; the custodian's for the rest of a case's, the manager's for the rest of an agreement's."""


def desk(verb: str) -> str:
    if verb.startswith(("/interview", "/worksheet")):
        return "interview"
    if verb.startswith(("/representations", "/counsel")):
        return "defense"
    if verb.startswith(("/complaint", "/charging")):
        return "charging"
    return DESKS.get(verb) or ("manager" if verb.startswith("/v1/agreements") else "custodian")


def parts_of(value: Any, place: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [place]
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in items:
        found += parts_of(part, (*place, key))
    return found


@st.composite
def bent(draw: st.DrawFn, value: Any) -> Any:
    """Return a value with a few of its parts replaced, taken out or doubled."""
    made = json.loads(json.dumps(value))
    for _ in range(draw(st.sampled_from((0, 1, 1, 1, 2, 3)))):
        place = draw(st.sampled_from(parts_of(made)))
        if not place:
            if draw(st.integers(0, 9)) == 0:
                return draw(anything)
            continue
        holder = made
        for key in place[:-1]:
            holder = holder[key]
        match draw(st.integers(0, 3)):
            case 0:
                del holder[place[-1]]
            case 1 if isinstance(holder, dict):
                holder[draw(st.text(max_size=6))] = deepcopy(draw(anything))
            case 2 if isinstance(holder, list):
                holder += deepcopy(holder)
            case _:
                holder[place[-1]] = deepcopy(draw(likely | likely | anything))
    return made


def as_bytes(value: Any) -> bytes:
    return json.dumps(value).encode()  # half characters and all, escaped


@pytest.fixture(scope="module")
def cases(served_house: House) -> list[Drive]:
    """Give cases that have come differently far, one of a person whose age isn't known."""
    served_house.agree("sheriff", limits={"questions_per_day": 100_000, "rows_per_reply": 10})
    sent = booked(served_house, MARK)
    sent.act("booking", "submission")
    heard = booked(served_house, MARK)
    heard.charge()
    heard.interview()
    heard.hear()
    ordered = booked(served_house, MARK)
    ordered.charge()
    ordered.interview()
    ordered.hear()
    ordered.order(types=["MONETARY"], amount_cents=1000, deposit_percent=10)
    return [booked(served_house, MARK, born=None, birth_date_reason="none"), sent, heard, ordered]


@pytest.fixture(autouse=True)
def _no_budget(monkeypatch: pytest.MonkeyPatch) -> None:
    from pars.edge.api import answering

    monkeypatch.setattr(answering, "BUDGET", attempts.Budget(most=10**9))


def version(drive: Drive) -> int:
    with ledger.reading():
        return rows.case_version(drive.path.rpartition("/")[2]) or 0


@tries(300)
@given(data=st.data())
def test_no_act_breaks_and_no_refusal_is_without_its_entry(
    served_house: House, cases: list[Drive], data: st.DataObject
) -> None:
    verb = data.draw(st.sampled_from(sorted(BODIES)))
    drive = data.draw(st.sampled_from(cases))
    path = verb if verb.startswith("/v1") else drive.path + verb
    who = data.draw(st.just(desk(verb)) | st.sampled_from(PEOPLE))
    body = data.draw(bent(BODIES[verb]))
    answer = served_house.post(path, as_bytes(body), who, seen=version(drive))
    assert answer.status_code < 500, (path, body, answer.content)
    said = answer.json()
    if answer.status_code >= 400:
        assert answer["content-type"] == "application/problem+json"
        assert served_house.entry(said["receipt"]["entry"]).detail["code"] == said["reason"]
        assert MARK not in answer.content.decode()
    else:
        assert "entry" in said or "receipt" in said
    if who in {"sheriff", "manager", "auditor", "city"}:
        assert MARK not in answer.content.decode()


columns = st.lists(st.sampled_from([*COLUMNS, "shoe_size", ""]) | anything, max_size=4)
leaf = st.fixed_dictionaries(
    {"column": st.sampled_from(sorted(COLUMNS)) | anything},
    optional={
        "is": anything | st.just(MARK),
        "one_of": st.lists(anything | st.just(MARK), max_size=3) | anything,
        "within": st.fixed_dictionaries({}, optional={"from": anything, "to": anything}) | anything,
        "mask": st.just("year") | anything,
    },
)
questions = st.fixed_dictionaries(
    {"purpose": st.just("warrant_service") | st.just("supervision") | anything, "columns": columns},
    optional={
        "evidence": st.fixed_dictionaries(
            {"kind": st.sampled_from(("warrant_number", "case_number")) | anything, "value": st.just("W-1234") | anything}
        )
        | anything,
        "where": st.lists(leaf, max_size=3) | anything,
        "sort": columns,
        "after": st.text(max_size=20) | anything,
        "rows": st.integers(-1, 501) | anything,
    },
)
granted = bent(question("sheriff", where=[{"column": "surname", "is": MARK}], sort=["surname"], rows=5))


@tries(100)
@given(asked=questions | granted, who=st.sampled_from(("sheriff", "sheriff-nobody", "stranger", "supervision", "booking")))
def test_no_question_breaks_and_only_what_is_granted_is_answered(
    served_house: House, cases: list[Drive], asked: Any, who: str
) -> None:
    answer = served_house.ask(who, as_bytes(asked))
    if answer.status_code == 503:  # too busy to answer in time; nothing was given
        assert MARK not in answer.text
        return
    assert answer.status_code < 500, (asked, answer.content)
    assert cases
    if answer.status_code >= 400:
        assert answer.headers["content-type"] == "application/problem+json"
        said = answer.json()
        assert served_house.entry(said["receipt"]["entry"]).detail["code"] == said["reason"]
        assert MARK not in answer.text
        return
    assert who == "sheriff", "nobody else has an agreement, is named under one, or stands behind the question"
    shown = set(served_house.get("/v1/agreements/warrant-desk").json()["columns"])
    for record in answer.json()["records"]:
        assert record.keys() <= shown & set(asked["columns"])


@tries(60)
@given(path=st.text(max_size=20), who=st.sampled_from((None, *PEOPLE)))
def test_no_address_breaks(served_house: House, path: str, who: str | None) -> None:
    from urllib.parse import quote

    for prefix in ("/v1/", "/v1/cases/", "/v1/agreements/", "/log/entries/", "/v1/receipts/"):
        answer = served_house.get(prefix + quote(path, safe="/"), who)
        assert answer.status_code < 500
        assert MARK not in answer.content.decode()


def test_after_all_that_the_ledger_is_sound(served_house: House, cases: list[Drive]) -> None:
    from pars.store import fsck

    assert cases
    assert fsck.fsck() == ()
    del served_house
