"""Every act of governance: done, refused, sent twice, two at once, by whoever may not; each with its entry and its rows."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from pars.actions import agreeing, dealing, founding, reviewing
from pars.actions.beats import Done, Once, Refused
from pars.core import canonical
from pars.core.access.decision import GUARD
from pars.core.agreements.agreement import standing
from pars.core.ledger.entries import By, Kind
from pars.core.terms import DAY, HOUR, Instant
from pars.store import genesis, governance, ledger, replays
from tests.agreements import vote as signed_vote
from tests.desks import REGISTRAR, at_once
from tests.homes import propose, serve
from tests.ledgers import CLIENT, HELD, PERSON, make_version, staff, text_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from pars.core.agreements.version import Version

CLERK = staff("clerk")
STRANGER = By("stranger", "grant:none")
THIEF = By("stranger", "grant:registrar")


def version(changes: dict[str, Any] | None = None, *, number: int = 1, lasts: int = DAY) -> Version:
    """Return a version that would be in force from now on."""
    at = ledger.now()
    return make_version(changes, number=number, start=at, end=at + lasts)


def agreement(name: str = "AGR-1") -> Any:
    """Return an agreement as it is stored."""
    with ledger.reading():
        return governance.load_agreement(name)


def state(name: str = "AGR-1") -> str:
    """Return how an agreement stands now."""
    return standing(agreement(name), ledger.now()).state


def ballot(choice: str, seat: str, made: Version, answers: int | None = None) -> Any:
    """Return a seat's signed vote on how things stand."""
    if answers is None:
        known = agreement(made.agreement)
        answers = known.turns[-1].entry if known.turns else known.proposals[-1].entry
    return signed_vote(choice, seat, made.hash, answers, agreement=made.agreement)


def period() -> dict[str, Instant]:
    """Return the last hour."""
    end = ledger.now()
    return {"start": Instant(end - HOUR), "end": end}


def report(name: str = "AGR-1") -> dict[str, Any]:
    """Return a use report of the last hour, ready to be put before the owners."""
    of = period()
    return {**of, "agreement": name, "text": reviewing.report_text(reviewing.use_report(name, **of))}


# ---------------------------------------------------------------- the acts


@dataclass(frozen=True)
class Act:
    """One act of governance: what it is given, with what it is refused, what it writes, and whether two at once both stand."""

    call: Callable[..., Any]
    act: str
    ready: Callable[[], dict[str, Any]]
    wrong: Callable[[], dict[str, Any]]
    code: str
    kind: Kind
    rows: dict[str, int]
    second: str | None = None
    """The code with which the second of two is refused; None where both are done."""
    by: By = REGISTRAR
    lasting: bool = False
    """Whether it waits out W before it is acknowledged."""


def adopted() -> dict[str, Any]:
    serve()
    return {"agreement": "AGR-1"}


def with_report() -> dict[str, Any]:
    serve()
    put = agreeing.put_report(by=REGISTRAR, **report())
    assert isinstance(put, Done)
    return {"agreement": "AGR-1", "report": put.entry, "text": "We looked at it."}


def owing() -> dict[str, Any]:
    due = Instant(ledger.now() + HOUR)
    says = {"en": "The uses of the record"}
    duty = {"code": "use", "kind": "report", "says": says, "due": {"instant": due}, "overdue": "suspends"}
    made = serve({"/duties": [duty]})
    return {"agreement": "AGR-1", "version": made.hash, "duty": "use", "due": due, "shown": "0" * 64}


def with_inquiry() -> dict[str, Any]:
    serve()
    due = Instant(ledger.now() + HOUR)
    asked = dealing.inquire(agreement="AGR-1", text="Whom did you arrest?", due=due, by=staff("voter-city"))
    assert isinstance(asked, Done)
    return {"agreement": "AGR-1", "inquiry": asked.entry, "text": "Nobody."}


