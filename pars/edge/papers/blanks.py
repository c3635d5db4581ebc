"""Draws blank paper forms for an outage: one page each, with its number for people and as bars for a reader (Code 39).

What is asked on paper is what the screens ask, in their order, so that whoever enters a form reads down it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typst

from pars.core.cases.arraignment import RIGHTS
from pars.core.cases.bail import TYPES
from pars.core.cases.paper_forms import FORMS, FormNumber
from pars.core.terms import SECOND, Instant, moment

if TYPE_CHECKING:
    from typing import TypeAlias

SOURCE = Path(__file__).with_name("blank.typ")

Part: TypeAlias = "tuple[str, Sequence[Sequence[Any]]]"

LINE, TICKS, SPACE = "line", "ticks", "space"
"""How something is asked: on a line, by ticking, or in some lines of space."""


def _line(*labels: str) -> tuple[str, tuple[str, ...]]:
    return LINE, labels


def _ticks(label: str, *choices: str) -> tuple[str, tuple[str, ...]]:
    return TICKS, (label, *choices)


def _space(label: str, lines: int) -> tuple[str, tuple[str, ...]]:
    return SPACE, (label, str(lines))


_WHO = (
    "Person",
    (_line("Surname", "Given name", "Birth date, or the year"), _line("Number of the arrest's form, or the case")),
)
_WRITTEN = (
    "Written by",
    (_line("Name", "Badge or office"), _line("Date and time of writing", "By which clock")),
)

ASKED: Mapping[str, Sequence[Part]] = {
    "ARREST": (
        (
            "Person, as claimed",
            (
                _line("Surname", "Given name", "Middle"),
                _line("Or the name as it was given", "Sex"),
                _line("Birth date, or the year", "Or why it is not known"),
                _line("Address", "Language, if not English"),
            ),
        ),
        (
            "Arrest",
            (
                _line("Date and time of the arrest", "Arresting agency", "District"),
                _line("Place", "Incident number", "Tracking number (OTN)"),
                _ticks("Warrant", "none", "on a warrant", "not known"),
                _line("Booked at", "Date and time of booking", "Booking number"),
            ),
        ),
        (
            "Proposed charges",
            tuple(_line("Statute", "Description", "Grade", "Counts", "Date of offense") for _ in range(4)),
        ),
        ("Account of the officer", (_space("What happened, in the officer's words; go on overleaf", 7),)),
        (
            "What the person needs now",
            (_ticks("", "medical help", "interpreter", "may be under 18", "consular notice"), _line("Which")),
        ),
        _WRITTEN,
    ),
    "HEARING": (
        _WHO,
        ("Hearing", (_line("Date and time", "Interpreter"),)),
        ("Said aloud to the person", tuple(_ticks("", says) for says in RIGHTS.values())),
        (
            "Finding",
            (_ticks("Probable cause", "found", "not found: discharged", "not asked: arrested on a warrant"), _line("Reason")),
        ),
        (
            "Release order",
            (
                *(_ticks("", says) for says in TYPES.values()),
                _line("Amount in dollars", "Percent to put down", "Surety"),
                _space("Conditions and reasons", 4),
                _line("Next hearing: date and time", "Before which court"),
            ),
        ),
        ("Signed", (_line("Judge", "Date and time"),)),
        _WRITTEN,
    ),
    "RELEASE": (
        _WHO,
        (
            "Why the person may go",
            (
                _ticks("", "release order", "every charge declined", "discharged by the court"),
                _line("Number or date of that paper", "Given by"),
            ),
        ),
        (
            "Looked at before the door was opened",
            (
                _ticks("", "every docket of the person", "bench and other warrants", "detainers of probation and parole"),
                _line("Who was asked", "Date and time"),
                _space("What still holds, by whose authority, until when", 3),
            ),
        ),
        (
            "What happened",
            (
                _ticks("", "went free", "not yet, because:"),
                _line("Reason"),
                _line("Date and time at which the person went free"),
            ),
        ),
        ("Given along", (_ticks("", "property", "medicine and its paper", "the order, read aloud"),)),
        _WRITTEN,
    ),
}
"""What each form asks, in parts; every form of `FORMS` is here."""

NOTE = (
    "Written while PARS could not be reached. Write times as they happened, by the clock on the wall. One form, one person, one act. "
    "Enter it as soon as PARS is back, with this number; keep the paper."
)

_BARS = dict(
    zip(
        "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-*",
        [
            "111221211",
            "211211112",
            "112211112",
            "212211111",
            "111221112",
            "211221111",
            "112221111",
            "111211212",
            "211211211",
            "112211211",
            "211112112",
            "112112112",
            "212112111",
            "111122112",
            "211122111",
            "112122111",
            "111112212",
            "211112211",
            "112112211",
            "111122211",
            "211111122",
            "112111122",
            "212111121",
            "111121122",
            "211121121",
            "112121121",
            "111111222",
            "211111221",
            "112111221",
            "111121221",
            "221111112",
            "122111112",
            "222111111",
            "121121112",
            "221121111",
            "122121111",
            "121111212",
            "121121211",
        ],
        strict=True,
    )
)
"""Code 39: nine bars and gaps of each character, 1 narrow and 2 wide, beginning with a bar."""

WIDE = 2.5


def bars(text: str) -> list[tuple[bool, float]]:
    """Return a text as bars and gaps of so many narrow ones' width, between its start and stop signs."""
    found: list[tuple[bool, float]] = []
    for letter in f"*{text}*":
        found += [(place % 2 == 0, WIDE if wide == "2" else 1.0) for place, wide in enumerate(_BARS[letter])]
        found.append((False, 1.0))
    return found[:-1]


def pdf(form: str, numbers: Sequence[FormNumber], printed: Instant) -> bytes:
    """Return so many blank forms of one kind as one PDF, a page each. Nothing on it is about anybody."""
    drawn = _draw(form, numbers, printed, "pdf")
    assert isinstance(drawn, bytes)
    return drawn


def pictures(form: str, numbers: Sequence[FormNumber], printed: Instant) -> list[bytes]:
    """Return each page as a PNG, to be looked at."""
    drawn = _draw(form, numbers, printed, "png")
    return drawn if isinstance(drawn, list) else [drawn]


def said(form: str, numbers: Sequence[FormNumber], printed: Instant) -> dict[str, Any]:
    """Return everything that stands on the pages, as plain data."""
    return {
        "title": f"{FORMS[form][0]}: paper form",
        "note": NOTE,
        "printed": moment(printed).isoformat(timespec="minutes").replace("+00:00", "Z"),
        "parts": [{"heading": heading, "rows": [list(row) for row in rows]} for heading, rows in ASKED[form]],
        "forms": [{"number": str(number), "site": number.site, "bars": bars(str(number))} for number in numbers],
    }


def _draw(form: str, numbers: Sequence[FormNumber], printed: Instant, kind: Any) -> bytes | list[bytes]:
    found: bytes | list[bytes] = typst.compile(
        SOURCE.read_bytes(),
        font_paths=typst.Fonts(include_system_fonts=False),
        ignore_system_fonts=True,
        format=kind,
        sys_inputs={"said": json.dumps(said(form, numbers, printed), ensure_ascii=False)},
        pdf_standards=["ua-1"] if kind == "pdf" else [],
        timestamp=printed // SECOND,
    )
    return found
