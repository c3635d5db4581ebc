"""Identity: who the person says they are, and which cases are of the same person."""

from __future__ import annotations

from dataclasses import dataclass

from pars.core.cases.facts.fact import Fact
from pars.core.terms import StatedTime  # the store reads the field types to make its columns


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityClaimed(Fact):
    """Who the person says they are, or the paper says: a claim, kept apart from any verified identity.

    Names are kept as given: where only a full name came, `given` and `surname` may be None and nothing is split.
    `birth_date` keeps its precision; `sex` and `address` are the source's own words.
    """

    surname: str | None
    given: str | None
    middle: str | None = None
    suffix: str | None = None
    full: str | None = None
    birth_date: StatedTime | None = None
    sex: str | None = None
    address: str | None = None
    birthplace: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AliasStated(Fact):
    """Another name that a source gives for the person."""

    surname: str | None
    given: str | None
    full: str | None = None
    birth_date: StatedTime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityVerified(Fact):
    """What a repository of prints answered: who the person is by them. It stands beside the claim and never replaces it.

    `outcome` is MATCH, NO_MATCH or SEVERAL; `source` the system that answered, `stated` its own instant, `reference` its number
    of the reply, `confidence` its own words. Numbers are text in their exchanged form. Name and birth date are the repository's.
    `verifier` is who recorded it.
    """

    source: str
    stated: StatedTime
    outcome: str
    reference: str
    verifier: str
    confidence: str | None = None
    sid: str | None = None
    pid: str | None = None
    ucn: str | None = None
    surname: str | None = None
    given: str | None = None
    full: str | None = None
    birth_date: StatedTime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonLinked(Fact):
    """Another case is of the same person, so that a release checks it too. `linked` False undoes an earlier link, or tells two apart.

    `basis` is FINGERPRINT or SECOND_PERSON; the second counts once it has `confirmed_by`, somebody else than its `linker`.
    TOLD_APART is the basis of a word that they are two people.
    """

    other_case: str
    basis: str
    linked: bool = True
    confirmed_by: str | None = None
    linker: str = ""
