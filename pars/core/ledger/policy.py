"""Whose signatures make a checkpoint count: the log's own, and those of enough witnesses. C2SP tlog-policy, read and written.

    log ledger.example+0b3f7a1c+AQ…          any of the logs named must have signed
    witness city witness.city.example+…      a witness's name in this text, its key, and perhaps where it answers
    witness court witness.court.example+…
    witness prosecutor witness.da.example+…
    group owners 2 city court prosecutor     of these two; also: any, all
    quorum owners                            which witness or group must have cosigned, or none

A name stands for something on an earlier line, and is in one group at most, so that each witness counts once.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pars.core.ledger.checkpoint import COSIGNER, read_verifier_key, verifier_key
from pars.core.ledger.cosignature import cosigned_at

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pars.core.ledger.checkpoint import Note
    from pars.core.ledger.cosignature import Verify

NONE = "none"
MOST = 64
"""Logs, witnesses and groups that a policy may name, of each."""

_LINES = re.compile(r"[\t\n\x20-\x7e\u0080-\U0010ffff]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Log:
    """A log whose checkpoints count. `origin` is the name of its key and of the log."""

    origin: str
    key: bytes
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Witness:
    """A witness: its name in the policy, the name that its signature lines have, its key and where it answers."""

    name: str
    key_name: str
    key: bytes
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Witnesses or groups of which `least` must have cosigned."""

    name: str
    least: int
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Logs, witnesses, groups in an order in which each is defined before it is named, and the quorum (None: no witness)."""

    logs: tuple[Log, ...] = ()
    witnesses: tuple[Witness, ...] = ()
    groups: tuple[Group, ...] = ()
    quorum: str | None = None

    def satisfied(self, note: Note, verify: Verify) -> bool:
        """Return whether one of the logs signed the checkpoint (where logs are named) and enough witnesses cosigned it."""
        return self.signed(note, verify) and self.reached(self.cosigners(note, verify))

    def signed(self, note: Note, verify: Verify) -> bool:
        """Return whether one of the logs signed the note, under its own name; with no log named, that is somebody else's to check."""
        return not self.logs or any(signed_by(note, log.origin, log.key, verify) for log in self.logs)

    def cosigners(self, note: Note, verify: Verify) -> dict[str, int]:
        """Return which witnesses cosigned the note, each with the second at which it did."""
        times = {one.name: cosigned_at(note, one.key_name, one.key, verify) for one in self.witnesses}
        return {name: at for name, at in times.items() if at is not None}

    def reached(self, cosigners: Iterable[str]) -> bool:
        """Return whether these witnesses are enough."""
        reached = set(cosigners)
        for group in self.groups:
            if sum(member in reached for member in group.members) >= group.least:
                reached.add(group.name)
        return self.quorum is None or self.quorum in reached

    def text(self) -> str:
        """Return the policy as a text that `read_policy` reads."""
        lines = [
            *(f"log {verifier_key(one.origin, one.key)} {one.url}" for one in self.logs),
            *(f"witness {one.name} {verifier_key(one.key_name, one.key, COSIGNER)} {one.url}" for one in self.witnesses),
            *(f"group {one.name} {one.least} {' '.join(one.members)}" for one in self.groups),
            f"quorum {self.quorum or NONE}",
        ]
        return "".join(f"{line.rstrip()}\n" for line in lines)


def signed_by(note: Note, origin: str, key: bytes, verify: Verify) -> bool:
    """Return whether the log of this name and key signed the note, and no line of that key holds another signature."""
    held = note.of(origin, key)
    named = note.body.partition(b"\n")[0] == origin.encode()
    return named and bool(held) and all(verify(key, note.body, one) for one in held)


def read_policy(text: str) -> Policy:
    """Return the policy in a text. Raises ValueError that names the line at fault."""
    lines = _Lines()
    for number, line in enumerate(text.split("\n"), start=1):
        words = line.replace("\t", " ").split(" ")
        words = [word for word in words if word]
        try:
            if not _LINES.fullmatch(line):
                raise ValueError("a control character, or a byte that is no text, stands in it")  # noqa: TRY301  it gets its line's number
            if words and not words[0].startswith("#"):
                lines.take(*words)
        except ValueError as problem:
            raise ValueError(f"line {number} of the policy: {problem}") from None
    return lines.policy()


@dataclass(slots=True)
class _Lines:
    """What the lines so far have said."""

    logs: list[Log] = field(default_factory=list)
    witnesses: list[Witness] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    free: set[str] = field(default_factory=set)
    """Names that are in no group yet."""
    names: set[str] = field(default_factory=lambda: {NONE})
    quorum: str | None = None

    def take(self, word: str, *rest: str) -> None:
        kinds: Mapping[str, Any] = {"log": self._log, "witness": self._witness, "group": self._group, "quorum": self._quorum}
        if word not in kinds:
            raise ValueError(f"a line begins with one of: {', '.join(kinds)}")
        kinds[word](*rest)

    def _log(self, *words: str) -> None:
        if len(words) not in {1, 2}:
            raise ValueError("write: log KEY [ADDRESS]")
        origin, key = read_verifier_key(words[0])
        _new(key, self.logs)
        self.logs.append(Log(origin=origin, key=key, url="".join(words[1:])))

    def _witness(self, *words: str) -> None:
        if len(words) not in {2, 3}:
            raise ValueError("write: witness NAME KEY [ADDRESS]")
        key_name, key = read_verifier_key(words[1], COSIGNER)
        _new(key, self.witnesses)
        self._define(words[0])
        self.witnesses.append(Witness(name=words[0], key_name=key_name, key=key, url="".join(words[2:])))

    def _group(self, *words: str) -> None:
        if len(words) < 3:
            raise ValueError("write: group NAME any|all|NUMBER MEMBER…")
        name, least, *members = words
        needed = {"any": "1", "all": str(len(members))}.get(least, least)
        if needed not in {str(number) for number in range(1, len(members) + 1)}:
            raise ValueError(f"a group needs any, all, or a number from 1 to {len(members)} of its members")
        for member in members:
            if member not in self.free:
                raise ValueError(f"'{member}' stands for nothing above, or is in a group already")
            self.free.remove(member)
        if len(self.groups) == MOST:
            raise ValueError(f"a policy names at most {MOST} groups")
        self._define(name)
        self.groups.append(Group(name=name, least=int(needed), members=tuple(members)))

    def _quorum(self, *words: str) -> None:
        if len(words) != 1 or self.quorum is not None:
            raise ValueError("one line: quorum NAME, or quorum none")
        if words[0] not in self.names:
            raise ValueError(f"'{words[0]}' stands for no witness and no group above")
        (self.quorum,) = words

    def _define(self, name: str) -> None:
        if name in self.names:
            raise ValueError(f"'{name}' stands for something else already")
        self.names.add(name)
        self.free.add(name)

    def policy(self) -> Policy:
        if self.quorum is None:
            raise ValueError("the policy has no line 'quorum NAME' (or 'quorum none')")
        quorum = None if self.quorum == NONE else self.quorum
        return Policy(logs=tuple(self.logs), witnesses=tuple(self.witnesses), groups=tuple(self.groups), quorum=quorum)


def _new(key: bytes, among: Iterable[Log | Witness]) -> None:
    known = [one.key for one in among]
    if key in known:
        raise ValueError("this key stands on a line above already")
    if len(known) == MOST:
        raise ValueError(f"a policy names at most {MOST} of each")
