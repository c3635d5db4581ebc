"""Decides who may see what: the one decision, for an outside agency under an agreement and for staff under a grant alike.

`decide` and `decide_staff` turn a question into a permit or a refusal. `covers` is asked again with what is about to be
disclosed, just before the entry is written, and once more by whoever verifies the ledger. All are pure; every reason is a
value; no reason depends on a record, so a refusal tells nothing about one.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, TypeAlias, get_args

from pars.core.access import scope as scopes
from pars.core.access.behalf import NOT_FOUND, looked_up
from pars.core.access.catalogue import CATALOGUE
from pars.core.access.covering import (
    GUARD,
    Floor,
    covered_as_it_stands,
    covered_until,
    covers,
    law_for,
    lawful,
    no,
    not_in_force,
    until,
)
from pars.core.access.emergency import waives
from pars.core.access.floor import names_a_person
from pars.core.access.limits import MOST_ROWS, UNUSED, Used
from pars.core.access.permits import Caller, Facts, Permit
from pars.core.access.purposes import EVIDENCE, EXAMPLES, Purpose
from pars.core.access.question import Evidence, Question, read_question
from pars.core.access.role import ACTS, Grant, Role, may, read_role
from pars.core.access.scope import Scope
from pars.core.agreements.acts import Agreement
from pars.core.agreements.one_off import paper_of
from pars.core.agreements.standing import Standing, State, standing
from pars.core.agreements.version import Version
from pars.core.terms import Instant, Refusal, moment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from pars.core.access.approvals import Approval, How

__all__ = [
    "ACTS", "GUARD", "Caller", "Evidence", "Facts", "Floor", "Grant", "Permit", "Question", "Role", "covered_until", "covers", "decide",
    "decide_staff", "may", "read_question", "read_role", "volume_day",
]  # fmt: skip

TRIED: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "person": frozenset({"NO_PERSON"}),
        "agreement": frozenset({"NO_AGREEMENT"}),
        "purpose": frozenset({"UNKNOWN_PURPOSE"}),
        "in force": frozenset(
            {"TWO_AT_ONCE", "REVIEW_OVERDUE", *(f"AGREEMENT_{state}" for state in get_args(State) if state != "IN_FORCE")}
        ),
        "evidence": frozenset({"NO_EVIDENCE", "WRONG_EVIDENCE", "EVIDENCE_NOT_FOUND"}),
        "granted": frozenset({"NOT_GRANTED"}),
        "lawful": frozenset({"NOT_LAWFUL"}),
        "about": frozenset({"NAMES_NOBODY"}),
        "behalf": frozenset({"NOT_ON_BEHALF", "NOT_CHECKED"}),
        "emergency": frozenset({"NOT_AN_EMERGENCY"}),
        "approved": frozenset({"APPROVAL_NEEDED", "APPROVAL_OVER", "OTHER_QUESTION", "NOT_APPROVED", "NO_APPROVAL"}),
        "limit": frozenset({"LIMIT_REACHED"}),
        "named": frozenset({"NOT_NAMED"}),
        "holds": frozenset({"MUST_HOLD"}),
        "acknowledged": frozenset({"NOT_ACKNOWLEDGED"}),
        "ending": frozenset({"ENDING"}),
    }
)
"""What `decide` tries, in its order, with the refusals that each gives."""

Known: TypeAlias = "Callable[[Version, Evidence], bool | None]"
"""known(version, evidence): whether the evidence is known within the version's reach; None where nothing can look it up."""


# ---------------------------------------------------------------- outside agencies


def decide(
    caller: Caller,
    question: Question,
    agreements: Iterable[Agreement],
    *,
    used: Mapping[str, Used],
    floor: Floor,
    at: Instant,
    how: How = "once",
    approval: Approval | None = None,
    known: Known = lambda _version, _evidence: None,
) -> Permit | Refusal:
    """Return the permit for an outside agency's question at `at`, or the reason why there is none.

    `agreements` are all of the agency's; `used` counts, by agreement, what today has had so far. `approval` is the
    one that the question names. `known` looks up evidence where the version says so, and doesn't tell (None) where it can't.
    """
    if not caller.person:
        return no("NO_PERSON", "No person stands behind this question.", "Ask on behalf of a named user.")
    found = _agreement_for(caller, question.purpose, agreements, at)
    if isinstance(found, Refusal):
        return found
    agreement, stands, purpose = found
    version = stands.version
    refusal = _evidence_problem(purpose, question.evidence, waived=waives(version, question.emergency, "evidence"))
    if refusal is not None:
        return refusal
    checked: bool | None = None
    if question.evidence is not None and how != "asks" and looked_up(version, question.purpose):
        found_there = known(version, question.evidence)
        if found_there is False:
            return NOT_FOUND
        checked = found_there is True
    named = names_a_person(question.where)
    law = law_for(version, floor, at, named=named)
    scope = _granted(question, version.scope, law)
    if isinstance(scope, Refusal):
        return scope
    had = used.get(agreement.id, UNUSED)
    permit = Permit(
        login="guest",
        authority=f"agreement:{agreement.id}",
        agency=agreement.agency,
        person=caller.person,
        purpose=question.purpose,
        version_hash=version.hash,
        columns=_in_order(scope.columns),
        filters=question.asked_by,
        masks=_masks(scope, question),
        where=scope.rows,
        sort=question.sort,
        after=question.after,
        limit=version.limits.rows(question.rows, had),
        at=at,
        until=until(stands, agreement.user(caller.person, at), at, approval),
        named=named,
        paper=paper_of(version),
        how="more" if how == "once" and question.after is not None else how,
        approval=approval,
        emergency=question.emergency,
        evidence=question.evidence is not None,
        behalf=question.on_behalf_of,
        checked=checked,
        apart=version.limits.counts_together,
    )
    return covered_as_it_stands(agreement, stands, permit.facts(permit.limit, had), at, floor) or permit


