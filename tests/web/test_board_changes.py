"""What a live board asks: it names what it has and is given what is new beside it, entered as every list is."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from lxml import html

from pars.actions import disclosing, releasing
from pars.core.ledger.entries import Kind
from pars.core.terms import HOUR, SECOND, Instant, moment
from pars.edge.web.cases.board_rows import Placed, lines_of
from pars.store import ledger, tree
from tests.web.town import NIGHT, book, done, stated

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from tests.web.town import Town

pytestmark = pytest.mark.database


def known(town: Town) -> dict[str, int]:
    """Return who is on the board, each with their version."""
    answer = disclosing.board(by=town.by("clerk"))
    assert isinstance(answer, disclosing.Chunk)
    return dict(answer.known)


def ask(client: Client, named: object, query: str = "") -> Any:
    """Ask what is new beside what is named; return the rows."""
    reply = client.post(f"/board/changes{query}", json.dumps(named), content_type="application/json")
    assert reply.status_code == 200, reply.content
    return html.fromstring(f"<table>{reply.content.decode()}</table>").find("tbody")


def rows(body: Any) -> dict[str, int]:
    """Return which rows came, each with its version."""
    return {row.get("data-row"): int(row.get("data-version")) for row in body.xpath(".//tr")}


def entries(town: Town) -> int:
    """Return how often a list or a case was shown to the clerk."""
    by = town.by("clerk")
    with ledger.reading():
        return len(list(tree.entries_under(by.authority, kinds=(Kind.SHOWN,))))


def newcomer(town: Town, surname: str) -> str:
    """Book somebody, and return their case's id."""
    book(town, replace(NIGHT[0], surname=surname, given="Ida"), ledger.now() - HOUR)
    return town.case(surname).id


def test_only_what_is_new_comes_and_only_that_is_entered(seat: Callable[[str], Client], town: Town) -> None:
    client = seat("clerk")
    client.get("/board")
    here = known(town)
    before = entries(town)
    assert rows(ask(client, here)) == {}
    assert entries(town) == before, "what shows nothing writes nothing"
    came = newcomer(town, "Deltacome")
    body = ask(client, here)
    assert rows(body) == {came: 1}
    assert "Deltacome, Ida" in body.text_content()
    assert entries(town) == before + 1
    assert rows(ask(client, here)) == {came: 1}, "a page that doesn't have it is given it again"
    assert entries(town) == before + 1, "but this session was shown that version before"
    case = town.case("Deltacome", "custodian")
    done(
        releasing.lodge_hold(
            case_id=came, seen=case.version, by=town.by("custodian"), kind="PROBATION_DETAINER", authority="A court",
            reference="CP-51-CR-0001111-2024", lodged=stated(ledger.now() - HOUR),
        )
    )  # fmt: skip
    assert rows(ask(client, {**here, came: 1})) == {came: 2}
    assert entries(town) == before + 2


def test_whom_a_page_has_and_nobody_holds_any_more_is_named_as_gone(seat: Callable[[str], Client], town: Town) -> None:
    client = seat("clerk")
    here = known(town)
    nowhere = "00000000-0000-4000-8000-000000000000"
    body = ask(client, {**here, nowhere: 1})
    assert body.get("data-gone") == nowhere
    assert rows(body) == {}


def test_the_filters_of_the_page_say_who_is_drawn_and_who_only_counted(seat: Callable[[str], Client], town: Town) -> None:
    client = seat("clerk")
    came = newcomer(town, "Filterby")
    here = known(town)
    del here[came]
    [drawn] = ask(client, here, "?waiting=police").xpath(".//tr")
    assert drawn.get("data-desks").split()[0] == "police"
    assert drawn.get("data-within") is not None
    assert "Filterby" in drawn.text_content()
    [aside] = ask(client, here, "?waiting=court").xpath(".//tr")
    assert aside.get("data-within") is not None
    assert aside.text_content() == ""
    [beyond] = ask(client, here, "?district=None%20such").xpath(".//tr")
    assert beyond.get("data-within") is None


def test_the_page_names_everybody_whom_its_filters_leave_out(seat: Callable[[str], Client], town: Town) -> None:
    page = html.fromstring(seat("clerk").get("/board?waiting=police").content)
    shown = {row.get("data-row"): int(row.get("data-version")) for row in page.xpath("//tr[@data-row]")}
    others = {one.split(":")[0]: int(one.split(":")[1]) for one in page.xpath("//@data-others")[0].split(",") if one}
    assert shown
    assert others
    assert {**shown, **others} == known(town)


