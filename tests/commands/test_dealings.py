"""What passes between owners and agency, typed: each act as it is meant, and as it is refused, in one line with what to do."""

from __future__ import annotations

import json
import re
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.commands.test_agreements import DOCUMENT

if TYPE_CHECKING:
    from pathlib import Path

    from tests.commands.homes import Typed

PASSWORD = "a-password-of-nobody"
PEOPLE = {
    "alice": "access_officer",
    "carol": "agreement_manager",
    "vera": "voter_city",
    "vic": "voter_courts",
    "nora": "court_clerk",
}
AGENCYS = ("dan", "eve", "fay")
ZONE = "America/New_York"
SAYS = {"en": "The uses made of the record."}


def day(civil: str) -> dict[str, str]:
    return {"civil": civil, "zone": ZONE, "rule": "end of day"}


TEXT = {
    **DOCUMENT,
    "agreement": "desk",
    "scope": {**DOCUMENT["scope"], "filters": ["record", "surname", "given"], "rows": {"column": "adult", "is": "yes"}},
    "users": {"must": ["terms_acknowledged", "training_completed"]},
    "approval": {"over_rows": 0, "minutes": 60},
    "emergency": {"reasons": ["LIFE_AT_RISK"], "waives": ["approval", "evidence"], "review_hours": 24},
    "duties": [{"code": "use", "kind": "report", "says": SAYS, "due": day("2089-01-31"), "overdue": "suspends"}],
    "nonrenewal": {"notice_by": day("2089-12-31")},
    "vote": {"closes": day("2089-06-30")},
}  # fmt: skip
NAMED = {
    "purpose": "warrant_service",
    "columns": ["record"],
    "where": [{"column": "surname", "is": "Fernmoor"}, {"column": "given", "is": "Ann"}],
    "evidence": {"kind": "warrant_number", "value": "MC-51-CR-0000001-2027"},
}
SWEEP = {**NAMED, "where": [], "rows": 5}

Said = "Callable[..., tuple[int, str]]"


@pytest.fixture(scope="module")
def desk(typed: Typed, tmp_path_factory: pytest.TempPathFactory) -> Said:
    """Return what is typed in a home with an agreement in force and two people named under it: status, and the line that was said."""

    def said(*words: object, put: bytes = b"") -> tuple[int, str]:
        done = typed.run(*words, put=put)
        assert b"Traceback" not in done.stderr, done.stderr.decode()
        return done.returncode, (done.stderr if done.returncode else done.stdout).decode().strip()

    for account in (*PEOPLE, *AGENCYS):
        assert said("user", "add", account, "--name", account.title(), put=f"{PASSWORD}\n".encode())[0] == 0
    assert said("user", "grant", "alice", "access_officer")[0] == 0
    for account in list(PEOPLE)[1:]:
        assert said("user", "grant", account, PEOPLE[account], "--by", "alice")[0] == 0
    file = tmp_path_factory.mktemp("texts") / "desk.json"
    file.write_text(json.dumps(TEXT))
    for act in (
        ("propose", file, "--by", "carol"),
        ("vote", "desk", "adopt", "--by", "vera"),
        ("vote", "desk", "adopt", "--by", "vic", "--reason", "It is needed."),
        *(("name", "desk", account, "--holds", "training_completed", "--by", "carol") for account in AGENCYS),
    ):
        status, says = said("agreement", *act)
        assert status == 0, says
    return said


def answered(desk: Said, question: dict[str, Any], by: str, *more: str) -> tuple[int, str]:
    """Ask; where the machine was too slow for an answer to leave in time, ask again."""
    for _ in range(20):
        status, says = desk("ask", json.dumps(question), "--by", by, *more)
        if "Ask again" not in says:
            return status, says
    raise AssertionError("no answer ever left in time")


def entry_in(says: str) -> int:
    (number,) = re.findall(r"entry (\d+)", says)
    return int(number)


