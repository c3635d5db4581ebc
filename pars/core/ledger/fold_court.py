"""Folds what the court keeps beside the cases: the signed records of its sessions."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from pars.core.ledger.state import Impossible

if TYPE_CHECKING:
    from pars.core.ledger.state import Step


RECORD_SAYS = frozenset({"format", "starts", "session", "called", "heard", "discharged", "passed", "unheard", "orders"})
"""What the record of a session says; an amended one also why."""
_WORDS = {
    "format": r"[a-z.0-9]{1,20}",
    "session": r"[0-9T:.+\-]{1,40}(\[[A-Za-z0-9/_+\-]{1,40}\])?",
    "amended": r"[A-Z_]{1,40}",
}


def session_closed(step: Step) -> None:
    """A session that has begun is closed once; after that its record is only amended, and an amendment names the record that stood.

    The record holds counts and nothing else, so that nobody is named in what anybody may read.
    """
    detail = step.entry.detail
    found = step.document(detail["record"], "the session's record")
    if found.get("starts") != detail["session"]:
        raise Impossible("OTHER_SESSION", "the record is of another session than the entry says")
    if step.entry.at < detail["session"]:
        raise Impossible("TOO_EARLY", "a session is closed before it began")
    amends = () if detail.get("amends") is None else ("amended",)
    if not _counts_only(found, RECORD_SAYS.union(amends)):
        raise Impossible(
            "NOT_COUNTS", "the session's record isn't the counts of one, with the reason of an amendment and of nothing else"
        )
    standing = step.state.sessions.get(detail["session"])
    if detail.get("amends") != standing:
        raise Impossible("SESSION_CLOSED", "a session's record is amended by naming the one that stands, and no other way")
    step.state.sessions[detail["session"]] = step.entry.id


def _counts_only(found: dict[str, Any], says: frozenset[str]) -> bool:
    if found.keys() != says or not isinstance(found["orders"], dict):
        return False
    words = {name: found[name] for name in _WORDS if name in says}
    counts = [found[name] for name in says - words.keys() - {"orders"}] + list(found["orders"].values())
    worded = all(type(said) is str and re.fullmatch(_WORDS[name], said, re.ASCII) for name, said in words.items())
    return worded and all(type(count) is int for count in counts)
