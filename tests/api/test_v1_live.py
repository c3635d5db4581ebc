"""`/live` with a bearer token, and what failed before anybody was known."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest

from pars.core.ledger.entries import Kind
from pars.edge.attempts import Attempts, Budget
from tests.api.houses import House, arrest


@pytest.fixture
def live(house: House) -> Any:
    from pars.edge.server import compose
    from pars.edge.web import hints
    from tests.serving import served

    hints.FOLLOWER.latest = None
    with served(compose(routes=hints.ROUTES, running=hints.RUNNING)) as url:
        yield lambda who: httpx.stream(
            "GET", f"{url}/live", headers={"Authorization": f"Bearer {house.tokens[who]}"}, timeout=20
        )


def test_staff_listen_with_a_token_and_agencies_do_not(house: House, live: Any) -> None:
    with live("booking") as stream:
        assert stream.status_code == 200
        lines = stream.iter_lines()
        assert next(lines).startswith("retry")
        case_id = house.post("/v1/arrests", arrest("Quiet"), "booking").json()["case_id"]
        said = []
        for line in lines:
            said.append(line)
            if "board" in line:
                break
    assert case_id not in "".join(said)
    assert "Quiet" not in "".join(said)
    for who in ("sheriff", "stranger", "sheriff-nobody"):
        with live(who) as stream:
            assert stream.status_code == 401


# ---------------------------------------------------------------- what failed before anybody was known


def test_failures_are_summed_up_in_one_entry(house: House) -> None:
    counted = Attempts()
    for _ in range(3):
        counted.failed()
    counted.sum_up()
    counted.sum_up()  # nothing more to say
    (entry,) = house.last_entries(Kind.ATTEMPTS_SUMMED, 5)
    assert entry.detail["failed"] == 3
    assert entry.detail["start"] < entry.detail["end"] <= entry.at
    assert entry.by.authority == "system"
    from pars.store import fsck

    assert fsck.fsck() == ()


def test_a_count_that_can_not_be_entered_waits_for_the_next() -> None:
    entered: list[int] = []
    broken = [True]

    def enter(*, failed: int, seconds: float) -> None:
        assert seconds >= 0
        if broken:
            broken.clear()
            raise OSError("the database is away")
        entered.append(failed)

    counted = Attempts(enter)
    counted.failed()
    counted.sum_up()
    counted.failed()
    counted.sum_up()
    assert entered == [2]


def test_failures_are_summed_up_at_every_beat_and_once_more_at_the_end() -> None:
    entered: list[int] = []
    counted = Attempts(lambda *, failed, seconds: entered.append(failed), every=0.05)

    async def run() -> None:
        async with counted.running():
            counted.failed()
            await asyncio.sleep(0.2)
            counted.failed()

    asyncio.run(run())
    assert entered == [1, 1]


def test_a_callers_refusals_have_a_budget_of_a_minute() -> None:
    now = [0.0]
    budget = Budget(most=2, clock=lambda: now[0])
    for _ in range(2):
        assert budget.wait("a") == 0
        budget.spend("a")
    assert budget.wait("a") == 60
    assert budget.wait("b") == 0
    now[0] = 59.0
    assert budget.wait("a") == 1
    now[0] = 60.0
    assert budget.wait("a") == 0
