"""`POST /v1/exports`: a long answer as one file, each chunk an answer of its own, whole only with its signed closing line."""

from __future__ import annotations

import csv
import io
import json
import socket
import threading
import time
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from pars.actions import agreeing
from pars.core.access.decision import Caller
from pars.core.access.export_forms import original
from pars.core.ledger.entries import Kind
from pars.core.ledger.exported import Checked, check_export
from pars.core.terms import SECOND
from pars.store import ledger, vault
from tests.api.houses import House, arrest, done, new_key, question
from tests.api.test_v1_events import book, fold_is_sound
from tests.api.test_v1_questions import refused

if TYPE_CHECKING:
    from pathlib import Path

PAGES = {"questions_per_day": 50, "rows_per_reply": 2}


def asked(who: str = "sheriff", **changes: Any) -> dict[str, Any]:
    """Return a question for an export, in one order."""
    return question(who, **{"columns": ["record", "surname"], **changes})


def begin(house: House, body: object, who: str = "sheriff", key: str | None = None) -> Any:
    """Ask for an export; the answer is a stream."""
    sent = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = {"Authorization": f"Bearer {house.tokens[who]}", "content-type": "application/json"}
    headers |= {"Idempotency-Key": key or new_key()}
    return httpx.stream("POST", f"{house.url}/v1/exports", content=sent, headers=headers, timeout=30)


def export(house: House, who: str = "sheriff", **changes: Any) -> bytes:
    """Return a whole export's bytes."""
    with begin(house, asked(who, **changes), who) as answer:
        data = b"".join(answer.iter_bytes())
    assert answer.status_code == 200, data
    return data


def declined(house: House, body: object, who: str = "sheriff") -> Any:
    """Return the problem that an export was answered with."""
    with begin(house, body, who) as answer:
        answer.read()
    return answer


def check(data: bytes) -> Checked:
    """Check a file with the ledger's public key."""
    return check_export(io.BytesIO(data), vault.log_key().public_key().public_bytes_raw(), vault.verify)


def notes(data: bytes, about: str) -> list[dict[str, Any]]:
    """Return the notes of one kind in an NDJSON export."""
    return [said for line in data.splitlines() if (said := json.loads(line)).get("pars") == about]


def surnames(data: bytes) -> list[str]:
    """Return the surnames of an NDJSON export's rows."""
    return [said["surname"] for line in data.splitlines() if "surname" in (said := json.loads(line))]


def closed(house: House, count: int = 1) -> list[Any]:
    """Return the last entries that say that an export ended."""
    for _ in range(200):
        found = house.last_entries(Kind.EXPORT_CLOSED, count)
        if len(found) >= count:
            return found
        time.sleep(0.02)
    raise AssertionError("the end was never entered")


# ---------------------------------------------------------------- a whole one


def test_an_export_is_a_chain_of_answers_that_ends_with_a_signed_line(own_house: House) -> None:
    own_house.agree("sheriff", limits=PAGES)
    for name in ("A", "B", "C", "D", "E"):
        book(own_house, name)
    data = export(own_house)
    found = check(data)
    assert (found.verdict, found.chunks, found.rows) == ("WHOLE", 3, 5)
    assert sorted(surnames(data)) == ["A", "B", "C", "D", "E"]

    (opening,), chunks, (end,) = notes(data, "opening"), notes(data, "chunk"), notes(data, "end")
    began = own_house.entry(opening["export"])
    assert (began.kind, began.detail["form"], began.detail["columns"]) == (Kind.EXPORT_OPENED, "ndjson", ["record", "surname"])
    assert opening["agreement"]["id"] == "warrant-desk"
    before = None
    for chunk in chunks:
        entry = own_house.entry(chunk["entry"])
        assert (entry.kind, entry.detail["export"], entry.detail.get("follows")) == (Kind.DISCLOSED, began.id, before)
        assert (entry.detail["out"], entry.detail["rows"]) == (chunk["out"], chunk["rows"])
        before = entry.id
    (over,) = closed(own_house)
    assert over.id == end["receipt"]["entry"]
    assert over.detail == {
        "agency": own_house.by["sheriff"].authority.removeprefix("agency:"), "export": began.id, "reason": "COMPLETE", "chunks": 3,
        "dropped": 0, "rows": 5, "last": before, "out": sha256(data[: data.rindex(b'{"pars":"end"')]).hexdigest(),
    }  # fmt: skip
    assert (end["why"], end["out"], end.get("next")) == ("COMPLETE", over.detail["out"], None)
    fold_is_sound(own_house)


