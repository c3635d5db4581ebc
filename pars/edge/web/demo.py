"""The demo's doors: seats with one click and the button that ends an agreement. Only in a demo's home, only on loopback."""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib import import_module
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings

from pars.actions import publishing
from pars.edge.history.record import ORIGIN

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoSeat:
    """One account of the demo that a visitor may take with one click."""

    username: str
    name: str
    says: str
    agency: bool


def seats() -> tuple[DemoSeat, ...]:
    """Return the demo's accounts; none where this home is no demo's."""
    if password() is None:
        return ()
    cast = import_module("pars.edge.city.cast")
    return tuple(
        DemoSeat(username=seat.username, name=seat.name, says=seat.says, agency=seat.agency is not None)
        for seat in cast.EVERYBODY
    )


def password() -> str | None:
    """Return the password that the demo's accounts share, as its seeding wrote it into the home; None where there is no demo."""
    try:
        told: str = json.loads((settings.PARS_HOME / "demo.json").read_text())["password"]
    except (OSError, ValueError, KeyError):
        return None
    return told


def here(request: HttpRequest) -> bool:
    """Return whether the demo's doors are open to this request: a demo's home, asked from the machine that it runs on.

    A file alone opens none: the ledger's first entry must say that it is simulated.
    """
    try:
        near = ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        near = False
    return near and (settings.PARS_HOME / "demo.json").exists() and _simulated()


def replayed() -> bool:
    """Return whether a history was replayed in this home: then every page says so."""
    return publishing.origin() == ORIGIN


_KNOWN: dict[Path, bool] = {}
"""Whether a home's ledger is simulated: its first entry never changes."""


def _simulated() -> bool:
    home: Path = settings.PARS_HOME
    if home not in _KNOWN:
        house = publishing.house()
        if house is None:
            return False
        _KNOWN[home] = house.simulated
    return _KNOWN[home]


def last_seconds() -> Callable[[], Any] | None:
    """Return the act that begins the last 90 seconds of the second agreement, or None where this build has none."""
    try:
        return getattr(import_module("pars.edge.city.rearm"), "last_seconds", None)
    except ModuleNotFoundError:
        return None
