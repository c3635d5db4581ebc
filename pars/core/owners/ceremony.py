"""An act on a key before it is entered: the file that goes round among those who sign it, each on their own machine.

The file says what is to be done and holds the signatures so far. Whoever signs needs nothing but it and their own key; whoever enters
it needs a seat. It holds no secret.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from pars.core.document import HASH, Node, read_value
from pars.core.owners.keyring import LOG, AddKey, RevokeKey, key_message
from pars.core.terms import Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pars.core.owners.keyring import KeyAct

NEW, OLD = "new", "old"
"""Whose signatures stand beside the seats': the added key's own, and the log's before it."""
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/+-]{0,127}")
_SIGNATURE = re.compile(r"[0-9a-f]{128}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ceremony:
    """What is to be done with a key, and who has signed it: `new`, `old`, or a seat. `since` is there where it is to be revoked."""

    origin: str
    use: str
    key: str
    answers: int
    since: int | None = None
    lost: bool = False
    signed: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def message(self) -> bytes:
        """What each of them signs."""
        return key_message(
            origin=self.origin, use=self.use, key=self.key, answers=self.answers, since=self.since, lost=self.lost
        )

    @property
    def act(self) -> KeyAct:
        """The act that it is, with the signatures that are there."""
        seats = {name: signature for name, signature in self.signed.items() if name not in {NEW, OLD}}
        if self.since is not None:
            return RevokeKey(use=self.use, key=self.key, since=self.since, answers=self.answers, seats=seats)
        new, old = self.signed.get(NEW, b""), None if self.lost else self.signed.get(OLD)
        return AddKey(use=self.use, key=self.key, answers=self.answers, new=new, seats=seats, old=old)

    def with_signature(self, name: str, signature: bytes) -> Ceremony:
        """Return it with somebody's signature put in."""
        return replace(self, signed={**self.signed, name: signature})

    def says(self) -> str:
        """Return what is to be done, in one sentence: what a person who signs reads."""
        of = "the log" if self.use == LOG else f"the seat {self.use.removeprefix('seat:')}"
        if self.since is not None:
            return f"Revoke the key {self.key} of {of}, in doubt from entry {self.since} on, in the ledger {self.origin}."
        without = " The key before it is lost and doesn't sign." if self.lost else ""
        return f"Put the key {self.key} in force for {of}, in the ledger {self.origin}.{without}"

    def text(self) -> bytes:
        """Return the file, for people to read and for `read_ceremony`."""
        said: dict[str, Any] = {
            "v": 1,
            "about": "key",
            "act": "add" if self.since is None else "revoke",
            "origin": self.origin,
            "use": self.use,
            "key": self.key,
            "answers": self.answers,
        }
        if self.since is not None:
            said["since"] = self.since
        if self.lost:
            said["lost"] = 1
        said["signed"] = {name: signature.hex() for name, signature in sorted(self.signed.items())}
        return json.dumps(said, indent=2).encode() + b"\n"


def read_ceremony(text: bytes) -> Ceremony | Refusal:
    """Return the act on a key whose file this is, or what is wrong with it and where. The signatures are checked when it is entered."""

    def reader(node: Node) -> Ceremony:
        parts = node.fields({"v", "about", "act", "origin", "use", "key", "answers", "signed"}, {"since", "lost"})
        parts["v"].whole(1, 1)
        parts["about"].one_of({"key"})
        revokes = parts["act"].one_of({"add", "revoke"}) == "revoke"
        if revokes != ("since" in parts):
            raise parts["act"].wrong("WRONG_FORM", "a revocation, and only it, says since which entry the key is in doubt.")
        return Ceremony(
            origin=parts["origin"].text(_CODE),
            use=parts["use"].text(_CODE),
            key=parts["key"].text(HASH),
            answers=parts["answers"].whole(0),
            since=parts["since"].whole(0) if revokes else None,
            lost="lost" in parts and parts["lost"].whole(1, 1) == 1,
            signed={name: bytes.fromhex(part.text(_SIGNATURE)) for name, part in parts["signed"].entries().items()},
        )

    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return Refusal(
            code="NOT_JSON", says="This isn't the file of an act on a key.", remedy="Begin one with `pars keys begin`."
        )
    return read_value(value, reader, ours=False)
