"""The rooms hold: what the core and the verifier may import, said as a list of what is allowed.

import-linter forbids names that somebody thought of; this allows only what somebody agreed to.
"""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

# Values, text, numbers and hashes. No clock, no file, no process, no network, no chance.
CORE_MAY_IMPORT = {
    "__future__",
    "abc",
    "base64",
    "binascii",
    "bisect",
    "collections",
    "contextlib",
    "dataclasses",
    "datetime",
    "decimal",
    "enum",
    "functools",
    "hashlib",
    "hmac",
    "ipaddress",
    "itertools",
    "json",
    "math",
    "operator",
    "re",
    "string",
    "struct",
    "types",
    "typing",
    "unicodedata",
    "zoneinfo",
}


def imports(path: Path) -> set[str]:
    """Return the dotted names that a file imports, those inside functions and TYPE_CHECKING included."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively"
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def files(*folders: str) -> list[Path]:
    found = [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]
    assert found
    return found


@pytest.mark.parametrize("path", files("pars/core"), ids=lambda path: path.stem)
def test_the_core_imports_values_only(path: Path) -> None:
    wrong = {name for name in imports(path) if name.split(".")[0] not in CORE_MAY_IMPORT and not name.startswith("pars.core.")}
    assert not wrong


@pytest.mark.parametrize("path", files("verify"), ids=lambda path: path.stem)
def test_the_verifier_imports_the_core_and_the_standard_library(path: Path) -> None:
    wrong = {
        name
        for name in imports(path)
        if name.split(".")[0] not in sys.stdlib_module_names and not f"{name}.".startswith(("pars.core.", "verify."))
    }
    assert not wrong


@pytest.mark.parametrize("path", files("witness"), ids=lambda path: path.stem)
def test_a_witness_imports_the_core_the_standard_library_signing_and_a_small_server(path: Path) -> None:
    others = ("pars.core.ledger.", "pars.core.visible.", "witness.", "cryptography.", "starlette.", "uvicorn.")
    wrong = {
        name
        for name in imports(path)
        if name.split(".")[0] not in sys.stdlib_module_names and not f"{name}.".startswith(others)
    }
    assert not wrong


@pytest.mark.parametrize("path", files("pars", "verify", "witness"), ids=lambda path: str(path.relative_to(ROOT)))
def test_no_module_outgrows_its_reader(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= 400, "split it inside its room"
