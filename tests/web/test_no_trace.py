"""What a court ordered away leaves no trace in the person's other case, on no page and in no answer (law L14)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from pars.actions import disclosing
from pars.core.access.court_orders import KEEPERS
from tests import desks
from tests.web import pages
from tests.web.test_court_orders import SURNAME, carried, numbered, officer, paper, record, served

if TYPE_CHECKING:
    from tests.web.test_court_orders import Seat
    from tests.web.town import Town


def test_what_was_expunged_is_in_no_page_of_the_persons_other_case(seat: Seat, sealed: Town) -> None:
    from pars.edge.api.opened import case_json  # it reads Django's settings

    clerk, other, asks = seat("clerk"), officer(seat), sealed.by("booking")
    gone, stays = sealed.cases[SURNAME], sealed.cases["Larkmead"]
    desks.linked(stays, gone, by=asks)
    pages_of = [f"/cases/{stays}{page}" for page in ("", "/person", "/same-person")]

    def told() -> str:
        shown = disclosing.open_case(case_id=stays, by=asks)
        assert isinstance(shown, disclosing.CaseShown)
        return "".join([json.dumps(case_json(shown)), *(pages.text(seat("booking").get(page)) for page in pages_of), links()])

    def links() -> str:
        return " ".join(pages.read(seat("booking").get(pages_of[1])).xpath("//a/@href"))

    traces = (gone, "nother case", "One SID", "person_linked", "PersonLinked")
    assert [trace for trace in traces if trace not in told()] == []
    order = numbered(record(clerk, case=gone))
    served(clerk, order)
    for keeper in KEEPERS:
        clerk.post(f"/orders/{order}/serve", {"on": keeper, "copy": paper(b"A name")})
    other.post(f"/orders/{order}/tell")
    assert "Carried out." in pages.text(carried(other, order, "carry-out"))
    assert [trace for trace in (*traces, SURNAME) if trace in told()] == []
    assert "None was linked in this case." in pages.text(seat("booking").get(pages_of[1]))
