"""What leaves the store: answers, streams, boards and opened cases, each with the entry that says so; refusals too."""

from __future__ import annotations

import json
from dataclasses import replace
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from pars.actions import agreeing, disclosing, intake
from pars.actions.beats import Done, Once, Refused
from pars.actions.disclosing import CaseShown, Declined, Told, streams
from pars.core.access.decision import Caller
from pars.core.cases.facts import IdentityClaimed
from pars.core.ledger.entries import By, Entry, Kind
from pars.core.terms import DAY
from pars.store import disclosure, ledger
from tests import desks
from tests.agreements import vote as signed_vote
from tests.desks import REGISTRAR, at_once
from tests.homes import adopt, serve
from tests.ledgers import AGENCY, CLIENT, HELD, PERSON, make_version, outsider, staff

if TYPE_CHECKING:
    from pars.core.agreements.version import Version

CALLER = Caller(AGENCY, PERSON, CLIENT)
SURNAME = {"column": "surname", "is": "Doe"}
ASKED: dict[str, Any] = {
    "purpose": "warrant_service",
    "columns": ["record", "surname", "birth_date"],
    "where": [SURNAME],
    "evidence": {"kind": "warrant_number", "value": "W-2026-0001"},
}


def told(answer: object) -> Told:
    assert isinstance(answer, Told), answer
    return answer


def declined(answer: object, code: str) -> Declined:
    assert isinstance(answer, Declined), answer
    assert answer.refusal.code == code, answer.refusal
    return answer


def ask(caller: Caller = CALLER, once: Once | None = None, **parts: Any) -> Told | Declined:
    """Ask the question, with some parts otherwise (None: left out)."""
    asked = {name: value for name, value in {**ASKED, **parts}.items() if value is not None}
    return disclosing.ask(caller=caller, asked=asked, once=once)


def renamed(case_id: str, surname: str) -> Done:
    """Correct the surname that was claimed."""
    case = desks.load(case_id)
    was = case.current(IdentityClaimed)[0]
    changed = replace(was, surname=surname, corrects=was.n, entry=None)
    return done(intake.correct_facts(case_id=case_id, seen=case.version, facts=(changed,), why="heard again", by=REGISTRAR))


def done(outcome: object) -> Done:
    assert isinstance(outcome, Done), outcome
    return outcome


def suspend(made: Version, seat: str = "city") -> Done:
    """Have one seat suspend at once."""
    from tests.actions.test_agreement_acts import agreement

    ballot = signed_vote("suspend", seat, made.hash, agreement().turns[-1].entry)
    done = agreeing.vote(agreement="AGR-1", ballot=ballot, by=staff(f"voter-{seat}"))
    assert isinstance(done, Done)
    return done


def only(found: list[Entry]) -> Entry:
    (entry,) = found
    return entry


# ---------------------------------------------------------------- questions


def test_an_answer_has_its_entry_its_rows_and_its_terms(sealed, owner, entries):
    case_id = desks.booked("Doe")
    desks.booked("Roe")
    made = serve()
    before = entries()[-1].id
    answer = told(ask())
    entry = only([one for one in entries(after=before) if one.kind is Kind.DISCLOSED])
    assert (entry.id, entry.by, entry.at, entry.detail["version"]) == (answer.entry, outsider(), answer.at, made.hash)
    assert (entry.detail["rows"], entry.detail["out"]) == (1, sha256(answer.body).hexdigest())
    assert json.loads(answer.body) == [{"record": answer.rows[0]["record"], "surname": "Doe", "birth_date": 1990}]
    shown = owner.execute('select tbl, "row", version from ledger.entry_row where entry = %s', [answer.entry]).fetchall()
    assert shown == [("case_now", case_id, 1)]
    beside = "select count(*) from ledger.commitment c join ledger.dissemination d using (entry) join keys.question_key k using (entry)"
    assert owner.execute(f"{beside} where entry = %s", [answer.entry]).fetchone() == (1,)
    assert (answer.terms.agreement, answer.terms.version, answer.terms.ends) == ("AGR-1", made, made.term.end)


