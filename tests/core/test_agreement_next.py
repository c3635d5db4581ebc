"""The next version: made from a text, and told against the one before it."""

from __future__ import annotations

from datetime import date

import pytest

from pars.core import canonical
from pars.core.access.purposes import listed
from pars.core.agreements.differences import Difference, differences
from pars.core.agreements.renewal import renewed
from pars.core.agreements.version import Version, narrows, read_version
from pars.core.terms import DAY, end_of_day
from tests.agreements import DOCUMENT, END, NOW, START, changed, version

TEXT = canonical.write(changed(DOCUMENT, {"/number": 1, "/term/start": START, "/term/end": {"instant": END}}))


def test_a_renewal_has_another_term_and_nothing_else() -> None:
    made = read_version(renewed(TEXT, number=2, start=END, last_day=date(2028, 8, 31)))
    assert isinstance(made, Version), made
    old = version()
    assert (made.number, made.term.start, made.term.civil) == (2, END, date(2028, 8, 31))
    assert made.term.end == end_of_day(date(2028, 8, 31), "America/New_York")
    assert (made.scope, made.purposes, made.agency) == (old.scope, old.purposes, old.agency)
    assert {difference.kind for difference in differences(made, old)} == {"changed"}


def test_a_narrower_renewal_leaves_out_what_it_names_everywhere() -> None:
    text = renewed(TEXT, number=2, start=START, last_day=date(2027, 2, 1), without=["birth_date", "district"])
    made = read_version(text)
    assert isinstance(made, Version), made
    assert not {"birth_date", "district"} & (made.scope.columns | made.scope.filters)
    assert "birth_date" not in made.scope.masks
    assert narrows(made, version())
    said = [difference.says for difference in differences(made, version()) if difference.kind == "removed"]
    assert said == [
        "No longer shown: the birth date.",
        "People may no longer be looked for by: the birth date, the police district.",
    ]


CHANGES = {
    "/scope/columns": (["record", "surname", "address"], {"added", "removed"}),
    "/scope/filters": (["surname", "otn"], {"added", "removed"}),
    "/scope/masks": ({}, {"added"}),
    "/scope/rows": ({"column": "district", "is": "22nd"}, {"added", "removed"}),
    "/limits/questions_per_day": (30, {"added"}),
    "/limits/rows_per_reply": (10, {"removed"}),
    "/limits/questions_per_day_in_all": (100, {"removed"}),
    "/limits/people_per_day": (10, {"removed"}),
    "/limits/people_per_day_in_all": (10, {"removed"}),
    "/users/must": ([], {"added"}),
    "/purposes/0/evidence": ("docket", {"changed"}),
    "/purposes/0": (listed("custody").demanding("docket"), {"added", "removed"}),
    "/authority": ("Another law.", {"changed"}),
    "/parties/agency/name": ("The Sheriff's Office", {"changed"}),
    "/parties/agency/place": ({"name": "Chicago", "zone": "America/Chicago"}, {"changed"}),
    "/title": ({"en": "Warrants"}, {"changed"}),
    "/place/name": ("Riverhaven", {"changed"}),
}


@pytest.mark.parametrize("place", CHANGES)
@pytest.mark.parametrize("language", ["en", "es"])
def test_every_change_is_told(place: str, language: str) -> None:
    value, kinds = CHANGES[place]
    found = differences(version({place: value}), version(), language)  # type: ignore[arg-type]
    assert kinds <= {difference.kind for difference in found}
    assert all(difference.says for difference in found)
    back = differences(version(), version({place: value}), language)  # type: ignore[arg-type]
    opposite = {"added": "removed", "removed": "added", "changed": "changed"}
    assert {opposite[kind] for kind in kinds} <= {difference.kind for difference in back}


def test_a_mask_that_comes_narrows() -> None:
    new = version()
    old = version({"/scope/masks": {}})
    assert Difference("removed", "Of the birth date, only the year counts now.") in differences(new, old)


def test_the_same_text_changes_nothing_and_what_widens_comes_first() -> None:
    assert differences(version(), version()) == ()
    new = version({"/scope/columns": ["record", "address"], "/authority": "Another law."}, end=NOW + 60 * DAY)
    kinds = [difference.kind for difference in differences(new, version())]
    assert kinds == sorted(kinds, key=["added", "removed", "changed"].index)
