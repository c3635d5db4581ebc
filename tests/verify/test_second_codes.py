"""What either program can find wrong, the other can: their codes are compared, so that a rule that only one of them has is noticed.

Ours are read from the source that the fold and the check can reach. What a text is refused for is left out: whatever it is, the fold
says that the text is none.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import TYPE_CHECKING

from tests.verify.second import FOLDER

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
ROOMS = ("pars/core/ledger", "pars/core/agreements", "pars/core/access", "pars/core/owners", "verify")
NAMED = {
    "Impossible": "what",
    "Violation": "what",
    "Finding": "what",
    "found": "what",
    "Refusal": "code",
    "_no": "code",
    "no": "code",
}
"""What makes a violation, a finding or a refusal, with the argument that holds its code: the first, where it isn't named."""
APART = {"pars/core/ledger/exported.py", "verify/exports.py", "verify/receipts.py", "verify/__main__.py"}
"""Check another file than a bundle."""
CODE = re.compile(r"[A-Z][A-Z0-9_]+[A-Z0-9]")

NEVER = {
    "who asks and for what": {
        *("NO_PERSON", "WRONG_EVIDENCE", "EVIDENCE_NOT_FOUND", "NOT_LAWFUL", "MASKED", "EQUALITY_ONLY"),
        "UNKNOWN_COLUMN",
    },
    "a scope to be granted": {"NO_COLUMNS"},
    "a hook's address and question": {"WRONG_ADDRESS", "NOT_FOR_A_HOOK"},
    "said before, by NO_ORDER": {"ORDER_DONE", "ORDER_WITHDRAWN", "NO_SUCH_ORDER"},
    "a ballot or a signed act that is typed in": {"NOT_JSON"},
}
"""What is refused at the door or on a screen, and never by the fold: an entry doesn't hold it, or another rule comes first."""


def codes_of_ours() -> dict[str, set[str]]:
    """Return every code that our source can say of a bundle, with the files that do."""
    found: dict[str, set[str]] = {}
    for room in ROOMS:
        for path in sorted((ROOT / room).glob("*.py")):
            name = str(path.relative_to(ROOT))
            for code in _said(ast.parse(path.read_text())) if name not in APART else ():
                found.setdefault(code, set()).add(name)
    return found


def _said(tree: ast.Module) -> Iterator[str]:
    constants = {
        target.id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if called not in NAMED and called != "_listed":
            continue
        # A list of what was loaded names its code as its last.
        stated = (
            node
            if called == "_listed"
            else next((one.value for one in node.keywords if one.arg == NAMED[called]), node.args[0] if node.args else None)
        )
        for part in ast.walk(stated) if stated is not None else ():
            if isinstance(part, ast.Constant) and isinstance(part.value, str) and CODE.fullmatch(part.value):
                yield part.value
            if isinstance(part, ast.Name) and isinstance(value := constants.get(part.id), str):
                yield value


def codes_of_second() -> tuple[set[str], set[str]]:
    """Return every code by which the second verifier surely finds something wrong, and every other word of that form in it."""
    said = "\n".join(path.read_text() for path in FOLDER.glob("*.js") if path.name not in {"page.js", "words.js"})
    stated = re.findall(rf'(?:(?:no|found|fault)\(|what: )"({CODE.pattern})"', said)
    return set(stated), set(re.findall(rf'"({CODE.pattern})"', said)) - set(stated)


def test_each_code_of_ours_is_one_of_the_second_verifiers() -> None:
    (surely, perhaps), never = codes_of_second(), set().union(*NEVER.values())
    ours, theirs = codes_of_ours(), surely | perhaps
    assert len(ours) > 130
    assert {code: files for code, files in ours.items() if code not in theirs | never} == {}
    assert not theirs & never
    assert never <= set(ours), "what is excused is said somewhere"


def test_each_code_of_the_second_verifiers_is_one_of_ours() -> None:
    assert codes_of_second()[0] <= codes_of_ours().keys()
