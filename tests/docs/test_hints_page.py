"""The page for receivers of hints says what is sent, and its program tells a genuine hint from any other."""

from __future__ import annotations

import base64
import re
from typing import Any

import pytest

from pars.core.access.hooks import hint_text, secret_text, signature
from tests.docs.pages import ROOT

PAGE = (ROOT / "docs/how-to/receive-hints.md").read_text()


def block(kind: str) -> str:
    (found,) = re.findall(rf"```{kind}\n(.*?)```", PAGE, re.DOTALL)
    return str(found)


def checked(**changes: Any) -> bool:
    """Run the page's program with some of its values changed in place."""
    program = block("python")
    for was, now in changes.values():
        assert was in program
        program = program.replace(was, now)
    names: dict[str, Any] = {}
    exec(program, names)
    return bool(names["genuine"])


def test_the_pages_program_takes_its_hint_and_no_other() -> None:
    assert checked()
    assert checked(two=('"v1,Hkwx', '"v1,AAAA v1,Hkwx'))
    for was, now in (
        ("hint-41-57", "hint-41-58"),
        ("1800000000", "1800000001"),
        ('"entry":57', '"entry":58'),
        ("MDEy", "MDEz"),
    ):
        assert not checked(changed=(was, now))


def test_what_the_page_shows_is_what_is_sent() -> None:
    head, _, body = block("http").strip().partition("\n\n")
    headers = dict(line.split(": ", 1) for line in head.splitlines()[1:])
    assert body.encode() == hint_text(hook=41, entry=57, agreement="warrant-desk")
    (secret,) = re.findall(r"whsec_[A-Za-z0-9+/=]+", block("python"))
    key = base64.b64decode(secret.removeprefix("whsec_"))
    assert secret_text(key) == secret
    at = int(headers["webhook-timestamp"])
    assert headers["webhook-signature"] == signature(key, message=headers["webhook-id"], at=at, body=body.encode())


@pytest.mark.parametrize("said", ["10 seconds, a minute, 5 and 30 minutes, 2, 6 and 12 hours"])
def test_the_page_says_when_a_hint_comes_again(said: str) -> None:
    from pars.core.access.hooks import WAITS

    assert said in PAGE
    assert WAITS == (10, 60, 300, 1800, 7200, 21600, 43200)
