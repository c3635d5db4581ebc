"""The page on which anybody checks a ledger, and the bundle that whoever reads the ledger is given for it."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

import httpx
import pytest

from pars.actions.founding import trusted_keys
from tests.web import pages
from tests.web.pages import sign_in
from tests.web.test_answers import site
from verify.checks import verify
from verify.pack import packed
from verify.receipts import check as check_receipt
from verify.report import VERIFIED
from verify.trust import read_trust

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

__all__ = ["site"]


@pytest.mark.parametrize(("language", "says"), [("en", "sent nowhere"), ("es", "no se envía a ninguna parte")])
def test_anybody_reads_what_is_checked_what_is_not_and_how_else(nobody: Client, language: str, says: str) -> None:
    found = nobody.get(f"/check?lang={language}")
    page = pages.read(found)
    assert pages.faults(page) == []
    assert says in pages.text(found)
    assert "pars-verify.pyz bundle.pars" in pages.text(found)
    (link,) = page.xpath("//main//a[@download]/@href")
    given = nobody.get(link)
    assert given.headers["content-disposition"] == 'attachment; filename="pars-verify.pyz"'
    assert given.content == packed()
    assert sha256(given.content).hexdigest() in pages.text(found)
    assert nobody.post(link).status_code == 405
    assert page.xpath("//main//a[@href='/signing-keys']")
    assert page.xpath("//main//ul[@class='said']/li")
    assert not page.xpath("//button[@data-fetch]")


def test_only_who_reads_the_ledger_is_offered_the_servers_own(seat: Callable[[str], Client]) -> None:
    assert pages.read(seat("auditor").get("/check")).xpath("//button[@data-fetch='/ledger/bundle']")
    assert not pages.read(seat("booking").get("/check")).xpath("//button[@data-fetch]")


def test_an_entrys_receipt_is_taken_along_and_checked_elsewhere(seat: Callable[[str], Client], nobody: Client) -> None:
    auditor = seat("auditor")
    (link,) = pages.read(auditor.get("/entries/0")).xpath("//main//a[@download]/@href")
    given = auditor.get(link)
    assert given.headers["content-disposition"] == 'attachment; filename="receipt-0.txt"'
    report = check_receipt(given.content, read_trust(trusted_keys()))
    assert (report.status, report.entry) == (VERIFIED, 0), report.words()
    assert auditor.get("/entries/99999999/receipt").status_code == 404
    assert nobody.post(link).status_code == 405


def test_the_auditor_is_given_a_bundle_that_verifies_and_nobody_else_is(site: str) -> None:
    with httpx.Client(base_url=site, timeout=30) as nobody:
        refused = nobody.get("/ledger/bundle")
        assert (refused.status_code, refused.json()["reason"]) == (401, "SIGN_IN")
        sign_in(nobody, "booking")
        refused = nobody.get("/ledger/bundle")
        assert (refused.status_code, refused.json()["reason"]) == (403, "NOT_YOUR_ACT")
    with httpx.Client(base_url=site, timeout=30) as auditor:
        sign_in(auditor, "auditor")
        given = auditor.get("/ledger/bundle")
    assert given.status_code == 200
    assert given.headers["content-disposition"] == 'attachment; filename="ledger.pars"'
    assert given.headers["cache-control"] == "no-store"
    report = verify(given.content)
    assert report.status == VERIFIED, report.words()
