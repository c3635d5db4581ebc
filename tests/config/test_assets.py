"""The set-up step that fetches other people's files: only the pinned bytes, only the wanted files, all or none."""

from __future__ import annotations

import base64
import hashlib
import io
import re
import tarfile
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from pars.config import assets

if TYPE_CHECKING:
    from pathlib import Path

WANTED = {"package/dist/css/a.css": b"body{}", "package/dist/img/deep/b.svg": b"<svg/>"}
UNWANTED = {"package/dist/css/a.scss": b"$x", "package/../../etc/css/a.css": b"out", "other/css/a.css": b"no"}


def archive(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
        link = tarfile.TarInfo("package/dist/css/link.css")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(link)
    return buffer.getvalue()


def package_of(content: bytes) -> assets.Package:
    return assets.Package(
        name="invented",
        version="1.0.0",
        sha512=base64.b64encode(hashlib.sha512(content).digest()).decode(),
        wanted=re.compile(r"package/dist/(?P<to>css/.+\.css|img/.+\.svg)"),
        folder="static/invented",
    )


def test_the_wanted_files_and_no_others(tmp_path: Path) -> None:
    content = archive(WANTED | UNWANTED)
    package = package_of(content)
    assets.unpack(package, content, tmp_path)
    found = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()}
    assert found == {f"static/invented/{name}" for name in ("css/a.css", "img/deep/b.svg", assets.STAMP)}
    assert assets._there(package, tmp_path)
    assert not assets._there(replace(package, version="1.0.1"), tmp_path), "another version is fetched again"
    assert assets.fetch((package,), tmp_path) == [], "what is there is not fetched"


def test_other_bytes_change_nothing(tmp_path: Path) -> None:
    content = archive(WANTED)
    package = package_of(content)
    assets.unpack(package, content, tmp_path)
    with pytest.raises(assets.NotFetched, match="other bytes than the pinned ones"):
        assets.unpack(package, content + b"\0", tmp_path)
    with pytest.raises(assets.NotFetched, match="none of the files"):
        assets.unpack(package_of(empty := archive(UNWANTED)), empty, tmp_path)
    assert (tmp_path / "static/invented/css/a.css").read_bytes() == b"body{}"


def test_no_way_to_the_registry_is_said_with_the_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    npm = tmp_path / "bin" / "npm"
    npm.parent.mkdir()
    npm.write_text("#!/bin/sh\necho 'npm error network request to the registry failed' >&2\nexit 1\n")
    npm.chmod(0o755)
    monkeypatch.setenv("PATH", f"{npm.parent}:/usr/bin:/bin")
    monkeypatch.setattr(assets, "ROOT", tmp_path)
    monkeypatch.setattr(assets, "_there", lambda package, root: False)
    assert assets.main([]) == 1
    said = capsys.readouterr().err
    assert "network request to the registry failed" in said
    assert "npm ping" in said
    assert "make setup" in said


def test_pins_are_whole() -> None:
    for package in assets.PACKAGES + assets.TEST_PACKAGES:
        assert len(base64.b64decode(package.sha512, validate=True)) == 64
        assert re.fullmatch(r"\d+\.\d+\.\d+", package.version)


@pytest.mark.parametrize("package", assets.PACKAGES, ids=lambda package: package.name)
def test_whatever_is_fetched_for_the_screens_is_used_by_one(package: assets.Package) -> None:
    folder = package.folder.removeprefix(f"{assets.STATIC}/")
    pages = (assets.ROOT / "pars/edge/web/templates").rglob("*.html")
    assert any(f"static '{folder}/" in page.read_text() for page in pages), f"no page names anything of {package.name}"
