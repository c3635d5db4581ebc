"""Receipts and the public log: hashes, checkpoints and proofs for anybody, entries for who may read them."""

from __future__ import annotations

import json
from base64 import b64encode
from typing import TYPE_CHECKING, Annotated

from django.http import HttpRequest, HttpResponse
from ninja import Path, Query, Router

from pars.actions import proving
from pars.edge.api import answers
from pars.edge.api.answering import CallError, told
from pars.edge.api.callers import NOBODY_KNOWN, identify
from pars.edge.problems import ABSENT, Problem

if TYPE_CHECKING:
    from pars.actions.proving import Receipt

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
    del request
    found = _found(entry)
    return told({"entry": entry, "leaf": found.leaf, "index": found.index, "sealed": found.index is not None})


@receipts.get("/receipts/{entry}/proof", response={200: answers.ProofOut, **answers.PROBLEMS}, summary="A receipt's proof")
def proof(request: HttpRequest, entry: EntryId) -> HttpResponse:
    """Return what proves that the ledger holds the entry: hashes up to the root of a signed checkpoint."""
    del request
    found = _found(entry)
    if found.size is None:
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
        }
    )


def _found(entry: int) -> Receipt:
    found = proving.receipt(entry)
    if found is None:
        raise CallError(ABSENT)
    return found


# ---------------------------------------------------------------- the log


@log.get("/checkpoint", response={200: str, **answers.PUBLIC}, summary="The newest checkpoint")
def checkpoint(request: HttpRequest) -> HttpResponse:
    """Return the newest checkpoint: a C2SP signed note, which says how long the log is and what its root is."""
    del request
    note = proving.checkpoint()
    if note is None:
        raise CallError(ABSENT)
    reply = HttpResponse(note, content_type="text/plain; charset=utf-8")
    reply["cache-control"] = "no-store"
    return reply


@log.get("/entries/{index}", response={200: answers.LoggedOut, **answers.PUBLIC}, summary="An entry")
def entry(request: HttpRequest, index: Annotated[int, Path(ge=0, le=LARGEST)]) -> HttpResponse:
    """Return the hash of the entry at an index; for an auditor or an owner, and for an agency its own, also what it says."""
    known = None
    if (token := request.headers.get("Authorization")) is not None:
        known = identify(token)
        if known is None:
            raise CallError(NOBODY_KNOWN)
        request.auth = known  # type: ignore[attr-defined]
    found = proving.logged(index, by=known.by if known is not None and known.person else None)
    if found is None:
        raise CallError(ABSENT)
    said: dict[str, object] = {"index": found.index, "leaf": found.leaf}
    if found.body is not None:
        said |= {"entry": json.loads(found.body), "bytes": b64encode(found.body).decode()}
    return told(said)


@log.get("/proof/inclusion", response={200: answers.Inclusion, **answers.PUBLIC}, summary="Prove an entry's place")
def inclusion(request: HttpRequest, index: Index, size: Index) -> HttpResponse:
    """Return the hashes that prove that the tree of `size` entries holds the one at `index`."""
    del request
    found = proving.inclusion(index, size)
    if found is None:
        raise CallError(ABSENT)
    return told({"index": index, "size": size, "proof": list(found)})


@log.get("/proof/consistency", response={200: answers.Consistency, **answers.PUBLIC}, summary="Prove that the log only grew")
def consistency(request: HttpRequest, first: Index, second: Index) -> HttpResponse:
    """Return the hashes that prove that the tree of `second` entries begins with that of `first`."""
    del request
    found = proving.consistency(first, second)
    if found is None:
        raise CallError(ABSENT)
    return told({"first": first, "second": second, "proof": list(found)})