def test_who_may_ask_is_named_and_unnamed_with_an_end_of_their_own(desk: Said) -> None:
    assert desk("agreement", "name", "desk", "nora", "--by", "vera")[1].startswith("vera holds no grant that allows user:name")
    assert desk("agreement", "name", "none", "nora", "--by", "carol") == (2, "There is no such agreement.")
    assert desk("agreement", "name", "desk", "nemo", "--by", "carol") == (2, "There is no account nemo.")
    assert "training_completed" in desk("agreement", "name", "desk", "nora", "--by", "carol")[1]
    held = ("--holds", "training_completed", "--by", "carol")
    assert "'tomorrow'" in desk("agreement", "name", "desk", "nora", "--until", "tomorrow", *held)[1]
    assert "must come after now" in desk("agreement", "name", "desk", "nora", "--until", "2020-01-31", *held)[1]
    assert desk("agreement", "name", "desk", "nora", "--until", "2080-08-31T17:00:00-04:00", *held)[0] == 0
    assert "named already" in desk("agreement", "name", "desk", "nora", *held)[1]
    assert desk("agreement", "unname", "desk", "nora", "--by", "carol")[0] == 0
    assert "isn't named" in desk("agreement", "unname", "desk", "nora", "--by", "carol")[1]


def test_an_agencys_system_is_bound_once_and_asks_for_a_named_person_alone(desk: Said) -> None:
    bind = ("agreement", "bind", "desk", "sheriff-desk")
    desk("agreement", "acknowledge", "desk", "--by", "dan")
    asked = ("ask", json.dumps(NAMED), "--by", "dan", "--client", "sheriff-desk")
    assert "system" in desk(*asked)[1]
    assert desk(*bind, "--by", "vera")[1].startswith("vera holds no grant that allows client:bind")
    assert "'a desk' can't be a system's name" in desk("agreement", "bind", "desk", "a desk", "--by", "carol")[1]
    assert desk("agreement", "bind", "none", "sheriff-desk", "--by", "carol")[0] == 2
    assert desk(*bind, "--by", "carol")[0] == 0
    assert "bound to the agreement already" in desk(*bind, "--by", "carol")[1]
    assert answered(desk, NAMED, "dan", "--client", "sheriff-desk")[0] == 0


def test_an_instant_that_no_clock_tells_and_json_nested_too_deep_are_refused_in_words(desk: Said, tmp_path: Path) -> None:
    for beyond in ("9999-12-31", "9999-12-30", "2300-01-01T00:00:00+00:00", "0001-01-01T00:00:00+23:59"):
        for act in (
            ("inquire", "desk", "Why?", f"--due={beyond}", "--by", "vera"),
            ("name", "desk", "nora", f"--until={beyond}", "--by", "carol"),
        ):
            status, says = desk("agreement", *act)
            assert (status, f"{beyond!r}: a day like" in says) == (2, True)
    deep = "[" * 50_000
    for typed in (("ask", deep), ("approval", "ask", deep), ("hook", "register", "https://records.example.gov/", deep)):
        assert "nested too deep" in desk(*typed, "--by", "dan")[1]
    file = tmp_path / "deep.json"
    ends = [json.dumps({**TEXT, "term": {"end": end}}) for end in (day("9999-12-31"), {**day("2089-12-31"), "zone": "America"})]
    for text in (deep, '{"a":' * 900 + "1" + "}" * 900, *ends):
        file.write_text(text)
        status, says = desk("agreement", "propose", file, "--dry-run")
        assert (status, "can't be used" in says) == (2, False)
    assert "isn't UTF-8" in desk("agreement", "vote", "desk", "adopt", "--by", "vera", "--reason", "\udcff")[1]


def test_a_version_is_acknowledged_by_each_person_for_themselves(desk: Said) -> None:
    assert "acknowledge it there" in desk("ask", json.dumps(NAMED), "--by", "fay")[1]
    assert desk("agreement", "acknowledge", "desk", "--by", "nora") == (2, "No agreement names nora.")
    assert desk("agreement", "acknowledge", "none", "--by", "fay")[0] == 2
    assert "neither in force" in desk("agreement", "acknowledge", "desk", "--version", "0" * 64, "--by", "fay")[1]
    assert desk("agreement", "acknowledge", "desk", "--by", "fay")[0] == 0
    assert "You have acknowledged" in desk("agreement", "acknowledge", "desk", "--by", "fay")[1]
    assert answered(desk, NAMED, "fay")[0] == 0


