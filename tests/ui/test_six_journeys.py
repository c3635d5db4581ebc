"""One arrest of two charges through every desk, by keys alone, each desk from an empty queue; what it takes is counted and held to a bound.

Seconds are by the keystroke-level model (`hands.KEY`, `hands.DECISION`): what a practiced hand needs for the screens, not for the thinking.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from pars.core.cases.case import release_order, released
from pars.core.cases.facts import DetainerDecided
from pars.core.cases.representation import counsel, present
from pars.core.terms import HOUR, Instant, moment
from pars.store import ledger
from tests.ui.test_every_look import QUIET, look
from tests.web.conftest import a_town
from tests.web.town import PASSWORD, ZONE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    import psycopg

    from pars.store.engine import Engine
    from tests.ui.hands import Hands
    from tests.web.town import Town

    Window = Callable[..., Hands]

BOUNDS = {
    "booking officer": 100,
    "charging attorney": 36,
    "interviewer": 78,
    "magistrate and clerk": 105,
    "custodian with a detainer": 55,
    "defender": 15,
}
"""Seconds that each desk may take by the model."""
TO_THE_ORDER = ("booking officer", "charging attorney", "interviewer", "magistrate and clerk")
TWELVE_MINUTES = 12 * 60


@pytest.fixture(scope="module")
def built(
    engine: Engine,
    template: str,
    cloner: psycopg.Connection[tuple[object, ...]],
    pars_home: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[Path, Town]]:
    """Build a town with everybody at their desk and nobody in custody."""
    folder = tmp_path_factory.mktemp("quiet") / "home"
    with a_town(template, engine, cloner, pars_home, folder, nights=()) as (_, home, made):
        yield home, made


@dataclass
class Walk:
    """The custody, and what each desk took for it."""

    place: str = ""
    case_id: str = ""
    took: dict[str, tuple[int, int, float]] = field(default_factory=dict)

    def enter(self, name: str, *windows: Hands) -> None:
        """Write down what a desk's people did, and hold it to its bound."""
        steps, keys = sum(one.decisions for one in windows), sum(one.keys for one in windows)
        seconds = sum(one.seconds() for one in windows)
        self.took[name] = (steps, keys, seconds)
        print(f"{name:<28}{steps:>4} steps {keys:>5} keys {seconds:>6.1f} s")
        assert seconds <= BOUNDS[name], f"{name}: {seconds:.1f} s for {steps} steps and {keys} keys"


def seated(hands: Window, name: str) -> Hands:
    """Return somebody at their first page, with nothing counted yet."""
    window = hands(name)
    window.go("/")
    window.begin()
    return window


def ago(hours: float) -> str:
    """Return a time as it is typed."""
    return moment(Instant(ledger.now() - int(hours * HOUR)), ZONE).strftime("%m/%d/%Y %H:%M")


def book(hands: Window, walk: Walk) -> None:
    """Write the arrest, look it over, send it."""
    officer = seated(hands, "booking")
    assert officer.says("In custody 0") or officer.page.locator("[data-row]").count() == 0
    officer.jump("n", leads=True)
    officer.type("#id_surname", "Quillfeather")
    officer.type("#id_given", "Noor")
    officer.type("#id_birth_date", "02/14/1990")
    officer.type("#id_time", ago(3))
    officer.type("#id_agency", "City Police")
    officer.type("#id_district", "22nd")
    officer.type("#id_place", "1400 Copper Lane")
    officer.type("#id_charge_0_statute", "18 § 3929 §§ A1")
    officer.type("#id_charge_0_description", "Retail Theft")
    officer.type("#id_charge_0_grade", "M1")
    officer.type("#id_charge_1_statute", "18 § 2701 §§ A1")
    officer.type("#id_charge_1_description", "Simple Assault")
    officer.type("#id_charge_1_grade", "M2")
    officer.type("#id_narrative", "Left the store with goods that were not paid for; pushed the clerk.")
    officer.send("Book the arrest")
    assert officer.says("Booked.")
    walk.place, walk.case_id = officer.page.url, officer.page.url.rsplit("/", 1)[-1]
    officer.jump("s")
    officer.send("Send to charging")
    assert officer.says("now with the charging unit")
    walk.enter("booking officer", officer)


def charge(hands: Window, walk: Walk) -> None:
    """Take the case from the queue, approve both charges, read and sign the complaint."""
    attorney = seated(hands, "charging")
    attorney.jump("c", leads=True)
    attorney.send("Decide")
    attorney.jump("s")
    names = attorney.page.locator("input[type=radio][name^='decide-decision_']").evaluate_all(
        "all => [...new Set(all.map(e => e.name))]"
    )
    assert len(names) == 2
    for name in names:
        attorney.choose(name, "APPROVE")
    attorney.send("Record the decisions")
    attorney.jump("s")
    attorney.send("Read the complaint")
    attorney.jump("s")
    attorney.type("#id_complaint-password", PASSWORD)
    attorney.send("Sign the complaint")
    assert attorney.says("The complaint stands as you read it")
    walk.enter("charging attorney", attorney)


