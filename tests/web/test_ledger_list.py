"""The auditor narrows the ledger by kind, authority and day, turns its pages, and looks at one entry with its proof."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pars.actions import proving, publishing, recounting
from pars.core.ledger import merkle
from pars.core.ledger.checkpoint import read_checkpoint, read_note
from pars.core.ledger.entries import Kind
from pars.core.terms import DAY, Instant, moment
from pars.edge.web.ledger.proof_view import tile_of
from pars.edge.web.words import zone
from tests.web import pages
from tests.web.test_history import linked

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from tests.web.town import Town

    Seat = Callable[[str], Client]


def entries(town: Town, **asked: object) -> list[int]:
    """Return the newest entries that a narrowing gives, by their numbers."""
    found = recounting.whole(town.by("auditor"), most=recounting.PAGE, **asked)  # type: ignore[arg-type]
    assert isinstance(found, recounting.Recounted)
    return [entry.id for entry in found.entries]


def test_one_kind_one_authority_and_both(seat: Seat, town: Town) -> None:
    auditor = seat("auditor")
    for query, asked in (
        ({"kind": "agreement.voted"}, {"kind": Kind.AGREEMENT_VOTED}),
        ({"under": "agreement:supervision"}, {"under": "agreement:supervision"}),
        ({"kind": "disclosed", "under": "agreement:supervision"}, {"kind": Kind.DISCLOSED, "under": "agreement:supervision"}),
        ({"kind": "disclosed", "part": "cases"}, {"kind": Kind.DISCLOSED, "part": "cases"}),
    ):
        response = auditor.get("/ledger", query)
        page = pages.read(response)
        assert pages.faults(page) == []
        assert linked(page) == entries(town, **asked), query
    assert entries(town, kind=Kind.DISCLOSED, under="agreement:supervision")
    assert "No entry narrowed so" in pages.text(auditor.get("/ledger", {"under": "agreement:nobody"}))
    chosen = pages.read(auditor.get("/ledger", {"kind": "disclosed"}))
    assert chosen.xpath("//select[@name='kind']//option[@selected]/text()") == ["disclosed"]


def test_days_are_the_citys_and_both_are_within(seat: Seat, town: Town) -> None:
    auditor, now = seat("auditor"), publishing.now()
    today = moment(now, zone()).date().isoformat()
    tomorrow = moment(Instant(now + DAY), zone()).date().isoformat()
    everything = linked(pages.read(auditor.get("/ledger")))
    assert set(linked(pages.read(auditor.get("/ledger", {"from": today, "to": tomorrow})))) <= set(everything)
    assert linked(pages.read(auditor.get("/ledger", {"to": tomorrow}))) == everything
    assert linked(pages.read(auditor.get("/ledger", {"from": tomorrow}))) == []
    assert linked(pages.read(auditor.get("/ledger", {"to": "1999-01-01"}))) == []


def test_turning_keeps_what_narrows_and_leaves_no_gap(seat: Seat, town: Town) -> None:
    found = recounting.whole(town.by("auditor"), kind=Kind.SHOWN, most=1_000)
    assert isinstance(found, recounting.Recounted)
    wanted = [entry.id for entry in found.entries]
    assert len(wanted) > recounting.PAGE, "the town has shown more than a page of records"
    auditor, place, seen = seat("auditor"), "/ledger?kind=shown", []
    while place:
        page = pages.read(auditor.get(place))
        seen += linked(page)
        place = "".join(f"/ledger{href}" for href in page.xpath("//a[@rel='next']/@href"))
    assert seen == wanted


@pytest.mark.parametrize(
    ("query", "place"),
    [
        ({"kind": "shouted"}, "by-kind"),
        ({"under": "two words"}, "by-under"),
        ({"from": "yesterday"}, "by-from"),
        ({"to": "2026-02-30"}, "by-to"),
        ({"from": "9999-01-01"}, "by-from"),
        ({"from": "2026-03-02", "to": "2026-03-01"}, "by-to"),
    ],
)
def test_what_cannot_be_read_is_told_at_its_field_and_nothing_is_listed(query: dict[str, str], place: str, seat: Seat) -> None:
    response = seat("auditor").get("/ledger", query)
    page = pages.read(response)
    assert response.status_code == 422
    assert [where for where, _ in pages.summary(page)] == [place]
    assert linked(page) == []
    assert pages.faults(page) == []


def test_an_entrys_proof_is_a_tree_and_a_table_and_comes_to_the_signed_root(seat: Seat, sealed: Town) -> None:
    number = entries(sealed, kind=Kind.AGREEMENT_VOTED)[-1]
    response = seat("auditor").get(f"/entries/{number}")
    page = pages.read(response)
    assert pages.faults(page) == []
    receipt = proving.receipt(number, by=sealed.by("auditor"))
    assert receipt is not None
    rows = page.xpath("//main//div[@class='proof']//tbody/tr")
    assert [row.xpath("string(td[4])") for row in rows] == list(receipt.proof)
    root = read_checkpoint(read_note(page.xpath("string(//pre)").encode()).body).root
    assert rows[-1].xpath("string(td[5])") == root.hex()
    assert f"/log/{tile_of(receipt).path()}" in pages.text(response)
    (tree,) = page.xpath("//*[local-name()='svg'][@class='proof-tree']")
    assert tree.get("aria-label") == f"The way from entry {number} to the signed root, in {len(rows)} steps"
    assert len(tree.xpath(".//*[local-name()='circle']")) == len(rows) + 1
    assert merkle.verify_inclusion(
        bytes.fromhex(receipt.leaf), receipt.index or 0, receipt.size or 0, [bytes.fromhex(one) for one in receipt.proof], root
    )
