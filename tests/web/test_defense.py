"""The defense's pages: who is coming up, the claim with its warning, a client's case and papers; and that nothing crosses sides."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from pars.actions import charging, defending, disclosing, identifying, intake
from pars.core.cases.case import Case, proposed_charges
from pars.core.cases.choices import ChargeChoice
from pars.core.cases.representation import CONFLICTS, present
from pars.core.ledger.entries import Kind
from pars.store import ledger, openings
from pars.store.ledger import Done
from tests.web import pages
from tests.web.town import DRUGS, THEFT, Night, book

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from tests.web.town import Town

SECRET = "the officer saw the person leave the store"


def case_of(town: Town, surname: str, *, district: str = "77th") -> str:
    """Book an arrest of its own for a test, sent to charging."""
    book(town, Night(surname, "Rowan", "1990-01-01", 1, district, (THEFT, DRUGS)), ledger.now() - 3_600_000_000)
    case = town.case(surname)
    sent = intake.submit_for_charging(case_id=case.id, seen=case.version, by=town.by("booking"))
    assert isinstance(sent, Done), sent
    return case.id


def claim(town: Town, case_id: str, name: str = "defense", **parts: Any) -> Any:
    """Claim a case as it stands."""
    with ledger.reading():
        from pars.store import rows

        version = rows.case_version(case_id)
    return defending.claim_representation(
        **{"case_id": case_id, "seen": version, "basis": "ASSIGNED", "by": town.by(name), **parts}
    )


def together(town: Town, *surnames: str) -> list[str]:
    """Return cases of people who were arrested in one incident."""
    found = [case_of(town, surname) for surname in surnames]
    first = town.case(surnames[0]).current(_arrested())[0]
    for case_id, surname in zip(found[1:], surnames[1:], strict=True):
        from dataclasses import replace

        case = town.case(surname)
        was = case.current(_arrested())[0]
        put = intake.correct_facts(
            case_id=case_id, seen=case.version, why="one incident", by=town.by("booking"),
            facts=[replace(was, corrects=was.n, incident_number=first.incident_number)],
        )  # fmt: skip
        assert isinstance(put, Done), put
    return found


def _arrested() -> Any:
    from pars.core.cases.facts import Arrested

    return Arrested


def test_the_list_has_everybody_in_custody_once_and_says_who_stands_for_them(seat: Callable[[str], Client], town: Town) -> None:
    mine, theirs = case_of(town, "Listmine"), case_of(town, "Listtheirs")
    assert isinstance(claim(town, mine), Done)
    assert isinstance(claim(town, theirs, "second-defense"), Done)
    response = seat("defense").get("/defense")
    page = pages.read(response)
    assert pages.faults(page) == []
    assert "{" not in pages.text(response), "a word that nobody filled in"
    for part, case_id in (("yours", mine), ("others", theirs), ("nobodys", town.cases["Larkmead"])):
        places = page.xpath(f"//section[@aria-labelledby='{part}']//a/@href")
        assert f"/defense/cases/{case_id}" in {place.partition("#")[0] for place in places}, part
    answer = disclosing.coming_up(by=town.by("defense"))
    assert isinstance(answer, disclosing.ComingUp)
    assert {one.row["record"] for one in answer.people} == set(_board(town))
    assert not {"address", "birth_date", "incident_number", "proposed_charges"} & set(answer.people[0].row)


def test_whose_hearing_or_limit_is_nearest_comes_first(town: Town) -> None:
    answer = disclosing.coming_up(by=town.by("defense"))
    assert isinstance(answer, disclosing.ComingUp)
    due = [one.due for one in answer.people if one.due is not None]
    assert due == sorted(due)
    heard = [one for one in answer.people if one.row["arraigned"] and not one.row["unheard"]]
    assert heard
    assert all(one.due != one.limit for one in heard), "what was met is no longer what comes"


def _board(town: Town) -> list[str]:
    answer = disclosing.board(by=town.by("booking"))
    assert isinstance(answer, disclosing.Chunk)
    return [row["record"] for row in answer.rows]


def test_a_case_opens_to_its_counsel_alone(seat: Callable[[str], Client], town: Town) -> None:
    case_id = case_of(town, "Openmine")
    place = f"/defense/cases/{case_id}"
    shut = seat("defense").get(place)
    assert shut.status_code == 403
    assert "Claim the representation" in pages.text(shut)
    assert SECRET not in pages.text(shut)
    assert pages.faults(pages.read(shut)) == []
    done = pages.send(seat("defense"), pages.read(shut), f"{place}/claim", basis="ASSIGNED")
    assert "Your appearance is entered." in pages.text(done)
    opened = seat("defense").get(place)
    assert opened.status_code == 200
    assert pages.faults(pages.read(opened)) == []
    assert "not verified" not in pages.text(opened), "what a repository answered isn't theirs to read: nothing is said of it"
    assert seat("second-defense").get(place).status_code == 403
    assert seat("defense").get("/defense/cases/11111111-1111-4111-8111-111111111111").status_code == 404
    other = seat("second-defense").get(f"{place}/papers/complaint.pdf")
    assert other.status_code == 403
    assert seat("charging").get(place).status_code == 403
    assert seat("defense").get(f"/cases/{case_id}").status_code == 403
    assert seat("defense").get("/board").status_code == 403


def test_every_opening_and_every_refused_one_is_entered(town: Town) -> None:
    case_id = case_of(town, "Entered")
    no = disclosing.open_for_defense(case_id=case_id, by=town.by("defense"))
    assert isinstance(no, disclosing.Refused)
    assert no.refusal.code == "NOT_COUNSEL"
    assert isinstance(claim(town, case_id), Done)
    shown = disclosing.open_for_defense(case_id=case_id, by=town.by("defense"))
    assert isinstance(shown, disclosing.Defended)
    found = disclosing_kinds(no.entry, shown.entry)
    assert found == [Kind.REFUSED, Kind.SHOWN]


def disclosing_kinds(*numbers: int) -> list[Kind]:
    """Return the kinds of these entries."""
    from pars.store.connections import connection

    with connection("app") as given:
        found = dict(given.execute("select id, kind from ledger.entry where id = any(%s)", [list(numbers)]).fetchall())
    return [Kind(found[number]) for number in numbers]


def test_the_police_report_is_shown_only_under_the_role_that_the_owners_gave_it_to(
    seat: Callable[[str], Client], town: Town
) -> None:
    case_id = case_of(town, "Switched")
    for name in ("defense", "report-defense"):
        assert isinstance(claim(town, case_id, name, said="alone in it"), Done)
    without, with_report = (seat(name).get(f"/defense/cases/{case_id}") for name in ("defense", "report-defense"))
    assert SECRET not in pages.text(without)
    assert SECRET in pages.text(with_report)
    assert "account:read" in pages.text(without)
    assert "account:read" not in pages.text(with_report)
    assert "not shown to the defense" in pages.text(seat("defense").get("/defense"))
    assert "not shown to the defense" not in pages.text(seat("report-defense").get("/defense"))
    assert seat("defense").get(f"/defense/cases/{case_id}/papers/affidavit.pdf").status_code == 403
    assert seat("report-defense").get(f"/defense/cases/{case_id}/papers/affidavit.pdf").status_code == 200


def test_a_decision_s_reason_and_a_charge_that_was_not_filed_stay_with_the_prosecutor(
    seat: Callable[[str], Client], town: Town
) -> None:
    case_id = case_of(town, "Workproduct")
    case = town.case("Workproduct", "charging")
    first, second = proposed_charges(case)
    choices = [
        ChargeChoice(decision="APPROVE", proposed=first.n),
        ChargeChoice(decision="DECLINE", proposed=second.n, reason="EVIDENCE", note="the witness wavers"),
    ]
    assert isinstance(
        charging.decide_charges(case_id=case_id, seen=case.version, choices=choices, by=town.by("charging")), Done
    )
    assert isinstance(claim(town, case_id), Done)
    text = pages.text(seat("defense").get(f"/defense/cases/{case_id}"))
    assert "Theft By Unlaw Taking" in text
    assert "wavers" not in text
    assert "Int Poss Contr Subst" not in text
    assert "the witness wavers" in pages.text(seat("charging").get(f"/cases/{case_id}"))


def test_a_conflict_is_warned_of_without_a_name(seat: Callable[[str], Client], town: Town) -> None:
    first, second = together(town, "Cofirst", "Cosecond")
    assert isinstance(claim(town, first), Done)
    place = f"/defense/cases/{second}"
    for name, level in (("defense", "YOURS"), ("second-defense", "OFFICE")):
        text = pages.text(seat(name).get(place))
        assert CONFLICTS[level] in text  # type: ignore[index]
        assert "Cofirst" not in text
    assert CONFLICTS["OFFICE"] not in pages.text(seat("report-defense").get(place)), "another office"
    page = pages.read(seat("second-defense").get(place))
    refused = pages.send(seat("second-defense"), page, f"{place}/claim", basis="ASSIGNED")
    assert refused.status_code == 422
    assert pages.summary(pages.read(refused))[0][0] == "id_said"
    taken = pages.send(seat("second-defense"), pages.read(refused), f"{place}/claim", said="waived by both")
    assert "Your appearance is entered." in pages.text(taken)
    assert "waived by both" in pages.text(taken)
    assert "waived by both" not in pages.text(seat("charging").get(f"/cases/{second}"))


def test_counsel_s_presence_is_seen_by_court_and_defense_and_nobody_else(seat: Callable[[str], Client], town: Town) -> None:
    case_id = case_of(town, "Presentable")
    place = f"/defense/cases/{case_id}"
    assert isinstance(claim(town, case_id), Done)
    page = pages.read(seat("defense").get(place))
    marked = pages.send(seat("defense"), page, f"{place}/presence", how="VIDEO")
    assert "Counsel present" in pages.text(marked)
    bench, prosecution = (pages.text(seat(name).get(f"/cases/{case_id}")) for name in ("bench", "charging"))
    assert "Counsel present: by video" in bench
    assert "Counsel present" not in prosecution
    assert present(town.case("Presentable", "bench")) is not None
    away = pages.send(seat("defense"), pages.read(marked), f"{place}/presence", away="1", how="VIDEO")
    assert "Taken back." in pages.text(away)
    assert present(town.case("Presentable", "bench")) is None


def test_what_changed_since_counsel_looked_is_told(seat: Callable[[str], Client], town: Town) -> None:
    case_id = case_of(town, "Changing")
    assert isinstance(claim(town, case_id), Done)
    client = seat("defense")
    client.get(f"/defense/cases/{case_id}")
    line = _mine(client, case_id)
    assert "Changed" not in line
    case = town.case("Changing", "charging")
    choices = [ChargeChoice(decision="APPROVE", proposed=charge.n) for charge in proposed_charges(case)]
    assert isinstance(
        charging.decide_charges(case_id=case_id, seen=case.version, choices=choices, by=town.by("charging")), Done
    )
    line = _mine(client, case_id)
    assert "Changed 1 new on the timeline" in line
    assert "Approved" not in line, "the list's entry names columns; facts are shown where the case is opened"
    answer = disclosing.coming_up(by=town.by("defense"))
    assert isinstance(answer, disclosing.ComingUp)
    (told,) = (one for one in answer.people if one.row["record"] == case_id)
    assert told.unseen == 1
    assert not [name for name in type(told).__dataclass_fields__ if isinstance(getattr(told, name), Case)]
    assert "New" in pages.text(client.get(f"/defense/cases/{case_id}"))
    assert "Changed" not in _mine(client, case_id)


def test_what_the_defense_may_not_read_is_not_counted_as_new(seat: Callable[[str], Client], town: Town) -> None:
    case_id = case_of(town, "Uncounted")
    assert isinstance(claim(town, case_id), Done)
    client = seat("defense")
    client.get(f"/defense/cases/{case_id}")
    case = town.case("Uncounted", "charging")
    choices = [ChargeChoice(decision="DECLINE", proposed=charge.n, reason="EVIDENCE") for charge in proposed_charges(case)]
    assert isinstance(
        charging.decide_charges(case_id=case_id, seen=case.version, choices=choices, by=town.by("charging")), Done
    )
    assert "Changed" not in _mine(client, case_id)


def _mine(client: Client, case_id: str) -> str:
    rows = pages.read(client.get("/defense")).xpath("//section[@aria-labelledby='yours']//tbody/tr")
    (found,) = [row for row in rows if case_id in str(row.xpath(".//a/@href"))]
    return " ".join(found.text_content().split())


def test_who_withdraws_sees_the_case_no_longer(seat: Callable[[str], Client], town: Town) -> None:
    case_id = case_of(town, "Withdrawn")
    place = f"/defense/cases/{case_id}"
    assert isinstance(claim(town, case_id), Done)
    page = pages.read(seat("defense").get(place))
    empty = pages.send(seat("defense"), page, f"{place}/end", reason="")
    assert empty.status_code == 422
    assert pages.faults(pages.read(empty)) == []
    gone = pages.send(seat("defense"), pages.read(empty), f"{place}/end", reason="A conflict was found")
    assert "The case is closed to you." in pages.text(gone)
    assert seat("defense").get(place).status_code == 403


def test_papers_are_recorded_and_the_victim_s_notice_is_not_among_them(seat: Callable[[str], Client], town: Town) -> None:
    case_id = town.cases["Vexley"]
    assert isinstance(claim(town, case_id, said="none"), Done)
    client = seat("defense")
    page = pages.read(client.get(f"/defense/cases/{case_id}"))
    hrefs = page.xpath("//section[@aria-labelledby='papers']//a/@href")
    named = {href.split("/papers/")[1].partition(".")[0] for href in hrefs}
    assert {"complaint", "order", "notice"} <= named
    assert "victim-notice" not in named
    given = client.get(next(href for href in hrefs if "notice.pdf" in href))
    assert given.status_code == 200
    assert given.content.startswith(b"%PDF")
    assert disclosing_kinds(int(given["PARS-Entry"])) == [Kind.SHOWN]
    assert client.get(f"/defense/cases/{case_id}/papers/victim-notice.pdf").status_code == 403


def test_a_stale_claim_is_shown_again_about_the_case_as_it_stands(seat: Callable[[str], Client], town: Town) -> None:
    case_id = case_of(town, "Staleclaim")
    place = f"/defense/cases/{case_id}"
    page = pages.read(seat("defense").get(place))
    assert isinstance(claim(town, case_id, "report-defense"), Done)
    stale = pages.send(seat("defense"), page, f"{place}/claim", basis="RETAINED")
    assert stale.status_code == 422
    assert "has changed since you opened it" in pages.text(stale)
    again = pages.send(seat("defense"), pages.read(stale), f"{place}/claim")
    assert "Your appearance is entered." in pages.text(again)


@pytest.mark.parametrize("name", ["booking", "charging", "bench", "custodian", "supervision", "auditor", "stranger"])
def test_the_defense_s_pages_are_for_the_defense(name: str, seat: Callable[[str], Client]) -> None:
    assert seat(name).get("/defense").status_code in {302, 403}


def test_reads_are_known_from_the_ledger_and_only_one_s_own(town: Town) -> None:
    case_id = case_of(town, "Ownreads")
    assert isinstance(claim(town, case_id), Done)
    shown = disclosing.open_for_defense(case_id=case_id, by=town.by("defense"))
    assert isinstance(shown, disclosing.Defended)
    with ledger.reading():
        mine = openings.last_opened([case_id], person=town.by("defense").person, act="defense:read")
        others = openings.last_opened([case_id], person=town.by("charging").person, act="defense:read")
    assert mine == {case_id: shown.case.version}
    assert others == {}
    assert identifying.people()[town.by("defense").person] == "Wilmot Larkspur"
