"""Docket numbers and results: what the court gives an arrest, and who has acknowledged what came of the hearing.

One arrest (an OTN) may reach several dockets, by a new filing or in a higher court, and several arrests one docket: each number is
a fact of its own that names its arrests, so that whatever happens to one says nothing of the others.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from pars.core.cases.case import Case, Change, arrests, as_seen, change, hearing, release_order
from pars.core.cases.charging import standing_complaint
from pars.core.cases.facts import DocketGiven, ResultSent
from pars.core.cases.numbers import kept_number, refuse_number
from pars.core.ledger.entries import Kind
from pars.core.terms import Instant, Refusal, moment

RECEIVERS: Mapping[str, str] = MappingProxyType({"CUSTODY": "The custodian", "CASE_SYSTEM": "The court's case system"})
"""Who gets the result of a hearing."""


def docket_number(prefix: str, sequence: int, year: int) -> str:
    """Return the number with its place in the sequence of a civil year of the court's: `MC-51-CR-0012345-2018`."""
    return f"{prefix}-{sequence:07}-{year}"


def dockets(case: Case, arrest: int | None = None) -> tuple[DocketGiven, ...]:
    """Return the docket numbers that stand; of one arrest, where its number is given."""
    found = case.current(DocketGiven)
    if arrest is None:
        return found
    wanted = case.standing(arrest).n
    return tuple(docket for docket in found if wanted in {case.standing(n).n for n in docket.arrests})


def give_docket(
    case: Case | None,
    seen: int,
    *,
    number: str | None = None,
    arrests_of: tuple[int, ...] = (),
    instead_of: int | None = None,
    why: str | None = None,
    at: Instant,
    zone: str,
    prefix: str | None,
    drawn: int,
    anothers: bool = False,
) -> Change | Refusal:
    """Record the docket number that the court gave; without one the next of the year's sequence is drawn, where the court lets it.

    `prefix` begins the numbers that may be drawn (None: none may), `drawn` is the last that was given in this civil year of the
    court's. `arrests_of` are the arrests that it is for, all of the case where none is named. `anothers`: the number stands in a
    case of another person.
    """
    found = as_seen(case, seen)
    if isinstance(found, Refusal):
        return found
    if hearing(found) is None and standing_complaint(found) is None:
        return Refusal(
            code="NO_COMPLAINT",
            says="A docket is opened by a complaint, and none that is signed stands in this case.",
            remedy="Wait until the complaint is signed.",
        )
    year = moment(at, zone).year
    given = kept_number("docket", (number or "").strip())
    if given is None and prefix is not None:
        given = docket_number(prefix, drawn + 1, year)
    about = arrests_of or tuple(arrest.n for arrest in arrests(found))
    refusal = _refuse_docket(given, year) or _refuse_arrests(found, about) or _refuse_replaced(found, instead_of, why)
    if refusal is not None:
        return refusal
    assert given is not None, "the refusal says so"
    if anothers:
        return Refusal(
            code="DOCKET_OF_ANOTHER",
            says="This docket number stands in a case of another person.",
            remedy="Look at the number again. If both cases are of one person, link them first.",
            names=("number",),
        )
    if any((d.number, set(d.arrests)) == (given, set(about)) for d in dockets(found) if d.n != instead_of):
        return Refusal(code="DOCKET_TWICE", says="This docket number stands here for these arrests already.", names=("number",))
    fact = DocketGiven(
        number=given,
        arrests=about,
        drawn=not (number or "").strip(),
        corrects=instead_of,
        why=(why or "").strip() or None if instead_of is not None else None,
    )
    return change(Kind.DOCKET_GIVEN, found, (fact,), {"drawn": int(fact.drawn), "arrests": len(about)})


def _refuse_docket(given: str | None, year: int) -> Refusal | None:
    if given is None:
        return Refusal(
            code="DOCKET_NEEDED",
            says="The court's own case system gives the docket number; none is drawn here.",
            remedy="Copy it from there, like MC-51-CR-0012345-2018.",
            names=("number",),
        )
    refusal = refuse_number("docket", given)
    if refusal is not None:
        return Refusal(code=refusal.code, says=refusal.says, remedy=refusal.remedy, names=("number",))
    if int(given[-4:]) > year:
        return Refusal(
            code="DOCKET_YEAR",
            says=f"The docket number is of {given[-4:]}, and the court's year is {year}.",
            remedy="A docket has the year in which it was opened; copy it again.",
            names=("number",),
        )
    return None


def _refuse_arrests(case: Case, about: tuple[int, ...]) -> Refusal | None:
    standing = {arrest.n for arrest in arrests(case)}
    if set(about) <= standing:
        return None
    return Refusal(
        code="NO_SUCH_ARREST",
        says="The docket is for an arrest that doesn't stand in this case.",
        remedy="Open the case again and choose among its arrests.",
        names=("arrests",),
    )


def _refuse_replaced(case: Case, instead_of: int | None, why: str | None) -> Refusal | None:
    if instead_of is None:
        return None
    if instead_of not in {docket.n for docket in dockets(case)}:
        return Refusal(code="NO_SUCH_DOCKET", says="The docket number to correct doesn't stand here.", names=("instead_of",))
    if not (why or "").strip():
        return Refusal(code="REASON_NEEDED", says="A correction needs a reason.", names=("why",))
    return None


# ---------------------------------------------------------------- results


def results_owed(case: Case) -> tuple[str, ...]:
    """Return the receivers that haven't acknowledged what the hearing and its order say now; none before a hearing."""
    held, order = hearing(case), release_order(case)
    if held is None:
        return ()
    now = (held.n, order.n if order is not None else None)
    told = {sent.to for sent in case.current(ResultSent) if (sent.hearing, sent.order) == now}
    return tuple(to for to in RECEIVERS if to not in told)


def send_result(case: Case | None, seen: int, *, to: str, receipt: str) -> Change | Refusal:
    """Record that a receiver acknowledged the result as it stands. An order changed later is owed to them anew."""
    found = as_seen(case, seen)
    if isinstance(found, Refusal):
        return found
    held, order = hearing(found), release_order(found)
    if held is None:
        return Refusal(
            code="NO_HEARING", says="No hearing is recorded, so there is no result.", remedy="Hold the hearing first."
        )
    if order is None and held.probable_cause is not False:
        return Refusal(
            code="NO_ORDER", says="The release order isn't signed yet, so the result isn't whole.", remedy="Wait for the order."
        )
    if to not in RECEIVERS:
        return Refusal(
            code="UNKNOWN_RECEIVER", says="Nobody of this kind gets results.", remedy=f"{', '.join(RECEIVERS)}.", names=("to",)
        )
    if not receipt.strip():
        return Refusal(
            code="RECEIPT_NEEDED",
            says="An acknowledgement names who took the result, or the number under which the system has it.",
            remedy="Ask for it; a result that nobody took was not sent.",
            names=("receipt",),
        )
    if to not in results_owed(found):
        return Refusal(code="SENT_ALREADY", says="This receiver has acknowledged the result as it stands.", names=("to",))
    fact = ResultSent(to=to, hearing=held.n, order=order.n if order is not None else None, receipt=receipt.strip())
    return change(Kind.RESULT_SENT, found, (fact,), {"to": to})
