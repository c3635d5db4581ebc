"""The main job as a story in beats. Each says what was done, what that proves, and the entry that proves it; each is checked.

Everything goes through the running server over HTTP, as other systems do it, except what an operator does at the machine: taking
in a file, voting with the keys that a demo keeps, exporting the ledger.
"""

from __future__ import annotations

import time
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from pars.actions import agreeing, founding, publishing, reviewing
from pars.core.terms import HOUR, SECOND, Instant, moment
from pars.edge.city import agreements, founded, rearm
from pars.edge.city.beat import NotHeld, Story, Told, need
from pars.edge.city.story_case import arraigned, charged, detainer_answered, document_arrives, interviewed
from pars.edge.city.talking import Listening
from pars.edge.problems import traced
from verify.__main__ import check_file

if TYPE_CHECKING:
    from collections.abc import Callable


__all__ = ["Story", "play_story"]

ENDS_IN = 7.0
"""Seconds the warrant desk's agreement has left in the story, from the vote on."""

LATE = 0.25
"""Seconds after the end in which the closing message may arrive; a record may not arrive after it at all."""


def play_story(story: Story, say: Callable[[str], None]) -> bool:
    """Play every beat; return whether each held. A beat that fails is told, and the rest are left."""
    for number, (title, beat) in enumerate(BEATS, start=1):
        say(f"\n{number}. {title}")
        try:
            told = beat(story)
        except NotHeld as failed:
            say(f"   DID NOT HOLD: {failed}")
            return False
        except Exception as broken:  # noqa: BLE001  a beat that breaks proves nothing, whatever broke it
            say(f"   DID NOT HOLD: it broke ({traced(broken)})")
            return False
        say(f"   Done:   {told.done}")
        say(f"   Proves: {told.proves}")
        if told.entry is not None:
            say(f"   Entry:  {told.entry}")
    return True


# ---------------------------------------------------------------- the agreement


QUESTION: dict[str, Any] = {
    "purpose": "supervision",
    "columns": ["record", "surname", "birth_date", "arrest_date", "filed_charges"],
    "evidence": {"kind": "case_number", "value": "CN-2026-114"},
}
WARRANT: dict[str, Any] = {
    "purpose": "warrant_service",
    "columns": ["record", "surname", "arrest_agency"],
    "evidence": {"kind": "warrant_number", "value": "W-2026-9"},
}


def agency_asks(story: Story) -> Told:
    """Only what is granted."""
    where = [{"column": "surname", "is": story.surname}]
    status, said = story.ask("supervision", {**QUESTION, "where": where})
    need(status == 200, f"the question was not answered: {said}")
    need(len(said["records"]) == 1, "the record in scope was not given")
    need(set(said["records"][0]) == set(QUESTION["columns"]), "other columns than the asked ones were given")
    need(said["records"][0]["birth_date"] == 1990, "the birth date was not reduced to its year")
    entry = said["receipt"]["entry"]
    status, no = story.ask("supervision", {**QUESTION, "columns": ["surname", "birthplace"], "where": where})
    need(status == 403 and "birthplace" in no["detail"], f"the birthplace was not refused by name: {no}")
    story.receipts["refused"] = no["receipt"]["entry"]
    return Told(
        "the bureau asked about one person and got five columns, the birth date as a year; asked for a birthplace, it was refused by name",
        f"nothing ungranted is answered, and a refusal leaves an entry too ({no['receipt']['entry']})",
        entry,
    )


def use_is_voted_on(story: Story) -> Told:
    """The record of use before the owners, who vote."""
    end = publishing.now()
    report = reviewing.use_report("warrant-desk", Instant(end - 31 * 24 * HOUR), end)
    text = reviewing.report_text(report)
    put = agreeing.put_report(
        agreement="warrant-desk", start=Instant(end - 31 * 24 * HOUR), end=end, text=text, by=story.city.by("law")
    )
    need(not hasattr(put, "refusal"), "the report was refused")
    ends = rearm.vote_end(story.city, agreements.WARRANTS, ENDS_IN)
    story.receipts["ends"] = ends
    found = publishing.agreement("warrant-desk")
    assert found is not None
    need(found.stands.state == "IN_FORCE" and found.stands.version.term.end == ends, "the vote did not adopt the version")
    return Told(
        f"the sheet of use ({report.answered} answered, {report.refused} refused) went to owners and agency alike; two of three voted a last version",
        f"votes are signed over one text, sha256 {sha256(text).hexdigest()[:12]}… is the sheet's; access ends at {moment(ends, agreements.ZONE):%H:%M:%S %Z}",
        put.entry,
    )


