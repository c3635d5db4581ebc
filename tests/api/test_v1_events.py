"""`GET /v1/events`: what is new under one agreement, each event an answer of its own, until the agreement's end and no longer."""

from __future__ import annotations

import json
import socket
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from pars.actions import agreeing
from pars.core.ledger.closing import signed_by
from pars.core.ledger.entries import Kind
from pars.core.terms import HOUR, SECOND, Instant, moment
from pars.edge.deliver import Reply, Why
from pars.edge.streams import Ending, Opened, Quiet, Tally, entry_of
from pars.store import ledger, vault
from tests.api.houses import House, arrest, done, question
from tests.api.test_v1_questions import refused

if TYPE_CHECKING:
    from collections.abc import Iterator

PATIENCE = 20.0


@dataclass
class Reader:
    """One open stream, read in a thread: its events with the moment each came, and whether it is over."""

    url: str
    headers: dict[str, str]
    events: list[tuple[float, str, dict[str, Any], str | None]] = field(default_factory=list)
    status: int = 0
    over: threading.Event = field(default_factory=threading.Event)
    socket: socket.socket | None = None

    def read(self) -> None:
        """Read until the stream ends."""
        try:
            with httpx.stream("GET", self.url, headers=self.headers, timeout=PATIENCE) as answer:
                self.status = answer.status_code
                self.socket = answer.extensions["network_stream"].get_extra_info("socket")
                part: dict[str, str] = {}
                for line in answer.iter_lines():
                    name, _, value = line.partition(": ")
                    if line:
                        part[name] = value
                    elif "data" in part:
                        self.events.append((time.monotonic(), part["event"], json.loads(part["data"]), part.get("id")))
                        part = {}
        except httpx.HTTPError:
            self.status = self.status or -1
        finally:
            self.over.set()

    def leave(self) -> None:
        """Leave, as a client that is gone does."""
        if self.socket is not None and not self.over.is_set():
            with suppress(OSError):
                self.socket.shutdown(socket.SHUT_RDWR)

    def wait(self, name: str, count: int = 1) -> list[dict[str, Any]]:
        """Return the events of a name, once so many have come."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            found = [data for _, event, data, _ in list(self.events) if event == name]
            if len(found) >= count:
                return found
            time.sleep(0.01)
        raise AssertionError(f"{count} × {name} never came: {[event for _, event, _, _ in self.events]}")

    @property
    def ids(self) -> list[str]:
        """The ids of what came."""
        return [number for *_, number in self.events if number is not None]

    def surnames(self) -> list[str]:
        """Every surname that came, in order."""
        return [row["surname"] for _, event, data, _ in self.events if event == "records" for row in data["records"]]


def signed_over(reader: Reader) -> None:
    """See that the stream's last event accounts for each event of records that came, and is signed with the ledger's key."""
    came = [(number, data) for _, name, data, number in reader.events if name == "records"]
    end = reader.events[-1][2]
    rest = [json.dumps(data, ensure_ascii=False, separators=(",", ":")) for _, data in came]
    sent = "".join(f"id: {number}\nevent: records\ndata: {text}\n\n" for (number, _), text in zip(came, rest, strict=True))
    assert (end["chunks"], end["out"]) == (len(came), sha256(sent.encode()).hexdigest())
    assert end.get("last") == (int(came[-1][0]) if came and came[-1][0] else None)
    key = vault.log_key().public_key().public_bytes_raw()
    assert signed_by(end, key, vault.verify)
    for changed in ({"chunks": end["chunks"] + 1}, {"why": "COMPLETE"}, {"ledger": "pars.test/other"}):
        assert not signed_by({**end, **changed}, key, vault.verify)


@contextmanager
def listening(house: House, who: str, *, query: str = "", **headers: str) -> Iterator[Reader]:
    """Listen to what is new under an agency's agreement; leave at the end."""
    asked = question(who)
    told = asked["evidence"]
    url = f"{house.url}/v1/events?purpose={asked['purpose']}&columns=record,surname{query}"
    known = {"Authorization": f"Bearer {house.tokens[who]}", "PARS-Evidence": f"{told['kind']} {told['value']}", **headers}
    reader = Reader(url, known)
    thread = threading.Thread(target=reader.read, daemon=True)
    thread.start()
    try:
        reader.wait("open")
        yield reader
    finally:
        reader.leave()
        thread.join(5)


