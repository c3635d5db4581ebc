"""What is compiled is compiled where it can be, and missed nowhere."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
_spec = importlib.util.spec_from_file_location("install", ROOT / "requirements" / "install.py")
assert _spec is not None
assert _spec.loader is not None
install = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(install)


def built(folder: Path, compiler: str | None) -> list[Path]:
    """Build what is compiled into a folder, as set-up has it built; return what came of it."""
    env = {name: value for name, value in os.environ.items() if name != "CC"} | ({"CC": compiler} if compiler else {})
    command = [sys.executable, "-W", "ignore", "-c", "from setuptools import setup; setup()", "-q", "build_ext"]
    command += ["--build-lib", str(folder / "lib"), "--build-temp", str(folder / "temp")]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return [*(folder / "lib").rglob("_cut.*.so")]


def test_without_a_compiler_set_up_goes_on_and_once_there_is_one_it_is_done_again(tmp_path, monkeypatch):
    before = install.key("run")
    assert built(tmp_path, "no-compiler-of-this-name") == []
    monkeypatch.setenv("CC", "no-compiler-of-this-name")
    assert not install.can_compile()
    without = install.key("run")
    monkeypatch.delenv("CC")
    assert (without != before) == install.can_compile()


@pytest.mark.skipif(not install.can_compile(), reason="there is no C compiler with Python's headers")
def test_with_a_compiler_the_verifier_s_quick_part_is_made(tmp_path):
    (made,) = built(tmp_path, None)
    run = f"import sys; sys.path.insert(0, {str(made.parent)!r}); import _cut; print(_cut.cut(bytes(9), 0, 9, {{}})[0])"
    done = subprocess.run([sys.executable, "-I", "-c", run], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("0\n", "")
