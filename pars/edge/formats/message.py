"""What a message says of itself: identification, time, sequence, and the organization that owns the information.

LEXS messages (arrest reports, charge referrals) put this in their metadata, the other families on the document itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pars.edge.formats.arrests import Agency, organization
from pars.edge.formats.graph import value
from pars.edge.formats.xml_reading import Unreadable

if TYPE_CHECKING:
    from pars.core.terms import StatedTime
    from pars.edge.formats.paper import Paper


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """The message as such, apart from what it tells."""

    document_id: str | None
    time: StatedTime | None
    sequence: str | None
    owner: Agency


def message_of(paper: Paper) -> Message:
    """Return what the message says of itself. An order to delete a record is refused: it is no arrest."""
    graph, root = paper.graph, (paper.root,)
    for order in graph.named("DataItemPublishInstruction", "DocumentDispositionInstructionText"):
        if order.says("delete", "remove", "withdraw", "cancel", "expunge", "seal"):
            raise Unreadable(
                "NOT_READ_YET",
                order.line,
                "the document orders a record to be removed; such orders are not read yet",
                "Have a person carry out the order; it changes nothing here by itself.",
            )
    metadata = tuple(graph.named("PackageMetadata"))
    published = tuple(graph.named("PDMessageMetadata"))
    return Message(
        document_id=value(metadata, "DataItemID", "DataItemReferenceID")
        or value(root, "DocumentIdentification/IdentificationID", "ReportIdentification/IdentificationID"),
        time=paper.time(published, "MessageDateTime")
        or paper.time(root, "DocumentCreationDate", "DocumentFiledDate", "ChargeFilingDate", "DocumentEffectiveDate"),
        sequence=value(published, "MessageSequenceNumber") or value(root, "DocumentSequenceID"),
        owner=_owner(paper),
    )


def _owner(paper: Paper) -> Agency:
    """Return the organization that owns the information; an empty one where none is named."""
    for element in paper.graph.named("InformationOwningOrganization", "DataOwnerIdentifier", "SystemIdentifier"):
        found = organization(paper, element)
        if found is not None:
            return found
    return Agency()