def resumed(house: House, who: str, last: str) -> httpx.Response:
    """Try to go on after an event; return the answer."""
    asked = question(who)
    told = {"Authorization": f"Bearer {house.tokens[who]}", "Last-Event-ID": last}
    told |= {"PARS-Evidence": "{kind} {value}".format(**asked["evidence"])}
    return httpx.get(f"{house.url}/v1/events?purpose={asked['purpose']}&columns=record,surname", headers=told, timeout=10)


def book(house: House, surname: str, *, arrested: str | None = None) -> str:
    """Enter an arrest that was made an hour ago, unless `arrested` says when."""
    body = arrest(surname)
    body["arrests"][0]["time"] = arrested or moment(Instant(ledger.now() - HOUR)).isoformat()
    answer = house.post("/v1/arrests", body, "booking")
    assert answer.status_code == 201, answer.content
    case_id: str = answer.json()["case_id"]
    return case_id


def charged(house: House, surname: str) -> None:
    """Book somebody whom the supervision bureau may see: the prosecutor has filed a charge."""
    path = f"/v1/cases/{book(house, surname)}"
    assert house.post(f"{path}/submission", None, "booking", seen=1).status_code == 200
    facts = house.get(path, "charging").json()["facts"]
    choices = [{"decision": "APPROVE", "proposed": fact["n"]} for fact in facts if fact["kind"] == "charge_proposed"]
    assert house.post(f"{path}/charge-decisions", {"choices": choices}, "charging", seen=2).status_code == 200


def renamed(house: House, case_id: str, surname: str) -> None:
    """Correct the surname that was claimed."""
    found = house.get(f"/v1/cases/{case_id}", "booking").json()
    (was,) = (fact for fact in found["facts"] if fact["kind"] == "identity_claimed")
    body = {
        "why": "heard again",
        "identities": [{"surname": surname, "given": "Ann", "birth_date": "1980-05-01", "corrects": was["n"]}],
    }
    answer = house.post(f"/v1/cases/{case_id}/corrections", body, "booking", seen=found["version"])
    assert answer.status_code == 200, answer.content


def closings(house: House, count: int) -> list[Any]:
    """Return the last closing entries, once there are so many."""
    for _ in range(200):
        found = house.last_entries(Kind.STREAM_CLOSED, count)
        if len(found) >= count:
            return found
        time.sleep(0.02)
    raise AssertionError("the closing was never entered")


def fold_is_sound(house: House) -> None:
    """See that the ledger, with all these streams in it, is one that a stranger would accept."""
    from pars.store import fsck

    assert fsck.fsck() == ()
    del house


# ---------------------------------------------------------------- what comes


def test_what_is_new_or_changed_comes_and_nothing_that_was_there(own_house: House) -> None:
    own_house.agree("sheriff")
    before = book(own_house, "Before")
    with listening(own_house, "sheriff") as reader:
        opened = reader.wait("open")[0]
        assert opened["agreement"]["id"] == "warrant-desk"
        book(own_house, "First")
        (event,) = reader.wait("records")
        assert [row["surname"] for row in event["records"]] == ["First"]
        assert event.keys() == {"records", "agreement", "as_of", "receipt", "never_shown"}
        first = own_house.entry(event["receipt"]["entry"])
        assert (first.kind, first.detail["stream"]) == (Kind.DISCLOSED, first.id)
        assert reader.ids == [str(first.id)]

        # A change of one that was there comes too; one outside the agreement's rows never does, nor an act that changes nothing shown.
        own_house.post("/v1/arrests", arrest("Child", born="2015-01-01"), "booking")
        own_house.post(f"/v1/cases/{before}/submission", None, "booking", seen=1)
        time.sleep(1.2)
        assert reader.surnames() == ["First"]
        renamed(own_house, before, "Before-Corrected")
        second = own_house.entry(reader.wait("records", 2)[1]["receipt"]["entry"])
        assert second.detail["stream"] == first.id
        assert reader.surnames() == ["First", "Before-Corrected"]
    (closed,) = closings(own_house, 1)
    assert closed.detail["reason"] == "GONE"
    assert (closed.detail["stream"], closed.detail["chunks"]) == (first.id, 2)
    assert closed.detail["empty"] >= 2
    fold_is_sound(own_house)


def history(house: House, surname: str) -> str:
    """Enter an arrest of ten years ago, from the file of old ones."""
    return book(house, surname, arrested="2016-03-01T02:10:00-05:00")


