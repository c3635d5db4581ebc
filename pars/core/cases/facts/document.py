"""Exchange documents, and doubts about what they or people said."""

from __future__ import annotations

from dataclasses import dataclass

from pars.core.cases.facts.fact import Fact
from pars.core.terms import StatedTime  # the store reads the field types to make its columns


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentReceived(Fact):
    """An exchange document that a feed sent: its key and the digest of what was kept of it. `owner` is whose feed it is."""

    feed: str
    owner: str
    family: str
    document_key: str
    sha256: str
    document_time: StatedTime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubted(Fact):
    """A doubt about what is recorded: a code of `doubts.DOUBTS` and the paths it concerns. Accepted, shown, never guessed away."""

    code: str
    paths: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DoubtResolved(Fact):
    """A person settled a doubt, with a reason. `adult` is the answer where the doubt was about age: True, False, else None."""

    doubt: int
    reason: str
    adult: bool | None = None
    resolver: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperEntered(Fact):
    """What the same act recorded was first written on a numbered paper form, while PARS couldn't be reached."""

    form: str
