"""What the ledger's entries add up to so far: who may see what now. `fold` makes it, entry by entry; nothing else does."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

from pars.core import canonical

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    from pars.core.access.approvals import Approval, AskedApproval
    from pars.core.access.court_orders import CourtOrder
    from pars.core.access.role import Grant, Role
    from pars.core.agreements.acts import Agreement
    from pars.core.ledger.entries import Entry, Kind
    from pars.core.owners.charter import Charter
    from pars.core.owners.keyring import Keyring
    from pars.core.owners.owners_text import Texts
    from pars.core.owners.profile import Profile
    from pars.core.terms import Instant


class Ids:
    """A set of entry ids in a bit each: a ledger has millions, drawn nearly in order."""

    __slots__ = ("pages",)
    PAGE = 1 << 15

    def __init__(self) -> None:
        self.pages: dict[int, bytearray] = {}

    def add(self, number: int) -> bool:
        """Put the number in; return whether it is new."""
        page = self.pages.get(number // self.PAGE)
        if page is None:
            page = self.pages[number // self.PAGE] = bytearray(self.PAGE // 8)
        place, bit = number % self.PAGE >> 3, 1 << (number & 7)
        if page[place] & bit:
            return False
        page[place] |= bit
        return True

    def __contains__(self, number: int) -> bool:
        page = self.pages.get(number // self.PAGE)
        return page is not None and bool(page[number % self.PAGE >> 3] & 1 << (number & 7))

    def has_any(self, block: Block) -> bool:
        """Return whether any number of the block is in."""
        pages = self.pages
        return any(number in pages and int.from_bytes(pages[number], "little") & bits for number, bits in self._in_pages(block))

    def add_all(self, block: Block) -> None:
        """Put all numbers of the block in."""
        for number, bits in self._in_pages(block):
            had = int.from_bytes(self.pages.get(number, b""), "little")
            self.pages[number] = bytearray((had | bits).to_bytes(self.PAGE // 8, "little"))

    def _in_pages(self, block: Block) -> Iterator[tuple[int, int]]:
        number, shift = divmod(block.first, self.PAGE)
        rest = block.bits << shift
        while rest:
            bits = rest & _WHOLE_PAGE
            if bits:
                yield number, bits
            number, rest = number + 1, rest >> self.PAGE


_WHOLE_PAGE = (1 << Ids.PAGE) - 1


@dataclass(frozen=True, slots=True)
class Block:
    """Different ids that lie near each other: one bit for each, counted from `first`."""

    first: int
    bits: int

    WIDEST: ClassVar = 1 << 20

    @classmethod
    def of(cls, numbers: Collection[int]) -> Block | None:
        """Return the block of these ids, None where one is there twice or they lie far apart."""
        first = min(numbers, default=0)
        wide = max(numbers, default=-1) - first + 1
        if wide > cls.WIDEST or len(set(numbers)) != len(numbers):
            return None
        if wide == len(numbers):  # they follow each other, as most do
            return cls(first, (1 << wide) - 1)
        digits = bytearray(b"0") * wide
        for number in numbers:
            digits[number - first] = 49
        digits.reverse()
        return cls(first, int(digits, 2))


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What the first entry said, once and for all."""

    origin: str
    log_key: bytes
    simulated: bool
    at: Instant
    charter: Charter
    roles: dict[str, Role]
    profile: Profile


@dataclass(slots=True)
class Stream:
    """An open stream: whose it is, and how many chunks it has given."""

    authority: str
    person: str
    chunks: int = 0


@dataclass(slots=True)
class Export:
    """An open export: whose it is, under which version, what its first chunk follows, and the chunks it has given, each with what
    it follows and how many records it holds.
    """

    authority: str
    person: str
    version: str
    begins: int | None
    given: dict[int, tuple[int | None, int]] = field(default_factory=dict)

    def until(self, last: int | None) -> tuple[int, int]:
        """Return how many chunks there are in the chain up to one, and how many records they hold: each follows one that left whole."""
        chunks = rows = 0
        while last is not None and last in self.given:
            last, held = self.given[last]
            chunks, rows = chunks + 1, rows + held
        return chunks, rows


@dataclass(frozen=True, slots=True)
class Hook:
    """An open hook: whose it is, what its hints rest on, and when it ends."""

    authority: str
    person: str
    purpose: str
    columns: frozenset[str]
    filters: frozenset[str]
    end: Instant


