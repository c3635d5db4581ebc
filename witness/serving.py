"""The witness's two addresses (C2SP tlog-witness): `POST /add-checkpoint` cosigns, `GET /HASH/checkpoint` shows what was cosigned last."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
import threading
import time
from hashlib import sha256
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from pars.core.ledger.checkpoint import Note, NoteSignature
from pars.core.ledger.cosignature import cosignature, cosigned
from pars.core.ledger.submission import SIZE_TYPE
from pars.core.visible import visible
from witness.judging import Asked, Refused, goes_on, judge, read_asked
from witness.key import verify
from witness.memory import MOST_REFUSED, Unknown

if TYPE_CHECKING:
    from collections.abc import Callable

    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from starlette.requests import Request

    from witness.memory import Cosigned, Memory

LARGEST = 64 * 1024
"""Bytes of a submission: 63 hashes, and a note with as many signatures as a note may have."""

SLOWEST = 10.0
"""Seconds that a submission may take to arrive."""

AGAIN_S = 60
"""Seconds after which a refusal that goes on is noted again."""
MOST_NOTED = 20
"""Refusals of what anybody may have sent that are noted in a minute, whatever their names: each is a line of the log and a change on the disk."""
SHOWN = 4
"""Signature lines of a refused checkpoint that are named: a log's own are the first ones."""

log = logging.getLogger("witness")


class Cosigner:
    """Judges and cosigns, one checkpoint after the other."""

    def __init__(self, memory: Memory, key: Ed25519PrivateKey, *, clock: Callable[[], float] = time.time) -> None:
        self._memory = memory
        self._key = key
        self._clock = clock
        self._name, self._public = memory.own()
        if self._public != key.public_key().public_bytes_raw():
            raise ValueError("the file of the key isn't the key that this witness was made with: restore it")
        self._turn = threading.Lock()
        self._noted: dict[tuple[str, bool], int] = {}
        self._anybodys = (0, 0)
        """Since when, and how many refusals were noted that anybody may have caused."""
        self._heeded: set[str] = set()

    def add(self, data: bytes) -> NoteSignature | Refused:
        """Return the cosignature of the checkpoint in a submission, once it is on the disk that it was cosigned; or why there is none."""
        asked = read_asked(data)
        if isinstance(asked, Refused):
            return asked
        made: list[NoteSignature] = []

        def cosign(last: Cosigned | None) -> tuple[int, Note] | Refused:
            refused = judge(asked, self._memory.keys(), None if last is None else last.point, verify)
            if refused is not None:
                return refused
            line = self._sign(asked, last)
            if isinstance(line, Refused):
                return line
            made.append(line[1])
            return line[0], Note(asked.note.body, (*self._of_the_log(asked), line[1]))

        with self._turn:
            refused = self._memory.exchange(asked.point.origin, cosign)
            if refused is not None:
                if refused.suspect:
                    self._memory.suspect(asked.point.origin, int(self._clock()), refused.says, data)
                if refused.unknown:
                    self._refused(asked, refused)
                return refused
            if asked.point.origin not in self._heeded:
                self._memory.heed(asked.point.origin)
                self._heeded.add(asked.point.origin)
        return made[0]

    def _refused(self, asked: Asked, refused: Refused) -> None:
        """Say that a name or key is unknown here, and keep it for who looks; of a name once a minute, and of all a few, since anybody may ask."""
        origin, at = asked.point.origin, int(self._clock())
        known = goes_on(asked, self._memory.keys(), verify)
        if origin in self._heeded:
            self._noted.pop((origin, known), None)
        if at - self._noted.get((origin, known), at - AGAIN_S) < AGAIN_S or not (known or self._few(at)):
            return
        if len(self._noted) >= MOST_REFUSED:
            self._noted.pop(next(iter(self._noted)))
        self._noted[origin, known] = at
        self._heeded.discard(origin)
        lines = asked.note.signatures
        signed = ", ".join(f"{line.name}+{line.key_id.hex()}+…" for line in lines[:SHOWN])
        if len(lines) > SHOWN:
            signed += f" and {len(lines) - SHOWN} more"
        log.warning(
            "a checkpoint of %s over %d entries was refused: %s It is signed by %s",
            visible(origin),
            asked.point.size,
            refused.says,
            visible(signed),
        )
        self._memory.refuse(Unknown(origin=origin, at=at, says=refused.says, size=asked.point.size, signed=signed, known=known))

    def _few(self, at: int) -> bool:
        """Count a refusal that anybody may have caused; return whether it is still one of the few that are noted in a minute."""
        since, count = self._anybodys
        if not 0 <= at - since < AGAIN_S:
            since, count = at, 0
        self._anybodys = since, count + 1
        if count == MOST_NOTED:
            log.warning("more checkpoints under unknown names or keys are refused, and not noted one by one for a minute")
        return count < MOST_NOTED

    def newest(self, origin_hash: str) -> bytes | None:
        """Return the last cosigned checkpoint of the log whose name has this hash."""
        with self._turn:
            for origin in self._memory.origins():
                if sha256(origin.encode()).hexdigest() == origin_hash:
                    found = self._memory.cosigned(origin)
                    return None if found is None else found.note
        return None

    def _sign(self, asked: Asked, last: Cosigned | None) -> tuple[int, NoteSignature] | Refused:
        at = int(self._clock())
        if last is not None and at < last.at:
            return Refused(
                status=503, says="The witness's clock stands before its last cosignature. Its owner has to set it right."
            )
        signature = self._key.sign(cosigned(asked.note.body, at))
        return at, cosignature(self._name, self._public, at, signature)

    def _of_the_log(self, asked: Asked) -> tuple[NoteSignature, ...]:
        """Return the lines that the log's known keys signed: what was verified is kept, and nothing else."""
        keys = self._memory.keys()[asked.point.origin]
        held = {signature for key in keys for signature in asked.note.of(asked.point.origin, key)}
        return tuple(line for line in asked.note.signatures if line.name == asked.point.origin and line.signature in held)