def test_csv_is_safe_for_spreadsheets_and_comes_back(own_house: House) -> None:
    own_house.agree("sheriff", limits=PAGES)
    names = ["=HYPERLINK(1)", "+A", "-B", "@C", "'D", 'Doe, "Ann"', "O'Hara"]
    for name in names:
        book(own_house, name)
    data = export(own_house, form="csv", columns=["surname", "given"])
    assert check(data).verdict == "WHOLE"
    rows = list(csv.reader(io.StringIO(data.decode(), newline="")))
    assert rows[0] == ["surname", "given"]
    cells = [row for row in rows[1:] if not row[0].startswith("# ")]
    assert all(cell[:1] not in set("=+-@\t\r\n") for row in rows for cell in row)
    assert sorted(original(row[0]) for row in cells) == sorted(names)


def test_an_export_without_records_is_whole_too(own_house: House) -> None:
    own_house.agree("sheriff")
    found = check(export(own_house))
    assert (found.verdict, found.chunks, found.rows) == ("WHOLE", 1, 0)
    fold_is_sound(own_house)


# ---------------------------------------------------------------- what stops it


def paced(monkeypatch: pytest.MonkeyPatch, pace: float) -> None:
    """Set the time between two chunks."""
    from pars.edge.api import exports

    monkeypatch.setattr(exports, "PACE", pace)


def slowly(house: House, monkeypatch: pytest.MonkeyPatch, pace: float = 0.4) -> None:
    """Let chunks come one by one, a record each, so that something can happen between two."""
    paced(monkeypatch, pace)
    for number in range(8):
        book(house, f"N{number}")


