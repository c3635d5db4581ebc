"""Safe reading: what is no exchange document is rejected in its own words, at once, and repeats nothing of the bytes."""

from __future__ import annotations

import bz2
import gzip
import lzma
import os
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pars.edge.formats.families import one_feed_for_each_owner
from pars.edge.formats.reading import Reading, read_document, read_file
from pars.edge.formats.xml_reading import MAX_BYTES, MAX_DEPTH, MAX_ELEMENTS, Rejected, Unreadable, read_tree

DOCUMENTS = Path(__file__).parent / "documents"
ALL = sorted(DOCUMENTS.glob("*.xml"))
FEEDS = one_feed_for_each_owner("test", "America/New_York")
BOOKING = (DOCUMENTS / "booking_without_arrest.xml").read_text()


def read(data: bytes | str) -> Reading | Rejected:
    return read_document(data.encode() if isinstance(data, str) else data, file="a.xml", feeds=FEEDS)


def code(data: bytes | str) -> str:
    answer = read(data)
    return answer.code if isinstance(answer, Rejected) else "READ"


def inside(part: str) -> str:
    end = BOOKING.rindex("</")
    return BOOKING[:end] + part + BOOKING[end:]


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
DOCTYPES = {
    "billion laughs": f'<!DOCTYPE x [<!ENTITY l0 "ha">{LAUGHS}]>',
    "external entity": '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/hostname">]>',
    "external subset": '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">',
    "parameter entity": '<!DOCTYPE x [<!ENTITY % p SYSTEM "http://127.0.0.1:9/p">%p;]>',
    "empty": "<!DOCTYPE BookingReport>",
    "after a comment": "<!-- <fine> -->\n<?pi <!-- ?>\n<!DOCTYPE x>",
    "in small letters": "<!doctype x>",
}


