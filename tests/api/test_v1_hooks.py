"""`/v1/hooks`: an address is told, signed, that something its owner may ask for has changed; nothing of it, and never after an end."""

from __future__ import annotations

import base64
import datetime
import hmac
import ipaddress
import json
import re
import ssl
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from pars.actions import agreeing
from pars.actions.disclosing import hints as worker
from pars.core.access.decision import Caller
from pars.core.access.hooks import LOOK, WAITS
from pars.core.ledger.entries import Kind
from pars.core.terms import HOUR, SECOND, Instant, moment
from pars.edge import hints
from pars.edge.commands import main
from pars.store import connections, ledger
from tests.api.houses import House, arrest, done, question
from tests.api.receivers import never_answering, receiving
from tests.api.test_v1_events import book, fold_is_sound, history, renamed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pars.core.agreements.version import Version
    from tests.api.receivers import Receiver

MINE = {"columns": ["record", "surname"]}
WIDE = {"questions_per_day": 50, "rows_per_reply": 50}


@pytest.fixture(autouse=True)
def _demo(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let hints stay on this machine, as a demo's owner may."""
    monkeypatch.setenv("PARS_HOOK_NETWORKS", "127.0.0.0/8")


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as made:
        yield made


def register(house: House, url: str, who: str = "sheriff", **changes: Any) -> Any:
    """Ask for a hook; return the answer."""
    return house.post("/v1/hooks", {"question": question(who, **MINE), "address": url, **changes}, who)


def registered(house: House, url: str, who: str = "sheriff", **changes: Any) -> int:
    """Register a hook; return its number."""
    answer = register(house, url, who, **changes)
    assert answer.status_code == 201, answer.content
    hook: int = answer.json()["hook"]
    return hook


def due(hook: int) -> int | None:
    """Return in how many seconds it is the hook's turn; None: never."""
    with connections.connection("app") as given:
        row = given.execute("select (due - ledger.real_now()) / 1e6 from web.hook_turn where hook = %s", [hook]).fetchone()
    return None if row is None or row[0] is None else round(row[0])


def turn(hook: int) -> None:
    """Let the hook's turn come now, as if its wait were over, and be taken by a worker of its own."""
    with connections.connection("app") as given:
        given.execute("update web.hook_turn set due = 0 where hook = %s and due is not null", [hook])
    turns = hints.Turns()
    turns.look()
    turns.close()


def told_until_now(hook: int) -> None:
    """Have the hook's looks begin now, as they do once the ten seconds have gone by of which a look begins again."""
    with connections.connection("app") as given:
        given.execute("update web.hook_turn set told_to = ledger.pars_now() + 10000000 where hook = %s", [hook])


def revoked(house: House, version: Version) -> None:
    """Revoke the agreement, for good."""
    (adopted,) = house.last_entries(Kind.AGREEMENT_VOTED, 1)
    for seat in ("city", "courts"):
        house.vote("revoke", seat, version, adopted.id)


def state(house: House, hook: int, who: str = "sheriff") -> dict[str, Any]:
    """Return how a hook is said to fare."""
    (found,) = (one for one in house.get("/v1/hooks", who).json()["hooks"] if one["hook"] == hook)
    return dict(found)


# ---------------------------------------------------------------- what is told


def test_a_hint_says_that_something_changed_and_nothing_of_it(own_house: House, receiver: Receiver) -> None:
    own_house.agree("sheriff", limits=WIDE)
    made = register(own_house, receiver.url)
    assert made.status_code == 201, made.content
    hook, secret = made.json()["hook"], made.json()["secret"]
    entered = own_house.receipt_of(made)
    assert (entered.kind, entered.detail["columns"], entered.by.person) == (
        Kind.HOOK_REGISTERED,
        ["record", "surname"],
        own_house.by["sheriff"].person,
    )
    kept = json.dumps(dict(entered.detail))
    assert not any(word in kept for word in ("127.0.0.1", "W-2026-1", secret))
    turn(hook)
    assert (receiver.connections, state(own_house, hook)["outcome"], due(hook)) == (0, None, LOOK)

    book(own_house, "Quimby")
    turn(hook)
    ((headers, body),) = receiver.came
    (hint,) = own_house.last_entries(Kind.DISCLOSED, 1)
    assert json.loads(body) == {
        "pars": "changed",
        "hook": hook,
        "entry": hint.id,
        "agreement": "warrant-desk",
        "says": "Something that you may ask for has changed. Come and ask.",
    }
    assert (hint.detail["hook"], hint.detail["rows"]) == (hook, 0)
    assert "Quimby" not in str(headers)
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    key = base64.b64decode(secret.removeprefix("whsec_"))
    assert headers["webhook-signature"] == "v1," + base64.b64encode(hmac.digest(key, signed, "sha256")).decode()
    assert abs(int(headers["webhook-timestamp"]) - time.time()) < 60
    assert (state(own_house, hook)["outcome"], due(hook)) == ("DELIVERED", 60)
    turn(hook)  # what was told is no news, although its ten seconds aren't over
    assert len(receiver.came) == 1
    fold_is_sound(own_house)


def test_hidden_changes_give_no_hint(own_house: House, receiver: Receiver) -> None:
    own_house.agree("sheriff", limits=WIDE)
    before = book(own_house, "Before")
    old = history(own_house, "Old")
    hook = registered(own_house, receiver.url)
    told_until_now(hook)
    own_house.post("/v1/arrests", arrest("Child", born="2015-01-01"), "booking")  # out of scope
    own_house.post(f"/v1/cases/{before}/submission", None, "booking", seen=1)  # nothing that is shown changes
    history(own_house, "Ten-Years-Ago")  # an old file that is brought in
    turn(hook)
    assert receiver.connections == 0
    renamed(own_house, old, "Old-Corrected")  # what its reader could see before is news, however old the arrest
    turn(hook)
    assert len(receiver.came) == 1
    book(own_house, "New")
    turn(hook)
    assert len(receiver.came) == 2
    fold_is_sound(own_house)


def test_where_nothing_changed_nobody_is_called(own_house: House, receiver: Receiver) -> None:
    own_house.agree("sheriff", limits=WIDE)
    hook = registered(own_house, receiver.url)
    turn(hook)
    turn(hook)
    assert receiver.connections == 0
    assert own_house.last_entries(Kind.DISCLOSED, 1) == []


# ---------------------------------------------------------------- the end


def test_nothing_goes_out_at_an_end_a_revocation_or_a_removal(own_house: House, receiver: Receiver) -> None:
    version = own_house.agree("sheriff", limits=WIDE)
    person, manager = own_house.by["sheriff"].person, own_house.by["manager"]
    ends = Instant(ledger.now() + 4 * SECOND)
    short = registered(own_house, receiver.url, until=moment(ends).isoformat())
    removed, kept = registered(own_house, receiver.url), registered(own_house, receiver.url)
    time.sleep((ends - ledger.now()) / SECOND + 0.1)
    book(own_house, "One")
    turn(short)
    assert (receiver.connections, due(short)) == (0, None)

    answer = own_house.delete(f"/v1/hooks/{removed}", "sheriff")
    assert (answer.status_code, own_house.receipt_of(answer).kind) == (200, Kind.HOOK_REMOVED)
    turn(removed)
    assert receiver.connections == 0
    assert own_house.delete(f"/v1/hooks/{removed}", "sheriff").status_code == 404
    turn(kept)
    assert len(receiver.came) == 1

    done(agreeing.remove_user(agreement="warrant-desk", person=person, by=manager))
    book(own_house, "Two")
    turn(kept)
    assert len(receiver.came) == 1
    done(agreeing.name_user(agreement="warrant-desk", person=person, holds=("terms_signed",), by=manager))
    turn(kept)
    assert (len(receiver.came), due(kept)) == (1, None), "a hook went with its person: naming them anew brings it not back"

    anew = registered(own_house, receiver.url)
    book(own_house, "Three")
    turn(anew)
    assert len(receiver.came) == 2
    revoked(own_house, version)
    book(own_house, "Four")
    turn(anew)
    assert len(receiver.came) == 2
    fold_is_sound(own_house)


@pytest.mark.parametrize("how", ["removed", "revoked", "unnamed", "ended"])
def test_a_hint_that_was_entered_does_not_leave_once_it_may_not(own_house: House, receiver: Receiver, how: str) -> None:
    version = own_house.agree("sheriff", limits=WIDE)
    ends = moment(Instant(ledger.now() + 3 * SECOND)).isoformat() if how == "ended" else None
    hook = registered(own_house, receiver.url, until=ends)
    book(own_house, "Late")
    hint = worker.look(hook)
    assert hint is not None
    match how:
        case "ended":
            time.sleep(3)
        case "removed":
            assert own_house.delete(f"/v1/hooks/{hook}", "sheriff").status_code == 200
        case "revoked":
            revoked(own_house, version)
        case _:
            person = own_house.by["sheriff"].person
            done(agreeing.remove_user(agreement="warrant-desk", person=person, by=own_house.by["manager"]))
    outcome = hints.send(hint, hints.demo_networks())
    worker.came(hint, outcome)
    assert (outcome, receiver.came) == ("REFUSED", [])
    (drop,) = own_house.last_entries(Kind.CHUNK_DROPPED, 1)
    assert drop.detail == {"chunk": hint.entry, "reason": "REFUSED"}
    fold_is_sound(own_house)


def test_no_hint_comes_after_a_removal_is_acknowledged_whatever_is_under_way(own_house: House, receiver: Receiver) -> None:
    own_house.agree("sheriff", limits={"questions_per_day": 5000, "rows_per_reply": 50})
    book(own_house, "Busy")
    for _ in range(3):
        hook = registered(own_house, receiver.url)
        with sending_all_the_time(hook):
            receiver.wait(3)
            assert own_house.delete(f"/v1/hooks/{hook}", "sheriff").status_code == 200
            time.sleep(0.1)  # the receiver's own thread may still be reading what had left before
            seen = len(receiver.came)
            time.sleep(0.5)
            assert len(receiver.came) == seen
        receiver.came.clear()
    fold_is_sound(own_house)


def test_what_a_stopped_process_would_send_too_late_is_dropped(
    own_house: House, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    own_house.agree("sheriff", limits=WIDE)
    hook = registered(own_house, receiver.url)
    book(own_house, "Late")
    hint = worker.look(hook)
    assert hint is not None
    # The clock of a process that was stopped after the last check was asked for, and before it gave the bytes away.
    monkeypatch.setattr(hints, "stopwatch", lambda: lambda: time.monotonic() + 0.07)
    outcome = hints.send(hint, hints.demo_networks())
    worker.came(hint, outcome)
    assert (outcome, receiver.came) == ("LATE", [])
    (drop,) = own_house.last_entries(Kind.CHUNK_DROPPED, 1)
    assert drop.detail == {"chunk": hint.entry, "reason": "LATE"}
    monkeypatch.undo()
    monkeypatch.setenv("PARS_HOOK_NETWORKS", "127.0.0.0/8")
    turn(hook)
    assert len(receiver.came) == 1


@contextmanager
def sending_all_the_time(hook: int) -> Iterator[None]:
    """Have three threads send the hook's hints one after the other, as if there were news each time."""
    stop = threading.Event()

    def send() -> None:
        while not stop.is_set():
            with connections.connection("app") as given:
                given.execute("update web.hook_turn set told = '{}', told_to = 0 where hook = %s", [hook])
            hint = worker.look(hook)
            if hint is not None:
                worker.came(hint, hints.send(hint, hints.demo_networks()))

    threads = [threading.Thread(target=send) for _ in range(3)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join()


# ---------------------------------------------------------------- receivers that fail


def test_a_failed_hint_is_decided_anew_ever_later_under_one_name_and_then_the_hook_rests(
    own_house: House, receiver: Receiver
) -> None:
    own_house.agree("sheriff", limits=WIDE)
    hook = registered(own_house, receiver.url)
    book(own_house, "News")
    receiver.status = 500
    for n, wait in enumerate(WAITS, start=1):
        turn(hook)
        assert len(receiver.came) == n
        assert (due(hook), state(own_house, hook)["failures"]) == (wait, n)
    receiver.status = 204
    turn(hook)
    tries = own_house.last_entries(Kind.DISCLOSED, 20)
    assert [entry.detail.get("repeats") for entry in tries] == [None, *[tries[0].id] * len(WAITS)]
    assert {headers["webhook-id"] for headers, _ in receiver.came} == {f"hint-{hook}-{tries[0].id}"}
    assert (state(own_house, hook)["outcome"], state(own_house, hook)["failures"]) == ("DELIVERED", 0)

    receiver.status = 500
    book(own_house, "More")
    for _ in range(len(WAITS) + 3):
        turn(hook)
    found = state(own_house, hook)
    assert (found["rests"], found["outcome"], due(hook)) == (True, "ANSWERED_500", None)
    assert len(receiver.came) == 2 * (len(WAITS) + 1)  # and no more
    fold_is_sound(own_house)


def test_a_receiver_that_is_not_there_leaves_an_entry_that_nothing_was_sent(own_house: House) -> None:
    own_house.agree("sheriff", limits=WIDE)
    with receiving() as gone:
        pass
    hook = registered(own_house, gone.url)
    book(own_house, "News")
    turn(hook)
    (hint,) = own_house.last_entries(Kind.DISCLOSED, 1)
    (drop,) = own_house.last_entries(Kind.CHUNK_DROPPED, 1)
    assert drop.detail == {"chunk": hint.id, "reason": "UNREACHED"}
    assert (state(own_house, hook)["outcome"], due(hook)) == ("UNREACHED", WAITS[0])
    fold_is_sound(own_house)


def test_a_redirect_is_not_followed_and_who_is_gone_is_told_nothing_more(own_house: House, receiver: Receiver) -> None:
    own_house.agree("sheriff", limits=WIDE)
    hook = registered(own_house, receiver.url)
    book(own_house, "News")
    with receiving() as elsewhere:
        receiver.status, receiver.headers = 307, {"location": elsewhere.url}
        turn(hook)
        assert (elsewhere.connections, state(own_house, hook)["outcome"]) == (0, "ANSWERED_307")
    receiver.status = 410
    turn(hook)
    found = state(own_house, hook)
    assert (found["outcome"], found["rests"], due(hook)) == ("GONE", True, None)


def test_a_slow_receiver_and_one_that_stopped_hold_up_nobody_else(
    own_house: House, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hints, "ANSWER", 1.5)
    own_house.agree("sheriff", limits=WIDE)
    own_house.agree("supervision", limits=WIDE)
    receiver.slow = 3.0
    with never_answering() as silent, receiving() as quick:
        slow = [registered(own_house, url) for url in (receiver.url, silent)]
        fast = registered(own_house, quick.url)
        book(own_house, "News")
        with connections.connection("app") as given:
            given.execute("update web.hook_turn set due = 0")
        turns, began = hints.Turns(), time.monotonic()
        turns.look()
        quick.wait(1)
        assert time.monotonic() - began < 1.5
        turns.close()
        assert time.monotonic() - began < 4
    assert [state(own_house, hook)["outcome"] for hook in slow] == ["UNANSWERED", "UNANSWERED"]
    assert state(own_house, fast)["outcome"] == "DELIVERED"
    assert own_house.last_entries(Kind.CHUNK_DROPPED, 1) == []  # they left: what they came to is the receiver's
    fold_is_sound(own_house)


def test_of_two_workers_one_has_the_turn_and_a_turn_that_died_comes_again(own_house: House, receiver: Receiver) -> None:
    own_house.agree("sheriff", limits=WIDE)
    hook = registered(own_house, receiver.url)
    book(own_house, "News")
    with connections.connection("app") as given:
        given.execute("update web.hook_turn set due = 0")
    workers = [hints.Turns() for _ in range(4)]
    for one in workers:
        one.look()
    for one in workers:
        one.close()
    assert len(receiver.came) == 1

    book(own_house, "More")
    with connections.connection("app") as given:
        given.execute("update web.hook_turn set due = 0")
    assert worker.take_turns(4) == [hook]  # and that worker is killed here
    assert worker.take_turns(4) == []
    assert due(hook) == 60
    turn(hook)
    assert len(receiver.came) == 2


# ---------------------------------------------------------------- where hints may go


def test_hints_go_nowhere_that_is_not_public(own_house: House, receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    own_house.agree("sheriff", limits=WIDE)
    hook = registered(own_house, receiver.url)
    book(own_house, "News")
    for networks in ("", "10.0.0.0/8", "no network"):
        monkeypatch.setenv("PARS_HOOK_NETWORKS", networks)
        turn(hook)
        assert (receiver.connections, state(own_house, hook)["outcome"]) == (0, "NOT_PUBLIC")
        (drop,) = own_house.last_entries(Kind.CHUNK_DROPPED, 1)
        assert drop.detail["reason"] == "NOT_PUBLIC"
    monkeypatch.setenv("PARS_HOOK_NETWORKS", "")
    for url in (
        receiver.url,
        receiver.url.replace("http:", "https:"),
        "https://localhost/",
        "https://user@records.example.gov/",
    ):
        answer = register(own_house, url)
        assert (answer.status_code, answer.json()["reason"]) == (422, "WRONG_ADDRESS")
        assert answer.json()["errors"][0]["pointer"] == "/address"


def certificate(folder: Path) -> tuple[Path, ssl.SSLContext]:
    """Return the file of a certificate for 127.0.0.1 that nobody signed but itself, and a server's context with it."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "an invented receiver")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    held, shown = folder / "key.pem", folder / "certificate.pem"
    held.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    shown.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(shown, held)
    return shown, context


def test_over_tls_a_receiver_must_show_whose_it_is(own_house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own_house.agree("sheriff", limits=WIDE)
    shown, context = certificate(tmp_path)
    with receiving(context) as receiver:
        hook = registered(own_house, receiver.url)
        book(own_house, "News")
        turn(hook)
        assert (receiver.came, state(own_house, hook)["outcome"]) == ([], "UNREACHED")
        monkeypatch.setenv("SSL_CERT_FILE", str(shown))
        turn(hook)
        assert (len(receiver.came), state(own_house, hook)["outcome"]) == (1, "DELIVERED")


# ---------------------------------------------------------------- who registers


def test_a_hook_is_registered_for_what_its_owner_may_ask_and_no_longer(own_house: House, receiver: Receiver) -> None:
    own_house.agree("sheriff", limits=WIDE)
    beyond = {**question("sheriff"), "columns": ["record", "incident_number"]}
    later = moment(Instant(ledger.now() + 48 * HOUR)).isoformat()
    for body, status, reason, place in (
        ({"question": beyond}, 403, "NOT_GRANTED", "/question/columns/1"),
        ({"question": question("sheriff", evidence=None)}, 403, "NO_EVIDENCE", "/evidence"),
        ({"question": question("sheriff", emergency="LIFE_AT_RISK")}, 422, "NOT_FOR_A_HOOK", "/question/emergency"),
        ({"until": later}, 422, "WRONG_END", "/until"),
        ({"until": "tomorrow"}, 400, "MALFORMED", "/until"),
        ({"address": "https://records.example.gov/ x"}, 422, "WRONG_ADDRESS", "/address"),
    ):
        answer = register(own_house, receiver.url, **body)
        assert (answer.status_code, answer.json()["reason"]) == (status, reason)
        assert [error["pointer"] for error in answer.json()["errors"]] == [place]
    assert own_house.last_entries(Kind.HOOK_REGISTERED, 1) == []
    hooks = [registered(own_house, receiver.url) for _ in range(5)]
    answer = register(own_house, receiver.url)
    assert (answer.status_code, answer.json()["reason"]) == (409, "TOO_MANY_HOOKS")
    assert own_house.delete(f"/v1/hooks/{hooks[0]}", "sheriff").status_code == 200
    assert register(own_house, receiver.url).status_code == 201
    for who in ("stranger", "supervision"):
        assert own_house.get("/v1/hooks", who).json()["hooks"] == []
        refused = [own_house.delete(f"/v1/hooks/{number}", who) for number in (hooks[1], hooks[1] + 9_999)]
        assert [(one.status_code, one.json()["reason"]) for one in refused] == [(404, "NO_SUCH_HOOK")] * 2
    assert own_house.get("/v1/hooks", "booking").json()["reason"] == "NOT_AN_AGENCY"
    assert own_house.post("/v1/hooks", {"question": {}, "address": ""}, "booking").json()["reason"] == "NOT_AN_AGENCY"
    assert own_house.delete(f"/v1/hooks/{hooks[1]}", "manager").status_code == 200  # whoever names people removes hooks, too
    fold_is_sound(own_house)


def test_the_secret_is_told_once(own_house: House, receiver: Receiver) -> None:
    own_house.agree("sheriff", limits=WIDE)
    body = {"question": question("sheriff", **MINE), "address": receiver.url}
    first = own_house.post("/v1/hooks", body, "sheriff", key="one")
    again = own_house.post("/v1/hooks", body, "sheriff", key="one")
    assert (again.status_code, again.json()["hook"], again.json()["secret"]) == (201, first.json()["hook"], None)
    assert first.json()["secret"].startswith("whsec_")
    assert first.json()["secret"] not in own_house.get("/v1/hooks", "sheriff").content.decode()
    assert len(own_house.last_entries(Kind.HOOK_REGISTERED, 5)) == 1


def test_hints_count_in_the_day_and_stop_where_it_is_used_up(own_house: House, receiver: Receiver) -> None:
    own_house.agree("sheriff", limits={"questions_per_day": 1, "rows_per_reply": 50})
    hook = registered(own_house, receiver.url)
    book(own_house, "One")
    turn(hook)
    book(own_house, "Two")
    turn(hook)
    assert len(receiver.came) == 1
    who = own_house.by["sheriff"]
    assert Caller(who.authority.removeprefix("agency:"), who.person)
    assert own_house.ask("sheriff", question("sheriff", **MINE)).status_code == 429
    fold_is_sound(own_house)


def test_the_same_is_typed(
    own_house: House, receiver: Receiver, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PARS_HOME", str(own_house.home))  # each command sets it
    own_house.agree("sheriff", limits=WIDE)

    def typed(*words: str) -> tuple[int, str, str]:
        status = main(["--home", str(own_house.home), "hook", *words])
        connections.use_home(own_house.home)  # a command leaves none behind
        said = capsys.readouterr()
        return status, said.out, said.err

    asked = json.dumps(question("sheriff", **MINE))
    status, said, _ = typed("register", receiver.url, asked, "--by", "sheriff")
    assert status == 0, said
    (hook,), (secret,) = re.findall(r"Hook (\d+)\.", said), re.findall(r"whsec_\S+", said)
    book(own_house, "News")
    assert "nothing was told yet" in typed("list", "--by", "sheriff")[1]
    turn(int(hook))
    assert len(receiver.came) == 1
    status, said, _ = typed("list", "--by", "sheriff")
    assert (status, receiver.url in said, "delivered at" in said, secret in said) == (0, True, True, False)
    (told,) = json.loads(typed("list", "--by", "sheriff", "--json")[1])["hooks"]
    assert (told["hook"], told["outcome"], told["rests"]) == (int(hook), "DELIVERED", False)
    for words, says in (
        (("register", "ftp://x", asked, "--by", "sheriff"), "That is no address"),
        (("register", receiver.url, "{", "--by", "sheriff"), "That can't be read"),
        (("register", receiver.url, asked, "--until", "2026-01-01", "--by", "sheriff"), "That can't be read"),
        (("register", receiver.url, asked, "--by", "stranger"), "No agreement names stranger"),
        (("list", "--by", "nobody"), "No agreement names nobody"),
        (("remove", hook, "--by", "booking"), "no grant that allows user:name"),
        (("remove", "1", "--by", "sheriff"), "There is no such hook"),
    ):
        status, _, wrong = typed(*words)
        assert (status, says in wrong) == (2, True), wrong
    assert typed("remove", hook, "--by", "sheriff")[0] == 0
    assert "No hook is open." in typed("list", "--by", "sheriff")[1]
    fold_is_sound(own_house)


# ---------------------------------------------------------------- the worker itself


def test_pars_work_sends_hints_and_one_that_is_killed_loses_none(own_house: House, receiver: Receiver) -> None:
    own_house.agree("sheriff", limits=WIDE)
    hook = registered(own_house, receiver.url)
    with connections.connection("app") as given:
        given.execute("update web.hook_turn set due = 0")
    with working(own_house) as work:
        book(own_house, "One")
        receiver.wait(1, patience=40)
        work.kill()
    book(own_house, "Two")
    assert len(receiver.came) == 1
    with connections.connection("app") as given:
        given.execute("update web.hook_turn set due = 0")  # as if the minute between two hints were over
    with working(own_house) as work:
        receiver.wait(2, patience=40)
        work.terminate()
        assert work.wait(20) == 0
    assert state(own_house, hook)["outcome"] == "DELIVERED"
    fold_is_sound(own_house)


@contextmanager
def working(house: House) -> Iterator[subprocess.Popen[bytes]]:
    """Run `pars work` on the house's home, as a process of its own."""
    with (house.home / "work.log").open("wb") as log:
        command = [sys.executable, "-m", "pars", "--home", str(house.home), "work"]
        work = subprocess.Popen(command, stdout=log, stderr=log)
        try:
            yield work
        finally:
            work.kill()
            work.wait(20)
