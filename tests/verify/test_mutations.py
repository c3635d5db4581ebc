"""A thousand random ways to tamper with a ledger bundle, all found, and the place named."""

from __future__ import annotations

import json
import random
from collections import Counter

import pytest

from pars.core import canonical
from pars.core.cases.court_calendar import Session
from pars.core.cases.session_record import Counts, record_text
from pars.core.ledger import drafts, hook_drafts
from pars.core.ledger.bundle import HEAD_BYTES, MAGIC, read_sections
from pars.core.ledger.entries import Kind
from pars.core.terms import DAY, HOUR, Instant, StatedTime
from tests.agreements import NOW
from tests.dealt import WHOLE
from tests.ledgers import AGREEMENT, HELD, Ledger, hashed, make_version, outsider, staff
from tests.owners import profile_text, rule_text
from tests.verify import mutations
from verify.checks import verify
from verify.report import UNUSABLE, VERIFIED, VIOLATED

COUNTS = Counts(called=4, heard=3, discharged=1, passed=1, unheard=0, unsettled=0, types={"ROR": 2})


def rich_ledger() -> Ledger:
    """Return a ledger with something of everything in it."""
    ledger = Ledger(simulated=1, shift=-DAY)
    ledger.add(drafts.sealer_started(epoch=1))
    made = ledger.serve(make_version(end=NOW + 5 * DAY))
    ledger.add(drafts.user_named(agreement=AGREEMENT, person="sergeant", holds=HELD), staff("registrar"))
    for rows in (0, 1, 2, 5):
        ledger.disclose(made, rows=rows)
        ledger.show(rows=rows)
        ledger.add(drafts.refused(code="NOT_GRANTED", names=["/where/0"]), outsider())
        ledger.add(drafts.case_changed(Kind.ARREST_BOOKED, case=hashed(b"c"), version=rows, detail={}), staff("clerk"))
    first = ledger.disclose(made, by=outsider("sergeant"), stream=len(ledger.entries))
    ledger.disclose(made, by=outsider("sergeant"), stream=first.id)
    ledger.add(
        drafts.stream_closed(agency="sheriff", stream=first.id, reason="SUSPENDED", chunks=2, empty=1), outsider("sergeant")
    )
    asked = {"agency": "sheriff", "version": made.hash, "purpose": "warrant_service", "form": "csv"}
    export = ledger.add(
        drafts.export_opened(**asked, columns=("record", "surname"), filters=("surname",)), outsider("sergeant")
    )
    part = ledger.disclose(made, by=outsider("sergeant"), export=export.id)
    rest = ledger.disclose(made, by=outsider("sergeant"), export=export.id, follows=part.id)
    ended = {"reason": "COMPLETE", "chunks": 2, "dropped": 0, "rows": 4, "last": rest.id, "out": hashed(b"file")}
    ledger.add(drafts.export_closed(agency="sheriff", export=export.id, **ended), outsider("sergeant"))
    hooked = {"agreement": AGREEMENT, "question": hashed(b"q"), "address": hashed(b"a"), "end": NOW + DAY}
    said = {
        "agency": "sheriff",
        "version": made.hash,
        "purpose": "warrant_service",
        "columns": ("record", "surname"),
        "filters": (),
    }
    hook = ledger.add(hook_drafts.hook_registered(**said, **hooked), outsider("sergeant")).id
    ledger.disclose(made, by=outsider("sergeant"), hook=hook, rows=0, columns=("record", "surname"), filters=())
    ledger.add(hook_drafts.hook_removed(agreement=AGREEMENT, hook=hook), outsider())
    ledger.add(drafts.clock_shifted(was=-DAY, shift=0))
    report = ledger.keep(b'{"questions":6}')
    made_report = ledger.add(
        drafts.use_report_made(agreement=AGREEMENT, start=NOW, end=Instant(NOW + HOUR), report=report),
        staff("registrar"),
        at=NOW + HOUR,
    )
    ledger.add(drafts.agreement_replied(agreement=AGREEMENT, report=made_report.id, reply=hashed(b"reply")), outsider())
    adopted = next(entry for entry in ledger.entries if entry.detail.get("seat") == "courts")
    for seat in ("city", "courts"):
        ledger.vote("revoke", seat, made, adopted.id)
    ledger.add(drafts.notice_served(agreement=AGREEMENT, version=made.hash, notice=ledger.keep(b"notice")))
    ledger.adopt_text("profile", profile_text())
    ledger.adopt_text("detainers", rule_text())
    cited = {"rule": "INVENTED_ORDINANCE", "rules": hashed(rule_text())}
    for kind, detail in ((Kind.ARREST_BOOKED, {"profile": hashed(profile_text())}), (Kind.DETAINER_DECIDED, cited)):
        ledger.add(drafts.case_changed(kind, case=hashed(b"d"), version=1, detail=detail), staff("registrar"))
    ledger.add(drafts.forms_printed(site="PDU", form="HEARING", first=1, count=3), staff("registrar"))
    ledger.add(drafts.form_voided(site="PDU", number=2, reason="SPOILED"), staff("registrar"))
    for kind, detail in ((Kind.HEARING_HELD, {"form": "PDU-000003-7"}), (Kind.HANDED_OVER, {"desk": "booking"})):
        ledger.add(drafts.case_changed(kind, case=hashed(b"d"), version=2, detail=detail), staff("registrar"))
    began, closed = Instant(ledger.at - HOUR), None
    for amended in (None, "CORRECTED"):
        text = record_text(Session(starts=StatedTime("2026-11-20T04:00", "UTC"), ends=ledger.at), COUNTS, amended=amended)
        made_record = {**json.loads(text), "starts": began}
        record = ledger.keep(canonical.write(made_record))
        closed = ledger.add(drafts.session_closed(session=began, record=record, amends=closed), staff("registrar")).id
    ledger.points = {1, 9, 20}
    return ledger


