"""The ledger's spec says what the code does: every kind, every field, every section."""

from __future__ import annotations

import re
from pathlib import Path

from pars.core.access.decision import GUARD
from pars.core.access.purposes import PURPOSES
from pars.core.access.role import ACTS
from pars.core.ledger import bundle, entries
from pars.core.ledger.entries import CASE_KINDS, FORMS, Form, Kind
from pars.core.ledger.fold import ACT_OF

SPEC = (Path(__file__).parents[2] / "docs/spec/ledger.md").read_text()

# What each word of the page lets in, and what it keeps out.
WORDS = {
    "hash": (["a" * 64], ["A" * 64, "a" * 63, 1]),
    "signature": (["a" * 128], ["a" * 64]),
    "code": (["A-1", "pars.example/log", "a" * 128], ["", "two words", "-x", "a" * 129, 1]),
    "REASON": (["NOT_GRANTED"], ["not_granted", ""]),
    "name": (["cleared", "no_record"], ["Cleared", "no record", 1]),
    "names": ([[], ["given", "surname"]], [["surname", "given"], ["a", "a"], ["A"], "a"]),
    "hashes": ([["a" * 64, "b" * 64]], [["b" * 64, "a" * 64], ["a"]]),
    "seals": (
        [[], [f"city:{'a' * 128}", f"courts:{'a' * 128}"]],
        [[f"courts:{'a' * 128}", f"city:{'a' * 128}"], [f"city:{'a' * 128}", f"city:{'b' * 128}"], ["city"], "city"],
    ),
    "fields": ([["/where/0", "surname"]], [["surname", "/where/0"], ["two words"], ["a" * 66]]),
    "count": ([0, 5], [-1, "1", 2**53]),
    "instant": ([-5, 5], ["5", 2**53]),
    "shift": ([-5, 5], ["5", 2**53]),
    "flag": ([0, 1], [2, -1, True]),
    "choice": (["adopt", "reject", "suspend", "revoke", "reinstate"], ["abstain", 1]),
}


def rows(heading: str) -> list[list[str]]:
    """Return the cells of the table under a line that begins so."""
    table = SPEC[SPEC.index(heading) :].split("\n\n")[0].splitlines()[2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table]


def test_every_kind_is_there_with_its_number():
    said = {int(number): name for number, name, _ in rows("| k | Kind | Fields |")}
    assert said == {int(kind): kind.dotted for kind in FORMS}


def test_every_field_is_there_and_is_what_the_page_says():
    for number, _, fields in rows("| k | Kind | Fields |"):
        kind = Kind(int(number))
        if kind in CASE_KINDS:
            assert fields == "a case's change"
            continue
        needs, _, may = fields.partition("; may: ")
        form = FORMS[kind]
        for said, checks in ((needs, form.needs), (may, form.may)):
            words = dict(part.split(" ") for part in said.split(", ") if part)
            assert words.keys() == checks.keys(), kind
            for name, word in words.items():
                good, bad = WORDS[word]
                assert all(checks[name](value) for value in good), (kind, name, word)
                assert not any(checks[name](value) for value in bad), (kind, name, word)


def test_a_cases_change_has_a_commitment_and_a_version():
    (form,) = {id(FORMS[kind]): FORMS[kind] for kind in CASE_KINDS}.values()
    assert isinstance(form, Form)
    assert form.needs.keys() == {"case", "version"}
    assert form.more is not None


def test_the_sections_and_the_limits_are_these():
    assert [row[0].encode() for row in rows("| Letter | Body | Where |")] == list(bundle.TAGS)
    assert f"`{bundle.MAGIC.decode().strip()}`" in SPEC
    assert f"up to {bundle.LEAVES_IN_ONE} leaf hashes" in SPEC
    assert f"At most {entries.MAX_BYTES:,} bytes" in SPEC
    assert f"{GUARD // 1000} ms (W" in SPEC


def test_the_acts_and_the_purposes_are_these():
    said = {kind: act for act, kinds in rows("| Act | Kinds |") for kind in kinds.split(", ")}
    assert said == {kind.dotted: act for kind, act in ACT_OF.items()}
    # No line of theirs in the table: the page names them in a sentence.
    others = set(SPEC.split("no kind of entry is done under them: ")[1].split(".")[0].split(", "))
    assert others == ACTS - set(ACT_OF.values())
    held = re.search(r'^const OTHERS = "([a-z_: ]+)"', (SECOND / "acts.js").read_text(), re.MULTILINE)
    assert held is not None
    assert set(held[1].split(" ")) == others
    listed = [(code, en, es, tuple(evidence.split(", "))) for code, en, es, evidence in rows("| Purpose | In English |")]
    assert listed == [(line.code, line.says["en"], line.says["es"], line.evidence) for line in PURPOSES]


SECOND = Path(__file__).parents[2] / "pars/edge/web/static/pars/verify"


def test_the_second_verifier_has_the_pages_tables():
    """It was written from the page: where a kind, an act or a purpose was added here and not there, it would call a sound ledger violated."""
    lines = re.findall(r"^(\d+) ([a-z_.]+): (.+)$", (SECOND / "forms.js").read_text(), re.MULTILINE)
    forms = [[number, name, fields.replace("${CASE}", "a case's change")] for number, name, fields in lines]
    assert forms == rows("| k | Kind | Fields |")
    held = dict(re.findall(r'^  "([a-z:_]+)": "([a-z_. ]+)",$', (SECOND / "acts.js").read_text(), re.MULTILINE))
    assert {kind: act for act, kinds in held.items() for kind in kinds.split(" ")} == {
        kind.dotted: act for kind, act in ACT_OF.items()
    }
    listed = [line.split(" | ") for line in (SECOND / "purposes.js").read_text().splitlines() if line.count(" | ") == 3]
    assert listed == rows("| Purpose | In English |")


def test_the_pages_lead_somewhere():
    for page in ("docs/spec/ledger.md", "docs/life-of-an-entry.md"):
        path = Path(__file__).parents[2] / page
        for link in re.findall(r"\]\((?!https)([^)#]+)", path.read_text()):
            assert (path.parent / link).exists()
