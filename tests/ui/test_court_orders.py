"""Court orders in a browser, with orders on the page: narrow and wide, carried out by keyboard without scripts."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pars.actions import disclosing, expunging, founding, identifying
from pars.core.access.decision import Caller
from pars.edge.city.agreements import SUPERVISION
from pars.store import shares
from tests.web.town import PASSWORD, done, question

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.ui.hands import Hands
    from tests.web.town import Town

    Window = Callable[..., Hands]

SURNAME = "Thistlemark"


@pytest.fixture
def order(sealed: Town) -> int:
    """Give an order on a record that an agency was shown, and somebody who may carry it out."""
    caller = Caller(SUPERVISION.agency["id"], sealed.by("supervision").person)
    assert isinstance(disclosing.ask(caller=caller, asked=question(SURNAME)), disclosing.Chunk)
    if identifying.person_of("oscar") is None:
        person = identifying.make_account(username="oscar", name="Oscar Winterbourne", password=PASSWORD)
        done(founding.give_grant(person=person, role="access_officer"))
    recorded = expunging.record(means="sealed", case_id=sealed.cases[SURNAME], paper=b"order", by=sealed.by("clerk"))
    return done(recorded).entry


def held(window: Hands, what: str) -> None:
    if folder := os.environ.get("PARS_PICTURES"):
        wide = window.page.viewport_size["width"]
        window.page.screenshot(path=str(Path(folder) / f"orders-{what}-{wide}.png"), full_page=True)
    assert window.violations() == [], what
    assert window.fits(), what


def test_an_order_is_carried_out_without_scripts_and_every_state_is_sound(order: int, hands: Window, sealed: Town) -> None:
    for width in (1280, 320):
        clerk = hands("clerk", width=width)
        clerk.go("/orders")
        assert clerk.says(f"Order {order}: the record is sealed")
        held(clerk, "waiting")
    for on in ("city", "courts", "prosecutor"):
        done(expunging.serve(order=order, on=on, by=sealed.by("clerk")))
    officer = hands("oscar", scripts=False)
    officer.go("/orders")
    officer.send("Tell them to destroy their copies")
    assert officer.says("An agency was told to destroy its copies.")
    for width in (1280, 320):
        agent = hands("supervision", width=width)
        agent.go("/purges")
        held(agent, "purges")
        ready = hands("oscar", width=width)
        ready.go("/orders")
        held(ready, "ready")
    for width in (1280, 320):
        for who in ("oscar", "clerk"):
            one = hands(who, width=width)
            one.go(f"/orders/{order}")
            held(one, f"one-{who}")
    officer.go(f"/orders/{order}")
    officer.page.get_by_label("Your password again").fill(PASSWORD)
    officer.send("Seal the record")
    assert officer.says("Carried out.")
    lifting = recorded(sealed, "lifted", lifts=order)
    for width in (1280, 320):
        owners = hands("oscar", width=width)
        owners.go(f"/orders/{lifting}")
        held(owners, "back")
    officer.go(f"/orders/{lifting}")
    officer.page.get_by_label("Your password again").fill(PASSWORD)
    for on in ("city", "courts"):
        officer.page.get_by_label(f"The share of the {on}").set_input_files(shares.share_file(order, on))
    officer.send("Bring the sealed record back")
    assert officer.says("the record is back")


def test_a_limited_record_says_who_reads_it_narrow_and_wide(order: int, hands: Window, sealed: Town) -> None:
    case = f"/cases/{sealed.cases[SURNAME]}"
    narrow = recorded(sealed, "limited", case_id=sealed.cases[SURNAME])
    for width in (1280, 320):
        officer = hands("oscar", width=width)
        officer.go(f"/orders/{narrow}")
        held(officer, "limit")
    officer = hands("oscar", scripts=False)
    officer.go(f"/orders/{narrow}")
    officer.page.get_by_label("Your password again").fill(PASSWORD)
    officer.send("Limit the access")
    assert officer.says("Carried out.")
    for width in (1280, 320):
        clerk = hands("clerk", width=width)
        clerk.go(case)
        assert clerk.says("Who still reads this record, and why")
        held(clerk, "limited")
        clerk.go("/orders")
        held(clerk, "done")


def recorded(town: Town, means: str, **about: Any) -> int:
    """Record an order that every owner then has."""
    made = done(expunging.record(means=means, paper=b"order", by=town.by("clerk"), **about)).entry
    for on in ("city", "courts", "prosecutor"):
        done(expunging.serve(order=made, on=on, by=town.by("clerk")))
    return made
