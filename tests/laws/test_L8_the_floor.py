"""L8: whatever owners agree to, nothing below the floor goes out."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from pars.core.access.catalogue import COLUMNS
from pars.core.access.floor import FLOOR, READS_LIMITED, RECIPIENTS, ZONE, floor, names_a_person
from pars.core.access.predicate import Leaf
from pars.core.access.scope import Scope, asked, meet, shown
from pars.core.terms import Instant, start_of_day
from tests import strategies

AT = st.integers(start_of_day(date(1975, 1, 1), ZONE), start_of_day(date(2060, 1, 1), ZONE)).map(Instant)
RECIPIENT = st.sampled_from([*RECIPIENTS, "somebody_else"])


@given(strategies.scopes(), RECIPIENT, AT, st.booleans(), strategies.records())
def test_what_law_forbids_stays_in_whatever_is_agreed(
    agreed: Scope, recipient: str, at: Instant, named: bool, record: dict[str, object]
) -> None:
    row = shown(record, meet(agreed, floor(recipient, at, named=named)))
    if row is None:
        return
    (law,) = (row for row in FLOOR if row.recipient == recipient and row.period.covers(at))
    assert record["adult"] is True
    assert record["access_limited"] is False or READS_LIMITED[recipient]
    assert {COLUMNS[name].data_class for name in row} <= {*law.classes, *(law.named_only if named else ())}


@given(strategies.scopes(), RECIPIENT, AT, st.lists(strategies.leaves(), max_size=3))
def test_a_sweep_gets_nothing_investigative_and_picks_nobody_by_language(
    agreed: Scope, recipient: str, at: Instant, where: list[Leaf]
) -> None:
    granted = meet(agreed, floor(recipient, at, named=names_a_person(where)))
    narrowed = asked(granted, ["incident_number"], where)
    if isinstance(narrowed, Scope):
        assert names_a_person(where)
        assert "language" not in {leaf.column for leaf in where}


@given(RECIPIENT, AT, strategies.records())
def test_a_named_request_only_adds(recipient: str, at: Instant, record: dict[str, object]) -> None:
    sweep, named = floor(recipient, at), floor(recipient, at, named=True)
    assert sweep.columns <= named.columns
    assert sweep.filters <= named.filters
    assert sweep.rows == named.rows
