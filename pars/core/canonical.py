"""One way to write a value as bytes, so that a hash or a signature over it means one thing.

A restricted RFC 8785 (JSON Canonicalization Scheme): objects with lower-case ASCII keys, arrays, NFC strings and integers
within ±(2^53 − 1). No floating point, no true, false or null, no duplicate keys, no space between tokens. What `read`
accepts is exactly what `write` makes: the bytes are written again and compared. Objects and lists stand at most `DEEPEST` within each
other: how deep a program can go by itself depends on the program, and on who called it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import TypeAlias
from unicodedata import is_normalized

Json: TypeAlias = "int | str | Sequence[Json] | Mapping[str, Json]"

LARGEST = 2**53 - 1
DEEPEST = 32
_KEY = re.compile(r"[a-z][a-z0-9_]*")
_write = json.JSONEncoder(ensure_ascii=False, check_circular=False, sort_keys=True, separators=(",", ":")).encode


def _refuse(_: str) -> None:
    raise ValueError("only whole numbers")


_read = json.JSONDecoder(parse_float=_refuse, parse_constant=_refuse).decode


def write(value: Json) -> bytes:
    """Return the one canonical form of `value`. Raises ValueError that names the place of what has none."""
    _check(value, "$", 0)
    return _write(value).encode()


def write_checked(value: Json) -> bytes:
    """Return the canonical form of a value whose parts somebody has already checked one by one."""
    return _write(value).encode()


def read(data: bytes) -> Json:
    """Return the value whose canonical form is `data`. Raises ValueError for any other bytes."""
    value = read_unchecked(data)
    if write(value) != data:
        raise ValueError("not in canonical form")
    return value


def read_unchecked(data: bytes) -> Json:
    """Return the JSON value in `data` (no fractions, no NaN), canonical or not. Raises ValueError when there is none."""
    try:
        value: Json = _read(data.decode())
    except RecursionError:
        raise ValueError("nested too deep") from None
    return value


def _check(value: object, place: str, depth: int) -> None:
    if type(value) is int:
        if not -LARGEST <= value <= LARGEST:
            raise ValueError(f"{place}: a number beyond 2^53 - 1")
    elif type(value) is str:
        _check_text(value, place)
    elif depth == DEEPEST and isinstance(value, (Mapping, list, tuple)):
        raise ValueError("nested too deep")
    elif isinstance(value, Mapping):
        for key, part in value.items():
            if not (type(key) is str and _KEY.fullmatch(key)):
                raise ValueError(f"{place}: a key that is not lower-case ASCII")
            _check(part, f"{place}.{key}", depth + 1)
    elif isinstance(value, (list, tuple)):
        for n, part in enumerate(value):
            _check(part, f"{place}[{n}]", depth + 1)
    else:
        raise ValueError(f"{place}: {type(value).__name__} has no canonical form")


def _check_text(value: str, place: str) -> None:
    if value.isascii():
        return
    if any("\ud800" <= character <= "\udfff" for character in value):
        raise ValueError(f"{place}: half a character (a lone surrogate)")
    if not is_normalized("NFC", value):
        raise ValueError(f"{place}: text that is not in normalization form C")