def test_a_duty_is_met_once(desk: Said, tmp_path: Path) -> None:
    shown = tmp_path / "report.txt"
    meet = ("agreement", "meet", "desk", "use", "--shown", shown, "--by")
    assert desk(*meet, "dan") == (2, f"{shown}: No such file or directory")
    shown.write_text("Five uses.")
    assert "nora holds no grant that allows agreement:reply" in desk(*meet, "nora")[1]
    assert "No duty purge is to be met now" in desk("agreement", "meet", "desk", "purge", "--shown", shown, "--by", "dan")[1]
    assert desk(*meet, "dan")[0] == 0
    assert "No duty use is to be met now. `pars agreement show desk` lists them." in desk(*meet, "carol")[1]
    assert "use, due the end of January 31, 2089, Philadelphia time: met, entry" in desk("agreement", "show", "desk")[1]


def test_what_the_owners_ask_is_answered_once_and_listed(desk: Said) -> None:
    assert desk("agreement", "inquiries", "none") == (2, "There is no such agreement.")
    assert desk("agreement", "inquiries", "desk") == (0, "The owners have asked nothing.")
    ask = ("agreement", "inquire", "desk", "Whom did you arrest?", "--due")
    assert "carol holds no grant that allows agreement:vote" in desk(*ask, "2080-01-31", "--by", "carol")[1]
    assert "'soon'" in desk(*ask, "soon", "--by", "vera")[1]
    assert "some time to answer" in desk(*ask, "2020-01-31", "--by", "vera")[1]
    assert "needs words" in desk("agreement", "inquire", "desk", " ", "--due", "2080-01-31", "--by", "vera")[1]
    asked = entry_in(desk(*ask, "2080-01-31", "--by", "vera")[1])
    owed = "The Sheriff is to answer what City of Philadelphia asked it, at the end of January 31, 2080"
    assert owed in desk("agreement", "show", "desk")[1]
    for seconds in (5, 20, 60):  # a busy machine takes seconds to begin a command
        soon = datetime.now(UTC) + timedelta(seconds=seconds)
        status, says = desk(*ask, soon.isoformat(), "--by", "vic")
        if status == 0:
            break
    assert status == 0, says
    silent = entry_in(says)
    assert "made no inquiry" in desk("agreement", "answer", "desk", "1", "Nobody.", "--by", "dan")[1]
    assert desk("agreement", "answer", "desk", asked, "Nobody.", "--by", "nora")[0] == 2
    assert desk("agreement", "answer", "desk", asked, "Nobody.", "--by", "dan")[0] == 0
    assert "answered already" in desk("agreement", "answer", "desk", asked, "Somebody.", "--by", "carol")[1]
    time.sleep(max(0, (soon - datetime.now(UTC)).total_seconds()))
    told = json.loads(desk("agreement", "inquiries", "desk", "--json")[1])["inquiries"]
    assert [(one["entry"], one["owner"], one["silent"]) for one in told] == [(asked, "city", False), (silent, "courts", True)]
    assert told[0]["answer"]["words"] == "Nobody."
    listed = desk("agreement", "inquiries", "desk")[1]
    assert "Whom did you arrest?" in listed
    assert "No answer came by then." in listed


def test_what_came_of_an_answer_is_reported_by_the_agency(desk: Said) -> None:
    for person in ("dan", "eve"):
        desk("agreement", "acknowledge", "desk", "--by", person)
    answer = entry_in(answered(desk, NAMED, "dan")[1])
    assert desk("agreement", "outcome", "desk", answer, "cleared", "--by", "carol") == (2, "No agreement names carol.")
    assert "no answer" in desk("agreement", "outcome", "desk", 1, "cleared", "--by", "dan")[1]
    assert "invalid choice: 'guilty'" in desk("agreement", "outcome", "desk", answer, "guilty", "--by", "dan")[1]
    assert desk("agreement", "outcome", "desk", answer, "cleared", "--by", "dan")[0] == 0


def test_a_second_person_approves_a_sweep(desk: Said) -> None:
    for person in ("dan", "eve"):
        desk("agreement", "acknowledge", "desk", "--by", person)
    assert "second person's approval" in desk("ask", json.dumps(SWEEP), "--by", "dan")[1]
    status, says = desk("approval", "ask", json.dumps(SWEEP), "--by", "dan")
    assert status == 0, says
    asked = entry_in(says)
    assert "Nobody has approved" in desk("ask", json.dumps({**SWEEP, "approval": asked}), "--by", "dan")[1]
    assert "Nobody approves a question of their own" in desk("approval", "give", "desk", asked, "--by", "dan")[1]
    assert desk("approval", "give", "desk", asked + 9_999, "--by", "eve")[0] == 2
    assert desk("approval", "give", "desk", asked, "--by", "nora")[0] == 2
    assert desk("approval", "give", "desk", asked, "--by", "eve")[0] == 0
    assert desk("approval", "give", "desk", asked, "--by", "vera")[0] == 2
    status, says = answered(desk, {**SWEEP, "approval": asked}, "dan")
    assert status == 0, says