def test_a_revocation_stops_it_between_two_chunks_and_its_closing_line_says_why(
    own_house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = own_house.agree("sheriff", limits={"questions_per_day": 50, "rows_per_reply": 1})
    slowly(own_house, monkeypatch)
    with begin(own_house, asked()) as answer:
        pieces = answer.iter_bytes()
        data = next(pieces)
        while b'"chunk"' not in data:
            data += next(pieces)
        answers = own_house.get("/v1/agreements/warrant-desk").json()["ballot"]["votable"][-1]["answers"]
        for seat in ("city", "courts"):
            own_house.vote("revoke", seat, made, answers)
        acknowledged = ledger.now()
        data += b"".join(pieces)
    found = check(data)
    assert (found.verdict, found.why) == ("STOPPED", "AGREEMENT_REVOKED")
    assert 0 < found.chunks < 8
    (over,) = closed(own_house)
    assert (over.detail["reason"], over.detail["chunks"]) == ("AGREEMENT_REVOKED", found.chunks)
    assert all(entry.at < acknowledged for entry in own_house.last_entries(Kind.DISCLOSED, found.chunks))
    fold_is_sound(own_house)


def test_at_the_end_it_closes_at_that_instant_and_can_t_go_on(own_house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    made = own_house.agree("sheriff", lasts=3 * SECOND, limits={"questions_per_day": 50, "rows_per_reply": 1})
    slowly(own_house, monkeypatch)
    data = export(own_house)
    found = check(data)
    assert (found.verdict, found.why) == ("STOPPED", "ENDED")
    assert found.after is not None
    (end,) = notes(data, "end")
    assert "without a new vote" in end["says"].lower()
    (over,) = closed(own_house)
    assert made.term.end <= over.at < made.term.end + 2 * SECOND
    assert all(entry.at < made.term.end for entry in own_house.last_entries(Kind.DISCLOSED, 8))
    refused(own_house, declined(own_house, asked(after=found.after)), 403, "AGREEMENT_ENDED")
    # A renewal is another version: the mark is good under the old one alone (law L7).
    own_house.agree("sheriff", number=2)
    refused(own_house, declined(own_house, asked(after=found.after)), 400, "WRONG_CURSOR")
    fold_is_sound(own_house)


def test_a_cut_export_goes_on_from_its_last_chunk_while_it_is_covered(
    own_house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    own_house.agree("sheriff", limits={"questions_per_day": 50, "rows_per_reply": 1})
    slowly(own_house, monkeypatch, pace=0.2)
    with begin(own_house, asked()) as answer:
        pieces = answer.iter_bytes()
        data = b""
        while data.count(b'"chunk"') < 3:
            data += next(pieces)
    (over,) = closed(own_house)
    assert over.detail["reason"] == "GONE"
    found = check(data)
    assert (found.verdict, found.chunks) == ("CUT", 3)
    paced(monkeypatch, 0.0)
    rest = export(own_house, after=found.after)
    assert check(rest).verdict == "WHOLE"
    assert sorted(surnames(data) + surnames(rest)) == [f"N{number}" for number in range(8)]
    last = notes(data, "chunk")[-1]["entry"]
    assert own_house.entry(notes(rest, "opening")[0]["export"]).detail["follows"] == last
    assert own_house.entry(notes(rest, "chunk")[0]["entry"]).detail["follows"] == last
    fold_is_sound(own_house)


def test_the_day_s_volume_a_removed_person_and_another_version_stop_it(
    own_house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    own_house.agree("sheriff", limits={"questions_per_day": 2, "rows_per_reply": 1})
    slowly(own_house, monkeypatch)
    found = check(export(own_house))
    assert (found.verdict, found.why, found.chunks) == ("STOPPED", "LIMIT_REACHED", 2)
    refused(own_house, declined(own_house, asked(after=found.after)), 429, "LIMIT_REACHED")

    def cut_by(act: Any) -> Checked:
        with begin(own_house, asked()) as answer:
            pieces = answer.iter_bytes()
            data = b""
            while b'"chunk"' not in data:
                data += next(pieces)
            act()
            return check(data + b"".join(pieces))

    own_house.agree("sheriff", number=2, limits={"questions_per_day": 50, "rows_per_reply": 1})
    person, manager = own_house.by["sheriff"].person, own_house.by["manager"]
    more = {"questions_per_day": 60, "rows_per_reply": 1}
    assert cut_by(lambda: own_house.agree("sheriff", number=3, limits=more)).why == "OTHER_VERSION"
    found = cut_by(lambda: done(agreeing.remove_user(agreement="warrant-desk", person=person, by=manager)))
    assert found.why == "NOT_NAMED"
    fold_is_sound(own_house)


def test_a_late_chunk_is_dropped_and_given_anew_and_the_chain_says_so(
    own_house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pars.edge import streams

    own_house.agree("sheriff", limits=PAGES)
    for name in ("A", "B", "C"):
        book(own_house, name)
    real, late = streams.Stop, [True]

    def stop(t0: float, until: float, clock: Any) -> Any:
        return real(t0 - 1.0, until, clock) if late and late.pop() else real(t0, until, clock)

    monkeypatch.setattr(streams, "Stop", stop)
    data = export(own_house)
    assert check(data).verdict == "WHOLE"
    assert sorted(surnames(data)) == ["A", "B", "C"]
    (over,) = closed(own_house)
    assert (over.detail["chunks"], over.detail["dropped"]) == (2, 1)
    (drop,) = own_house.last_entries(Kind.CHUNK_DROPPED, 1)
    assert drop.detail["reason"] == "LATE"
    fold_is_sound(own_house)
    # Always late: it gives up, for each try is an answer in the ledger.
    monkeypatch.setattr(streams, "Stop", lambda t0, until, clock: real(t0 - 1.0, until, clock))
    found = check(export(own_house))
    assert (found.verdict, found.why, found.chunks) == ("STOPPED", "LATE", 0)
    fold_is_sound(own_house)


def test_who_stops_reading_gets_nothing_late(own_house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    from pars.edge import streams

    monkeypatch.setattr(streams, "STALL", 1.0)
    own_house.agree("sheriff", limits={"questions_per_day": 1000, "rows_per_reply": 50})
    for number in range(60):
        own_house.post("/v1/arrests", arrest(f"N{number}" + "x" * 150), "booking")
    body = json.dumps(asked(rows=50)).encode()
    host, _, port = own_house.url.removeprefix("http://").partition(":")
    reader = socket.socket()
    reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
    reader.connect((host, int(port)))
    head = f"POST /v1/exports HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {own_house.tokens['sheriff']}\r\nIdempotency-Key: k-9\r\n"
    reader.sendall(f"{head}Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)
    (over,) = closed(own_house)
    got = b""
    reader.settimeout(5)
    try:
        while part := reader.recv(65536):
            got += part
    except OSError:
        pass
    reader.close()
    assert over.detail["reason"] in {"STUCK", "GONE"}
    assert b'"pars":"end"' not in got, "a file that was cut has no closing line"
    fold_is_sound(own_house)


# ---------------------------------------------------------------- what is refused


def test_what_can_t_be_exported_is_refused_like_any_question(own_house: House) -> None:
    own_house.agree("sheriff")
    refused(own_house, declined(own_house, asked(form="parquet")), 400, "UNKNOWN_FORM")
    refused(own_house, declined(own_house, asked(form=7)), 400, "MALFORMED")
    refused(own_house, declined(own_house, b"{"), 400, "MALFORMED")
    refused(own_house, declined(own_house, []), 400, "NOT_AN_OBJECT")
    said = refused(own_house, declined(own_house, asked(columns=["surname", "address"])), 403, "NOT_GRANTED")
    assert said["errors"][0]["pointer"] == "/columns/1"
    said = refused(own_house, declined(own_house, asked(where=[{"column": "surname", "like": "x"}])), 400, "UNKNOWN_CONDITION")
    assert said["errors"][0]["pointer"].startswith("/where/0")
    refused(own_house, declined(own_house, asked(after="cAAAA")), 400, "WRONG_CURSOR")
    refused(own_house, declined(own_house, asked(evidence=None)), 403, "NO_EVIDENCE")
    refused(own_house, declined(own_house, asked(), "sheriff-nobody"), 403, "NO_PERSON")
    refused(own_house, declined(own_house, asked(), "booking"), 403, "NOT_AN_AGENCY")
    assert httpx.post(f"{own_house.url}/v1/exports", content=b"{}").status_code == 401
    bearer = {"Authorization": f"Bearer {own_house.tokens['sheriff']}"}
    without = httpx.post(f"{own_house.url}/v1/exports", content=json.dumps(asked()).encode(), headers=bearer)
    assert (without.status_code, without.json()["reason"]) == (400, "IDEMPOTENCY_KEY_NEEDED")
    got = httpx.get(f"{own_house.url}/v1/exports")
    assert (got.status_code, got.json()["reason"]) == (405, "METHOD")
    assert own_house.last_entries(Kind.EXPORT_OPENED, 9) == []


def test_an_export_that_is_sent_twice_names_the_first(own_house: House) -> None:
    own_house.agree("sheriff")
    entries = []
    for _ in range(2):
        with begin(own_house, asked(), key="twice") as answer:
            entries.append(notes(b"".join(answer.iter_bytes()), "opening")[0]["export"])
    assert [own_house.entry(number).detail.get("repeats") for number in entries] == [None, entries[0]]
    with begin(own_house, asked(columns=["surname"]), key="twice") as answer:
        answer.read()
    refused(own_house, answer, 422, "IDEMPOTENCY_KEY_REUSED")
    fold_is_sound(own_house)


def test_a_key_that_is_lost_leaves_a_file_that_is_cut(own_house: House) -> None:
    own_house.agree("sheriff", limits=PAGES)
    book(own_house, "A")
    public = vault.log_key().public_key().public_bytes_raw()
    path = vault.folder() / "log"
    aside = path.rename(path.with_name("aside"))
    try:
        data = export(own_house)
    finally:
        aside.rename(path)
    assert check_export(io.BytesIO(data), public, vault.verify).verdict == "CUT"
    assert len(closed(own_house)) == 1
    fold_is_sound(own_house)


def test_two_exports_and_an_asker_at_once_don_t_mix(own_house: House) -> None:
    own_house.agree("sheriff", limits={"questions_per_day": 200, "rows_per_reply": 1})
    own_house.agree("supervision")
    for name in ("A", "B", "C", "D"):
        book(own_house, name)
    files: list[bytes] = []
    threads = [threading.Thread(target=lambda: files.append(export(own_house))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for _ in range(5):
        assert own_house.ask("supervision", question("supervision")).status_code in {200, 503}
    for thread in threads:
        thread.join(30)
    assert [check(data).verdict for data in files] == ["WHOLE"] * 3
    assert all(sorted(surnames(data)) == ["A", "B", "C", "D"] for data in files)
    fold_is_sound(own_house)


def test_the_command_writes_the_same_file_and_checks_it(
    own_house: House, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from pars.edge.commands import exporting
    from pars.edge.commands.exporting import export as command

    made = own_house.agree("sheriff", limits=PAGES)
    for name in ("A", "B", "C"):
        book(own_house, name)
    by = own_house.by["sheriff"]
    caller = Caller(by.authority.removeprefix("agency:"), by.person, "sheriff-desk")
    path = tmp_path / "file.csv"
    assert command(caller=caller, asked=asked(), form="csv", path=path) == 0
    assert capsys.readouterr().out.startswith("WHOLE: 3 record(s) in 2 answer(s)")
    assert (check(path.read_bytes()).verdict, path.stat().st_mode & 0o777) == ("WHOLE", 0o600)
    with pytest.raises(FileExistsError):
        command(caller=caller, asked=asked(), form="csv", path=path)
    none = tmp_path / "none"
    refusal = command(caller=caller, asked=asked(columns=["address"]), form="csv", path=none)
    assert not isinstance(refusal, int)
    assert refusal.refusal.code == "NOT_GRANTED"
    assert not none.exists()

    # What comes too late doesn't reach the file; what is revoked meanwhile stops it.
    real, turns = exporting.Stop, iter((1.0, 0.0))
    monkeypatch.setattr(exporting, "Stop", lambda t0, until, clock: real(t0 - next(turns, 0.0), until, clock))
    late = tmp_path / "late"
    assert command(caller=caller, asked=asked(), form="ndjson", path=late) == 0
    assert closed(own_house)[0].detail["dropped"] == 1
    answers = own_house.get("/v1/agreements/warrant-desk").json()["ballot"]["votable"][-1]["answers"]

    def revoke(t0: float, until: float, clock: Any) -> Any:
        monkeypatch.setattr(exporting, "Stop", real)
        for seat in ("city", "courts"):
            own_house.vote("revoke", seat, made, answers)
        return real(t0, until, clock)

    monkeypatch.setattr(exporting, "Stop", revoke)
    assert command(caller=caller, asked=asked(), form="ndjson", path=tmp_path / "cut") == 3
    found = check((tmp_path / "cut").read_bytes())
    assert (found.verdict, found.why, found.chunks) == ("STOPPED", "AGREEMENT_REVOKED", 0)
    fold_is_sound(own_house)
