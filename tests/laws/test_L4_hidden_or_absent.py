"""L4, measured: from outside nobody tells a hidden person from one who isn't there, by bytes or by time.

Hidden are children, people never charged, and people of another district; some alone, some of a name that a thousand hidden people
share. The same look under plain row-level security of PostgreSQL stands beside it: there the time tells.
"""

from __future__ import annotations

import math
import random
import statistics
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import httpx
import psycopg
import pytest
from psycopg import sql

from pars.core.access.catalogue import UNCHARGED
from pars.store import evenly
from tests import homes
from tests.api.conftest import furnished, serving
from tests.api.houses import House, new_key, question
from tests.api.test_the_end_under_load import server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["furnished"]

DISTRICT = "22nd"
HIDDEN: tuple[dict[str, Any], ...] = (
    {"adult": False, "charge_status": "FILED", "district": DISTRICT},
    {"adult": True, "charge_status": UNCHARGED[0], "district": DISTRICT},
    {"adult": True, "charge_status": "FILED", "district": "9th"},
)
SEEN = "Seen"
"""Somebody in scope, who was really booked."""
SHARED = 1_000
"""Hidden people of one name."""
SCOPE = {
    "columns": ["record", "surname", "given", "birth_date"],
    "filters": ["surname", "given", "birth_date", "record"],
    "masks": {},
    "rows": {"column": "district", "is": DISTRICT},
}


@dataclass(frozen=True)
class Town:
    """A house whose record holds visible people, hidden ones under names of their own, and hidden ones who share a name."""

    house: House
    owner: psycopg.Connection[Any]
    alone: list[str]
    shared: list[str]


@contextmanager
def town(furnished: Callable[..., Any], folder: Any, *, alone: int, shared: int, visible: int) -> Iterator[Town]:
    """Give a town with so many hidden people, so many shared names and so many visible people, its server running."""
    with furnished(folder) as house, serving(house):
        house.agree("sheriff", scope=SCOPE, limits={"questions_per_day": 100_000, "rows_per_reply": 10})
        with psycopg.connect(house.owner, autocommit=True) as owner:
            names = [_name(n) for n in range(alone + shared)]
            _fill(
                owner,
                [(f"Visible{n:06}", {"adult": True, "charge_status": "FILED", "district": DISTRICT}) for n in range(visible)],
            )
            _fill(owner, [(name, HIDDEN[n % len(HIDDEN)]) for n, name in enumerate(names[:alone])])
            _fill(owner, [(name, HIDDEN[n % len(HIDDEN)]) for name in names[alone:] for n in range(SHARED)])
            owner.execute("vacuum analyze cases.case_now")
            homes.book(SEEN, by=house.by["booking"], district=DISTRICT)
            yield Town(house, owner, names[:alone], names[alone:])


def _name(n: int) -> str:
    """Return an invented name: all are of one length and stand all over the alphabet."""
    return "".join(
        random.Random(n).choices("ABCDEFGHIKLMNOPRSTUW", k=1) + random.Random(n + 1).choices("abcdefghiklmnoprstuw", k=11)
    )


def absent(names: list[str], count: int) -> list[str]:
    """Return names of the same kind that nobody has."""
    there = set(names)
    return [name for n in range(10**6, 10**6 + 2 * count) if (name := _name(n)) not in there][:count]


def _fill(owner: psycopg.Connection[Any], people: list[tuple[str, dict[str, Any]]]) -> None:
    """Write rows of people straight into the table that the views read; nobody opens them."""
    for table in ("case_file", "case_now"):
        owner.execute(sql.SQL("alter table cases.{} disable trigger user").format(sql.Identifier(table)))
    owner.execute(
        "create temp table if not exists filled (id uuid default gen_random_uuid(), surname text, adult boolean, charge_status text, district text)"
    )
    owner.execute("truncate filled")
    with owner.cursor().copy("copy filled (surname, adult, charge_status, district) from stdin") as copy:
        for surname, parts in people:
            copy.write_row((surname, parts["adult"], parts["charge_status"], parts["district"]))
    owner.execute("insert into cases.case_file (id, version) select id, 1 from filled")
    owner.execute(
        "insert into cases.case_now (case_id, version, surname, given, birth_date, adult, charge_status, district) "
        "select id, 1, surname, 'Ann', '1980-05-01', adult, charge_status, district from filled"
    )


# ---------------------------------------------------------------- looking


@dataclass(frozen=True)
class Look:
    """What came back, and how long it took."""

    seconds: float
    bytes_: bytes


