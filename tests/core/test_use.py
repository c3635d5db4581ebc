"""The record of use: counted from entries, the same for everyone, told in plain sentences, read back as it was written."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pars.core import canonical
from pars.core.access.use import Person, Refusals, Seen, Totals, UseReport, people, record_of_use, seen
from pars.core.access.use_text import read_report, report_text
from pars.core.access.use_words import percent, refusal_words, words
from pars.core.agreements.agreement import standing
from pars.core.ledger import drafts, hook_drafts
from pars.core.ledger.entries import Kind
from pars.core.terms import DAY, HOUR, Instant, moment
from tests.agreements import NOW
from tests.ledgers import AGENCY, AGREEMENT, PERSON, By, Ledger, histories, make_version, outsider, staff

ELSEWHERE = By(PERSON, f"agency:{AGENCY}")


def report_on(ledger: Ledger, start: int = NOW, end: int | None = None, *, shown: Seen | None = None, **parts) -> UseReport:
    """Return the report that the ledger's entries give."""
    end = ledger.at + 1 if end is None else end
    within = [entry for entry in ledger.entries if start <= entry.at < end]
    return record_of_use(
        ledger.state().agreements[AGREEMENT],
        Instant(start),
        Instant(end),
        under=[entry for entry in within if entry.by.authority == f"agreement:{AGREEMENT}"],
        elsewhere=[entry for entry in within if entry.by.authority == f"agency:{AGENCY}"],
        shown=shown or Seen(),
        **parts,
    )


def used() -> tuple[Ledger, UseReport]:
    """Return a ledger in which everything happened that a report tells of."""
    ledger = Ledger()
    made = ledger.serve()
    registrar = staff("registrar")
    ledger.add(drafts.user_named(agreement=AGREEMENT, person="sergeant", holds=("training_completed",)), registrar)
    first = ledger.disclose(made)
    ledger.disclose(made, rows=3, filters=("birth_date", "surname"), follows=first.id, columns=("record", "given"))
    empty = ledger.disclose(made, rows=0, repeats=first.id, purpose="court_administration")
    number = len(ledger.entries)
    ledger.disclose(made, rows=1, filters=(), stream=number, number=number)
    ledger.disclose(made, rows=1, filters=(), stream=number)
    ledger.add(drafts.stream_closed(agency=AGENCY, stream=number, reason="ENDED", chunks=2, empty=7), outsider())
    for code, names in (("NOT_GRANTED", ("birthplace",)), ("NOT_GRANTED", ("birthplace",)), ("NO_EVIDENCE", ("/evidence",))):
        ledger.add(drafts.refused(code=code, names=names, agency=AGENCY, purpose="warrant_service"), outsider())
    ledger.add(drafts.refused(code="NOT_NAMED", agency=AGENCY, purpose="warrant_service"), outsider("stranger"))
    ledger.add(drafts.refused(code="NO_SUCH_REPORT", act="agreement:reply"), outsider())
    ledger.add(drafts.refused(code="UNKNOWN_PURPOSE", agency=AGENCY, names=("/purpose",)), ELSEWHERE)
    ledger.add(drafts.refused(code="NO_GRANT", act="case:read"), ELSEWHERE)
    ledger.add(drafts.chunk_dropped(chunk=empty.id, reason="LATE"), ELSEWHERE)
    text = ledger.keep(b"earlier report")
    earlier = ledger.add(drafts.use_report_made(agreement=AGREEMENT, start=NOW, end=ledger.at, report=text), registrar)
    ledger.add(drafts.agreement_replied(agreement=AGREEMENT, report=earlier.id, reply=ledger.keep(b"reply")), registrar)
    before = Totals(answered=1, refused=0, records=2, people=1, never_charged=0)
    return ledger, report_on(ledger, shown=Seen(6, 2, 1), before=before)


