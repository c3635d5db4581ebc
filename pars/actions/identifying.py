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

from django.contrib.auth.hashers import make_password

from pars.core.agreement import standing
from pars.core.entries import By
from pars.core.terms import moment
from pars.store import governance, ledger
from pars.store.models import Account, Token

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pars.core.role import Grant

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
    """Who a bearer token names: one person, through one client, under one authority."""

    person: str
    name: str
    client: str
    authority: str

    @property
    def by(self) -> By:
        """Return who acts, as the ledger names them."""
        return By(self.person, self.authority, self.client)

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
    Account(username=username, name=name, person=pseudonym, password=hashed).save()
    return pseudonym


def issue_token(*, username: str, client: str, authority: str, expires: datetime | None = None) -> str:
    """Return a new bearer token. Only its sha256 is kept; whoever loses it asks for another."""
    token = TOKEN_PREFIX + secrets.token_urlsafe(32)
    Token.objects.create(
        digest=sha256(token.encode()).hexdigest(),
        account=Account.objects.get(username=username),
        client=client,
        authority=authority,
        expires=expires,
    )
    return token


def by_token(token: str) -> Identified | None:
    """Return whom the token names, or None where it is unknown or over."""
    digest = sha256(token.encode()).hexdigest()
    found = Token.objects.select_related("account").filter(digest=digest, account__is_active=True).first()
    if found is None or (found.expires is not None and found.expires <= moment(ledger.now())):
        return None
    return Identified(person=found.account.person, name=found.account.name, client=found.client, authority=found.authority)


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
    return dict(Account.objects.values_list("person", "name"))
