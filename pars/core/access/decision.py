"""Decides who may see what: the one decision, for an outside agency under an agreement and for staff under a grant alike.

`decide` and `decide_staff` turn a question into a permit or a refusal. `covers` is asked again with what is about to be
disclosed, just before the entry is written, and once more by whoever verifies the ledger. All are pure; every reason is a
value; no reason depends on a record, so a refusal tells nothing about one.
"""

from __future__ import annotations

from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeAlias, get_args

from pars.core.access import scope as scopes
from pars.core.access.approvals import refuse_answer
from pars.core.access.behalf import NOT_FOUND, looked_up, refuse_stated
from pars.core.access.catalogue import CATALOGUE
from pars.core.access.emergency import refuse_emergency, waives
from pars.core.access.floor import ZONE, names_a_person
from pars.core.access.limits import MOST_ROWS, UNUSED, Used
from pars.core.access.permits import Caller, Facts, Permit
from pars.core.access.predicate import Is
from pars.core.access.purposes import EVIDENCE, EXAMPLES, Purpose
from pars.core.access.question import Evidence, Question, read_question
from pars.core.access.role import ACTS, Grant, Role, may, read_role
from pars.core.access.scope import Scope, meet
from pars.core.agreements.acts import Agreement
from pars.core.agreements.one_off import paper_of
from pars.core.agreements.standing import Standing, State, standing
from pars.core.agreements.version import Version
from pars.core.terms import Instant, Refusal, end_of_day, moment
from pars.core.wording import when

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from pars.core.access.approvals import Approval, How
    from pars.core.agreements.acts import User

__all__ = [
    "ACTS", "GUARD", "Caller", "Evidence", "Facts", "Floor", "Grant", "Permit", "Question", "Role", "covered_until", "covers", "decide",
    "decide_staff", "may", "read_question", "read_role", "volume_day",
]  # fmt: skip

GUARD = 75_000
"""W, in microseconds: an answer leaves at most this long after its commit was sent, so none is admitted so close to an end."""

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
Floor: TypeAlias = "Callable[..., Scope]"
"""floor(recipient_class, at, named=...): what law lets out at most; `pars.core.access.floor.floor`."""


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
        return _no("NO_PERSON", "No person stands behind this question.", "Ask on behalf of a named user.")
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
    law = _law(version, floor, at, named=named)
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
        until=_until(stands, agreement.user(caller.person, at), at, approval),
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
    return _covers(agreement, stands, permit.facts(permit.limit, had), at, floor) or permit


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
        return _no("NO_AGREEMENT", "There is no agreement with this agency.")
    serving = [(agreement, stands, purpose) for agreement, stands in mine if (purpose := stands.version.purpose(code))]
    in_force = [found for found in serving if found[1].state == "IN_FORCE"]
    match in_force:
        case [only]:
            return only
        case [_, _, *_]:
            return _no("TWO_AT_ONCE", "Two agreements in force claim this purpose, so neither answers.", "Tell the owners.")
    if serving:
        agreement, stands, _ = max(serving, key=lambda found: found[1].since)
        return _not_in_force(agreement, stands)
    granted = sorted({purpose.code for _, stands in mine if stands.state == "IN_FORCE" for purpose in stands.version.purposes})
    remedy = f"In force: {', '.join(granted)}." if granted else "No purpose is in force for this agency."
    return _no("UNKNOWN_PURPOSE", "No agreement with this agency has this purpose.", remedy, ("/purpose",))


def _not_in_force(agreement: Agreement, stands: Standing) -> Refusal:
    says = f"Agreement {agreement.id} isn't in force. {stands.says}"
    if stands.reviews:
        return _no("REVIEW_OVERDUE", says, "The owners review it; nothing else lifts this.")
    return _no(f"AGREEMENT_{stands.state}", says, "It is answered again once that is met." if stands.overdue else "")