def test_everything_is_counted_once() -> None:
    ledger, report = used()
    assert (report.answered, report.questions, report.pages, report.repeated, report.empty) == (5, 2, 1, 1, 1)
    assert (report.records, report.evidenced, report.dropped) == (7, 5, 1)
    assert (report.streams, report.beats, report.quiet_beats, report.closed) == (1, 2, 7, (("ENDED", 1),))
    assert report.purposes == (("warrant_service", 4), ("court_administration", 1))
    assert report.asked_by == (((), 2), (("surname",), 2), (("birth_date", "surname"), 1))
    assert dict(report.columns) == {"record": 5, "surname": 4, "given": 1}
    assert report.columns_unused == ("arrest_date", "birth_date", "filed_charges", "incident_number", "next_hearing")
    assert report.filters_unused == ("arrest_date", "district", "given", "incident_number")
    assert report.refused == 4
    assert report.refusals == (
        Refusals("NOT_GRANTED", ("birthplace",), 2),
        Refusals("NOT_NAMED", (), 1),
        Refusals("NO_EVIDENCE", ("/evidence",), 1),
    )
    assert report.elsewhere == (Refusals("UNKNOWN_PURPOSE", ("/purpose",), 1),)
    assert report.persons == (Person(PERSON, 5, 3, 7), Person("stranger", 0, 1, 0), Person("sergeant", 0, 0, 0))
    assert report.days == ((moment(ledger.at, "America/New_York").date().isoformat(), 5),)
    assert [about for _, about in report.replies] == [ledger.entries[-2].id]
    assert report.totals == Totals(answered=5, refused=4, records=7, people=6, never_charged=2)


def saved() -> tuple[Ledger, UseReport]:
    """Return a ledger with a whole export, one that was stopped, one that is open, and hints."""
    ledger = Ledger()
    made = ledger.serve()
    asked = {
        "agency": AGENCY,
        "version": made.hash,
        "purpose": "warrant_service",
        "columns": ("record", "surname"),
        "filters": (),
    }

    def opened() -> int:
        return ledger.add(drafts.export_opened(form="csv", **asked), outsider()).id

    def ended(export: int, reason: str, rows: int, *chunks: int) -> None:
        said = {"reason": reason, "chunks": len(chunks), "dropped": 0, "rows": rows, "out": "0" * 64, "last": chunks[-1]}
        ledger.add(drafts.export_closed(agency=AGENCY, export=export, **said), outsider())

    whole, stopped = opened(), opened()
    first = ledger.disclose(made, export=whole, rows=3)
    second = ledger.disclose(made, export=whole, rows=2, follows=first.id)
    ended(whole, "COMPLETE", 5, first.id, second.id)
    ended(stopped, "LIMIT_REACHED", 1, ledger.disclose(made, export=stopped, rows=1).id)
    opened()
    hook = ledger.add(
        hook_drafts.hook_registered(**asked, agreement=AGREEMENT, question="0" * 64, address="0" * 64, end=ledger.at + HOUR),
        outsider(),
    )
    hint = {"hook": hook.id, "rows": 0, "columns": ("record", "surname"), "filters": ()}
    failed = ledger.disclose(made, **hint)
    ledger.disclose(made, repeats=failed.id, **hint)
    ledger.disclose(made, rows=1, columns=("record",))
    return ledger, report_on(ledger, shown=Seen(3, 0, 0))


def test_exports_and_hints_are_told_apart_from_questions() -> None:
    _, report = saved()
    assert (report.answered, report.questions, report.pages, report.parts, report.hints) == (6, 1, 0, 3, 2)
    assert (report.exports, report.exports_ended, report.saved) == (3, (("COMPLETE", 1), ("LIMIT_REACHED", 1)), 5)
    assert (report.records, report.empty, report.repeated) == (7, 0, 0)
    assert dict(report.columns) == {"record": 4, "surname": 3}
    said = "\n".join(words(report))
    assert (
        "6 answers: 1 question, 0 further pages, 0 in 0 streams, 3 parts of exports, 2 hints. 0 of them held no record." in said
    )
    assert "3 exports begun. How they ended: complete 1, limit reached 1. Files that gave all there was hold 5 records." in said
    assert read_report(report_text(report)) == report


def test_an_export_that_is_still_open_is_said_to_be() -> None:
    ledger = Ledger()
    made = ledger.serve()
    asked = {"agency": AGENCY, "version": made.hash, "purpose": "warrant_service", "columns": ("record",), "filters": ()}
    export = ledger.add(drafts.export_opened(form="csv", **asked), outsider())
    ledger.disclose(made, export=export.id)
    report = report_on(ledger)
    assert "1 export begun. None ended in this time." in words(report)
    assert "1 answer: 0 questions, 0 further pages, 0 in 0 streams, 1 part of exports. 0 of them held no record." in words(
        report
    )


