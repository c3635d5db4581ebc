"""The fee as a recorded term, notice that an agreement won't be renewed with proof of its service, and the renewal calendar."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from pars.core import canonical
from pars.core.agreements.beside import NoticeBy
from pars.core.agreements.differences import differences
from pars.core.agreements.plain import explain
from pars.core.agreements.renewal import renewed
from pars.core.agreements.renewals import Notified, calendar
from pars.core.agreements.version import Version, narrows, read_version
from pars.core.ledger import drafts
from pars.core.terms import DAY, HOUR, Instant, Refusal, end_of_day
from tests.agreements import DOCUMENT, END, START, History, changed, version, vote
from tests.ledgers import Ledger, hashed, make_version, staff

FEE = {"cents": 556_500, "per": "year", "says": {"en": "access to the system", "es": "el acceso al sistema"}}
BY = {"notice_by": {"instant": END - 5 * DAY}}
DAY_BY = {
    "civil": "2027-02-01",
    "zone": "America/New_York",
    "rule": "end of day",
    "instant": end_of_day(date(2027, 2, 1), "America/New_York"),
}


@pytest.mark.parametrize(
    ("changes", "code", "place"),
    [
        ({"/fee": {**FEE, "cents": 0}}, "OUT_OF_RANGE", "/fee/cents"),
        ({"/fee": {**FEE, "per": "week"}}, "UNKNOWN_WORD", "/fee/per"),
        ({"/fee": {**FEE, "late": 1}}, "UNKNOWN_FIELD", "/fee/late"),
        ({"/nonrenewal": {}}, "MISSING_FIELD", "/nonrenewal/notice_by"),
        ({"/nonrenewal": {"notice_by": {"instant": END + 1}}}, "OUT_OF_TERM", "/nonrenewal/notice_by"),
        ({"/nonrenewal": {"notice_by": {"instant": START}}}, "OUT_OF_TERM", "/nonrenewal/notice_by"),
    ],
)
def test_what_is_not_known_is_refused_with_its_place(changes: dict[str, Any], code: str, place: str) -> None:
    found = read_version(canonical.write(changed(DOCUMENT, changes)))
    assert isinstance(found, Refusal)
    assert (found.code, found.names) == (code, (place,))


def test_fee_and_notice_are_said_compared_and_their_absence_too() -> None:
    plain, made = version(), version({"/fee": FEE, "/nonrenewal": {"notice_by": DAY_BY}})
    private = version({"/fee": {**FEE, "per": "once"}, "/parties/agency/class": "noncriminal_justice"})
    assert (
        "Fee: $5,565.00 a year, for: access to the system. Criminal history itself goes to a criminal justice agency without charge "
        "(18 Pa.C.S. § 9121(a))." in explain(made, "en")
    )
    assert "Fee: $5,565.00 once, for: access to the system." in explain(private, "en")
    assert (
        "Whoever will not renew it says so to the other side, in writing, by the end of February 1, 2027, Philadelphia time."
        in explain(made, "en")
    )
    assert {"No fee is agreed.", "Nobody need say that they won't renew it."} <= set(explain(plain, "en"))
    assert {"No se acuerda ninguna tarifa.", "Nadie necesita avisar que no lo renovará."} <= set(explain(plain, "es"))
    assert made.nonrenewal == NoticeBy(Instant(DAY_BY["instant"]), date(2027, 2, 1))
    assert any("by February 9, 2027 at 03:00:00" in said for said in explain(version({"/nonrenewal": BY}), "en"))
    assert [one.kind for one in differences(made, plain)] == ["changed", "changed"]
    assert not narrows(made, plain)


def test_a_renewal_keeps_the_fee_and_leaves_the_day_of_the_notice_behind() -> None:
    text = canonical.write(changed(DOCUMENT, {"/fee": FEE, "/nonrenewal": BY}))
    made = read_version(renewed(text, number=2, start=END, last_day=date(2027, 8, 31)))
    assert isinstance(made, Version)
    assert (made.fee is not None, made.nonrenewal) == (True, None)


# ---------------------------------------------------------------- the notice


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({}, None),
        ({"about": "result"}, None),
        ({"about": "nonrenewal", "channel": "certified-mail", "proof": hashed(b"receipt")}, None),
        ({"about": "nonrenewal", "proof": hashed(b"receipt")}, "NO_PROOF"),
        ({"about": "nonrenewal", "channel": "certified-mail"}, "NO_PROOF"),
        ({"about": "gossip"}, "UNKNOWN_NOTICE"),
    ],
)
def test_a_notice_of_nonrenewal_has_its_proof(more: dict[str, str], code: str | None) -> None:
    ledger = Ledger()
    made = ledger.serve(make_version())
    draft = drafts.notice_served(agreement="AGR-1", version=made.hash, notice=ledger.keep(b"We won't renew it."), **more)
    ledger.add(draft, staff("registrar"))
    if code is None:
        ledger.state()
    else:
        assert ledger.violation() == code


# ---------------------------------------------------------------- the calendar


def line(history: History, at: int, notices: dict[str, Notified] | None = None) -> Any:
    [found] = calendar([history.current()], notices or {}, Instant(at))
    return found


def in_force() -> History:
    history = History()
    history.adopt(version({"/nonrenewal": BY}))
    return history


def test_the_calendar_says_what_ends_when_and_by_when_notice_is_due() -> None:
    history = in_force()
    found = line(history, START)
    assert (found.agreement, found.ends, found.decision, found.gap) == ("AGR-1", END, "nothing", False)
    assert (found.notice_by, found.notified) == (END - 5 * DAY, None)
    told = Notified(entry=9, at=START, proof=hashed(b"receipt"))
    assert line(history, START, {found.version.hash: told}).notified == told
    assert calendar([history.current()], {}, END) == ()


@pytest.mark.parametrize(("start", "gap"), [(END, False), (END - HOUR, False), (END + 1, True)])
def test_a_renewal_is_told_with_its_gap_and_its_votes_and_covers_no_moment_of_the_gap(start: int, gap: bool) -> None:
    history = in_force()
    made = version(number=2, start=start, end=END + 30 * DAY)
    entry = history.propose(made, at=START)
    history.must(vote("adopt", "city", made.hash, entry), at=START)
    found = line(history, START)
    assert (found.decision, found.follows, found.have, found.closes, found.gap) == ("open", made, 1, made.closes, gap)
    history.must(vote("adopt", "courts", made.hash, entry), at=START)
    found = line(history, START)
    assert (found.decision, found.follows, found.gap) == ("renewed", made, gap)
    assert history.state(END) == ("ENDED" if gap else "IN_FORCE")
    assert history.state(start) == "IN_FORCE"


def test_the_nearest_end_comes_first() -> None:
    one, other = in_force(), History()
    other.adopt(version({"/agreement": "AGR-2"}, end=END - DAY))
    assert [each.agreement for each in calendar([one.current(), other.current()], {}, START)] == ["AGR-2", "AGR-1"]
    untold = History()
    untold.propose(version())
    assert calendar([untold.current()], {}, START) == ()
