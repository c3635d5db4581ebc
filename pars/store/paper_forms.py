"""Paper forms as rows: which were printed, which made void, in which case each was entered; what is left is still out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pars.core.cases.paper_forms import FormNumber, FormState
from pars.core.terms import Instant
from pars.store.connections import current

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True, kw_only=True)
class Out:
    """A form that was printed, not entered and not made void: somebody may still hold it."""

    number: FormNumber
    form: str
    printed: Instant


def lock_of(site: str) -> str:
    """Return what to name in `acting(exclusive=…)` before a site's forms are printed, entered or made void."""
    return f"forms:{site}"


def last_number(site: str) -> int:
    """Return the last number that was printed for a site, 0 where none was."""
    row = (
        current()
        .connection.execute(
            'select coalesce(max(first + "count" - 1), 0) from governance.forms_printed where site = %s', [site]
        )
        .fetchone()
    )
    return 0 if row is None else int(row[0])


def state_of(number: FormNumber) -> FormState:
    """Return what is known of a form."""
    given = current().connection
    printed = given.execute(
        'select form from governance.forms_printed where site = %s and %s between first and first + "count" - 1',
        [number.site, number.number],
    ).fetchone()
    voided = given.execute(
        "select 1 from governance.form_voided where (site, number) = (%s, %s)", [number.site, number.number]
    ).fetchone()
    used = given.execute("select case_id from cases.paper_entered where form = %s", [str(number)]).fetchone()
    return FormState(
        form=None if printed is None else printed[0],
        voided=voided is not None,
        case=None if used is None else str(used[0]),
    )


def still_out(site: str | None = None) -> Iterator[Out]:
    """Give the forms that are still out, of one site or of all, in the order of their numbers."""
    given = current().connection
    void = {(row[0], row[1]) for row in given.execute("select site, number from governance.form_voided")}
    used = {row[0] for row in given.execute("select form from cases.paper_entered")}
    printed = given.execute(
        'select p.site, p.form, p.first, p."count", e.at from governance.forms_printed p join ledger.entry e on e.id = p.entry '
        "where p.site = coalesce(%s, p.site) order by p.site, p.first",
        [site],
    )
    for name, form, first, count, at in printed.fetchall():
        for place in range(first, first + count):
            number = FormNumber(name, place)
            if (name, place) not in void and str(number) not in used:
                yield Out(number=number, form=form, printed=Instant(at))
