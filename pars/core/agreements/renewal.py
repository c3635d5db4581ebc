"""The next version of an agreement, made from the text of one: another term, and narrower where something is left out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pars.core import canonical
from pars.core.agreements.civil import END_OF_DAY, ends_of_month_days
from pars.core.terms import end_of_day

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import date

    from pars.core.terms import Instant


def end_on(last_day: date, zone: str) -> dict[str, Any]:
    """Return the end of a term as its text has it: the last civil day of the zone, and the instant that the parties sign."""
    return {"civil": last_day.isoformat(), "zone": zone, "rule": END_OF_DAY, "instant": end_of_day(last_day, zone)}


def renewed(
    text: bytes,
    *,
    number: int,
    start: Instant,
    last_day: date,
    without: Collection[str] = (),
    last_vote: date | None = None,
) -> bytes:
    """Return the canonical text of version `number`: the same, from `start` until the end of `last_day`, without some columns.

    The vote on it closes at the end of `last_vote`; left out, with its end. A duty of each month gets the instants of the new term. What is left out is neither shown nor asked by any more. Whether this can be proposed is for `read_version` and the charter.
    """
    said: Any = canonical.read(text)
    said.pop("vote", None)
    said.pop("nonrenewal", None)
    zone = said["place"]["zone"]
    scope, end = said["scope"], end_on(last_day, zone)
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
            "term": {"start": start, "end": end},
            **({} if last_vote is None else {"vote": {"closes": end_on(last_vote, zone)}}),
            "duties": duties_in(said["duties"], start=start, end=end["instant"], zone=zone),
        }
    )


def duties_in(duties: Iterable[Any], *, start: Instant, end: Instant, zone: str) -> list[Any]:
    """Return the duties of a text as another term has them."""
    return [duty for one in duties if (duty := _carried(one, start, end, zone)) is not None]


def _carried(duty: Any, start: Instant, end: Instant, zone: str) -> Any:
    """Return a duty as the new term has it, with its own days of each month; one whose only day lies before that term stays behind."""
    due = duty["due"]
    if "day_of_month" in due:
        instants = list(ends_of_month_days(due["day_of_month"], start, end, zone))
        return {**duty, "due": {**due, "instants": instants}} if instants else None
    return duty if "days" in due or start < due["instant"] else None
