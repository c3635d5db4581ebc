"""Orders that another one lifts, on the screens: a record is sealed and comes back, access is limited and no longer. Each leaves it as it was."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pars.edge.city.agreements import SUPERVISION
from pars.store import ledger, rows, shares
from tests.agreements import SEATS
from tests.web import pages
from tests.web.test_court_orders import SURNAME, numbered, officer, paper, record, served

if TYPE_CHECKING:
    from tests.web.test_court_orders import Seat
    from tests.web.town import Town


def test_a_sealed_record_comes_back_on_the_page_with_two_owners_shares(seat: Seat, sealed: Town) -> None:
    clerk, other = seat("clerk"), officer(seat)
    case_id = sealed.cases[SURNAME]
    order = numbered(record(clerk, case=case_id, means="sealed"))
    served(clerk, order)
    other.post(f"/orders/{order}/tell")
    assert "Carried out." in pages.text(other.post(f"/orders/{order}/carry-out", follow=True))
    held = {on: shares.share_file(order, on).read_bytes() for on in SEATS}
    lifting = numbered(record(clerk, case="", means="lifted", lifts=str(order)))
    back = lambda client, **brought: client.post(  # noqa: E731
        f"/orders/{lifting}/bring-back", {f"share-{on}": paper(text) for on, text in brought.items()}, follow=True
    )
    assert "Bring the sealed record back" not in pages.text(other.get("/orders")), "the owners don't have the order yet"
    assert back(other, city=held["city"], courts=held["courts"]).status_code == 422
    served(clerk, lifting)
    ready = other.get("/orders")
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


def test_a_limited_record_says_on_its_page_who_reads_it_still_and_why(seat: Seat, sealed: Town) -> None:
    clerk, other = seat("clerk"), officer(seat)
    case = f"/cases/{sealed.cases[SURNAME]}"
    order = numbered(record(clerk, case=sealed.cases[SURNAME], means="limited"))
    assert "Limit the access" not in pages.text(other.get("/orders")), "the owners don't have the order yet"
    assert other.post(f"/orders/{order}/limit").status_code == 422
    served(clerk, order)
    assert "Access is limited" not in pages.text(clerk.get(case))
    ready = other.get("/orders")
    assert "Limit the access" in pages.text(ready)
    assert pages.faults(pages.read(ready)) == []
    assert "Carried out." in pages.text(other.post(f"/orders/{order}/limit", follow=True))
    shown = clerk.get(case)
    text = pages.text(shown)
    assert pages.faults(pages.read(shown)) == []
    assert f"Order {order}, carried out by" in text
    assert f"{SUPERVISION.agency['name']}: a criminal justice agency" in text
    assert "The person whose record it is" in text
    lifting = numbered(record(clerk, case="", means="lifted", lifts=str(order)))
    served(clerk, lifting)
    assert "End the limit of access" in pages.text(other.get("/orders"))
    assert "Carried out." in pages.text(other.post(f"/orders/{lifting}/limit", follow=True))
    ended = pages.text(clerk.get(case))
    assert "Who still reads this record" not in ended
    assert "A court ended the limit of access" in ended
