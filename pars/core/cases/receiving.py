"""Receiving: an exchange document applied to a case. One document, one act, one entry.

A feed belongs to one owner and writes that owner's kinds of fact; what else it says is listed as unmapped, except when the
document opens the case. The same document changes nothing; another digest under the same key corrects; an older document never
overrides a newer one; what a person wrote or signed is never overridden by a feed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pars.core.cases.booking import (
    alias_fact,
    arrest_fact,
    arrest_facts,
    booking_fact,
    charge_fact,
    custody_fact,
    has_name,
    identity_fact,
)
from pars.core.cases.case import Case, Change, arrests, identity, proposed_charges, submitted
from pars.core.cases.doubts import change_with_doubts, found_doubts
from pars.core.cases.facts import Arrested, Booked, ChargeProposed, CustodyStated, Doubted, NarrativeWritten, Submitted
from pars.core.cases.feed import Feed, same
from pars.core.cases.lengths import refuse_too_long
from pars.core.cases.matching import known, same_agency, same_arrest, same_booking
from pars.core.cases.received import ArrestGiven, BookingGiven, ChargeGiven, Received
from pars.core.cases.reported import put_prosecution
from pars.core.ledger.entries import Kind
from pars.core.terms import Instant, Refusal


def receive(case: Case | None, received: Received, *, case_id: str, at: Instant) -> Change | Refusal:
    """Apply a document to the case that `matching.match` found, or open the case `case_id` with it.

    The change has no facts where the very same document was received before. `unmapped` lists what the feed may not write.
    """
    if case is None:
        refusal = _refuse_opening(received)
        if refusal is not None:
            return refusal
    elif known(case, received):
        return Change(kind=Kind.DOCUMENT_RECEIVED, case=case, facts=(), detail={"facts": 0})
    feed = Feed(case or Case(case_id), received)
    _put_person(feed)
    _put_arrests(feed)
    _put_booking(feed)
    _put_custody(feed)
    _put_sending(feed)
    put_prosecution(feed)
    _put_doubts(feed, at)
    if (refusal := refuse_too_long(feed.facts)) is not None:
        return refusal
    detail = {"facts": len(feed.facts), "corrects": int(feed.facts[0].corrects is not None)}
    outcome = change_with_doubts(Kind.DOCUMENT_RECEIVED, feed.case, feed.facts, detail)
    return replace(outcome, unmapped=tuple(feed.unmapped))


def _refuse_opening(received: Received) -> Refusal | None:
    if received.status_only:
        return Refusal(
            code="NO_ARREST_HERE",
            says="A status report is about an arrest that isn't here.",
            remedy="Import the arrest or the full decision first.",
            names=("arrests",),
        )
    if received.person is None:
        return Refusal(code="NO_SUBJECT", says="The document names nobody as its subject.", names=("person",))
    if not has_name(received.person):
        return Refusal(
            code="NO_NAME",
            says="The document has no name, and none of its record ids is known here.",
            remedy="Send the document that names the person first.",
            names=("person",),
        )
    return None


def _put_person(feed: Feed) -> None:
    """Write the claimed identity and the aliases; a document that names the person otherwise leaves a doubt."""
    person, current = feed.received.person, identity(feed.case)
    if person is not None and has_name(person):
        before = len(feed.facts)
        feed.put(identity_fact(person), "person", current)
        renamed = current is not None and _plain(current.surname or current.full) != _plain(person.surname or person.full)
        if renamed and len(feed.facts) > before:
            feed.facts.append(
                Doubted(code="IDENTITY_CHANGED", paths=(f"IdentityClaimed/{feed.number - 1}",), document=feed.document)
            )
    for place, alias in enumerate(feed.received.aliases):
        feed.put(alias_fact(alias), f"aliases[{place}]")


def _put_arrests(feed: Feed) -> None:
    """Write each arrest with its charges and account, to the arrest it is by its numbers, else as a new one."""
    received = feed.received
    given = received.arrests
    if not given and not feed.case.facts:
        # No arrest element makes one arrest of unknown time, by the booking agency, else by whose information it is.
        agency = (received.booking.agency if received.booking else None) or received.source or ""
        given = (ArrestGiven(agency=agency),)
    for place, (arrest, current) in enumerate(zip(given, _arrests_meant(feed.case, given), strict=True)):
        where = f"arrests[{place}]"
        if current is not None:
            feed.put(replace(arrest_fact(arrest), agency=arrest.agency or current.agency), where, current)
            _put_charges(feed, arrest, current, where)
        elif feed.may_write(Arrested):
            feed.facts += [replace(fact, document=feed.document) for fact in arrest_facts(arrest, feed.number)]
        else:
            feed.leave(where)


def _arrests_meant(case: Case, given: Sequence[ArrestGiven]) -> list[Arrested | None]:
    """Return for each arrest the one of the case that it is: by its numbers, else the first that is left of its agency."""
    free = list(arrests(case))
    meant: list[Arrested | None] = [None] * len(given)
    for is_meant in (same_arrest, _may_be):
        for place, arrest in enumerate(given):
            found = next((fact for fact in free if is_meant(arrest, fact)), None) if meant[place] is None else None
            if found is not None:
                meant[place] = found
                free.remove(found)
    return meant


def _may_be(given: ArrestGiven, fact: Arrested) -> bool:
    """Return whether both are of one agency and no number speaks against their being one arrest."""
    against = given.record_id and fact.record_id and given.record_id != fact.record_id
    return not against and same_agency(given.agency_id, given.agency, fact.agency_id, fact.agency)


def _put_charges(feed: Feed, arrest: ArrestGiven, current: Arrested, where: str) -> None:
    """Write an arrest's charges: each to the charge of the same statute and description, the rest as corrections or as new."""
    pool = list(proposed_charges(feed.case, current.n))
    rest: list[tuple[int, ChargeGiven]] = []
    for place, charge in enumerate(arrest.charges):
        alike = next((c for c in pool if (c.statute, c.description) == (charge.statute, charge.description)), None)
        if alike is None:
            rest.append((place, charge))
        else:
            pool.remove(alike)
            feed.put(charge_fact(charge, alike.arrest), f"{where}.charges[{place}]", alike)
    stale = [charge for charge in pool if feed.restates(charge)]
    for place, charge in rest:
        wrong = stale.pop(0) if stale else None
        number = wrong.arrest if wrong is not None else current.n
        if wrong is None and not feed.may_write(ChargeProposed):
            feed.leave(f"{where}.charges[{place}]")
        elif wrong is None:
            # Not through `put`: two charges of one arrest may say the same, and both stay.
            feed.facts.append(replace(charge_fact(charge, number), document=feed.document))
        else:
            feed.put(charge_fact(charge, number), f"{where}.charges[{place}]", wrong)
    if arrest.narrative:
        accounts = [n for n in feed.case.current(NarrativeWritten) if feed.case.standing(n.arrest).n == current.n]
        earlier = next((n for n in accounts if feed.restates(n)), None)
        if all(n.text != arrest.narrative for n in accounts):
            number = earlier.arrest if earlier is not None else current.n
            feed.put(NarrativeWritten(arrest=number, text=arrest.narrative), f"{where}.narrative", earlier)


