"""The vectors of the ledger's specification: `python -m tests.verify.vectors` writes them anew into docs/spec/vectors.

They are what a second verifier is written against, with the specification and nothing else: entries, the tree, notes and keys, and whole
bundles, sound and broken, each with what is to be said of it. Every key in them is a test's.
"""

from __future__ import annotations

import json
import random
from base64 import b64encode
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pars.core.ledger import checkpoint, entries, key_drafts, merkle
from pars.core.ledger.bundle import read_sections
from pars.core.ledger.entries import Violation, decode
from tests.agreements import ORIGIN
from tests.agreements import PUBLIC as SEATS
from tests.dealt import BROKEN, WHOLE
from tests.keyed import revoking
from tests.ledgers import LOG_PUBLIC, Ledger, sign_note, staff
from tests.verify import mutations
from tests.verify import tampering_watched as watched
from tests.verify.second import RULES
from tests.verify.tampering import Tampering
from tests.verify.test_court_orders import CHANGED, changed
from tests.verify.test_court_orders import WHOLE as ORDERED
from tests.verify.test_keys import BUNDLE as KEYED
from tests.verify.test_mutations import BUNDLE, rich_ledger
from verify.checks import verify
from verify.report import WORDS
from verify.trust import read_trust

if TYPE_CHECKING:
    from collections.abc import Iterator

FOLDER = Path(__file__).parents[2] / "docs/spec/vectors"
TAMPERED, SHORT = 72, 2_000
SUCCESSORS = {"its name alone": [], "both names": [(ORIGIN, LOG_PUBLIC)], "another log, too": [("other.test/log", LOG_PUBLIC)]}


def text(data: bytes) -> str:
    """Return bytes as the vectors hold them."""
    return b64encode(data).decode()


# ---------------------------------------------------------------- entries