def at_the_door(house: House, client: httpx.Client, name: str) -> Look:
    """Ask the running server for a name."""
    asked = question("sheriff", columns=["surname", "birth_date"], where=[{"column": "surname", "is": name}])
    headers = {"Authorization": f"Bearer {house.tokens['sheriff']}", "Idempotency-Key": new_key()}
    began = time.perf_counter()
    answer = client.post("/v1/questions", json=asked, headers=headers)
    took = time.perf_counter() - began
    if answer.status_code == 503:  # too busy to answer in time: nothing was said
        return at_the_door(house, client, name)
    assert answer.status_code == 200, answer.text
    said = answer.json()
    kept = {name: value for name, value in answer.headers.items() if name != "date"}
    # All that is new each time: the entry's number, which may have a digit more, its hash and time.
    length = int(kept.pop("content-length")) - len(str(said.pop("receipt")["entry"]))
    said.pop("as_of")
    return Look(took, repr((answer.status_code, kept, length, said)).encode())


def under_row_security(given: psycopg.Connection[Any], name: str) -> Look:
    """Ask PostgreSQL itself, as a login whose rows a policy picks."""
    began = time.perf_counter()
    found = given.execute("select surname, birth_date from plain.person where surname = %s", [name]).fetchall()
    return Look(time.perf_counter() - began, repr(found).encode())


@contextmanager
def row_security(here: Town) -> Iterator[psycopg.Connection[Any]]:
    """Give a login of a table with the same people, the same index, and the same rows hidden by a policy."""
    for statement in (
        "create schema plain",
        "create table plain.person as select surname, given, birth_date, adult, charge_status, district from cases.case_now",
        "create index on plain.person (surname, given)",
        "alter table plain.person enable row level security",
        f"create policy shown on plain.person using (adult and charge_status <> all ('{{{','.join(UNCHARGED)}}}') and district = '{DISTRICT}')",
        "grant usage on schema plain to public",
        "grant select on plain.person to public",
        "analyze plain.person",
    ):
        here.owner.execute(statement)
    from pars.store.connections import address

    with psycopg.connect(address("guest"), autocommit=True) as given:
        yield given


def area(hidden: list[float], absents: list[float]) -> float:
    """Return the area under the curve of the best classifier that looks at the time alone: a half where it can but guess."""
    ranked = sorted([(value, 1) for value in hidden] + [(value, 0) for value in absents])
    ranks = sum(n for n, (_, is_hidden) in enumerate(ranked, 1) if is_hidden)
    found = (ranks - len(hidden) * (len(hidden) + 1) / 2) / (len(hidden) * len(absents))
    return max(found, 1 - found)


ALARM = 1e-6
"""How often a server that tells nothing may fail the test of times by chance."""
AREAS = ("alone", "shared", "all")


def by_luck(hidden: int, absents: int) -> float:
    """Return the area that blind guessing exceeds so seldom that, over all areas that are looked at, it is less than ALARM.

    Names are asked in an order drawn anew. So where nothing tells them apart, every order of their times is as likely as any other,
    whatever the machine did meanwhile, and the area spreads as ranks do: about a half, with this variance (Mann and Whitney, 1947).
    """
    spread = math.sqrt((hidden + absents + 1) / (12 * hidden * absents))
    return 0.5 + statistics.NormalDist().inv_cdf(1 - ALARM / (2 * len(AREAS))) * spread


# ---------------------------------------------------------------- the tests


def test_a_hidden_person_and_an_absent_one_get_the_same_bytes(furnished: Callable[..., Any], tmp_path: Any) -> None:
    with (
        town(furnished, tmp_path / "home", alone=9, shared=1, visible=50) as here,
        httpx.Client(base_url=here.house.url) as client,
    ):
        names = [*here.alone, *here.shared]
        hidden = {at_the_door(here.house, client, name).bytes_ for name in names}
        others = {at_the_door(here.house, client, name).bytes_ for name in absent(names, len(names))}
        assert len(hidden) == 1
        assert hidden == others
        seen = at_the_door(here.house, client, SEEN).bytes_
        assert SEEN.encode() in seen
        assert seen not in hidden


@pytest.mark.parametrize("work", [0.0, 0.004, 0.008, 0.017])
def test_a_look_takes_the_time_of_its_class_however_long_it_took(work: float) -> None:
    began = time.monotonic()
    time.sleep(work)
    evenly.wait(began)
    took = time.monotonic() - began
    least = next(evenly.CLASS_S * 2**n for n in range(10) if evenly.CLASS_S * 2**n >= work)
    assert took >= least


