"""The pages hold: links lead somewhere, symbols and files are where a page says, pictures can be read by everybody."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.docs.pages import PAGES, ROOT, in_ticks, name, prose, slug, spans, tables

each_page = pytest.mark.parametrize("page", PAGES, ids=name)


def test_there_are_pages() -> None:
    assert {"README.md", "CHANGELOG.md", "docs/life-of-a-case.md", "docs/glossary.md"} <= {name(page) for page in PAGES}


# ---------------------------------------------------------------- links


@each_page
def test_every_link_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", prose(page)):
        if re.match(r"https?://|mailto:", target):
            continue
        file, _, anchor = target.partition("#")
        found = (page.parent / file).resolve() if file else page
        assert found.exists(), f"{target} isn't there"
        assert found.is_relative_to(ROOT), f"{target} leads out of the project"
        if anchor:
            headings = re.findall(r"^#+ (.+)$", found.read_text(), re.MULTILINE)
            assert anchor in {slug(heading) for heading in headings}, f"{target}: no such heading"


@each_page
def test_every_path_that_a_page_names_is_there(page: Path) -> None:
    for span in spans(page):
        if re.fullmatch(r"(?:pars|verify|tests|docs|requirements|bench|\.ci)/[\w./*-]+", span):
            assert list(ROOT.glob(span)), f"{span} isn't there"


# ---------------------------------------------------------------- symbols


def symbols(path: Path) -> set[str]:
    """Return what a Python file defines: functions, classes, methods (`Class.method`), fields and constants."""
    return set(_defined(ast.parse(path.read_text()).body, ""))


def _defined(body: list[ast.stmt], within: str) -> list[str]:
    found = []
    for node in body:
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                found.append(within + node.name)
            case ast.ClassDef():
                found += [within + node.name, *_defined(node.body, f"{within}{node.name}.")]
            case ast.Assign(targets=targets):
                found += [within + target.id for target in targets if isinstance(target, ast.Name)]
            case ast.AnnAssign(target=ast.Name(id=said)):
                found.append(within + said)
    return found


def test_a_symbol_is_found_where_it_is_defined() -> None:
    found = symbols(Path(__file__))
    assert {"symbols", "each_page"} <= found
    assert "found" not in found, "what is local is nobody's symbol"


def symbol_rows() -> list[tuple[str, str, str]]:
    """Return (page, symbol, file) of every row of a table whose last column is headed "File"."""
    return [
        (name(page), symbol, file)
        for page in PAGES
        for head, rows in tables(page)
        if head[-1] == "File"
        for row in rows
        for file in in_ticks(row[-1])
        for symbol in in_ticks(row[head.index("Symbol") if "Symbol" in head else 0])
    ]


def test_the_lives_have_their_tables() -> None:
    assert "docs/life-of-a-case.md" in {page for page, _, _ in symbol_rows()}


@pytest.mark.parametrize(("page", "symbol", "file"), symbol_rows())
def test_every_symbol_is_in_the_file_that_the_page_names(page: str, symbol: str, file: str) -> None:
    path = ROOT / file
    assert path.is_file(), f"{page}: {file} isn't there"
    if path.suffix == ".py":
        assert symbol.removesuffix("()") in symbols(path), f"{page}: {file} doesn't define {symbol}"
    else:
        assert re.search(rf"(?<![\w.]){re.escape(symbol)}(?!\w)", path.read_text()), f"{page}: {file} doesn't say {symbol}"


def test_every_word_of_the_glossary_is_used_in_the_code() -> None:
    code = "\n".join(
        path.read_text() for path in sorted((ROOT / "pars").rglob("*.py")) + sorted((ROOT / "verify").rglob("*.py"))
    )
    words = set(re.findall(r"\w+", code))
    rows = [row for _, rows in tables(ROOT / "docs/glossary.md") for row in rows]
    assert len(rows) > 30
    for row in rows:
        used = in_ticks(row[1])
        assert used, f"{row[0]}: in which words does the code say it?"
        for symbol in used:
            assert set(symbol.split(".")) <= words, f"{row[0]}: the code doesn't say {symbol}"


def test_the_laws_are_those_that_the_code_cites() -> None:
    rows = [row for head, rows in tables(ROOT / "docs/laws.md") if head[0] == "Law" for row in rows]
    laws = [row[0] for row in rows]
    assert laws == [f"L{n}" for n in range(1, 16)]
    sources = [
        path
        for folder in ("pars", "verify", "witness")
        for path in sorted((ROOT / folder).rglob("*"))
        if path.suffix in {".py", ".sql"}
    ]
    cited = {law for path in sources for law in re.findall(r"\blaws? (L\d+)", path.read_text())}
    assert {"L2", "L12"} <= cited <= set(laws)


# ---------------------------------------------------------------- decisions


DECISIONS = sorted((ROOT / "docs/adr").glob("*.md"))
HEADINGS = ["Context", "Options", "Decision", "Consequences"]


def test_decisions_are_numbered_without_a_gap() -> None:
    assert [path.name[:4] for path in DECISIONS] == [f"{n:04}" for n in range(1, len(DECISIONS) + 1)]


@pytest.mark.parametrize("path", DECISIONS, ids=lambda path: path.stem)
def test_a_decision_has_its_form(path: Path) -> None:
    text = path.read_text()
    lines = text.splitlines()
    assert re.fullmatch(rf"# {int(path.name[:4])}\. .+", lines[0])
    status = re.fullmatch(r"Status: (?:accepted|superseded by \d{4}), \d{4}-\d\d-\d\d · Review: (.+)", lines[2])
    assert status is not None, "a line with its status, its date and its review"
    assert re.search(r"\b20\d\d-(?:0[1-9]|1[0-2])\b", status[1]), "a review has a date"
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == HEADINGS
    assert re.findall(r"^([A-Z])\. ", text.split("## Options")[1].split("## Decision")[0], re.MULTILINE)[:2] == ["A", "B"]
    assert re.match(r"\s+[A-Z][.,]", text.split("## Decision")[1]), "the decision begins with the option it takes"
    assert len(lines) <= 60


# ---------------------------------------------------------------- pictures


PICTURES = sorted((ROOT / "docs/pictures").glob("*.svg"))
SVG = "{http://www.w3.org/2000/svg}"


def test_there_are_pictures() -> None:
    assert PICTURES


@pytest.mark.parametrize("path", PICTURES, ids=lambda path: path.stem)
def test_a_picture_says_in_words_what_it_shows(path: Path) -> None:
    root = ElementTree.parse(path).getroot()
    assert root.get("role") == "img"
    ids = (root.get("aria-labelledby") or "").split()
    assert [element.get("id") for element in (root.find(f"{SVG}title"), root.find(f"{SVG}desc")) if element is not None] == ids
    assert all(len("".join(element.itertext())) > 10 for element in root if element.get("id") in ids)
    text = path.read_text()
    assert not re.search(r"<script|<image|<foreignObject|\bon\w+=|https?://(?!www\.w3\.org)", text), "nothing but the drawing"
    sizes = [float(size) for size in re.findall(r"font-size[=:]\s*\"?(\d+(?:\.\d+)?)", text)]
    assert sizes, "sizes are stated"
    assert min(sizes) >= 12


@each_page
def test_a_picture_on_a_page_has_words(page: Path) -> None:
    for words in re.findall(r"!\[([^\]]*)\]\(", prose(page)):
        assert len(words) > 20, "say what the picture shows, for whoever doesn't see it"


# ---------------------------------------------------------------- words


LEFTOVERS = r"\b(?:TODO|TBD|FIXME|XXX|blueprint|lorem ipsum|coming soon|as an AI|language model)\b"
SOMEBODYS_MACHINE = r"(?<![\w.}])/(?:home|root|Users|work|workspace|mnt|opt|tmp)(?:/|\b)"
NOT_OUR_WORDS = (
    r"\b(?:offenders?|criminals|aliens?|perpetrators?|perps?|whitelist|blacklist|utilize|leverage|seamless|blazing)\b"
)


@each_page
def test_pages_hold_no_leftovers_and_nobodys_own_paths(page: Path) -> None:
    text = page.read_text()
    assert re.findall(LEFTOVERS, text, re.IGNORECASE) == []
    assert re.findall(SOMEBODYS_MACHINE, text) == []
    assert re.findall(r"(?:\.\./)+shared\b", text) == []


@each_page
def test_pages_speak_of_people_as_people(page: Path) -> None:
    assert re.findall(NOT_OUR_WORDS, re.sub(r"`[^`\n]+`", "", prose(page)), re.IGNORECASE) == []


def test_the_changelog_tells_of_this_version() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    released = re.findall(r"^## \[?v?(\d+\.\d+\.\d+)", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert released[0] == version
