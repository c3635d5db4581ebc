"""The fold on answers: each must be covered by its authority as it stood at the answer's own time."""

from __future__ import annotations

import pytest

from pars.core.access.decision import GUARD
from pars.core.ledger import drafts
from pars.core.ledger.entries import By
from pars.core.terms import DAY, HOUR, SECOND, Instant
from tests.agreements import NOW
from tests.ledgers import AGREEMENT, HELD, PERSON, Ledger, hashed, make_version, outsider, staff

REGISTRAR = staff("registrar")
END = NOW + DAY


def served(changes=None):
    ledger = Ledger()
    return ledger, ledger.serve(make_version(changes, end=END))


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({}, None),
        ({"rows": 50}, None),
        ({"rows": 0}, None),
        ({"rows": 51}, "TOO_MANY_ROWS"),
        ({"columns": ("record", "district")}, "NOT_GRANTED"),
        ({"filters": ("district",)}, None),
        ({"filters": ("next_hearing",)}, "NOT_GRANTED"),
        ({"columns": ("record", "incident_number")}, "NOT_GRANTED"),  # the law's, on a question that names nobody
        ({"columns": ("record", "incident_number"), "filters": ("surname", "given")}, None),
        ({"purpose": "other"}, "UNKNOWN_PURPOSE"),
        ({"purpose": "court_administration"}, None),
        ({"evidence": None}, "NO_EVIDENCE"),
        ({"agency": "other"}, "OTHER_AGENCY"),
        ({"version": hashed(b"other")}, "UNKNOWN_VERSION"),
    ],
)
def test_an_answer_is_within_its_agreement(changes, code):
    ledger, made = served()
    ledger.disclose(made, **changes)
    assert ledger.violation() == code if code else ledger.state()


@pytest.mark.parametrize(
    ("by", "code"),
    [
        (outsider(), None),
        (outsider("stranger"), "NOT_NAMED"),
        (outsider(agreement="none"), "NO_AGREEMENT"),
        (outsider(client="stranger"), "CLIENT_NOT_BOUND"),
        (By(PERSON, "grant:clerk"), "NO_AUTHORITY"),
        (By(PERSON, "floor"), "NO_AUTHORITY"),
        (By(PERSON, "system"), "NO_AUTHORITY"),
    ],
)
def test_an_answer_goes_to_a_named_person_under_an_agreement(by, code):
    ledger, made = served()
    ledger.disclose(made, by=by)
    assert ledger.violation() == code if code else ledger.state()


@pytest.mark.parametrize(
    ("at", "code"), [(END - GUARD - 1, None), (END - GUARD, "ENDING"), (END - 1, "ENDING"), (END, "AGREEMENT_ENDED")]
)
def test_no_answer_comes_so_late_that_it_could_leave_after_the_end(at, code):
    ledger, made = served()
    ledger.disclose(made, at=at)
    assert ledger.violation() == code if code else ledger.state()


def test_a_suspended_agreement_answers_nothing_until_it_is_reinstated():
    ledger, made = served()
    adopted = next(entry for entry in ledger.entries if entry.detail.get("seat") == "courts")
    suspended = ledger.vote("suspend", "city", made, adopted.id)
    ledger.disclose(made)
    assert ledger.violation() == "AGREEMENT_SUSPENDED"
    ledger.entries.pop()
    for seat in ("city", "prosecutor"):
        ledger.vote("reinstate", seat, made, suspended.id)
    ledger.disclose(made)
    assert ledger.state()


def test_a_removed_user_gets_nothing_more():
    ledger, made = served()
    ledger.add(drafts.user_removed(agreement=AGREEMENT, person=PERSON), REGISTRAR)
    ledger.disclose(made)
    assert ledger.violation() == "NOT_NAMED"


def test_an_answer_cites_the_version_in_force():
    ledger, made = served()
    newer = make_version({"/limits/questions_per_day": 5}, number=2, end=END)
    ledger.adopt(newer)
    ledger.disclose(made)
    assert ledger.violation() == "OTHER_VERSION"
    ledger.entries.pop()
    ledger.disclose(newer)
    assert ledger.state()


def test_a_persons_answers_of_a_day_are_counted():
    ledger, made = served({"/limits/questions_per_day": 2})
    ledger.add(drafts.user_named(agreement=AGREEMENT, person="sergeant", holds=HELD), REGISTRAR)
    for person in (PERSON, PERSON, "sergeant", "sergeant"):
        ledger.disclose(made, by=outsider(person))
    assert ledger.state()
    ledger.disclose(made)
    assert ledger.violation() == "LIMIT_REACHED"
    ledger.entries.pop()
    ledger.disclose(made, at=NOW + 22 * HOUR)  # the next day in Philadelphia
    assert ledger.state()


def test_the_answers_of_a_day_are_counted_for_all_together() -> None:
    ledger, made = served({"/limits/questions_per_day_in_all": 3})
    ledger.add(drafts.user_named(agreement=AGREEMENT, person="sergeant", holds=HELD), REGISTRAR)
    for person in (PERSON, PERSON, "sergeant"):
        ledger.disclose(made, by=outsider(person))
    assert ledger.state()
    ledger.disclose(made, by=outsider("sergeant"))
    assert ledger.violation() == "LIMIT_REACHED"
    ledger.entries.pop()
    ledger.disclose(made, at=NOW + 22 * HOUR)  # the next day in Philadelphia
    assert ledger.state()