def entries_json() -> dict[str, Any]:
    """Return entries as bytes: each kind that the ledgers here have, and ways in which bytes are no entry."""
    first = {entry.kind: entries.encode(entry) for entry in (*WHOLE.entries, *ORDERED.entries, *rich_ledger().entries)}
    sound = [first[kind] for kind in sorted(first)]
    one = sound[3].decode()
    number = str(WHOLE.entries[0].at)
    wrong = {
        "a space": one.replace(":", ": ", 1),
        "keys in another order": "{" + ",".join(reversed(one[1:-1].rsplit(",", 1))) + "}",
        "a fraction": one.replace('"at":', '"at":1.5,"at":', 1).replace('"at":1.5,', "", 1).replace('"v":1}', '"v":1.0}'),
        "an exponent": one.replace('"v":1}', '"v":1e0}'),
        "a truth": one.replace('"v":1}', '"v":true}'),
        "another version": one.replace('"v":1}', '"v":2}'),
        "a number beyond 2^53 - 1": one.replace('"id":', f'"id":{2**53 + number.count("0") + 7},"id":', 1),
        "a key twice": one.replace('"v":1}', '"v":1,"v":1}'),
        "an unknown field": one.replace('"v":1}', '"v":1,"w":1}'),
        "an unknown kind": one.replace('"k":', '"k":9999,"k":', 1),
        "a kind without a form": one.replace(f'"k":{json.loads(one)["k"]}', '"k":2'),
        "an upper-case salt": one.replace(json.loads(one)["salt"], json.loads(one)["salt"].upper()),
        "a list": f"[{one}]",
        "nothing": "",
        "half of it": one[: len(one) // 2],
        "another zero": one.replace('"v":1}', '"v":01}'),
    }
    beside = {"not UTF-8": one.encode().replace(b'"v"', b'"\xff"'), "too long": one.encode()[:-1] + b" " * 2048 + b"}"}
    lines = [(f"{json.loads(data)['k']}", data) for data in sound]
    lines += [(name, said.encode()) for name, said in wrong.items()] + list(beside.items())
    return {"entries": [{"name": name, "bytes": text(data), **_decoded(data)} for name, data in lines]}


def _decoded(data: bytes) -> dict[str, Any]:
    found = decode(data)
    if isinstance(found, Violation):
        return {"what": found.what, "entry": found.entry}
    return {"leaf": merkle.leaf_hash(data).hex()}


# ---------------------------------------------------------------- tree, notes and keys


def tree_json() -> dict[str, Any]:
    """Return leaves, and the root after each."""
    leaves = [bytes([number]) * number for number in range(40)]
    tree, roots = merkle.Frontier(), [merkle.EMPTY_ROOT.hex()]
    for leaf in leaves:
        tree.append(merkle.leaf_hash(leaf))
        roots.append(tree.root().hex())
    return {"leaves": [text(leaf) for leaf in leaves], "roots": roots}


def notes_json() -> dict[str, Any]:
    """Return signed checkpoints and keys, sound and not."""
    root = merkle.EMPTY_ROOT
    good = sign_note(ORIGIN, 7, root)
    body, line = good.rsplit(b"\n\n", 1)
    notes = {
        "sound": good,
        "another size": good.replace(b"\n7\n", b"\n8\n"),
        "a size with a zero before it": good.replace(b"\n7\n", b"\n07\n"),
        "a fourth line": body + b"\nmore\n\n" + line,
        "no empty line": body + b"\n" + line,
        "no signature": body + b"\n\n",
        "another dash": good.replace("—".encode(), b"-"),
        "not UTF-8": good.replace("—".encode(), b"\xe2\x80"),
        "base64 in another form": good.replace(b"=\n", b"\n", 1),
        "a short signature": body + b"\n\n" + line[:-9] + b"\n",
        "more lines than a note may have": good + line * 64,
    }
    keys = {
        "sound": checkpoint.verifier_key(ORIGIN, LOG_PUBLIC),
        "another id": f"{ORIGIN}+00000000+{text(checkpoint.ED25519 + LOG_PUBLIC)}",
    }
    return {
        "origin": ORIGIN,
        "key": LOG_PUBLIC.hex(),
        "notes": [{"name": name, "note": text(note), "holds": name == "sound"} for name, note in notes.items()],
        "keys": [{"name": name, "key": key, "reads": name == "sound"} for name, key in keys.items()],
    }


# ---------------------------------------------------------------- bundles


def bundles_json() -> dict[str, Any]:
    """Return whole bundles: as they were sealed, with each rule broken by whoever holds the log's key, and tampered with by somebody who doesn't."""
    pool: dict[tuple[bytes, bytes], int] = {}
    made = [
        {
            "name": name,
            "sections": [pool.setdefault((one.tag, one.body), len(pool)) for one in read_sections(data)],
            **_said(data, keys),
        }
        for name, data, keys in _bundles()
    ]
    tampered = [{"name": made.how, **_edit(made.data), **_said(made.data)} for made in _tampered()]
    return {
        "rules": RULES,
        "pool": [[tag.decode(), text(body)] for tag, body in pool],
        "bundles": made,
        "tampered": {"of": "one of everything", "bundles": tampered},
    }


def _bundles() -> Iterator[tuple[str, bytes, str]]:
    yield "one of everything", BUNDLE, ""
    yield "an agreement's whole life", WHOLE.bundle(), ""
    yield "court orders", ORDERED.bundle(), ""
    yield "a log that changed its keys", KEYED, ""
    yield "witnesses, a key and a successor", watched.LEDGER.bundle(), ""
    for kind, make in watched.KINDS.items():
        yield kind, make(Tampering(watched.LEDGER), random.Random(kind)).data, ""
    named = {name: [("pars.test/log-2", LOG_PUBLIC), *more] for name, more in SUCCESSORS.items()}
    for name, logs in named.items():
        yield f"a successor, with keys of {name}", watched.LEDGER.bundle(), checkpoint.trust_text(logs=logs, seats=SEATS)
    for again, name in (
        (("courts", "prosecutor"), "voted again after a key was revoked"),
        (("courts",), "voted again by too few"),
    ):
        yield name, doubted(again).bundle(), ""
    for broken in BROKEN:
        yield broken.name, broken.ledger()[0].bundle(), ""
    for kind, change, code in CHANGED:
        yield f"{kind.dotted}-changed-{code}", changed(kind, change)[0].bundle(), ""
    sections = [one.offset for one in read_sections(BUNDLE)]
    for number in (1, 3, -9, -2, -1):
        yield f"cut off before section {number}", BUNDLE[: sections[number]], ""
    leaves = rich_ledger().parts()["leaves"]
    kept = checkpoint.Checkpoint(origin=ORIGIN, size=9, root=merkle.root(leaves[:9]))
    for name, other in (
        ("with keys", {}),
        ("with another checkpoint", {"checkpoint": replace(kept, root=bytes(32))}),
        ("with a longer checkpoint", {"checkpoint": replace(kept, size=99)}),
        ("with another seat's key", {"seats": {**SEATS, "city": bytes(32)}}),
        ("with some seats' keys alone", {"seats": {"city": SEATS["city"]}}),
        ("with another log's key", {"logs": [(ORIGIN, bytes(32))]}),
        ("with another ledger's keys", {"logs": [("other.test/log", LOG_PUBLIC)]}),
    ):
        stated: dict[str, Any] = {"logs": [(ORIGIN, LOG_PUBLIC)], "seats": SEATS, "checkpoint": kept, **other}
        yield name, BUNDLE, checkpoint.trust_text(**stated)


def doubted(again: tuple[str, ...]) -> Ledger:
    """Return a ledger in which the key of a seat that had adopted an agreement is revoked, and these seats vote on it again."""
    ledger = Ledger()
    made = ledger.serve()
    ledger.disclose(made)
    gone = ledger.add(key_drafts.key_revoked(revoking("seat:city", "city", 0)), staff("voter-courts"))
    for seat in again:
        ledger.vote("reinstate", seat, made, gone.id)
    ledger.disclose(made)
    return ledger


def _tampered() -> Iterator[mutations.Mutation]:
    """Give ways to tamper that can be told in few bytes."""
    chance, given = random.Random(2718), 0
    while given < TAMPERED:
        made = mutations.random_mutation(BUNDLE, chance)
        if len(_edit(made.data)["put"]) < SHORT:
            given += 1
            yield made


def _edit(data: bytes) -> dict[str, Any]:
    """Return what was changed: from which byte on, how many bytes went, and which came."""
    shorter = min(len(data), len(BUNDLE))
    at = next((n for n in range(shorter) if data[n] != BUNDLE[n]), shorter)
    end = next((n for n in range(shorter - at) if data[-1 - n] != BUNDLE[-1 - n]), shorter - at)
    return {"at": at, "drop": len(BUNDLE) - end - at, "put": text(data[at : len(data) - end])}


def _said(data: bytes, keys: str = "") -> dict[str, Any]:
    report = verify(data, read_trust(keys) if keys else None)
    found = [
        {"what": one.what, "place": one.place, "byte": one.offset, "index": one.index, "entry": one.entry}
        for one in report.findings
    ]
    return {"keys": keys, "verdict": WORDS[report.status], "findings": found}


VECTORS = {"entries.json": entries_json, "tree.json": tree_json, "notes.json": notes_json, "bundles.json": bundles_json}


def written(value: dict[str, Any]) -> str:
    """Return the file: one line for each part of a list, so that a change shows where it is."""
    lines = []
    for key, part in value.items():
        if isinstance(part, dict) and "bundles" in part:
            inner = ",\n".join(json.dumps(one, ensure_ascii=False) for one in part["bundles"])
            lines.append(f'{json.dumps(key)}: {{"of": {json.dumps(part["of"])}, "bundles": [\n{inner}\n]}}')
        elif isinstance(part, list):
            inner = ",\n".join(json.dumps(one, ensure_ascii=False) for one in part)
            lines.append(f"{json.dumps(key)}: [\n{inner}\n]")
        else:
            lines.append(f"{json.dumps(key)}: {json.dumps(part)}")
    return "{\n" + ",\n".join(lines) + "\n}\n"


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, make in VECTORS.items():
        (FOLDER / name).write_text(written(make()))
