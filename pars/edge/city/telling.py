"""What a demo that is ready tells its visitor: the address, the accounts, the agreements and what to try."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING

from pars.actions import publishing
from pars.core.terms import moment
from pars.edge.city import agreements, cast

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pars.core.terms import Instant


def ready_json(*, url: str, password: str, tokens: Mapping[str, str]) -> str:
    """Return the one line that a program reads when the demo is ready."""
    told = {"url": url, "accounts": accounts(password, tokens), "agreements": standing_agreements()}
    return json.dumps(told, ensure_ascii=False)


def accounts(password: str, tokens: Mapping[str, str]) -> list[dict[str, str | None]]:
    """Return the accounts that a visitor can sign in with, each with a token for /v1 (none for who may do nothing)."""
    return [
        {
            "role": seat.role or "none",
            "agency": seat.agency,
            "name": seat.name,
            "says": seat.says,
            "username": seat.username,
            "password": password,
            "token": tokens.get(seat.username),
        }
        for seat in cast.EVERYBODY
    ]


def standing_agreements() -> list[dict[str, object]]:
    """Return what is agreed: who may ask, what for, which columns, until when, and the account that asks."""
    return [
        {
            "agreement": found.agreement.id,
            "agency": found.stands.version.agency.id,
            "agency_name": found.stands.version.agency.name,
            "asked_by": [seat.username for seat in cast.AGENCIES if seat.agency == found.stands.version.agency.id],
            "state": found.stands.state,
            "purposes": [purpose.code for purpose in found.stands.version.purposes],
            "evidence": {purpose.code: purpose.evidence for purpose in found.stands.version.purposes},
            "columns": sorted(found.stands.version.scope.columns),
            "filters": sorted(found.stands.version.scope.filters),
            "version": found.stands.version.hash,
            "ends_at": moment(found.stands.version.term.end).isoformat().replace("+00:00", "Z"),
        }
        for found in publishing.agreements()
    ]


def ready_words(*, url: str, password: str, kept: Path, end: Instant) -> str:
    """Return what a visitor needs to know when the demo is ready."""
    seats = "\n".join(f"  {seat.username:17} {seat.says}" for seat in cast.EVERYBODY)
    at = moment(end, agreements.ZONE)
    # Typed as it stands, wherever the visitor is: nothing has put our programs on their path.
    programs, home = quote(str(Path(sys.executable).parent)), quote(str(kept.parent))
    return (
        f"\nReady: {url}/guide   (Ctrl-C stops everything)\n\n"
        f"The guide gives every seat with one click. The password of every account is {password}\n{seats}\n\n"
        f"What to try\n"
        f"  Watch the custody board: people are booked, charged, interviewed, arraigned and released meanwhile.\n"
        f"  The supervision agreement ends at {at:%H:%M:%S} ({agreements.ZONE}). Ask from that seat until then, and once more.\n"
        f"  The guide's button ends the sheriff's agreement within 90 seconds, as often as you like.\n"
        f"  In another terminal: {programs}/pars --home {home} ledger export B && {programs}/pars-verify B\n"
        f"Tokens for /v1 lie in {kept}.\n"
    )
