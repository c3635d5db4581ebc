"""One value, one form of bytes, and nothing else reads."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pars.core import canonical

KEYS = st.from_regex(r"[a-z][a-z0-9_]{0,5}", fullmatch=True)
TEXTS = st.text(st.characters(codec="utf-8")).filter(lambda text: __import__("unicodedata").is_normalized("NFC", text))
VALUES = st.recursive(
    st.integers(-canonical.LARGEST, canonical.LARGEST) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)


@given(VALUES)
def test_what_is_written_reads_back(value):
    data = canonical.write(value)
    assert canonical.read(data) == json.loads(data) == value
    assert canonical.write(canonical.read(data)) == data
    assert canonical.write_checked(value) == data


def test_the_form_is_that_of_rfc_8785():
    value = {"b": ['\u20ac$\x0f\nA\'B"\\\\"/', 333333333], "a": {}, "a_b": -1}
    assert canonical.write(value) == '{"a":{},"a_b":-1,"b":["€$\\u000f\\nA\'B\\"\\\\\\\\\\"/",333333333]}'.encode()
    assert canonical.write(("a", [])) == b'["a",[]]'


@pytest.mark.parametrize(
    ("value", "says"),
    [
        (None, r"^\$: NoneType"),
        (True, r"^\$: bool"),
        ({"a": [1, 1.5]}, r"^\$\.a\[1\]: float"),
        ({"a": {"b": False}}, r"^\$\.a\.b: bool"),
        (2**53, "a number beyond"),
        (-(2**53), "a number beyond"),
        ({"A": 1}, "a key that is not"),
        ({"é": 1}, "a key that is not"),
        ({1: 1}, "a key that is not"),
        ("e\u0301", "normalization form C"),
        ("é\ud800", "half a character"),
        (b"", "bytes has no"),
    ],
)
def test_what_has_no_form_is_refused_with_its_place(value, says):
    with pytest.raises(ValueError, match=says):
        canonical.write(value)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b" 1",
        b"1 ",
        b"01",
        b"-0",
        b"1.0",
        b"1e2",
        b"NaN",
        b"Infinity",
        b"true",
        b"null",
        b'{"a":1,"a":1}',
        b'{"b":1,"a":1}',
        b'{"a": 1}',
        b'"\\u0041"',
        b'"\\/"',
        b'"\xff"',
        b'"\\ud800"',
        '"e\u0301"'.encode(),
        b"\xef\xbb\xbf1",
        b"9007199254740992",
        b"[" * 100_000,
        b"[" * 2_000 + b"]" * 2_000,
        b"9" * 5_000,
    ],
)
def test_any_other_bytes_are_refused(data):
    with pytest.raises(ValueError, match=r"."):
        canonical.read(data)


def test_how_deep_a_value_may_be_is_counted_and_the_same_for_every_caller():
    for depth in (canonical.DEEPEST + 1, 200, *range(850, 1010)):
        with pytest.raises(ValueError, match="nested too deep"):
            canonical.read(b"[" * depth + b"1" + b"]" * depth)
    deepest = b'[{"a":' * (canonical.DEEPEST // 2) + b"1" + b"}]" * (canonical.DEEPEST // 2)

    def deep(frames):
        return deep(frames - 1) if frames else canonical.write(canonical.read(deepest))

    assert deep(0) == deep(500) == deepest
    assert canonical.read(b'{"a":' * canonical.DEEPEST + b"1" + b"}" * canonical.DEEPEST)


def test_what_is_nested_too_deep_is_not_written():
    value: object = 1
    for _ in range(5_000):
        value = [value]
    with pytest.raises(ValueError, match="nested too deep"):
        canonical.write(value)
