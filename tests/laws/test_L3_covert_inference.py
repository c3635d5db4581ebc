"""L3, as a whole: whatever an agency asks, in whatever clause, the answer depends on nothing that isn't granted.

Each try is asked in two worlds that differ in nothing else (`tests/worlds.py`), and must be answered with the same bytes in both;
and whatever names an ungranted column in any clause must be refused by name.
"""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING, Any

import pytest

from pars.actions import disclosing, recounting
from pars.actions.beats import Once
from pars.core.access.decision import Caller
from pars.store import evenly
from tests.ledgers import AGENCY, CLIENT, PERSON
from tests.questioning import EVIDENCE, PURPOSE, names_in, random_question
from tests.strategies import random_record
from tests.worlds import Twins, paint, twins

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from pars.core.ledger.entries import Entry

CALLER = Caller(AGENCY, PERSON, CLIENT)
MOST_PAGES = 4
SURE = {"purpose": PURPOSE, "evidence": EVIDENCE, "columns": ["record"]}
"""What every agreement here answers, with somebody: each of its worlds has somebody in scope."""
FORMS = ("ask", "ask", "ask", "pages", "twice", "stream", "export")


@dataclass
class Told:
    """What one world answered, try by try; `accepted` names the tries that were answered though they name what isn't granted."""

    answers: list[Any] = field(default_factory=list)
    accepted: list[Any] = field(default_factory=list)
    history: list[Any] = field(default_factory=list)
    rows: int = 0


@dataclass(frozen=True)
class Try:
    """One try: a question, pages of it, a repeated key, or a stream with what happens between its beats."""

    asked: dict[str, Any]
    form: str
    seed: int


@pytest.fixture
def worlds(
    template: str, engine: Any, cloner: Any, pars_home: Any, tmp_path: Any
) -> Callable[[Random], AbstractContextManager[Twins]]:
    """Return what gives a pair of worlds."""

    @contextmanager
    def made(chance: Random) -> Iterator[Twins]:
        folder = tmp_path / str(chance.random())
        folder.mkdir()
        with twins(template, engine, cloner, pars_home, folder, chance) as pair:
            yield pair

    return made


PARTS = 8
SHARDS = [pytest.param(5, 2_500, id=f"part {n} of {PARTS}", marks=pytest.mark.soak) for n in range(1, PARTS + 1)]
"""A hundred thousand tries, each part in five pairs of worlds: several processes can share them (`-n 4 --dist load`)."""


@pytest.mark.parametrize(("pairs", "tries"), [pytest.param(3, 100, id="some"), *SHARDS])
def test_no_clause_of_no_question_tells_what_is_not_granted(
    worlds: Callable[[Random], AbstractContextManager[Twins]], monkeypatch: pytest.MonkeyPatch, pairs: int, tries: int
) -> None:
    """Of what is random nothing is asked but that it is the same in both worlds: no luck of the draw fails this test."""
    # That looking takes an even time is tried by a test of its own (L4). Here nobody looks at the time.
    monkeypatch.setattr(evenly, "wait", lambda _began: None)
    seed = Random().randrange(2**32)
    counted = rows = 0
    for number in range(pairs):
        chance = Random(f"{seed} {number}")
        with worlds(chance) as pair:
            plan = [Try(SURE, "ask", 0)]
            plan += [Try(random_question(chance, pair), chance.choice(FORMS), n) for n in range(1, tries)]
            first, second = tell(pair, plan, second=False), tell(pair, plan, second=True)
            for one, here, there in zip(plan, first.answers, second.answers, strict=True):
                assert here == there, f"seed {seed}, pair {number}: {one}"
            assert first.accepted == [], f"seed {seed}, pair {number}"
            assert first.history == second.history, f"seed {seed}, pair {number}"
            assert first.answers[0][0]["rows"], "a fuzzer that is never answered tries nothing"
        counted, rows = counted + tries, rows + first.rows
    print(f"seed {seed}: {counted} tries in {pairs} pairs of worlds, {rows} records shown, no difference")


TOO_BUSY = frozenset({"OVERTAKEN", "LEDGER_BEHIND", "CLOCK_JUMPED"})
PATIENCE_S = 120


def in_time(ask: Callable[[], Any]) -> Any:
    """Return an answer, asked anew while this machine is too busy to give one in time: that says nothing of any record."""
    patience = time.monotonic() + PATIENCE_S
    while True:
        found = ask()
        answer = found[1] if isinstance(found, tuple) else found
        if not isinstance(answer, disclosing.Declined) or answer.refusal.code not in TOO_BUSY:
            return found
        assert time.monotonic() < patience, "this machine is too busy to answer in time"
        time.sleep(0.1)


