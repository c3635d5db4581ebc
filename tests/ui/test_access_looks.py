"""What an agency, a seat and the auditor see in every state, wide and narrow: asked, empty, refused, ended, suspended, in error."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pars.actions import agreeing, identifying, owning, publishing
from pars.core import canonical
from pars.core.terms import SECOND, Instant, Refusal, moment
from pars.edge.city import agreements as texts
from pars.store import ledger
from tests.owners import profile_text, rule_text
from tests.ui.test_every_look import look
from tests.web.town import PASSWORD, ZONE, adopt, adopt_text, done

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.ui.hands import Hands
    from tests.web.town import Town

    Window = Callable[..., Hands]

WIDTHS = pytest.mark.parametrize("width", [1280, 320])
SOON = 12 * SECOND
"""Time enough to sign in by keyboard and open a page before the end."""


def clean(window: Hands) -> None:
    """Hold the window's page to what every page is held to."""
    assert window.violations() == [], window.title()
    assert window.fits(), window.title()


def ask(window: Hands, surname: str, *, number: str = "P-2026-0417", beside: str = "") -> None:
    """Ask by the keyboard."""
    window.go("/ask")
    window.type("#id_q-evidence", number)
    window.type("#id_q-by_surname", surname)
    if beside:
        window.page.evaluate(
            "name => { const f = document.querySelector(\"form[action='/ask/answer']\"), e = document.createElement('input');"
            " e.type = 'hidden'; e.name = 'beside'; e.value = name; f.append(e); }",
            beside,
        )
    window.send("Ask")


@WIDTHS
def test_an_answer_an_empty_one_and_each_kind_of_no(width: int, hands: Window) -> None:
    officer = hands("supervision", width=width)
    ask(officer, "Corvane")
    assert officer.says("1 record")
    clean(officer)
    ask(officer, "Nobodyatall")
    assert officer.says("No records to show under this agreement")
    clean(officer)
    ask(officer, "Corvane", beside="birthplace")
    assert officer.says("Everything that it shows and asks by is granted. Not met: it stopped here.")
    clean(officer)
    officer.send("entry ")
    assert officer.says("was refused")
    clean(officer)
    ask(officer, "Corvane", number="")
    assert officer.title().startswith("Error:")
    clean(officer)


@WIDTHS
def test_what_was_asked_and_the_ledger(width: int, hands: Window) -> None:
    for name, screens in {
        "supervision": ("/history", "/history?part=sending"),
        "victims": ("/history",),
        "auditor": ("/ledger", "/ledger?part=agreements&before=20", "/ledger?before=0"),
    }.items():
        window = hands(name, width=width)
        for screen in screens:
            window.go(screen)
            clean(window)


@WIDTHS
def test_everything_is_saved_as_a_file_without_scripts_and_its_way_is_shown(width: int, hands: Window) -> None:
    officer = hands("supervision", width=width, scripts=False)
    officer.go("/ask")
    officer.type("#id_q-evidence", "P-2026-0417")
    officer.page.click("button[formaction='/ask/export']")
    looking = hands("supervision", width=width)
    for _ in range(50):
        looking.go("/ask/exports")
        if looking.page.locator("tbody tr:first-child .tag.ok").count():
            break
    assert looking.says("Whole")
    clean(looking)
    if (folder := os.environ.get("PARS_PICTURES")) is not None:
        looking.page.screenshot(path=Path(folder) / f"exports-{width}.png", full_page=True)


@WIDTHS
def test_a_hook_is_registered_without_scripts_and_its_secret_stands_there_once(width: int, hands: Window) -> None:
    officer = hands("supervision", width=width, scripts=False)
    officer.go("/ask/hooks")
    officer.type("#id_address", "https://records.example.gov/pars")
    officer.type("#id_q-evidence", "P-2026-0417")
    officer.page.click("text=Register the hook")
    looking = hands("supervision", width=width)
    looking.go("/ask/hooks")
    assert looking.says("https://records.example.gov/pars")
    assert officer.says("It is shown this once")
    clean(looking)
    if (folder := os.environ.get("PARS_PICTURES")) is not None:
        for window, name in ((officer, "registered"), (looking, "listed")):
            window.page.screenshot(path=Path(folder) / f"hooks-{name}-{width}.png", full_page=True)
    looking.page.click("tbody tr:last-child button")
    assert looking.says("The hook is removed.")


