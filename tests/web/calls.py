"""A call of `/v1` by somebody of the town, from a desk of theirs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from pars.actions import identifying

if TYPE_CHECKING:
    from django.test import Client

    from pars.core.ledger.entries import By
    from tests.web.town import Town


def username_of(by: By) -> str:
    """Return what somebody signs in as."""
    return next(username for username, person, _ in identifying.accounts() if person == by.person)


def call(client: Client, town: Town, name: str, method: str, path: str, body: object = None, key: str = "k") -> Any:
    """Return what comes of a call with a token of that account."""
    by = town.by(name)
    token = identifying.issue_token(username=username_of(by), client="desk", authority=by.authority)
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": key}
    if method == "GET":
        return client.get(path, headers=headers)
    return client.post(path, json.dumps(body), content_type="application/json", headers=headers)
