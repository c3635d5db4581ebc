"""No page breaks on what nobody means: instants and dates at the ends of the calendar, numbers beyond all, texts of any length.

Whatever stands in a field, a filter or an address is taken, or refused in words. What a record may hold is tried in tests/api/test_odd_answers.py.
"""

from __future__ import annotations

import re
from random import Random
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

from tests.web import pages
from tests.web.town import AGENTS, STAFF

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from tests.web.town import Town

ODD = (
    "0001-01-01", "01/01/0001", "0001-01-01T00:00", "12/31/9999", "9999-12-31T23:59:59Z", "9999-12-31", "12/31/1799", "01/01/1800", "12/31/2199 23:59", "1800",
    "2199", "0000", "13/2026", "02/30/2026", "11/01/2026 25:61", "02/29/2100", "-1", "0", "1e400", "9e999999", "NaN", "Infinity", "1.5", "٣", "²", "9" * 40, str(2**63), str(2**31),
    "", " ", "x" * 600, "x" * 20_000, "a\x00b", "\u202e", "e\u0301", "\U0001d504", "<b>", "' or 1=1 --", "%s", "../..", "[]", "{}", "null", "\r\n",
)  # fmt: skip
LEAVING = {"/sign-out", "/sign-in"}
"""After these somebody else would be signed in."""


def addresses(chance: Random, town: Town) -> str:
    """Return the address of some page: of somebody there, or with something odd in it."""
    from django.urls import URLPattern

    from pars.config.urls import urlpatterns

    known: dict[str, Any] = {
        "case_id": list(town.cases.values()),
        "agreement_id": [terms.agreement for terms, _ in AGENTS.values()],
        "number": ["1", "2", "99"],
        "about": ["profile"],
        "name": ["complaint"],
        "starts": ["2026-11-20T04:00"],
    }

    def filled(found: re.Match[str]) -> str:
        values = known.get(found[1], ["3", "40"])
        return quote(chance.choice(ODD), safe="") if chance.random() < 0.06 else chance.choice(values)

    own = [str(one.pattern) for one in urlpatterns if isinstance(one, URLPattern)]
    made = "/" + re.sub(r"<(?:\w+:)?(\w+)>", filled, chance.choice(own))
    if chance.random() < 0.2:
        name = chance.choice(
            (
                "day",
                "part",
                "from",
                "to",
                "state",
                "agency",
                "purpose",
                "columns",
                "where",
                "language",
                "version",
                "after",
                "under",
            )
        )
        made += f"?{name}={quote(chance.choice(ODD))}"
    return "/board" if made in LEAVING else made


def forms(page: Any) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """Return the forms of a page that stay: how and where each is sent, and what it holds."""
    if not page["content-type"].startswith("text/html") or not page.content.strip():
        return []
    found = []
    for form in pages.read(page).xpath("//form"):
        action = form.get("action") or page.wsgi_request.path
        names = [name for name in form.xpath(".//@name") if name not in form.fields or form.fields[name] is None]
        held = [*form.form_values(), *((name, "") for name in dict.fromkeys(names))]
        if action not in LEAVING and not action.startswith(("/ask/answer", "/ask/export")):
            found.append((form.get("method", "get").lower(), action, held))
    return found


@pytest.mark.parametrize("tries", [250, pytest.param(10_000, marks=pytest.mark.soak)])
def test_no_page_and_no_form_of_one_breaks(town: Town, seat: Callable[[str], Client], tries: int) -> None:
    chance = Random(seed := Random().randrange(2**32))
    clients = {username: seat(username) for username in (*STAFF, *AGENTS)}
    sent = 0
    for _ in range(tries):
        who = chance.choice(list(clients))
        where = addresses(chance, town)
        print(f"seed {seed}: {who} {where[:200]}")
        page = clients[who].get(where)
        assert page.status_code < 500
        there = forms(page) if page.status_code == 200 else []
        for method, action, held in chance.sample(there, min(2, len(there))):
            values: dict[str, list[str]] = {}
            for name, value in held:
                odd = name != "csrfmiddlewaretoken" and chance.random() < 0.3
                values.setdefault(name, []).append(chance.choice(ODD) if odd else value or "")
            print(f"  {method} {action} {values}"[:3_000])
            answer = getattr(clients[who], method)(action, values)
            assert answer.status_code < 500
            sent += 1
    print(f"seed {seed}: {tries} pages, {sent} forms sent")
    assert sent > 0
