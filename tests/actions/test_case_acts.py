"""Every act on a case: done, refused, stale, sent twice, two at once, and by whoever may not; each with its entry and its rows."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from pars.actions import (
    arraigning,
    charging,
    defending,
    filing,
    flagging,
    founding,
    identifying,
    intake,
    interviewing,
    recognizing,
    releasing,
)
from pars.actions.beats import Done, Once, Refused, on_case
from pars.core.cases import linking
from pars.core.cases.arraignment import RIGHTS
from pars.core.cases.facts import ConsularNoted, IdentityVerified
from pars.core.cases.holds import lodge_hold
from pars.core.cases.linking import standing_links, waiting_links
from pars.core.cases.received import PersonStated
from pars.core.ledger.entries import By, Kind
from pars.core.terms import Refusal, StatedTime
from pars.store import replays
from tests import desks
from tests.desks import REGISTRAR, at_once
from tests.ledgers import staff

if TYPE_CHECKING:
    from collections.abc import Callable

    from pars.core.ledger.entries import Entry

CLERK = staff("clerk")  # may book and read
STRANGER = By("stranger", "grant:none")
THIEF = By("stranger", "grant:registrar")
"""Somebody with a login, under a grant that isn't theirs."""


UNSIGNED = IdentityVerified(
    source="", stated=StatedTime("2026-01-01", desks.ZONE), outcome="NO_MATCH", reference="TCN-1", verifier=""
)
"""A reply that doesn't say which system gave it."""


@dataclass(frozen=True)
class Case:
    """One act: how far a case has come before it, its parts, parts with which it is refused, what it writes."""

    call: Callable[..., Any]
    act: str
    before: tuple[str, ...]
    given: Callable[[str], dict[str, Any]]
    wrong: dict[str, Any]
    code: str
    kind: Kind
    rows: dict[str, int] = field(default_factory=dict)
    booking: dict[str, Any] = field(default_factory=dict)


def other_case(_: str) -> dict[str, Any]:
    return {"other_case": desks.booked("Doe"), "basis": "SECOND_PERSON", "reason": "The same scar, the same card"}


def waiting_link(case_id: str) -> dict[str, Any]:
    """Link the case on a colleague's word; the registrar is the second person."""
    given = founding.give_grant(person="colleague", role="registrar", by=REGISTRAR)
    assert isinstance(given, Done | Refused)
    colleague = By("colleague", identifying.capacities("colleague")[0].authority)
    done = recognizing.link_person(case_id=case_id, seen=desks.load(case_id).version, by=colleague, **other_case(case_id))
    assert isinstance(done, Done), done
    return {"link": waiting_links(desks.load(case_id))[0].n, "reason": "I compared both"}


def linked(case_id: str) -> dict[str, Any]:
    desks.linked(case_id, desks.booked("Doe"))
    return {"link": standing_links(desks.load(case_id))[0].n, "reason": "A wrong reply"}


def unlike(_: str) -> dict[str, Any]:
    return {"others": (desks.booked("Doe"),), "reason": "Another face, another scar"}


