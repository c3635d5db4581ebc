"""Who has seen a person: complete, each line with its proof, for who may read it alone, and itself entered."""

from __future__ import annotations

import hmac
import io
import json
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest

from pars.actions import disclosing, proving, publishing
from pars.core.cases.shown_to import ACT
from pars.core.ledger.entries import Kind
from pars.core.ledger.side_row import side_hash
from pars.core.terms import Refusal
from pars.store import connections, keys, ledger
from pars.store.ledger import Refused
from tests import desks
from tests.web import pages
from tests.web.calls import call, username_of
from tests.web.test_history import caller
from tests.web.town import question

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from pars.store.disclosure import ShownList
    from tests.web.town import Town

    Seat = Callable[[str], Client]


def listed(town: Town, number: str, **options: Any) -> ShownList:
    """Return the list as the auditor reads it."""
    answer = disclosing.shown_to(number=number, why="audit", by=town.by("auditor"), **options)
    assert not isinstance(answer, Refused), answer
    return answer


def from_the_record(case_id: str) -> list[tuple[int, int]]:
    """Return the entries that showed a case, and its version, from what lies encrypted beside each: not from the index that the list reads."""
    with ledger.reading():
        here = connections.current()
        held = [row[0] for row in here.connection.execute("select entry from ledger.dissemination order by entry").fetchall()]
        records: list[tuple[int, Any]] = [(entry, keys.open_dissemination(here, entry)) for entry in held]
    return [(entry, version) for entry, record in records for shown, version in record.get("shown", ()) if shown == case_id]


def test_the_list_is_complete_and_each_commitment_is_in_its_entrys_side_row(sealed: Town) -> None:
    case_id = sealed.cases["Corvane"]
    told = disclosing.ask(caller=caller(sealed, "supervision"), asked=question("Corvane"))
    assert isinstance(told, disclosing.Told)
    found = listed(sealed, case_id)
    expected = from_the_record(case_id)
    mine = [(one.entry, one.version) for one in found.shown if one.case == case_id]
    assert mine == [one for one in expected if one[0] < found.entry]
    assert {one.agency for one in found.shown} > {None}, "an agency got it, and so did desks"
    with ledger.reading():
        given = connections.current().connection
        held = keys.case_keys(given, [case_id])[case_id]
        side = {
            one.entry: given.execute("select list from ledger.commitment where entry = %s", [one.entry]).fetchone()
            for one in found.shown
        }
    for one in found.shown[:25]:
        row, shown = side[one.entry], publishing.entry(one.entry, by=sealed.by("auditor"))
        assert row is not None
        assert one.place is not None
        assert shown is not None
        assert shown.entry is not None
        said = one.entry.to_bytes(8) + UUID(case_id).bytes + one.version.to_bytes(8)
        assert row[0][one.place - 1] == hmac.digest(held, b"pars case\x00" + said, "sha256")
        assert shown.entry.detail["side"] == side_hash(row[0])


def test_reading_it_is_entered_first_and_stands_in_the_next_list(town: Town) -> None:
    case_id = town.cases["Larkmead"]
    first = listed(town, case_id)
    shown = publishing.entry(first.entry, by=town.by("auditor"))
    assert shown is not None
    assert shown.entry is not None
    assert (shown.entry.kind, shown.entry.detail["act"], shown.entry.detail["purpose"]) == (Kind.SHOWN, ACT, "audit")
    assert (shown.entry.detail["columns"], shown.entry.detail["filters"], shown.entry.detail["rows"]) == ([], [], 1)
    assert first.entry not in {one.entry for one in first.shown}
    second = listed(town, case_id)
    assert [one.entry for one in second.shown] == [*(one.entry for one in first.shown), first.entry]
    assert (second.shown[-1].act, second.shown[-1].columns, second.shown[-1].desk) == (ACT, (), "auditor")


