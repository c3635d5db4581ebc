"""Reported: what a prosecutor's feed says of a case. It carries no attorney's signature, and never replaces one's decision."""

from __future__ import annotations

from dataclasses import replace

from pars.core.cases.case import Case, arrests, proposed_charges
from pars.core.cases.charges import with_object_of
from pars.core.cases.facts import ChargeDecided, ChargeFiled, ChargeProposed, ProsecutionReported
from pars.core.cases.feed import Feed, same
from pars.core.cases.received import ChargeOutcome
from pars.core.cases.statutes import same_statute


def put_prosecution(feed: Feed) -> None:
    """Write the status, and each charge's outcome to the proposed charge of the same statute, else as one that was added."""
    told = feed.received.prosecution
    if told is None:
        return
    status = ProsecutionReported(
        status=told.status, agency=told.agency, case_number=told.case_number, words=told.words, time=told.time
    )
    feed.put(status, "prosecution")
    taken: set[int] = set()
    for place, outcome in enumerate(told.outcomes):
        where = f"prosecution.outcomes[{place}]"
        if feed.may_write(ChargeDecided):
            _put_outcome(feed, outcome, taken, where)
        else:
            feed.leave(where)


def _put_outcome(feed: Feed, outcome: ChargeOutcome, taken: set[int], where: str) -> None:
    case = feed.so_far
    proposed = _proposed(case, outcome, taken)
    before = _before(case, outcome, proposed, taken)
    taken.update(fact.n for fact in (proposed, before) if fact is not None)
    # An attorney's decision has no document, and a newer document's stands: neither is undone by this report.
    if (before is not None and not feed.may_replace(before)) or (outcome.decision == "RETURN" and proposed is None):
        feed.leave(where)
        return
    decided = ChargeDecided(
        proposed=proposed.n if proposed is not None else None,
        decision=_code(outcome, proposed),
        reported=True,
        note=_note(outcome, proposed),
        corrects=before.n if before is not None else None,
        document=feed.document,
    )
    filed_before = case.standing(before.filed) if before is not None and before.filed is not None else None
    filed = _filed(case, outcome, proposed) if outcome.decision == "FILE" else None
    told = before is not None and (before.decision, before.note) == (decided.decision, decided.note)
    if told and (filed is None or (filed_before is not None and same(filed, filed_before))):
        return
    if filed is not None:
        corrects = filed_before.n if filed_before is not None else None
        decided = replace(decided, filed=feed.number)
        feed.facts.append(replace(filed, corrects=corrects, document=feed.document))
    feed.facts.append(decided)


def _proposed(case: Case, outcome: ChargeOutcome, taken: set[int]) -> ChargeProposed | None:
    """Return the proposed charge that is meant: of the same statute and description, else of the same statute."""
    free = [
        charge
        for charge in proposed_charges(case)
        if charge.n not in taken and _plain(charge.statute) == _plain(outcome.statute)
    ]
    exact = [charge for charge in free if _plain(charge.description) == _plain(outcome.description)]
    return next(iter(exact or free), None)


def _before(case: Case, outcome: ChargeOutcome, proposed: ChargeProposed | None, taken: set[int]) -> ChargeDecided | None:
    """Return the standing decision that the outcome is about."""
    for decided in case.current(ChargeDecided):
        if decided.n in taken:
            continue
        if proposed is not None:
            if decided.proposed is not None and case.standing(decided.proposed).n == proposed.n:
                return decided
        elif decided.proposed is None and _names(case, decided, outcome):
            return decided
    return None


def _names(case: Case, decided: ChargeDecided, outcome: ChargeOutcome) -> bool:
    if decided.filed is None:
        return decided.note == _note(outcome, None)
    filed = case.standing(decided.filed)
    return isinstance(filed, ChargeFiled) and (filed.statute, filed.description) == (outcome.statute, outcome.description)


def _code(outcome: ChargeOutcome, proposed: ChargeProposed | None) -> str:
    if outcome.decision != "FILE":
        return outcome.decision
    if proposed is None:
        return "ADD"
    alike = outcome.grade in {None, proposed.grade} and outcome.counts == proposed.counts
    return "APPROVE" if alike and _plain(outcome.description) == _plain(proposed.description) else "AMEND"


def _note(outcome: ChargeOutcome, proposed: ChargeProposed | None) -> str | None:
    """Return the source's words; for a charge that nobody proposed and that isn't filed, with what the charge is."""
    if proposed is not None or outcome.decision == "FILE":
        return outcome.words
    return ": ".join(part for part in (f"{outcome.statute} {outcome.description}".strip(), outcome.words) if part)


def _filed(case: Case, outcome: ChargeOutcome, proposed: ChargeProposed | None) -> ChargeFiled:
    called = proposed.inchoate if proposed is not None and same_statute(outcome.statute, proposed.statute) else None
    filed = ChargeFiled(
        arrest=proposed.arrest if proposed is not None else arrests(case)[0].n,
        statute=outcome.statute,
        description=outcome.description,
        grade=outcome.grade or (proposed.grade if proposed is not None else None),
        counts=outcome.counts,
        offense_date=proposed.offense_date if proposed is not None else None,
        reported=True,
        inchoate=outcome.inchoate or called,
        object_statute=outcome.object_statute,
        object_description=outcome.object_description,
    )
    return filed if proposed is None else with_object_of(filed, proposed)


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()
