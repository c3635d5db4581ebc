"""The custody lists of the sites: everybody who is held, once, with what holds them; entered first; whole pages that outlive the record."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

import pytest
from lxml import html

from pars.actions import databases, disclosing, founding, recounting
from pars.actions.disclosing import CustodyLists, board
from pars.core.ledger.entries import Kind
from pars.edge import custody_lists
from pars.edge.custody_lists import Lists, file_name, write
from pars.store import connections, governance, ledger
from pars.store.connections import NotSetUp
from tests.web.test_journey import booked, decide, do

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from django.test import Client

    from tests.web.town import Town

    Seat = Callable[[str], Client]

pytestmark = pytest.mark.database


def lists() -> CustodyLists:
    by = founding.lister()
    assert by is not None
    found = disclosing.custody_lists(by=by)
    assert isinstance(found, CustodyLists), found
    return found


def shown(town: Town) -> int:
    """Return how many entries say that the lists' own grant was shown somebody."""
    found = recounting.whole(town.by("auditor"), part="cases", most=10_000)
    assert isinstance(found, recounting.Recounted)
    return sum(entry.kind is Kind.SHOWN and entry.by.person == "custody-list" for entry in found.entries)


def test_everybody_in_custody_is_on_one_list_with_what_holds_them(town: Town) -> None:
    found = lists()
    people = [one.row["record"] for held in found.sites.values() for one in held]
    rows = board(by=town.by("custodian"))
    assert isinstance(rows, disclosing.Chunk)
    assert sorted(people) == sorted(row["record"] for row in rows.rows if not row["custody_ended"])
    by_case = {one.row["record"]: one for held in found.sites.values() for one in held}
    assert [one.code for one in by_case[town.cases["Merriwex"]].holding] == ["BAIL_NOT_POSTED"]
    assert by_case[town.cases["Pellingham"]].holding == ()
    sent = by_case[town.cases["Greymount"]].limit
    assert sent is not None
    assert sent.code == "PROBABLE_CAUSE"
    there = [one.row["record"] for one in found.sites["22nd District"]]  # other tests' people may be between
    assert [one for one in there if one in {town.cases[name] for name in ("Tallowby", "Bexfield", "Corvane")}] == [
        town.cases[name]
        for name in ("Corvane", "Bexfield", "Tallowby")  # the longest held first
    ]


@pytest.mark.usefixtures("town")
def test_the_lists_show_no_more_than_the_custodian_reads() -> None:
    with ledger.reading():
        own, custodian = governance.role_named("custody_list"), governance.role_named("custodian")
    assert own is not None
    assert custodian is not None
    assert own.scope.columns <= custodian.scope.columns
    assert own.acts == {"case:read"}


def test_who_is_on_a_list_was_entered_first_and_once(seat: Seat, town: Town, tmp_path: Path) -> None:
    write(tmp_path / "custody", lists())
    before = shown(town)
    assert before > 0
    lists()
    assert shown(town) == before  # nobody new, nothing changed
    place = booked(seat, town, "Listed")
    lists()
    assert shown(town) == before + 1
    do(seat, "booking", place, "send")
    lists()
    assert shown(town) == before + 2


def test_a_page_is_whole_in_itself_says_its_age_and_is_its_owners_alone(seat: Seat, town: Town, tmp_path: Path) -> None:
    booked(seat, town, "<script>alert(1)</script>", facility="Holding <b> & Co.")
    lister = Lists(tmp_path)
    written = lister.look()
    assert lister.look() == []  # it isn't time again
    folder = tmp_path / "custody"
    assert sorted(path.name for path in folder.iterdir()) == sorted(path.name for path in written)
    assert {path.stat().st_mode & 0o777 for path in written} == {0o600}
    assert folder.stat().st_mode & 0o777 == 0o700
    page = (folder / file_name("Holding <b> & Co.")).read_text()
    assert "A copy, made" in page
    assert "this copy is old" in page
    tree = html.document_fromstring(page)
    assert tree.xpath("//h1")[0].text_content() == "Custody list: Holding <b> & Co."
    assert not tree.xpath("//script | //link | //img | //@href | //@src | //b")
    assert "<script>alert(1)</script>, Ada" in tree.text_content()
    assert "Arrested; no judge has seen the person yet." in tree.text_content()
    assert "not stated" not in page
    assert "not known" not in (folder / "22nd-district.html").read_text()
    declined = (folder / "19th-district.html").read_text()
    assert "Nothing holds them: to be released." in declined


def test_a_site_where_nobody_is_any_more_says_so(seat: Seat, town: Town, tmp_path: Path) -> None:
    place = booked(seat, town, "Leaver", facility="Annex")
    folder = tmp_path / "custody"
    write(folder, lists())
    assert "Leaver" in (folder / "annex.html").read_text()
    (folder / "other.html").write_text("somebody's own page")
    do(seat, "booking", place, "send")
    decide(seat, place, town, "Leaver", decision="DECLINE", reason="DECLINE.EVIDENCE")
    do(seat, "custodian", place, "release", released="yes")
    write(folder, lists())
    page = (folder / "annex.html").read_text()
    assert "Leaver" not in page
    assert "Nobody is in custody here." in page
    assert (folder / "other.html").read_text() == "somebody's own page"


def test_a_folder_that_anybody_could_read_is_closed_and_a_name_with_a_slash_is_one_site(
    seat: Seat, town: Town, tmp_path: Path
) -> None:
    """Whoever made the folder, or a page of a writing that failed, left them open; what names people is its owner's alone."""
    booked(seat, town, "Slashed", facility="North / South Wing")
    folder = tmp_path / "custody"
    folder.mkdir(mode=0o755)
    (folder / "north-south-wing.new").write_text("half a page")
    (folder / "north-south-wing.new").chmod(0o644)
    for _ in range(2):
        written = write(folder, lists())
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in written} == {0o600}
    assert "Slashed" in (folder / "north-south-wing.html").read_text()
    assert not {"north.html", "south-wing.html"} & {path.name for path in folder.iterdir()}, "no such sites"


def test_where_the_record_cannot_be_reached_the_last_page_stands(town: Town, tmp_path: Path) -> None:
    here, lister = connections.home(), Lists(tmp_path)
    (first, *_) = lister.look()
    text, lister.written_at = first.read_text(), None
    connections.use_home(tmp_path)
    try:
        with pytest.raises(NotSetUp):
            lister.look()
    finally:
        connections.use_home(here)
    assert first.read_text() == text
    assert lister.written_at is None  # so that the next beat tries again


def test_the_doctor_says_when_a_list_is_too_old(town: Town, tmp_path: Path) -> None:
    (first, *_) = Lists(tmp_path).look()
    assert not [says for says in databases.diagnose(tmp_path, wall=time.time()) if "custody list" in says]
    old = time.time() - 20 * 60
    os.utime(first, (old, old))
    (says,) = [says for says in databases.diagnose(tmp_path, wall=time.time()) if "custody list" in says]
    assert first.stem in says
    assert "20 minutes old" in says


def test_a_site_has_one_file_whatever_it_is_called() -> None:
    names = {
        site: file_name(site) for site in ("6th District", "Jail / Annex", "Überführung", "../../etc/passwd", "***", "A" * 300)
    }
    assert names["6th District"] == "6th-district.html"
    assert names["../../etc/passwd"] == "etc-passwd.html"
    assert names["***"] == "site.html"
    assert all("/" not in name and len(name) < 100 for name in names.values())
    assert custody_lists.GOOD_FOR > custody_lists.EVERY * 1_000_000 * 3