REFUSALS: dict[str, tuple[dict[str, Any], Caller, str, list[str] | None]] = {
    "an ungranted column": ({"columns": ["surname", "birthplace"]}, CALLER, "NOT_GRANTED", ["birthplace"]),
    "an ungranted condition": ({"where": [{"column": "sex", "is": "F"}]}, CALLER, "NOT_GRANTED", ["sex"]),
    "an ungranted order": ({"sort": ["sex"]}, CALLER, "NOT_GRANTED", ["sex"]),
    "no column at all": ({"columns": ["shoe_size"]}, CALLER, "UNKNOWN_COLUMN", ["/columns/0"]),
    "an unknown purpose": ({"purpose": "curiosity"}, CALLER, "UNKNOWN_PURPOSE", ["/purpose"]),
    "no evidence": ({"evidence": None}, CALLER, "NO_EVIDENCE", ["/evidence"]),
    "another evidence": (
        {"evidence": {"kind": "docket", "value": "MC-51-CR-0000001-2026"}},
        CALLER,
        "WRONG_EVIDENCE",
        ["/evidence/kind"],
    ),
    "no person": ({}, replace(CALLER, person=""), "NO_PERSON", None),
    "a person who isn't named": ({}, replace(CALLER, person="stranger"), "NOT_NAMED", None),
    "another agency": ({}, replace(CALLER, agency="stranger"), "NO_AGREEMENT", None),
    "another system": ({}, replace(CALLER, client="stranger-system"), "CLIENT_NOT_BOUND", None),
}


def test_every_refusal_is_in_the_ledger_with_its_reason(sealed, entries):
    """In one test, since each leaves the ledger as it was but for its own entry."""
    desks.booked("Doe")
    serve()
    for what, (parts, caller, code, names) in REFUSALS.items():
        before = entries()[-1].id
        answer = declined(ask(caller, **parts), code)
        entry = only([one for one in entries(after=before) if one.kind is not Kind.SEALER_STARTED])
        assert (entry.id, entry.kind, entry.detail["code"]) == (answer.entry, Kind.REFUSED, code), what
        assert entry.detail.get("names") == names, what
        assert entry.by.person == (caller.person or "nobody"), what
        assert "Doe" not in str(entry), what
    assert entries(Kind.DISCLOSED) == []


def test_a_version_that_comes_between_decision_and_door_is_no_refusal(sealed, entries, monkeypatch):
    desks.booked("Doe")
    serve()
    door, later = disclosure.disclose, []

    def overtaken(*given: Any, **named: Any) -> Any:
        if not later:
            later.append(make_version(number=2, start=ledger.now(), end=ledger.now() + DAY))
            adopt(later[0])
        return door(*given, **named)

    monkeypatch.setattr(disclosure, "disclose", overtaken)
    answer = told(ask())
    assert answer.terms.version == later[0]
    assert only(entries(Kind.DISCLOSED)).detail["version"] == later[0].hash
    assert entries(Kind.REFUSED) == []


def test_who_is_not_there_and_who_is_out_of_scope_get_the_same_answer(sealed):
    desks.booked("Child", birth_date=None)  # the age isn't known, so no outside scope holds the case
    serve()
    absent, hidden = (told(ask(where=[{"column": "surname", "is": name}])) for name in ("Nobody", "Child"))
    assert absent.body == hidden.body == b"[]"
    assert (absent.next_cursor, absent.terms.version) == (hidden.next_cursor, hidden.terms.version)


