"""Papers as PDF: tagged, the same bytes each time, and whatever a name holds is text on them and never markup."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
import threading
import time
import zlib
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import typst
from hypothesis import given, settings
from hypothesis import strategies as st

from pars.core.cases.bail import OrderTerms
from pars.core.cases.facts import IdentityClaimed, NarrativeWritten
from pars.core.cases.papers import MOST_CHARACTERS, PAPERS, Paper, write
from pars.core.cases.release import post_bail
from pars.edge.papers import drawing
from tests.cases import MONEY, NOW, asked, booked, done, heard, ordered

if TYPE_CHECKING:
    from pars.core.access.explain import Language
    from pars.core.cases.case import Case

NAMES = {"ada": "Ira Fennick", "judge": "Hon. Edda Greymount"}
TERMS: OrderTerms = replace(MONEY, types=("NONMONETARY", "MONETARY"), conditions=("NO_CONTACT",), conditions_note="R. M.")
HARD = r"""#panic("x") #set page(fill: red) $a$ @ref ] [ } { \u{1F600} *b* _c_ `d` <label> // /* ~ --- ' " = - + 1. \ & < %"""


def a_case() -> Case:
    case = ordered(heard(asked()), TERMS)
    standing = next(fact.n for fact in case.facts if type(fact).__name__ == "ReleaseOrdered")
    return done(post_bail(case, case.version, order=standing, amount_cents=20_000))


def paper(case: Case, slug: str, language: Language = "en") -> Paper:
    written = write(case, PAPERS[slug], recorded={}, language=language)
    assert isinstance(written, Paper), written
    return replace(written, recorded=NOW)


def named(name: str) -> Case:
    """Return the case of somebody of this name."""
    case = a_case()
    return replace(case, facts=tuple(replace(f, given=name) if isinstance(f, IdentityClaimed) else f for f in case.facts))


def objects(pdf: bytes) -> bytes:
    """Return a PDF with its compressed streams opened."""
    opened = [pdf]
    for found in re.finditer(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL):
        try:
            opened.append(zlib.decompress(found[1]))
        except zlib.error:
            continue
    return b"\n".join(opened)


def text(pdf: bytes) -> str:
    """Return the text of a PDF as it is copied from it: each glyph by its font's own table of characters."""
    body = objects(pdf)
    tables = []
    for block in re.findall(rb"begincmap(.*?)endcmap", body, re.DOTALL):
        pairs = re.findall(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>", block.split(b"endcodespacerange")[1])
        tables.append({int(code, 16): bytes.fromhex(said.decode()).decode("utf-16-be") for code, said in pairs})
    assert tables, "every font says which characters its glyphs are"
    return " ".join("".join(sorted(set(table.values()))) for table in tables)


ALL = [(slug, language) for slug, kind in PAPERS.items() for language in kind.titles if slug != "discharge"]


@pytest.mark.parametrize(("slug", "language"), ALL)
def test_every_paper_is_tagged_says_its_language_and_is_the_same_each_time(slug: str, language: Language) -> None:
    case = a_case()
    first = drawing.pdf(paper(case, slug, language), NAMES)
    assert first == drawing.pdf(paper(a_case(), slug, language), NAMES)
    assert first.startswith(b"%PDF-1.7")
    body = objects(first)
    for mark in (b"/StructTreeRoot", b"/MarkInfo", b"/Marked true", b"/H1", b"/H2", f"/Lang({language})".encode()):
        assert mark in body.replace(b"/Lang (", b"/Lang("), mark
    assert b"pdfuaid:part" in body
    assert b"2026-11-20T17:10:00" in body, "its date is the version's"


def test_a_discharge_is_drawn_too() -> None:
    assert drawing.pdf(paper(ordered(), "discharge"), NAMES).startswith(b"%PDF")


def test_another_process_draws_the_same_bytes() -> None:
    program = (
        "import sys, hashlib; sys.path.insert(0, '.')\n"
        "from importlib.util import spec_from_file_location, module_from_spec\n"
        f"spec = spec_from_file_location('d', {str(Path(__file__))!r}); d = module_from_spec(spec); spec.loader.exec_module(d)\n"
        "print(hashlib.sha256(d.drawing.pdf(d.paper(d.a_case(), 'bond'), d.NAMES)).hexdigest())"
    )
    root = Path(__file__).parents[2]
    told = {
        subprocess.run(
            [sys.executable, "-c", program], cwd=root, env={"TZ": zone, "LANG": "C"}, capture_output=True, text=True, check=True
        ).stdout
        for zone in ("UTC", "Asia/Tokyo")
    }

    assert told == {hashlib.sha256(drawing.pdf(paper(a_case(), "bond"), NAMES)).hexdigest() + "\n"}


def test_another_version_is_another_paper() -> None:
    one = paper(a_case(), "bond")
    assert drawing.pdf(one, NAMES) != drawing.pdf(replace(one, version=one.version + 1), NAMES)


# ---------------------------------------------------------------- text is text


def test_markup_in_a_name_is_text() -> None:
    plainly = drawing.pdf(paper(named("Plain"), "subpoena"), NAMES)
    hard = drawing.pdf(paper(named(HARD), "subpoena"), NAMES)
    assert objects(hard).count(b"/Type/Page/") == objects(plainly).count(b"/Type/Page/")
    shown = text(hard)
    for char in "#$@]\\*_`<>~%{}":
        assert char in shown, f"{char} is drawn"
    assert "\N{GRINNING FACE}" not in shown


def test_what_was_put_in_comes_out_as_it_was() -> None:
    said = drawing._inputs(paper(named(HARD), "subpoena"), NAMES)
    counted = typst.query(
        b"#metadata(json(bytes(sys.inputs.paper)).caption.at(0).at(1)) <name>",
        "<name>",
        field="value",
        one=True,
        sys_inputs=said,
    )

    assert json.loads(counted) == f"{HARD} Whitlock"


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=40))
def test_any_name_can_be_drawn(name: str) -> None:
    assert drawing.pdf(paper(named(name), "subpoena"), NAMES).startswith(b"%PDF")