def _agreement_for(
    caller: Caller, code: str, agreements: Iterable[Agreement], at: Instant
) -> tuple[Agreement, Standing, Purpose] | Refusal:
    """Return the one agreement in force for (agency, purpose), or why there is none: openly, since it is about the caller."""
    mine = [
        (agreement, standing(agreement, at))
        for agreement in agreements
        if agreement.agency == caller.agency and agreement.began <= at
    ]
    if not mine:
        return no("NO_AGREEMENT", "There is no agreement with this agency.")
    serving = [(agreement, stands, purpose) for agreement, stands in mine if (purpose := stands.version.purpose(code))]
    in_force = [found for found in serving if found[1].state == "IN_FORCE"]
    match in_force:
        case [only]:
            return only
        case [_, _, *_]:
            return no("TWO_AT_ONCE", "Two agreements in force claim this purpose, so neither answers.", "Tell the owners.")
    if serving:
        agreement, stands, _ = max(serving, key=lambda found: found[1].since)
        return not_in_force(agreement, stands)
    granted = sorted({purpose.code for _, stands in mine if stands.state == "IN_FORCE" for purpose in stands.version.purposes})
    remedy = f"In force: {', '.join(granted)}." if granted else "No purpose is in force for this agency."
    return no("UNKNOWN_PURPOSE", "No agreement with this agency has this purpose.", remedy, ("/purpose",))


def _evidence_problem(purpose: Purpose, evidence: Evidence | None, *, waived: bool) -> Refusal | None:
    kind = purpose.evidence.replace("_", " ")
    if evidence is None and waived:
        return None
    if evidence is None:
        return no(
            "NO_EVIDENCE", f"This purpose demands a {kind}.", f"Send it as evidence of kind {purpose.evidence}.", ("/evidence",)
        )
    if evidence.kind != purpose.evidence:
        return no("WRONG_EVIDENCE", f"This purpose demands a {kind}, not another kind of evidence.", names=("/evidence/kind",))
    if EVIDENCE[evidence.kind].fullmatch(evidence.value) is None:
        remedy = f"Write it as it stands on the paper, like {EXAMPLES[evidence.kind]}."
        return no("WRONG_EVIDENCE", f"The evidence hasn't the form of a {kind}.", remedy, ("/evidence/value",))
    return None


def volume_day(version: Version, at: Instant) -> str:
    """Return the civil day (`2027-08-31`), at the agreement's place, on which a question at `at` counts."""
    return moment(at, version.place.zone).date().isoformat()


# ---------------------------------------------------------------- staff


def decide_staff(grant: Grant, question: Question, at: Instant, act: str = "case:read") -> Permit | Refusal:
    """Return the permit for a question of staff under one grant, or the reason why there is none."""
    refusal = may(grant, act, at)
    if refusal is not None:
        return refusal
    scope = _granted(question, grant.role.scope, None)
    if isinstance(scope, Refusal):
        return scope
    return Permit(
        login="duty",
        authority=f"grant:{grant.id}",
        agency=None,
        person=grant.person,
        purpose=question.purpose,
        version_hash=grant.role.hash,
        columns=_in_order(scope.columns),
        filters=question.asked_by,
        masks=_masks(scope, question),
        where=scope.rows,
        sort=question.sort,
        after=question.after,
        limit=min(MOST_ROWS, question.rows or MOST_ROWS),
        at=at,
        until=grant.period.end,
    )


# ---------------------------------------------------------------- scope


def _granted(question: Question, granted: Scope, law: Scope | None) -> Scope | Refusal:
    """Return what the question may fetch: granted, asked and lawful at once; or what it names beyond that, in any clause."""
    outside = _beyond(question, granted)
    if outside:
        return no(
            "NOT_GRANTED",
            f"Not granted for this use: {', '.join(outside)}.",
            "Ask without it. Only the owners can grant more.",
            outside,
        )
    if law is not None:
        outside = _beyond(question, law)
        if outside:
            return no(
                "NOT_LAWFUL",
                f"The law doesn't let this out to this agency on such a question: {', '.join(outside)}.",
                "Ask without it, or about a person by name, if the law allows that.",
                outside,
            )
    return scopes.asked(granted if law is None else lawful(granted, law), question.columns, question.where)


def _beyond(question: Question, granted: Scope) -> tuple[str, ...]:
    """Return every column that the question names beyond what is granted, whatever the clause.

    To order by a column is to compare by it and to see its order, so both must be granted; a list can't be compared.
    """
    shown = [*question.columns, *question.sort]
    compared = [*(leaf.column for leaf in question.where), *question.sort]
    outside = [name for name in shown if name not in granted.columns] + [
        name for name in compared if name not in granted.filters
    ]
    return tuple(dict.fromkeys(outside))


def _in_order(columns: frozenset[str]) -> tuple[str, ...]:
    return tuple(column.name for column in CATALOGUE if column.name in columns)


def _masks(scope: Scope, question: Question) -> Mapping[str, str]:
    used = scope.columns | question.asked_by
    return MappingProxyType({name: mask for name, mask in scope.masks.items() if name in used})
