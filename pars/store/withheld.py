"""What staff aren't shown while a restored copy knows less of courts' orders than the files of tombstones do (law L14).

Those records alone: custody work, and every read that it needs, goes on in a copy as anywhere (law L13). `pars work` takes them out within
seconds; until then they are told from others by the digests of the files, and nothing needs to be written to read.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pars.core.access.predicate import Always, Not, OneOf
from pars.core.cases import striking
from pars.core.cases.facts import Fact
from pars.store import tombstones
from pars.store.connections import connection
from pars.store.vault import KeyLost

if TYPE_CHECKING:
    from pathlib import Path

    from psycopg import Connection

    from pars.core.access.predicate import Predicate
    from pars.core.cases.case import Case
    from pars.store.connections import Row

log = logging.getLogger("pars.withheld")
_found: dict[Path, tuple[int, Withheld]] = {}


@dataclass(frozen=True, slots=True)
class Withheld:
    """The cases that are withheld whole, and the digests by which single facts of others are."""

    cases: frozenset[str] = frozenset()
    digests: frozenset[bytes] = frozenset()

    @property
    def condition(self) -> Predicate:
        """Return the condition that leaves these cases out."""
        return Not(OneOf("record", tuple(sorted(self.cases)))) if self.cases else Always()

    def seen(self, case: Case) -> Case:
        """Return a case without what an order struck from it."""
        if not self.digests or not tombstones.digests([striking.struck_from(case.id)]) <= self.digests:
            return case
        struck = {fact.n for fact in case.facts if tombstones.digests([striking.place_of(case.id, fact.n)]) <= self.digests}
        return replace(case, facts=tuple(Fact(n=fact.n, entry=fact.entry) if fact.n in struck else fact for fact in case.facts))


NOTHING = Withheld()


def now() -> Withheld:
    """Return what is withheld now: nothing, where the database knows all that the files do. It never stands in the way of a read."""
    place = tombstones.folder()
    try:
        if tombstones.looked_at():
            return NOTHING
        with connection("app") as given:
            if tombstones.clean(given):
                return NOTHING
            changed = place.stat().st_mtime_ns
            held = _found.get(place)
            if held is None or held[0] != changed:
                held = _found[place] = (changed, _read(given))
            return held[1]
    except (OSError, ValueError, KeyError, KeyLost) as wrong:
        log.warning("the files of tombstones can't be read, so that nothing is withheld from staff: %s", type(wrong).__name__)
        return NOTHING


def _read(given: Connection[Row]) -> Withheld:
    """Return what of this database the files name: whole records, and records with charges that were expunged, which are over as well."""
    digests = frozenset[bytes]().union(*(stone.digests for stone in tombstones.missing(given)))
    known = [str(row[0]) for row in given.execute("select id from cases.case_file").fetchall()]
    whole = {case_id for case_id in known if tombstones.digests([f"case:{case_id}"]) <= digests}
    parts = [case_id for case_id in known if tombstones.digests([striking.struck_from(case_id)]) <= digests]
    charges = given.execute(
        "select case_id::text, n from cases.charge_proposed where case_id = any(%(c)s::uuid[]) "
        "union all select case_id::text, n from cases.charge_filed where case_id = any(%(c)s::uuid[])",
        {"c": parts},
    ).fetchall()
    struck = {case_id for case_id, n in charges if tombstones.digests([striking.place_of(case_id, n)]) <= digests}
    return Withheld(frozenset(whole | struck), digests)
