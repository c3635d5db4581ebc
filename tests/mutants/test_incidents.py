"""How others failed, seeded into our own code: each time a test of ours notices.

A small sample in `make test`, all of them in `make soak`. A mutant whose text isn't there any more fails here at once, in every run.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.mutants.runs import FAILED, PASSED, ROOT, a_copy, put_in, seeded, status

if TYPE_CHECKING:
    from tests.mutants.runs import Mutant

MUTANTS = seeded()


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return a_copy(tmp_path_factory.mktemp("mutants"))


def named(mutant: Mutant) -> str:
    return mutant.name.replace(" ", "-")


@pytest.mark.parametrize("mutant", MUTANTS, ids=named)
def test_each_text_stands_once_and_each_killer_is_there(mutant: Mutant) -> None:
    for file, before, after in mutant.changes:
        assert (ROOT / file).read_text().count(before) == 1, "the code has moved on: the mutant must follow it"
        assert before != after
    for killer in mutant.killers:
        file, _, test = killer.partition("::")
        assert f"def {test}" in (ROOT / file).read_text(), killer


def test_every_mutant_has_a_name_of_its_own() -> None:
    assert len({mutant.name for mutant in MUTANTS}) == len(MUTANTS)


def noticed(mutant: Mutant, copied: Path) -> None:
    with put_in(mutant, copied):
        found, said = status(copied, mutant.killers)
    assert found == FAILED, f"nobody noticed that {mutant.name} ({mutant.incident})\n{said}"
    assert " failed" in said


def test_without_a_mutant_the_tests_pass_in_the_copy(copied: Path) -> None:
    """A copy in which everything fails would kill every mutant."""
    found, said = status(copied, tuple({killer for mutant in MUTANTS if mutant.quick for killer in mutant.killers}))
    assert found == PASSED, said


@pytest.mark.parametrize("mutant", [mutant for mutant in MUTANTS if mutant.quick], ids=named)
def test_a_mutant_is_noticed(mutant: Mutant, copied: Path) -> None:
    noticed(mutant, copied)


@pytest.mark.soak
def test_without_a_mutant_all_killers_pass_in_the_copy(copied: Path) -> None:
    found, said = status(copied, tuple(sorted({killer for mutant in MUTANTS for killer in mutant.killers})))
    assert found == PASSED, said


@pytest.mark.soak
@pytest.mark.parametrize("mutant", [mutant for mutant in MUTANTS if not mutant.quick], ids=named)
def test_each_other_mutant_is_noticed_too(mutant: Mutant, copied: Path) -> None:
    noticed(mutant, copied)
