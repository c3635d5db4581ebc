"""A home for each module's commands."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.commands.homes import opening, typed_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.commands.homes import Typed


@pytest.fixture(scope="module")
def typed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Typed]:
    """Return a home with its ledger open."""
    with typed_in(tmp_path_factory.mktemp("typed") / "home") as there:
        assert there.run(*opening()).returncode == 0
        yield there