def open_proposal() -> Version:
    made = version()
    propose(made)
    return made


def first_vote() -> dict[str, Any]:
    made = version()
    propose(made)
    return {"agreement": "AGR-1", "ballot": ballot("adopt", "city", made)}


def notice() -> dict[str, Any]:
    made = serve()
    text = reviewing.result_notice_text(agreement(), ledger.now())
    return {"agreement": "AGR-1", "version": made.hash, "text": text, "channel": "public-page"}


ACTS: dict[str, Act] = {
    "propose": Act(
        agreeing.propose,
        "agreement:propose",
        lambda: {"text": text_of(version())},
        lambda: {"text": b"{}"},
        "MISSING_FIELD",
        Kind.AGREEMENT_PROPOSED,
        {"agreement": 1, "version": 1},
        second="WRONG_NUMBER",
    ),
    "vote": Act(
        agreeing.vote,
        "agreement:vote",
        first_vote,
        lambda: {"ballot": ballot("adopt", "courts", agreement().proposals[0].version)},
        "NOT_YOUR_SEAT",
        Kind.AGREEMENT_VOTED,
        {"vote": 1},
        second="SECOND_VOTE",
        by=staff("voter-city"),
    ),
    "withdraw": Act(
        agreeing.withdraw,
        "agreement:propose",
        lambda: {"agreement": "AGR-1", "version": open_proposal().hash},
        lambda: {"version": "0" * 64},
        "UNKNOWN_VERSION",
        Kind.PROPOSAL_WITHDRAWN,
        {"withdrawn": 1},
        second="NOT_OPEN",
    ),
    "name_user": Act(
        agreeing.name_user,
        "user:name",
        lambda: {**adopted(), "person": "sergeant", "holds": HELD},
        lambda: {"holds": ()},
        "MUST_HOLD",
        Kind.USER_NAMED,
        {"user_named": 1},
        second="ALREADY_NAMED",
    ),
    "remove_user": Act(
        agreeing.remove_user,
        "user:name",
        lambda: {**adopted(), "person": PERSON},
        lambda: {"person": "nobody"},
        "NOT_NAMED",
        Kind.USER_REMOVED,
        {"user_removed": 1, "stamp": 1},
        second="NOT_NAMED",
        lasting=True,
    ),
    "bind_client": Act(
        agreeing.bind_client,
        "client:bind",
        lambda: {**adopted(), "client": "another-system"},
        lambda: {"client": CLIENT},
        "ALREADY_BOUND",
        Kind.CLIENT_BOUND,
        {"client_bound": 1},
        second="ALREADY_BOUND",
    ),
    "put_report": Act(
        agreeing.put_report,
        "report:make",
        lambda: {**adopted(), **report()},
        lambda: {"text": b"All is well."},
        "NOT_THE_RECORD",
        Kind.USE_REPORT_MADE,
        {"use_report": 1},
    ),
    "meet_duty": Act(
        dealing.meet_duty,
        "agreement:reply",
        owing,
        lambda: {"duty": "another"},
        "NO_SUCH_DUTY",
        Kind.DUTY_MET,
        {"duty_met": 1},
        second="ALREADY_MET",
    ),
    "inquire": Act(
        dealing.inquire,
        "agreement:vote",
        lambda: {**adopted(), "text": "Whom did you arrest?", "due": Instant(ledger.now() + HOUR)},
        lambda: {"text": " "},
        "WORDS_NEEDED",
        Kind.INQUIRY_MADE,
        {"inquiry": 1},
        second="SAID_ALREADY",
        by=staff("voter-city"),
    ),
    "answer": Act(
        dealing.answer,
        "agreement:reply",
        with_inquiry,
        lambda: {"inquiry": 0},
        "NO_SUCH_INQUIRY",
        Kind.INQUIRY_ANSWERED,
        {"inquiry_answered": 1},
        second="ALREADY_ANSWERED",
    ),
    "reply": Act(
        dealing.reply,
        "agreement:reply",
        with_report,
        lambda: {"report": 0},
        "NO_SUCH_REPORT",
        Kind.AGREEMENT_REPLIED,
        {"reply": 1},
        second="SAID_ALREADY",
    ),
    "serve_notice": Act(
        agreeing.serve_notice,
        "notice:serve",
        notice,
        lambda: {"version": "0" * 64},
        "NO_SUCH_AGREEMENT",
        Kind.NOTICE_SERVED,
        {"notice": 1},
    ),
}


