"""The page on checking a ledger can be typed from its top to its end, with the one file that it packs, a real ledger and a real witness."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

from tests.commands.test_setting_up import running, typed
from tests.docs.pages import ROOT, blocks
from tests.docs.test_successor_page import PEOPLE, did, elm, named, type_in, until_sound

if TYPE_CHECKING:
    from pathlib import Path

PAGE = ROOT / "docs/how-to/check-a-ledger.md"


@pytest.mark.database
def test_what_the_page_has_its_reader_type_works_from_its_top_to_its_end(tmp_path: Path) -> None:
    home, folder = tmp_path / "home", tmp_path / "desk"
    folder.mkdir()
    typed_there = [block for block in blocks(PAGE) if block.info in {"sh check", "sh witnesses"}]
    with ExitStack() as stack:
        stack.enter_context(elm(home))
        nobody = typed(home, "keys", "policy")
        assert (nobody.returncode, "No witnesses are in force" in nobody.stderr) == (2, True)
        stack.enter_context(running(home, "work"))
        for who, role in PEOPLE.items():
            did(home, "user", "add", who, "--name", who.title(), put="a-long-invented-password\n")
            did(home, "user", "grant", who, role, *([] if role == "access_officer" else ["--by", "alice"]))
        named(home, folder, stack, ("city",))
        until_sound(home)
        said = [type_in("\n".join(block.lines), home, folder) for block in typed_there]
    assert [done.returncode for done in said] == [0] * 6, said
    assert sum("VERIFIED: " in done.stdout for done in said) == 4
    assert all("vouches only for itself" not in done.stdout for done in said)
    assert "Signed by the witness witness.city.example" in said[-1].stdout