def _put_booking(feed: Feed) -> None:
    booking = feed.received.booking
    if booking is None:
        return
    source = feed.received.source
    current = next((b for b in feed.case.current(Booked) if _is_booking(booking, source, b)), None)
    first = feed.received.arrests[0].agency if feed.received.arrests else ""
    agency = current.agency if current is not None else source or first or "Agency not stated"
    feed.put(booking_fact(booking, agency), "booking", current)


def _is_booking(booking: BookingGiven, source: str | None, fact: Booked) -> bool:
    if booking.record_id and fact.record_id:
        return same_booking(booking, source, fact)
    return same_agency(None, booking.agency or source or fact.agency, None, fact.agency)


def _put_custody(feed: Feed) -> None:
    """Write each word on custody: unless it was said; in the place of what a corrected document said before."""
    said = [custody_fact(custody) for custody in feed.received.custody]
    stands = feed.case.current(CustodyStated)
    stale = [c for c in stands if feed.restates(c) and not any(same(c, fact) for fact in said)]
    for place, fact in enumerate(said):
        is_known = any(same(c, fact) for c in stands)
        feed.put(fact, f"custody[{place}]", stale.pop(0) if stale and not is_known else None)


def _put_sending(feed: Feed) -> None:
    """Write that the case is with the charging unit: a referral sends it there, and a decision was made there."""
    received = feed.received
    decided = received.prosecution is not None and received.prosecution.status == "DECIDED"
    if (received.family == "CHARGE_REFERRAL" or decided) and not submitted(feed.case):
        feed.facts.append(Submitted(document=feed.document))


def _put_doubts(feed: Feed, at: Instant) -> None:
    """Write the doubts that only the parser could see and the facts don't show, and times that lie in the future."""
    known_doubts = {(d.code, d.paths) for d in feed.case.current(Doubted)}
    shown = {doubt.code for doubt in found_doubts(feed.so_far)}
    found = [(doubt.code, doubt.paths) for doubt in feed.received.doubts if doubt.code not in shown]
    for place, fact in enumerate(feed.facts):
        time = getattr(fact, "time", None) if isinstance(fact, (Arrested, Booked)) else None
        if time is not None and time.earliest > at:
            found.append(("TIME_IN_FUTURE", (f"{type(fact).__name__}/{feed.document + place}/time",)))
    for code, paths in found:
        if (code, paths) not in known_doubts:
            feed.facts.append(Doubted(code=code, paths=paths, document=feed.document))


def _plain(name: str | None) -> str:
    return " ".join((name or "").split()).casefold()