ACTS: dict[str, Case] = {
    "submit_for_charging": Case(
        intake.submit_for_charging,
        "case:submit",
        (),
        desks.nothing,
        {"case_id": "no such case"},
        "NO_SUCH_CASE",
        Kind.CASE_SUBMITTED,
        {"submitted": 1},
    ),
    "release_by_police": Case(
        filing.release_by_police,
        "police:release",
        (),
        desks.let_go,
        {"reason": " "},
        "REASON_NEEDED",
        Kind.POLICE_RELEASED,
        {"police_released": 1, "custody_stated": 1},
    ),
    "file_complaint": Case(
        filing.file_complaint,
        "complaint:file",
        ("submit", "decide", "sign"),
        desks.filed,
        {"time": StatedTime("2199", desks.ZONE)},
        "TIME_IN_FUTURE",
        Kind.COMPLAINT_FILED,
        {"complaint_filed": 1},
    ),
    "correct_facts": Case(
        intake.correct_facts,
        "case:correct",
        (),
        desks.correction,
        {"why": " "},
        "REASON_NEEDED",
        Kind.FACTS_CORRECTED,
        {"arrested": 1},
    ),
    "resolve_doubt": Case(
        intake.resolve_doubt,
        "case:correct",
        (),
        desks.doubt,
        {"adult": None},
        "ANSWER_NEEDED",
        Kind.FACTS_CORRECTED,
        {"doubt_resolved": 1},
        {"birth_date": None},
    ),
    "link_person": Case(
        recognizing.link_person,
        "person:link",
        (),
        other_case,
        {"basis": "NAME"},
        "BASIS_NEEDED",
        Kind.PERSON_LINKED,
        {"person_linked": 1},
    ),
    "record_flag": Case(
        flagging.record_flag,
        "flag:record",
        (),
        lambda _: {"fact": ConsularNoted(state="ADVISED", nationality="Freedonian")},
        {"fact": ConsularNoted(state="ADVISED", nationality="")},
        "WORDS_NEEDED",
        Kind.FLAG_RECORDED,
        {"consular_noted": 1},
    ),
    "charge_directly": Case(
        flagging.charge_directly,
        "charge:decide",
        (),
        lambda _: {"basis": "MURDER", "reason": "A homicide"},
        {"basis": "GRAVE"},
        "NO_SUCH_BASIS",
        Kind.DIRECTLY_CHARGED,
        {"directly_charged": 1},
        {"birth_date": None},
    ),
    "send_to_juvenile": Case(
        flagging.send_to_juvenile,
        "juvenile:send",
        (),
        lambda _: {"court": "Common Pleas", "reference": "O-1", "decided": desks.stated(-1)},
        {"court": ""},
        "WORDS_NEEDED",
        Kind.SENT_TO_JUVENILE,
        {"sent_to_juvenile": 1},
        {"birth_date": None},
    ),
    "confirm_link": Case(
        recognizing.confirm_link,
        "person:link",
        (),
        waiting_link,
        {"reason": " "},
        "REASON_NEEDED",
        Kind.PERSON_LINKED,
        {"person_linked": 1, "doubted": 1},
    ),
    "undo_link": Case(
        recognizing.undo_link,
        "person:link",
        (),
        linked,
        {"link": 999},
        "NO_SUCH_LINK",
        Kind.PERSON_LINKED,
        {"person_linked": 1, "doubted": 1},
    ),
    "tell_apart": Case(
        recognizing.tell_apart,
        "person:link",
        (),
        unlike,
        {"others": ()},
        "NOBODY_TO_TELL_APART",
        Kind.PERSON_LINKED,
        {"person_linked": 1},
    ),
    "verify_identity": Case(
        recognizing.verify_identity,
        "identity:verify",
        (),
        desks.reply,
        {"reply": UNSIGNED},
        "SOURCE_NEEDED",
        Kind.IDENTITY_VERIFIED,
        {"identity_verified": 1},
    ),
    "decide_charges": Case(
        charging.decide_charges,
        "charge:decide",
        ("submit",),
        desks.decisions,
        {"choices": ()},
        "NO_CHOICES",
        Kind.CHARGES_DECIDED,
        {"charge_decided": 2, "charge_filed": 2},
    ),
    "sign_complaint": Case(
        charging.sign_complaint,
        "complaint:sign",
        ("submit", "decide"),
        desks.complaint,
        {"text_sha256": "0" * 64},
        "TEXT_CHANGED",
        Kind.COMPLAINT_SIGNED,
        {"complaint_signed": 1},
    ),
    "record_interview": Case(
        interviewing.record_interview,
        "interview:record",
        (),
        desks.interview,
        {"outcome": "UNABLE"},
        "REASON_NEEDED",
        Kind.INTERVIEW_RECORDED,
        {"interviewed": 1, "interview_answered": 1},
    ),
    "hold_hearing": Case(
        arraigning.hold_hearing,
        "hearing:hold",
        ("submit", "decide", "sign", "interview"),
        desks.hearing,
        {next(iter(RIGHTS)): False},
        "ADVISALS_INCOMPLETE",
        Kind.HEARING_HELD,
        {"arraigned": 1},
    ),
    "order_release": Case(
        arraigning.order_release,
        "release:order",
        ("submit", "decide", "sign", "interview", "hear"),
        desks.order,
        {"text_sha256": "0" * 64},
        "TEXT_CHANGED",
        Kind.RELEASE_ORDERED,
        {"release_ordered": 1},
    ),
    "post_bail": Case(
        releasing.post_bail,
        "bail:post",
        ("submit", "decide", "sign", "interview", "hear", "money"),
        desks.deposit,
        {"amount_cents": 100_001},
        "AMOUNT_TOO_HIGH",
        Kind.BAIL_POSTED,
        {"bail_posted": 1},
    ),
    "lodge_hold": Case(
        releasing.lodge_hold,
        "hold:lodge",
        (),
        desks.hold,
        {"kind": "DETAINER"},
        "NOT_A_HOLD",
        Kind.HOLD_LODGED,
        {"hold_lodged": 1},
    ),
    "lift_hold": Case(
        releasing.lift_hold,
        "hold:lift",
        ("hold",),
        desks.lift,
        {"hold": 999},
        "NO_SUCH_HOLD",
        Kind.HOLD_LIFTED,
        {"hold_lifted": 1},
    ),
    "receive_detainer": Case(
        releasing.receive_detainer,
        "detainer:receive",
        (),
        desks.paper,
        {"paper": "JUDICIAL"},
        "JUDGE_NEEDED",
        Kind.DETAINER_RECEIVED,
        {"detainer_received": 1},
    ),
    "decide_detainer": Case(
        releasing.decide_detainer,
        "detainer:decide",
        ("detainer",),
        desks.answers,
        {"reason": ""},
        "REASON_NEEDED",
        Kind.DETAINER_DECIDED,
        {"detainer_decided": 1},
    ),
    "acknowledge_release": Case(
        releasing.acknowledge_release,
        "release:acknowledge",
        ("submit", "decide", "sign", "interview", "hear", "order"),
        desks.freed,
        {"released": False},
        "REASON_NEEDED",
        Kind.RELEASE_ACKNOWLEDGED,
        {"release_acknowledged": 1},
    ),
    "claim_representation": Case(
        defending.claim_representation,
        "defense:claim",
        (),
        lambda _: {"basis": "ASSIGNED"},
        {"basis": "PAID"},
        "NO_SUCH_BASIS",
        Kind.REPRESENTATION_CLAIMED,
        {"representation_claimed": 1, "conflict_checked": 1},
    ),
    "end_representation": Case(
        defending.end_representation,
        "defense:claim",
        ("claim",),
        lambda _: {"reason": "claimed by mistake"},
        {"reason": " "},
        "REASON_NEEDED",
        Kind.REPRESENTATION_ENDED,
        {"representation_ended": 1},
    ),
    "attend": Case(
        defending.attend,
        "defense:attend",
        ("claim",),
        lambda _: {"how": "VIDEO"},
        {"how": "SMOKE"},
        "NO_SUCH_WAY",
        Kind.COUNSEL_PRESENT,
        {"counsel_present": 1},
    ),
}


