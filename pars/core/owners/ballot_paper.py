"""A vote before it is cast: the file that an officer takes to their own key, signs there, and hands in.

It says all that the seat signs, in words, too. Whoever signs needs nothing but it and the key; it holds no secret.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

from pars.core.agreements.acts import Vote
from pars.core.document import HASH, Node, read_value
from pars.core.owners.charter import CHOICES
from pars.core.owners.votes import vote_message
from pars.core.terms import Refusal

_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/+-]{0,127}")
_SIGNATURE = re.compile(r"[0-9a-f]{128}")


@dataclass(frozen=True, slots=True, kw_only=True)
class BallotPaper:
    """One seat's choice on one text in one log, answering one act; signed once `signature` is there. `subject` is an agreement, or `text:` and a subject."""

    origin: str
    subject: str
    version: str
    choice: str
    seat: str
    answers: int
    reason: str | None = None
    signature: bytes | None = None

    @property
    def why(self) -> str | None:
        """The sha256 of the reason, which the seat signs."""
        return None if self.reason is None else sha256(self.reason.encode()).hexdigest()

    @property
    def message(self) -> bytes:
        """What the seat signs."""
        return vote_message(
            origin=self.origin,
            agreement=self.subject,
            version=self.version,
            choice=self.choice,
            seat=self.seat,
            answers=self.answers,
            why=self.why,
        )

    def vote(self, signature: bytes) -> Vote:
        """Return the vote that it is with this signature."""
        return Vote(
            choice=self.choice, seat=self.seat, version=self.version, answers=self.answers, signature=signature, why=self.why
        )

    def signed(self, signature: bytes) -> BallotPaper:
        """Return it with the seat's signature put in."""
        return replace(self, signature=signature)

    def says(self) -> str:
        """Return what the seat says by it, in one sentence: what a person who signs reads."""
        why = "" if self.reason is None else f" Reason: {self.reason}"
        return (
            f"The seat {self.seat} votes {self.choice} on {self.subject}, the text {self.version}, answering entry {self.answers} "
            f"of the ledger {self.origin}.{why}"
        )

    def text(self) -> bytes:
        """Return the file, for people to read and for `read_ballot_paper`."""
        said: dict[str, Any] = {
            "v": 1,
            "about": "vote",
            "origin": self.origin,
            "subject": self.subject,
            "version": self.version,
            "choice": self.choice,
            "seat": self.seat,
            "answers": self.answers,
        }
        if self.reason is not None:
            said["reason"] = self.reason
        if self.signature is not None:
            said["signature"] = self.signature.hex()
        return json.dumps(said, indent=2, ensure_ascii=False).encode() + b"\n"


def read_ballot_paper(text: bytes) -> BallotPaper | Refusal:
    """Return the vote whose file this is, or what is wrong with it and where. The signature is checked when it is cast."""

    def reader(node: Node) -> BallotPaper:
        needs = {"v", "about", "origin", "subject", "version", "choice", "seat", "answers"}
        parts = node.fields(needs, {"reason", "signature"})
        parts["v"].whole(1, 1)
        parts["about"].one_of({"vote"})
        return BallotPaper(
            origin=parts["origin"].text(_CODE),
            subject=parts["subject"].text(_CODE),
            version=parts["version"].text(HASH),
            choice=parts["choice"].one_of(CHOICES),
            seat=parts["seat"].text(_CODE),
            answers=parts["answers"].whole(),
            reason=parts["reason"].text() if "reason" in parts else None,
            signature=bytes.fromhex(parts["signature"].text(_SIGNATURE)) if "signature" in parts else None,
        )

    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return Refusal(
            code="NOT_JSON", says="This isn't the file of a vote.", remedy="Begin one with `pars agreement vote --paper`."
        )
    return read_value(value, reader, ours=False)
