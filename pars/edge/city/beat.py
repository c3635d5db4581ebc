"""A beat of the story: what the beats share, what each tells, and what it is held to."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pars.edge.city.talking import call, get

if TYPE_CHECKING:
    from pathlib import Path

    from pars.edge.city.founded import City


class NotHeld(AssertionError):
    """A beat didn't prove what it says."""


@dataclass(slots=True)
class Story:
    """What the beats share: the server, the people, the case that is told of."""

    url: str
    city: City
    tokens: dict[str, str]
    home: Path
    password: str
    case_id: str = ""
    version: int = 0
    surname: str = ""
    receipts: dict[str, int] = field(default_factory=dict)
    bundle: Path | None = None

    def post(self, who: str, path: str, body: object = None, *, seen: bool = False) -> dict[str, Any]:
        """Post as somebody, expect success, and remember the case's version."""
        status, said = call(self.url, "POST", path, token=self.tokens[who], body=body, seen=self.version if seen else None)
        if status not in {200, 201}:
            raise NotHeld(f"{who} {path}: {status} {said.get('reason', '')} {said.get('detail', said)}")
        if said.get("case_id") == self.case_id and "version" in said:
            self.version = int(said["version"])
        return said

    def on_case(self, who: str, path: str, body: object = None) -> dict[str, Any]:
        """Do something to the story's case."""
        return self.post(who, f"/v1/cases/{self.case_id}/{path}", body, seen=True)

    def read(self, who: str, path: str) -> dict[str, Any]:
        """Read as somebody, expect success."""
        status, said = get(self.url, path, token=self.tokens[who])
        if status != 200:
            raise NotHeld(f"{who} {path}: {status} {said}")
        return said

    def ask(self, who: str, question: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """Ask as an agency."""
        return call(self.url, "POST", "/v1/questions", token=self.tokens[who], body=question)


@dataclass(frozen=True, slots=True)
class Told:
    """What a beat tells: what was done, what it proves, and the entry behind it; None where that can't be read."""

    done: str
    proves: str
    entry: int | None


def need(held: object, says: str) -> None:
    """Hold a beat to what it says."""
    if not held:
        raise NotHeld(says)
