"""A file's bytes become a small tree of elements, or a rejection that repeats nothing of the document.

No DOCTYPE gets as far as a parser: the bytes are decoded here, by a short list of encodings, and what precedes the first
element is looked at before lxml sees any of it. What may not be collected is left out while the tree is built, so that no
other code ever holds it; only its path is kept.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from unicodedata import normalize

from lxml import etree

from pars.edge.formats.do_not_collect import is_dropped

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_BYTES: Final = 5 * 1024 * 1024
MAX_ELEMENTS: Final = 20_000
MAX_DEPTH: Final = 64
MAX_ATTRIBUTES: Final = 50
MAX_NAME: Final = 120
MAX_VALUE: Final = 2_000
MAX_PATHS: Final = 500

_PACKED: Final = (b"\x1f\x8b", b"PK\x03\x04", b"BZh", b"\xfd7zXZ", b"7z\xbc\xaf", b"(\xb5/\xfd")
_NIL: Final = "{http://www.w3.org/2001/XMLSchema-instance}nil"
_ENCODINGS: Final = {
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "us-ascii": "ascii",
    "ascii": "ascii",
    "iso-8859-1": "iso-8859-1",
    "latin1": "iso-8859-1",
    "iso-8859-15": "iso-8859-15",
    "windows-1252": "cp1252",
    "cp1252": "cp1252",
}
_DECLARATION: Final = re.compile(
    rb"<\?xml[ \t\r\n][^>]{0,200}?encoding[ \t\r\n]*=[ \t\r\n]*[\"']([A-Za-z][A-Za-z0-9._-]*)[\"']"
)
_XML_DECLARATION: Final = re.compile(r"<\?xml[ \t\r\n][^<>]*\?>")
_PROLOG: Final = re.compile(r"(?:[ \t\r\n]++|<!--.*?-->|<\?.*?\?>)*+", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """A file that was not taken in, and why. It holds no value of the document: it is shown, logged and recorded."""

    code: str
    file: str
    line: int
    what: str
    remedy: str


class Unreadable(Exception):
    """Ends the reading of one document; `read_document` turns it into a `Rejected`. It never leaves this package."""

    def __init__(self, code: str, line: int, what: str, remedy: str) -> None:
        super().__init__(code)
        self.code, self.line, self.what, self.remedy = code, line, what, remedy


class Element:
    """One element as the reader sees it: local name, trimmed text, reference or identifier, children.

    Reading `text` marks the element as read; what has text and was never read is listed as unmapped.
    """

    __slots__ = ("_text", "broken", "children", "identifier", "line", "name", "namespace", "parent", "read", "reference")

    def __init__(self, name: str, namespace: str, text: str | None, line: int, parent: Element | None) -> None:
        self.name, self.namespace, self.line, self.parent = name, namespace, line, parent
        self.children: list[Element] = []
        self.identifier: str | None = None
        self.reference: str | None = None
        self.read = False
        self.broken = False
        """Whether other elements stand between the words of its text, of which only the first are read."""
        self._text = text

    @property
    def stated(self) -> bool:
        """Return whether the element itself holds a text. An empty or nil element is absent."""
        return self._text is not None

    @property
    def text(self) -> str | None:
        """Return the element's text, white space made single, and note that it was read."""
        if self._text is None:
            return None
        if len(self._text) > MAX_VALUE:
            raise Unreadable(
                "VALUE_TOO_LONG",
                self.line,
                f"a value is longer than {MAX_VALUE} characters",
                "Shorten the value and send again.",
            )
        self.read = True
        return self._text

    @property
    def long_text(self) -> str | None:
        """Return the text of a narrative, which may be as long as a document."""
        self.read = self._text is not None
        return self._text

    def says(self, *words: str) -> bool:
        """Return whether the text is one of these words, whatever their case; only then does it count as read."""
        said = self._text is not None and self._text.casefold() in words
        self.read = self.read or said
        return said

    def ends_with(self, word: str) -> bool:
        """Return whether the text's last word is this one, whatever its case; only then does it count as read."""
        ends = self._text is not None and self._text.casefold().split()[-1] == word
        self.read = self.read or ends
        return ends

    @property
    def path(self) -> str:
        """Return the local names from the root to here."""
        names: list[str] = []
        element: Element | None = self
        while element is not None:
            names.append(element.name)
            element = element.parent
        return "/".join(reversed(names))

    def walk(self) -> Iterator[Element]:
        """Yield this element and everything under it in document order."""
        open_elements = [self]
        while open_elements:
            element = open_elements.pop()
            yield element
            open_elements.extend(reversed(element.children))