def rows_of(owner: Any, entry: int) -> dict[str, int]:
    """Return how many rows of governance an entry wrote."""
    tables = owner.execute(
        "select table_name from information_schema.columns where table_schema = 'governance' and column_name = 'entry'"
    ).fetchall()
    found = {
        name: owner.execute(f"select count(*) from governance.{name} where entry = %s", [entry]).fetchone()[0]
        for (name,) in tables
    }
    return {name: count for name, count in found.items() if count}


def refusal(outcome: object, code: str) -> Refused:
    assert isinstance(outcome, Refused), outcome
    assert outcome.refusal.code == code, outcome.refusal
    return outcome


@pytest.mark.parametrize("name", ACTS)
def test_an_act_of_governance(name, owner, entries):
    act = ACTS[name]
    given = act.ready()
    do = lambda **parts: act.call(**{**given, "by": act.by, **parts})  # noqa: E731
    before = entries()[-1].id

    if "agreement" in given:
        refusal(do(agreement="AGR-9"), "NO_SUCH_AGREEMENT")
        before = entries()[-1].id
    refused = refusal(do(**act.wrong()), act.code)
    assert [(one.id, one.kind, one.detail["code"], one.detail["act"]) for one in entries(after=before)] == [
        (refused.entry, Kind.REFUSED, act.code, act.act)
    ]
    assert rows_of(owner, refused.entry) == {}

    started = time.monotonic()
    told = at_once(lambda n: do(once=Once(f"key-{n}", b"body")), 2)
    done = [one for one in told if isinstance(one, Done)]
    assert len(done) == (1 if act.second else 2), told
    assert [one.refusal.code for one in told if isinstance(one, Refused)] == [act.second] * (2 - len(done))
    if act.lasting:
        assert time.monotonic() - started >= GUARD / 1_000_000
    written = {one.id: one for one in entries(after=refused.entry)}
    assert written.keys() == {one.entry for one in told}
    for one in done:
        entry = written[one.entry]
        assert (entry.kind, entry.by, entry.at) == (act.kind, act.by, one.at)
        assert rows_of(owner, one.entry) == act.rows

    key, latest = f"key-{told.index(done[0])}", entries()[-1].id
    assert do(once=Once(key, b"body")) == done[0]
    misused = refusal(do(once=Once(key, b"another body")), replays.MISUSED.code)
    assert [one.id for one in entries(after=latest)] == [misused.entry]

    for nobody in (STRANGER, THIEF):
        refusal(do(by=nobody), "NO_GRANT")
    refusal(do(by=CLERK), "NOT_YOUR_ACT")


# ---------------------------------------------------------------- proposals


def test_two_agreements_for_one_purpose_at_once_are_refused(entries):
    """Also where both are proposed at the same time."""
    texts = [text_of(version({"/agreement": name})) for name in ("AGR-1", "AGR-2")]
    told = at_once(lambda n: agreeing.propose(text=texts[n], by=REGISTRAR), 2)
    assert sorted(type(one).__name__ for one in told) == ["Done", "Refused"]
    assert [one.refusal.code for one in told if isinstance(one, Refused)] == ["TWO_AT_ONCE"]