def test_an_emergency_is_listed_and_reviewed_by_the_owners(desk: Said) -> None:
    for person in ("dan", "eve"):
        desk("agreement", "acknowledge", "desk", "--by", person)
    assert desk("emergency", "list", "--by", "vera") == (0, "No emergency waits for a review.")
    assert "carol holds no grant that allows emergency:review" in desk("emergency", "list", "--by", "carol")[1]
    broken = {name: value for name, value in SWEEP.items() if name != "evidence"} | {"emergency": "LIFE_AT_RISK"}
    status, says = answered(desk, broken, "dan")
    assert status == 0, says
    answer = entry_in(says)
    assert f"desk: answer of entry {answer}, to " in desk("emergency", "list", "--by", "vic")[1]
    assert "no emergency question" in desk("emergency", "review", "desk", answer + 999, "JUSTIFIED", "--by", "vera")[1]
    assert "invalid choice: 'FINE'" in desk("emergency", "review", "desk", answer, "FINE", "--by", "vera")[1]
    assert desk("emergency", "review", "desk", answer, "JUSTIFIED", "--by", "vera")[0] == 0
    assert "reviewed already" in desk("emergency", "review", "desk", answer, "JUSTIFIED", "--by", "vic")[1]


def test_a_proposal_and_a_vote_are_withdrawn(desk: Said, tmp_path: Path) -> None:
    file = tmp_path / "next.json"
    file.write_text(json.dumps({**TEXT, "number": 2, "vote": {"closes": day("2088-06-30")}}))
    assert desk("agreement", "propose", file, "--by", "carol")[0] == 0
    assert "vera holds no grant" in desk("agreement", "withdraw", "desk", "--by", "vera")[1]
    assert desk("agreement", "vote", "desk", "withdraw", "--by", "vic", "--version", "0" * 64)[0] == 2
    assert desk("agreement", "vote", "desk", "adopt", "--by", "vera")[0] == 0
    assert desk("agreement", "vote", "desk", "withdraw", "--by", "vera")[0] == 0
    assert desk("agreement", "withdraw", "desk", "--by", "carol")[0] == 0
    assert "isn't open any more: withdrawn" in desk("agreement", "withdraw", "desk", "--by", "carol")[1]
    assert "was withdrawn" in desk("agreement", "vote", "desk", "adopt", "--by", "vera")[1]


def test_the_notice_that_it_wont_be_renewed_stands_in_the_calendar(desk: Said, tmp_path: Path) -> None:
    assert "notice by the end of December 31, 2089, Philadelphia time" in desk("agreement", "calendar")[1]
    text, proof = tmp_path / "notice.txt", tmp_path / "receipt.eml"
    given = ("agreement", "notice", "desk", text, "--proof", proof, "--channel")
    assert desk(*given, "mail", "--by", "carol")[1].startswith(f"{text}: No such file")
    text.write_text("We will not renew.")
    proof.write_text("Signed for on a day.")
    assert "--channel 'By hand'" in desk(*given, "By hand", "--by", "carol")[1]
    assert "vera holds no grant that allows notice:serve" in desk(*given, "mail", "--by", "vera")[1]
    assert desk("agreement", "notice", "none", text, "--proof", proof, "--channel", "mail", "--by", "carol")[0] == 2
    text.write_text(" ")
    assert "needs words" in desk(*given, "mail", "--by", "carol")[1]
    text.write_text("We will not renew.")
    served = entry_in(desk(*given, "mail", "--by", "carol")[1])
    assert f"served (entry {served})" in desk("agreement", "calendar")[1]
    (line,) = json.loads(desk("agreement", "calendar", "--json")[1])["renewals"]
    assert (line["agreement"], line["decision"], line["notified"]) == ("desk", "nothing", served)


def test_the_ledger_of_all_that_folds(desk: Said) -> None:
    assert desk("fsck")[0] == 0