def test_what_it_says_is_what_it_counted() -> None:
    _, report = used()
    said = "\n".join(words(report))
    for part in (
        "The Sheriff under agreement AGR-1, from January 15, 2027 at 03:00:00, Philadelphia time until",
        "5 answers: 2 questions, 1 further page, 2 in 1 stream. 1 of them held no record.",
        "6 people shown, in 7 records. 2 of them never charged by the end of this time; for 1 of those",
        "By purpose: warrant_service 4, court_administration 1.",
        "Evidence came with 5 of 5 answers (100 %).",
        "Looked for by: nothing, all in scope 40 %, the surname 40 %, the birth date and the surname 20 %.",
        "Granted and never shown: the date of arrest,",
        "Granted and never looked for by: the date of arrest,",
        "4 questions refused. asked for what isn't granted (the birthplace): 2;",
        "Refused beside any agreement of this agency: for a purpose that no agreement has (/purpose): 1.",
        "By person: deputy: 5 answered, 3 refused;",
        "1 answer recorded and then not sent whole",
        "1 answer to a request that was sent twice.",
        "Duties that fell due: none.",
        "The agency replied to earlier reports: entry",
        "In the same length of time before: 1 answer, 0 refused, 1 person shown, 0 of them never charged.",
    ):
        assert part in said, said


def test_a_period_without_use_says_so() -> None:
    ledger = Ledger()
    ledger.adopt(make_version())
    report = report_on(ledger)
    assert report.totals == Totals(answered=0, refused=0, records=0, people=0, never_charged=0)
    said = "\n".join(words(report))
    assert "0 answers: 0 questions, 0 further pages, 0 in 0 streams." in said
    assert "By person: nobody asked." in said
    assert "Shown: nothing." in said
    assert "(0 %)" in said
    assert "Looked for by" not in said
    assert "Refused beside" not in said
    assert "never shown" in said


def test_everything_granted_and_used_leaves_no_rest() -> None:
    ledger = Ledger()
    made = ledger.serve(make_version({"/scope/columns": ["record"], "/scope/filters": ["surname"], "/scope/masks": {}}))
    ledger.disclose(made, columns=("record",))
    said = "\n".join(words(report_on(ledger)))
    assert "never shown" not in said
    assert "never looked for" not in said


def test_a_reason_without_words_is_told_by_its_code() -> None:
    assert refusal_words(Refusals("SOMETHING_NEW", ("/where/0",), 3)) == "SOMETHING_NEW (/where/0): 3"


@pytest.mark.parametrize(("part", "whole", "said"), [(0, 0, 0), (1, 3, 33), (2, 3, 67), (1, 2, 50), (1, 200, 1), (3, 3, 100)])
def test_a_share_is_rounded_to_the_nearest(part: int, whole: int, said: int) -> None:
    assert percent(part, whole) == said


# ---------------------------------------------------------------- versions and users by date


def test_the_versions_are_those_in_force_in_the_period() -> None:
    ledger = Ledger()
    first = ledger.serve(make_version(end=NOW + 5 * DAY))
    second = make_version({"/scope/columns": ["record", "sex"]}, number=2, start=NOW + 3 * DAY, end=NOW + 9 * DAY)
    ledger.adopt(second)
    ledger.disclose(first)
    numbers = lambda start, end: [number for number, _ in report_on(ledger, NOW + start, NOW + end).versions]  # noqa: E731
    assert numbers(0, DAY) == [1]
    assert numbers(0, 4 * DAY) == [1, 2]
    assert numbers(4 * DAY, 5 * DAY) == [2]
    assert numbers(20 * DAY, 21 * DAY) == [2]  # over: the one that stood last
    assert numbers(-2 * DAY, -DAY) == [1]  # not yet proposed: the one that would be
    assert "sex" in report_on(ledger, NOW, NOW + 4 * DAY).columns_unused
    assert "sex" not in report_on(ledger, NOW, NOW + DAY).columns_unused