def test_a_text_that_is_no_version_is_refused_with_its_place(entries):
    made = canonical.read(text_of(version()))
    made["scope"]["columns"].append("shoe_size")
    refused = refusal(agreeing.propose(text=canonical.write(made), by=REGISTRAR), "UNKNOWN_COLUMN")
    assert refused.refusal.names == ("/scope/columns/8",)
    assert entries(Kind.REFUSED)[-1].detail["names"] == ["/scope/columns/8"]
    assert agreement() is None


# ---------------------------------------------------------------- votes


def test_two_of_three_adopt_suspend_reinstate_and_revoke():
    made = version()
    propose(made)
    act = lambda choice, seat, answers=None: agreeing.vote(  # noqa: E731
        agreement="AGR-1", ballot=ballot(choice, seat, made, answers), by=staff(f"voter-{seat}")
    )
    assert isinstance(act("adopt", "city"), Done)
    assert state() == "PROPOSED"
    started = time.monotonic()
    assert isinstance(act("adopt", "prosecutor"), Done)
    assert time.monotonic() - started >= GUARD / 1_000_000  # it may end another version at once
    assert state() == "IN_FORCE"
    started = time.monotonic()
    assert isinstance(act("suspend", "courts"), Done)
    assert time.monotonic() - started >= GUARD / 1_000_000  # acknowledged only once nothing admitted can still leave
    assert state() == "SUSPENDED"
    answers = standing(agreement(), ledger.now()).answers
    for seat in ("courts", "city"):
        assert isinstance(act("reinstate", seat, answers), Done)
    assert state() == "IN_FORCE"
    answers = standing(agreement(), ledger.now()).answers
    for seat in ("courts", "prosecutor"):
        assert isinstance(act("revoke", seat, answers), Done)
    assert state() == "REVOKED"
    refusal(act("reinstate", "city", answers), "NOT_ALIVE")


def test_what_may_take_something_away_is_acknowledged_only_once_nothing_admitted_before_can_leave():
    made = version()
    propose(made)
    voted = lambda choice, seat: agreeing.vote(  # noqa: E731
        agreement="AGR-1", ballot=ballot(choice, seat, made), by=staff(f"voter-{seat}")
    )
    assert isinstance(agreeing.name_user(agreement="AGR-1", person=PERSON, holds=HELD, by=REGISTRAR), Done)
    for act in (
        lambda: voted("adopt", "city"),
        lambda: voted("adopt", "prosecutor"),
        lambda: agreeing.remove_user(agreement="AGR-1", person=PERSON, by=REGISTRAR),
        lambda: voted("suspend", "courts"),
    ):
        done = act()
        assert isinstance(done, Done)
        assert done.held is not None
        assert time.monotonic() - done.held >= GUARD / 1_000_000


def test_a_forged_or_replayed_vote_is_refused():
    made = version()
    proposal = propose(made)
    other = signed_vote("adopt", "courts", made.hash, proposal.entry, by="city")
    refusal(agreeing.vote(agreement="AGR-1", ballot=other, by=staff("voter-courts")), "FORGED")
    early = ballot("adopt", "city", made, answers=proposal.entry + 1)
    refusal(agreeing.vote(agreement="AGR-1", ballot=early, by=staff("voter-city")), "WRONG_ANSWER")


def test_a_vote_is_withdrawn_and_cast_again_with_a_reason_that_is_signed(opened, entries):
    made = open_proposal()
    proposal = agreement().proposals[0].entry
    act = lambda given, **parts: agreeing.vote(agreement="AGR-1", ballot=given, by=staff("voter-city"), **parts)  # noqa: E731
    first = act(signed_vote("adopt", "city", made.hash, proposal))
    assert isinstance(first, Done)
    back = act(signed_vote("withdraw", "city", made.hash, first.entry))
    assert isinstance(back, Done)
    again = signed_vote("reject", "city", made.hash, back.entry, reason="The limit is too high.")
    refusal(act(again), "OTHER_REASON")
    refusal(act(again, reason="Another reason."), "OTHER_REASON")
    for words in ("", "two\nlines", "x" * 501):
        refusal(act(signed_vote("reject", "city", made.hash, back.entry, reason=words), reason=words), "REASON_FORM")
    assert isinstance(act(again, reason="The limit is too high."), Done)
    known = agreement()
    with ledger.reading():
        assert [*governance.load_words(known).values()] == ["The limit is too high."]
    assert entries(Kind.AGREEMENT_VOTED)[-1].detail["why"] == again.why
    assert [one.by.owner for one in agreement().ballots] == ["city"] * 3


