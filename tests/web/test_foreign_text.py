"""What came from outside is shown in a direction of its own, with what can't be seen written out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.utils.safestring import mark_safe

TEMPLATES = Path(__file__).parents[2] / "pars" / "edge" / "web" / "templates" / "web"
SPOOFED = "Tan\u202eysna\x9b31m <b>"
SHOWN = "<bdi>Tan\\u202eysna\\u009b31m &lt;b&gt;</bdi>"

# Where each page shows what a document or a person wrote.
FOREIGN = {
    "_identity.html": {"name", "facility"},
    "board.html": {"line.name", "line.charge"},
    "paper.html": {"name"},
    "answer.html": {"value"},
    "case.html": {
        "told.says",
        "item.fact.agency",
        "item.fact.place",
        "booking.facility",
        "who.address",
        "who.language",
        "who.sex",
    },
}


@pytest.fixture(autouse=True)
def django() -> None:
    from tests.api.djangos import set_up

    set_up()


def test_a_foreign_text_is_isolated_and_what_is_not_text_stays() -> None:
    from pars.edge.web.templatetags.words import given

    assert str(given(SPOOFED)) == SHOWN
    assert str(given("two\nlines")) == "<bdi>two\nlines</bdi>"
    assert given(None) is None
    assert given("") == ""
    assert given(7) == 7
    assert given(mark_safe("<time>now</time>")) == "<time>now</time>"


def test_the_name_on_every_page_of_a_case_is_isolated() -> None:
    from django.template.loader import get_template

    shown = get_template("web/_identity.html").render({"name": SPOOFED, "held": "3 h", "facility": SPOOFED})
    assert shown.count(SHOWN) == 2
    assert "\u202e" not in shown


@pytest.mark.parametrize("page", FOREIGN)
def test_each_place_of_a_foreign_text_is_shown_that_way(page: str) -> None:
    text = (TEMPLATES / page).read_text()
    for name in FOREIGN[page]:
        uses = re.findall(r"(?<!=\"){{ " + re.escape(name) + r"([|} ][^}]*)}}", text)
        assert uses, f"{page} shows no {name}"
        assert all(use.startswith("|given") for use in uses), f"{page} shows {name} raw"
