"""Which family of exchange documents a file belongs to, and which feed takes it.

A family is told by the root's local name together with its exchange namespace, of which the version is ignored. A name
alone is not enough: N-DEx has an `ArrestReport` of its own, and a `ChargeReferralRequest` is an order about a criminal
history, not a `ChargeReferral`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pars.edge.formats.custody_documents import read_custody_document, read_custody_result
from pars.edge.formats.prosecution_documents import read_prosecution_decision
from pars.edge.formats.xml_reading import Unreadable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pars.core.cases.received import Family, FeedOwner, Received
    from pars.edge.formats.paper import Paper
    from pars.edge.formats.xml_reading import Element


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A source of documents: the grant it writes under, whose it is, and the zone of its local times."""

    name: str
    owner: FeedOwner
    zone: str


OWNERS: Final[Mapping[Family, FeedOwner]] = {
    "ARREST": "police",
    "CHARGE_REFERRAL": "police",
    "BOOKING": "custodian",
    "CUSTODY": "custodian",
    "PROSECUTION_DECISION": "prosecutor",
}
"""Whose feed sends the documents of a family."""

READERS: Final[Mapping[Family, Callable[[Paper, Family, Feed], Received]]] = {
    "ARREST": read_custody_document,
    "BOOKING": read_custody_document,
    "CHARGE_REFERRAL": read_custody_document,
    "CUSTODY": read_custody_result,
    "PROSECUTION_DECISION": read_prosecution_decision,
}

_ROOTS: Final[Mapping[str, Family]] = {
    "ArrestReport": "ARREST",
    "BookingReport": "BOOKING",
    "ChargeReferral": "CHARGE_REFERRAL",
    "CustodyQueryResults": "CUSTODY",
    "ProsecutionDecisionReport": "PROSECUTION_DECISION",
}
_NOT_READ_YET: Final[Mapping[str, str]] = {
    "PretrialServiceEnrollmentReport": "a pretrial services enrollment",
    "CustodyReleaseReport": "a report of a release from custody",
    "CustodyStatusChangeReport": "a report of a change of custody",
    "ChargeReferralRequest": "an order about a criminal history, not a ChargeReferral",
}
_HISTORY_ORDER: Final = re.compile(r"(?:Arrest|Charge|Disposition|Delete|Finalize|Expunge|Decline)\w*Request")
_EXCHANGE: Final = re.compile(r"https?://(?:[\w.-]+\.)?ojbc\.org/IEPD/Exchange/(\w+?)(?:/\d+(?:\.\d+)*)?/?")


def one_feed_for_each_owner(prefix: str, zone: str) -> Mapping[Family, Feed]:
    """Return feeds named `PREFIX police`, `PREFIX custodian`, `PREFIX prosecutor`, one for the families of each owner."""
    return {family: Feed(name=f"{prefix} {owner}", owner=owner, zone=zone) for family, owner in OWNERS.items()}


def family_of(root: Element) -> Family:
    """Return the family of the document with this root. Raises `Unreadable` with the reason where it is none that is read."""
    exchange = _EXCHANGE.fullmatch(root.namespace)
    family = _ROOTS.get(root.name)
    if family is not None and exchange is not None and exchange[1] == root.name:
        return family
    if family is not None:
        raise _unknown(root, f"the root is called {root.name} but isn't in that exchange's namespace")
    if root.name in _NOT_READ_YET:
        raise _not_read_yet(root, _NOT_READ_YET[root.name])
    if exchange is not None and _HISTORY_ORDER.fullmatch(root.name):
        raise _not_read_yet(root, "an order to change a criminal history")
    raise _unknown(root, "the root is none of the case documents that are read here")


def _not_read_yet(root: Element, kind: str) -> Unreadable:
    return Unreadable(
        "NOT_READ_YET",
        root.line,
        f"this is {kind}; such documents are not read yet",
        "Nothing was taken in. Have a person enter what matters now, or send it again when the family is read.",
    )


def _unknown(root: Element, what: str) -> Unreadable:
    return Unreadable("NOT_A_CASE_DOCUMENT", root.line, what, f"Send one of: {', '.join(sorted(_ROOTS))}.")