def test_an_officer_whose_grant_ended_votes_no_more_and_what_they_cast_stands(opened):
    made = open_proposal()
    given = {"agreement": "AGR-1", "by": staff("voter-city")}
    assert isinstance(agreeing.vote(ballot=ballot("adopt", "city", made, agreement().proposals[0].entry), **given), Done)
    assert isinstance(founding.remove_grant(grant="voter-city", by=REGISTRAR), Done)
    mine = agreement().ballots[0]
    refusal(agreeing.vote(ballot=ballot("withdraw", "city", made, mine.entry), **given), "GRANT_ENDED")
    courts = ballot("adopt", "courts", made, agreement().proposals[0].entry)
    assert isinstance(agreeing.vote(agreement="AGR-1", ballot=courts, by=staff("voter-courts")), Done)
    assert state() == "IN_FORCE"


def test_after_the_close_no_vote_counts(opened):
    closes = ledger.now() + 1_000_000
    made = version({"/vote": {"closes": {"instant": closes}}})
    propose(made)
    while ledger.now() < closes:
        time.sleep(0.05)
    late = ballot("adopt", "city", made, agreement().proposals[0].entry)
    refusal(agreeing.vote(agreement="AGR-1", ballot=late, by=staff("voter-city")), "VOTE_CLOSED")
    assert state() == "UNDECIDED"


def test_a_home_that_keeps_a_seats_key_signs_for_it(opened):
    made = version()
    proposal = propose(made)
    refused = agreeing.sign_with_home_key(
        agreement="AGR-1", choice="adopt", version=made.hash, answers=proposal.entry, by=staff("voter-city")
    )
    assert refused == agreeing.KEY_ELSEWHERE  # the seats' keys of this ledger lie elsewhere
    for by in (REGISTRAR, STRANGER, By("voter-city", "grant:voter-courts")):
        found = agreeing.sign_with_home_key(agreement="AGR-1", choice="adopt", version=made.hash, answers=proposal.entry, by=by)
        assert found == agreeing.NO_SEAT


# ---------------------------------------------------------------- reports


def test_a_report_is_of_a_time_that_is_over():
    serve()
    at = ledger.now()
    for start, end in ((0, 0), (HOUR, 0), (-HOUR, HOUR)):
        of = {"start": Instant(at + start), "end": Instant(at + end)}
        refusal(agreeing.put_report(agreement="AGR-1", text=b"{}", by=REGISTRAR, **of), "NOT_OVER")


def test_a_reply_has_words():
    given = with_report()
    for words in ("", "  \n", "a" * 20_001, "a\x00b", "\u202e.os saw tI", "half \udcff"):
        refusal(dealing.reply(by=REGISTRAR, **{**given, "text": words}), "WORDS_NEEDED")


def test_a_reply_to_another_agreements_report_is_refused():
    given = with_report()
    serve({"/agreement": "AGR-2", "/parties/agency/id": "probation"}, client="probation-system")
    refusal(dealing.reply(by=REGISTRAR, **{**given, "agreement": "AGR-2"}), "NO_SUCH_REPORT")


# ---------------------------------------------------------------- ends


