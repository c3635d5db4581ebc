"""Folds what the court keeps beside the cases: the signed records of its sessions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pars.core.ledger.state import Impossible

if TYPE_CHECKING:
    from pars.core.ledger.state import Step


def session_closed(step: Step) -> None:
    """A session is closed once; after that its record is only amended, and an amendment names the record that stood."""
    detail = step.entry.detail
    found = step.document(detail["record"], "the session's record")
    if found.get("starts") != detail["session"]:
        raise Impossible("OTHER_SESSION", "the record is of another session than the entry says")
    standing = step.state.sessions.get(detail["session"])
    if detail.get("amends") != standing:
        raise Impossible("SESSION_CLOSED", "a session's record is amended by naming the one that stands, and no other way")
    step.state.sessions[detail["session"]] = step.entry.id
