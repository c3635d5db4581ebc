"""What must be true of a seeded city, whoever looks: of each case, of the desks it went by, of the court's sessions and numbers."""

from __future__ import annotations

from dataclasses import dataclass

from pars.actions import calendaring, numbering, sitting
from pars.core import canonical
from pars.core.cases.booking import cases_of_person
from pars.core.cases.calling import called
from pars.core.cases.case import (
    Case,
    custody_began,
    filed_charges,
    hearing,
    police_release,
    proposed_charges,
    release_order,
    released,
)
from pars.core.cases.charging import standing_complaint
from pars.core.cases.cosigning import cosignature, rule_for
from pars.core.cases.court_calendar import Session, session_at
from pars.core.cases.custody import release_basis, what_holds
from pars.core.cases.dockets import dockets
from pars.core.cases.facts import (
    Arraigned,
    CaseCalled,
    CounselPresent,
    OrderServed,
    ReleaseAcknowledged,
    ReleaseOrdered,
    WorksheetSigned,
)
from pars.core.cases.filing import complaint_after_release
from pars.core.cases.flags import interpreter_language
from pars.core.cases.limits import Noted, free_since, passed
from pars.core.cases.linking import standing_links, waiting_links
from pars.core.cases.orders_served import special_conditions, unserved_protection
from pars.core.cases.representation import claim_of
from pars.core.cases.worksheet import last_worksheet
from pars.core.owners.profile import ORDINARY
from pars.core.terms import HOUR, Instant
from pars.edge.city.calibration import OFFENSE_GROUPS
from pars.edge.city.turns import LIGHT, ZONE
from pars.store import ledger, rows, watched

LIGHT_STATUTES = {statute for group in LIGHT for statute, _, _ in OFFENSE_GROUPS[group].charges}


@dataclass
class Town:
    """Everything that a seeded home holds, as of `at`."""

    cases: dict[str, Case]
    recorded: dict[int, Instant]
    noted: dict[str, tuple[Noted, ...]]
    at: Instant

    def others(self, case: Case) -> list[Case]:
        return [one for one in cases_of_person(case, self.cases.values()) if one.id != case.id]

    def before(self, case: Case, entry: int) -> Case:
        """Return the case as it stood before an entry."""
        return Case(case.id, 1, tuple(fact for fact in case.facts if (fact.entry or 0) < entry))


def read(numbers: dict[int, str]) -> Town:
    with ledger.reading() as at:
        cases = rows.load_cases(numbers.values())
        entries = {fact.entry for case in cases.values() for fact in case.facts if fact.entry is not None}
        recorded = {entry: when for entry, (when, _) in ledger.recorded(entries).items()}
        return Town(cases, recorded, watched.noted(cases), at)


def look(town: Town) -> None:
    """Check every case of the town, its sessions, its numbers and its paper."""
    for case in town.cases.values():
        others = town.others(case)
        if released(case):
            look_at_the_door(town, case, others)
        elif police_release(case) is None:
            look_at_who_is_in(town, case, others)
        else:
            look_at_who_was_let_go(town, case)
        look_at_the_desks(town, case)
        noted = town.noted.get(case.id, ())
        with ledger.reading():
            late = passed(watched.limits_of(case, town.at, others), town.at)
        assert all(limit.among(noted) for limit in late), case.id
        assert all(one.due <= one.at for one in noted), case.id


def look_at_the_door(town: Town, case: Case, others: list[Case]) -> None:
    """Nobody went free past a hold that counted; a child went to the juvenile authorities, whom nothing else hindered."""
    freed = next(said for said in case.current(ReleaseAcknowledged) if said.released)
    assert freed.entry is not None
    before, *rest = (town.before(one, freed.entry) for one in (case, *others))
    then = cases_of_person(before, [one for one in rest if one.facts])
    held = {(one.code, one.case) for one in what_holds(then, town.recorded[freed.entry])}
    assert held <= ({("CHILD", case.id)} if freed.basis == "JUVENILE" else set()), case.id
    assert release_basis(before) == freed.basis
    if unserved_protection(before) is not None:
        assert freed.reason, f"{case.id}: went without the order that protects somebody, and nobody says why"