def interview(hands: Window, walk: Walk) -> None:
    """Tell the person that they need not answer, take the interview, sign the worksheet."""
    officer = seated(hands, "interview")
    officer.jump("i", leads=True)
    officer.send("Start")
    officer.jump("s")
    officer.tick("#id_begin-told")
    officer.send("Begin the interview")
    questions = officer.page.locator("section.part fieldset:has(input[name^='answers-'])").count()
    officer.jump("s")
    for _ in range(questions):
        officer.answer("1")
    officer.send("Finish the interview")
    assert officer.says("The interview is recorded.")
    officer.send("Read the worksheet back")
    officer.type("#id_password", PASSWORD)
    officer.send("Sign and send")
    assert officer.says("Signed and sent.")
    walk.enter("interviewer", officer)


def defend(hands: Window, walk: Walk, town: Town) -> None:
    """See who has nobody, enter an appearance, read what is filed, say that counsel is there."""
    defender = seated(hands, "defense")
    defender.send("Claim")
    defender.jump("s")
    defender.send("Enter my appearance")
    assert defender.says("Retail Theft")
    assert not defender.says("pushed the clerk")
    defender.jump("s")
    defender.send("Counsel is present")
    assert defender.says("By video")
    case = town.case("Quillfeather", "bench")
    assert [claim.counsel for claim in counsel(case)] == [town.by("defense").person]
    assert present(case) is not None
    walk.enter("defender", defender)


def arraign(hands: Window, walk: Walk, town: Town) -> None:
    """Call the case from the docket, hold the hearing, read the order back, sign it; the clerk gives it its number and ends the session."""
    judge = seated(hands, "bench")
    judge.jump("d", leads=True)
    assert judge.says("Counsel: by video")
    judge.send("Call")
    if "/bench" not in judge.page.url:
        judge.send("Quillfeather, Noor")
    judge.jump("s")
    for number in range(5):
        judge.tick(f"#id_hearing-rights_{number}")
    judge.choose("hearing-probable_cause", "yes")
    judge.send("Record the hearing")
    judge.jump("s")
    judge.tick("#id_order-types_0")
    judge.type("#id_order-next_court", "Municipal Court 403")
    judge.send("Read the order back")
    judge.jump("s")
    judge.type("#id_password", PASSWORD)
    judge.send("Sign the order")
    order = release_order(town.case("Quillfeather", "bench"))
    assert order is not None
    assert order.types == ("ROR",)
    clerk = seated(hands, "clerk")
    clerk.jump("d", leads=True)
    clerk.send("Results and end of the session")
    clerk.type(f"#number-{walk.case_id}", f"MC-51-CR-0012345-{moment(Instant(ledger.now()), ZONE).year}")
    clerk.send("Record")
    assert clerk.says("MC-51-CR-0012345-")
    clerk.type("#id_password", PASSWORD)
    clerk.send("Sign and close")
    assert clerk.says("Closed; the record is")
    walk.enter("magistrate and clerk", judge, clerk)


def free(hands: Window, walk: Walk, town: Town) -> None:
    """Record an immigration paper, answer it by the rule in force, and let the person go on time."""
    custodian = seated(hands, "custodian")
    custodian.jump("r", leads=True)
    custodian.send("Release, or say why not")
    custodian.open("An immigration paper came")
    custodian.choose("paper-form", "I-247A")
    custodian.choose("paper-paper", "ADMINISTRATIVE")
    custodian.type("#id_paper-issuing_office", "Enforcement field office")
    custodian.send("Record the paper")
    custodian.jump("s") if custodian.page.locator("#id_detainer-reason").count() else None
    custodian.type("#id_detainer-reason", "As the rule in force says")
    custodian.send("Answer so")
    custodian.choose("release-released", "yes")
    custodian.send("Acknowledge")
    assert custodian.says("Acknowledged.")
    case = town.case("Quillfeather", "bench")
    assert released(case)
    assert case.latest(DetainerDecided) is not None
    walk.enter("custodian with a detainer", custodian)


def test_one_arrest_through_every_desk_by_keys_alone(hands: Window, sealed: Town) -> None:
    walk = Walk()
    for name, place in QUIET:
        for width in (1280, 320):
            window = hands(name, width=width)
            window.go(place)
            look(window, f"{place} empty")
            assert window.page.locator("[data-row], main tbody a[href^='/cases']").count() == 0, place
    book(hands, walk)
    sealed.cases["Quillfeather"] = walk.case_id
    charge(hands, walk)
    interview(hands, walk)
    defend(hands, walk, sealed)
    arraign(hands, walk, sealed)
    free(hands, walk, sealed)
    assert set(walk.took) == set(BOUNDS)
    whole = sum(walk.took[name][2] for name in TO_THE_ORDER)
    print(f"{'from the arrest to the order':<28}{'':>21} {whole:>6.1f} s")
    assert whole < TWELVE_MINUTES


def test_a_single_key_does_nothing_while_somebody_types_and_nothing_once_it_is_switched_off(hands: Window) -> None:
    officer = seated(hands, "booking")
    officer.go("/arrests/new")
    assert officer.page.evaluate("document.activeElement.id") == "id_surname"
    officer.type("#id_surname", "bnas?")
    assert officer.page.url.endswith("/arrests/new")
    assert officer.page.input_value("#id_surname") == "bnas?"
    officer.go("/board")
    officer.jump("?", leads=True)
    assert officer.title().startswith("Keys")
    officer.send("Switch the keys off")
    officer.press("n")
    officer.press("b")
    assert officer.page.url.endswith("/keys")
    officer.send("Switch the keys on")
    officer.jump("n", leads=True)
    assert officer.page.url.endswith("/arrests/new")
