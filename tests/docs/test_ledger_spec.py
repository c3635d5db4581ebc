"""The ledger's spec says what the code does: every kind, every field, every section."""

from __future__ import annotations

import re
from pathlib import Path

from pars.core.access.decision import GUARD
from pars.core.ledger import bundle, entries
from pars.core.ledger.entries import CASE_KINDS, FORMS, Form, Kind

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
    for kind in set(Kind) - set(FORMS):
        assert f"{int(kind)} {kind.dotted}" in SPEC


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


def test_the_pages_lead_somewhere():
    for page in ("docs/spec/ledger.md", "docs/life-of-an-entry.md"):
        path = Path(__file__).parents[2] / page
        for link in re.findall(r"\]\((?!https)([^)#]+)", path.read_text()):
            assert (path.parent / link).exists()