def test_edge_40_who_is_declined_is_gone_from_what_an_agency_sees_at_once(sealed):
    kept, gone = desks.booked("Doe", given="Kept"), desks.booked("Doe", given="Gone")
    serve()
    serve({"/agreement": "AGR-2", "/parties/agency/id": "probation", "/never_charged": "shown"}, client="probation-system")
    theirs = replace(CALLER, agency="probation", client="probation-system")

    def seen(caller: Caller) -> set[str]:
        return {row["given"] for row in json.loads(told(ask(caller, columns=["given"])).body)}

    assert seen(CALLER) == {"Kept", "Gone"}
    for case_id, decision in ((kept, "APPROVE"), (gone, "DECLINE")):
        assert isinstance(desks.step(case_id, "submit"), Done)
        choices = desks.decisions(case_id, decision, **({"reason": "EVIDENCE"} if decision == "DECLINE" else {}))
        assert isinstance(desks.step(case_id, "decide", **choices), Done)
    assert seen(CALLER) == {"Kept"}
    # The owners of the other agreement wrote it into its text and voted it.
    assert seen(theirs) == {"Kept", "Gone"}


def test_a_question_that_is_sent_twice_is_decided_anew(sealed, entries):
    desks.booked("Doe")
    made = serve()
    once = Once("key-1", b"question")
    first, again = told(ask(once=once)), told(ask(once=once))
    assert first.entry != again.entry
    assert entries(Kind.DISCLOSED)[-1].detail["repeats"] == first.entry
    declined(ask(once=Once("key-1", b"another")), "IDEMPOTENCY_KEY_REUSED")
    suspend(made)
    declined(ask(once=once), "AGREEMENT_SUSPENDED")
    assert entries(Kind.REFUSED)[-1].detail["repeats"] == first.entry


def test_the_day_counts_what_was_entered_whether_it_left_or_not_and_no_refusal(sealed):
    desks.booked("Doe")
    serve({"/limits/questions_per_day": 2})
    declined(ask(columns=["surname", "birthplace"]), "NOT_GRANTED")
    disclosing.dropped(CALLER, chunk=told(ask()).entry, reason="LATE")
    told(ask())
    declined(ask(), "LIMIT_REACHED")


def test_many_at_once_get_no_more_than_the_day_allows(sealed, owner, entries):
    desks.booked("Doe")
    serve({"/limits/questions_per_day": 3})
    answers = at_once(lambda _: ask(), 5)
    assert sorted(type(one).__name__ for one in answers) == ["Declined", "Declined", "Told", "Told", "Told"]
    refused = [one for one in answers if isinstance(one, Declined)]
    assert {one.refusal.code for one in refused} == {"LIMIT_REACHED"}
    assert all(one.again is not None and one.at < one.again <= one.at + DAY for one in refused)
    assert len(entries(Kind.DISCLOSED)) == 3
    assert owner.execute("select used from governance.volume").fetchall() == [(3,)]


def test_after_a_suspension_was_acknowledged_nothing_is_answered(sealed, entries):
    desks.booked("Doe")
    made = serve()
    told(ask())
    done = suspend(made)
    declined(ask(), "AGREEMENT_SUSPENDED")
    assert all(one.at < done.at for one in entries(Kind.DISCLOSED))


def test_pages_go_on_where_the_one_before_ended(sealed, entries):
    for n in range(3):
        desks.booked(f"Person {n}")
    serve()
    first = told(ask(where=[], rows=2))
    second = told(ask(where=[], rows=2, after=first.next_cursor))
    assert len({row["record"] for row in (*first.rows, *second.rows)}) == 3
    assert second.next_cursor is None
    assert entries(Kind.DISCLOSED)[-1].detail["follows"] == first.entry
    declined(ask(where=[], rows=1, after=first.next_cursor), "WRONG_CURSOR")


# ---------------------------------------------------------------- streams