@dataclass
class Asker:
    """Who asks in one of the two worlds: `held` is what the first one's records hold, as far as anybody outside can tell."""

    pair: Twins
    owner: Any
    second: bool
    held: dict[str, dict[str, Any]]

    def ask(self, one: Try) -> list[dict[str, Any]]:
        """Ask once."""
        return [plainly(in_time(lambda: disclosing.ask(caller=CALLER, asked=one.asked)))]

    def pages(self, one: Try) -> list[dict[str, Any]]:
        """Ask page by page."""
        found, asked = [], dict(one.asked)
        for _ in range(MOST_PAGES):
            answer = in_time(lambda: disclosing.ask(caller=CALLER, asked=asked))
            found.append(plainly(answer))
            if isinstance(answer, disclosing.Declined) or answer.next_cursor is None:
                break
            asked["after"] = answer.next_cursor
        return found

    def twice(self, one: Try) -> list[dict[str, Any]]:
        """Ask twice under one Idempotency-Key, then something else under it."""
        onces = [Once(f"key-{one.seed}", body) for body in (b"one", b"one", b"other")]
        return [plainly(in_time(lambda: disclosing.ask(caller=CALLER, asked=one.asked, once=once))) for once in onces]  # noqa: B023

    def stream(self, one: Try) -> list[dict[str, Any]]:
        """Listen, while things change that nobody outside may notice, and then something that they may."""
        chance = Random(one.seed)
        snapshot = chance.random() < 0.5
        opened = in_time(lambda: disclosing.open_stream(caller=CALLER, asked=one.asked, snapshot=snapshot))
        if isinstance(opened, disclosing.Declined):
            return [plainly(opened)]
        found = []
        for change in (None, self._unseen, None, self._seen, None):
            if change is not None:
                change(chance)
            opened, answer = in_time(lambda: disclosing.beat(opened))  # noqa: B023
            found.append(plainly(answer))
            if isinstance(answer, disclosing.Declined):
                break
        disclosing.close_stream(opened, reason="GONE")
        return [*found, {"counted": (opened.chunks, opened.empty)}]

    def export(self, one: Try) -> list[dict[str, Any]]:
        """Take it as a file, chunk by chunk."""
        form = Random(one.seed).choice(("ndjson", "csv", "parquet"))
        opened = in_time(lambda: disclosing.open_export(caller=CALLER, asked=one.asked, form=form))
        if isinstance(opened, disclosing.Declined):
            return [plainly(opened)]
        found, after = [], None
        for _ in range(MOST_PAGES):
            opened, answer = in_time(lambda: disclosing.next_chunk(opened, after=after))  # noqa: B023
            found.append(plainly(answer))
            if not isinstance(answer, disclosing.Told) or (after := answer.next_cursor) is None:
                break
        return found

    def _unseen(self, chance: Random) -> None:
        """Change in the second world alone what nobody can tell, by an act more."""
        case = chance.choice(list(self.held))
        other = self.pair.unseen_change(chance, self.held[case])
        if self.second:
            paint(self.owner, {case: other}, more=True, versions=1)

    def _seen(self, chance: Random) -> None:
        """Change in both worlds what both show, of somebody in scope."""
        shown = self.pair.scope.columns - {"record", "adult", "charge_status"} - self.pair.scope.masks.keys()
        seen = [case for case, record in self.held.items() if self.pair.covers(record)]
        if not seen or not shown:
            return
        case, name = chance.choice(seen), chance.choice(sorted(shown))
        changed = {**self.held[case], name: random_record(chance)[name]}
        if self.pair.covers(changed):
            self.held[case] = changed
            paint(self.owner, {case: {name: changed[name]}}, versions=1)


def tell(pair: Twins, plan: list[Try], *, second: bool) -> Told:
    """Ask everything in one world, then read back what the agency is told of its own questions."""
    told = Told()
    with (pair.second if second else pair.first).entered() as owner:
        asker = Asker(pair, owner, second, dict(pair.held))
        for one in plan:
            answer = getattr(asker, one.form)(one)
            told.answers.append(answer)
            told.rows += sum(len(part.get("rows", ())) for part in answer)
            shown, compared = names_in(one.asked)
            granted = shown <= pair.scope.columns and compared <= pair.scope.filters
            if not granted and any("rows" in part for part in answer):
                told.accepted.append(one)
        entries = recounting.history(CALLER, most=100 * len(plan)).entries
        told.history = [_recounted(entry) for entry in entries if entry.detail.get("code") not in TOO_BUSY]
    return told


def _recounted(entry: Entry) -> Any:
    """Return what an entry says, without what is new each time."""
    keyed = {"side", "question", "evidence", "out", "stream", "follows", "repeats", "chunk", "export"}
    return entry.kind, {name: value for name, value in entry.detail.items() if name not in keyed}


def plainly(answer: disclosing.Told | disclosing.Declined | None) -> dict[str, Any]:
    """Return an answer without what is new each time: entry, hash, time and the mark's own bytes."""
    if answer is None:
        return {"quiet": True}
    if isinstance(answer, disclosing.Declined):
        refusal = answer.refusal
        return {"no": (refusal.code, refusal.says, refusal.remedy, refusal.names), "again": answer.again}
    return {
        "rows": answer.rows,
        "body": answer.body,
        "more": answer.next_cursor is not None,
        "terms": (answer.terms.agreement, answer.terms.version.hash, answer.terms.until),
    }
