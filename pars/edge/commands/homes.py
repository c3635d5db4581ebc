"""The home that a command works in: its database running, its tables up to date, its ledger open."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from pars.actions import databases, founding
from pars.core.terms import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ORIGIN = "pars.example/log"
FIRST = {
    "feed-police": "feed_police",
    "feed-prosecutor": "feed_prosecutor",
    "feed-custodian": "feed_custodian",
    "worker": "system_worker",
    "custody-list": "custody_list",
}
"""Who works without anybody's doing, and in which role."""


class CannotOpen(SystemExit):
    """The ledger can't be opened as asked."""


@contextmanager
def begun(home: Path) -> Iterator[None]:
    """Work in a home whose ledger is open. Raises NotSetUp elsewhere and makes nothing: a ledger is begun once, and on purpose."""
    founding.must_be_set_up(home)
    with up_to_date(home):
        founding.must_be_open()
        finish_opening()
        yield


@contextmanager
def opened(home: Path) -> Iterator[None]:
    """Work in a home whose ledger is open; where it never was, open it with new keys for the seats and say so: for an import."""
    with up_to_date(home):
        if open_ledger(origin=ORIGIN, simulated=False):
            print(f"A new ledger was opened in {home}; its seats' keys lie in {home}/keys/seats.", file=sys.stderr)
        yield


@contextmanager
def up_to_date(home: Path, *, migrates: bool = False) -> Iterator[None]:
    """Work in a home with its database running and its tables up to date; one that PARS_DATABASE_URL names must be, or `migrates`."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pars.config.settings")
    with databases.running(home, migrates=migrates):
        import django

        django.setup()
        yield


def open_ledger(
    *,
    origin: str,
    simulated: bool,
    shift: int = 0,
    owners: dict[str, dict[str, str]] | None = None,
    texts: str = "city",
) -> bool:
    """Open the ledger under texts that ship with PARS (other owners' names if given); give feeds and worker their grants.

    Return whether it was opened now. Of two commands at once one opens it; one that was killed half-way is finished by the next.
    """
    with founding.one_at_a_time():
        new = not founding.is_open()
        if new:
            _open(origin=origin, simulated=simulated, shift=shift, owners=owners, named=texts)
        founding.give_first_grants(FIRST)
    return new


def finish_opening() -> None:
    """Give feeds and worker the grants that an interrupted opening didn't come to. Nothing happens where they have them."""
    if founding.lacking(FIRST):
        with founding.one_at_a_time():
            founding.give_first_grants(FIRST)


def _open(*, origin: str, simulated: bool, shift: int, owners: dict[str, dict[str, str]] | None, named: str) -> None:
    texts = founding.shipped(named)
    if owners is not None:
        texts = replace(texts, charter={**texts.charter, "owners": owners})
    done = founding.open_with_new_seats(origin=origin, texts=texts, simulated=simulated, shift=shift)
    if isinstance(done, Refusal):
        raise CannotOpen(f"pars: {done.says} {done.remedy}")