@dataclass(frozen=True, slots=True)
class Tree:
    """A document without what may not be collected, and the paths of what was left out."""

    root: Element
    dropped: tuple[str, ...]


def read_tree(data: bytes) -> Tree:
    """Return the document in `data`. Raises `Unreadable` for everything else, whatever the bytes are."""
    text = _decoded(data)
    body = _without_declaration(text)
    first_line = _refuse_before_parsing(body)
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        attribute_defaults=False,
        huge_tree=False,
        recover=False,
        collect_ids=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        source = etree.fromstring(body.encode(), parser)
    except etree.XMLSyntaxError as error:
        # The parser's own message repeats names and values of the document.
        raise _not_well_formed(error.lineno or 1) from None
    if source.getroottree().docinfo.internalDTD is not None:
        raise _doctype(1)
    tree = _built(source)
    # The parser gives an element the line on which its start tag ends; of a root that may be many lines further down.
    tree.root.line = first_line
    return tree


def unmapped(root: Element) -> tuple[str, ...]:
    """Return the paths of what has text and was not read: each once, the topmost of a part of which nothing was read."""
    paths, _, _ = _unread(root)
    different = tuple(dict.fromkeys(paths))
    if len(different) <= MAX_PATHS:
        return different
    return (*different[:MAX_PATHS], f"and {len(different) - MAX_PATHS} more paths")


def _unread(element: Element) -> tuple[list[str], bool, bool]:
    """Return (paths to list, whether anything was read here, whether there is any text here)."""
    read, stated = element.read, element.stated
    paths: list[str] = [element.path] if stated and not read else []
    for child in element.children:
        below, child_read, child_stated = _unread(child)
        read, stated = read or child_read, stated or child_stated
        paths += below
    if not read:
        return ([element.path] if stated else []), False, stated
    return paths, True, stated


def _decoded(data: bytes) -> str:
    if len(data) > MAX_BYTES:
        raise too_large()
    if data.startswith(_PACKED):
        raise Unreadable("NOT_XML", 1, "this is a packed file", "Unpack it and send the document that is inside.")
    encoding, start = _encoding(data)
    try:
        text = data[start:].decode(encoding)
    except UnicodeDecodeError as error:
        before = data[start : start + error.start].decode(encoding, "ignore")
        raise Unreadable(
            "ENCODING",
            before.count("\n") + 1,
            "these bytes are no text in the encoding that the document names",
            "Save the document as UTF-8, name that in its first line and send again.",
        ) from None
    if "\0" in text:
        raise _not_well_formed(text[: text.index("\0")].count("\n") + 1)
    return text


def _encoding(data: bytes) -> tuple[str, int]:
    """Return (codec, where the text starts). Only encodings in which no other markup can hide are read."""
    if data.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        raise _unknown_encoding()
    for mark, codec in ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")):
        if data.startswith(mark):
            return codec, len(mark)
    for first, codec in ((b"<\0", "utf-16-le"), (b"\0<", "utf-16-be")):
        if data.startswith(first):
            return codec, 0
    declared = _DECLARATION.match(data)
    if declared is None:
        return "utf-8", 0
    codec_named = _ENCODINGS.get(declared[1].decode("ascii").lower())
    if codec_named is None:
        raise _unknown_encoding()
    return codec_named, 0


def _without_declaration(text: str) -> str:
    """Blank out the XML declaration, whose encoding no longer holds, and keep its lines so that line numbers stay right."""
    declaration = _XML_DECLARATION.match(text)
    if declaration is None:
        return text
    return "\n" * declaration[0].count("\n") + text[declaration.end() :]


def _refuse_before_parsing(text: str) -> int:
    """Look at what comes before the first element, and return that element's line."""
    prolog = _PROLOG.match(text)
    assert prolog is not None
    start = prolog.end()
    line = text.count("\n", 0, start) + 1
    if text[start : start + 9].upper() == "<!DOCTYPE":
        raise _doctype(line)
    if not text.startswith("<", start):
        raise Unreadable("NOT_XML", line, "this is not an XML document", "Send the exchange document itself, as XML.")
    # An element needs at least one "<", and most need two; an attribute or a namespace needs a "=".
    if text.count("<") > 2 * MAX_ELEMENTS or text.count("=") > MAX_ELEMENTS:
        raise _too_many_elements()
    return line


