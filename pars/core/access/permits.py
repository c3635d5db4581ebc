"""What a decision is made of and what it gives: who asks, the permit, and the facts of one disclosure as its entry states them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from pars.core.access.limits import UNUSED, Used

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pars.core.access.approvals import Approval, How
    from pars.core.access.predicate import Predicate
    from pars.core.terms import Instant


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: an agency's client, on behalf of a person (by pseudonym; empty where it names none)."""

    agency: str
    person: str
    client: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Permit:
    """A yes: what may be fetched, through which login, under which authority, and until when it can be relied on.

    `at` is the instant for which it was decided. `where` holds the conditions of agreement, question and floor together. At `until` the question must be decided again. `named` says
    that it names a person, `paper` is the hash of the paper that a one-off grant rests on, `approval` the
    second person's, `emergency` the reason of an emergency question, `behalf` the
    agency for which it is asked, `checked` whether its evidence could be looked up (None: the version doesn't have it looked up),
    `apart` whether what others are given counts for it too, so that no two answers may be entered in one transaction.
    """

    login: Literal["guest", "duty"]
    authority: str
    agency: str | None
    person: str
    purpose: str
    version_hash: str
    columns: tuple[str, ...]
    filters: frozenset[str]
    masks: Mapping[str, str]
    where: Predicate
    sort: tuple[str, ...]
    after: str | None
    limit: int
    at: Instant
    until: Instant | None
    named: bool = False
    paper: str | None = None
    how: How = "once"
    approval: Approval | None = None
    emergency: str | None = None
    evidence: bool = True
    behalf: str | None = None
    checked: bool | None = None
    apart: bool = False

    @property
    def approved(self) -> int | None:
        """The entry of the request whose approval it rests on."""
        return self.approval.asked.entry if self.approval is not None else None

    def facts(self, rows: int, used: Used = UNUSED) -> Facts:
        """Return what is about to be disclosed, for `covers`."""
        return Facts(
            person=self.person,
            agency=self.agency,
            version=self.version_hash,
            purpose=self.purpose,
            evidence=self.evidence,
            columns=frozenset(self.columns),
            filters=self.filters,
            rows=rows,
            used=used,
            named=self.named,
            paper=self.paper,
            how=self.how,
            approval=self.approval,
            emergency=self.emergency,
            behalf=self.behalf,
            checked=self.checked,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """One disclosure as its ledger entry states it. `version` is the version's hash, for staff the role's.

    `used` is what the same day had before under this authority (see `volume_day`).
    """

    person: str
    agency: str | None
    version: str
    purpose: str
    evidence: bool
    columns: frozenset[str]
    filters: frozenset[str]
    rows: int
    used: Used = UNUSED
    named: bool = False
    paper: str | None = None
    how: How = "once"
    approval: Approval | None = None
    emergency: str | None = None
    behalf: str | None = None
    checked: bool | None = None