# ---------------------------------------------------------------- staff


@pytest.mark.parametrize(
    ("changes", "by", "code"),
    [
        ({}, staff("clerk"), None),
        ({"purpose": "duty"}, staff("clerk"), None),
        ({"columns": ("record", "address")}, staff("clerk"), "NOT_GRANTED"),
        ({"filters": ("given",)}, staff("clerk"), "NOT_GRANTED"),
        ({"act": "ledger:read"}, staff("clerk"), "NOT_YOUR_ACT"),
        ({"act": "ledger:read"}, REGISTRAR, None),
        ({}, By("clerk", "grant:registrar"), "OTHER_PERSON"),
        ({}, outsider(), "NO_AUTHORITY"),
        ({}, By("clerk", "system"), "NO_AUTHORITY"),
    ],
)
def test_staff_are_shown_what_their_grant_allows(changes, by, code):
    ledger, _ = served()
    ledger.show(by=by, **changes)
    assert ledger.violation() == code if code else ledger.state()


# ---------------------------------------------------------------- what answers refer to


def test_a_page_follows_an_answer_and_a_repeat_an_entry():
    ledger, made = served()
    first = ledger.disclose(made)
    refused = ledger.add(drafts.refused(code="NO_EVIDENCE"), outsider())
    ledger.disclose(made, follows=first.id)
    ledger.disclose(made, repeats=refused.id)
    ledger.add(drafts.refused(code="NO_EVIDENCE", repeats=first.id), outsider())
    ledger.show(follows=first.id)
    ledger.add(drafts.chunk_dropped(chunk=first.id, reason="TOO_LATE"), outsider())
    assert ledger.state()


@pytest.mark.parametrize(
    "add",
    [
        lambda ledger, made: ledger.disclose(made, follows=0),
        lambda ledger, made: ledger.disclose(made, follows=99),
        lambda ledger, made: ledger.disclose(made, repeats=99),
        lambda ledger, made: ledger.disclose(made, repeats=len(ledger.entries)),
        lambda ledger, made: ledger.show(follows=99),
        lambda ledger, made: ledger.add(drafts.refused(code="X", repeats=99), outsider()),
        lambda ledger, made: ledger.add(drafts.refused(code="X", repeats=len(ledger.entries)), outsider()),
        lambda ledger, made: ledger.add(drafts.chunk_dropped(chunk=0, reason="X"), outsider()),
    ],
)
def test_what_an_answer_refers_to_came_before(add):
    ledger, made = served()
    add(ledger, made)
    assert ledger.violation() == "NO_SUCH_ENTRY"


def closing(stream, chunks):
    return drafts.stream_closed(agency="sheriff", stream=stream, reason="AGREEMENT_ENDED", chunks=chunks, empty=3)


def test_a_stream_says_how_many_chunks_it_gave():
    ledger, made = served()
    first = ledger.disclose(made, stream=len(ledger.entries))
    ledger.disclose(made, stream=first.id)
    ledger.add(closing(first.id, 1), outsider())
    assert ledger.violation() == "CHUNKS"
    ledger.entries.pop()
    ledger.add(closing(first.id, 2), outsider())
    ledger.add(closing(None, 0), outsider())
    assert ledger.state().streams == {}
    ledger.disclose(made, stream=first.id)
    assert ledger.violation() == "NO_SUCH_STREAM"
    ledger.entries.pop()
    ledger.add(closing(None, 1), outsider())
    assert ledger.violation() == "CHUNKS"


def test_a_stream_is_one_persons():
    ledger, made = served()
    ledger.add(drafts.user_named(agreement=AGREEMENT, person="sergeant", holds=HELD), REGISTRAR)
    first = ledger.disclose(made, stream=len(ledger.entries))
    ledger.disclose(made, by=outsider("sergeant"), stream=first.id)
    assert ledger.violation() == "NO_SUCH_STREAM"
    ledger.entries.pop()
    ledger.add(closing(first.id, 1), outsider("sergeant"))
    assert ledger.violation() == "NO_SUCH_STREAM"
    ledger.entries.pop()
    ledger.add(closing(first.id, 1), By(PERSON, f"agreement:{AGREEMENT}", "another-client"))
    assert ledger.state()


def opened(ledger, made, by=None, **changes):
    said = {"agency": "sheriff", "version": made.hash, "purpose": "warrant_service", "form": "csv", **changes}
    draft = drafts.export_opened(**{"columns": ("record", "surname"), "filters": (), **said})
    return ledger.add(draft, by or outsider()).id


def ended(export, chunks, *, last=None, dropped=0, rows=0):
    said = {"chunks": chunks, "dropped": dropped, "rows": rows, "last": last}
    return drafts.export_closed(agency="sheriff", export=export, reason="COMPLETE", out=hashed(b""), **said)


