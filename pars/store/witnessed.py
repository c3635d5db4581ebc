"""How the log stands with the owners' witnesses: what they cosigned, what one of them knows otherwise, what follows for outsiders.

Computed each time from what lies there: the owners' text in force, the cosignatures, and what was heard. Nothing here ever stops
custody work (law L13): it is asked before an outside answer, and before a checkpoint is signed.
"""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from pars.core.ledger.checkpoint import read_checkpoint, read_note
from pars.core.ledger.kinds import Kind
from pars.core.ledger.policy import signed_by
from pars.core.owners.successor_text import SuccessorText
from pars.core.owners.witness_text import WitnessText
from pars.core.terms import Instant, Refusal
from pars.store import connections, governance, last_signed, ledger, owned, tree, vault
from pars.store.connections import connection, current
from pars.store.keyring import load_keys

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from psycopg import Connection, Cursor

    from pars.core.ledger.checkpoint import Checkpoint
    from pars.core.owners.owners_text import Texts
    from pars.store.connections import Open, Row

Said: TypeAlias = Literal["agrees", "ahead", "forked", "refused", "unknown", "silent", "clock"]
"""What is heard of a witness: it cosigns; it knows a longer log than is here, or another one; it won't; it doesn't know
the log's name or key; it doesn't answer; its clock is off."""

