"""An agreement leaves and comes back as an ODRL policy, typed and over `/v1`: as it was voted, or as a new version to vote on."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import pytest

from pars.edge.formats import odrl, odrl_profile

if TYPE_CHECKING:
    from pathlib import Path

    from tests.commands.homes import Typed

pytestmark = pytest.mark.database


def exported(replayed: Typed, *words: str) -> bytes:
    done = replayed.run("agreement", "export", *words)
    assert done.returncode == 0, done.stderr
    return done.stdout.removesuffix(b"\n")


def test_what_is_exported_is_the_text_that_was_voted_and_its_policy(replayed: Typed) -> None:
    text = exported(replayed, "fbi")
    policy = json.loads(exported(replayed, "fbi", "--odrl"))
    assert policy == json.loads(json.dumps(odrl.policy(text)))
    assert policy["uid"] == f"urn:sha256:{sha256(text).hexdigest()}"
    assert exported(replayed, "fbi", "--version", sha256(text).hexdigest()) == text


def test_what_is_not_there_is_not_exported(replayed: Typed) -> None:
    for words, says in ((["nobody"], b"no such agreement"), (["fbi", "--version", "0" * 64], b"no such version")):
        done = replayed.run("agreement", "export", *words, "--odrl")
        assert (done.returncode, done.stdout) == (2, b"")
        assert says in done.stderr


def test_a_policy_is_proposed_as_a_new_version_and_what_is_wrong_in_it_is_told_with_its_place(
    replayed: Typed, tmp_path: Path
) -> None:
    policy: dict[str, Any] = json.loads(exported(replayed, "atf", "--odrl"))
    file = tmp_path / "policy.jsonld"

    def proposed(changed: dict[str, Any]) -> tuple[int, str]:
        file.write_text(json.dumps(changed), encoding="utf-8")
        done = replayed.run("agreement", "propose", str(file), "--by", "law")
        return done.returncode, (done.stdout + done.stderr).decode()

    status, said = proposed({**policy, "number": 2})
    assert status == 2
    assert "/uid: the text that this policy states has another sha256. For a new version leave uid out." in said
    new = {name: part for name, part in policy.items() if name != "uid"} | {"number": 2}
    status, said = proposed({**new, "duty": []})
    assert status == 2
    assert "/duty: there is no such field." in said
    status, said = proposed(new)
    assert (status, "Done: entry" in said) == (0, True), said
    shown = replayed.run("agreement", "show", "atf").stdout.decode()
    assert "IN_FORCE" in shown, "a proposal changes nothing yet"


def test_the_schema_and_the_context_are_printed(replayed: Typed) -> None:
    assert json.loads(replayed.run("agreement", "schema").stdout) == json.loads(json.dumps(odrl_profile.schema()))
    assert json.loads(replayed.run("agreement", "schema", "--context").stdout)["@context"]["odrl"] == odrl_profile.ODRL