def test_edge_46_ten_years_of_arrests_entered_today_are_no_news_to_anybody(own_house: House) -> None:
    own_house.agree("sheriff")
    known = history(own_house, "Old-Known")
    with listening(own_house, "sheriff") as reader:
        entered = [history(own_house, f"Old-{n}") for n in range(3)]
        for n, case_id in enumerate(entered):  # nor is what the rest of the file says of them
            renamed(own_house, case_id, f"Old-{n}-Corrected")
        book(own_house, "New")
        reader.wait("records")
        # What an agency could see before the stream was opened is told when it changes, however old the arrest.
        renamed(own_house, known, "Old-Known-Corrected")
        reader.wait("records", 2)
        time.sleep(1.2)
        assert reader.surnames() == ["New", "Old-Known-Corrected"]
        last = reader.ids[-1]
    with listening(own_house, "sheriff", **{"Last-Event-ID": last}) as reader:
        book(own_house, "Next")
        reader.wait("records")
        time.sleep(1.2)
        assert not [name for name in reader.surnames() if name.startswith(("Old-0", "Old-1", "Old-2"))]
    # Whoever asks gets them like any other record.
    asked = question("sheriff")
    answer = own_house.ask(
        "sheriff", {**asked, "columns": ["surname"], "where": [{"column": "surname", "is": "Old-1-Corrected"}]}
    )
    assert [row["surname"] for row in answer.json()["records"]] == ["Old-1-Corrected"]
    fold_is_sound(own_house)


def test_a_snapshot_comes_first_where_it_is_asked_for_in_pieces_of_the_agreed_size(own_house: House) -> None:
    own_house.agree("sheriff", limits={"questions_per_day": 50, "rows_per_reply": 2})
    for name in ("A", "B", "C"):
        book(own_house, name)
    with listening(own_house, "sheriff", query="&snapshot=1") as reader:
        events = reader.wait("records", 2)
        assert [len(event["records"]) for event in events] == [2, 1]
        assert sorted(reader.surnames()) == ["A", "B", "C"]