class Desk:
    """One act at hand, on a case that has come so far."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.case_id = desks.walked(*case.before, case_id=desks.booked("Whitlock", **case.booking))
        self.given = case.given(self.case_id)
        self.version = desks.load(self.case_id).version

    def do(self, **parts: Any) -> Any:
        """Do the act, with some parts otherwise."""
        return self.case.call(**{"case_id": self.case_id, "seen": self.version, "by": REGISTRAR, **self.given, **parts})


def rows_of(owner: Any, entry: int) -> dict[str, int]:
    """Return how many rows of each kind of fact an entry wrote."""
    tables = owner.execute(
        "select table_name from information_schema.columns where table_schema = 'cases' and column_name = 'entry'"
    ).fetchall()
    found = {
        name: owner.execute(f"select count(*) from cases.{name} where entry = %s", [entry]).fetchone()[0] for (name,) in tables
    }
    return {name: count for name, count in found.items() if count}


def refusal(outcome: object, code: str) -> Refused:
    assert isinstance(outcome, Refused), outcome
    assert outcome.refusal.code == code, outcome.refusal
    return outcome


def test_every_act_on_a_case(subtests, owner, entries):
    """On one ledger, each act on a case of its own."""
    for name, case in ACTS.items():
        with subtests.test(name):
            tried(name, case, owner, entries)


def tried(name: str, case: Case, owner: Any, entries: Callable[..., list[Entry]]) -> None:
    """Try one act: refused, stale, several at once, sent again, misused, by whoever may not."""
    desk = Desk(case)
    before = entries()[-1].id

    refused = refusal(desk.do(**case.wrong), case.code)
    stale = refusal(desk.do(seen=desk.version + 1), "STALE")
    assert [(entry.id, entry.kind, entry.detail["code"], entry.detail["act"]) for entry in entries(after=before)] == [
        (refused.entry, Kind.REFUSED, case.code, case.act),
        (stale.entry, Kind.REFUSED, "STALE", case.act),
    ]
    assert desks.load(desk.case_id).version == desk.version
    assert rows_of(owner, refused.entry) == rows_of(owner, stale.entry) == {}

    told = at_once(lambda n: desk.do(once=Once(f"{name}-{n}", b"body")), 3)
    (done,) = [one for one in told if isinstance(one, Done)]
    late = [refusal(one, "STALE").entry for one in told if one is not done]
    assert (done.case_id, done.version) == (desk.case_id, desk.version + 1)
    written = {entry.id: entry for entry in entries(after=stale.entry)}
    assert written.keys() == {done.entry, *late}
    entry = written[done.entry]
    assert (entry.kind, entry.by, entry.at, entry.detail["version"]) == (case.kind, REGISTRAR, done.at, done.version)
    assert rows_of(owner, done.entry) == case.rows
    assert owner.execute("select version from cases.case_now where case_id = %s", [desk.case_id]).fetchone() == (done.version,)

    key = f"{name}-{told.index(done)}"
    latest = entries()[-1].id
    assert desk.do(once=Once(key, b"body")) == done
    misused = refusal(desk.do(once=Once(key, b"another body")), replays.MISUSED.code)
    assert [entry.id for entry in entries(after=latest)] == [misused.entry]

    for nobody in (STRANGER, THIEF):
        refusal(desk.do(by=nobody), "NO_GRANT")
    refusal(desk.do(by=CLERK), "NOT_YOUR_ACT")
    assert desks.load(desk.case_id).version == done.version


# ---------------------------------------------------------------- booking


def test_booking_opens_a_case(owner, entries):
    before = entries()[-1].id
    given = desks.arrest()
    once = Once("key-1", b"body")
    done = intake.book_arrest(by=CLERK, once=once, **given)
    assert isinstance(done, Done)
    assert done.case_id is not None
    (entry,) = entries(after=before)
    assert (entry.id, entry.kind, entry.by, entry.detail["version"]) == (done.entry, Kind.ARREST_BOOKED, CLERK, 1)
    assert rows_of(owner, done.entry) == {"identity_claimed": 1, "arrested": 1, "charge_proposed": 2, "booked": 1}
    assert "Whitlock" not in str(entry)
    assert done.case_id not in str(entry)
    assert intake.book_arrest(by=CLERK, once=once, **given) == done
    refusal(intake.book_arrest(by=CLERK, once=Once("key-1", b"other"), **given), replays.MISUSED.code)
    refusal(intake.book_arrest(by=REGISTRAR, **{**given, "person": PersonStated(given="Ann")}), "BIRTH_DATE_REASON_NEEDED")
    refusal(intake.book_arrest(by=REGISTRAR, **{**given, "person": PersonStated()}), "NO_NAME")
    refusal(intake.book_arrest(by=STRANGER, **given), "NO_GRANT")
    refusal(intake.book_arrest(by=THIEF, **given), "NO_GRANT")
    refusal(intake.book_arrest(by=staff("voter-city"), **given), "NOT_YOUR_ACT")
    assert owner.execute("select count(*) from cases.case_file").fetchone() == (1,)


def test_two_bookings_at_once_are_two_cases_and_one_key_is_one(owner):
    told = at_once(lambda _: intake.book_arrest(by=CLERK, **desks.arrest()), 2)
    assert len({one.case_id for one in told}) == 2
    same = at_once(lambda _: intake.book_arrest(by=CLERK, once=Once("key-1", b"body"), **desks.arrest()), 3)
    assert len(set(same)) == 1
    assert owner.execute("select count(*) from cases.case_file").fetchone() == (3,)


def test_an_act_on_a_case_that_is_not_there_is_refused():
    for case_id in ("11111111-1111-4111-8111-111111111111", "not an id"):
        outcome = intake.submit_for_charging(case_id=case_id, seen=1, by=REGISTRAR)
        assert isinstance(refusal(outcome, "NO_SUCH_CASE").refusal, Refusal)


# ---------------------------------------------------------------- release


@pytest.mark.parametrize("linked_from", ["this", "the other"])
def test_bail_on_one_docket_never_frees_who_is_held_on_a_linked_one(linked_from):
    """A link counts from whichever case it was made, and however far the chain goes."""
    mine = desks.walked("submit", "decide", "sign", "interview", "hear", "money", "post")
    middle, other = desks.booked("Whitlock"), desks.walked("hold", case_id=desks.booked("Whitlock"))
    pairs = [(mine, middle), (middle, other)] if linked_from == "this" else [(middle, mine), (other, middle)]
    for one, another in pairs:
        desks.linked(one, another)
    held = refusal(desks.step(mine, "free"), "STILL_HELD").refusal
    assert "BENCH_WARRANT" in held.names
    assert "ARREST" in held.names

    for case_id in (middle, other):  # what holds the person elsewhere is cleared, one after the other
        refusal(desks.step(mine, "free"), "STILL_HELD")
        assert isinstance(desks.step(case_id, "submit"), Done)
        declined = desks.decisions(case_id, "DECLINE", reason="EVIDENCE")
        assert isinstance(desks.step(case_id, "decide", **declined), Done)
    assert refusal(desks.step(mine, "free"), "STILL_HELD").refusal.names == ("BENCH_WARRANT",)
    assert isinstance(desks.step(other, "lift"), Done)
    assert isinstance(desks.step(mine, "free"), Done)


def test_edge_26_a_hold_being_lodged_on_a_linked_docket_is_waited_for_and_wins():
    mine, other = desks.walked("submit", "decide", "sign", "interview", "hear", "order"), desks.booked("Whitlock")
    assert isinstance(desks.step(other, "submit"), Done)
    assert isinstance(desks.step(other, "decide", **desks.decisions(other, "DECLINE", reason="EVIDENCE")), Done)
    desks.linked(mine, other)
    inside, go_on, told = threading.Event(), threading.Event(), {}

    def slowly(case, acting):
        inside.set()
        assert go_on.wait(5)
        return lodge_hold(case, case.version, at=acting.at, **desks.hold(other))

    def lodge():
        told["hold"] = on_case("hold:lodge", case_id=other, by=REGISTRAR, rule=slowly)

    def free():
        told["free"] = desks.step(mine, "free")

    threads = [threading.Thread(target=lodge), threading.Thread(target=free)]
    threads[0].start()
    assert inside.wait(5)
    threads[1].start()
    threads[1].join(0.7)
    assert "free" not in told, "the release didn't wait for the hold"
    go_on.set()
    for thread in threads:
        thread.join()
    assert isinstance(told["hold"], Done)
    assert refusal(told["free"], "STILL_HELD").refusal.names == ("BENCH_WARRANT",)


def test_edge_26_a_link_being_made_to_a_docket_that_holds_is_waited_for_and_wins():
    mine, other = desks.walked("submit", "decide", "sign", "interview", "hear", "order"), desks.walked("hold")
    for case_id in (mine, other):
        said = recognizing.verify_identity(
            case_id=case_id, seen=desks.load(case_id).version, by=REGISTRAR, **desks.reply(case_id)
        )
        assert isinstance(said, Done)
    inside, go_on, told = threading.Event(), threading.Event(), {}
    by_rule = linking.link_person

    def slowly(*given, **parts):
        inside.set()
        assert go_on.wait(5)
        return by_rule(*given, **parts)

    def link():
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(linking, "link_person", slowly)
            told["link"] = desks.linked(other, mine)

    def free():
        told["free"] = desks.step(mine, "free")

    threads = [threading.Thread(target=link), threading.Thread(target=free)]
    threads[0].start()
    assert inside.wait(5)
    threads[1].start()
    threads[1].join(0.7)
    assert "free" not in told, "the release didn't wait for the link"
    go_on.set()
    for thread in threads:
        thread.join()
    assert isinstance(told["link"], Done)
    assert "BENCH_WARRANT" in refusal(told["free"], "STILL_HELD").refusal.names


def test_two_linked_releases_at_once_never_wait_for_each_other():
    pair = [desks.walked("submit", "decide", "sign", "interview", "hear", "order") for _ in range(2)]
    desks.linked(pair[0], pair[1])
    assert all(isinstance(one, Done) for one in at_once(lambda n: desks.step(pair[n], "free"), 2))


def test_a_link_that_was_undone_holds_nobody():
    mine, other = desks.walked("submit", "decide", "sign", "interview", "hear", "order"), desks.walked("hold")
    desks.linked(other, mine)
    refusal(desks.step(mine, "free"), "STILL_HELD")
    desks.parted(other, mine)
    assert isinstance(desks.step(mine, "free"), Done)


def test_edge_42_what_a_judicial_warrant_asks_is_honored_by_another_account_than_received_it():
    case_id = desks.walked("submit", "decide", "sign", "interview", "hear", "order")
    judged = {"paper": "JUDICIAL", "signer": "Judge Invented", "court": "U.S. District Court", "confirmed_by": "A Colleague"}
    assert isinstance(desks.step(case_id, "detainer", **judged, conviction="F2_VIOLENT"), Done)
    own = refusal(desks.step(case_id, "answer"), "SECOND_PERSON_NEEDED")
    assert own.refusal.names == ("decider",)
    assert isinstance(founding.give_grant(person="colleague", role="registrar", by=REGISTRAR), Done)
    colleague = By("colleague", identifying.capacities("colleague")[0].authority)
    assert isinstance(desks.step(case_id, "answer", by=colleague), Done)
    assert refusal(desks.step(case_id, "free"), "STILL_HELD").refusal.names == ("DETAINER",)


def test_an_undecided_detainer_delays_no_release():
    case_id = desks.walked("detainer", "submit", "decide", "sign", "interview", "hear", "order", "free")
    assert desks.load(case_id).version == 9