def test_a_person_counts_as_named_only_for_a_time_in_which_they_were() -> None:
    ledger = Ledger()
    ledger.serve()
    ledger.add(drafts.user_removed(agreement=AGREEMENT, person=PERSON), staff("registrar"))
    gone = ledger.at
    assert [one.person for one in report_on(ledger, NOW, gone).persons] == [PERSON]
    assert report_on(ledger, gone, gone + HOUR).persons == ()
    assert report_on(ledger, NOW - HOUR, NOW).persons == ()


def test_what_comes_after_the_period_changes_nothing() -> None:
    """The report is made from a beginning of the log: made again later, it is the same byte for byte."""
    ledger, _ = used()
    end = ledger.at + 1
    before = report_text(report_on(ledger, NOW, end))
    newest = make_version({"/parties/agency/name": "The Sheriff's Office"}, number=2, start=NOW + DAY)
    ledger.disclose(make_version(), rows=4)
    ledger.adopt(newest)
    ledger.add(drafts.user_removed(agreement=AGREEMENT, person=PERSON), staff("registrar"))
    assert report_text(report_on(ledger, NOW, end)) == before


@given(histories())
def test_a_naive_count_of_any_history_agrees(ledger: Ledger) -> None:
    state = ledger.state()
    if AGREEMENT not in state.agreements:
        return
    report = report_on(ledger)
    answers = [
        entry for entry in ledger.entries if entry.kind is Kind.DISCLOSED and entry.by.authority == f"agreement:{AGREEMENT}"
    ]
    assert report.answered == len(answers) == report.questions
    assert report.records == sum(entry.detail["rows"] for entry in answers)
    assert dict(report.columns) == Counter(name for entry in answers for name in entry.detail["columns"])
    assert sum(count for _, count in report.days) == sum(count for _, count in report.purposes) == report.answered
    assert sum(one.answered for one in report.persons) == report.answered
    assert {number for number, _ in report.versions} >= {
        standing(state.agreements[AGREEMENT], entry.at).version.number for entry in answers
    }
    assert read_report(report_text(report)) == report


# ---------------------------------------------------------------- people


def test_linked_cases_are_one_person() -> None:
    links = [("b", "a"), ("b", "c"), ("x", "y")]
    assert people(["a", "c", "d", "a"], links) == (frozenset("abc"), frozenset("d"))
    assert people([], links) == ()


def test_never_charged_is_asked_over_all_cases_of_a_person() -> None:
    groups = people(["a", "c", "d", "e"], [("a", "b")])
    assert seen(groups, charged={"b"}, declined={"a", "d"}) == Seen(4, 3, 1)
    assert seen((), charged={"b"}, declined=()) == Seen()


@given(st.lists(st.sampled_from("abcdef")), st.lists(st.tuples(st.sampled_from("abcdef"), st.sampled_from("abcdef"))))
def test_people_part_the_cases(cases: list[str], links: list[tuple[str, str]]) -> None:
    groups = people(cases, links)
    assert frozenset().union(*groups) >= set(cases)
    assert sum(map(len, groups)) == len(frozenset().union(*groups))
    assert all(group & set(cases) for group in groups)
    assert all((one in group) == (other in group) for one, other in links for group in groups)


# ---------------------------------------------------------------- the text


def test_the_text_is_one_and_is_read_back() -> None:
    _, report = used()
    text = report_text(report)
    assert read_report(text) == report
    assert sha256(text).hexdigest() == sha256(report_text(replace(report))).hexdigest()
    data = json.loads(text)
    assert data["says"] == list(words(report))
    alone = replace(report, before=None)
    assert read_report(report_text(alone)) == alone
    assert len(text) < 16_384


@pytest.mark.parametrize(
    "change",
    [
        {"says": ["All is well."]},
        {"answered": 4},
        {"v": 2},
        {"score": 3},
        {"persons": [{"person": "deputy"}]},
        {"refusals": ["NO"]},
        {"start": "now"},
    ],
)
def test_a_text_that_says_otherwise_than_its_facts_is_none(change: dict[str, object]) -> None:
    _, report = used()
    data = json.loads(report_text(report))
    assert read_report(canonical.write({**data, **change})) is None


@pytest.mark.parametrize("text", [b"", b"{}", b"[]", b'"report"', b"a sheet", b'{"v":1}'])
def test_any_other_text_is_none(text: bytes) -> None:
    assert read_report(text) is None
