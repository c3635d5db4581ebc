"""A revocation whose lock somebody holds who stopped in the middle: refused in words, with what helps, wherever it is done."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from django.test import Client

from pars.actions import agreeing
from pars.core.ledger.entries import Kind
from pars.core.terms import Refusal
from pars.edge.commands import main
from pars.store import connections, ledger
from tests.api.houses import PASSWORD, House, question
from tests.api.test_v1_events import fold_is_sound

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def stopped(house: House, *authorities: str) -> Iterator[None]:
    """Hold authorities as a session does whose server was stopped between its lock and its commit; waits are short meanwhile."""
    with connections.connection("app") as given:
        (login,) = given.execute("select current_user").fetchone() or ("",)
    with psycopg.connect(house.owner, autocommit=True) as owner:
        name = owner.info.dbname
        owner.execute(f'alter role "{login}" in database "{name}" set lock_timeout = \'300ms\'')
        connections.use_home(house.home)  # new sessions, with the new patience
        for authority in authorities:
            owner.execute("select pg_advisory_lock_shared(%s)", [ledger.authority_key(authority)])
        try:
            yield
        finally:
            owner.execute("select pg_advisory_unlock_all()")
            owner.execute(f'alter role "{login}" in database "{name}" reset lock_timeout')
            connections.use_home(house.home)


def revocation(house: House, seat: str, answers: int) -> dict[str, Any]:
    """Return a seat's signed vote to revoke, as `/v1` takes it."""
    version = house.get("/v1/agreements/warrant-desk").json()["ballot"]["votable"][-1]["version"]
    ballot = agreeing.sign_with_home_key(
        agreement="warrant-desk", choice="revoke", version=version, answers=answers, by=house.by[seat]
    )
    assert not isinstance(ballot, Refusal)
    return {"version": version, "choice": "revoke", "seat": seat, "answers": answers, "signature": ballot.signature.hex()}


def test_what_is_held_is_refused_in_words_and_nothing_was_done(
    own_house: House, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PARS_HOME", str(own_house.home))  # each command sets it
    own_house.agree("sheriff")
    (adopted,) = own_house.last_entries(Kind.AGREEMENT_VOTED, 1)
    body = revocation(own_house, "city", adopted.id)
    hook = own_house.post(
        "/v1/hooks", {"question": question("sheriff"), "address": "https://records.example.gov/"}, "sheriff"
    ).json()["hook"]
    page = Client(SERVER_NAME="localhost")
    assert page.login(username="sheriff", password=PASSWORD)
    with stopped(own_house, "agreement:warrant-desk"):
        answer = own_house.post("/v1/agreements/warrant-desk/votes", body, "city")
        assert (answer.status_code, answer.json()["reason"], answer["retry-after"]) == (503, "AUTHORITY_HELD", "1")
        assert "nothing was done" in answer.json()["detail"]
        assert "the operator ends the server that hangs" in answer.json()["detail"]
        refused = own_house.receipt_of(answer)
        assert (refused.kind, refused.detail["code"]) == (Kind.REFUSED, "AUTHORITY_HELD")

        # Under the very lock that is held not even the refusal can be entered: it is told all the same.
        removed = own_house.delete(f"/v1/hooks/{hook}", "sheriff")
        assert (removed.status_code, removed.json()["reason"]) == (503, "AUTHORITY_HELD")
        assert "receipt" not in removed.json()
        shown = page.post(f"/ask/hooks/{hook}/remove")
        assert (shown.status_code, "the operator ends the server" in shown.content.decode()) == (503, True)

        home = ["--home", str(own_house.home), "agreement"]
        assert main([*home, "revoke", "warrant-desk", "--by", "city"]) == 2
        assert "the operator ends the server that hangs" in capsys.readouterr().err
        connections.use_home(own_house.home)
        assert main(["--home", str(own_house.home), "hook", "remove", str(hook), "--by", "sheriff"]) == 2
        assert "the operator ends the server that hangs" in capsys.readouterr().err
        connections.use_home(own_house.home)
    assert own_house.get("/v1/agreements/warrant-desk").json()["state"] == "IN_FORCE"
    for seat in ("city", "courts"):
        answer = own_house.post("/v1/agreements/warrant-desk/votes", revocation(own_house, seat, adopted.id), seat)
        assert answer.status_code == 200, answer.content
    assert own_house.get("/v1/agreements/warrant-desk").json()["state"] == "REVOKED"
    fold_is_sound(own_house)
