"""The court's session as acts: called, passed, numbered, served, and closed with a signed record that is only amended."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from pars.actions import loading, recognizing, sitting
from pars.actions.beats import Done, Refused
from pars.core import canonical
from pars.core.cases.case import release_order
from pars.core.cases.court_calendar import CourtCalendar, Numbering
from pars.core.cases.dockets import dockets
from pars.core.cases.facts import IdentityVerified
from pars.core.ledger.entries import Kind
from pars.core.terms import moment
from pars.store import export, ledger
from tests import desks
from tests.actions.test_calendaring import SINCE, code
from tests.desks import REGISTRAR
from tests.ledgers import staff
from verify.checks import verify
from verify.report import VERIFIED

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pars.core.ledger.entries import Entry

pytestmark = pytest.mark.database

READY = ("submit", "decide", "sign", "interview")


def act(verb: Any, case_id: str, **parts: Any) -> Any:
    return verb(case_id=case_id, seen=desks.load(case_id).version, by=REGISTRAR, **parts)


def done(outcome: Any) -> Done:
    assert isinstance(outcome, Done), outcome
    return outcome


def test_a_case_is_called_passed_and_called_again_each_an_entry(entries: Callable[..., list[Entry]]) -> None:
    case = desks.walked(*READY)
    done(act(sitting.call_case, case, video=True))
    assert code(act(sitting.call_case, case)) == "ALREADY_CALLED"
    done(act(sitting.pass_case, case, reason="BROKEN_OFF"))
    assert code(desks.step(case, "hear")) == "PASSED"
    done(act(sitting.state_position, case, side="DEFENSE", says="Release on recognizance"))
    done(act(sitting.call_case, case))
    done(desks.step(case, "hear"))
    kinds = [Kind.CASE_CALLED, Kind.CASE_PASSED, Kind.POSITION_STATED, Kind.CASE_CALLED]
    told = [entry for entry in entries() if entry.kind in kinds]
    assert [entry.kind for entry in told] == kinds
    assert told[1].detail["reason"] == "BROKEN_OFF"
    outcome = sitting.call_case(case_id=case, seen=desks.load(case).version, by=staff("clerk"))
    assert code(outcome) == "NOT_YOUR_ACT"


def test_docket_numbers_are_drawn_one_by_one_within_a_year_and_never_of_another_person() -> None:
    cases = [desks.walked("submit", "decide", "sign", case_id=desks.booked(name)) for name in ("One", "Two", "Three")]
    assert code(act(sitting.give_docket, cases[0])) == "DOCKET_NEEDED"
    done(loading.load_calendar(calendar=CourtCalendar((Numbering(first=SINCE, prefix="MC-51-CR"),)), by=REGISTRAR))
    year = moment(ledger.now(), sitting.ZONE).year
    done(act(sitting.give_docket, cases[0], number=f"MC-51-CR-0012345-{year}"))
    found = desks.at_once(lambda n: act(sitting.give_docket, cases[n + 1]), 2)
    assert all(isinstance(one, Done) for one in found)
    drawn = sorted(dockets(desks.load(case))[0].number for case in cases[1:])
    assert drawn == [f"MC-51-CR-0012346-{year}", f"MC-51-CR-0012347-{year}"]
    assert code(act(sitting.give_docket, cases[1], number=f"MC-51-CR-0012345-{year}")) == "DOCKET_OF_ANOTHER"
    done(act(sitting.give_docket, cases[1], number=f"MC-51-CR-0000001-{year - 1}"))
    told = IdentityVerified(
        source="AFIS", stated=desks.stated(), outcome="MATCH", reference="R-1", verifier="clerk", sid="12345678"
    )
    for one in cases[:2]:
        done(act(recognizing.verify_identity, one, reply=told))
    done(act(recognizing.link_person, cases[0], other_case=cases[1], basis="FINGERPRINT", reason="One reply names both"))
    done(act(sitting.give_docket, cases[1], number=f"MC-51-CR-0012345-{year}"))


def test_a_number_that_was_mistyped_and_put_right_uses_up_no_sequence() -> None:
    """The last number of all, typed by a slip, would leave none to draw for the rest of the year."""
    one, other, third = (
        desks.walked("submit", "decide", "sign", case_id=desks.booked(name)) for name in ("One", "Two", "Three")
    )
    done(loading.load_calendar(calendar=CourtCalendar((Numbering(first=SINCE, prefix="MC-51-CR"),)), by=REGISTRAR))
    year = moment(ledger.now(), sitting.ZONE).year
    done(act(sitting.give_docket, one, number=f"MC-51-CR-9999999-{year}"))
    assert isinstance(act(sitting.give_docket, other), Refused), "no number follows it"
    wrong = dockets(desks.load(one))[0].n
    done(act(sitting.give_docket, one, number=f"MC-51-CR-0000041-{year}", instead_of=wrong, why="A slip"))
    done(act(sitting.give_docket, other))
    (drawn,) = dockets(desks.load(other))
    assert drawn.number == f"MC-51-CR-0000042-{year}"
    done(act(sitting.give_docket, other, number=f"MC-51-CR-0000007-{year}", instead_of=drawn.n, why="The court's own"))
    done(act(sitting.give_docket, third))
    assert dockets(desks.load(third))[0].number == f"MC-51-CR-0000043-{year}", "what was drawn once was given out"


def test_an_order_is_served_and_its_result_acknowledged(entries: Callable[..., list[Entry]]) -> None:
    case = desks.walked(*READY, "hear")
    parts = desks.order(case, types=("NONMONETARY",), conditions=("STAY_AWAY",), conditions_note="Not near 9 Quillon Row.")
    done(desks.step(case, "order", **parts))
    made = release_order(desks.load(case))
    assert made is not None
    served = {"order": made.n, "on": "DEFENDANT", "time": desks.stated(), "language": "en"}
    assert code(act(sitting.serve_order, case, read="1990-06-02", **served)) == "WRONG_PERSON"
    done(act(sitting.serve_order, case, read="1990-06-01", **served))
    done(act(sitting.send_result, case, to="CUSTODY", receipt="Sergeant on duty"))
    (entry,) = entries(Kind.ORDER_SERVED)
    assert entry.detail["text"] == made.text_sha256
    assert "Quillon" not in str(entry.detail)
    done(desks.step(case, "free"))


@pytest.mark.usefixtures("sealed")
def test_a_session_is_closed_once_amended_by_name_and_checked_by_a_stranger(
    entries: Callable[..., list[Entry]], tmp_path: Path
) -> None:
    starts = sitting.session_now().starts
    case, other = desks.walked(*READY), desks.walked(*READY)
    done(act(sitting.call_case, case))
    close: dict[str, Any] = {"starts": starts, "by": REGISTRAR}
    assert code(sitting.close_session(amends=None, **close)) == "CASES_OPEN"
    done(act(sitting.pass_case, case, reason="VIDEO_DOWN"))
    assert code(sitting.close_session(starts=starts, amends=None, by=staff("clerk"))) == "NOT_YOUR_ACT"
    assert code(sitting.close_session(starts=desks.stated(), amends=None, by=REGISTRAR)) == "NO_SUCH_SESSION"
    first = done(sitting.close_session(amends=None, **close))
    found = sitting.session_record(starts)
    assert found is not None
    assert found.standing is not None
    assert found.standing[0] == first.entry
    assert not found.differs
    said: Any = canonical.read(found.standing[1])
    assert (said["called"], said["passed"], said["unheard"]) == (1, 1, 1)
    assert code(sitting.close_session(amends=None, **close)) == "SESSION_CLOSED"
    for step in ("hear", "order"):
        done(desks.step(other, step))
    later = sitting.session_record(starts)
    assert later is not None
    if later.session == sitting.session_now():  # unless the walk crossed into the next session
        assert later.differs
    assert code(sitting.close_session(amends=first.entry, **close)) == "REASON_NEEDED"
    second = done(sitting.close_session(amends=first.entry, amended="LATE_ACT", **close))
    assert [entry.detail.get("amends") for entry in entries(Kind.SESSION_CLOSED)] == [None, first.entry]
    assert sitting.session_record(starts).standing[0] == second.entry  # type: ignore[union-attr,index]
    assert sitting.session_record(desks.stated()) is None
    bundle = tmp_path / "bundle.pars"
    export.export(bundle)
    report = verify(bundle.read_bytes())
    assert report.status == VERIFIED, report.words()
