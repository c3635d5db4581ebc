"""The alarms: what is overdue stays until it is met, tells who owes it, and shows nobody whom the board doesn't."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pars.actions import disclosing, founding, listening, watching
from pars.core.cases.limits import limit_words
from pars.core.owners.profile import ORDINARY
from tests.web import pages

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from tests.web.town import Town


def overdue(town: Town, name: str = "clerk") -> list[tuple[str, str]]:
    """Return what is overdue on a seat's board, noted or not: whose case, and what."""
    found = disclosing.alarms(by=town.by(name))
    assert isinstance(found, disclosing.Alarms)
    return [(alarm.row["record"], alarm.limit.code) for alarm in found.overdue]


def test_what_is_overdue_is_there_with_who_owes_it(seat: Callable[[str], Client], town: Town) -> None:
    assert overdue(town), "the town has nobody who waits too long: this test shows nothing"
    text = pages.text(seat("clerk").get("/alarms"))
    for _, code in overdue(town):
        assert limit_words(code, ORDINARY) in text


def test_what_the_worker_noted_has_its_entry_and_stands_in_the_case_s_timeline(
    seat: Callable[[str], Client], town: Town
) -> None:
    watching.Watch().look(by=founding.worker())
    listening.Listener().look(by=founding.worker())
    case_id, code = overdue(town)[0]
    client = seat("clerk")
    assert watching.Watch().look(by=founding.worker()) == []
    assert "not noted yet" not in pages.text(client.get("/alarms"))
    assert f"Limit passed: {limit_words(code, ORDINARY)}" in pages.text(client.get(f"/cases/{case_id}"))


def test_one_desk_sees_its_own(seat: Callable[[str], Client], town: Town) -> None:
    owed = {code for _, code in overdue(town)}
    assert "UNSENT" in owed
    text = pages.text(seat("clerk").get("/alarms?desk=police"))
    assert limit_words("UNSENT", ORDINARY) in text
    assert limit_words("PROBABLE_CAUSE", ORDINARY) not in text


def test_no_agency_has_alarms(seat: Callable[[str], Client]) -> None:
    assert seat("supervision").get("/alarms").status_code == 403