def notice_is_posted(story: Story) -> Told:
    """Public, with what an end doesn't stop."""
    found = publishing.agreement("warrant-desk")
    assert found is not None
    text = reviewing.result_notice_text(found.agreement, found.at)
    done = agreeing.serve_notice(
        agreement="warrant-desk", version=found.stands.version.hash, text=text, channel="public_page", by=story.city.by("law")
    )
    need(not hasattr(done, "refusal"), "the notice was refused")
    return Told(
        "the result is public: who may ask what, until when, how it was voted",
        "and what an end doesn't stop: copies already taken, other channels",
        done.entry,
    )


def agreement_ends(story: Story) -> Told:
    """The end is the end."""
    stream = Listening(
        story.url,
        "/v1/events?purpose=warrant_service&columns=record,surname,arrest_agency&snapshot=1",
        story.tokens["sheriff"],
        {"PARS-Evidence": "warrant_number W-2026-9"},
    ).start()
    other = Listening(
        story.url,
        "/v1/events?purpose=supervision&columns=record,surname,arrest_date&snapshot=1",
        story.tokens["supervision"],
        {"PARS-Evidence": "case_number CN-2026-114"},
    ).start()
    need(stream.status == 200 and other.status == 200, f"a stream did not open: {stream.status}, {other.status}")
    left = (story.receipts["ends"] - publishing.now()) / SECOND
    ends = time.monotonic() + left
    need(left > 0, "the agreement ended before its stream was open")
    need(stream.closed.wait(left + 5), "the stream did not close")
    need(stream.records > 0, "the stream gave no record while the agreement was in force")
    need(stream.last < ends + LATE, "a record arrived after the end")
    need(stream.end is not None, "the stream closed without saying why")
    status, no = story.ask("sheriff", WARRANT)
    need(status == 403 and no["reason"] == "AGREEMENT_ENDED", f"the next question was not refused as ended: {no}")
    status, said = story.ask("supervision", {**QUESTION, "where": [{"column": "surname", "is": story.surname}]})
    need(status == 200 and len(said["records"]) == 1, "the other agency was disturbed")
    need(not other.closed.is_set(), "the other agency's stream closed")
    other.stop()
    return Told(
        "the sheriff's stream was open when the agreement ended: it closed at that instant and said why; the next question was refused",
        "no record leaves at or after the end; the other agency's stream and questions go on",
        no["receipt"]["entry"],
    )


def suspended_and_reinstated(story: Story) -> Told:
    """One owner suspends at once; the quorum reinstates."""
    found = publishing.agreement("victim-notice")
    assert found is not None
    question = {
        "purpose": "victim_notice",
        "columns": ["record", "next_hearing"],
        "evidence": {"kind": "docket", "value": "MC-51-CR-0000001-2026"},
        "where": [{"column": "surname", "is": story.surname}],
    }
    standing, version = found.stands, found.stands.version.hash
    done = founded.vote(
        story.city, agreement="victim-notice", version=version, choice="suspend", seat="city", answers=standing.answers
    )
    status, no = story.ask("victims", question)
    need(status == 403 and no["reason"] == "AGREEMENT_SUSPENDED", f"a suspended agreement answered: {status} {no}")
    for seat in ("courts", "prosecutor"):
        founded.vote(story.city, agreement="victim-notice", version=version, choice="reinstate", seat=seat, answers=done.entry)
    status, said = story.ask("victims", question)
    need(status == 200, f"the reinstated agreement doesn't answer: {said}")
    return Told(
        "the city suspended the victims' office at once; two owners reinstated it",
        "to narrow one owner is enough, to widen it takes the quorum",
        done.entry,
    )


def stranger_checks(story: Story) -> Told:
    """The ledger, offline."""
    story.bundle = story.home / "story.pars"
    size = founding.export(story.bundle)
    good = check_file(story.bundle)
    need(good.status == 0, f"the bundle does not verify: {good.words()}")
    data = bytearray(story.bundle.read_bytes())
    data[len(data) * 2 // 3] ^= 1
    changed = story.home / "story-changed.pars"
    changed.write_bytes(data)
    bad = check_file(changed)
    need(bad.status == 1, "one changed byte was not found")
    where = bad.findings[0]
    return Told(
        f"{size} entries were exported and verified without server, database or network; then one byte was changed",
        f"the verifier named the place, index {where.index}: {where.says} ({where.what})",
        where.entry,
    )


BEATS: tuple[tuple[str, Callable[[Story], Told]], ...] = (
    ("A document comes in", document_arrives),
    ("The prosecutor decides the charges", charged),
    ("Pretrial services interview", interviewed),
    ("The court arraigns and sets release", arraigned),
    ("A detainer is answered; the release goes out on time", detainer_answered),
    ("An agency asks under its agreement", agency_asks),
    ("The record of use is put before the owners, who vote", use_is_voted_on),
    ("The result is public", notice_is_posted),
    ("The agreement ends while its stream is open", agreement_ends),
    ("An agreement is suspended and reinstated", suspended_and_reinstated),
    ("A stranger checks the ledger", stranger_checks),
)
