"""Server-sent events: the words that every stream uses."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

STREAM_HEAD = {
    "content-type": "text/event-stream; charset=utf-8",
    "cache-control": "no-store",
    "connection": "close",
    "x-accel-buffering": "no",
}


def event(name: str, data: Mapping[str, object], *, number: int | None = None) -> bytes:
    """Return one server-sent event."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    head = "" if number is None else f"id: {number}\n"
    return f"{head}event: {name}\ndata: {text}\n\n".encode()


def encoded(headers: Mapping[str, str]) -> Iterable[tuple[bytes, bytes]]:
    """Return headers as ASGI wants them."""
    return [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
