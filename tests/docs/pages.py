"""The project's pages, as the tests of this folder read them: paragraphs, tables, blocks of commands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])

_FENCE = re.compile(r"^```(?P<info>[^\n]*)\n(?P<body>.*?)^```", re.MULTILINE | re.DOTALL)
_SPAN = re.compile(r"`([^`\n]+)`")


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block: what stands after its fence (`sh runnable`), and its lines."""

    info: str
    lines: tuple[str, ...]


def name(path: Path) -> str:
    """Return a page's path in the checkout."""
    return str(path.relative_to(ROOT))


def blocks(path: Path) -> list[Block]:
    """Return a page's fenced blocks."""
    return [Block(found["info"].strip(), tuple(found["body"].splitlines())) for found in _FENCE.finditer(path.read_text())]


def prose(path: Path) -> str:
    """Return a page without its fenced blocks."""
    return _FENCE.sub("", path.read_text())


def spans(path: Path) -> list[str]:
    """Return what stands in backticks outside fenced blocks."""
    return _SPAN.findall(prose(path))


def tables(path: Path) -> Iterator[tuple[list[str], list[list[str]]]]:
    """Yield a page's tables: the cells of the head, and of each row."""
    for found in re.finditer(r"(?:^\|.*\n)+", prose(path), re.MULTILINE):
        head, _, *rows = [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in found[0].splitlines()]
        yield head, rows


def in_ticks(cell: str) -> list[str]:
    """Return what stands in backticks in a cell."""
    return _SPAN.findall(cell)


def slug(heading: str) -> str:
    """Return the anchor that a heading gets."""
    plain = re.sub(r"[`*]|\[([^\]]*)\]\([^)]*\)", r"\1", heading).strip().lower()
    return re.sub(r"[^\w\- ]", "", plain).replace(" ", "-")