def test_every_answer_waits_for_its_class_and_a_quiet_beat_does_not(
    furnished: Callable[..., Any], tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pars.actions import disclosing
    from pars.core.access.decision import Caller

    waited: list[float] = []
    monkeypatch.setattr(evenly, "wait", waited.append)
    with town(furnished, tmp_path / "home", alone=1, shared=0, visible=1) as here:
        by = here.house.by["sheriff"]
        caller = Caller(by.authority.removeprefix("agency:"), by.person, "sheriff-desk")
        for name in (*here.alone, "Nobody", SEEN):
            before = len(waited)
            asked = question("sheriff", columns=["surname"], where=[{"column": "surname", "is": name}])
            assert isinstance(disclosing.ask(caller=caller, asked=asked), disclosing.Told)
            assert len(waited) > before, "once, and again where it was decided again"
        stream = disclosing.open_stream(caller=caller, asked=question("sheriff", columns=["surname"]))
        assert isinstance(stream, disclosing.Stream)
        before = len(waited)
        assert disclosing.beat(stream)[1] is None
        assert len(waited) == before


def test_the_area_of_blind_guessing_is_what_ranks_say_however_the_machine_drifts() -> None:
    """The rate of false alarms, held: on a machine that slows down and stalls, with an order drawn anew each time."""
    chance, hidden, absents, runs = random.Random(7), 60, 120, 4_000
    seconds = [0.005 + n * 1e-5 + (0.04 if n % 37 == 0 else 0) + chance.random() * 1e-4 for n in range(hidden + absents)]
    spread = math.sqrt((hidden + absents + 1) / (12 * hidden * absents))
    beyond = dict.fromkeys((1, 2, 3), 0)
    for _ in range(runs):
        kinds = chance.sample([True] * hidden + [False] * absents, hidden + absents)
        found = area(
            *([second for second, kind in zip(seconds, kinds, strict=True) if kind is wanted] for wanted in (True, False))
        )
        for spreads in beyond:
            beyond[spreads] += found > 0.5 + spreads * spread
    for spreads, count in beyond.items():
        expected = 2 * (1 - statistics.NormalDist().cdf(spreads))
        assert count / runs == pytest.approx(expected, rel=0.1, abs=0.002)
    assert by_luck(2_500, 5_000) < 0.55, "at 5,000 pairs the bound that is asked for is never luck"
    assert area([0.2, 0.3], [0.1, 0.15]) == 1.0


@pytest.mark.soak
@pytest.mark.parametrize("pairs", [2_000, 5_000])
def test_no_classifier_tells_hidden_from_absent_and_under_row_security_it_does(
    furnished: Callable[..., Any], tmp_path: Any, pairs: int
) -> None:
    """So many pairs at the real server, and the same ones under row-level security beside it. The figures are printed.

    By chance it fails in less than one of a million runs; at 2,000 pairs luck may reach a little beyond 0.55, which is then let pass.
    """
    chance = random.Random(seed := random.randrange(2**32))
    print(f"order of seed {seed}")
    with town(furnished, tmp_path / "home", alone=pairs // 2, shared=10, visible=20_000) as here:
        alone, shared = here.alone, [name for name in here.shared for _ in range(pairs // 2 // 10)]
        others = absent([*here.alone, *here.shared], pairs)
        asked = (
            [(name, "alone") for name in alone] + [(name, "shared") for name in shared] + [(name, "absent") for name in others]
        )
        chance.shuffle(asked)
        ours, plain = {kind: [] for _, kind in asked}, {kind: [] for _, kind in asked}
        with server(here.house, tmp_path / "sends") as own, httpx.Client(base_url=own.url) as client:
            for name, kind in [(name, "warm") for name in others[:200]] + asked:
                ours.setdefault(kind, []).append(at_the_door(here.house, client, name))
        with row_security(here) as given:
            for name, kind in [(name, "warm") for name in others[:200]] + asked:
                plain.setdefault(kind, []).append(under_row_security(given, name))
    told = {}
    for called, looks in (("ours", ours), ("row security", plain)):
        absents = [look.seconds for look in looks["absent"]]
        for kind in ("alone", "shared"):
            told[called, kind] = area([look.seconds for look in looks[kind]], absents)
            middle = statistics.median(look.seconds for look in looks[kind]) * 1000
            print(
                f"{called}, hidden {kind}: area {told[called, kind]:.3f}; median {middle:.3f} ms, absent {statistics.median(absents) * 1000:.3f} ms"
            )
        both = [look.seconds for kind in ("alone", "shared") for look in looks[kind]]
        told[called, "all"] = area(both, absents)
        print(f"{called}, all {len(both)} pairs: area {told[called, 'all']:.3f}")
    assert len({look.bytes_ for looks in ours.values() for look in looks}) == 1
    for kind in AREAS:
        counted = sum(len(ours[each]) for each in (("alone", "shared") if kind == "all" else (kind,)))
        bound = max(0.55, by_luck(counted, len(others)))
        print(f"ours, hidden {kind}: at most {bound:.3f} by luck or allowance")
        assert told["ours", kind] <= bound
    # Measured: 0.89 and more, and 0.72 and more. That is tens of spreads away from where this begins to fail.
    assert told["row security", "shared"] >= 0.75
    assert told["row security", "all"] >= 0.6
