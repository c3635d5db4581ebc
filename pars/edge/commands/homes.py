"""The home that a command works in: its database running, its tables up to date, its ledger open."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from pars.actions import founding
from pars.core.terms import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ORIGIN = "pars.example/log"
FEEDS = {"police": "feed_police", "prosecutor": "feed_prosecutor", "custodian": "feed_custodian"}


class CannotOpen(SystemExit):
    """The ledger can't be opened as asked."""


@contextmanager
def begun(home: Path) -> Iterator[None]:
    """Work in a home whose ledger is open. Raises NotSetUp elsewhere and makes nothing: a ledger is begun once, and on purpose."""
    founding.must_be_set_up(home)
    with up_to_date(home):
        founding.must_be_open()
        yield


@contextmanager
def opened(home: Path) -> Iterator[None]:
    """Work in a home whose ledger is open; where it never was, open it with new keys for the seats and say so: for an import."""
    with up_to_date(home):
        if not founding.is_open():
            open_ledger(origin=ORIGIN, simulated=False)
            print(f"A new ledger was opened in {home}; its seats' keys lie in {home}/keys/seats.", file=sys.stderr)
        yield


@contextmanager
def up_to_date(home: Path) -> Iterator[None]:
    """Work in a home with its database running and its tables up to date."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pars.config.settings")
    with founding.running(home):
        import django

        django.setup()
        yield


def open_ledger(*, origin: str, simulated: bool, shift: int = 0, owners: dict[str, dict[str, str]] | None = None) -> None:
    """Open the ledger under the charter that ships with PARS (other owners' names if given), and give the feeds their grants."""
    charter = dict(founding.city_charter())
    if owners is not None:
        charter["owners"] = owners
    done = founding.open_with_new_seats(
        origin=origin, charter=charter, roles=founding.city_roles(), simulated=simulated, shift=shift
    )
    if isinstance(done, Refusal):
        raise CannotOpen(f"pars: {done.says} {done.remedy}")
    for feed, role in FEEDS.items():
        founding.give_grant(person=f"feed-{feed}", role=role)
    founding.give_grant(person="worker", role="system_worker")
