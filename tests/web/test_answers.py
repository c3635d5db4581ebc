"""The agency asks on its page: what it gets leaves through the guarded send, what it doesn't get says nothing of any record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx
import pytest

from pars.actions import publishing
from pars.edge.city.agreements import SUPERVISION
from pars.store import governance, ledger, vault, witnessed
from tests.serving import served
from tests.web import pages
from tests.web.pages import sign_in
from tests.web.screens import application

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.web.town import Town


@pytest.fixture
def site(sealed: Town) -> Iterator[str]:
    """Serve the town as `pars serve` does."""
    with served(application()) as url:
        yield url


@pytest.fixture
def agency(site: str) -> Iterator[httpx.Client]:
    """Return a browser in which the supervising agency's officer is signed in."""
    with httpx.Client(base_url=site, follow_redirects=True, timeout=20) as client:
        sign_in(client, "supervision")
        yield client


def ask(client: httpx.Client, **typed: Any) -> httpx.Response:
    """Ask by the form, with these fields typed; a name without `q-` is sent as it is."""
    values = pages.form(pages.read(client.get("/ask")), "/ask/answer")
    return client.post("/ask/answer", data={**values, "q-evidence": "P-2026-0417", **typed})


def entry_of(response: httpx.Response) -> int:
    """Return the entry that the page's receipt names."""
    [place] = pages.read(response).xpath("//main//a[starts-with(@href, '/entries/')]/@href")
    return int(place.rsplit("/", 1)[-1])


def test_the_page_says_where_nothing_is_answered_at_the_moment(agency: httpx.Client) -> None:
    assert "Nothing is answered at the moment" not in agency.get("/ask").text
    with ledger.reading():
        origin = governance.must_be_open().origin
    key = vault.log_key().public_key().public_bytes_raw()
    witnessed.note_heard(origin=origin, key=key, said="ahead", size=99_999)
    told = pages.text(agency.get("/ask"))
    assert f"Nothing is answered at the moment. {witnessed.LEDGER_ROLLED_BACK.says}" in told
    witnessed.note_heard(origin=origin, key=key, said="agrees", size=99_999)
    assert "Nothing is answered at the moment" not in agency.get("/ask").text


def test_the_form_holds_only_what_is_granted(agency: httpx.Client) -> None:
    page = pages.read(agency.get("/ask"))
    names = set(page.xpath("//form[@action='/ask/answer']//*[@name]/@name"))
    assert names == {
        "csrfmiddlewaretoken", "under", "q-purpose", "q-evidence", "q-by_record", "q-by_surname", "q-by_birth_date", "q-columns", "as",
    }  # fmt: skip
    shown = set(page.xpath("//input[@name='q-columns']/@value"))
    assert shown == {"record", "surname", "given", "birth_date", "arrest_date", "filed_charges", "lead_grade", "next_hearing"}
    words = " ".join(page.text_content().split())
    assert f"of {SUPERVISION.per_day:,} questions" in words
    assert "Never shown: the full name" in words


def test_an_answer_has_its_receipt_and_only_the_granted_columns(agency: httpx.Client, sealed: Town) -> None:
    response = ask(agency, **{"q-by_surname": "Corvane"})
    page = pages.read(response)
    assert response.status_code == 200
    assert response.headers["cache-control"] == "no-store"
    assert pages.faults(page) == []
    heads = [head.text_content() for head in page.xpath("//th")]
    assert page.xpath("//tbody/tr[1]/td/@data-label") == heads, "on a phone each value has its column's name"
    assert heads[1:4] == ["Surname", "Given name", "Birth date, the year"]
    assert "1999" in page.text_content()
    assert "14 Feb" not in page.text_content()
    assert "Lantern Avenue" not in page.text_content()
    shown = publishing.entry(entry_of(response), by=sealed.by("supervision"))
    assert shown is not None
    assert shown.entry is not None
    assert shown.entry.kind.dotted == "disclosed"
    assert shown.entry.detail["rows"] == 1
    assert "got 1 record" in pages.text(agency.get(f"/entries/{entry_of(response)}"))


def test_absent_and_out_of_scope_are_one_page(agency: httpx.Client) -> None:
    def words(surname: str) -> list[str]:
        page = pages.read(ask(agency, **{"q-by_surname": surname}))
        for place in page.xpath(
            "//*[@id='main']//time | //*[@id='main']//a[starts-with(@href, '/entries/')] | //*[@class='id']"
        ):
            place.drop_tree()
        return page.xpath("//main")[0].text_content().split()

    absent, not_charged = words("Nobodyatall"), words("Tallowby")
    assert absent == not_charged
    assert "No records to show under this agreement" in " ".join(absent)