def test_a_stream_resumes_after_its_last_event(own_house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    from pars.actions.disclosing import streams

    monkeypatch.setattr(streams, "OVERLAP", 0)
    own_house.agree("sheriff")
    with listening(own_house, "sheriff") as reader:
        book(own_house, "Seen")
        reader.wait("records")
        last = reader.ids[-1]
    book(own_house, "Missed")
    with listening(own_house, "sheriff", **{"Last-Event-ID": last}) as reader:
        reader.wait("records")
        assert reader.surnames() == ["Missed"]
    monkeypatch.undo()
    # What was being written around the last event comes twice rather than never.
    with listening(own_house, "sheriff", **{"Last-Event-ID": last}) as reader:
        reader.wait("records")
        assert sorted(reader.surnames()) == ["Missed", "Seen"]


def test_an_event_that_was_dropped_is_told_again_and_one_that_left_is_not(own_house: House) -> None:
    from pars.edge.api.events import Listening

    own_house.agree("sheriff")
    book(own_house, "Told")
    asked = question("sheriff")
    heard = Listening(
        authorization=f"Bearer {own_house.tokens['sheriff']}",
        evidence="{kind} {value}".format(**asked["evidence"]),
        last_event=None,
        query=[("purpose", asked["purpose"]), ("columns", "record,surname"), ("snapshot", "1")],
    )
    assert isinstance(heard.opening(), Opened)
    late, again = heard.beat(None), heard.beat(None)  # the first didn't leave
    assert isinstance(late, Reply)
    assert isinstance(again, Reply)
    assert entry_of(late.chunk) != entry_of(again.chunk), "it was decided and entered anew"
    assert b"Told" in late.body
    assert b"Told" in again.body
    heard.dropped(late.chunk, Why.LATE)
    assert isinstance(heard.beat(again), Quiet)
    book(own_house, "Next")
    more = heard.beat(again)
    assert isinstance(more, Reply)
    assert b"Next" in more.body
    assert b"Told" not in more.body
    heard.closing(Ending(why=Why.GONE), Tally(sent=1, last=again))
    fold_is_sound(own_house)


def test_a_late_renewal_does_not_give_back_the_gap(own_house: House) -> None:
    from pars.actions.disclosing import streams

    own_house.agree("sheriff", lasts=3 * SECOND)
    with listening(own_house, "sheriff") as reader:
        book(own_house, "Seen")
        reader.wait("records")
        last = reader.ids[-1]
        reader.wait("end")
    book(own_house, "InTheGap")
    own_house.agree("sheriff", number=2)
    with listening(own_house, "sheriff", **{"Last-Event-ID": last}) as reader:
        book(own_house, "AfterTheGap")
        reader.wait("records")
        assert reader.surnames() == ["AfterTheGap"]
    assert streams.OVERLAP > 3 * SECOND, "the overlap reaches back over the gap, and is cut there"


def test_a_stream_goes_on_under_a_version_that_follows_without_a_gap(own_house: House) -> None:
    made = own_house.agree("sheriff", lasts=3 * SECOND)
    own_house.agree("sheriff", number=2, start=made.term.end, lasts=HOUR)
    with listening(own_house, "sheriff") as reader:
        while ledger.now() < made.term.end + SECOND:
            time.sleep(0.05)
        book(own_house, "Later")
        (event,) = reader.wait("records")
        assert event["agreement"]["number"] == 2
        assert not reader.over.is_set()
    fold_is_sound(own_house)


# ---------------------------------------------------------------- the end


def test_at_the_end_the_stream_closes_by_itself_and_another_agencys_goes_on(own_house: House) -> None:
    made = own_house.agree("sheriff", lasts=4 * SECOND)
    own_house.agree("supervision")
    with listening(own_house, "sheriff") as ending, listening(own_house, "supervision") as other:
        charged(own_house, "Both")
        ending.wait("records")
        other.wait("records")
        end = ending.wait("end")[0]
        assert ending.over.wait(5)
        assert end["why"] == "ENDED"
        signed_over(ending)
        assert end["ended_at"] == moment(made.term.end).isoformat().replace("+00:00", "Z")
        assert "without a new vote" in end["says"].lower()
        assert "records" not in end
        entry = own_house.entry(end["receipt"]["entry"])
        assert (entry.kind, entry.detail["reason"]) == (Kind.STREAM_CLOSED, "ENDED")
        assert made.term.end <= entry.at < made.term.end + 2 * SECOND
        assert [event for _, event, _, _ in ending.events][-1] == "end"
        for answer in own_house.last_entries(Kind.DISCLOSED, 10):
            assert answer.by.authority != "agreement:warrant-desk" or answer.at < made.term.end

        refused(own_house, own_house.ask("sheriff", question("sheriff")), 403, "AGREEMENT_ENDED")
        charged(own_house, "StillThere")
        other.wait("records", 2)
        assert "StillThere" in other.surnames()
        assert not other.over.is_set()
    closings(own_house, 2)
    fold_is_sound(own_house)


def test_a_revocation_closes_the_stream_with_its_reason(own_house: House) -> None:
    made = own_house.agree("sheriff")
    own_house.agree("supervision")
    with listening(own_house, "sheriff") as reader, listening(own_house, "supervision") as other:
        book(own_house, "Before")
        reader.wait("records")
        answers = own_house.get("/v1/agreements/warrant-desk").json()["ballot"]["votable"][-1]["answers"]
        for seat in ("city", "courts"):
            own_house.vote("revoke", seat, made, answers)
        book(own_house, "After")
        end = reader.wait("end")[0]
        assert reader.over.wait(5)
        assert end["why"] == "AGREEMENT_REVOKED"
        signed_over(reader)
        assert "revoked" in end["says"]
        assert reader.surnames() == ["Before"]
        assert own_house.entry(end["receipt"]["entry"]).detail["reason"] == "AGREEMENT_REVOKED"
        assert not other.over.is_set()
        last = reader.ids[-1]
    refused(own_house, own_house.ask("sheriff", question("sheriff")), 403, "AGREEMENT_REVOKED")
    refused(own_house, resumed(own_house, "sheriff", last), 403, "AGREEMENT_REVOKED")
    refused(own_house, resumed(own_house, "supervision", last), 400, "NO_SUCH_EVENT")
    fold_is_sound(own_house)


def test_a_removed_person_and_a_used_up_day_close_the_stream(own_house: House) -> None:
    own_house.agree("sheriff", limits={"questions_per_day": 1, "rows_per_reply": 10})
    with listening(own_house, "sheriff") as reader:
        book(own_house, "Only")
        assert reader.wait("end")[0]["why"] == "LIMIT_REACHED"
        assert reader.surnames() == ["Only"]
    own_house.agree("supervision")
    with listening(own_house, "supervision") as reader:
        person, manager = own_house.by["supervision"].person, own_house.by["manager"]
        done(agreeing.remove_user(agreement="supervision", person=person, by=manager))
        assert reader.wait("end")[0]["why"] == "NOT_NAMED"
    fold_is_sound(own_house)


def test_a_token_that_runs_out_closes_the_stream(own_house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    from pars.actions import identifying
    from pars.edge.api import events

    monkeypatch.setattr(events, "TOKEN_EVERY", 0.1)
    own_house.agree("sheriff")
    by, client = own_house.by["sheriff"], "sheriff-desk"
    soon = moment(Instant(ledger.now() + 2 * SECOND))
    own_house.tokens["sheriff"] = identifying.issue_token(
        username="sheriff", client=client, authority=by.authority, expires=soon
    )
    with listening(own_house, "sheriff") as reader:
        end = reader.wait("end")[0]
    assert end["why"] == "TOKEN_OVER"
    assert own_house.last_entries(Kind.REFUSED, 1)[0].detail["code"] == "TOKEN_OVER"


def test_a_stream_that_gave_nothing_is_closed_with_an_entry_too(own_house: House) -> None:
    own_house.agree("sheriff", lasts=2 * SECOND)
    with listening(own_house, "sheriff") as reader:
        end = reader.wait("end")[0]
    entry = own_house.entry(end["receipt"]["entry"])
    assert "stream" not in entry.detail
    assert (entry.detail["chunks"], entry.detail["reason"]) == (0, "ENDED")
    assert entry.detail["empty"] > 0
    fold_is_sound(own_house)


def test_a_beat_that_breaks_ends_the_stream_and_its_chunks_are_counted_in_the_ledger(
    own_house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pars.actions import disclosing

    own_house.agree("sheriff")
    with listening(own_house, "sheriff") as reader:
        book(own_house, "First")
        reader.wait("records")
        beat = disclosing.beat

        def breaks_after(stream: Any) -> Any:
            outcome = beat(stream)
            if outcome[1] is not None:
                raise KeyError("the answer was entered, and then something broke")
            return outcome

        monkeypatch.setattr(disclosing, "beat", breaks_after)
        book(own_house, "Second")
        end = reader.wait("end")[0]
    assert end["why"] == "FAILED"
    assert reader.surnames() == ["First"]
    assert own_house.entry(end["receipt"]["entry"]).detail["chunks"] == 2
    fold_is_sound(own_house)


# ---------------------------------------------------------------- what is refused


def test_a_stream_that_may_not_be_opened(own_house: House) -> None:
    own_house.agree("sheriff")

    def opened(query: str, who: str = "sheriff", **headers: str) -> httpx.Response:
        known = {"Authorization": f"Bearer {own_house.tokens[who]}", "PARS-Evidence": "warrant_number W-1-1", **headers}
        return httpx.get(f"{own_house.url}/v1/events?{query}", headers=known, timeout=10)

    good = "purpose=warrant_service&columns=surname"
    refused(own_house, opened("purpose=warrant_service&columns=surname,address"), 403, "NOT_GRANTED")
    refused(own_house, opened("purpose=look&columns=surname"), 403, "UNKNOWN_PURPOSE")
    refused(own_house, opened(good, **{"PARS-Evidence": "shoe_size 44"}), 400, "UNKNOWN_EVIDENCE")
    refused(own_house, opened("purpose=warrant_service"), 400, "WRONG_LENGTH")
    refused(own_house, opened("columns=surname"), 400, "MISSING_FIELD")
    refused(own_house, opened(good + "&rows=many"), 400, "NOT_A_NUMBER")
    for odd in ("&where=x", "&snapshot=yes", "&purpose=other"):
        refused(own_house, opened(good + odd), 400, "MALFORMED")
    refused(own_house, opened(good, **{"Last-Event-ID": "abc"}), 400, "MALFORMED")
    said = refused(own_house, opened(good, **{"Last-Event-ID": "1"}), 400, "NO_SUCH_EVENT")
    assert said["errors"][0]["pointer"] == "/Last-Event-ID"
    refused(own_house, opened(good, "sheriff-nobody"), 403, "NO_PERSON")
    refused(own_house, opened(good, "booking"), 403, "NOT_AN_AGENCY")
    without = httpx.get(f"{own_house.url}/v1/events?{good}", headers={"Authorization": f"Bearer {own_house.tokens['sheriff']}"})
    refused(own_house, without, 403, "NO_EVIDENCE")
    unknown = httpx.get(f"{own_house.url}/v1/events?{good}")
    assert unknown.status_code == 401
    posted = httpx.post(f"{own_house.url}/v1/events?{good}")
    assert (posted.status_code, posted.json()["reason"]) == (405, "METHOD")
