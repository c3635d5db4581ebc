"""`pars text`: what can't be proposed or voted is said in a line and records nothing; a rule that ships becomes a draft."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.commands.homes import opening
from tests.commands.test_setting_up import PASSWORD, typed

if TYPE_CHECKING:
    from pathlib import Path


def test_a_county_s_texts_typed(tmp_path: Path) -> None:
    home = tmp_path / "home"
    assert typed(home, *opening(profile="county")).returncode == 0
    try:
        shown = json.loads(typed(home, "text", "show", "--json").stdout)
        (profile, detainers, witnesses, successor) = shown["subjects"]
        assert profile["in_force"]["title"] == "The police file the complaint"
        assert (detainers["in_force"], detainers["waiting"]) == (None, [])
        assert [(one["about"], one["in_force"]) for one in (witnesses, successor)] == [("witnesses", None), ("successor", None)]
        drafted = typed(home, "text", "draft", "detainers", "--rule", "CHAPTER_21_3600")
        text = json.loads(drafted.stdout)
        assert text["tests"]["hold"] == "JUDICIAL_WARRANT"
        unknown = typed(home, "text", "draft", "detainers", "--rule", "NONE")
        assert unknown.returncode == 2
        assert "CHAPTER_21_3600" in unknown.stderr
        file = tmp_path / "rule.json"
        file.write_text(
            json.dumps({**text, "citation": "Confirmed text", "start": {"civil": "2030-01-01", "zone": "America/New_York"}})
        )
        dry = typed(home, "text", "propose", str(file), "--dry-run", "--json")
        assert dry.returncode == 0, dry.stderr
        assert "Confirmed text" in " ".join(json.loads(dry.stdout)["sentences"])
        assert json.loads(typed(home, "text", "show", "detainers", "--json").stdout)["subjects"][0]["waiting"] == []
        file.write_text(json.dumps({**text, "code": "EXECUTIVE_ORDER_5_16"}))
        taken = typed(home, "text", "propose", str(file), "--by", "nobody")
        assert taken.returncode == 2
        assert "code of its own" in taken.stderr
        file.write_text("{no json")
        broken = typed(home, "text", "propose", str(file), "--by", "nobody")
        assert (broken.returncode, f"{file} isn't JSON: line 1, column 2: " in broken.stderr) == (2, True)
        for wrong, says in (
            ({"start": {"civil": "2030-02-30", "zone": "America/New_York"}}, "/start/civil: there is no such day."),
            ({"vote": {"closes": {"civil": "tomorrow", "zone": "UTC"}}}, "/vote/closes/civil: there is no such day."),
        ):
            file.write_text(json.dumps({**text, **wrong}))
            assert typed(home, "text", "propose", str(file), "--dry-run").stderr == f"{file}: {says}\n"
        file.write_text('{"agreement": "warrants"}')
        assert "`pars agreement propose`" in typed(home, "text", "propose", str(file), "--dry-run").stderr
        typed(home, "user", "add", "vera", "--name", "Vera", put=f"{PASSWORD}\n")
        typed(home, "user", "grant", "vera", "access_officer")
        typed(home, "user", "grant", "vera", "voter_city", "--by", "vera")
        nothing = typed(home, "text", "vote", "profile", "adopt", "--by", "vera")
        assert (nothing.returncode, nothing.stderr.strip()) == (2, "No such text waits for a vote: see `pars text show`.")
    finally:
        from pars.store.engine import remove

        remove(home)
