"""The agency saves everything that a question asks for as a file, with the browser alone, and sees how far it has come."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from pars.core.ledger.exported import check_export
from pars.store import vault
from tests.web import pages
from tests.web.pages import sign_in
from tests.web.test_answers import agency, site

if TYPE_CHECKING:
    from tests.web.town import Town

__all__ = ["agency", "site"]


def typed(client: httpx.Client, **more: Any) -> dict[str, Any]:
    """Return the filled-in form, as the button for a file sends it."""
    values = pages.form(pages.read(client.get("/ask")), "/ask/answer")
    return {**values, "q-evidence": "P-2026-0417", "as": "csv", **more}


def verdict(data: bytes) -> str:
    """Return what a check of the file says."""
    return check_export(io.BytesIO(data), vault.log_key().public_key().public_bytes_raw(), vault.verify).verdict


def newest(client: httpx.Client) -> str:
    """Return the words of the newest export's line."""
    page = pages.read(client.get("/ask/exports"))
    assert pages.faults(page) == []
    return " ".join(page.xpath("//tbody/tr[1]")[0].text_content().split())


def test_a_file_is_downloaded_whole_and_the_page_says_so(agency: httpx.Client) -> None:
    page = pages.read(agency.get("/ask"))
    (button,) = page.xpath("//button[@formaction='/ask/export']")
    assert (button.get("name"), button.get("value")) == ("as", "csv")
    response = agency.post("/ask/export", data=typed(agency))
    assert response.status_code == 200
    assert response.headers["content-type"] == "text/csv; charset=utf-8; header=present"
    assert response.headers["content-disposition"].startswith('attachment; filename="export-')
    assert response.headers["cache-control"] == "no-store"
    assert verdict(response.content) == "WHOLE"
    assert b"Corvane" in response.content
    said = newest(agency)
    assert "CSV" in said
    assert "Whole" in said
    rows = sum(line.startswith(b'"') and not line.startswith(b'"# ') for line in response.content.splitlines()[1:])
    assert f"{rows} record" in said
    assert "Export begun" in pages.text(agency.get("/history?part=exports"))


def test_what_is_not_granted_or_filled_in_is_a_page_and_no_file(agency: httpx.Client) -> None:
    refused = agency.post("/ask/export", data=typed(agency, beside="birthplace"))
    assert refused.status_code == 403
    assert "Not granted for this use: birthplace." in pages.text(refused)
    assert "content-disposition" not in refused.headers
    without = agency.post("/ask/export", data=typed(agency, **{"q-evidence": ""}))
    assert without.status_code == 422
    odd = agency.post("/ask/export", data=typed(agency, **{"as": "exe"}))
    assert odd.status_code == 403
    assert "one of two forms" in pages.text(odd)
    forged = agency.post("/ask/export", data=typed(agency, csrfmiddlewaretoken="x" * 64))
    assert forged.status_code == 403
    assert agency.get("/ask/export").status_code in {404, 405}


def test_who_signs_out_stops_their_export_and_others_see_none_of_it(
    site: str, agency: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pars.edge.api import exports

    monkeypatch.setattr(exports, "TOKEN_EVERY", 0.0)
    monkeypatch.setattr(exports, "PACE", 0.5)
    values = typed(agency)
    token = pages.form(pages.read(agency.get("/ask")), "/sign-out")
    with agency.stream("POST", "/ask/export", data=values) as response:
        pieces = response.iter_bytes()
        data = next(pieces)
        with httpx.Client(base_url=site, timeout=20, cookies=agency.cookies) as same:
            assert "Under way" in newest(same)
            assert same.post("/sign-out", data=token).status_code in {200, 302}
        data += b"".join(pieces)
    assert verdict(data) == "STOPPED"
    with httpx.Client(base_url=site, follow_redirects=True, timeout=20) as again:
        sign_in(again, "supervision")
        assert "whoever began it signed out" in newest(again)
    with httpx.Client(base_url=site, follow_redirects=True, timeout=20) as other:
        sign_in(other, "victims")
        assert "You have begun no export." in pages.text(other.get("/ask/exports"))


def test_a_failure_while_it_begins_refuses_and_says_nothing(agency: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    from pars.edge.web.agencies import exports

    def breaks(**_: Any) -> None:
        raise RuntimeError("Corvane")

    values = typed(agency)
    monkeypatch.setattr(exports.disclosing, "open_export", breaks)
    response = agency.post("/ask/export", data=values)
    assert response.status_code == 503
    assert "Corvane" not in response.text


def test_an_export_that_lost_its_server_is_called_cut(agency: httpx.Client, sealed: Town) -> None:
    from pars.actions.disclosing import Progress
    from pars.core.terms import MINUTE, Instant
    from pars.edge.web.agencies.exports import _came

    del sealed
    begun = Progress(entry=1, at=Instant(0), agreement="a", purpose="p", form="csv", columns=2, last_at=Instant(MINUTE))
    assert _came(begun, Instant(2 * MINUTE))["came"] == "Under way"
    assert _came(begun, Instant(4 * MINUTE))["came"] == "Cut"
