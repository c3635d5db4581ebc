"""Presence and reads never cross sides: whoever opens a case is seen by colleagues on their own side, and by nobody else."""

from __future__ import annotations

import json
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from pars.core import canonical
from pars.core.access.presence import LASTS, Opening, colleagues, side_of
from pars.core.access.role import Role, read_role
from pars.core.terms import Instant

CITY = Path(__file__).parents[2] / "pars/config/city/roles"


def read(path: Path) -> Role:
    role = read_role(canonical.write(json.loads(path.read_text())))
    assert isinstance(role, Role)
    return role


ROLES = [read(path) for path in sorted(CITY.glob("*.json"))]
READERS = [role for role in ROLES if role.scope.columns]
NOW = Instant(1_800_000_000_000_000)
PEOPLE = st.sampled_from([f"p-{n}" for n in range(6)])
OPENINGS = st.lists(
    st.builds(Opening, PEOPLE, st.sampled_from(READERS), st.integers(-2 * LASTS, LASTS).map(lambda away: Instant(NOW + away))),
    max_size=20,
)


@given(OPENINGS, PEOPLE, st.sampled_from(READERS))
def test_presence_never_crosses_sides(openings: list[Opening], person: str, role: Role) -> None:
    """Whoever is shown opened it under a role of the reader's own side, within the time, and isn't the reader; nobody such is missing."""
    shown = dict(colleagues(openings, person=person, role=role, at=NOW))
    naive: dict[str, int] = {}
    for one in openings:
        ours = role.owner == one.role.owner and not any(act.startswith("defense:") for act in role.acts | one.role.acts)
        if ours and one.person != person and -LASTS < one.at - NOW <= 0:
            naive[one.person] = max(one.at, naive.get(one.person, one.at))
    assert shown == naive


@given(OPENINGS, PEOPLE, st.sampled_from(READERS))
def test_what_others_do_changes_nothing_that_a_side_sees(openings: list[Opening], person: str, role: Role) -> None:
    """Take away every opening by another side: the reader sees exactly the same, so that nothing of theirs can be told from it."""
    own = [one for one in openings if side_of(one.role) is not None and side_of(one.role) == side_of(role)]
    assert colleagues(openings, person=person, role=role, at=NOW) == colleagues(own, person=person, role=role, at=NOW)


def test_prosecution_and_defense_are_never_one_side() -> None:
    sides = {role.name: side_of(role) for role in READERS}
    assert sides["charging_attorney"] == sides["charging_supervisor"] == "prosecutor"
    defense = [
        name for name, role in ((one.name, one) for one in READERS) if any(act.startswith("defense:") for act in role.acts)
    ]
    assert defense
    assert {sides[name] for name in defense} == {None}
    assert "prosecutor" not in {sides[role.name] for role in READERS if role.owner != "prosecutor"}
