"""Court orders on the screens: the clerk records, an officer carries out, the agency answers; nobody's name is there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.files.uploadedfile import SimpleUploadedFile

from pars.actions import disclosing, founding, identifying
from pars.core.access.decision import Caller
from pars.edge.city.agreements import SUPERVISION
from pars.store import ledger, rows
from tests.agreements import SEATS
from tests.web import pages
from tests.web.town import PASSWORD, done, question

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from tests.web.town import Town

    Seat = Callable[[str], Client]

SURNAME = "Thistlemark"


def paper(words: bytes = b"An order") -> SimpleUploadedFile:
    return SimpleUploadedFile("order.pdf", words)


def record(client: Client, **typed: Any) -> Any:
    given = {"means": "expunged", "case": "", "lifts": "", "final": "", "paper": paper(), **typed}
    return client.post("/orders", {name: value for name, value in given.items() if value is not None}, follow=True)


def officer(seat: Seat) -> Client:
    if identifying.person_of("oscar") is None:
        person = identifying.make_account(username="oscar", name="Oscar Winterbourne", password=PASSWORD)
        done(founding.give_grant(person=person, role="access_officer"))
    return seat("oscar")


def numbered(page: Any) -> int:
    return max(int(name.removeprefix("o")) for name in pages.read(page).xpath("//article/@aria-labelledby") if name[0] == "o")


def carried(client: Client, order: int, act: str = "carry-out", **given: Any) -> Any:
    """Carry an order out, with the password."""
    return client.post(f"/orders/{order}/{act}", {"password": PASSWORD, **given}, follow=True)


def served(clerk: Client, order: int) -> None:
    for on in SEATS:
        assert clerk.post(f"/orders/{order}/serve", {"on": on}).status_code == 302


def test_an_order_goes_from_the_paper_to_the_agencys_answer(seat: Seat, sealed: Town) -> None:
    caller = Caller(SUPERVISION.agency["id"], sealed.by("supervision").person)
    assert isinstance(disclosing.ask(caller=caller, asked=question(SURNAME)), disclosing.Chunk)
    clerk, other = seat("clerk"), officer(seat)
    case_id = sealed.cases[SURNAME]
    empty = clerk.get("/orders")
    assert pages.faults(pages.read(empty)) == []
    assert "No order waits." in pages.text(empty)
    taken = record(clerk, case=case_id)
    text = pages.text(taken)
    assert "the record is expunged" in text
    assert "Not everybody has the order who must" in text
    assert "1 agency that was shown the record is still to be told" in text
    order = int(pages.read(taken).xpath("//article/@aria-labelledby")[0].removeprefix("o"))
    for on in ("city", "courts", "prosecutor", "CENTRAL_REPOSITORY", "PROSECUTOR"):
        copy = {"copy": paper(b"A name")} if on.isupper() else {}
        assert clerk.post(f"/orders/{order}/serve", {"on": on, **copy}).status_code == 302
    clerk.post(f"/orders/{order}/preserve", {"reason": "APPEAL"})
    assert "The record must be preserved: the order was appealed" in pages.text(other.get("/orders"))
    clerk.post(f"/orders/{order}/preserve", {"reason": "APPEAL", "ends": "yes"})
    assert "A colleague carries it out" not in pages.text(clerk.get("/orders")), "an agency is still to be told"
    shown = other.post(f"/orders/{order}/tell", follow=True)
    assert "An agency was told to destroy its copies." in pages.text(shown)
    assert "Nothing brings it back." not in pages.text(shown), "the list doesn't say which record it is"
    one = other.get(f"/orders/{order}")
    assert pages.faults(pages.read(one)) == []
    for word in ("Nothing brings it back.", SURNAME, case_id, "Retail Theft", "That you saw this is entry"):
        assert word in pages.text(one), word
    assert "Withdraw the order" in pages.text(clerk.get(f"/orders/{order}"))
    wrong = other.post(f"/orders/{order}/carry-out", {"password": "wrong", "case": case_id})
    assert (wrong.status_code, "nothing was carried out" in pages.text(wrong)) == (422, True)
    assert other.post(f"/orders/{order}/carry-out", {"case": case_id}).status_code == 422
    assert carried(other, order, case="00000000-0000-0000-0000-000000000000").status_code == 422
    assert "A colleague carries it out" in pages.text(clerk.get(f"/orders/{order}"))
    assert carried(clerk, order, "carry-out").status_code == 422
    assert "Carried out." in pages.text(carried(other, order, case=case_id))
    assert "Nothing brings it back." not in pages.text(other.get(f"/orders/{order}"))
    with ledger.reading():
        assert rows.load_case(case_id) is None
    for name in ("clerk", "auditor"):
        assert SURNAME not in pages.text(seat(name).get("/orders"))
    answered(seat)
    assert "Every copy was destroyed" in pages.text(other.get("/orders"))


def answered(seat: Seat) -> None:
    agent = seat("supervision")
    listed = agent.get("/purges")
    assert pages.faults(pages.read(listed)) == []
    assert SURNAME not in pages.text(listed)
    (purge,) = pages.read(listed).xpath("//input[@name='purge']/@value")
    wrong = agent.post("/purges", {"purge": purge})
    assert wrong.status_code == 422
    assert [says for _, says in pages.summary(pages.read(wrong))] == [
        "What became of every copy: choose one.",
        "What shows it: choose a file.",
    ]
    said = {"purge": purge, f"p{purge}-outcome": "DESTROYED", f"p{purge}-shown": paper(b"Shredded")}
    assert "Nothing is to be destroyed." in pages.text(agent.post("/purges", said, follow=True))


def test_what_is_wrong_stands_at_its_field(seat: Seat, town: Town) -> None:
    clerk = seat("clerk")
    assert "The order: choose a file." in pages.text(record(clerk, case=town.cases[SURNAME], paper=None))
    assert "What it says: choose one." in pages.text(record(clerk, case=town.cases[SURNAME], means=""))
    page = record(clerk, case=town.cases["Bexfield"])
    assert "The case isn't over" in pages.text(page)
    assert "There is no such case" in pages.text(record(clerk, case="nothing"))
    assert "It lifts no order" in pages.text(record(clerk, means="lifted", case="", lifts="7"))
    assert clerk.post("/orders/7/serve", {"on": "city"}).status_code == 422
    assert clerk.post("/orders/7/burn").status_code == 404
    assert clerk.post(f"/orders/{2**63}/serve").status_code == 404


def test_who_has_nothing_to_do_with_orders_sees_none(seat: Seat, town: Town) -> None:
    assert seat("booking").get("/orders").status_code == 403
    assert seat("supervision").get("/orders").status_code == 403
    assert seat("clerk").get("/purges").status_code == 403
    assert "An order came in" not in pages.text(seat("auditor").get("/orders"))
