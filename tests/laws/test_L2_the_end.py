"""L2, as far as the decision goes: no permit at or after an end, a suspension or a revocation; less never allows more."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from hypothesis import assume, event, given
from hypothesis import strategies as st

from pars.core.access.catalogue import CATALOGUE
from pars.core.access.decision import (
    GUARD,
    Caller,
    Evidence,
    Facts,
    Grant,
    Permit,
    Question,
    Role,
    covered_until,
    covers,
    decide,
    decide_staff,
)
from pars.core.access.floor import RECIPIENTS, floor
from pars.core.access.limits import Limits, Used
from pars.core.access.predicate import Is
from pars.core.access.scope import Scope
from pars.core.agreements.agreement import Agreement, standing
from pars.core.terms import Instant, Period, Refusal
from tests.agreements import END, START, in_force, version
from tests.histories import PERSONS, Told, histories
from tests.strategies import FILTERABLE, scopes, subsets

if TYPE_CHECKING:
    from pars.core.agreements.version import Version

NAMES = tuple(column.name for column in CATALOGUE)
ASKED = Question(
    purpose="warrant_service",
    evidence=Evidence("warrant_number", "W-1234"),
    columns=("record", "surname"),
    where=(Is("surname", "Doe"),),
)


def ask(agreement: Agreement, at: int, person: str = "deputy") -> Permit | Refusal:
    return decide(Caller("sheriff", person), ASKED, [agreement], used={}, floor=floor, at=Instant(at))


@given(histories())
def test_a_permit_is_given_only_in_force_and_ends_before_the_end(told: Told) -> None:
    agreement = told.history.current()
    for at in told.instants():
        for person in PERSONS:
            stands, made = standing(agreement, at), ask(agreement, at, person)
            if isinstance(made, Refusal):
                event(made.code)
                continue
            event("permit")
            assert stands.state == "IN_FORCE"
            user = agreement.user(person, at)
            assert user is not None
            assert made.until is not None
            assert at + GUARD < made.until
            assert made.until <= stands.version.term.end
            assert stands.until is None or made.until <= stands.until
            assert user.end is None or made.until <= user.end


@given(histories())
def test_what_was_permitted_is_covered_until_then_and_never_from_the_end_on(told: Told) -> None:
    agreement = told.history.current()
    marks = [at for at in told.instants() if at >= agreement.last]
    for at in marks:
        made = ask(agreement, at)
        if isinstance(made, Refusal):
            continue
        assert made.until is not None
        assert covered_until(agreement, made.facts(1), at, floor=floor) == made.until
        for later in {*marks, Instant(made.until - GUARD - 1), Instant(made.until - GUARD), made.until}:
            covered = covers(agreement, made.facts(1), later, floor=floor) is None
            stands = standing(agreement, later)
            if at <= later < made.until - GUARD:
                assert covered
            if stands.state != "IN_FORCE" or stands.version.hash != made.version_hash:
                assert not covered
            if covered:
                assert later + GUARD < stands.version.term.end
                until = covered_until(agreement, made.facts(1), later, floor=floor)
                assert isinstance(until, int)
                assert later + GUARD < until


@given(histories())
def test_a_suspended_or_revoked_agreement_gives_no_permit(told: Told) -> None:
    """From the instant of the act that was acknowledged, on the agreement as it was right after that act."""
    for did in told.did:
        for at in (did.at, Instant(did.at + 1)):
            state = standing(did.agreement, at).state
            if state in {"SUSPENDED", "REVOKED", "ENDED"}:
                event(state)
                refused = ask(did.agreement, at)
                assert isinstance(refused, Refusal)
                assert refused.code == f"AGREEMENT_{state}"


@given(st.integers(-3, 3), st.sampled_from([0, GUARD, 2 * GUARD, 86_400_000_000]), st.booleans())
def test_the_guard_at_the_end(step: int, before: int, user_ends: bool) -> None:
    end = START + 5 * 86_400_000_000
    agreement = in_force(end=end) if user_ends else in_force(version(end=end))
    at = end - before + step
    assert isinstance(ask(agreement, at), Permit) == (at + GUARD < end)


# ---------------------------------------------------------------- less never allows more


@st.composite
def versions(draw: st.DrawFn) -> Version:
    scope = draw(scopes(rows=st.just(Is("adult", value=True))))
    assume(scope.columns)
    made = version()
    return replace(
        made,
        agency=replace(made.agency, kind=draw(st.sampled_from((*RECIPIENTS, *RECIPIENTS, "unknown")))),
        scope=scope,
        purposes=made.purposes[: draw(st.integers(1, 2))],
        limits=Limits(rows_per_reply=draw(st.integers(1, 5)), questions_per_day=draw(st.integers(1, 5))),
        must=draw(st.sampled_from(((), ("training_completed",), ("training_completed",), ("terms_signed",)))),
    )


@st.composite
def restricted(draw: st.DrawFn, made: Version) -> Version:
    """The version with some part of it less."""
    return replace(
        made,
        scope=Scope(
            made.scope.columns & draw(subsets(NAMES)),
            made.scope.filters & draw(subsets(tuple(column.name for column in FILTERABLE))),
            made.scope.masks,
            made.scope.rows,
        ),
        purposes=made.purposes[: draw(st.integers(0, len(made.purposes)))],
        limits=Limits(
            rows_per_reply=min(made.limits.rows_per_reply, draw(st.integers(1, 5))),
            questions_per_day=min(made.limits.questions_per_day, draw(st.integers(1, 5))),
        ),
        must=(*made.must, *draw(st.sampled_from(((), (), ("fingerprint_check",))))),
        term=replace(made.term, end=Instant(made.term.end - draw(st.sampled_from((0, 1, END - START - 10))))),
    )


def with_version(made: Version, agreement: Agreement) -> Agreement:
    """The agreement as if it had been made with this version, under the same hash: only what it allows differs."""
    return replace(agreement, proposals=tuple(replace(proposal, version=made) for proposal in agreement.proposals))


@given(st.data(), versions())
def test_less_of_anything_never_covers_more(data: st.DataObject, made: Version) -> None:
    lawful = floor(made.agency.kind, START)
    columns, filters = sorted(made.scope.columns & lawful.columns), sorted(made.scope.filters & lawful.filters)
    facts = Facts(
        person="deputy",
        agency="sheriff",
        version=made.hash,
        purpose="warrant_service",
        evidence=True,
        columns=frozenset(data.draw(st.lists(st.sampled_from(columns), max_size=3))) if columns else frozenset(),
        filters=frozenset(data.draw(st.lists(st.sampled_from(filters), max_size=2))) if filters else frozenset(),
        rows=data.draw(st.integers(0, made.limits.rows_per_reply)),
        used=Used(questions=data.draw(st.integers(0, made.limits.questions_per_day - 1))),
    )
    beyond: dict[str, Any] = {
        "person": "stranger",
        "purpose": "court_administration",
        "evidence": False,
        "columns": frozenset(data.draw(st.lists(st.sampled_from(NAMES), max_size=2))),
        "rows": made.limits.rows_per_reply + 1,
        "used": Used(questions=made.limits.questions_per_day),
    }
    facts = replace(facts, **{name: beyond[name] for name in data.draw(st.sets(st.sampled_from(sorted(beyond)), max_size=1))})
    at = Instant(data.draw(st.sampled_from((START, START + 1, END - GUARD - 1, END - GUARD, END))))
    full = with_version(made, in_force())
    less = with_version(data.draw(restricted(made)), full)
    if data.draw(st.booleans()):
        less = replace(less, users=tuple(replace(user, end=Instant(START + 5)) for user in less.users))
    allowed = covers(full, facts, at, floor=floor) is None
    event(f"full {allowed}")
    if covers(less, facts, at, floor=floor) is None:
        event("less covers")
        assert allowed


@given(scopes(), subsets(NAMES), subsets(tuple(column.name for column in FILTERABLE)), st.data())
def test_a_smaller_role_never_covers_more(
    scope: Scope, columns: frozenset[str], filters: frozenset[str], data: st.DataObject
) -> None:
    role = Role(
        hash="0" * 64, name="r", owner="city", label={"en": "R"}, capacity="r", acts=frozenset({"case:read"}), scope=scope
    )
    grant = Grant(id="g", person="p", role=role, period=Period(START, END))
    less: Grant = replace(
        grant,
        role=replace(role, scope=replace(scope, columns=scope.columns & columns, filters=scope.filters & filters)),
        period=Period(START, Instant(END - data.draw(st.integers(0, END - START)))),
    )
    shown, sorts = sorted(less.role.scope.columns), sorted(less.role.scope.columns & less.role.scope.filters)
    beyond = data.draw(st.sampled_from((*NAMES, "", "", "", "")))
    asked = data.draw(st.lists(st.sampled_from(shown), max_size=2, unique=True)) if shown else []
    question = Question(
        purpose="",
        columns=tuple(dict.fromkeys([*asked, beyond] if beyond else asked)),
        sort=tuple(data.draw(st.lists(st.sampled_from(sorts), max_size=1))) if sorts else (),
    )
    ends = less.period.end
    at = Instant(data.draw(st.sampled_from((START - 1, START, START, (START + ends) // 2, ends - 1, ends))))
    small, large = decide_staff(less, question, at), decide_staff(grant, question, at)
    if isinstance(small, Permit):
        event("permit")
        assert isinstance(large, Permit)
        assert covers(grant, small.facts(1), at, floor=floor) is None
        assert small.until is not None
        assert at < small.until
