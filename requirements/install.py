"""Make this checkout ready: `.venv` from the hash-pinned lists, the project itself in place, the design system fetched.

    python3 requirements/install.py run    what running PARS needs
    python3 requirements/install.py dev    what checking and testing it needs, too
    python3 requirements/install.py bench  the engines that it is measured beside, too, in a folder of their own

The Makefile calls it before everything else. It does nothing, in a twentieth of a second, when all is there; an environment that
was made of other lists is brought up to date in place, and one that was copied from elsewhere is made anew.
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib.util
import json
import os
import shlex
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
OLDEST = (3, 11)

PEERS = VENV / "peers"
"""Where the engines lie that we are measured beside. They stay out of the environment: some bring packages named `tests` or `docs`."""

KINDS = ("run", "dev", "bench")
"""Each holds the one before it."""


def main(kind: str) -> int:
    """Make the checkout ready for `kind` and return 0, or say what stands in the way and return 1."""
    if sys.version_info < OLDEST:
        return refuse(
            f"PARS needs Python {OLDEST[0]}.{OLDEST[1]} or later; this is {sys.version.split()[0]}.",
            "Name another one: make PYTHON=python3.11 …",
        )
    with Path(__file__).open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two makes at once: one installs, the other finds it done
        if is_ready(kind):
            return 0
        print(f"Setting up .venv ({kind}): the first time takes a minute or two.", flush=True)
        return make_ready(kind)


def make_ready(kind: str) -> int:
    """Do every step, in an order in which an interrupted run is simply done again."""
    if not is_here() and (importlib.util.find_spec("venv") is None or importlib.util.find_spec("ensurepip") is None):
        return refuse("This Python has no venv module.", "Debian and Ubuntu: apt-get install python3-venv. Then again.")
    steps = []
    if not is_here():
        steps.append(
            ([sys.executable, "-m", "venv", "--clear", VENV], "the environment can't be made", "Look at the message above.")
        )
    pip = [PYTHON, "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    steps += [
        (
            # The list is whole, so pip has nothing to choose: an old one, left to resolve, takes a release newer than the pin for
            # a requirement with an extra, and then refuses it for having no hash.
            [*pip, "--no-deps", "--require-hashes", "-r", ROOT / "requirements" / f"{'run' if kind == 'run' else 'dev'}.txt"],
            "the packages can't be installed",
            "Check that pip reaches its index (`pip config list` shows which), then again. What was fetched is kept.",
        ),
        (
            [*pip, "--no-deps", "--no-build-isolation", "--no-index", "--editable", ROOT],
            "the project can't be installed in place",
            "Look at the message above.",
        ),
        (
            [PYTHON, "-m", "pip", "--disable-pip-version-check", "check", "--quiet"],
            "the list lacks something that it needs",
            "Write the list anew: make pins. Then again.",
        ),
        (
            [PYTHON, "-m", "pars.config.assets", *(["--tests"] if kind != "run" else [])],
            "the design system can't be fetched",
            "Look at the message above.",
        ),
    ]
    if kind == "bench":
        steps.append(
            (
                [
                    *pip,
                    "--no-deps",
                    "--require-hashes",
                    "--upgrade",
                    "--target",
                    PEERS,
                    "-r",
                    ROOT / "requirements" / "bench.txt",
                ],
                "the engines can't be installed",
                "Check that pip reaches its index, then again.",
            )
        )
    for made in compiled():
        made.unlink()  # of an older source, where this one can't be compiled
    for argv, problem, remedy in steps:
        if subprocess.run(argv, cwd=ROOT, check=False, env=environment()).returncode != 0:
            return refuse(f"Set-up stopped: {problem}.", remedy)
    for done in KINDS[: KINDS.index(kind) + 1]:
        stamp(done).write_text(key(done))
    if not compiled():
        why = (
            "can't be compiled here" if can_compile() else "needs a C compiler and Python's headers (Debian: gcc, python3-dev)"
        )
        print(f"pars-verify takes twice the time, and says the same: its quick part, verify/cut.c, {why}.")
    return 0


def compiled() -> list[Path]:
    """Return what was compiled of the verifier, which does without."""
    return [*(ROOT / "verify").glob("_cut.*.so")]


def can_compile() -> bool:
    """Return whether there is what compiles a module for this Python."""
    compiler = shlex.split(os.environ.get("CC") or sysconfig.get_config_var("CC") or "cc")
    return shutil.which(compiler[0]) is not None and Path(sysconfig.get_paths()["include"], "Python.h").is_file()


def environment() -> dict[str, str]:
    """Return ours, without what would make pip install elsewhere or as somebody else's list says."""
    unwanted = ("PIP_USER", "PIP_TARGET", "PIP_PREFIX", "PIP_REQUIREMENT", "PYTHONHOME", "PYTHONPATH")
    return {name: value for name, value in os.environ.items() if name not in unwanted} | {"PIP_ROOT_USER_ACTION": "ignore"}


def is_here() -> bool:
    """Return whether the environment was made in this place: one copied with its checkout points back to where it came from."""
    try:
        made = (VENV / "pyvenv.cfg").read_text()
    except OSError:
        return False
    return str(VENV) in made and PYTHON.exists() and any(VENV.glob("lib/python3*/site-packages/pip"))


def is_ready(kind: str) -> bool:
    """Return whether all was done for exactly these lists, and nothing that was fetched has been removed since."""
    if not is_here() or (kind == "bench" and not is_ready("dev")):
        return False
    static = ROOT / "pars" / "edge" / "web" / "static"
    fetched = [
        static / "uswds",
        *([ROOT / "tests" / "ui" / "axe"] if kind != "run" else []),
        *([PEERS] if kind == "bench" else []),
    ]
    return stamp(kind).is_file() and stamp(kind).read_text() == key(kind) and all(folder.is_dir() for folder in fetched)


def stamp(kind: str) -> Path:
    """Return the file that says for which lists a kind was installed."""
    return VENV / f".pars-{kind}"


def key(kind: str) -> str:
    """Return what an installation depends on, as one hash."""
    import tomllib  # not at the top: an older Python must live to hear that it is too old

    digest = hashlib.sha256(str(ROOT).encode())
    for path in (f"requirements/{kind}.txt", "requirements/install.py", "pars/config/assets.py", "verify/cut.c"):
        digest.update((ROOT / path).read_bytes() + b"\0")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    parts = [project["project"], project["build-system"], project["tool"]["setuptools"], can_compile()]
    digest.update(json.dumps(parts).encode())
    return digest.hexdigest()


def refuse(problem: str, remedy: str) -> int:
    """Say what is wrong and what to do."""
    print(f"\n{problem}\n{remedy}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1] not in KINDS:
        sys.exit(f"usage: install.py {'|'.join(KINDS)}")
    sys.exit(main(sys.argv[1]))
