"""`pars witness init|log|serve|status`: an owner's witness, in a folder of its own, on a machine of the owner's own."""

from __future__ import annotations

import argparse
import json
import logging
import sqlite3
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from pars.core.ledger.checkpoint import COSIGNER, NAME, read_verifier_key, verifier_key
from pars.core.visible import visible_lines
from witness.judging import LONGEST_NAME
from witness.key import new_key, read_key
from witness.memory import Memory

if TYPE_CHECKING:
    from collections.abc import Sequence

CANNOT = 2


def main(argv: Sequence[str] | None = None) -> int:
    """Run one act of the witness and return its exit status."""
    parser = argparse.ArgumentParser(prog="witness", description="An owner's witness of a PARS ledger.")
    add_acts(parser)
    given = parser.parse_args(argv)
    return run(given)


def add_acts(parser: argparse.ArgumentParser) -> None:
    """Add the witness's acts to a command."""
    acts = parser.add_subparsers(dest="act", required=True, metavar="ACT")
    init = acts.add_parser("init", help="make a witness in a new folder: its own key and its memory")
    init.add_argument("folder", type=Path, help="a folder of its own, on a machine that the owner keeps")
    init.add_argument("--name", required=True, help="the name that its signatures have, such as witness.city.example")
    init.set_defaults(do=_init)
    log = acts.add_parser("log", help="know a log by its key, and fetch its entries from an address")
    log.add_argument("folder", type=Path, help="the witness's folder")
    log.add_argument("key", help="the log's verifier key, NAME+ID+BASE64, as `pars keys` prints it behind 'log'")
    log.add_argument("--from", dest="address", metavar="ADDRESS", help="where its tiles are, such as https://pars.example/log")
    log.add_argument("--no-longer", action="store_true", help="trust this key no longer")
    log.set_defaults(do=_log)
    serve = acts.add_parser("serve", help="cosign what the known logs hand in, and mirror their entries")
    serve.add_argument("folder", type=Path, help="the witness's folder")
    serve.add_argument("--host", default="127.0.0.1", help="the address to listen at (default: this machine alone)")
    serve.add_argument("--port", type=int, default=8100, help="the port (default: 8100; 0 picks a free one)")
    serve.set_defaults(do=_serve)
    status = acts.add_parser("status", help="say what was cosigned and mirrored, and what doesn't fit together")
    status.add_argument("folder", type=Path, help="the witness's folder")
    status.add_argument("--json", action="store_true", help="print it as JSON")
    status.add_argument("--rehash", action="store_true", help="hash every mirrored entry again")
    status.set_defaults(do=_status)


def run(given: argparse.Namespace) -> int:
    """Do what was typed; a failure that its person can mend is told in a sentence."""
    try:
        status: int = given.do(given)
    except (ValueError, sqlite3.Error) as problem:
        print(visible_lines(f"witness: {problem}"), file=sys.stderr)
        return CANNOT
    except BrokenPipeError:  # who read what was printed has read enough
        sys.stderr.close()
        return CANNOT
    except OSError as problem:
        print(f"witness: {problem.filename or given.folder} can't be used: {problem.strerror}", file=sys.stderr)
        return CANNOT
    return status


def _init(given: argparse.Namespace) -> int:
    folder: Path = given.folder
    if not NAME.fullmatch(given.name):
        raise ValueError("a witness's name has no space and no plus; take an address that is its owner's, without a scheme")
    if (folder / "keys").exists():
        raise ValueError(f"{folder} is a PARS home: a witness has its own folder, on another machine")
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    memory = Memory(folder / "memory", new=True)
    if memory.is_named():
        raise ValueError(f"{folder} has a witness already: its key is kept, and never made anew")
    path = folder / "key"
    key = read_key(path) if path.exists() else new_key(path)  # it is there where making the witness was broken off
    public = key.public_key().public_bytes_raw()
    memory.name_own(given.name, public)
    memory.close()
    print(f"Made a witness in {folder}. Its key, for the owners' policy:\n{verifier_key(given.name, public, COSIGNER)}")
    return 0


def _log(given: argparse.Namespace) -> int:
    origin, key = read_verifier_key(given.key)
    if len(origin) > LONGEST_NAME:
        raise ValueError(f"a witness knows logs by names of at most {LONGEST_NAME} characters")
    memory = Memory(given.folder / "memory")
    if given.no_longer:
        if not memory.forget(origin, key):
            raise ValueError("that key isn't trusted here")
        print(f"The key is trusted no longer. Nothing more is cosigned of {origin} under it.")
        return 0
    if given.address is not None and not given.address.startswith(("https://", "http://")):
        raise ValueError("the address begins with https:// (or http://, on a network of your own)")
    memory.know(origin, key, given.address)
    print(f"Checkpoints of {origin} are cosigned under this key.")
    if given.address is not None:
        print(f"Its entries are fetched from {given.address}; where that needs a token, put it into {given.folder / 'token'}.")
    return 0


def _serve(given: argparse.Namespace) -> int:
    from witness.running import serve

    shown = logging.StreamHandler(sys.stderr)
    shown.setFormatter(Visible("%(asctime)s %(message)s"))
    logging.basicConfig(level=logging.INFO, handlers=[shown])
    key = read_key(given.folder / "key")
    serve(
        given.folder,
        key,
        host=given.host,
        port=given.port,
        ready=lambda url: print(f"The witness listens at {url}", flush=True),
    )
    return 0


class Visible(logging.Formatter):
    """Writes lines of the log so that no name which a stranger made up can move the terminal's cursor."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line with what can't be seen written out."""
        return visible_lines(super().format(record))


def _status(given: argparse.Namespace) -> int:
    from witness.status import refusal_json, refusal_words, stands, words

    memory = Memory(given.folder / "memory")
    name, key = memory.own()
    found = [stands(memory, origin, rehash=given.rehash) for origin in memory.origins()]
    refused = memory.refused()
    if given.json:
        told = {
            "name": name,
            "key": verifier_key(name, key, COSIGNER),
            "logs": [one.json() for one in found],
            "refused": [refusal_json(one) for one in refused],
        }
        print(json.dumps(told, indent=2))
    else:
        print(f"{verifier_key(name, key, COSIGNER)}")
        for one in found:
            print(visible_lines(words(one, now=int(time.time()))), end="")
        known = {one.origin for one in found}
        for unknown in refused:
            print(visible_lines(refusal_words(unknown, named=unknown.origin in known)), end="")
    return 1 if any(one.wrong for one in found) or any(one.known for one in refused) else 0
