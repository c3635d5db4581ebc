"""Entries: each kind has one form, one way to be written, and no room for anybody's name."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pars.core import canonical
from pars.core.ledger import dealing_drafts, drafts, entries, fold, forms, hook_drafts, key_drafts, order_drafts
from pars.core.ledger.entries import FORMS, By, Draft, Entry, Kind, Violation, decode, encode, form_problem, unnumbered
from pars.core.owners.keyring import AddKey, RevokeKey
from pars.core.terms import Instant

HASH, OTHER = "a" * 64, "b" * 64
AT = Instant(1_800_000_000_000_000)
BY = By("p-17", "grant:g-1", "web")
ANSWER: dict[str, Any] = {
    "columns": ["surname", "record"],
    "filters": ["surname"],
    "rows": 2,
    "side": HASH,
    "question": HASH,
    "out": HASH,
}
DRAFTS = {
    Kind.GENESIS_OPENED: drafts.genesis_opened(
        origin="pars.example/log",
        log_key=bytes(32),
        simulated=True,
        shift=-5,
        charter=HASH,
        floor=HASH,
        catalogue=HASH,
        roles=[OTHER, HASH],
        detainers=HASH,
        profile=HASH,
    ),
    Kind.CLOCK_SHIFTED: drafts.clock_shifted(was=-5, shift=0),
    Kind.SEALER_STARTED: drafts.sealer_started(epoch=1),
    Kind.GRANT_GIVEN: drafts.grant_given(grant="g-1", person="p-17", role=HASH, start=AT, end=Instant(AT + 1)),
    Kind.GRANT_REMOVED: drafts.grant_removed(grant="g-1"),
    Kind.CLIENT_BOUND: drafts.client_bound(client="c", agency="sheriff", agreement="A-1"),
    Kind.CLIENT_UNBOUND: drafts.client_unbound(client="c", agreement="A-1"),
    Kind.USER_NAMED: drafts.user_named(agreement="A-1", person="p-2", end=AT, holds=["terms_signed"]),
    Kind.USER_REMOVED: drafts.user_removed(agreement="A-1", person="p-2"),
    Kind.DUTY_MET: dealing_drafts.duty_met(agreement="A-1", version=HASH, duty="monthly_use", due=AT, shown=OTHER),
    Kind.AGREEMENT_PROPOSED: drafts.agreement_proposed(agreement="A-1", agency="sheriff", version=HASH),
    Kind.AGREEMENT_VOTED: drafts.agreement_voted(
        agreement="A-1", version=HASH, choice="adopt", seat="city", answers=7, signature=bytes(64), why=OTHER
    ),
    Kind.TERMS_ACKNOWLEDGED: dealing_drafts.terms_acknowledged(agreement="A-1", person="p-2", version=HASH),
    Kind.INQUIRY_MADE: dealing_drafts.inquiry_made(agreement="A-1", inquiry=HASH, due=AT),
    Kind.INQUIRY_ANSWERED: dealing_drafts.inquiry_answered(agreement="A-1", inquiry=9, answer=HASH),
    Kind.OUTCOME_REPORTED: dealing_drafts.outcome_reported(agreement="A-1", answer=9, outcome="cleared"),
    Kind.PROPOSAL_WITHDRAWN: dealing_drafts.proposal_withdrawn(agreement="A-1", version=HASH),
    Kind.AGREEMENT_REPLIED: drafts.agreement_replied(agreement="A-1", report=9, reply=HASH),
    Kind.AGREEMENT_END_NOTED: drafts.agreement_end_noted(agreement="A-1", version=HASH, ended=AT),
    Kind.USE_REPORT_MADE: drafts.use_report_made(agreement="A-1", start=AT, end=Instant(AT + 1), report=HASH),
    Kind.NOTICE_SERVED: drafts.notice_served(
        agreement="A-1", version=HASH, notice=HASH, channel="mail", about="nonrenewal", proof=OTHER
    ),
    Kind.APPROVAL_ASKED: drafts.approval_asked(
        agency="sheriff",
        version=HASH,
        purpose="supervision",
        columns=["surname"],
        filters=["district"],
        question=HASH,
        export=True,
    ),
    Kind.APPROVAL_GIVEN: drafts.approval_given(agreement="A-1", asked=9),
    Kind.EMERGENCY_REVIEWED: drafts.emergency_reviewed(agreement="A-1", answer=9, finding="JUSTIFIED"),
    Kind.COURT_ORDER_RECEIVED: order_drafts.court_order_received(means="lifted", final=AT, paper=HASH, case=OTHER, lifts=4),
    Kind.COURT_ORDER_SERVED: order_drafts.court_order_served(order=4, on="city", copy=HASH),
    Kind.PRESERVATION_STATED: order_drafts.preservation_stated(order=4, reason="LITIGATION", stands=True),
    Kind.EPOCH_ENDED: order_drafts.epoch_ended(epoch=3),
    Kind.PURGE_ASKED: order_drafts.purge_asked(agreement="A-1", order=4, due=AT, notice=HASH),
    Kind.PURGE_ANSWERED: order_drafts.purge_answered(agreement="A-1", purge=9, outcome="DESTROYED", shown=HASH),
    Kind.ACCESS_LIMITED: drafts.case_changed(Kind.ACCESS_LIMITED, case=HASH, version=3, detail={"order": 4, "limited": 1}),
    Kind.RECORD_PUT_AWAY: order_drafts.record_put_away(order=4, purges=2, shares=[OTHER, HASH]),
    Kind.RECORD_BROUGHT_BACK: order_drafts.record_brought_back(order=4),
    Kind.COPY_CLEANED: order_drafts.copy_cleaned(orders=2, records=3),
    Kind.COURT_ORDER_WITHDRAWN: order_drafts.court_order_withdrawn(order=4, reason="WRONG_RECORD"),
    Kind.FORMS_PRINTED: drafts.forms_printed(site="PDU", form="ARREST", first=1, count=20),
    Kind.FORM_VOIDED: drafts.form_voided(site="PDU", number=7, reason="SPOILED"),
    Kind.SILENCE_NOTED: drafts.silence_noted(source="feed-police", since=AT, hours=3),
    Kind.OFFENSES_LOADED: drafts.offenses_loaded(offenses=HASH, lines=140),
    Kind.OWNERS_TEXT_PROPOSED: drafts.owners_text_proposed(about="profile", text=HASH),
    Kind.OWNERS_TEXT_VOTED: drafts.owners_text_voted(
        about="detainers", text=HASH, choice="adopt", seat="city", answers=7, signature=bytes(64)
    ),
    Kind.OWNERS_TEXT_WITHDRAWN: dealing_drafts.owners_text_withdrawn(about="profile", text=HASH),
    Kind.CALENDAR_LOADED: drafts.calendar_loaded(calendar=HASH, lines=30),
    Kind.SESSION_CLOSED: drafts.session_closed(session=AT, record=HASH, amends=3),
    **{
        kind: drafts.case_changed(
            kind, case=HASH, version=3, detail={"charges": 2, "decision": ("FILE", "DECLINE"), "text": OTHER}
        )
        for kind in entries.CASE_KINDS
    },
    Kind.DISCLOSED: drafts.disclosed(
        agency="sheriff",
        version=HASH,
        purpose="supervision",
        **ANSWER,
        evidence=HASH,
        stream=4,
        follows=3,
        repeats=2,
        export=1,
        hook=8,
    ),
    Kind.SHOWN: drafts.shown(act="case:read", **ANSWER, purpose="duty", evidence=HASH, follows=3),
    Kind.REFUSED: drafts.refused(
        code="NOT_GRANTED",
        act="ask",
        agency="sheriff",
        purpose="p",
        names=["/where/0", "surname"],
        question=HASH,
        case=HASH,
        repeats=1,
    ),
    Kind.STREAM_CLOSED: drafts.stream_closed(agency="sheriff", stream=4, reason="AGREEMENT_ENDED", chunks=2, empty=9),
    Kind.CHUNK_DROPPED: drafts.chunk_dropped(chunk=4, reason="TOO_LATE"),
    Kind.EXPORT_OPENED: drafts.export_opened(
        agency="sheriff",
        version=HASH,
        purpose="p",
        form="csv",
        columns=["surname", "record"],
        filters=["surname"],
        follows=3,
        repeats=2,
    ),
    Kind.EXPORT_CLOSED: drafts.export_closed(
        agency="sheriff", export=4, reason="COMPLETE", chunks=2, dropped=0, rows=9, out=HASH, last=6
    ),
    Kind.HOOK_REGISTERED: hook_drafts.hook_registered(
        agency="sheriff",
        agreement="A-1",
        version=HASH,
        purpose="p",
        columns=["surname", "record"],
        filters=["surname"],
        question=HASH,
        address=OTHER,
        end=AT,
    ),
    Kind.HOOK_REMOVED: hook_drafts.hook_removed(agreement="A-1", hook=9),
    Kind.KEY_ADDED: key_drafts.key_added(
        AddKey(use="log", key=HASH, answers=0, new=bytes(64), old=bytes(64), seats={"courts": bytes(64), "city": bytes(64)})
    ),
    Kind.KEY_REVOKED: key_drafts.key_revoked(
        RevokeKey(use="seat:city", key=HASH, since=7, answers=3, seats={"city": bytes(64)})
    ),
    Kind.ATTEMPTS_SUMMED: drafts.attempts_summed(start=AT, end=Instant(AT + 60), failed=3),
}


def entry(draft: Draft, **changes: Any) -> Entry:
    return Entry(
        **{"id": 5, "kind": draft.kind, "at": AT, "salt": bytes(range(16)), "by": BY, "detail": draft.detail, **changes}
    )


def test_every_kind_has_a_form_a_draft_and_a_meaning():
    assert set(FORMS) == set(DRAFTS) == set(fold._HANDLERS) == set(Kind)


def test_the_numbers_are_never_given_anew():
    assert {kind.dotted: int(kind) for kind in Kind} == {
        "genesis.opened": 1,
        "key.added": 2,
        "key.revoked": 3,
        "clock.shifted": 4,
        "sealer.started": 5,
        "grant.given": 10,
        "grant.removed": 11,
        "client.bound": 12,
        "client.unbound": 13,
        "user.named": 14,
        "user.removed": 15,
        "duty.met": 16,
        "terms.acknowledged": 17,
        "inquiry.made": 18,
        "inquiry.answered": 19,
        "outcome.reported": 26,
        "agreement.proposed": 20,
        "agreement.voted": 21,
        "agreement.replied": 22,
        "agreement.end_noted": 23,
        "use_report.made": 24,
        "notice.served": 25,
        "proposal.withdrawn": 27,
        "approval.asked": 28,
        "approval.given": 29,
        "offenses.loaded": 30,
        "owners_text.proposed": 31,
        "owners_text.voted": 32,
        "owners_text.withdrawn": 33,
        "emergency.reviewed": 34,
        "calendar.loaded": 35,
        "session.closed": 36,
        "document.received": 40,
        "arrest.booked": 41,
        "case.submitted": 42,
        "charges.decided": 43,
        "complaint.signed": 44,
        "interview.recorded": 45,
        "hearing.held": 46,
        "release.ordered": 47,
        "bail.posted": 48,
        "hold.lodged": 49,
        "hold.lifted": 50,
        "detainer.received": 51,
        "detainer.decided": 52,
        "release.acknowledged": 53,
        "facts.corrected": 54,
        "limit.passed": 55,
        "police.released": 90,
        "complaint.filed": 91,
        "form.voided": 92,
        "silence.noted": 93,
        "forms.printed": 37,
        "export.opened": 66,
        "export.closed": 67,
        "hook.registered": 68,
        "hook.removed": 69,
        "disclosed": 60,
        "shown": 61,
        "refused": 62,
        "stream.closed": 63,
        "chunk.dropped": 64,
        "attempts.summed": 65,
        "identity.verified": 70,
        "recipient.told": 75,
        "handed.over": 76,
        "handover.taken": 77,
        "person.linked": 71,
        "flag.recorded": 72,
        "directly.charged": 73,
        "sent.to_juvenile": 74,
        "interview.saved": 80,
        "answer.verified": 81,
        "worksheet.signed": 82,
        "case.called": 83,
        "case.passed": 84,
        "docket.given": 85,
        "result.sent": 86,
        "order.served": 87,
        "position.stated": 88,
        "charging.taken": 94,
        "charging.given_back": 95,
        "complaint.cosigned": 96,
        "representation.claimed": 97,
        "representation.ended": 98,
        "counsel.present": 99,
        "court_order.received": 100,
        "court_order.served": 101,
        "preservation.stated": 102,
        "epoch.ended": 103,
        "purge.asked": 104,
        "purge.answered": 105,
        "access.limited": 106,
        "record.put_away": 107,
        "record.brought_back": 108,
        "copy.cleaned": 109,
        "court_order.withdrawn": 110,
    }


@pytest.mark.parametrize("kind", DRAFTS, ids=lambda kind: kind.dotted)
def test_every_kind_goes_to_bytes_and_back(kind):
    made = DRAFTS[kind].entry(id=5, at=AT, salt=bytes(range(16)), by=BY)
    data = encode(made)
    assert decode(data) == made
    assert canonical.read(data)["by"] == {"p": "p-17", "g": "grant:g-1", "c": "web"}
    assert decode(encode(entry(DRAFTS[kind], by=By("p", "system")))).by == By("p", "system")


@pytest.mark.parametrize("kind", Kind, ids=lambda kind: kind.dotted)
def test_a_number_and_a_time_complete_the_bytes(kind):
    draft = DRAFTS[kind]
    open_yet = unnumbered(draft, salt=bytes(range(16)), by=BY)
    for number, at in ((0, 0), (5, AT), (canonical.LARGEST, -1)):
        assert open_yet.whole(id=number, at=Instant(at)) == encode(entry(draft, id=number, at=at))


def test_what_may_not_be_an_entry_has_no_bytes_to_complete():
    for salt, by in ((bytes(15), BY), (bytes(16), By("a person", "grant:g-1")), (bytes(16), By("p-17", "g-1"))):
        with pytest.raises(ValueError, match="not a value"):
            unnumbered(drafts.refused(code="NO"), salt=salt, by=by)


def test_the_bytes_are_these():
    made = entry(DRAFTS[Kind.CLOCK_SHIFTED])
    assert encode(made) == (
        b'{"at":1800000000000000,"by":{"c":"web","g":"grant:g-1","p":"p-17"},"d":{"shift":0,"was":-5},"id":5,"k":4,'
        b'"salt":"000102030405060708090a0b0c0d0e0f","v":1}'
    )


@pytest.mark.parametrize("kind", DRAFTS, ids=lambda kind: kind.dotted)
def test_a_form_is_kept_to_the_letter(kind):
    detail = dict(DRAFTS[kind].detail)
    for name in detail:
        assert form_problem(kind, {**detail, name: None}) == f"{name}: not a value that this field may have"
        assert form_problem(kind, {**detail, name: "with a space"})
        assert form_problem(kind, {**detail, name: True})
    for name in FORMS[kind].needs:
        assert form_problem(kind, {key: value for key, value in detail.items() if key != name}) == f"{name}: missing"
    assert form_problem(kind, {**detail, "Name": 1}) == "'Name': no such field"
    if kind not in entries.CASE_KINDS:
        assert form_problem(kind, {**detail, "note": 1}) == "'note': no such field"
    assert form_problem(kind, []) == "not an object"


@pytest.mark.parametrize(
    "value", ["Jane Doe", "", "é", "a" * 129, 1.5, None, True, {"a": 1}, ["FILE", "two words"], [[1]], 2**53, "-x"]
)
def test_a_case_says_numbers_and_codes_only(value):
    with pytest.raises(ValueError, match=r"arrest.booked: said: not a value"):
        drafts.case_changed(Kind.ARREST_BOOKED, case=HASH, version=1, detail={"said": value})


def test_sets_are_written_one_way():
    detail = DRAFTS[Kind.DISCLOSED].detail
    assert detail["columns"] == ["record", "surname"]
    for columns in (["surname", "record"], ["record", "record"], ("record",), "record", ["Record"]):
        assert form_problem(Kind.DISCLOSED, {**detail, "columns": columns})


@pytest.mark.parametrize(
    "changes",
    [
        {"id": -1},
        {"id": 2**53},
        {"at": 1.5},
        {"salt": bytes(15)},
        {"by": By("Jane Doe", "system")},
        {"by": By("p", "somebody")},
        {"by": By("p", "grant:")},
        {"by": By("p", "system", "")},
    ],
)
def test_what_may_not_be_an_entry_is_not_encoded(changes):
    with pytest.raises(ValueError, match=r"^clock.shifted: "):
        encode(entry(DRAFTS[Kind.CLOCK_SHIFTED], **changes))


def test_an_entry_is_two_kilobytes_at_most():
    detail = {f"part{n}": HASH for n in range(30)}
    with pytest.raises(ValueError, match="an entry holds at most 2048"):
        encode(entry(drafts.case_changed(Kind.ARREST_BOOKED, case=HASH, version=1, detail=detail)))
    assert what(b" " * 2049) == "ENTRY_TOO_LONG"


def what(data: bytes) -> str:
    found = decode(data)
    assert isinstance(found, Violation)
    assert found.says
    return found.what


GOOD = json.loads(encode(entry(DRAFTS[Kind.CLOCK_SHIFTED])))


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ([], "ENTRY_ENVELOPE"),
        (1, "ENTRY_ENVELOPE"),
        ({}, "ENTRY_ENVELOPE"),
        ({**GOOD, "v": 2}, "ENTRY_ENVELOPE"),
        ({**GOOD, "k": 999}, "ENTRY_ENVELOPE"),
        ({**GOOD, "k": [4]}, "ENTRY_ENVELOPE"),
        ({**GOOD, "more": 1}, "ENTRY_ENVELOPE"),
        ({**GOOD, "by": []}, "ENTRY_ENVELOPE"),
        ({**GOOD, "by": {"p": "p"}}, "ENTRY_ENVELOPE"),
        ({**GOOD, "d": {}}, "ENTRY_FORM"),
        ({**GOOD, "d": {"was": 0, "shift": 1, "note": 2}}, "ENTRY_FORM"),
    ],
)
def test_bytes_of_another_form_do_not_decode(value, code):
    assert what(canonical.write(value)) == code


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "ENTRY_NOT_JSON"),
        (b"\xff", "ENTRY_NOT_JSON"),
        (b"[" * 2048, "ENTRY_NOT_JSON"),
        (json.dumps(GOOD).encode(), "ENTRY_NOT_CANONICAL"),
        (json.dumps(GOOD, sort_keys=True).encode(), "ENTRY_NOT_CANONICAL"),
        (canonical.write(GOOD).replace(b'"v":1', b'"v":1,"v":1'), "ENTRY_NOT_CANONICAL"),
        (canonical.write(GOOD).replace(b'"v":1', b'"v":1.0'), "ENTRY_NOT_JSON"),
        (canonical.write(GOOD).replace(b'"v":1', b'"v":true'), "ENTRY_ENVELOPE"),
    ],
)
def test_other_bytes_of_the_same_meaning_do_not_decode(data, code):
    assert what(data) == code


@given(st.sampled_from(sorted(DRAFTS)), st.data())
def test_no_other_bytes_decode_to_the_same_entry(kind, data):
    good = encode(entry(DRAFTS[kind]))
    at = data.draw(st.integers(0, len(good) - 1))
    found = decode(good[:at] + bytes([data.draw(st.integers(0, 255).filter(lambda byte: byte != good[at]))]) + good[at + 1 :])
    assert isinstance(found, Violation) or encode(found) != good


# ---------------------------------------------------------------- refusals always fit


@given(st.lists(st.text(max_size=80), max_size=300))
def test_a_refusal_always_finds_room_and_repeats_no_words(names):
    names += ["surname", "Jane Doe", "/where/0/column", "surname"]
    made = drafts.refused(code="NOT_GRANTED", names=names)
    assert encode(entry(made))
    assert all(entries.is_field(name) for name in made.detail.get("names", ()))


def test_the_first_names_of_a_refusal_are_kept():
    made = drafts.refused(code="X", names=[f"/columns/{n}" for n in range(500)])
    assert made.detail["names"] == sorted(f"/columns/{n}" for n in range(len(made.detail["names"])))
    assert "names" not in drafts.refused(code="X", names=["Jane Doe"]).detail


def test_a_stream_that_gave_nothing_names_no_chunk():
    assert "stream" not in drafts.stream_closed(agency="a", stream=None, reason="X", chunks=0, empty=1).detail


def test_a_seat_signs_an_act_on_a_key_once():
    detail = DRAFTS[Kind.KEY_ADDED].detail
    assert [one.partition(":")[0] for one in detail["seats"]] == ["city", "courts"]
    twice = sorted([f"city:{'0' * 128}", f"city:{'1' * 128}"])
    for seats in (twice, ["city"], ["City:" + "0" * 128], detail["seats"][::-1], "city"):
        assert form_problem(Kind.KEY_ADDED, {**detail, "seats": seats})
    assert form_problem(Kind.KEY_ADDED, {**detail, "seats": []}) is None


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("agreement:AGR-1", True),
        ("system", True),
        ("floor", True),
        ("agreement:", False),
        ("court:x", False),
        ("two words", False),
    ],
)
def test_an_authority_is_known_by_how_it_is_written(text, written):
    assert forms.is_authority(text) is written
