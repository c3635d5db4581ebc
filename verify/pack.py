"""`python -m verify.pack OUT`: put the verifier into one file that any Python from 3.11 on can run, with nothing installed.

The file is a zip of `verify` and `pars.core`, always with the same bytes for the same sources.
"""

from __future__ import annotations

import sys
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import pars.core
import verify

_START = b"import sys\n\nfrom verify.__main__ import main\n\nsys.exit(main())\n"
_SHEBANG = b"#!/usr/bin/env python3\n"
_OLDEST = (1980, 1, 1, 0, 0, 0)


def packed() -> bytes:
    """Return the verifier as one file."""
    file = BytesIO()
    file.write(_SHEBANG)
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        for name, data in sorted(_sources().items()):
            information = ZipInfo(name, _OLDEST)
            information.external_attr = 0o644 << 16
            information.compress_type = ZIP_DEFLATED
            archive.writestr(information, data)
    return file.getvalue()


def pack(out: Path) -> None:
    """Write the verifier to `out`, ready to run."""
    out.write_bytes(packed())
    out.chmod(0o755)


def _sources() -> dict[str, bytes]:
    """Return the verifier's sources by their name in the archive."""
    found = {"__main__.py": _START, "pars/__init__.py": b""}
    for package, name in ((verify, "verify"), (pars.core, "pars/core")):
        folder = Path(package.__path__[0])
        found |= {f"{name}/{path.relative_to(folder)}": path.read_bytes() for path in folder.rglob("*.py")}
    return found


def main(argv: list[str] | None = None) -> int:
    """Pack the verifier into the file that the command line names."""
    arguments = sys.argv[1:] if argv is None else argv
    if len(arguments) != 1:
        sys.stderr.write("usage: python -m verify.pack OUT\n")
        return 2
    pack(Path(arguments[0]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
