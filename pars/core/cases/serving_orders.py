"""Serving an order: to whom it was given, when, by whom, in which language; never to somebody whom it doesn't name."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from pars.core.cases.case import Case, Change, arrests, as_seen, change, hearing, identity, release_order
from pars.core.cases.facts import OrderServed, ReleaseOrdered
from pars.core.cases.flags import interpreter_language
from pars.core.cases.numbers import plain_number
from pars.core.cases.orders_served import named_another, special_conditions
from pars.core.ledger.entries import Kind
from pars.core.terms import Instant, Refusal, StatedTime

ON: Mapping[str, str] = MappingProxyType(
    {"DEFENDANT": "The person whom it binds", "PROTECTED": "The person whom it protects, or their representative"}
)
"""On whom an order is served. [counsel] whether and how the protected person is served (18 P.S. § 11.201(8))."""

LANGUAGES: Mapping[str, str] = MappingProxyType(
    {"en": "English", "es": "Spanish", "other": "Another, by the interpreter named"}
)


def serve_order(
    case: Case | None,
    seen: int,
    *,
    order: int,
    on: str,
    time: StatedTime,
    language: str,
    server: str,
    at: Instant,
    read: str | None = None,
    interpreter: str | None = None,
) -> Change | Refusal:
    """Record that the standing order was given: to whom, when, by whom, in which language.

    `read` is an OTN or the birth date as the server read it from the person it binds; what isn't this person's is refused.
    """
    found = as_seen(case, seen)
    if isinstance(found, Refusal):
        return found
    standing = release_order(found)
    if standing is None or standing.n != order:
        return Refusal(
            code="NO_SUCH_ORDER",
            says="This isn't the order that stands in this case.",
            remedy="Open the case again and serve the order that stands.",
            names=("order",),
        )
    refusal = _refuse_words(found, standing, on, language, interpreter) or _refuse_time(found, time, at)
    known_by = None
    if refusal is None and on == "DEFENDANT":
        known_by = _known_by(found, read)
        refusal = _refuse_person(found, known_by)
    if refusal is not None:
        return refusal
    fact = OrderServed(
        order=order,
        on=on,
        time=time,
        language=language,
        server=server,
        text_sha256=standing.text_sha256,
        known_by=known_by,
        interpreter=(interpreter or "").strip() or None,
    )
    return change(Kind.ORDER_SERVED, found, (fact,), {"on": on, "text": standing.text_sha256, "language": language})


def _refuse_words(case: Case, order: ReleaseOrdered, on: str, language: str, interpreter: str | None) -> Refusal | None:
    if on not in ON or language not in LANGUAGES:
        wrong = "on" if on not in ON else "language"
        return Refusal(
            code="UNKNOWN_CODE",
            says="Say on whom the order was served, and in which language.",
            remedy=f"{', '.join(ON)}; {', '.join(LANGUAGES)}.",
            names=(wrong,),
        )
    if not special_conditions(order):
        return Refusal(
            code="NOTHING_TO_SERVE",
            says="The order has no condition beside the standard ones, and those stand on the bond.",
            names=("order",),
        )
    needs = on == "DEFENDANT" and interpreter_language(case) is not None
    if (language == "other" or (needs and language == "en")) and not (interpreter or "").strip():
        return Refusal(
            code="INTERPRETER_NEEDED",
            says="What somebody can't understand isn't served on them; no interpreter is named.",
            remedy="Have it interpreted, and name the interpreter.",
            names=("interpreter",),
        )
    return None


def _refuse_time(case: Case, time: StatedTime, at: Instant) -> Refusal | None:
    held = hearing(case)
    assert held is not None, "an order stands at a hearing"
    if time.earliest > at:
        return Refusal(code="TIME_IN_FUTURE", says="The time of service lies in the future.", names=("time",))
    if time.latest < held.time.earliest:
        return Refusal(code="BEFORE_HEARING", says="The time of service lies before the hearing.", names=("time",))
    return None


def _known_by(case: Case, read: str | None) -> str | None:
    """Return by what the person is known to be this one; None where what was read isn't theirs."""
    given = plain_number(read)
    if given is not None and given in {plain_number(arrest.otn) for arrest in arrests(case)}:
        return "OTN"
    who = identity(case)
    born = who.birth_date if who is not None else None
    if born is not None and born.precision == "date" and (read or "").strip() == born.text:
        return "BIRTH_DATE"
    return None


def _refuse_person(case: Case, known_by: str | None) -> Refusal | None:
    # INVARIANT: no order is served on somebody who isn't the person whom it names.
    if named_another(case) is not None:
        return Refusal(
            code="ORDER_NAMES_ANOTHER",
            says="Who the person is was changed after the order was signed: its text may name somebody else.",
            remedy="Have the order read and signed again, then serve that one.",
            names=("order",),
        )
    if known_by is None:
        return Refusal(
            code="WRONG_PERSON",
            says="What was read from the person is neither an OTN nor the birth date of this case.",
            remedy="Look at the person's own number once more. If it is another person, don't serve this order on them.",
            names=("read",),
        )
    return None
