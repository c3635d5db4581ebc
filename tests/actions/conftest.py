"""A ledger of its own for each test of actions; after each one everything in it must fold, and every table agree with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from pars.core.ledger.entries import Entry, Kind, decode
from pars.store.fsck import fsck
from tests.store.conftest import home, opened, owner, sealed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

__all__ = ["checked", "entries", "home", "opened", "owner", "sealed"]


@pytest.fixture(autouse=True)
def checked(opened: Path) -> Iterator[None]:
    """Check the ledger and every table after the test: an act that the verifier would call impossible is found here."""
    yield
    assert fsck() == ()


@pytest.fixture
def entries(owner: Any) -> Callable[..., list[Entry]]:
    """Return a function that gives the ledger's entries, in the order of their numbers; of one kind, if asked."""

    def found(kind: Kind | None = None, *, after: int = -1) -> list[Entry]:
        rows = owner.execute("select body from ledger.entry where id > %s order by id", [after]).fetchall()
        read = [entry for row in rows if isinstance(entry := decode(row[0]), Entry)]
        assert len(read) == len(rows)
        return [entry for entry in read if kind is None or entry.kind is kind]

    return found
