"""The renewal calendar: what ends when, what follows with or without a gap, what is due; and the notice of non-renewal with its proof."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from pars.actions import dealing, publishing
from pars.core import canonical
from pars.core.terms import DAY, SECOND, Instant, end_of_day, moment
from pars.edge.city import agreements as texts
from pars.store import fsck, ledger
from tests.web import pages
from tests.web.test_agreement_pages import fresh, owing
from tests.web.town import ZONE, adopt_text, done

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from tests.web.town import Town

    Seat = Callable[[str], Client]

PLACE = "/agreements/calendar"


def agreed(town: Town, name: str, *, days: int = 100, number: int = 1, start: int | None = None, **parts: Any) -> str:
    """Bring a version with further parts of its text into force; return the agreement's address."""
    terms = replace(texts.WARRANTS, agreement=name, agency={**texts.WARRANTS.agency, "id": f"agency-{name}", "name": f"Agency {name}"})  # fmt: skip
    at = ledger.now()
    end = texts.ends_on(moment(at, ZONE).date() + timedelta(days=days))
    text: Any = canonical.read(texts.version_text(terms, number=number, start=Instant(start or at), end=end))
    return f"/agreements/{adopt_text(town, canonical.write({**text, **parts}))}"


def line(client: Client, name: str, language: str = "en") -> str:
    """Return an agreement's line of the calendar, in words."""
    page = pages.read(client.get(PLACE, {"lang": language}))
    assert pages.faults(page) == []
    [found] = page.xpath(f"//table[contains(@class, 'renewals')]//tr[.//a[@href='/agreements/{name}']]")
    return " ".join(found.text_content().split())


def dues(client: Client, name: str, language: str = "en") -> list[str]:
    """Return what is told of an agreement among what falls due, in words."""
    page = pages.read(client.get(PLACE, {"lang": language}))
    found = page.xpath(f"//table[contains(@class, 'due')]//tr[.//a[@href='/agreements/{name}']]")
    return [" ".join(row.text_content().split()) for row in found]


def test_it_says_what_ends_when_and_what_follows_in_both_languages(nobody: Client) -> None:
    said = line(nobody, "supervision")
    assert "Version 2 is before the owners" in said
    assert "1 of 3 seats are for it so far, and the vote closes at the end of" in said
    assert "The text asks for none." in said
    assert "Nothing is proposed to follow. Without a new vote that is the end." in line(nobody, "victim-notice")
    assert "hasta ahora 1 de 3 puestos están a favor" in line(nobody, "supervision", "es")
    page = pages.read(nobody.get(PLACE))
    ends = [one.stands.version.term.end for row in page.xpath("//table[contains(@class, 'renewals')]//th/a/@href") if (one := publishing.agreement(row.rsplit("/", 1)[-1])) is not None]  # fmt: skip
    assert len(ends) >= 3
    assert ends == sorted(ends), "the nearest end first"
    bars = page.xpath("//*[local-name()='svg'][@role='img']/@aria-label")
    assert len(bars) == len(ends)


def test_a_gap_and_no_gap_are_told_apart(town: Town, nobody: Client) -> None:
    agreed(town, "seamless", days=20)
    agreed(town, "gapped", days=20)
    day = moment(ledger.now(), ZONE).date()
    agreed(town, "seamless", number=2, start=end_of_day(day + timedelta(days=20), ZONE), days=60)
    agreed(town, "gapped", number=2, start=end_of_day(day + timedelta(days=25), ZONE), days=60)
    assert "without a gap." in line(nobody, "seamless")
    assert "in between nothing is answered." in line(nobody, "gapped")
    assert "entretanto no se responde nada." in line(nobody, "gapped", "es")


def test_what_falls_due_stands_in_order_and_what_is_overdue_says_so(town: Town, nobody: Client) -> None:
    due = ledger.now() + SECOND // 2
    fresh(town, "dues", days=60, duties=owing(due))
    fresh(town, "far-away", days=400)
    inquiry = dealing.inquire(
        agreement="dues", text="How long do you keep it?", due=Instant(ledger.now() + DAY), by=town.by("courts")
    )
    done(inquiry)
    while ledger.now() < due:
        time.sleep(0.05)
    told = dues(nobody, "dues")
    assert "Overdue" in told[0]
    assert "Duty to report" in told[0]
    assert told[-1].endswith("Version 1 ends.")
    assert "Vencido" in dues(nobody, "dues", "es")[0]
    assert dues(nobody, "far-away") == [], "that is far ahead"
    fresh(town, "vote-soon", days=60, seats=1)
    [vote] = dues(nobody, "vote-soon")
    assert "Has not voted on version 1" in vote, "what isn't in force yet has a vote that closes"