def test_an_end_is_noted_once_by_however_many_workers(owner, entries):
    made = serve(lasts=1_000_000)
    assert agreeing.note_ends(by=REGISTRAR) == []
    while ledger.now() < made.term.end:
        time.sleep(0.02)
    assert state() == "ENDED"
    told = [one for notes in at_once(lambda _: agreeing.note_ends(by=REGISTRAR), 3) for one in notes]
    assert [one for one in told if isinstance(one, Refused) and one.refusal.code != "ALREADY_NOTED"] == []
    (noted,) = entries(Kind.AGREEMENT_END_NOTED)
    assert noted.detail == {"agreement": "AGR-1", "version": made.hash, "ended": made.term.end}
    assert rows_of(owner, noted.id) == {"end_noted": 1}
    assert agreeing.note_ends(by=REGISTRAR) == []


def test_ends_are_noted_by_who_may(entries):
    made = serve(lasts=500_000)
    while ledger.now() < made.term.end:
        time.sleep(0.02)
    (refused,) = agreeing.note_ends(by=CLERK)
    refusal(refused, "NOT_YOUR_ACT")
    (refused,) = agreeing.note_ends(by=STRANGER)
    refusal(refused, "NO_GRANT")
    assert entries(Kind.AGREEMENT_END_NOTED) == []


# ---------------------------------------------------------------- grants


def test_a_grant_is_given_and_removed(owner, entries):
    done = founding.give_grant(person="newcomer", role="clerk", by=REGISTRAR)
    assert isinstance(done, Done)
    given = entries(Kind.GRANT_GIVEN)[-1]
    assert (given.id, given.by, given.detail["person"]) == (done.entry, REGISTRAR, "newcomer")
    assert rows_of(owner, done.entry) == {"grant_given": 1}
    grant = given.detail["grant"]
    refusal(founding.remove_grant(grant="none", by=REGISTRAR), "NO_SUCH_GRANT")
    started = time.monotonic()
    told = at_once(lambda _: founding.remove_grant(grant=grant, by=REGISTRAR), 2)
    assert time.monotonic() - started >= GUARD / 1_000_000
    (removed,) = [one for one in told if isinstance(one, Done)]
    assert [one.refusal.code for one in told if isinstance(one, Refused)] == ["NO_SUCH_GRANT"]
    assert rows_of(owner, removed.entry) == {"grant_removed": 1, "stamp": 1}
    for nobody in (STRANGER, THIEF):
        refusal(founding.give_grant(person="stranger", role="registrar", by=nobody), "NO_GRANT")
        refusal(founding.remove_grant(grant="clerk", by=nobody), "NO_GRANT")
    refusal(founding.give_grant(person="clerk", role="registrar", by=CLERK), "NOT_YOUR_ACT")
    assert len(entries(Kind.GRANT_GIVEN)) == 6


def test_a_grant_of_no_role_or_of_no_time_is_refused():
    refusal(founding.give_grant(person="newcomer", role="emperor", by=REGISTRAR), "UNKNOWN_ROLE")
    refusal(founding.give_grant(person="newcomer", role="clerk", by=REGISTRAR, end=Instant(ledger.now() - 1)), "EMPTY_TERM")
    assert isinstance(founding.give_grant(person="newcomer", role="clerk", by=REGISTRAR, end=Instant(ledger.now() + DAY)), Done)


def test_the_system_gives_grants_only_until_a_person_has_acted():
    assert isinstance(founding.give_grant(person="newcomer", role="clerk"), Done)
    ledger.refuse(replays.MISUSED, by=REGISTRAR)  # a refusal is no act
    assert isinstance(founding.give_grant(person="newcomer", role="clerk"), Done)
    assert isinstance(founding.give_grant(person="newcomer", role="clerk", by=REGISTRAR), Done)
    refusal(founding.give_grant(person="newcomer", role="clerk"), "SETTING_UP_OVER")


# ---------------------------------------------------------------- the opening


def test_a_ledger_is_opened_once(opened):
    assert founding.is_open()
    with pytest.raises(genesis.AlreadyOpen):
        founding.open_with_new_seats(origin="pars.test/again", texts=founding.shipped(), simulated=False)