@pytest.mark.parametrize(
    "body", ["", "[" * 200_000, '{"\\ud800": 1}', "[]", "not JSON", '{"a": "1"}', '{"a": -1}', '{"a": true}', json.dumps({str(n): 1 for n in range(2_001)}), '{"a\\u0000": 1}', json.dumps({"a" * 37: 1}), '{"a,b": 1}', '{"a-": 1}', '{"": 1}', '{"{a}": 1}', '{"a": 1, "b": "c"}']
)  # fmt: skip
def test_what_a_page_can_not_say_is_refused_in_words(body: str, seat: Callable[[str], Client]) -> None:
    reply = seat("clerk").post("/board/changes", body, content_type="application/json")
    assert reply.status_code == 400
    assert "version" in reply.content.decode()


def test_who_reads_no_cases_is_given_nothing(seat: Callable[[str], Client], nobody: Client, town: Town) -> None:
    for client in (seat("auditor"), seat("supervision")):
        assert client.post("/board/changes", "{}", content_type="application/json").status_code == 403
    assert nobody.post("/board/changes", "{}", content_type="application/json").status_code == 302
    assert seat("clerk").get("/board/changes").status_code == 405


# ---------------------------------------------------------------- what is drawn once for all who watch


def test_what_was_drawn_for_one_is_nothing_that_another_was_not_given(town: Town) -> None:
    """In one second somebody is given whole rows, and then somebody else the same ones without a column, or with less in it."""
    answer = disclosing.board(by=town.by("clerk"))
    assert isinstance(answer, disclosing.Chunk)

    def drawn(without: str) -> str:
        rows = [{name: value for name, value in row.items() if name != without} for row in answer.rows]
        return "".join(Placed(line, within=True, shown=True).row for line in lines_of(rows, answer.known, answer.at))

    corvane = "Corvane"
    assert corvane in drawn("")
    assert corvane not in drawn("display_name")
    assert corvane in drawn(""), "and the other way about"
    assert "Name not shown" not in drawn("")


def test_a_row_is_drawn_anew_in_the_next_second_and_where_anything_in_it_changed(town: Town) -> None:
    answer = disclosing.board(by=town.by("clerk"))
    assert isinstance(answer, disclosing.Chunk)
    row, at = answer.rows[0], Instant(answer.at - answer.at % SECOND)
    [first] = lines_of([row], answer.known, at)
    assert lines_of([dict(row)], answer.known, Instant(at + SECOND - 1)) == [first], "the same row in the same second"
    [moved] = lines_of([{**row, "facility": "Elsewhere"}], answer.known, at)
    [newer] = lines_of([row], {row["record"]: answer.known[row["record"]] + 1}, at)
    [later] = lines_of([row], answer.known, Instant(at + 90 * HOUR))
    assert ("Elsewhere" in moved.under, newer.version - first.version) == (True, 1)
    assert later.held != first.held


def test_who_is_held_no_more_stands_last_without_a_bar(town: Town) -> None:
    answer = disclosing.board(by=town.by("clerk"))
    assert isinstance(answer, disclosing.Chunk)
    rows = [{**row, "custody_ended": False} for row in answer.rows]
    longest = lines_of(rows, answer.known, answer.at)[0]
    assert (longest.held, longest.bar) != ("not held", "")
    for row in rows:
        if row["record"] == longest.case_id:
            row["custody_ended"] = True
    last = lines_of(rows, answer.known, answer.at)[-1]
    assert (last.case_id, last.held, last.bar, last.free) == (longest.case_id, "not held", "", True)


def test_a_page_asks_again_for_a_limit_when_the_line_says_that_it_is_over(town: Town) -> None:
    answer = disclosing.board(by=town.by("booking"))
    assert isinstance(answer, disclosing.Chunk)
    began = moment(Instant(answer.at - HOUR)).replace(microsecond=250_000).isoformat().replace("+00:00", "Z")
    rows = [
        {**row, "custody_began": began, "complaint_due": None, "doubts": [], "custody_ended": False}
        for row in answer.rows
        if not row["arraigned"] and row["custody_began"] is not None
    ]
    lines = {line.case_id: line for line in lines_of(rows, answer.known, answer.at)}
    known = ((row, lines[row["record"]]) for row in rows)
    row, line = next((row, line) for row, line in known if line.limit_ms is not None)  # nothing runs for whom all was declined
    assert line.limit_ms is not None
    assert line.limit_ms % 1000 == 0
    [before] = lines_of([row], answer.known, Instant(line.limit_ms * 1000 - 1))
    [then] = lines_of([row], answer.known, Instant(line.limit_ms * 1000))
    assert (before.due.late, then.due.late) == (False, True)