@pytest.mark.parametrize("name", ["booking", "bench", "clerk", "manager", "supervision"])
def test_nobody_else_reads_it_and_the_refusal_is_entered(name: str, seat: Seat, town: Town) -> None:
    assert seat(name).get("/seen").status_code == 403
    answer = disclosing.shown_to(number=town.cases["Larkmead"], why="audit", by=town.by(name))
    assert isinstance(answer, Refused)
    assert proving.receipt(answer.entry, by=town.by("auditor")) is not None


def test_a_reviewer_of_the_owners_reads_it_and_a_persons_own_request_needs_its_number(town: Town) -> None:
    number, by = town.cases["Larkmead"], town.by("courts")
    assert not isinstance(disclosing.shown_to(number=number, why="review", by=by), Refused)
    for why, evidence, code in (("own_request", "", "NO_EVIDENCE"), ("curiosity", "R-1", "UNKNOWN_PURPOSE")):
        refused = disclosing.shown_to(number=number, why=why, evidence=evidence, by=by)
        assert isinstance(refused, Refused)
        assert isinstance(refused.refusal, Refusal)
        assert refused.refusal.code == code
    answer = disclosing.shown_to(number=number, why="own_request", evidence="R-2026-0007", by=by)
    assert not isinstance(answer, Refused)
    shown = publishing.entry(answer.entry, by=town.by("auditor"))
    assert shown is not None
    assert shown.entry is not None
    assert "R-2026" not in str(shown.entry.detail)
    assert len(shown.entry.detail["evidence"]) == 64


def test_the_page_asks_what_for_and_shows_each_line_with_its_entry(seat: Seat, town: Town) -> None:
    auditor = seat("auditor")
    form = pages.read(auditor.get("/seen"))
    assert pages.faults(form) == []
    assert [where for where, _ in pages.summary(pages.read(pages.send(auditor, form, "/seen")))] == ["number", "why"]
    nobody = pages.send(auditor, form, "/seen", number="MC-51-CR-9999999-2026", why="audit")
    assert nobody.status_code == 422
    assert [where for where, _ in pages.summary(pages.read(nobody))] == ["number"]
    asked = pages.send(auditor, form, "/seen", number="X", why="own_request")
    assert [where for where, _ in pages.summary(pages.read(asked))] == ["evidence"]
    response = pages.send(auditor, form, "/seen", number=town.cases["Corvane"], why="audit")
    page = pages.read(response)
    assert pages.faults(page) == []
    rows = page.xpath("//main//tbody/tr")
    entries = [int(row.xpath("string(td[5]//a)")) for row in rows]
    assert entries == sorted(entries)
    assert len(rows) == len(page.xpath("//main//tbody/tr/td[5]/span"))
    assert "Corvane" not in pages.text(response), "what the record says isn't here"
    assert "in its side row" in pages.text(response)
    (otn,) = {fact.otn for fact in town.case("Corvane").facts if getattr(fact, "otn", None)}
    assert pages.send(auditor, form, "/seen", number=otn, why="audit").status_code == 200


def test_an_entry_that_showed_two_cases_is_one_line_and_words_stand_for_codes(seat: Seat, town: Town) -> None:
    one, other = town.cases["Tallowby"], town.cases["Ravenscombe"]
    desks.linked(one, other, by=town.by("booking"))
    first = listed(town, one)
    both = listed(town, one).shown
    assert [shown.case for shown in both if shown.entry == first.entry] == sorted([one, other])
    auditor = seat("auditor")
    form = pages.read(auditor.get("/seen"))
    page = pages.read(pages.send(auditor, form, "/seen", number=one, why="audit"))
    assert pages.faults(page) == []
    assert len(page.xpath("//main//tbody/tr")) == len({shown.entry for shown in both}) + 1
    said = page.xpath("string(//main)")
    assert [code for code in ("case:read", "recipient:list", "case_read", "court_clerk") if code in said] == []
    for word in (one, other, "case 1, version", "Booking officer", "read a case or a list of cases", "Case 2"):
        assert word in said, word
    assert page.xpath("//details[contains(summary, 'columns')]"), "each column is listed"


