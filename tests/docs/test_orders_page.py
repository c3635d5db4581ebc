"""The page on court orders can be typed from its top to its end, about people who were really booked and released; afterwards everything agrees."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pars.core.cases.facts import ChargeProposed
from pars.store import shares, tombstones
from pars.store.fsck import fsck
from tests import desks
from tests.commands import forking
from tests.docs.pages import ROOT, blocks
from tests.homes import ask, give, question, serve
from tests.ledgers import AGREEMENT
from tests.ledgers import REGISTRAR as ROLE
from tests.store.conftest import home, opened, sealed

if TYPE_CHECKING:
    import subprocess

__all__ = ["home", "opened", "sealed"]

PAGE = ROOT / "docs/how-to/carry-out-a-court-order.md"
OWN = ("order.pdf", "list.txt", "certificate.pdf")


@dataclass
class Typist:
    """Types the page's lines in a home, with that home's own numbers for those that the page shows."""

    home: Path
    own: dict[str, str]
    said: list[str] = field(default_factory=list)

    def run(self, *words: str, put: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        """Type one command."""
        given = {key: value for key, value in os.environ.items() if not key.startswith(("PARS_", "DJANGO_"))}
        return forking.run(words, {**given, "PARS_HOME": str(self.home), "PYTHONUTF8": "1"}, put)

    def type_in(self, line: str) -> None:
        """Do what the line says. A number that the page shows for the first time is that of what was done last."""
        for shown in re.findall(r"(?<= )\d{3}\b", line):
            if shown not in self.own:
                done = "purge (\\d+):" if " answer " in line else "entry (\\d+)\\."
                self.own[shown] = re.findall(done, self.said[-1])[-1]
        line = re.sub(r"\b\d{4}-\d\d-\d\d\b", (datetime.now(UTC).date() - timedelta(days=2)).isoformat(), line)
        words = [
            re.sub(r"^(CASE|OTHER|THIRD|7|warrant-desk|\d{3})$|(?<=order-)\d{3}$", self._own, word)
            for word in shlex.split(line)
        ]
        assert words[0] == "pars", line
        self._shares_were_taken(words)
        done = self.run(*(word.replace("/media/", "media/") for word in words[1:]))
        assert done.returncode == 0, (line, done.stdout, done.stderr)
        self.said.append(done.stdout.decode())

    def _own(self, shown: re.Match[str]) -> str:
        return self.own[shown[0]]

    def _shares_were_taken(self, words: list[str]) -> None:
        for seat, file in (word.split("=") for word in words if "=/media/" in word):
            Path(f"media/{seat}").mkdir(parents=True)
            shutil.move(shares.share_file(int(file.rpartition("-")[2]), seat), file.removeprefix("/"))


def make_accounts(typist: Typist, *names: str) -> list[str]:
    """Make an account for each name; return what the ledger calls them."""
    put = b"a-long-invented-password\n"
    return [typist.run("user", "add", name, "--name", name.title(), put=put).stdout.decode().split()[2] for name in names]


@pytest.mark.database
def test_what_the_page_has_its_reader_type_works_from_its_top_to_its_end(
    sealed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tombstones.forget()
    monkeypatch.chdir(tmp_path)
    for name in OWN:
        Path(name).write_text(f"What stands in {name}")
    for person in make_accounts(Typist(sealed, {}), "clara", "oscar", "mona"):
        give(person, ROLE)
    make_accounts(Typist(sealed, {}), "nina")
    serve()
    cases = {name: desks.walked(*desks.PATH, case_id=desks.booked(name)) for name in ("Whitlock", "Farrowby", "Ainsley")}
    typist = Typist(
        sealed,
        {
            "CASE": cases["Whitlock"],
            "OTHER": cases["Farrowby"],
            "THIRD": cases["Ainsley"],
            "7": str(desks.first(cases["Ainsley"], ChargeProposed)),
            "warrant-desk": AGREEMENT,
        },
    )
    assert ask(question(columns=("record", "surname"))) is not None
    lines = [line for block in blocks(PAGE) if "orders" in block.info.split() for line in block.lines]
    assert len(lines) > 15
    for line in lines:
        typist.type_in(line)
    assert desks.load(cases["Farrowby"]).facts, "the sealed record is back"
    with pytest.raises(AssertionError):
        desks.load(cases["Whitlock"])
    assert fsck() == ()
    refused = typist.run(*("order", "answer", "AGR-1", "1", "DESTROYED"), *("--shown", "certificate.pdf", "--by", "nina"))
    assert refused.returncode == 2
    assert "--agency ID" in refused.stderr.decode()


WHO = {"clara": "court_clerk", "oscar": "access_officer", "mona": "agreement_manager"}
NEEDS = {
    **dict.fromkeys(("record", "serve", "withdraw"), "order:record"),
    "preserve": "record:preserve",
    **dict.fromkeys(("tell", "limit", "carry-out", "bring-back", "show", "list"), "order:carry_out"),
    "answer": "agreement:reply",
}


def test_whoever_types_a_line_holds_a_role_of_the_city_that_allows_it() -> None:
    lines = [line for block in blocks(PAGE) if "orders" in block.info.split() for line in block.lines]
    for line in lines:
        words = shlex.split(line)
        role = json.loads((ROOT / f"pars/config/city/roles/{WHO[words[words.index('--by') + 1]]}.json").read_text())
        assert NEEDS[words[2]] in role["acts"], line