@pytest.mark.parametrize("doctype", DOCTYPES.values(), ids=DOCTYPES.keys())
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_any_doctype_is_rejected_before_a_parser_sees_it(doctype: str, encoding: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_parser(*_: object) -> None:
        raise AssertionError("a parser was called")

    monkeypatch.setattr("pars.edge.formats.xml_reading.etree.fromstring", no_parser)
    body = doctype + BOOKING.replace("Oriel", "&l11;&f;")
    rejected = read(body.encode(encoding))
    assert isinstance(rejected, Rejected)
    assert rejected.code == "DOCTYPE"
    assert rejected.line == doctype[: doctype.upper().index("<!DOCTYPE")].count("\n") + 1


def test_a_doctype_in_a_comment_or_in_text_is_only_text() -> None:
    assert code("<!-- <!DOCTYPE x> -->" + BOOKING) == "READ"
    assert code(inside("<note><![CDATA[<!DOCTYPE x>]]></note>")) == "READ"


def test_a_doctype_hidden_in_another_encoding_is_not_looked_for_but_refused() -> None:
    for encoding in ("utf-7", "utf-32", "utf-32-le", "cp037", "hz"):
        declared = f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE x [<!ENTITY a "b">]>{BOOKING}'
        assert code(declared.encode(encoding)) in {"ENCODING", "NOT_XML", "NOT_WELL_FORMED"}
        assert code(declared) == "ENCODING", "also where only the name is unusual"


def test_entities_that_nobody_defined_and_inclusions_bring_nothing_in(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("quince")
    assert code(BOOKING.replace("Oriel", "&secret;")) == "NOT_WELL_FORMED"
    include = f'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="{secret.as_uri()}" parse="text"/>'
    answer = read(BOOKING.replace("Oriel", include))
    assert isinstance(answer, Reading)
    assert "quince" not in repr(answer)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_the_same_document_in_each_unicode_encoding(encoding: str) -> None:
    plain, other = read(BOOKING.replace("Tansy", "Tänşy 東")), read(BOOKING.replace("Tansy", "Tänşy 東").encode(encoding))
    assert plain == other
    assert isinstance(plain, Reading)
    assert plain.received.person is not None
    assert plain.received.person.surname == "Tänşy 東"


@pytest.mark.parametrize("encoding", ["ISO-8859-1", "windows-1252", "latin1"])
def test_the_older_one_byte_encodings(encoding: str) -> None:
    body = f'<?xml version="1.0" encoding="{encoding}" standalone="yes"?>\n' + BOOKING.replace("Tansy", "Tänsy")
    answer = read(body.encode(encoding))
    assert isinstance(answer, Reading)
    assert answer.received.person is not None
    assert answer.received.person.surname == "Tänsy"


def test_bytes_that_are_not_the_encoding_they_claim() -> None:
    rejected = read(BOOKING.replace("Tansy", "Tänsy").encode("latin-1"))
    assert isinstance(rejected, Rejected)
    assert (rejected.code, rejected.line) == ("ENCODING", 4)
    assert code('<?xml version="1.0" encoding="us-ascii"?>' + BOOKING.replace("Tansy", "Tänsy")) == "ENCODING"
    assert code(BOOKING.encode("utf-16")[:-1]) == "ENCODING"
    assert code(BOOKING.encode("utf-32")) == "ENCODING"


def test_a_packed_document_is_told_to_be_packed() -> None:
    for packed in (gzip.compress(BOOKING.encode()), bz2.compress(BOOKING.encode()), lzma.compress(BOOKING.encode())):
        rejected = read(packed)
        assert isinstance(rejected, Rejected)
        assert (rejected.code, rejected.what) == ("NOT_XML", "this is a packed file")


@pytest.mark.parametrize("char", ["\x80", "\x9b", "\u202e", "\u2066", "\u200b", "\ufeff"])
def test_a_name_with_characters_that_cannot_be_seen_is_kept_as_given_with_a_doubt(char: str) -> None:
    answer = read(BOOKING.replace("Tansy", f"Tan{char}sy"))
    assert isinstance(answer, Reading)
    assert answer.received.person is not None
    assert answer.received.person.surname == f"Tan{char}sy"
    assert [(doubt.code, doubt.paths) for doubt in answer.received.doubts if doubt.code == "HIDDEN_CHARACTERS"] == [
        ("HIDDEN_CHARACTERS", ("BookingReport/Person/PersonName/PersonSurName",))
    ]


def test_of_a_value_with_elements_between_its_words_the_first_are_read_with_a_doubt() -> None:
    answer = read(BOOKING.replace("Tansy", "Tan<b/>sy"))
    assert isinstance(answer, Reading)
    assert answer.received.person is not None
    assert answer.received.person.surname == "Tan"
    assert "TEXT_BROKEN" in {doubt.code for doubt in answer.received.doubts}
    whole = read(BOOKING.replace("Tansy", "Tan<!-- a comment is no part -->sy"))
    assert isinstance(whole, Reading)
    assert whole.received.person is not None
    assert whole.received.person.surname == "Tansy"
    assert "TEXT_BROKEN" not in {doubt.code for doubt in whole.received.doubts}


def test_letters_of_any_script_leave_no_such_doubt() -> None:
    for name in ("Tänşy 東", "عَلِي", "علی\u200cرضا", "O’Brien–Ødegård"):
        answer = read(BOOKING.replace("Tansy", name))
        assert isinstance(answer, Reading)
        assert "HIDDEN_CHARACTERS" not in {doubt.code for doubt in answer.received.doubts}


def test_names_are_kept_in_one_unicode_form() -> None:
    composed, apart = read(BOOKING.replace("Tansy", "Ta\u0301nsy")), read(BOOKING.replace("Tansy", "Tánsy"))
    assert composed == apart


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ("", "NOT_XML"),
        ("   \n", "NOT_XML"),
        ("hello", "NOT_XML"),
        ('{"arrest": 1}', "NOT_XML"),
        ("<", "NOT_WELL_FORMED"),
        ("<!-- only a comment", "NOT_WELL_FORMED"),
        (BOOKING[:-5], "NOT_WELL_FORMED"),
        (BOOKING.replace("Tansy", "Tan\0sy"), "NOT_WELL_FORMED"),
        (BOOKING.replace("Tansy", "Tan&#0;sy"), "NOT_WELL_FORMED"),
        (BOOKING.replace("Tansy", "Tan\x1bsy"), "NOT_WELL_FORMED"),
        (BOOKING.replace("</nc:PersonSurName>", "</nc:PersonName>"), "NOT_WELL_FORMED"),
        (BOOKING.replace("nc:Person ", "unbound:Person "), "NOT_WELL_FORMED"),
        (BOOKING + BOOKING, "NOT_WELL_FORMED"),
        ("\n" + '<?xml version="1.0"?>' + BOOKING, "NOT_WELL_FORMED"),
        (inside("<a b='1' b='2'/>"), "NOT_WELL_FORMED"),
        ("<x/>", "NOT_A_CASE_DOCUMENT"),
        (BOOKING.replace("Tansy", "T" * 2_001), "VALUE_TOO_LONG"),
        (inside(f"<{'n' * 121}/>"), "NAME_TOO_LONG"),
        (inside("<a " + " ".join(f'b{n}="1"' for n in range(51)) + "/>"), "TOO_MANY_ATTRIBUTES"),
        (inside("<a>" * MAX_DEPTH + "</a>" * MAX_DEPTH), "TOO_DEEP"),
        (inside("<a/>" * MAX_ELEMENTS), "TOO_MANY_ELEMENTS"),
        (inside("<Arrest><a>1</a></Arrest>" * 21), "TOO_MANY"),
        (inside("<Charge><a>1</a></Charge>" * 201), "TOO_MANY"),
    ],
)
def test_what_is_no_document_of_ours(data: str, expected: str) -> None:
    assert code(data) == expected


def test_a_syntax_error_has_its_line_and_our_own_words() -> None:
    rejected = read(BOOKING.replace("</nc:PersonSurName>", "</nc:PersonSurname>"))
    assert isinstance(rejected, Rejected)
    assert rejected.line == 4
    assert rejected.what == "the document is not well-formed XML: at this line it breaks off or its markup is wrong"