@pytest.mark.parametrize(("language", "title"), [("en", "Who was shown"), ("es", "Quién vio los registros")])
def test_the_person_takes_a_sheet_along_in_their_language(seat: Seat, town: Town, language: str, title: str) -> None:
    case_id, auditor = town.cases["Larkmead"], seat("auditor")
    asked = {"number": case_id, "why": "own_request", "evidence": "R-7", "sheet": language}
    answer = auditor.post("/seen", asked)
    assert answer.status_code == 200
    assert answer["Content-Disposition"].endswith(f'.{language}.txt"')
    text = answer.content.decode()
    assert text.startswith(title)
    assert case_id in text
    assert "Larkmead, " not in text, "what the record says isn't here"
    assert [code for code in ("case:read", "_", "recipient") if code in text.replace("/check", "")] == []
    assert auditor.post("/seen", {**asked, "evidence": ""}).status_code == 422
    assert auditor.post("/seen", {**asked, "sheet": "fr"}).status_code == 422


# ---------------------------------------------------------------- /v1


def test_v1_lists_what_the_page_lists(nobody: Client, town: Town) -> None:
    case_id = town.cases["Larkmead"]
    before = listed(town, case_id)
    answer = call(
        nobody, town, "auditor", "POST", "/v1/seen", {"number": case_id, "why": "own_request", "evidence": "R-2026-0011"}
    )
    assert answer.status_code == 200, answer.content
    assert "R-2026" not in answer.content.decode()
    said = answer.json()
    last = said["shown"].pop()
    assert [(one["case_id"], one["version"], one["entry"], one["place"]) for one in said["shown"]] == [
        (one.case, one.version, one.entry, one.place) for one in before.shown
    ]
    assert (last["entry"], last["act"], last["purpose"], last["columns"], last["desk"]) == (
        before.entry,
        ACT,
        "audit",
        [],
        "auditor",
    )
    assert said["receipt"]["entry"] > before.entry
    assert "Larkmead" not in str(said), "what the record says isn't here"


@pytest.mark.parametrize(
    ("name", "body", "status", "reason", "pointer"),
    [
        ("booking", {"why": "audit"}, 403, "NOT_YOUR_ACT", None),
        ("auditor", {"why": "own_request"}, 422, "NO_EVIDENCE", "/evidence"),
        ("auditor", {"why": "audit", "number": "MC-51-CR-9999999-2026"}, 404, "NO_SUCH_CASE", "/number"),
        ("auditor", {"why": "curiosity"}, 400, "MALFORMED", "/why"),
        ("auditor", {"why": "audit", "number": "x" * 61}, 400, "MALFORMED", "/number"),
        ("auditor", {"why": "audit", "evidence": ""}, 400, "MALFORMED", "/evidence"),
        ("auditor", {"why": "audit", "person": "Larkmead"}, 400, "MALFORMED", "/person"),
    ],
)
def test_v1_says_what_is_in_the_way(
    name: str, body: dict[str, str], status: int, reason: str, pointer: str | None, nobody: Client, town: Town
) -> None:
    answer = call(nobody, town, name, "POST", "/v1/seen", {"number": town.cases["Larkmead"], **body})
    assert (answer.status_code, answer.json()["reason"]) == (status, reason), answer.content
    assert [error["pointer"] for error in answer.json().get("errors", ())] == ([pointer] if pointer else [])
    assert "Larkmead" not in answer.content.decode()


def test_the_command_says_what_v1_says(town: Town, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    from pars.edge.commands import main

    words = ["--home", str(connections.home()), "seen", "-", "--why", "audit", "--by", username_of(town.by("auditor"))]
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{town.cases['Larkmead']}\n"))
    assert main(words) == 0
    said = json.loads(capsys.readouterr().out)
    assert {one["case_id"] for one in said["shown"]} == {town.cases["Larkmead"]}
    monkeypatch.setattr("sys.stdin", io.StringIO("MC-51-CR-9999999-2026"))
    assert main(words) == 2
    assert "No case has that number." in capsys.readouterr().err