def test_what_is_not_granted_is_refused_with_its_entry(agency: httpx.Client, sealed: Town) -> None:
    response = ask(agency, **{"q-by_surname": "Corvane"}, beside="birthplace")
    assert response.status_code == 403
    assert "Not granted for this use: birthplace." in pages.text(response)
    [stopped] = pages.read(response).xpath("//li[@aria-current='step']")
    assert "Everything that it shows and asks by is granted. Not met" in " ".join(stopped.text_content().split())
    assert "Corvane" not in pages.text(response)
    assert pages.faults(pages.read(response)) == []
    shown = publishing.entry(entry_of(response), by=sealed.by("supervision"))
    assert shown is not None
    assert shown.entry is not None
    assert shown.entry.detail["code"] == "NOT_GRANTED"


def test_a_question_without_its_evidence_is_not_asked(agency: httpx.Client) -> None:
    response = ask(agency, **{"q-evidence": ""})
    assert response.status_code == 422
    assert [where for where, _ in pages.summary(pages.read(response))] == ["id_q-evidence"]
    assert pages.faults(pages.read(response)) == []
    wrong = ask(agency, **{"q-evidence": "no number"})
    assert wrong.status_code == 403
    assert "hasn't the form of a case number." in pages.text(wrong)
    assert "Write it as it stands on the paper, like P-2026-0417." in pages.text(wrong)
    assert "It isn’t looked up: it is recorded as you state it." in pages.text(agency.get("/ask"))
    year = ask(agency, **{"q-by_birth_date": "96"})
    assert pages.summary(pages.read(year)) == [("id_q-by_birth_date", "Birth date, the year: write a year, like 1987.")]


def test_the_next_page_is_asked_anew(agency: httpx.Client, sealed: Town) -> None:
    values = pages.form(pages.read(agency.get("/ask")), "/ask/answer")
    response = agency.post("/ask/answer", data={**values, "q-evidence": "P-2026-0417", "after": "cnonsense"})
    assert response.status_code == 403
    assert "page mark" in pages.text(response)


def test_nothing_is_asked_by_who_may_not(site: str, agency: httpx.Client) -> None:
    values = pages.form(pages.read(agency.get("/ask")), "/ask/answer")
    asked = {**values, "q-evidence": "P-2026-0417"}
    with httpx.Client(base_url=site, timeout=20) as other:
        assert other.post("/ask/answer", data=asked).status_code == 403
        sign_in(other, "booking")
        token = pages.form(pages.read(other.get("/board")), "/sign-out")["csrfmiddlewaretoken"]
        response = other.post("/ask/answer", data={**asked, "csrfmiddlewaretoken": token})
        assert response.status_code == 403
        assert "not signed in for an agency" in pages.text(response)
    forged = agency.post("/ask/answer", data={**asked, "csrfmiddlewaretoken": "x" * 64})
    assert forged.status_code == 403
    foreign = agency.post("/ask/answer", data=asked, headers={"origin": "https://elsewhere.example"})
    assert foreign.status_code == 403
    assert agency.post("/ask/answer", data={**asked, "under": "victim-notice"}).status_code == 422
    assert agency.get("/ask/answer").status_code in {404, 405}


@pytest.mark.parametrize("under", ["\0", "supervision\0", "\u202e", "x" * 5000, ""])
def test_an_agreement_that_cannot_be_is_one_that_was_not_chosen(agency: httpx.Client, under: str) -> None:
    response = ask(agency, under=under)
    assert response.status_code == 422
    assert "Choose on the page before" in pages.text(response)


def test_a_failure_while_deciding_refuses_and_says_nothing(agency: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(**_: Any) -> None:
        raise RuntimeError("Corvane")

    from pars.edge.web.agencies import answers

    values = pages.form(pages.read(agency.get("/ask")), "/ask/answer")
    monkeypatch.setattr(answers.disclosing, "ask", breaks)
    response = agency.post("/ask/answer", data={**values, "q-evidence": "P-2026-0417"})
    assert response.status_code == 503
    assert "Corvane" not in response.text


# ---------------------------------------------------------------- live hints


def test_hints_reach_whoever_is_signed_in_and_hold_nothing(site: str, sealed: Town) -> None:
    from pars.actions import intake

    with httpx.Client(base_url=site, timeout=20) as client:
        assert client.get("/live").status_code == 401
        sign_in(client, "booking")
        with client.stream("GET", "/live") as stream:
            lines = stream.iter_lines()
            assert next(lines).startswith("retry")
            case = sealed.case("Inglemoor")
            intake.submit_for_charging(case_id=case.id, seen=case.version, by=sealed.by("booking"))
            said = []
            for line in lines:
                said.append(line)
                if "board" in line:
                    break
    assert case.id not in "\n".join(said)
    assert "Inglemoor" not in "\n".join(said)


def test_a_hint_is_for_its_topic(sealed: Town) -> None:
    from pars.edge.web import hints

    latest, none = hints.after(None)
    assert list(none) == []
    again, still = hints.after(latest)
    assert (again, still) == (latest, [])
    _, everything = hints.after(-1)
    assert {hint.topic for hint in everything} == {"board", "agreements"}