def test_a_notice_is_recorded_with_its_proof_and_told(seat: Seat, town: Town, nobody: Client) -> None:
    by = {"notice_by": {"instant": Instant(ledger.now() + 5 * DAY)}}
    place = agreed(town, "noticed", nonrenewal=by)
    assert "None was served yet." in line(nobody, "noticed")
    assert any("Whoever won’t renew version 1 says so by then." in row for row in dues(nobody, "noticed"))
    manager = seat("manager")
    page = pages.read(manager.get(place))
    assert pages.faults(page) == []
    assert "None was served yet." in page.text_content()
    given = {"nonrenewal-channel": "certified-mail", "nonrenewal-proof": "b" * 64}
    for wrong, field in (
        ({"nonrenewal-proof": "the receipt"}, "id_nonrenewal-proof"),
        ({"nonrenewal-proof": ""}, "id_nonrenewal-proof"),
        ({"nonrenewal-channel": ""}, "id_nonrenewal-channel_0"),
        ({"nonrenewal-channel": "by-rumor"}, "id_nonrenewal-channel_0"),
        ({"nonrenewal-text": ""}, "id_nonrenewal-text"),
    ):
        answer = pages.send(manager, page, f"{place}/nonrenewal", **{**given, **wrong})
        assert answer.status_code == 422
        assert [where for where, _ in pages.summary(pages.read(answer))] == [field]
        assert pages.faults(pages.read(answer)) == []
    assert "None was served yet." in line(nobody, "noticed")
    other = pages.send(manager, page, f"{place}/nonrenewal", **given, **{"nonrenewal-version": "f" * 64})
    assert other.status_code == 422
    served = pages.send(manager, page, f"{place}/nonrenewal", **given)
    assert "The notice and its proof are recorded" in pages.text(served)
    assert "None was served" not in line(nobody, "noticed")
    assert "b" * 64 in line(nobody, "noticed")
    assert not any("says so by then" in row for row in dues(nobody, "noticed"))
    public = pages.text(nobody.get(place))
    assert "will not be renewed" in public
    assert "b" * 64 in public
    assert "Record a notice that it won’t be renewed" not in public
    assert fsck.fsck() == ()


def test_a_notice_that_is_late_or_never_came_is_told_so(seat: Seat, town: Town, nobody: Client) -> None:
    due = ledger.now() + SECOND
    place = agreed(town, "too-late", nonrenewal={"notice_by": {"instant": Instant(due)}})
    while ledger.now() < due:
        time.sleep(0.05)
    assert "None was served." in line(nobody, "too-late")
    manager = seat("manager")
    given = {"nonrenewal-channel": "by-hand", "nonrenewal-proof": "c" * 64}
    pages.send(manager, pages.read(manager.get(place)), f"{place}/nonrenewal", **given)
    assert "later than" in line(nobody, "too-late")
    assert "después del" in line(nobody, "too-late", "es")


def test_who_has_no_such_act_serves_none(seat: Seat, nobody: Client) -> None:
    for name in ("booking", "courts", "supervision"):
        assert seat(name).post("/agreements/supervision/nonrenewal", {}).status_code == 403
    assert nobody.post("/agreements/supervision/nonrenewal", {})["location"].startswith("/sign-in")
    assert "Record a notice that it won’t be renewed" not in pages.text(seat("courts").get("/agreements/supervision"))


def test_the_agency_sees_what_it_was_asked_where_it_asks(seat: Seat, town: Town) -> None:
    done(
        dealing.inquire(agreement="victim-notice", text="Who reads it?", due=Instant(ledger.now() + DAY), by=town.by("courts"))
    )
    officer = seat("victims")
    page = pages.read(officer.get("/ask"))
    assert pages.faults(page) == []
    assert "Not answered yet" in page.text_content()
    assert "Who reads it?" in page.text_content()
    place = "/agreements/victim-notice"
    answered = pages.send(officer, pages.read(officer.get(place)), f"{place}/answer", **{"answer-text": "The two of us."})
    assert "The agency’s answer stands beside the inquiry." in pages.text(answered)
    assert "Not answered yet" not in pages.text(officer.get("/ask"))
