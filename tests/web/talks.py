"""An interview on its own screen, as pretrial services take it: begun, answered and finished, or none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.web import pages

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    Seat = Callable[[str], Client]


def send(client: Client, place: str, do: str, page: Any = None, **typed: Any) -> Any:
    """Send one of the interview screen's forms as it stands, with these fields typed over it."""
    shown = pages.read(client.get(f"{place}/interview")) if page is None else page
    values = {name: value for form in forms(shown, f"{place}/interview") for name, value in form.items()}
    return client.post(f"{place}/interview", {**values, **typed, "do": do}, follow=True)


def forms(page: Any, action: str) -> list[dict[str, Any]]:
    """Return what each form to an address would send."""
    return [dict(one.form_values()) for one in page.xpath("//form") if one.get("action") == action]


def begun(client: Client, place: str, **typed: Any) -> Any:
    """Begin the interview."""
    return send(client, place, "begin", **{"begin-told": "on", "begin-room": "B-08", **typed})


def taken(client: Client, place: str, **answers: str) -> Any:
    """Begin an interview, answer some of its questions and finish it."""
    begun(client, place)
    return send(client, place, "finish", **{f"answers-{code}": answer for code, answer in answers.items()})


def none(client: Client, place: str, what: str = "DECLINED", reason: str = "") -> Any:
    """Record why there is no interview."""
    return send(client, place, "not-now", **{"not-now-what": what, "not-now-reason": reason})