def test_a_stream_opens_beats_and_closes(sealed, entries):
    desks.booked("Doe")
    made = serve()
    asked = {**ASKED, "where": []}
    stream = disclosing.open_stream(caller=CALLER, asked=asked, snapshot=True)
    assert isinstance(stream, disclosing.Stream)
    stream, first = disclosing.beat(stream)
    assert [row["surname"] for row in told(first).rows] == ["Doe"]
    stream, nothing = disclosing.beat(stream)
    assert nothing is None
    desks.booked("Roe")
    stream, second = disclosing.beat(stream)
    assert [row["surname"] for row in told(second).rows] == ["Roe"]
    suspend(made)
    stream, refused = disclosing.beat(stream)
    declined(refused, "AGREEMENT_SUSPENDED")
    closed = disclosing.close_stream(stream, reason="REFUSED")
    entry = entries(Kind.STREAM_CLOSED)[-1]
    assert (entry.id, entry.detail["stream"], entry.detail["chunks"], entry.detail["empty"]) == (
        closed.entry,
        told(first).entry,
        2,
        1,
    )


def test_a_stream_that_never_gave_anything_closes_with_an_entry_too(sealed, entries):
    serve()
    stream = disclosing.open_stream(caller=CALLER, asked=ASKED)
    assert isinstance(stream, disclosing.Stream)
    disclosing.close_stream(stream, reason="GONE")
    assert "stream" not in entries(Kind.STREAM_CLOSED)[-1].detail


def test_an_act_that_changes_nothing_of_what_is_shown_is_no_news_to_a_stream(sealed, entries):
    """That a case was interviewed or claimed by counsel is a fact that nobody granted: a stream may not tell that there was an act."""
    case_id = desks.booked("Doe")
    desks.booked("Roe")
    serve()
    stream, first = disclosing.beat(disclosing.open_stream(caller=CALLER, asked={**ASKED, "where": []}, snapshot=True))
    assert len(told(first).rows) == 2
    for act in ("submit", "decide", "sign"):
        desks.step(case_id, act)
        stream, nothing = disclosing.beat(stream)
        assert nothing is None, act
    renamed(case_id, "Poe")
    stream, news = disclosing.beat(stream)
    assert [row["surname"] for row in told(news).rows] == ["Poe"]


def test_a_stream_that_is_opened_again_tells_no_act_either_but_whoever_came_into_scope(sealed, entries, monkeypatch):
    monkeypatch.setattr(streams, "OVERLAP", 0)
    asked = {**ASKED, "where": []}
    there = desks.booked("Doe")
    unknown = desks.booked("Roe", birth_date=None)
    serve()
    desks.booked("Poe")
    _, first = disclosing.beat(disclosing.open_stream(caller=CALLER, asked=asked, snapshot=True))
    seen = told(first)
    assert sorted(row["surname"] for row in seen.rows) == ["Doe", "Poe"]

    def since() -> list[str] | None:
        _, news = disclosing.beat(disclosing.open_stream(caller=CALLER, asked=asked, last_event=seen.entry))
        return None if news is None else sorted(row["surname"] for row in told(news).rows)

    desks.step(there, "submit")
    assert since() is None
    done(intake.resolve_doubt(case_id=unknown, seen=1, by=REGISTRAR, **desks.doubt(unknown)))
    assert since() == ["Roe"]
    renamed(there, "Moe")
    desks.booked("Loe")
    assert since() == ["Loe", "Moe", "Roe"]


def test_a_stream_is_refused_like_a_question(sealed, entries):
    serve()
    declined(disclosing.open_stream(caller=CALLER, asked={**ASKED, "columns": ["sex"]}), "NOT_GRANTED")
    declined(disclosing.open_stream(caller=CALLER, asked={}), "MISSING_FIELD")
    declined(disclosing.open_stream(caller=CALLER, asked=ASKED, last_event=1), "NO_SUCH_EVENT")
    declined(disclosing.open_stream(caller=replace(CALLER, person="stranger"), asked=ASKED), "NOT_NAMED")
    assert len(entries(Kind.REFUSED)) == 4