def test_the_access_side_is_complete_without_scripts(hands: Window) -> None:
    officer = hands("supervision", scripts=False)
    ask(officer, "Corvane")
    assert officer.says("Jonah A.")
    officer.send("What we asked")
    assert officer.page.locator("table tbody tr").count() > 5
    voter = hands("courts", scripts=False)
    voter.go("/agreements/supervision/ballot/2")
    assert voter.page.locator("button:has-text('Sign and vote')").is_visible()


@WIDTHS
def test_a_ballot_that_came_back_with_its_fault(width: int, hands: Window) -> None:
    voter = hands("courts", width=width)
    voter.go("/agreements/supervision/ballot/2")
    voter.choose("ballot-choice", "adopt")
    voter.type("#id_ballot-password", f"not {PASSWORD}")
    voter.send("Sign and vote")
    assert voter.title().startswith("Error:")
    clean(voter)


def test_an_open_page_says_that_its_agreement_ended_and_then_the_next_one_does(hands: Window, sealed: Town) -> None:
    """The notifying agency's version gives way to one of some seconds; nothing is reloaded until it has ended."""
    _until_soon(sealed)
    officer = hands("victims")
    officer.go("/ask")
    assert officer.page.locator("[data-at-end]").inner_text() == "In force"
    officer.page.wait_for_function("document.querySelector('[data-at-end]').textContent === 'Ended'", timeout=30_000)
    assert officer.says("It has ended: a question now is refused.")
    clean(officer)
    officer.type("#id_q-evidence", "MC-51-CR-0012345-2026")
    officer.send("Ask")
    assert officer.says("Exactly one such agreement is in force at this instant. Not met: it stopped here.")
    for width in (1280, 320):
        again = hands("victims", width=width)
        again.go("/ask")
        assert again.says("Nothing can be asked under it now.")
        assert again.page.locator("form[action='/ask/answer']").count() == 0
        clean(again)
        anybody = hands(width=width)
        for screen in ("/public", "/agreements/victim-notice"):
            anybody.go(screen)
            assert anybody.says("Ended")
            clean(anybody)


def _until_soon(town: Town) -> None:
    """Let a version of some seconds follow the one in force."""
    found = publishing.agreement("victim-notice")
    assert found is not None
    start = ledger.now()
    number = found.agreement.proposals[-1].version.number + 1
    adopt(town, texts.NOTIFICATION, number=number, start=start, end=texts.ends_at(Instant(start + SOON)))


@WIDTHS
def test_a_suspended_agreement_says_so_everywhere(width: int, hands: Window, sealed: Town) -> None:
    name = f"paused-{width}"
    terms = replace(texts.WARRANTS, agreement=name, agency={**texts.WARRANTS.agency, "id": f"agency-{name}"})
    at = ledger.now()
    adopt(sealed, terms, number=1, start=at, end=texts.ends_on(moment(at, ZONE).date() + timedelta(days=30)))
    found = publishing.agreement(name)
    assert found is not None
    ballot = agreeing.sign_with_home_key(
        agreement=name, choice="suspend", version=found.stands.version.hash, answers=found.stands.answers, by=sealed.by("city")
    )
    done(agreeing.vote(agreement=name, ballot=ballot, by=sealed.by("city")))  # type: ignore[arg-type]
    anybody, voter = hands(width=width), hands("courts", width=width)
    for window in (anybody, voter):
        window.go(f"/agreements/{name}")
        assert window.says("Suspended")
        clean(window)
    voter.page.locator("summary:has-text('Suspend, revoke or reinstate')").press("Enter")
    clean(voter)


