"""Webhooks: which address will do and where it may lead, how long a hook lasts, and what the fold takes of them."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from ipaddress import ip_network
from typing import Any

import pytest

from pars.core.access.hooks import (
    MOST_HOOKS,
    WAITS,
    Address,
    hint_text,
    may_be_reached,
    read_address,
    refuse_end,
    refuse_host,
    refuse_question,
    secret_text,
    signature,
    wait_after,
)
from pars.core.access.question import Question, read_question
from pars.core.ledger import drafts, hook_drafts
from pars.core.terms import DAY, HOUR, Instant, Refusal
from tests.agreements import NOW, in_force
from tests.ledgers import AGREEMENT, HELD, PERSON, Ledger, hashed, make_version, outsider, staff

REGISTRAR = staff("registrar")
END = NOW + DAY
HOME = (ip_network("127.0.0.0/8"), ip_network("::1/128"))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("https://records.example.gov/pars", "https://records.example.gov/pars"),
        ("https://records.example.gov", "https://records.example.gov/"),
        ("https://records.example.gov:443/x?y=1", "https://records.example.gov/x?y=1"),
        ("https://records.example.gov:8443/x", "https://records.example.gov:8443/x"),
    ],
)
def test_an_address_is_https_with_a_name(text: str, shown: str) -> None:
    found = read_address(text)
    assert isinstance(found, Address)
    assert found.text == shown
    assert read_address(found.text) == found


@pytest.mark.parametrize(
    "text",
    [
        None, 7, "", "records.example.gov", "http://records.example.gov/", "ftp://records.example.gov/", "https://", "https:///x",
        "https://user:secret@records.example.gov/", "https://records.example.gov/#part", "https://records.example.gov/a b",
        "https://records.example.gov/a\r\nhost: other", "https://records.example.gov\\@other.example/", "https://réc.example/",
        "https://127.0.0.1/", "https://2130706433/", "https://0x7f.1/", "https://[::1]/", "https://localhost/", "https://RECORDS.example.gov/",
        "https://records.example.gov:0/", "https://records.example.gov:65536/", "https://records.example.gov/" + "a" * 500,
    ],
)  # fmt: skip
def test_any_other_address_is_refused_with_its_place(text: object) -> None:
    found = read_address(text)
    assert isinstance(found, Refusal), found
    assert (found.code, found.names) == ("WRONG_ADDRESS", ("/address",))


def test_a_demo_may_use_its_own_machine() -> None:
    assert read_address("http://127.0.0.1:8081/x", plain=True) == Address("127.0.0.1", 8081, "/x", plain=True)
    assert read_address("http://localhost/x", plain=True) == Address("localhost", 80, "/x", plain=True)
    assert isinstance(read_address("gopher://localhost/x", plain=True), Refusal)
    found = read_address("http://localhost/x", plain=True)
    assert isinstance(found, Address)
    assert found.text == "http://localhost/x"


@pytest.mark.parametrize(
    ("number", "public"),
    [
        ("93.184.216.34", True), ("2606:2800:220:1:248:1893:25c8:1946", True), ("::ffff:93.184.216.34", False), ("2002:5db8:d822::1", True),
        ("0.0.0.0", False), ("10.0.0.1", False), ("100.64.0.1", False), ("127.0.0.1", False), ("169.254.169.254", False), ("172.16.0.1", False),
        ("192.0.2.1", False), ("192.168.1.1", False), ("198.18.0.1", False), ("224.0.0.1", False), ("240.0.0.1", False), ("255.255.255.255", False),
        ("::", False), ("::1", False), ("::ffff:127.0.0.1", False), ("::ffff:169.254.169.254", False), ("64:ff9b::7f00:1", False),
        ("fc00::1", False), ("fe80::1", False), ("fe80::1%eth0", False), ("fec0::1", False), ("ff02::1", False), ("2001:db8::1", False),
        ("2002:7f00:1::1", False), ("2002:a9fe:a9fe::1", False), ("2001:0:0:0:0:0:80ff:fffe", False), ("no number", False),
    ],
)  # fmt: skip
def test_hints_go_to_public_numbers_alone(number: str, public: bool) -> None:
    assert may_be_reached(number) is public
    assert not may_be_reached(number, plain=True)


def test_a_demos_networks_are_reached_too_and_nothing_beside_them() -> None:
    for plain in (False, True):
        assert may_be_reached("127.0.0.1", HOME, plain=plain)
        assert may_be_reached("::1", HOME, plain=plain)
        assert not may_be_reached("10.0.0.1", HOME, plain=plain)
        assert not may_be_reached("169.254.169.254", HOME, plain=plain)


def asked(**changes: Any) -> Question:
    found = read_question({"purpose": "warrant_service", "columns": ["surname"], **changes})
    assert isinstance(found, Question)
    return found


@pytest.mark.parametrize(
    ("text", "also", "fits"),
    [
        ("http://127.0.0.1:8080/x", HOME, True),
        ("http://10.0.0.1/x", HOME, False),
        ("https://10.0.0.1/x", HOME, False),
        ("https://records.example.gov/x", HOME, True),
        ("https://8.8.8.8/x", HOME, True),
        ("http://8.8.8.8/x", HOME, False),
    ],
)
def test_a_number_that_is_no_public_machines_is_refused_at_once(text: str, also: Any, fits: bool) -> None:
    address = read_address(text, plain=True)
    assert isinstance(address, Address)
    refusal = refuse_host(address, also)
    assert (refusal is None) == fits
    assert refusal is None or (refusal.code, refusal.names) == ("WRONG_ADDRESS", ("/address",))


def test_a_hook_rests_on_a_question_that_can_be_asked_as_long_as_it_lasts() -> None:
    assert refuse_question(asked()) is None
    refusal = refuse_question(asked(approval=7, emergency="LIFE_AT_RISK", after="abc"))
    assert refusal is not None
    assert (refusal.code, refusal.names) == ("NOT_FOR_A_HOOK", ("/question/approval", "/question/emergency", "/question/after"))


def test_a_hook_has_an_end_of_its_own_within_the_versions_and_the_namings() -> None:
    made = make_version(end=END)
    agreement = in_force(made, person=PERSON)
    assert refuse_end(agreement, made, PERSON, NOW, Instant(END)) is None
    assert refuse_end(agreement, made, PERSON, NOW, Instant(NOW + 1)) is None
    for end in (END + 1, NOW, NOW - 1):
        refusal = refuse_end(agreement, made, PERSON, NOW, Instant(end))
        assert refusal is not None
        assert (refusal.code, refusal.names) == ("WRONG_END", ("/until",))
    ending = in_force(made, person=PERSON, end=END - HOUR)
    later = Instant(END - 2 * HOUR)
    assert refuse_end(ending, made, PERSON, later, Instant(END - HOUR)) is None
    assert refuse_end(ending, made, PERSON, later, Instant(END - HOUR + 1)) is not None
    assert refuse_end(agreement, made, "stranger", NOW, Instant(END)) is None  # who isn't named is refused for that


def test_a_hint_is_tried_some_times_ever_further_apart_and_then_no_more() -> None:
    waits = [wait_after(n) for n in range(1, len(WAITS) + 2)]
    assert waits[-1] is None
    assert list(WAITS) == sorted(WAITS) == waits[:-1]


def test_a_hint_is_signed_as_standard_webhooks_are() -> None:
    body = hint_text(hook=7, entry=9, agreement="A-1")
    assert json.loads(body) == {
        "pars": "changed",
        "hook": 7,
        "entry": 9,
        "agreement": "A-1",
        "says": "Something that you may ask for has changed. Come and ask.",
    }
    secret = b"0123456789abcdef0123456789abcdef"
    told = base64.b64decode(secret_text(secret).removeprefix("whsec_"))
    expected = hmac.new(told, b"hint-7-9.1800000000." + body, hashlib.sha256).digest()
    assert signature(secret, message="hint-7-9", at=1_800_000_000, body=body) == "v1," + base64.b64encode(expected).decode()


# ---------------------------------------------------------------- the fold


def served(changes: dict[str, Any] | None = None) -> tuple[Ledger, Any]:
    ledger = Ledger()
    made = ledger.serve(make_version(changes, end=END))
    ledger.add(drafts.user_named(agreement=AGREEMENT, person="sergeant", holds=HELD), REGISTRAR)
    return ledger, made


def registered(ledger: Ledger, made: Any, by: Any = None, **changes: Any) -> int:
    said = {
        "agency": "sheriff", "agreement": AGREEMENT, "version": made.hash, "purpose": "warrant_service", "columns": ("record", "surname"),
        "filters": (), "question": hashed(b"q"), "address": hashed(b"a"), "end": END,
    }  # fmt: skip
    at = {"at": changes.pop("at")} if "at" in changes else {}
    return ledger.add(hook_drafts.hook_registered(**{**said, **changes}), by or outsider(), **at).id


def hint(ledger: Ledger, made: Any, hook: int, **changes: Any) -> Any:
    return ledger.disclose(made, hook=hook, **{"rows": 0, "columns": ("record", "surname"), "filters": (), **changes})


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({}, None),
        ({"columns": ("record", "district")}, "NOT_GRANTED"),
        ({"agreement": "other"}, "OTHER_AGREEMENT"),
        ({"version": hashed(b"other")}, "UNKNOWN_VERSION"),
        ({"purpose": "other"}, "UNKNOWN_PURPOSE"),
        ({"end": END + 1}, "WRONG_END"),
        ({"end": 0}, "WRONG_END"),
        ({"by": outsider("stranger")}, "NOT_NAMED"),
        ({"by": outsider(client="stranger")}, "CLIENT_NOT_BOUND"),
    ],
)
def test_a_hook_is_registered_as_a_stream_is_opened(changes: dict[str, Any], code: str | None) -> None:
    ledger, made = served()
    hook = registered(ledger, made, **changes)
    if code:
        assert ledger.violation() == code
    else:
        assert set(ledger.state().hooks) == {hook}


def test_where_streams_need_a_second_person_no_hook_is_registered() -> None:
    ledger, made = served({"/approval": {"over_rows": 10, "minutes": 60}})
    registered(ledger, made)
    assert ledger.violation() == "APPROVAL_NEEDED"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({}, None),
        ({"rows": 1}, "RECORDS"),
        ({"by": outsider("sergeant")}, "NO_SUCH_HOOK"),
        ({"columns": ("record",)}, "OTHER_QUESTION"),
        ({"filters": ("surname",)}, "OTHER_QUESTION"),
        ({"purpose": "court_administration"}, "OTHER_QUESTION"),
    ],
)
def test_a_hint_is_of_its_hook_and_holds_no_record(changes: dict[str, Any], code: str | None) -> None:
    ledger, made = served()
    hint(ledger, made, registered(ledger, made), **changes)
    assert ledger.violation() == code if code else ledger.state()


def test_no_hint_is_of_a_hook_that_never_was_or_is_over() -> None:
    ledger, made = served()
    hint(ledger, made, 1)
    assert ledger.violation() == "NO_SUCH_HOOK"
    ledger.entries.pop()
    hook = registered(ledger, made, end=NOW + HOUR)
    hint(ledger, made, hook, at=NOW + HOUR - 1)
    assert ledger.state()
    hint(ledger, made, hook, at=NOW + HOUR)
    assert ledger.violation() == "HOOK_ENDED"


def test_a_hook_is_removed_once_by_its_agencys_people_or_by_whoever_names_them() -> None:
    for by in (outsider("sergeant"), REGISTRAR):
        ledger, made = served()
        hook = registered(ledger, made)
        ledger.add(hook_drafts.hook_removed(agreement=AGREEMENT, hook=hook), by)
        assert ledger.state().hooks == {}
        hint(ledger, made, hook)
        assert ledger.violation() == "NO_SUCH_HOOK"
        ledger.entries.pop()
        ledger.add(hook_drafts.hook_removed(agreement=AGREEMENT, hook=hook), by)
        assert ledger.violation() == "NO_SUCH_HOOK"


def test_hooks_go_with_their_person_and_no_new_naming_brings_them_back() -> None:
    ledger, made = served()
    hook = registered(ledger, made)
    ledger.add(drafts.user_named(agreement=AGREEMENT, person="other", holds=HELD), REGISTRAR)
    others = registered(ledger, made, outsider("other"))
    person = outsider().person
    ledger.add(drafts.user_removed(agreement=AGREEMENT, person=person), REGISTRAR)
    ledger.add(drafts.user_named(agreement=AGREEMENT, person=person, holds=HELD), REGISTRAR)
    assert set(ledger.state().hooks) == {others}
    hint(ledger, made, hook)
    assert ledger.violation() == "NO_SUCH_HOOK"


def test_no_more_hooks_are_open_at_once_than_may_be() -> None:
    ledger, made = served()
    over = Instant(ledger.at + HOUR)
    registered(ledger, made, end=over)
    for _ in range(MOST_HOOKS):
        registered(ledger, made, at=over)
    assert len(ledger.state().hooks) == MOST_HOOKS + 1, "one had ended"
    registered(ledger, made, at=over)
    assert ledger.violation() == "TOO_MANY_HOOKS"


@pytest.mark.parametrize(
    ("by", "agreement", "code"),
    [
        (outsider("stranger"), AGREEMENT, "NOT_NAMED"),
        (outsider(client="stranger"), AGREEMENT, "CLIENT_NOT_BOUND"),
        (staff("clerk"), AGREEMENT, "NOT_YOUR_ACT"),
        (REGISTRAR, "other", "NO_SUCH_HOOK"),
    ],
)
def test_nobody_else_removes_one(by: Any, agreement: str, code: str) -> None:
    ledger, made = served()
    ledger.add(hook_drafts.hook_removed(agreement=agreement, hook=registered(ledger, made)), by)
    assert ledger.violation() == code