def _built(source: etree._Element) -> Tree:
    root = _element(source, None)
    dropped: dict[str, None] = {}
    waiting = [(source, root, 1)]
    count = 0
    while waiting:
        here, element, depth = waiting.pop()
        count += 1
        if count > MAX_ELEMENTS:
            raise _too_many_elements()
        if depth > MAX_DEPTH:
            raise Unreadable(
                "TOO_DEEP",
                element.line,
                f"elements are nested deeper than {MAX_DEPTH} levels",
                "No exchange document needs that depth; send the document that the system made.",
            )
        kept: list[tuple[etree._Element, Element, int]] = []
        for child in here.iterchildren("*"):
            made = _element(child, element)
            if is_dropped(made.name):
                if _says_something(child):
                    dropped[made.path] = None
                continue
            element.children.append(made)
            kept.append((child, made, depth + 1))
        waiting.extend(reversed(kept))
    return Tree(root, tuple(dropped)[:MAX_PATHS])


def _element(source: etree._Element, parent: Element | None) -> Element:
    name = etree.QName(source)
    line: int = getattr(source, "sourceline", None) or 1
    if len(name.localname) > MAX_NAME:
        raise Unreadable(
            "NAME_TOO_LONG",
            line,
            f"an element's name is longer than {MAX_NAME} characters",
            "Send the document that the system made.",
        )
    nil = source.get(_NIL, "").strip() in {"true", "1"}
    text = None if nil else normalize("NFC", " ".join((source.text or "").split())) or None
    element = Element(name.localname, name.namespace or "", text, line, parent)
    element.broken = any((child.tail or "").strip() for child in source)
    if len(source.attrib) > MAX_ATTRIBUTES:
        raise Unreadable(
            "TOO_MANY_ATTRIBUTES",
            line,
            f"an element has more than {MAX_ATTRIBUTES} attributes",
            "Send the document that the system made.",
        )
    for key, value in source.items():
        _note_attribute(element, etree.QName(key).localname, str(value).strip(), empty=text is None and len(source) == 0)
    return element


def _note_attribute(element: Element, name: str, value: str, *, empty: bool) -> None:
    """Keep identifiers and references: `id`, `ref` and, since NIEM 5, `uri` with a fragment, which may be either."""
    if name == "id":
        element.identifier = value
    elif name == "ref":
        element.reference = value
    elif name == "uri" and value.startswith("#"):
        if empty:
            element.reference = element.reference or value[1:]
        else:
            element.identifier = element.identifier or value[1:]


def _says_something(source: etree._Element) -> bool:
    """Return whether a part that is dropped holds a text or a reference; an empty one is absent."""
    for element in source.iter():
        if element.get(_NIL, "").strip() in {"true", "1"}:
            continue
        if (element.text or "").strip() or element.attrib:
            return True
    return False


def too_large() -> Unreadable:
    """Return the refusal of a file over the size limit."""
    return Unreadable(
        "TOO_LARGE",
        1,
        f"the file is larger than {MAX_BYTES // (1024 * 1024)} MiB",
        "Send one document to a file, without attachments: images and scanned papers are not collected.",
    )


def _too_many_elements() -> Unreadable:
    return Unreadable(
        "TOO_MANY_ELEMENTS",
        1,
        f"the document has more than {MAX_ELEMENTS} elements or attributes",
        "Send one document to a file, about one person.",
    )


def _doctype(line: int) -> Unreadable:
    return Unreadable(
        "DOCTYPE",
        line,
        "the document has a DOCTYPE, which could define entities",
        "Remove the DOCTYPE; exchange documents need none.",
    )


def _unknown_encoding() -> Unreadable:
    return Unreadable(
        "ENCODING", 1, "the document's encoding is not one that is read here", "Save the document as UTF-8 and send again."
    )


def _not_well_formed(line: int) -> Unreadable:
    return Unreadable(
        "NOT_WELL_FORMED",
        line,
        "the document is not well-formed XML: at this line it breaks off or its markup is wrong",
        "Ask the sending system for a whole copy and send again.",
    )
