"""What came from outside is shown in a direction of its own, with what can't be seen written out."""

from __future__ import annotations

import re
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

import pytest
from django.utils.safestring import mark_safe

from pars.actions import arraigning, charging, intake, interviewing, releasing
from pars.core.cases.arraignment import RIGHTS
from pars.core.cases.bail import OrderTerms
from pars.core.cases.case import arrests, identity, proposed_charges
from pars.core.cases.charging import complaint_sha256
from pars.core.cases.choices import ChargeChoice
from pars.core.cases.received import AliasGiven, ArrestGiven, BookingGiven, ChargeGiven, PersonStated
from pars.core.cases.release import release_order_sha256
from pars.core.terms import DAY, HOUR, StatedTime
from pars.store import ledger
from pars.store.ledger import Done
from tests.web import pages
from tests.web.town import ZONE, stated

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from tests.web.town import Town

SPOOFED = "Tan\u202eysna\x9b31m <b>"
SHOWN = "<bdi>Tan\\u202eysna\\u009b31m &lt;b&gt;</bdi>"


@pytest.fixture(autouse=True)
def django() -> None:
    from tests.api.djangos import set_up

    set_up()


def test_a_foreign_text_is_isolated_and_what_is_not_text_stays() -> None:
    from pars.edge.web.templatetags.words import given

    assert str(given(SPOOFED)) == SHOWN
    assert str(given("two\nlines")) == "<bdi>two\nlines</bdi>"
    assert given(None) is None
    assert given("") == ""
    assert given(7) == 7
    assert given(mark_safe("<time>now</time>")) == "<time>now</time>"


def test_the_name_on_every_page_of_a_case_is_isolated() -> None:
    from django.template.loader import get_template

    shown = get_template("web/_identity.html").render({"name": SPOOFED, "held": "3 h", "facility": SPOOFED})
    assert shown.count(SHOWN) == 2
    assert "\u202e" not in shown


RAW = re.compile("[\u202e\x9b]")
SEATS = ("booking", "charging", "interview", "bench", "clerk", "custodian")
STAYS = {"input", "textarea", "option", "script", "style"}
"""Where a text must stay as it is: what is typed again goes back as it came."""


def raw(response: Any) -> list[str]:
    """Return every place of a page where a text from outside is read as it came."""
    page = pages.read(response)
    return [
        f"{element.tag}.{element.get('class', '')}: {words.strip()[:60]}"
        for element in page.iter()
        if isinstance(element.tag, str)
        for words in ((element.text if element.tag not in STAYS else ""), element.tail)
        if words and RAW.search(words)
    ]


def everywhere(seat: Callable[[str], Client], case_id: str) -> None:
    """Look at every page that shows the case, from every seat."""
    for name in SEATS:
        client = seat(name)
        for path in (
            f"/cases/{case_id}",
            f"/cases/{case_id}/complaint",
            f"/cases/{case_id}/order",
            "/board",
            "/alarms",
            "/report",
        ):
            response = client.get(path)
            if response.status_code == 200:
                assert raw(response) == [], (name, path)


def foreign(kind: type[Any], **more: Any) -> Any:
    """Return a value whose every text is a foreign one, except those given."""
    texts = {field.name: SPOOFED for field in fields(kind) if field.type in {"str", "str | None"}}
    return kind(**{**texts, **more})


def test_nothing_that_came_from_outside_is_read_as_it_came(seat: Callable[[str], Client], town: Town) -> None:
    def acted(act: Callable[..., Any], name: str, **parts: Any) -> None:
        nonlocal version
        outcome = act(case_id=case_id, seen=version, by=town.by(name), **parts)
        assert isinstance(outcome, Done), (act.__name__, outcome)
        version = outcome.version or version
        everywhere(seat, case_id)

    born, ago = StatedTime("1990-01-01", ZONE), stated(ledger.now() - 3 * HOUR)
    charge = foreign(ChargeGiven, offense_date=None, inchoate="ATTEMPT", grade_basis=None, grade="M1")
    booked = intake.book_arrest(
        by=town.by("booking"),
        person=foreign(PersonStated, birth_date=born),
        aliases=[foreign(AliasGiven, birth_date=born)],
        arrests=[foreign(ArrestGiven, time=ago, charges=(charge, charge))],
        booking=foreign(BookingGiven, time=ago),
    )
    assert isinstance(booked, Done), booked
    case_id, version = booked.case_id or "", booked.version or 0
    town.cases["Spoofed"] = case_id
    everywhere(seat, case_id)
    one, two = (charge.n for charge in proposed_charges(town.case("Spoofed")))
    arrest = arrests(town.case("Spoofed"))[0].n
    back = [
        ChargeChoice(decision="RETURN", proposed=one, reason="FACTS", note=SPOOFED),
        ChargeChoice(decision="APPROVE", proposed=two),
    ]
    acted(intake.submit_for_charging, "booking")
    acted(charging.decide_charges, "charging", choices=back)
    acted(intake.submit_for_charging, "booking")
    added = ChargeChoice(
        decision="ADD", arrest=arrest, reason="FACTS", note=SPOOFED, statute=SPOOFED, description=SPOOFED, grade="M2"
    )
    away = ChargeChoice(decision="REFER", proposed=one, reason="PROSECUTOR", note=SPOOFED)
    acted(charging.decide_charges, "charging", choices=[away, added])
    acted(charging.sign_complaint, "charging", text_sha256=complaint_sha256(town.case("Spoofed")))
    acted(interviewing.record_interview, "interview", outcome="TAKEN", interpreter=SPOOFED, reason=SPOOFED)
    rights = dict.fromkeys(RIGHTS, True)
    acted(
        arraigning.hold_hearing,
        "bench",
        time=stated(ledger.now()),
        probable_cause=True,
        interpreter=SPOOFED,
        reason=SPOOFED,
        **rights,
    )
    terms = OrderTerms(
        types=("NONMONETARY", "UNSECURED"), amount_cents=100, next_hearing=stated(ledger.now() + 5 * DAY), next_court=SPOOFED, surety=SPOOFED, late_cause=SPOOFED,
        conditions=("REPORT",), conditions_note=SPOOFED, reasons=SPOOFED,
    )  # fmt: skip
    text = release_order_sha256(town.case("Spoofed"), terms)
    acted(arraigning.order_release, "bench", terms=terms, text_sha256=text)
    acted(releasing.lodge_hold, "custodian", kind="PROBATION_DETAINER", authority=SPOOFED, lodged=ago, reference=SPOOFED)
    paper = {"form": "I-247A", "paper": "ADMINISTRATIVE", "issuing_office": SPOOFED, "signer": SPOOFED, "court": SPOOFED}
    acted(releasing.receive_detainer, "custodian", received=ago, **paper)
    acted(releasing.acknowledge_release, "custodian", released=False, reason=SPOOFED)
    who = identity(town.case("Spoofed"))
    assert who is not None
    acted(intake.correct_facts, "booking", facts=[replace(who, corrects=who.n, address=SPOOFED * 2)], why=SPOOFED)