@settings(max_examples=20, deadline=None)
@given(st.text(max_size=60))
def test_any_account_can_be_drawn(account: str) -> None:
    case = booked()
    told = tuple(replace(f, text=account) if isinstance(f, NarrativeWritten) else f for f in case.facts)
    assert drawing.pdf(paper(replace(case, facts=told), "affidavit"), NAMES).startswith(b"%PDF")


def test_a_character_that_the_fonts_lack_is_written_out_and_the_paper_says_so() -> None:
    with_it = drawing._inputs(paper(named("中文"), "subpoena"), NAMES)
    assert "\\\\u4e2d\\\\u6587 Whitlock" in with_it["paper"]
    assert '"written_out": true' in with_it["paper"]
    assert '"written_out": false' in drawing._inputs(paper(named("Ñandú Łukasz Нина"), "subpoena"), NAMES)["paper"]


def test_the_fonts_have_every_character_that_is_drawn_as_it_is() -> None:
    chars = "".join(chr(code) for first, last in drawing.DRAWN for code in range(first, last + 1))
    assert drawing._in_our_fonts(chars) == chars
    source = b'#set document(title: "t")\n#set text(font: ("Libertinus Serif", "DejaVu Sans Mono"))\n#text(sys.inputs.chars)'
    made = typst.compile(
        source,
        font_paths=drawing._fonts(),
        ignore_system_fonts=True,
        sys_inputs={"chars": " ".join(chars)},
        pdf_standards=["ua-1"],
    )
    assert made.startswith(b"%PDF"), "PDF/UA-1 is refused where a font lacks a character"


def test_only_the_fonts_that_come_with_typst_are_used() -> None:
    assert all(font.path is None for font in drawing._fonts().fonts())
    fonts = set(re.findall(rb"/FontName/(?:[A-Z]{6}\+)?([\w-]+)", objects(drawing.pdf(paper(a_case(), "bond"), NAMES))))
    assert fonts
    assert all(font.startswith((b"LibertinusSerif", b"DejaVuSansMono")) for font in fonts)


# ---------------------------------------------------------------- how long and how many


def as_long_as_can_be(piece: str) -> Paper:
    """Return an affidavit whose account repeats `piece` as often as a paper can say it."""
    case = booked()
    least, most = 1, MOST_CHARACTERS
    while most - least > 1:
        middle = (least + most) // 2
        told = tuple(replace(f, text=piece * middle) if isinstance(f, NarrativeWritten) else f for f in case.facts)
        written = write(replace(case, facts=told), PAPERS["affidavit"], recorded={})
        least, most = (middle, most) if isinstance(written, Paper) else (least, middle)
    told = tuple(replace(f, text=piece * least) if isinstance(f, NarrativeWritten) else f for f in case.facts)
    return paper(replace(case, facts=told), "affidavit")


@pytest.mark.parametrize(
    "piece", ["word " * 20 + "\n", "a\n", "x", "a\u05d0"], ids=["prose", "lines", "a word", "two directions"]
)
def test_the_longest_paper_is_drawn_in_time(piece: str) -> None:
    longest = as_long_as_can_be(piece)
    began = time.process_time()  # what it costs, whatever else this machine does
    drawing.pdf(longest, NAMES)
    assert time.process_time() - began < drawing.LONGEST_WAIT


def test_a_paper_waits_for_its_turn_only_so_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawing, "LONGEST_WAIT", 0.05)
    monkeypatch.setattr(drawing, "_turn", threading.BoundedSemaphore(1))
    one = paper(a_case(), "bond")
    drawing._turn.acquire()
    with pytest.raises(drawing.Busy):
        drawing.pdf(one, NAMES)
    drawing._turn.release()
    assert drawing.pdf(one, NAMES).startswith(b"%PDF")
    assert drawing._turn.acquire(timeout=0), "its turn is given back"


def test_each_page_can_be_looked_at() -> None:
    pages = drawing.pictures(paper(a_case(), "notice"), NAMES)
    assert len(pages) == 2
    assert all(page.startswith(b"\x89PNG") for page in pages)