@dataclass(slots=True)
class State:
    """Everything that the entries so far decide. Changed in place by `fold`; nobody else may. `answered` is the latest time of an answer. `given` are an agreement's answers.

    `exclusive[a]` is the time of the last act that could narrow authority `a`, `shared[a]` the latest time of what was done
    under it. `used` counts answers by (agreement, person, day), `used_in_all` by (agreement, day). `asked` are
    requests for approval by their entry, `approvals` those that somebody approved, by the same. `persons_acted`: a person's authority has been used, so that
    the setting up is over. `sessions[s]` is the entry of the record that stands for the session that began at `s`. `printed[s]`
    is the last number of site `s`'s paper forms, `voided` those that were made void, `entered` those that were entered. `handed[e]` is
    the desk of the hand-over `e` that nobody has taken, with who handed over. `orders` are court orders on records by their entry,
    `epoch_ended` is the last epoch whose key was destroyed. `keys` are all that the ledger has named, `charter` the charter with those
    that its seats sign with now.
    """

    size: int = 0
    opening: Opening | None = None
    keys: Keyring | None = None
    charter: Charter | None = None
    persons_acted: bool = False
    shift: int = 0
    epoch: int | None = None
    latest: int = 0
    answered: int = 0
    grants: dict[str, Grant] = field(default_factory=dict)
    agreements: dict[str, Agreement] = field(default_factory=dict)
    clients: dict[tuple[str, str], str] = field(default_factory=dict)
    reports: dict[int, str] = field(default_factory=dict)
    streams: dict[int, Stream] = field(default_factory=dict)
    exports: dict[int, Export] = field(default_factory=dict)
    hooks: dict[int, Hook] = field(default_factory=dict)
    offenses: str | None = None
    texts: dict[str, Texts] = field(default_factory=dict)
    calendar: str | None = None
    sessions: dict[int, int] = field(default_factory=dict)
    printed: dict[str, int] = field(default_factory=dict)
    voided: set[tuple[str, int]] = field(default_factory=set)
    entered: set[tuple[str, int]] = field(default_factory=set)
    handed: dict[int, tuple[str, str]] = field(default_factory=dict)
    orders: dict[int, CourtOrder] = field(default_factory=dict)
    epoch_ended: int = 0
    used: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    used_in_all: Counter[tuple[str, str]] = field(default_factory=Counter)
    asked: dict[int, AskedApproval] = field(default_factory=dict)
    approvals: dict[int, Approval] = field(default_factory=dict)
    exclusive: dict[str, Instant] = field(default_factory=dict)
    shared: dict[str, Instant] = field(default_factory=dict)
    ids: Ids = field(default_factory=Ids)
    answers: Ids = field(default_factory=Ids)
    given: dict[str, Ids] = field(default_factory=dict)
    kinds: Counter[Kind] = field(default_factory=Counter)
    records: Counter[Kind] = field(default_factory=Counter)


class Impossible(Exception):
    """The entry can't follow the ones before it. Never leaves the fold, which turns it into a violation."""

    def __init__(self, what: str, says: str) -> None:
        super().__init__(what)
        self.what = what
        self.says = says


@dataclass(frozen=True, slots=True)
class Step:
    """One entry about to be added: the state before it, the texts by sha256 (hex), and how to check a signature."""

    state: State
    entry: Entry
    texts: Mapping[str, bytes]
    verify: Callable[[bytes, bytes, bytes], bool]

    @property
    def opening(self) -> Opening:
        """What the first entry said."""
        assert self.state.opening is not None, "only the first entry is added before the ledger is opened"
        return self.state.opening

    @property
    def charter(self) -> Charter:
        """The charter with the keys that its seats sign with at this place."""
        assert self.state.charter is not None, "only the first entry is added before the ledger is opened"
        return self.state.charter

    def grant(self) -> Grant:
        """Return the grant that the entry cites."""
        form, _, name = self.entry.by.authority.partition(":")
        grant = self.state.grants.get(name) if form == "grant" else None
        if grant is None:
            raise Impossible("NO_AUTHORITY", f"it cites {self.entry.by.authority}, which is no grant of this ledger")
        if grant.person != self.entry.by.person:
            raise Impossible("OTHER_PERSON", "the grant that it cites is another person's")
        return grant

    def agreement(self, name: str) -> Agreement:
        """Return the agreement of that name."""
        agreement = self.state.agreements.get(name)
        if agreement is None:
            raise Impossible("NO_AGREEMENT", "the agreement that it cites was never proposed")
        return agreement

    def text(self, sha256: str, what: str) -> bytes:
        """Return the text that the entry names."""
        text = self.texts.get(sha256)
        if text is None:
            raise Impossible("TEXT_MISSING", f"the text of {what} ({sha256}) is not there")
        return text

    def document(self, sha256: str, what: str) -> dict[str, Any]:
        """Return the JSON object whose canonical text the entry names."""
        try:
            found: Any = canonical.read(self.text(sha256, what))
        except ValueError:
            found = None
        if not isinstance(found, dict):
            raise Impossible("TEXT_UNREADABLE", f"the text of {what} is none")
        return found


def keep_alone(state: State, entry: Entry, authority: str) -> None:
    """Take the entry as one that narrows an authority: it isn't earlier than anything before it in the log under that one, or on it."""
    if entry.at < max(state.exclusive.get(authority, entry.at), state.shared.get(authority, entry.at)):
        raise Impossible("OUT_OF_ORDER", f"its time is before that of something done earlier under {authority}, or on it")
    state.exclusive[authority] = entry.at
