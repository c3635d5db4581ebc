"""Receipts and the public log: hashes, checkpoints and proofs for anybody, entries for who may read them."""

from __future__ import annotations

import gzip
import json
from base64 import b64encode
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

from django.http import HttpRequest, HttpResponse
from ninja import Path, Query, Router

from pars.actions import proving
from pars.core.ledger.tiles import read_tile
from pars.core.terms import Refusal
from pars.edge.api import answers
from pars.edge.api.answering import CallError, told
from pars.edge.api.callers import NOBODY_KNOWN, caller, identify
from pars.edge.problems import ABSENT, Problem, refused

if TYPE_CHECKING:
    from pars.actions.proving import Receipt
    from pars.core.ledger.entries import By
    from pars.core.ledger.tiles import Tile

receipts = Router(tags=["proofs"])
log = Router(tags=["proofs"], auth=None)

LARGEST = 2**53 - 1
EntryId = Annotated[int, Path(ge=0, le=LARGEST)]
Index = Annotated[int, Query(ge=0, le=LARGEST)]

NOT_SEALED = Problem(
    status=409,
    reason="NOT_SEALED",
    detail="The entry has no place under a signed checkpoint yet; that takes a second or two.",
    headers={"retry-after": "2"},
)


@receipts.get("/receipts/{entry}", response={200: answers.ReceiptOut, **answers.PROBLEMS}, summary="A receipt")
def receipt(request: HttpRequest, entry: EntryId) -> HttpResponse:
    """Return an entry's leaf hash and, once it is sealed, its index."""
    found = _found(request, entry)
    return told({"entry": entry, "leaf": found.leaf, "index": found.index, "sealed": found.index is not None})


@receipts.get("/receipts/{entry}/proof", response={200: answers.ProofOut, **answers.PROBLEMS}, summary="A receipt's proof")
def proof(request: HttpRequest, entry: EntryId) -> HttpResponse:
    """Return what proves that the ledger holds the entry: hashes up to the root of a signed checkpoint."""
    found = _found(request, entry)
    text = proving.text_of(found)
    if text is None:
        raise CallError(NOT_SEALED)
    return told(
        {
            "entry": entry,
            "leaf": found.leaf,
            "index": found.index,
            "sealed": True,
            "size": found.size,
            "proof": list(found.proof),
            "checkpoint": found.note,
            "tlog_proof": text.decode(),
        }
    )


def _found(request: HttpRequest, entry: int) -> Receipt:
    known = caller(request)
    # What other systems asked that nobody stands behind isn't this one's, though all of it is by nobody.
    found = proving.receipt(entry, by=known.by if known.person else replace(known.by, person=""))
    if found is None:
        raise CallError(ABSENT)
    return found


# ---------------------------------------------------------------- the log


@log.get("/checkpoint", response={200: str, **answers.PUBLIC}, summary="A signed checkpoint")
def checkpoint(request: HttpRequest) -> HttpResponse:
    """Return a checkpoint: a C2SP signed note, which says how long the log is and what its root is.

    It is the last before this hour; for auditors, owners and their witnesses (with a token) the newest.
    """
    reader = _reader(request)
    note = proving.checkpoint(by=reader)
    if note is None:
        raise CallError(ABSENT)
    reply = HttpResponse(note, content_type="text/plain; charset=utf-8")
    reply["cache-control"] = "no-store" if reader is not None else "public, max-age=5"
    reply["vary"] = "authorization"
    return reply


@log.get(
    "/tile/{path:place}", response={200: str, 401: answers.Problem, 403: answers.Problem, **answers.PUBLIC}, summary="A tile"
)
def tile(request: HttpRequest, place: str) -> HttpResponse:
    """Return a tile of hashes, `LEVEL/N` or `LEVEL/N.p/WIDTH`, or a bundle of entries, `entries/N` or `entries/N.p/WIDTH`, as C2SP tlog-tiles has them.

    Tiles are anybody's as far as this hour's checkpoint goes. Bundles are for auditors, owners and their witnesses, as is what is newer.
    """
    wanted = read_tile(f"tile/{place}")
    if wanted is None:
        raise CallError(ABSENT)
    reader = _reader(request)
    if wanted.level is None:
        return _bundle(request, wanted, reader)
    found = proving.tile(wanted, by=reader)
    if found is None:
        raise CallError(ABSENT)
    # With a token one gets what isn't public yet: nobody in between may hand that on.
    return _for_ever(found, "public" if reader is None else "private")


def _bundle(request: HttpRequest, wanted: Tile, reader: By | None) -> HttpResponse:
    if reader is None:
        raise CallError(NOBODY_KNOWN)
    found = proving.bundle(wanted, by=reader)
    if found is None:
        raise CallError(ABSENT)
    if isinstance(found, Refusal):
        raise CallError(refused(found))
    packed = "gzip" in request.headers.get("Accept-Encoding", "")
    reply = _for_ever(gzip.compress(found, mtime=0) if packed else found, "private")
    reply["vary"] = "accept-encoding"
    if packed:
        reply["content-encoding"] = "gzip"
    return reply


def _for_ever(data: bytes, whose: str) -> HttpResponse:
    reply = HttpResponse(data, content_type="application/octet-stream")
    reply["cache-control"] = f"{whose}, max-age=31536000, immutable"
    return reply


def _reader(request: HttpRequest) -> By | None:
    """Return who reads, where a token says so; a token that names nobody is an error, not a stranger."""
    if (token := request.headers.get("Authorization")) is None:
        return None
    known = identify(token)
    if known is None:
        raise CallError(NOBODY_KNOWN)
    request.auth = known  # type: ignore[attr-defined]
    return known.by if known.person else None


@log.get("/entries/{index}", response={200: answers.LoggedOut, **answers.PUBLIC}, summary="An entry")
def entry(request: HttpRequest, index: Annotated[int, Path(ge=0, le=LARGEST)]) -> HttpResponse:
    """Return the hash of the entry at an index; for an auditor or an owner, and for an agency its own, also what it says."""
    found = proving.logged(index, by=_reader(request))
    if found is None:
        raise CallError(ABSENT)
    said: dict[str, object] = {"index": found.index, "leaf": found.leaf}
    if found.body is not None:
        said |= {"entry": json.loads(found.body), "bytes": b64encode(found.body).decode()}
    return told(said)


@log.get("/proof/inclusion", response={200: answers.Inclusion, **answers.PUBLIC}, summary="Prove an entry's place")
def inclusion(request: HttpRequest, index: Index, size: Index) -> HttpResponse:
    """Return the hashes that prove that the tree of `size` entries holds the one at `index`."""
    found = proving.inclusion(index, size, by=_reader(request))
    if found is None:
        raise CallError(ABSENT)
    return told({"index": index, "size": size, "proof": list(found)})


@log.get("/proof/consistency", response={200: answers.Consistency, **answers.PUBLIC}, summary="Prove that the log only grew")
def consistency(request: HttpRequest, first: Index, second: Index) -> HttpResponse:
    """Return the hashes that prove that the tree of `second` entries begins with that of `first`."""
    found = proving.consistency(first, second, by=_reader(request))
    if found is None:
        raise CallError(ABSENT)
    return told({"first": first, "second": second, "proof": list(found)})
