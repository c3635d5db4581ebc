"""A one-off grant: what one paper opens, once: a subpoena, a judge's order, or somebody's request for the record about themselves.

It is a small agreement that comes into force in another way: the charter names who gives it alone, for each kind of paper. It is the
paper's: it can't be renewed or amended, every question names a person, and the people that it shows are limited. Its text is public, so that
it says nothing of whom the paper is about; the paper does, and stays with the owners.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from pars.core.access.catalogue import COLUMNS
from pars.core.access.predicate import columns_in
from pars.core.access.purposes import LEGAL_PROCESS, OWN_REQUEST
from pars.core.document import HASH
from pars.core.terms import DAY, Refusal
from pars.core.wording import when

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pars.core.agreements.acts import Agreement
    from pars.core.agreements.version import Version
    from pars.core.document import Node
    from pars.core.owners.charter import Charter
    from pars.core.terms import Instant

PAPERS: Mapping[str, str] = {"subpoena": LEGAL_PROCESS, "court_order": LEGAL_PROCESS, "own_request": OWN_REQUEST}
"""Each kind of paper, with the one purpose that it opens; no agreement without a paper has that purpose."""
LONGEST = 90 * DAY
"""The longest term of a one-off grant [counsel]."""
ABOUT_A_PERSON = frozenset(
    column.name for column in COLUMNS.values() if column.data_class == "identity" and column.name != "adult"
) | {"record", "otn", "incident_number"}


@dataclass(frozen=True, slots=True)
class Paper:
    """The paper behind a one-off grant: its kind, and the sha256 of the document that the owners keep."""

    kind: str
    sha256: str


def read_paper(node: Node) -> Paper:
    """Return the paper that a version's text names."""
    parts = node.fields({"kind", "sha256"})
    return Paper(parts["kind"].one_of(PAPERS, "UNKNOWN_PAPER"), parts["sha256"].text(HASH))


def paper_of(version: Version) -> str | None:
    """Return the hash of the paper that a version rests on; None where it is no one-off grant."""
    return version.paper.sha256 if version.paper is not None else None


def notice(version: Version, charter: Charter) -> int:
    """Return how long after its adoption a version begins at the earliest. A paper binds at once."""
    return 0 if version.paper is not None else charter.notice_us


def givers(version: Version, charter: Charter) -> frozenset[str]:
    """Return the seats of which one alone gives this one-off grant."""
    assert version.paper is not None, "only a paper is given on"
    return charter.one_off.get(version.paper.kind, frozenset())


def voters(version: Version, charter: Charter) -> frozenset[str]:
    """Return the seats that vote on a version: on a one-off grant who may give it, and whose consent its columns need."""
    if version.paper is None:
        return frozenset(charter.owners)
    return givers(version, charter) | charter.consents(version.scope.columns | version.scope.filters)


def decides(version: Version, charter: Charter, choice: str, seats: frozenset[str]) -> Literal["adopted", "rejected"] | None:
    """Return what a proposed one-off grant has become by these seats' one choice; None while it is still open."""
    consents, may_give = charter.consents(version.scope.columns | version.scope.filters), givers(version, charter)
    if choice == "adopt":
        return "adopted" if seats & may_give and consents <= seats else None
    return "rejected" if may_give <= seats or consents & seats else None


def refuse(agreement: Agreement, version: Version, charter: Charter) -> Refusal | None:
    """Return why this version can't be proposed as a one-off grant, or beside one; None where it can, and where there is no paper."""
    if any(proposal.version.paper is not None for proposal in agreement.proposals):
        return _no("NOT_RENEWABLE", "A one-off grant is its paper's: it is neither renewed nor amended.", "Bring a new paper.")
    purposes = {purpose.code for purpose in version.purposes}
    if version.paper is None:
        opened = tuple(sorted(purposes & set(PAPERS.values())))
        return _no("PAPER_NEEDED", "This purpose is opened by a paper alone.", "Name the paper.", "/paper") if opened else None
    if agreement.proposals:
        return _no("NOT_RENEWABLE", "An agreement doesn't become a one-off grant.", "Propose it under a name of its own.")
    return _unfit(version, purposes) or (
        None
        if givers(version, charter)
        else _no("NOBODY_GIVES", "The charter names nobody who may give a grant on such a paper.", "", "/paper/kind")
    )


def refuse_again(agreement: Agreement, version: Version, at: Instant) -> Refusal | None:
    """Return why this version can't be proposed beside another agreement of the agency's: its paper was given on, or may be."""
    if version.paper is None:
        return None
    same = [one for one in agreement.proposals if one.version.paper and one.version.paper.sha256 == version.paper.sha256]
    if all(agreement.fate(one, at) not in {"open", "adopted"} for one in same):
        return None
    says = f"Agreement {agreement.id} rests on the same paper, which opens a record once."
    return _no("PAPER_USED", says, "Bring a new paper.", "/paper/sha256")


def _unfit(version: Version, purposes: set[str]) -> Refusal | None:
    assert version.paper is not None, "asked of a one-off grant"
    only = PAPERS[version.paper.kind]
    if purposes != {only}:
        return _no("OTHER_PURPOSE", f"Such a paper opens one purpose: {only}.", "", "/purposes")
    if version.limits.people_per_day_in_all is None:
        return _no("LIMIT_NEEDED", "A one-off grant limits the people that all together may be shown a day.", "", "/limits")
    if version.term.end - version.term.start > LONGEST:
        last = when(type(version.term.start)(version.term.start + LONGEST), version.place)
        return _no("TERM_TOO_LONG", f"A one-off grant lasts 90 days at most: it could end {last}.", "", "/term")
    if columns_in(version.scope.rows) & ABOUT_A_PERSON:
        return _no(
            "PERSON_IN_TEXT",
            "The text is public, and its conditions would name a person.",
            "Let the question name them.",
            "/scope/rows",
        )
    return None


def _no(code: str, says: str, remedy: str = "", *names: str) -> Refusal:
    return Refusal(code=code, says=says, remedy=remedy, names=names)