def test_what_only_begins_uses_nothing_up_and_may_be_sealed_after_the_day_s_last_answer():
    ledger, made = served({"/limits/questions_per_day": 1})
    opened(ledger, made)
    ledger.disclose(made)
    export = opened(ledger, made)
    assert export in ledger.state().exports
    ledger.disclose(made, export=export)
    assert ledger.violation() == "LIMIT_REACHED"


def test_an_export_is_a_chain_of_chunks_from_its_opening_to_its_end():
    ledger, made = served()
    export = opened(ledger, made)
    first = ledger.disclose(made, export=export)
    late = ledger.disclose(made, export=export, follows=first.id)
    last = ledger.disclose(made, export=export, follows=first.id)  # the one before was dropped, and is given anew
    assert ledger.state().exports[export].given == {first.id: (None, 2), late.id: (first.id, 2), last.id: (first.id, 2)}
    for wrong in (
        ended(export, 3),
        ended(export, 2, last=last.id),
        ended(export, 2, last=export, dropped=1),
        ended(export, 0, last=last.id, dropped=3),
        ended(export, 4, last=last.id),
        ended(export, 1, last=last.id, dropped=2, rows=2),  # the one that it follows left, too
        ended(export, 2, last=first.id, dropped=1, rows=4),
        ended(export, 2, last=last.id, dropped=1, rows=3),
        ended(export, 0, dropped=3, rows=2),
    ):
        ledger.add(wrong, outsider())
        assert ledger.violation() == "CHUNKS"
        ledger.entries.pop()
    ledger.add(ended(export, 2, last=last.id, dropped=1, rows=4), outsider())
    assert ledger.state().exports == {}
    ledger.disclose(made, export=export, follows=last.id)
    assert ledger.violation() == "NO_SUCH_EXPORT"
    ledger.entries.pop()
    # One that goes on from it begins behind its last chunk.
    resumed = opened(ledger, made, follows=last.id)
    ledger.disclose(made, export=resumed)
    assert ledger.violation() == "CHAIN"
    ledger.entries.pop()
    ledger.disclose(made, export=resumed, follows=first.id)
    assert ledger.violation() == "CHAIN"
    ledger.entries.pop()
    ledger.disclose(made, export=resumed, follows=last.id)
    assert ledger.state()


def test_an_export_that_gave_nothing_closes_too():
    ledger, made = served()
    ledger.add(ended(opened(ledger, made), 0), outsider())
    assert ledger.state().exports == {}


def test_an_export_is_one_persons_under_one_version():
    ledger, made = served()
    ledger.add(drafts.user_named(agreement=AGREEMENT, person="sergeant", holds=HELD), REGISTRAR)
    export = opened(ledger, made)
    ledger.disclose(made, by=outsider("sergeant"), export=export)
    assert ledger.violation() == "NO_SUCH_EXPORT"
    ledger.entries.pop()
    ledger.add(ended(export, 0), outsider("sergeant"))
    assert ledger.violation() == "NO_SUCH_EXPORT"
    ledger.entries.pop()
    newer = make_version({"/limits/questions_per_day": 5}, number=2, end=END)
    ledger.adopt(newer)
    ledger.disclose(newer, export=export)
    assert ledger.violation() == "OTHER_VERSION"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({}, None),
        ({"columns": ("record", "district")}, "NOT_GRANTED"),
        ({"filters": ("next_hearing",)}, "NOT_GRANTED"),
        ({"purpose": "other"}, "UNKNOWN_PURPOSE"),
        ({"version": hashed(b"other")}, "UNKNOWN_VERSION"),
        ({"by": outsider("stranger")}, "NOT_NAMED"),
        ({"by": outsider(client="stranger")}, "CLIENT_NOT_BOUND"),
        ({"by": By(PERSON, "grant:clerk")}, "NO_AUTHORITY"),
        ({"follows": 99}, "NO_SUCH_ENTRY"),
        ({"repeats": 99}, "NO_SUCH_ENTRY"),
    ],
)
def test_an_export_is_opened_as_a_question_is_asked(changes, code):
    ledger, made = served()
    opened(ledger, made, **changes)
    assert ledger.violation() == code if code else ledger.state()


def test_no_export_is_opened_at_the_end():
    ledger, made = served()
    ledger.at = Instant(END - GUARD - SECOND)
    opened(ledger, made)
    assert ledger.violation() == "ENDING"


def test_an_answer_at_an_instant_is_held_against_that_instant():
    """A later entry of an earlier time is covered by how things stood then, a later one of a later time isn't."""
    ledger, made = served()
    ledger.add(drafts.user_named(agreement=AGREEMENT, person="brief", holds=HELD, end=Instant(ledger.at + HOUR)), REGISTRAR)
    until = ledger.at + HOUR - 1_000_000
    ledger.disclose(made, at=until + GUARD)
    ledger.disclose(made, by=outsider("brief"), at=until - GUARD - 1)
    assert ledger.state()
    ledger.disclose(made, by=outsider("brief"), at=until)
    assert ledger.violation() == "NOT_NAMED"
