"""Orders that another one lifts, on the screens: a record is sealed and comes back, access is limited and no longer. Each leaves it as it was."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pars.actions import disclosing, intake
from pars.core.access.court_orders import KEEPERS
from pars.core.access.decision import Caller
from pars.core.cases.facts import ChargeProposed
from pars.edge.city.agreements import SUPERVISION
from pars.store import ledger, rows, shares
from tests.agreements import SEATS
from tests.web import pages
from tests.web.test_court_orders import SURNAME, carried, numbered, officer, paper, record, served
from tests.web.town import PASSWORD, done, question

if TYPE_CHECKING:
    from tests.web.test_court_orders import Seat
    from tests.web.town import Town


def test_a_sealed_record_comes_back_on_the_page_with_two_owners_shares(seat: Seat, sealed: Town) -> None:
    clerk, other = seat("clerk"), officer(seat)
    case_id = sealed.cases[SURNAME]
    order = numbered(record(clerk, case=case_id, means="sealed"))
    served(clerk, order)
    other.post(f"/orders/{order}/tell")
    assert "Carried out." in pages.text(carried(other, order, "carry-out"))
    held = {on: shares.share_file(order, on).read_bytes() for on in SEATS}
    lifting = numbered(record(clerk, case="", means="lifted", lifts=str(order)))
    back = lambda client, **brought: client.post(  # noqa: E731
        f"/orders/{lifting}/bring-back",
        {"password": PASSWORD, **{f"share-{on}": paper(text) for on, text in brought.items()}},
        follow=True,
    )
    assert "Bring the sealed record back" not in pages.text(other.get("/orders")), "the owners don't have the order yet"
    assert back(other, city=held["city"], courts=held["courts"]).status_code == 422
    served(clerk, lifting)
    ready = other.get(f"/orders/{lifting}")
    assert "Bring the sealed record back" in pages.text(ready)
    assert pages.faults(pages.read(ready)) == []
    for wrong in ({"city": held["city"]}, {"city": held["city"], "courts": b"no share"}, {}):
        assert "These aren’t two owners’ shares" in pages.text(back(other, **wrong)).replace("'", "’")
    assert "Bring the sealed record back" not in pages.text(clerk.get("/orders")), "whoever recorded it doesn't carry it out"
    assert back(clerk, city=held["city"], courts=held["courts"]).status_code == 422
    with ledger.reading():
        assert rows.load_case(case_id) is None
    assert "the record is back" in pages.text(back(other, city=held["city"], courts=held["courts"]))
    with ledger.reading():
        assert rows.load_case(case_id) is not None


def test_edge_10_a_limited_record_says_on_its_page_who_reads_it_still_and_why(seat: Seat, sealed: Town) -> None:
    clerk, other = seat("clerk"), officer(seat)
    case = f"/cases/{sealed.cases[SURNAME]}"
    order = numbered(record(clerk, case=sealed.cases[SURNAME], means="limited"))
    assert "Limit the access" not in pages.text(other.get("/orders")), "the owners don't have the order yet"
    assert carried(other, order, "limit").status_code == 422
    served(clerk, order)
    assert "Access is limited" not in pages.text(clerk.get(case))
    ready = other.get(f"/orders/{order}")
    assert "Limit the access" in pages.text(ready)
    assert pages.faults(pages.read(ready)) == []
    assert "Carried out." in pages.text(carried(other, order, "limit"))
    shown = clerk.get(case)
    text = pages.text(shown)
    assert pages.faults(pages.read(shown)) == []
    assert f"Order {order}, carried out by" in text
    assert f"{SUPERVISION.agency['name']}: a criminal justice agency" in text
    assert "The person whose record it is" in text
    lifting = numbered(record(clerk, case="", means="lifted", lifts=str(order)))
    served(clerk, lifting)
    assert "End the limit of access" in pages.text(other.get(f"/orders/{lifting}"))
    assert "Carried out." in pages.text(carried(other, lifting, "limit"))
    ended = pages.text(clerk.get(case))
    assert "Who still reads this record" not in ended
    assert "A court ended the limit of access" in ended


def test_a_single_charge_is_expunged_on_the_screens_and_the_case_keeps_the_others(seat: Seat, sealed: Town) -> None:
    clerk, other, case_id = seat("clerk"), officer(seat), sealed.cases[SURNAME]
    address = f"/cases/{case_id}"
    caller = Caller(SUPERVISION.agency["id"], sealed.by("supervision").person)
    assert isinstance(disclosing.ask(caller=caller, asked=question(SURNAME)), disclosing.Chunk)
    goes = charges(case_id)[0]
    n, stays = goes.n, ChargeProposed(arrest=goes.arrest, statute="18 § 5503", description="Disorderly humming", grade="M3")
    done(intake.correct_facts(case_id=case_id, seen=version(case_id), facts=(stays,), why="Late", by=sealed.by("booking")))
    assert f"No. {n}" in pages.text(clerk.get(address))
    assert f"No. {n}" not in pages.text(seat("booking").get(address)), "who records no order needs no number"
    for typed, says in (("x", "give their numbers"), ("999", "no such charge"), (f"{n}", "a charge of the record is expunged")):
        page = record(clerk, case=case_id, charges=typed)
        assert says in pages.text(page)
    order = numbered(page)
    served(clerk, order)
    for keeper in KEEPERS:
        clerk.post(f"/orders/{order}/serve", {"on": keeper, "copy": paper(b"A name")})
    other.post(f"/orders/{order}/tell", follow=True)
    ready = other.get(f"/orders/{order}")
    assert f"No. {n}: " in pages.text(ready)
    assert "Expunge the charges" in pages.text(ready)
    assert pages.faults(pages.read(ready)) == []
    assert "Of this record one charge alone" in pages.text(seat("supervision").get("/purges"))
    assert goes.description in pages.text(clerk.get(address))
    assert "Carried out." in pages.text(carried(other, order, "carry-out"))
    shown = clerk.get(address)
    assert pages.faults(pages.read(shown)) == []
    assert (stays.description in pages.text(shown), goes.description in pages.text(shown)) == (True, False)


def test_an_order_on_the_wrong_record_is_withdrawn_by_the_clerk(seat: Seat, sealed: Town) -> None:
    clerk, other = seat("clerk"), officer(seat)
    order = numbered(record(clerk, case=sealed.cases[SURNAME], means="sealed"))
    assert SURNAME in pages.text(other.get(f"/orders/{order}"))
    assert clerk.post(f"/orders/{order}/withdraw", {"reason": "TIRED"}).status_code == 422
    assert other.post(f"/orders/{order}/withdraw", {"reason": "WRONG_RECORD"}).status_code == 422
    gone = clerk.post(f"/orders/{order}/withdraw", {"reason": "WRONG_RECORD"}, follow=True)
    assert "Withdrawn. Nothing was carried out." in pages.text(gone)
    assert pages.faults(pages.read(gone)) == []
    assert clerk.post(f"/orders/{order}/withdraw", {"reason": "WRONG_RECORD"}).status_code == 422
    assert "Withdraw the order" not in pages.text(clerk.get(f"/orders/{order}"))
    assert other.get("/orders/9999999").status_code == 404
    assert seat("booking").get(f"/orders/{order}").status_code == 403


def charges(case_id: str) -> tuple[ChargeProposed, ...]:
    with ledger.reading():
        return rows.load_cases([case_id])[case_id].current(ChargeProposed)


def version(case_id: str) -> int:
    with ledger.reading():
        return rows.load_cases([case_id])[case_id].version
