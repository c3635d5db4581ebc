"""What can't be seen is written out, as JSON would; what can be seen stays as it is."""

from __future__ import annotations

import json
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from pars.core.visible import hidden, visible, visible_lines


def test_controls_and_what_turns_the_direction_are_written_out() -> None:
    said = visible("a\x1b[31m\x7f\x9b\u202e\u2066\u200b\ufeff\udcff\u2028\n\t\U000e0041z")
    assert said == r"a\u001b[31m\u007f\u009b\u202e\u2066\u200b\ufeff\udcff\u2028\u000a\u0009\udb40\udc41z"
    assert visible_lines("one\n\ttwo\r\x9b") == "one\n\ttwo" + r"\u000d\u009b"


def test_names_of_any_script_stay() -> None:
    for name in ("Ann O’Brien", "Ødegård", "علی\u200cرضا", "東", "नमस्ते"):
        assert visible(name) == visible_lines(name) == name
        assert not hidden(name)


@given(st.text())
def test_nothing_that_moves_a_cursor_is_left(text: str) -> None:
    for shown in (visible(text), visible_lines(text).replace("\n", "").replace("\t", "")):
        assert not [char for char in shown if unicodedata.category(char) in {"Cc", "Cs", "Zl", "Zp"}]
        assert not [
            char
            for char in shown
            if unicodedata.bidirectional(char) in {"RLO", "LRO", "RLE", "LRE", "PDF", "RLI", "LRI", "FSI", "PDI"}
        ]


@given(st.text())
def test_json_stays_the_same_json(text: str) -> None:
    assert json.loads(visible_lines(json.dumps({text: text}, ensure_ascii=False, indent=1))) == {text: text}