def test_files_that_are_too_large_missing_or_no_files(tmp_path: Path) -> None:
    large = tmp_path / "large.xml"
    with large.open("wb") as written:
        written.write(BOOKING.encode())
        written.truncate(52_000_000)
    os.mkfifo(tmp_path / "pipe.xml")
    started = time.monotonic()
    for path, expected in (
        (large, "TOO_LARGE"),
        (tmp_path / "none.xml", "NO_FILE"),
        (tmp_path, "NO_FILE"),
        (tmp_path / "pipe.xml", "NO_FILE"),
        ("a\0b", "NO_FILE"),
    ):
        answer = read_file(path, feeds=FEEDS)
        assert isinstance(answer, Rejected)
        assert (answer.code, answer.file) == (expected, str(path))
    assert time.monotonic() - started < 1
    assert code(b"<" + b"a" * MAX_BYTES) == "TOO_LARGE"


ENDLESS = {
    "deep": "<a>" * 1_700_000,
    "many elements": inside("<a/>" * 400_000),
    "many attributes": inside("<a " + " ".join(f'b{n}="1"' for n in range(200_000)) + "/>"),
    "many namespaces": inside("<a " + " ".join(f'xmlns:b{n}="u{n}"' for n in range(200_000)) + "/>"),
    "long comment": "<!--" + "x" * 4_900_000 + "-->" + BOOKING,
    "open comment": "<!--" + "-" * 5_000_000,
    "many comments": "<!---->" * 600_000 + BOOKING,
    "many instructions": "<?" * 2_000_000,
    "white space": " " * 5_000_000 + BOOKING,
    "long text": inside("<a>" + "x" * 4_900_000 + "</a>"),
    "flat": inside("<a>t</a>" * (MAX_ELEMENTS - 100)),
    "as many names": inside("".join(f"<a{n}>t</a{n}>" for n in range(MAX_ELEMENTS - 100))),
    "one wide association": inside("<OffenseChargeAssociation>" + '<a ref="x"/>' * 19_000 + "</OffenseChargeAssociation>"),
    "many words on custody": inside("<CustodyStatusText>In Jail</CustodyStatusText>" * 19_000),
    "many roles": inside('<BookingSubject><RoleOfPerson ref="x"/></BookingSubject>' * 9_000),
    "a chain of references": inside("".join(f'<a id="r{n}" ref="r{n + 1}"><b/></a>' for n in range(9_000))),
}


@pytest.mark.parametrize("text", ENDLESS.values(), ids=ENDLESS.keys())
def test_no_document_takes_long(text: str) -> None:
    started = time.process_time()
    code(text)
    assert time.process_time() - started < 8, "about a second where nothing measures coverage"


# ---------------------------------------------------------------- whatever the bytes are

documents = st.sampled_from([path.read_bytes() for path in ALL])


def same_or_rejected(data: bytes) -> None:
    answer = read(data)
    assert isinstance(answer, (Reading, Rejected))
    if isinstance(answer, Rejected):
        assert answer.code != "READER_FAILED"
        assert answer.line >= 1
        assert answer.what
        assert answer.remedy


@given(st.binary(max_size=400))
def test_any_bytes(data: bytes) -> None:
    same_or_rejected(data)


@settings(max_examples=200)
@given(documents, st.data())
def test_a_document_with_bytes_flipped_cut_or_moved(document: bytes, data: st.DataObject) -> None:
    broken = bytearray(document)
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(broken) - 1))
        match data.draw(st.sampled_from(["flip", "cut", "insert", "drop"])):
            case "flip":
                broken[place] ^= data.draw(st.integers(1, 255))
            case "cut":
                del broken[max(place, 1) :]
            case "insert":
                broken[place:place] = data.draw(
                    st.sampled_from([b"<", b">", b"&", b"\0", b"\xff", b"<!DOCTYPE x>", b"\xef\xbb\xbf", b"]]>"])
                )
            case _:
                del broken[place : place + data.draw(st.integers(1, 40))]
        if not broken:
            break
    same_or_rejected(bytes(broken))


@settings(max_examples=200)
@given(documents, st.randoms(use_true_random=False))
def test_a_document_whose_elements_were_moved_dropped_or_doubled(document: bytes, random: object) -> None:
    shuffled = _mixed(document, random)
    same_or_rejected(shuffled)


def _mixed(document: bytes, random: object) -> bytes:
    """Return the document with some of its elements dropped, doubled, moved into others or renamed. Still well-formed."""
    from copy import deepcopy
    from random import Random

    from lxml import etree

    assert isinstance(random, Random)
    root = etree.fromstring(document)
    for _ in range(random.randint(1, 6)):
        elements = list(root.iterdescendants("*"))
        if len(elements) < 2:
            break
        one, other = random.sample(elements, 2)
        match random.randint(0, 4):
            case 0:
                one.getparent().remove(one)
            case 1:
                one.addnext(deepcopy(other))
            case 2 if other not in one.iterdescendants():
                other.append(one)
            case 3:
                one.tag = other.tag
            case _:
                one.text = random.choice(["", "  ", "true", "0", "2026-02-30", "9999-12-31", "0000", "x" * 50, None])
    return etree.tostring(root)


def test_the_tree_alone_refuses_by_its_own_exception() -> None:
    with pytest.raises(Unreadable):
        read_tree(b"no")
