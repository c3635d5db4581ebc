"""Who the person is: a reply to prints recorded beside what the person said, and which cases are of one person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pars.actions.beats import on_case
from pars.core.cases import linking, verifying
from pars.store import rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pars.core.cases.case import Case, Change
    from pars.core.cases.facts import IdentityVerified
    from pars.core.ledger.entries import By
    from pars.core.terms import Refusal
    from pars.store.ledger import Acting, Done, Refused
    from pars.store.replays import Once


def verify_identity(
    *, case_id: str, seen: int, reply: IdentityVerified, why: str | None = None, by: By, once: Once | None = None
) -> Done | Refused:
    """Record a reply to prints, or correct one with the reason."""
    return on_case(
        "identity:verify",
        case_id=case_id,
        by=by,
        once=once,
        rule=lambda case, acting: verifying.verify_identity(case, seen, reply, verifier=by.person, at=acting.at, why=why),
    )


def link_person(
    *, case_id: str, seen: int, other_case: str, basis: str, reason: str, by: By, once: Once | None = None
) -> Done | Refused:
    """Say that two cases are of one person."""

    def rule(case: Case | None, _: Acting) -> Change | Refusal:
        other = rows.load_case(other_case)
        return linking.link_person(case, seen, other=other, basis=basis, reason=reason, linker=by.person)

    # INVARIANT: a release of either waits for a link that is being made: from then on what holds the person in one holds them in both.
    return on_case("person:link", case_id=case_id, by=by, once=once, rule=rule, with_linked=True, beside=(other_case,))


def confirm_link(*, case_id: str, seen: int, link: int, reason: str, by: By, once: Once | None = None) -> Done | Refused:
    """Confirm a link that somebody else made."""

    def rule(case: Case | None, _: Acting) -> Change | Refusal:
        named = [] if case is None else [one.other_case for one in linking.waiting_links(case) if one.n == link]
        other = rows.load_case(named[0]) if named else None
        return linking.confirm_link(case, seen, link=link, other=other, reason=reason, confirmer=by.person)

    return on_case("person:link", case_id=case_id, by=by, once=once, rule=rule, with_linked=True)


def undo_link(*, case_id: str, seen: int, link: int, reason: str, by: By, once: Once | None = None) -> Done | Refused:
    """Undo a link, with the reason."""
    return on_case(
        "person:link",
        case_id=case_id,
        by=by,
        once=once,
        rule=lambda case, _: linking.undo_link(case, seen, link=link, reason=reason, linker=by.person),
    )


def tell_apart(
    *, case_id: str, seen: int, others: Sequence[str], reason: str, by: By, once: Once | None = None
) -> Done | Refused:
    """Say of cases that look alike that they are of other people."""

    def rule(case: Case | None, _: Acting) -> Change | Refusal:
        known = tuple(rows.load_cases(others).values())
        return linking.tell_apart(case, seen, others=known, reason=reason, linker=by.person)

    return on_case("person:link", case_id=case_id, by=by, once=once, rule=rule)