def _evidence_problem(purpose: Purpose, evidence: Evidence | None, *, waived: bool) -> Refusal | None:
    kind = purpose.evidence.replace("_", " ")
    if evidence is None and waived:
        return None
    if evidence is None:
        return _no(
            "NO_EVIDENCE", f"This purpose demands a {kind}.", f"Send it as evidence of kind {purpose.evidence}.", ("/evidence",)
        )
    if evidence.kind != purpose.evidence:
        return _no("WRONG_EVIDENCE", f"This purpose demands a {kind}, not another kind of evidence.", names=("/evidence/kind",))
    if EVIDENCE[evidence.kind].fullmatch(evidence.value) is None:
        remedy = f"Write it as it stands on the paper, like {EXAMPLES[evidence.kind]}."
        return _no("WRONG_EVIDENCE", f"The evidence hasn't the form of a {kind}.", remedy, ("/evidence/value",))
    return None


def _until(stands: Standing, user: User | None, at: Instant, approval: Approval | None) -> Instant:
    """The first instant at which time alone could change the decision; the floor's days are civil days."""
    approved = approval.until(stands.version) if approval is not None else None
    marks = (stands.until, user.end if user else None, approved, _next_day(at))
    return min(mark for mark in marks if mark is not None)


def _next_day(at: Instant) -> Instant:
    return end_of_day(moment(Instant(at + GUARD), ZONE).date(), ZONE)


def _law(version: Version, floor: Floor, at: Instant, *, named: bool) -> Scope:
    """The floor for this agency: what law lets out both now and when the answer leaves, should a day end between."""
    kind = version.agency.kind
    now, then = floor(kind, at, named=named), floor(kind, Instant(at + GUARD), named=named)
    return now if then is now else meet(now, then)


@lru_cache(
    maxsize=256
)  # what a version and the law of a day have in common is the same for every question; neither holds a question's words
def _lawful(granted: Scope, law: Scope) -> Scope:
    return meet(granted, law)


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
        return _no(
            "NOT_GRANTED",
            f"Not granted for this use: {', '.join(outside)}.",
            "Ask without it. Only the owners can grant more.",
            outside,
        )
    if law is not None:
        outside = _beyond(question, law)
        if outside:
            return _no(
                "NOT_LAWFUL",
                f"The law doesn't let this out to this agency on such a question: {', '.join(outside)}.",
                "Ask without it, or about a person by name, if the law allows that.",
                outside,
            )
    return scopes.asked(granted if law is None else _lawful(granted, law), question.columns, question.where)


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


# ---------------------------------------------------------------- what the door and the verifier ask


def covers(authority: Agreement | Grant, facts: Facts, at: Instant, *, floor: Floor, act: str = "case:read") -> Refusal | None:
    """Return why a disclosure with these facts at `at` would not be covered by its authority; None where it is.

    Less of anything (columns, purposes, users, time, law) never covers more.
    """
    if isinstance(authority, Grant):
        return _grant_covers(authority, facts, at, act)
    stands = _covering(authority, facts, at, floor)
    return stands if isinstance(stands, Refusal) else None


def covered_until(agreement: Agreement, facts: Facts, at: Instant, *, floor: Floor) -> Instant | Refusal:
    """Return the first instant at which time alone could end that a disclosure with these facts is covered, as it is at `at`; or why it isn't then.

    An answer still has to leave before: in the last W of that time `covers` says so.
    """
    stands = _covering(agreement, facts, at, floor)
    return stands if isinstance(stands, Refusal) else _until(stands, agreement.user(facts.person, at), at, facts.approval)


def _covering(agreement: Agreement, facts: Facts, at: Instant, floor: Floor) -> Standing | Refusal:
    """Return how the agreement stands at `at`, if it covers these facts then."""
    if at < agreement.began:
        return _no("NO_AGREEMENT", "The agreement had not been proposed yet.")
    stands = standing(agreement, at)
    if stands.state != "IN_FORCE":
        return _not_in_force(agreement, stands)
    return _covers(agreement, stands, facts, at, floor) or stands


