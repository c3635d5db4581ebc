"""The next version of an agreement, made from the text of one: another term, and narrower where something is left out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pars.core import canonical
from pars.core.access.version import END_OF_DAY
from pars.core.terms import end_of_day

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from pars.core.terms import Instant


def end_on(last_day: date, zone: str) -> dict[str, canonical.Json]:
    """Return the end of a term as its text has it: the last civil day of the zone, and the instant that the parties sign."""
    return {"civil": last_day.isoformat(), "zone": zone, "rule": END_OF_DAY, "instant": end_of_day(last_day, zone)}


def renewed(text: bytes, *, number: int, start: Instant, last_day: date, without: Collection[str] = ()) -> bytes:
    """Return the canonical text of version `number`: the same, from `start` until the end of `last_day`, without some columns.

    What is left out is neither shown nor asked by any more. Whether this can be proposed is for `read_version` and the charter.
    """
    said: Any = canonical.read(text)
    zone = said["place"]["zone"]
    scope = said["scope"]
    return canonical.write(
        {
            **said,
            "number": number,
            "scope": {
                **scope,
                "columns": [name for name in scope["columns"] if name not in without],
                "filters": [name for name in scope["filters"] if name not in without],
                "masks": {name: mask for name, mask in scope["masks"].items() if name not in without},
            },
            "term": {"start": start, "end": end_on(last_day, zone)},
        }
    )