BUNDLE = rich_ledger().bundle()
SECTIONS = list(read_sections(BUNDLE))


def test_the_bundle_verifies_as_it_is():
    report = verify(BUNDLE)
    assert report.status == VERIFIED, report.words()
    assert Counter(one.tag for one in SECTIONS) == {b"T": 18, b"L": 1, b"E": 59, b"C": 10, b"N": 4, b"Z": 1}


def check(made: mutations.Mutation) -> None:
    report = verify(made.data)
    assert report.status in {VIOLATED, UNUSABLE}, made.how
    assert report.first is not None
    assert report.first.place
    assert report.first.says
    if (
        report.status == UNUSABLE
    ):  # only where not even the first entry could be reached, or what is there is the beginning of what was sealed
        assert made.index is None
        assert report.told is None or (BUNDLE.startswith(made.data) or WHOLE.bundle().startswith(made.data)), made.how
    if made.index is not None:
        assert report.first.index == made.index, (made.how, report.words())


def test_a_thousand_random_mutations_are_found():
    chance = random.Random(20260701)
    for _ in range(1000):
        check(mutations.random_mutation(BUNDLE, chance))


def test_random_mutations_of_an_agreements_whole_life_are_found():
    chance, data = random.Random(16_34), WHOLE.bundle()
    for _ in range(400):
        check(mutations.random_mutation(data, chance))


@pytest.mark.soak
def test_twenty_thousand_random_mutations_are_found():
    chance = random.Random(99)
    for _ in range(20_000):
        check(mutations.random_mutation(BUNDLE, chance))


def test_every_head_of_a_section_counts():
    for at in [0, len(MAGIC) - 1, *(one.offset + part for one in SECTIONS for part in range(5))]:
        bit = at % 8
        check(mutations.Mutation(f"byte {at} bit {bit}", BUNDLE[:at] + bytes([BUNDLE[at] ^ 1 << bit]) + BUNDLE[at + 1 :]))


@pytest.mark.parametrize("part", range(5))
def test_where_a_side_rows_head_is_torn_the_side_row_is_named_and_no_entry(part):
    for at, one in enumerate(SECTIONS):
        if one.tag == b"C":
            place = one.offset + part
            report = verify(BUNDLE[:place] + bytes([BUNDLE[place] ^ 1]) + BUNDLE[place + 1 :])
            assert report.first is not None
            index = sum(before.tag == b"E" for before in SECTIONS[:at]) - 1
            told = (report.first.index, report.first.place)
            assert told == (None, f"the side row of the entry at index {index}"), report.words()


@pytest.mark.parametrize("part", range(1, 5))
def test_where_the_length_of_any_other_part_is_torn_no_entry_and_no_other_text_is_blamed(part):
    for one in SECTIONS:
        if one.tag in {b"T", b"L", b"N"}:
            place = one.offset + part
            report = verify(BUNDLE[:place] + bytes([BUNDLE[place] ^ 1]) + BUNDLE[place + 1 :])
            assert report.first is not None
            assert report.first.index is None, (one.tag, report.words())
            assert report.first.offset in {one.offset, one.offset + HEAD_BYTES}, (one.tag, report.words())


def entries_at() -> list[int]:
    return [number for number, one in enumerate(SECTIONS) if one.tag == b"E"]


@pytest.mark.parametrize("fixed", [False, True])
@pytest.mark.parametrize("how", ["drop", "double", "swap", "change"])
def test_an_entry_dropped_doubled_swapped_or_changed_is_named(how, fixed):
    """With the trailer worked out anew too: it is the signed root that finds it, and the list of leaf hashes that tells which."""
    numbers = entries_at()
    for index, at in enumerate(numbers):
        parts = [(one.tag, one.body) for one in SECTIONS]
        if how == "drop":
            del parts[at]
        elif how == "double":
            parts.insert(at, parts[at])
        elif how == "swap":
            other = numbers[(index + 3) % len(numbers)]
            parts[at], parts[other] = parts[other], parts[at]
        else:
            parts[at] = (b"E", parts[at][1].replace(b'"salt":"', b'"salt":"00', 1)[: len(parts[at][1])])
        expected = {"double": index + 1, "swap": min(index, (index + 3) % len(numbers))}.get(how, index)
        report = verify(mutations.joined(parts, fixed=fixed))
        assert report.status == VIOLATED
        assert report.first is not None
        assert report.first.index == expected, (index, report.words())


def test_a_bundle_cut_anywhere_is_found():
    for cut in range(0, len(BUNDLE), 101):
        report = verify(BUNDLE[:cut])
        assert report.status in {VIOLATED, UNUSABLE}, cut
        assert report.first is not None
        assert report.first.place


def test_nothing_may_follow_the_trailer():
    for more in (b"\0", b"Z", mutations.section(b"Z", b""), mutations.section(b"E", b"")):
        check(mutations.Mutation(f"{more!r} at the end", BUNDLE + more))