BEAT = 0.05
RECENT = 10_000
"""Entries within which what is held back is looked for."""
KNOWN = "what is voted on witnesses"
OWN_MEMORY = "the log's own memory beside the database"
LEDGER_UNWITNESSED = Refusal(
    code="LEDGER_UNWITNESSED",
    says="The owners' witnesses have not signed the ledger for longer than the owners allow, so no outside question is answered now.",
    remedy="Ask again later. Each owner looks whether its witness runs.",
)
LEDGER_ROLLED_BACK = Refusal(
    code="LEDGER_ROLLED_BACK",
    says="More of this ledger was signed than is here, or another one, so no outside question is answered.",
    remedy="The operator brings back the newest database, or the owners open a successor of the log.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Watching:
    """Under which text the log is watched, how far enough witnesses cosigned it, since when the next entry waits, and whether any objects."""

    text: WitnessText | None
    covered: int = 0
    unwitnessed: int = 0
    contradicted: bool = False
    lag: int = 0
    """How long the oldest entry waits to be sealed, or then to be signed, in microseconds."""
    latest: int = 0
    """The latest time among the newest answers to outsiders; 0 where there are none, or where the clock is simulated, which may leap."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What was last heard of one witness: what it said, of which size, when; and its newest cosignature, with its own second."""

    said: Said | None
    size: int
    at: Instant | None
    cosigned: int
    cosigned_at: int | None


@dataclass(frozen=True, slots=True)
class _Known:
    """What the ledger's name and key are, and all that was voted on witnesses, up to the newest act on that text (its entry)."""

    act: int | None
    origin: str
    log_key: bytes
    texts: Texts
    successors: Texts
    simulated: bool

    def asked(self, given: Connection[Row], at: Instant) -> tuple[WitnessText | None, list[Any]]:
        """Return the text in force, and what `ledger.watched` is asked by it."""
        force = self.texts.in_force(at)
        text = force.text if force is not None and isinstance(force.text, WitnessText) and force.text.witnesses else None
        keys = [one.key for one in text.witnesses] if text is not None else []
        since = force.start if force is not None else 0
        return text, [
            _name(given, self.origin, self.successors),
            keys,
            text.needs if text is not None else 0,
            [*keys, self.log_key],
            since,
        ]


@dataclass(frozen=True, slots=True)
class Look:
    """What `ledger.watched` was asked, by the text in force at an instant, and where its answer comes once the journey is over."""

    known: _Known | None
    text: WitnessText | None
    asked: Sequence[Any]
    signed: int
    told: Cursor[Row]

    def read(self) -> tuple[int | None, Watching | None]:
        """Return the newest act on what it was asked by, and how the log stands: None where that act wasn't known."""
        row = self.told.fetchone()
        assert row is not None, "the function returns one row"
        covered, unwitnessed, contradicted, signed, act, latest, lag = row
        if self.known is None or self.known.act != act:
            return act, None
        return act, Watching(
            text=self.text,
            covered=covered,
            unwitnessed=unwitnessed,
            contradicted=contradicted or signed < self.signed,
            latest=0 if self.known.simulated else latest or 0,
            lag=lag,
        )

    @property
    def act(self) -> int | None:
        """The newest act on what it was asked by."""
        return self.known.act if self.known is not None else None

    def lasts(self, at: Instant, until: Instant) -> bool:
        """Return whether it would be asked the same from `at` until then, by the same act: one text is in force, and the log has its first name."""
        known = self.known
        return known is not None and not known.successors.adopted and known.texts.in_force(at) == known.texts.in_force(until)

    def still(self, here: Open, act: int | None) -> bool:
        """Return whether it would be asked the same now: by the same text, on which nothing was voted since."""
        known = self.known
        return known is not None and known.act == act and known.asked(here.connection, here.at)[1] == self.asked


def _as_it_is(known: _Known) -> _Known:
    return known


def look(given: Connection[Row], at: Instant) -> Look:
    """Ask how the log stands with its witnesses, by the text in force at `at` as far as this process knows."""
    _, known = connections.last_remembered(KNOWN) or (None, None)
    return _look(given, at, known if isinstance(known, _Known) else None)


def _look(given: Connection[Row], at: Instant, known: _Known | None) -> Look:
    text, asked = known.asked(given, at) if known is not None else (None, ["", [], 0, [], 0])
    # Before the database is asked: it is told of a checkpoint first, and the file after it.
    signed = last_signed.size(str(asked[0]), known.log_key) if known is not None else 0
    told = given.execute(
        "select covered, unwitnessed, contradicted, signed, act, latest, lag from ledger.watched(%s, %s::bytea[], %s, %s::bytea[], %s)",
        asked,
    )
    return Look(known, text, asked, signed, told)


def watching() -> Watching:
    """Return how the log stands with its witnesses: one journey, where nothing was voted since the last. Inside `reading` or `acting`."""
    here = current()
    found = look(here.connection, here.at)
    while True:
        act, stands = found.read()
        if stands is not None:
            return stands
        opening, texts = governance.load_opening(), owned.governing()
        if opening is None:
            return Watching(text=None)
        known = _Known(act, opening.origin, opening.log_key, texts.witnesses, texts.successors, opening.simulated)
        if texts.doubt is None:  # what can't be read isn't remembered: what is mended counts at once
            connections.remembered(KNOWN, partial(_as_it_is, known), of=act)
        found = _look(here.connection, here.at, known)


def doubt(found: Watching) -> Refusal | None:
    """Return why no outsider is answered now, as far as witnesses go; None where they have seen enough."""
    if found.contradicted:
        return LEDGER_ROLLED_BACK
    if found.text is not None and found.unwitnessed > found.text.stop_us:
        return LEDGER_UNWITNESSED
    return None


def wait_for(entry: int, *, patience: float) -> bool:
    """Wait until enough witnesses have signed the entry; return whether they have, within so many seconds."""
    until = time.monotonic() + patience
    while True:
        with ledger.reading():
            covered = watching().covered
            row = current().connection.execute("select index from ledger.leaf where entry = %s", [entry]).fetchone()
        if row is not None and row[0] < covered:
            return True
        if time.monotonic() > until:
            return False
        time.sleep(BEAT)


def heard(keys: Sequence[bytes]) -> Mapping[bytes, Heard]:
    """Return what was last heard of each witness, by its key."""
    found = current().connection.execute(
        "select w.key, h.said, h.size, h.at, c.size, c.at from unnest(%s::bytea[]) w (key) "
        "left join lateral (select said, size, at from ledger.heard h where h.witness = w.key and h.origin = %s order by n desc limit 1) h on true "
        "left join lateral (select size, at from ledger.cosignature c where c.witness = w.key order by size desc limit 1) c on true",
        [list(keys), log_name()],
    )
    return {
        bytes(key): Heard(
            said=said, size=size or 0, at=None if at is None else Instant(at), cosigned=cosigned or 0, cosigned_at=second
        )
        for key, said, size, at, cosigned, second in found.fetchall()
    }


def log_name(size: int | None = None) -> str:
    """Return the name that the log is signed under: over all that is sealed, or over so many entries. Inside `reading` or `acting`."""
    return _name(current().connection, governance.must_be_open().origin, owned.governing().successors, size)


def _name(given: Connection[Row], first: str, successors: Texts, size: int | None = None) -> str:
    for one in sorted(successors.adopted, key=lambda adopted: -adopted.entry):
        row = given.execute("select index from ledger.leaf where entry = %s", [one.entry]).fetchone()
        if row is not None and (size is None or row[0] < size) and isinstance(one.text, SuccessorText):
            return one.text.origin
    return first


def log_names() -> list[tuple[int, str]]:
    """Return the names that the log was signed under, each with how many entries there were when it began, the latest first."""
    adopted = sorted(owned.governing().successors.adopted, key=lambda one: -one.entry)
    found = current().connection.execute(
        "select entry, index + 1 from ledger.leaf where entry = any(%s::bigint[])", [[one.entry for one in adopted]]
    )
    began: dict[int, int] = dict(found.fetchall())
    later = [
        (began[one.entry], one.text.origin) for one in adopted if one.entry in began and isinstance(one.text, SuccessorText)
    ]
    return [*later, (0, governance.must_be_open().origin)]


def names_given() -> list[tuple[int, str]]:
    """Return the names that the log was given, each with the entry that gave it, the first one first. Inside `reading` or `acting`."""
    adopted = sorted(owned.governing().successors.adopted, key=lambda one: one.entry)
    later = [(one.entry, one.text.origin) for one in adopted if isinstance(one.text, SuccessorText)]
    return [(0, governance.must_be_open().origin), *later]


def named_since() -> int:
    """Return how many entries there were when the log's present name began: what was cosigned of them was so under another name."""
    return log_names()[0][0]


def signed_last(notes: Iterable[bytes] = ()) -> Checkpoint | None:
    """Return the longest checkpoint that the log is known to have signed: here, in its own memory, or among notes that witnesses hand out.

    Only what a key of the log signed under its present name counts. Inside `reading`.
    """
    opening, newest, name = governance.must_be_open(), tree.load_checkpoint(), log_name()
    keys = (*load_keys(opening).log_keys, *vault.log_keys())
    found = [last_signed.read(name, opening.log_key)]
    for text in (*notes, *([newest[1].encode()] if newest is not None else [])):
        with suppress(ValueError):
            note = read_note(text)
            point = read_checkpoint(note.body)
            if point.origin == name and any(signed_by(note, name, key, vault.verify) for key in keys):
                found.append(point)
    return max((point for point in found if point is not None), key=lambda point: point.size, default=None)


def known_elsewhere() -> dict[str, int]:
    """Return who was heard to know more of this log than is here, or other than is here, and of how many entries. Inside `reading` or `acting`."""
    text, opening = owned.governing().witnesses_at(current().at), governance.must_be_open()
    names = {one.key: f"the witness {one.name}" for one in text.witnesses} if text is not None else {}
    names[opening.log_key] = OWN_MEMORY
    return {names[key]: one.size for key, one in heard([*names]).items() if one.said in {"ahead", "forked"}}


def signed_elsewhere() -> dict[str, int]:
    """Return the same, with what the log's own memory knows though nobody has compared it yet. Inside `reading` or `acting`."""
    found, opening = known_elsewhere(), governance.must_be_open()
    newest, kept = tree.load_checkpoint(), last_signed.size(log_name(), opening.log_key)
    if kept > (newest[0] if newest is not None else 0):
        found[OWN_MEMORY] = max(kept, found.get(OWN_MEMORY, 0))
    return found


def named_within(size: int) -> bool:
    """Return whether the first `size` entries hold the act that named the witnesses: only then do their lines belong under a checkpoint."""
    here, found = current(), owned.governing()
    force = found.witnesses.in_force(here.at)
    if force is None:
        return False
    return (
        here.connection.execute("select 1 from ledger.leaf where entry = %s and index < %s", [force.entry, size]).rowcount == 1
    )


def answered_since(*, size: int, at: int) -> bool:
    """Return whether some answer isn't under the first `size` entries though its real time is before `at`.

    An open transaction may hold back what was entered before it. Such a checkpoint says nothing of the times of what comes after it.
    """
    with connection("app") as given:
        found = given.execute(
            "select 1 from ledger.entry e left join ledger.leaf l on l.entry = e.id "
            "where e.id > (select coalesce(max(id), 0) - %s from ledger.entry) and e.kind = %s "
            "and (l.index is null or l.index >= %s) and e.at - ledger.shift() < %s limit 1",
            [RECENT, int(Kind.DISCLOSED), size, at],
        )
        return found.rowcount == 1


# ---------------------------------------------------------------- what the log's side writes down, under the login `seal`


def keep_cosignature(*, size: int, key: bytes, at: int, line: str) -> None:
    """Keep a witness's line under a checkpoint; its first one counts."""
    with connection("seal") as given:
        given.execute(
            "insert into ledger.cosignature (size, witness, at, line) values (%s, %s, %s, %s) on conflict do nothing",
            [size, key, at, line],
        )


def note_heard(*, origin: str, key: bytes, said: Said, size: int) -> None:
    """Note what a witness said, where that is other than what it said before.

    INVARIANT: only its cosignature takes back what it knows otherwise; that it falls silent or refuses doesn't.
    """
    with connection("seal") as given:
        given.execute(
            "insert into ledger.heard (origin, witness, said, size) select %(o)s, %(k)s, %(s)s, %(n)s where not exists ("
            "select 1 from (select said, size from ledger.heard where origin = %(o)s and witness = %(k)s order by n desc limit 1) l "
            "where (l.said = %(s)s and (l.size = %(n)s or %(s)s not in ('ahead', 'forked'))) "
            "or (l.said in ('ahead', 'forked') and %(s)s in ('silent', 'refused', 'unknown', 'clock')))",
            {"o": origin, "k": key, "s": said, "n": size},
        )
