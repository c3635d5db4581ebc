"""Who is at the door: accounts and their tokens, and in which capacities a person can act.

An account says only who somebody is. What they may do is a grant or a named place under an agreement, which are facts of the
ledger and are read anew each time.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Literal

from django.apps import apps
from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from pars.core.agreements.agreement import standing
from pars.core.ledger.entries import By
from pars.core.terms import moment
from pars.store import governance, ledger

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pars.core.access.role import Grant

NOBODY = "nobody"
"""How the ledger calls who isn't there: a system that asks on nobody's behalf."""

TOKEN_PREFIX = "pars_"  # noqa: S105  what a token begins with, so that a leaked one is recognized


@dataclass(frozen=True, slots=True, kw_only=True)
class Capacity:
    """One thing a person can act as: under a grant (`staff`), or for an agency under its agreements (`agency`)."""

    kind: Literal["staff", "agency"]
    authority: str
    label: Mapping[str, str]
    grant: Grant | None = None
    agency: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Identified:
    """Who a bearer token names: one person, through one client, under one authority. `person` is empty where nobody stands behind."""

    person: str
    name: str
    client: str
    authority: str

    @property
    def by(self) -> By:
        """Return who acts, as the ledger names them."""
        return By(self.person or NOBODY, self.authority, self.client)

    @property
    def agency(self) -> str | None:
        """Return the agency that the token's holder asks for; None for staff."""
        return self.authority.removeprefix("agency:") if self.authority.startswith("agency:") else None


def make_account(*, username: str, name: str, password: str, person: str | None = None) -> str:
    """Make an account and return the pseudonym under which the ledger will know the person."""
    return make_account_with(username=username, name=name, hashed=make_password(password), person=person)


def make_account_with(*, username: str, name: str, hashed: str, person: str | None = None) -> str:
    """Make an account whose password was hashed before."""
    pseudonym = person or f"p-{secrets.token_hex(6)}"
    get_user_model()(username=username, name=name, person=pseudonym, password=hashed).save()
    return pseudonym


def issue_token(*, username: str | None, client: str, authority: str, expires: datetime | None = None) -> str:
    """Return a new bearer token. Only its sha256 is kept; whoever loses it asks for another.

    Without a user name nobody stands behind it: such a system can't be answered, and each question of it is refused.
    """
    token = TOKEN_PREFIX + secrets.token_urlsafe(32)
    apps.get_model("store", "Token").objects.create(
        digest=sha256(token.encode()).hexdigest(),
        account=get_user_model().objects.get(username=username) if username is not None else None,
        client=client,
        authority=authority,
        expires=expires,
    )
    return token


def by_token(token: str) -> Identified | None:
    """Return whom the token names, or None where it is unknown or over."""
    found = (
        apps.get_model("store", "Token")
        .objects.select_related("account")
        .filter(digest=sha256(token.encode()).hexdigest())
        .first()
    )
    if found is None or (found.expires is not None and found.expires <= moment(ledger.now())):
        return None
    account = found.account
    if account is None:
        return Identified(person="", name="", client=found.client, authority=found.authority)
    return Identified(person=account.person, name=account.name, client=found.client, authority=found.authority)


def knows_password(person: str, password: str) -> bool:
    """Return whether the password is the person's: what a signature asks for again."""
    account = get_user_model().objects.filter(person=person).first()
    return account is not None and account.check_password(password)


def capacities(person: str) -> tuple[Capacity, ...]:
    """Return everything the person can act as at this instant: grants first, then agencies that name them."""
    with ledger.reading() as at:
        staff = [
            Capacity(kind="staff", authority=f"grant:{grant.id}", label=grant.role.label, grant=grant)
            for grant in governance.grants_of(person)
            if grant.period.covers(at)
        ]
        agencies = {
            agreement.agency: standing(agreement, at).version.agency.name
            for agreement in governance.load_agreements()
            if agreement.user(person, at) is not None
        }
    named = [
        Capacity(kind="agency", authority=f"agency:{agency}", label={"en": name, "es": name}, agency=agency)
        for agency, name in sorted(agencies.items())
    ]
    return (*staff, *named)


def people() -> Mapping[str, str]:
    """Return the name that colleagues see, by pseudonym."""
    return dict(get_user_model().objects.values_list("person", "name"))


def accounts() -> tuple[tuple[str, str, str], ...]:
    """Return every account: what is typed to sign in, the pseudonym, the name."""
    return tuple(get_user_model().objects.order_by("username").values_list("username", "person", "name"))


def person_of(username: str) -> str | None:
    """Return the pseudonym of the account, or None where there is no such account."""
    found: str | None = get_user_model().objects.filter(username=username).values_list("person", flat=True).first()
    return found


def able(person: str, act: str) -> By | None:
    """Return the person under a grant of theirs that allows the act now, or None."""
    held = (capacity.grant for capacity in capacities(person))
    grant = next((grant for grant in held if grant is not None and act in grant.role.acts), None)
    return None if grant is None else By(person, f"grant:{grant.id}")


def anybody_able(act: str) -> bool:
    """Return whether anybody holds a grant that allows the act now."""
    with ledger.reading() as at:
        return any(act in grant.role.acts and grant.period.covers(at) for grant in governance.load_grants())


def password_problems(password: str) -> list[str]:
    """Return why a password won't do, in sentences; empty where it will."""
    try:
        validate_password(password)
    except ValidationError as problems:
        return list(problems.messages)
    return []
