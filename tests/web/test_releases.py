"""The release list: whom nothing holds first; what holds the others, by whose authority; what one case says of another counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pars.actions import disclosing, releasing
from pars.core.terms import HOUR
from pars.core.visible import visible
from pars.store import ledger
from pars.store.ledger import Done
from tests import desks
from tests.web import pages
from tests.web.town import stated

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from tests.web.town import Town


def people(town: Town) -> dict[str, disclosing.Leaving]:
    """Return who is on the list, in its order, by case."""
    found = disclosing.releases(by=town.by("custodian"))
    assert isinstance(found, disclosing.Releases)
    return {one.row["record"]: one for one in found.people}


def test_the_list_is_who_may_go_and_what_holds_them(seat: Callable[[str], Client], town: Town) -> None:
    found = people(town)
    assert found
    waiting = [one.since for one in found.values() if one.since is not None]
    assert waiting == sorted(waiting)
    assert [one.since is None for one in found.values()] == sorted(one.since is None for one in found.values())
    text = pages.text(seat("custodian").get("/releases"))
    for case_id, one in found.items():
        shown = disclosing.open_case(case_id=case_id, by=town.by("custodian"))
        assert isinstance(shown, disclosing.CaseShown)
        assert one.holding == shown.free.reasons
        assert all(visible(holding.authority) in text for holding in one.holding)
        assert (one.since is None) is bool(shown.free.reasons)


def test_who_has_no_basis_or_went_free_is_not_on_it(town: Town) -> None:
    listed = people(town)
    assert town.cases["Thistlemark"] not in listed, "released"
    assert town.cases["Inglemoor"] not in listed, "only booked"
    assert town.cases["Pellingham"] in listed, "everything declined"


def test_a_hold_in_a_linked_case_and_the_last_word_are_there(seat: Callable[[str], Client], town: Town) -> None:
    case_id, other = town.cases["Pellingham"], town.cases["Inglemoor"]
    before = people(town)[case_id]
    assert before.since is not None
    version = town.case("Inglemoor").version
    held = releasing.lodge_hold(
        case_id=other, seen=version, by=town.by("custodian"),
        kind="PROBATION_DETAINER", authority="Judge Invented", lodged=stated(ledger.now() - HOUR),
    )  # fmt: skip
    assert isinstance(held, Done), held
    desks.linked(other, case_id, by=town.by("booking"))
    said = releasing.acknowledge_release(
        case_id=case_id, seen=town.case("Pellingham").version, by=town.by("custodian"), released=False, reason="Judge asked"
    )
    assert isinstance(said, Done), said
    after = people(town)[case_id]
    assert after.since is None
    assert "PROBATION_DETAINER" in [holding.code for holding in after.holding]
    response = seat("custodian").get("/releases")
    assert "Judge Invented" in pages.text(response)
    assert "Judge asked" in pages.text(response)
    assert "another case" in pages.text(response)
    assert pages.faults(pages.read(response)) == []
    desks.parted(other, case_id, by=town.by("booking"))
    assert people(town)[case_id].since is not None


@pytest.mark.parametrize("name", ["booking", "charging", "supervision", "auditor"])
def test_the_list_is_for_who_releases(name: str, seat: Callable[[str], Client]) -> None:
    assert seat(name).get("/releases").status_code == 403