def _covers(agreement: Agreement, stands: Standing, facts: Facts, at: Instant, floor: Floor) -> Refusal | None:
    """Return the same of an agreement that is in force at `at`, as it stands then."""
    return (
        _version_covers(agreement, stands.version, facts, at)
        or _user_covers(agreement, stands, facts, at)
        or _scope_covers(stands.version, facts, at, floor)
    )


def _version_covers(agreement: Agreement, version: Version, facts: Facts, at: Instant) -> Refusal | None:
    if facts.version != version.hash:
        return _no("OTHER_VERSION", "Another version of the agreement is in force.", "Ask again.")
    if facts.agency != agreement.agency:
        return _no("OTHER_AGENCY", "The agreement is with another agency.")
    if version.purpose(facts.purpose) is None:
        return _no("UNKNOWN_PURPOSE", "The agreement doesn't have this purpose.", names=("/purpose",))
    if not facts.evidence and not waives(version, facts.emergency, "evidence"):
        return _no("NO_EVIDENCE", "Every purpose demands evidence.", names=("/evidence",))
    if facts.paper != paper_of(version):
        return _no("OTHER_PAPER", "The grant rests on another paper, or on none.")
    if version.paper is not None and not facts.named:
        return _no(
            "NAMES_NOBODY", "What a paper opens is asked of a person by name or number.", "Name the person.", ("/where",)
        )
    refusal = refuse_stated(version, facts) or refuse_emergency(version, facts) or refuse_answer(version, facts, at)
    if refusal is not None:
        return refusal
    if facts.rows > version.limits.rows_per_reply:
        return _no("TOO_MANY_ROWS", f"A reply may hold {version.limits.rows_per_reply} records at most.")
    return version.limits.beyond(facts.used)


def _user_covers(agreement: Agreement, stands: Standing, facts: Facts, at: Instant) -> Refusal | None:
    user, version = agreement.user(facts.person, at), stands.version
    if user is None:
        return _no(
            "NOT_NAMED",
            "This person isn't named under the agreement.",
            "The agency's contact can ask the owners to name the person.",
        )
    if missing := tuple(sorted(set(version.must) - set(user.holds))):
        return _no("MUST_HOLD", f"The agreement demands that a named person holds: {', '.join(missing)}.", names=missing)
    if version.acknowledge and not agreement.acknowledges(user, version.hash, at):
        return _no(
            "NOT_ACKNOWLEDGED",
            f"This person has not acknowledged what version {version.number} says.",
            "Read it on the agreement's page and acknowledge it there.",
        )
    ends = min(end for end in (stands.until, user.end, version.term.end) if end is not None)
    if at + GUARD >= ends:
        return _no("ENDING", f"This ends {when(ends, version.place)}, too soon for an answer to leave before.")
    return None


def _scope_covers(version: Version, facts: Facts, at: Instant, floor: Floor) -> Refusal | None:
    # The entry states which columns were compared, not whether each with one value: `decide` has asked that already.
    named = names_a_person(Is(name, "") for name in facts.filters)
    return _within(facts, _lawful(version.scope, _law(version, floor, at, named=named)))


def _grant_covers(grant: Grant, facts: Facts, at: Instant, act: str) -> Refusal | None:
    if facts.person != grant.person:
        return _no("OTHER_PERSON", "The grant is another person's.")
    if facts.version != grant.role.hash:
        return _no("OTHER_VERSION", "The grant is of another role.")
    return may(grant, act, at) or _within(facts, grant.role.scope)


def _within(facts: Facts, scope: Scope) -> Refusal | None:
    beyond = tuple(sorted((facts.columns - scope.columns) | (facts.filters - scope.filters)))
    return _no("NOT_GRANTED", f"Not granted for this use: {', '.join(beyond)}.", names=beyond) if beyond else None


def _no(code: str, says: str, remedy: str = "", names: tuple[str, ...] = ()) -> Refusal:
    return Refusal(code=code, says=says, remedy=remedy, names=names)