@WIDTHS
def test_the_owners_texts_for_anybody_and_for_a_seat_that_votes(width: int, hands: Window, town: Town) -> None:
    done(owning.propose(text=rule_text({"/code": f"INVENTED_LOOK_{width}"}), by=town.by("manager")))
    done(
        owning.propose(
            text=profile_text({"/hours/unsent": width // 100, "/name": {"en": f"Width {width}"}}), by=town.by("manager")
        )
    )
    voter = hands("courts", width=width)
    voter.go("/texts")
    clean(voter)
    assert voter.says("Before the owners")
    voter.page.locator("button:has-text('Sign and vote')").first.click()
    assert voter.title().startswith("Error:")
    clean(voter)
    subject = owning.standings().subject("profile")
    signed = agreeing.ballot_on_text(subject.texts, subject.open[-1], choice="adopt", by=town.by("courts"))
    assert not isinstance(signed, Refusal)
    done(owning.vote(about="profile", ballot=signed, by=town.by("courts")))
    done(
        owning.withdraw(
            about="detainers", text=owning.standings().subject("detainers").open[-1].text.hash, by=town.by("manager")
        )
    )
    voter.go("/texts")
    clean(voter)
    assert voter.says("Sign the withdrawal")
    assert voter.says("Taken back")
    manager = hands("manager", width=width)
    manager.go("/texts")
    clean(manager)
    assert manager.says("Take this text back")
    reader = hands("booking", width=width)
    for language in ("en", "es"):
        reader.go(f"/texts?lang={language}")
        clean(reader)


SECOND_PERSON: dict[str, Any] = {
    "approval": {"over_rows": 2, "minutes": 60},
    "emergency": {"reasons": ["LIFE_AT_RISK"], "waives": ["approval", "evidence"], "review_hours": 24},
    "on_behalf_of": [{"id": "county-jail", "name": "The County Jail"}],
}


def _second_person(town: Town, name: str) -> None:
    """Bring an agreement into force that asks for a second person and knows an emergency; name two people under it."""
    terms = replace(texts.WARRANTS, agreement=name, agency={**texts.WARRANTS.agency, "id": f"agency-{name}"})
    at = ledger.now()
    day = moment(at, ZONE).date()
    plain: Any = canonical.read(texts.version_text(terms, number=1, start=at, end=texts.ends_on(day + timedelta(days=60))))
    parts = {**SECOND_PERSON, "nonrenewal": {"notice_by": texts.ends_on(day + timedelta(days=30))}}
    adopt_text(town, canonical.write({**plain, **parts}))
    for which in ("deputy", "sergeant"):
        person = identifying.make_account(username=f"{which}-{name}", name=which.capitalize(), password=PASSWORD)
        done(agreeing.name_user(agreement=name, person=person, holds=("terms_signed",), by=town.by("manager")))


@WIDTHS
def test_a_second_person_an_emergency_and_a_notice_that_is_due(width: int, hands: Window, sealed: Town) -> None:
    name = f"second-{width}"
    _second_person(sealed, name)
    deputy, owner = hands(f"deputy-{name}", width=width), hands("courts", width=width)
    deputy.go("/ask")
    deputy.pick("#id_q-behalf", "county-jail")
    look(deputy, "ask on behalf")
    deputy.type("#id_q-evidence", "W-2026-0001")
    deputy.send("Ask")
    look(deputy, "declined for approval")
    deputy.send("approv")
    look(deputy, "approvals waiting")
    owner.go("/approvals")
    look(owner, "approvals of an owner")
    owner.send("Approve this question")
    deputy.go("/approvals")
    look(deputy, "approvals given")
    for _ in range(5):
        deputy.go("/ask")
        deputy.pick("#id_q-emergency", "LIFE_AT_RISK")
        deputy.send("Ask")
        if deputy.page.locator("h1").count():
            break  # on a busy machine an answer may come too late: it is dropped whole, and asked again
    look(deputy, "emergency answered")
    owner.go("/approvals")
    look(owner, "emergency to review")
    owner.go(f"/agreements/{name}")
    look(owner, "agreement with an emergency")
    manager = hands("manager", width=width)
    manager.go(f"/agreements/{name}")
    manager.open("Record a notice that it won’t be renewed")
    manager.use("Record the notice")
    assert manager.title().startswith("Error:")
    look(manager, "nonrenewal in error")
    manager.choose("nonrenewal-channel", "certified-mail")
    manager.type("#id_nonrenewal-proof", "d" * 64)
    manager.send("Record the notice")
    manager.go("/agreements/calendar")
    assert manager.says("Served")
    look(manager, "calendar with a notice")