def test_a_chunk_that_did_not_leave_is_said_so(sealed, entries):
    desks.booked("Doe")
    serve()
    answer = told(ask())
    assert answer.entry is not None
    disclosing.dropped(CALLER, chunk=answer.entry, reason="LATE")
    entry = entries(Kind.CHUNK_DROPPED)[-1]
    assert (entry.detail["chunk"], entry.by.authority) == (answer.entry, f"agency:{AGENCY}")


# ---------------------------------------------------------------- staff


def test_a_board_enters_each_person_once_a_session(opened, entries):
    case_id = desks.booked("Doe")
    first = disclosing.board(by=REGISTRAR, browser="session-1")
    assert isinstance(first, disclosing.Chunk)
    assert [row["record"] for row in first.rows] == [case_id]
    assert (first.entry, entries()[-1].kind) == (entries()[-1].id, Kind.SHOWN)
    again = disclosing.board(by=REGISTRAR, browser="session-1")
    assert isinstance(again, disclosing.Chunk)
    assert again.entry is None
    desks.step(case_id, "submit")
    changed = disclosing.board(by=REGISTRAR, browser="session-1")
    assert isinstance(changed, disclosing.Chunk)
    assert changed.entry is not None


def test_opening_a_case_always_enters(opened, entries):
    case_id = desks.walked("submit", "decide")
    for _ in range(2):
        shown = disclosing.open_case(case_id=case_id, by=REGISTRAR)
        assert isinstance(shown, CaseShown)
        assert (shown.case.id, shown.case.version) == (case_id, 3)
        assert entries()[-1].id == shown.entry
        assert "COMPLAINT" in {gap.code for gap in shown.missing}
        assert not shown.free
        assert {person for _, person in shown.recorded.values()} == {"registrar"}
    assert len(entries(Kind.SHOWN)) == 2


def test_a_case_that_is_not_there_is_refused_with_an_entry(opened, entries):
    for case_id in ("11111111-1111-4111-8111-111111111111", "not an id"):
        refused = disclosing.open_case(case_id=case_id, by=REGISTRAR)
        assert isinstance(refused, Refused)
        assert refused.refusal.code == "NO_SUCH_CASE"
        assert entries()[-1].id == refused.entry


def test_who_holds_no_grant_for_it_sees_nothing(opened, entries):
    case_id = desks.booked("Doe")
    for by, code in (
        (By("stranger", "grant:none"), "NO_GRANT"),
        (By("stranger", "grant:registrar"), "NO_GRANT"),
        (By("stranger", "agency:sheriff"), "NO_GRANT"),
        (staff("voter-city"), "NOT_YOUR_ACT"),
    ):
        for see in (
            lambda by=by: disclosing.board(by=by, browser="session-1"),
            lambda by=by: disclosing.open_case(case_id=case_id, by=by),
        ):
            refused = see()
            assert isinstance(refused, Refused)
            assert (refused.refusal.code, entries()[-1].id) == (code, refused.entry)
    assert entries(Kind.SHOWN) == []


def test_a_person_who_was_removed_is_refused_at_once(sealed, entries):
    desks.booked("Doe")
    serve()
    assert isinstance(agreeing.name_user(agreement="AGR-1", person="sergeant", holds=HELD, by=REGISTRAR), Done)
    sergeant = replace(CALLER, person="sergeant")
    told(ask(sergeant))
    assert isinstance(agreeing.remove_user(agreement="AGR-1", person="sergeant", by=REGISTRAR), Done)
    declined(ask(sergeant), "NOT_NAMED")
    told(ask())


def test_intake_is_not_stopped_by_who_reads(sealed):
    """An open board and an asking agency hold no lock that custody work waits for."""
    serve()
    outcomes = at_once(lambda n: ask() if n % 2 else intake.book_arrest(by=REGISTRAR, **desks.arrest("Doe")), 6)
    assert all(isinstance(one, Told | Done) for one in outcomes), outcomes
    assert ledger.now() > 0