def look_at_who_is_in(town: Town, case: Case, others: list[Case]) -> None:
    """Nobody is held without a hold, or somebody owes the release."""
    holding = what_holds((case, *others), town.at)
    since = free_since(case, town.at, recorded=town.recorded, others=others)
    assert holding or since is not None, f"{case.id}: held by nothing, and nobody owes the release"
    assert all(one.authority and one.citation for one in holding)
    if since is not None and town.at >= since + ORDINARY.unacknowledged * HOUR:
        assert "UNACKNOWLEDGED" in [one.code for one in town.noted.get(case.id, ())]


def look_at_who_was_let_go(town: Town, case: Case) -> None:
    """Whom the police let go is out, by a light charge alone, and their complaint is filed or still due; else the limit is noted."""
    assert what_holds((case,), town.at) == ()
    assert {charge.statute for charge in proposed_charges(case)} <= LIGHT_STATUTES
    (clock,) = complaint_after_release(case, town.at)
    late = "COMPLAINT_AFTER_RELEASE" in {one.code for one in town.noted.get(case.id, ())}
    assert late is (clock.state in {"LATE", "MISSED"}), case.id


def look_at_the_desks(town: Town, case: Case) -> None:
    """What each desk did stands on what must come before it."""
    for order in case.current(ReleaseOrdered):
        held = case.fact(order.hearing)
        assert isinstance(called(case.before(held)), CaseCalled), f"{case.id}: an order in a case that wasn't called"
        assert order.signer not in {one.signer for one in case.current(WorksheetSigned)}, "who recommends doesn't decide"
    for held in case.current(Arraigned):
        before = case.before(held)
        complaint = standing_complaint(before)
        assert complaint is not None, f"{case.id}: heard without a standing complaint"
        rule = rule_for(filed_charges(before), town.at)
        second = cosignature(before, complaint)
        assert rule is None or (second is not None and second.signer != complaint.signer), case.id
        if (worn := interpreter_language(before)) is not None:
            assert held.interpreter, f"{case.id}: {worn}, and nobody interpreted"
    for said in case.current(CounselPresent):
        assert claim_of(case.before(said), said.counsel) is not None
    for served in case.current(OrderServed):
        assert served.known_by == "OTN"
        order = release_order(case.before(served))
        assert order is not None
        assert special_conditions(order)
        assert (served.order, served.text_sha256) == (order.n, order.text_sha256)
    assert all(link.confirmed_by != link.linker for link in standing_links(case)), case.id
    assert waiting_links(case) == ()


def look_at_the_court(town: Town, until: Instant) -> None:
    """Every session that was over by `until` is closed and its record agrees with the cases; no docket number is given twice."""
    numbers = [docket.number for case in town.cases.values() for docket in dockets(case)]
    assert len(set(numbers)) == len(numbers) > 0
    over = sessions(town, until)
    ran = {fact.session.earliest for case in town.cases.values() for fact in case.current(CaseCalled)}
    assert {one for one in ran if one <= over[-1].begins} <= {session.begins for session in over}
    for session in over:
        record = sitting.session_record(session.starts)
        assert record is not None
        assert record.standing is not None, f"the session of {session.starts} isn't closed"
        signed, counts = canonical.read(record.standing[1]), record.counts
        assert (signed["called"], signed["heard"], signed["passed"]) == (counts.called, counts.heard, counts.passed)
        assert counts.unsettled == 0
    for case in town.cases.values():
        held = hearing(case)
        if held is not None and held.entry is not None and town.recorded[held.entry] < over[-1].begins:
            assert dockets(case), f"{case.id}: heard in a session that is closed, and without a number"
    assert numbering.still_out().forms == (), "a paper form is neither entered nor void"


def sessions(town: Town, until: Instant) -> list[Session]:
    """Return the sessions from the first arrest on that were over by `until`."""
    calendar = calendaring.court_calendar()
    at = min(began.earliest for case in town.cases.values() if (began := custody_began(case)) is not None)
    found: list[Session] = []
    while (session := session_at(calendar, at, ZONE)).ends <= until:
        found.append(session)
        at = session.ends
    return found


def look_at_the_choices(town: Town) -> None:
    """A worksheet decides nothing: of the same recommendation come orders of several types."""
    pairs = {
        (sheet.recommendation, order.types)
        for case in town.cases.values()
        if (sheet := last_worksheet(case)) is not None and (order := release_order(case)) is not None
    }
    for recommended in {one for one, _ in pairs}:
        assert len({types for one, types in pairs if one == recommended}) > 1, recommended
