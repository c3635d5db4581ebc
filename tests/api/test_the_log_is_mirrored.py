"""An owner's witness fetches this server's own log: by its address, with a token, and only as it was signed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from pars.actions import proving
from pars.core.ledger.checkpoint import read_checkpoint, read_note
from pars.core.ledger.submission import Submission
from pars.store import ledger, tree, vault
from tests.api.houses import House, arrest
from tests.two_houses import served_whole
from witness.key import new_key
from witness.memory import Memory
from witness.mirroring import NotHad, Source, look
from witness.serving import Cosigner

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pars.core.ledger.checkpoint import Checkpoint

ENTRIES = 270
"""More than a bundle, so that there is a full one, and a proof between two sizes."""


@pytest.fixture(scope="module")
def grown(house: House) -> Iterator[str]:
    """Give the address of a log with a full tile."""
    while proving.newest_checkpoint() is None or newest().size < ENTRIES:
        for _ in range(10):
            house.post("/v1/arrests", arrest("Counted"), "booking")
    with served_whole() as url:
        yield f"{url}/log"


def newest() -> Checkpoint:
    note = proving.newest_checkpoint()
    assert note is not None
    return read_checkpoint(read_note(note.encode()).body)


def cosign(cosigner: Cosigner, old: int) -> Checkpoint:
    """Bring the witness the newest checkpoint; return it."""
    with ledger.reading():
        found = tree.load_checkpoint()
        assert found is not None
        proof = tree.prove_consistency(old, found[0]) if old else ()
    asked = Submission(old=old, proof=tuple(map(bytes.fromhex, proof)), note=found[1].encode())
    assert not hasattr(cosigner.add(asked.text()), "status")
    return read_checkpoint(read_note(asked.note).body)


def test_a_witness_has_the_whole_log_and_goes_on_where_it_ended(house: House, grown: str, tmp_path: Path) -> None:
    memory = Memory(tmp_path / "memory", new=True)
    key = new_key(tmp_path / "key")
    memory.name_own("witness.test", key.public_key().public_bytes_raw())
    memory.know("pars.test/house", vault.log_key().public_key().public_bytes_raw(), grown)
    cosigner, source = Cosigner(memory, key), Source(grown, tmp_path / "token")
    first = cosign(cosigner, 0)
    for token, says in (("", "answers 401: put the token"), (house.tokens["booking"], "answers 403: put the token")):
        (tmp_path / "token").write_text(token)
        with pytest.raises(NotHad, match=says):
            look(memory, "pars.test/house", source)
    (tmp_path / "token").write_text(house.tokens["auditor"])
    while look(memory, "pars.test/house", source):
        pass
    assert memory.mirrored("pars.test/house").root() == first.root
    house.post("/v1/arrests", arrest("Later"), "booking")
    while newest().size == first.size:
        pass
    second = cosign(cosigner, first.size)
    look(memory, "pars.test/house", source)
    entries = list(memory.entries("pars.test/house"))
    assert len(entries) == second.size > ENTRIES
    assert memory.mirrored("pars.test/house").root() == second.root
    with ledger.reading():
        assert entries == [body for _, body in tree.load_log(0, second.size)]
    assert json.loads(entries[0])["k"] == 1