def application(cosigner: Cosigner, wake: Callable[[], None] = lambda: None) -> Starlette:
    """Return the witness as a web application. `wake` is called after each cosignature: there is something new to mirror."""

    async def add_checkpoint(request: Request) -> Response:
        data = b""
        try:
            async with asyncio.timeout(SLOWEST):
                async for part in request.stream():
                    data += part
                    if len(data) > LARGEST:
                        return _words(413, "A submission is a proof and a checkpoint: this is longer than any.")
        except TimeoutError:
            return _words(408, "The submission did not arrive in time.")
        except ClientDisconnect:
            return _words(400, "The submission was broken off.")
        try:
            made = await run_in_threadpool(cosigner.add, data)
        except sqlite3.Error as failure:
            log.warning("a checkpoint could not be stored, so it was not cosigned: %s", failure)
            return _words(503, "What was to be cosigned could not be stored, so it was not.")
        if isinstance(made, Refused):
            return _refusal(made)
        wake()
        return _words(200, made.text())

    async def checkpoint(request: Request) -> Response:
        found = await run_in_threadpool(cosigner.newest, request.path_params["origin_hash"])
        return _words(404, "Nothing of such a log was cosigned here.") if found is None else _words(200, found.decode())

    return Starlette(
        routes=[
            Route("/add-checkpoint", add_checkpoint, methods=["POST"]),
            Route("/{origin_hash:str}/checkpoint", checkpoint, methods=["GET"]),
        ]
    )


def _refusal(refused: Refused) -> Response:
    if refused.size is not None:
        # As a header: given as the media type, it would have a charset appended, and the specification's has none.
        return Response(f"{refused.size}\n", refused.status, {"content-type": SIZE_TYPE, "cache-control": "no-store"})
    return _words(refused.status, refused.says)


def _words(status: int, words: str) -> Response:
    return PlainTextResponse(words if words.endswith("\n") else f"{words}\n", status, {"cache-control": "no-store"})
