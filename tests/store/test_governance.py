"""Who may see what, from rows: built act by act as the verifier builds it, cached only while nothing was added."""

from __future__ import annotations

import json

import pytest

from pars.core import canonical
from pars.core.agreements.agreement import standing
from pars.core.ledger import drafts
from pars.core.ledger.entries import By, Entry, decode
from pars.core.ledger.fold import State, fold
from pars.core.terms import DAY, Refusal
from pars.store import connections, genesis, governance, ledger, rows, vault
from pars.store.repeated import Unreadable
from tests.agreements import CHARTER, CHARTER_DOCUMENT
from tests.homes import REGISTER, adopt, cast, do, make_version, open_for_tests, propose, serve
from tests.ledgers import CLIENT, HELD, PERSON, PROFILE, REGISTRAR, hashed


def folded(owner) -> State:
    """Fold the ledger from its bytes alone."""
    texts = dict(owner.execute("select sha256, body from governance.text").fetchall())
    state = State()
    for (body,) in owner.execute("select body from ledger.entry order by ledger.entry.xid, id").fetchall():
        entry = decode(body)
        assert isinstance(entry, Entry)
        state = fold(state, entry, texts, vault.verify)
        assert isinstance(state, State), state
    return state


def test_rows_say_what_the_ledger_says(opened, owner):
    made = serve()
    do(drafts.user_named(agreement="AGR-1", person="sergeant", holds=HELD, end=ledger.now() + DAY))
    do(drafts.user_removed(agreement="AGR-1", person=PERSON))
    do(drafts.client_bound(client="second", agency="sheriff", agreement="AGR-1"))
    do(drafts.client_unbound(client=CLIENT, agreement="AGR-1"))
    do(drafts.grant_removed(grant="clerk"))
    other = make_version({"/agreement": "AGR-2", "/parties/agency/id": "probation"}, start=ledger.now(), end=ledger.now() + DAY)
    propose(other)
    state = folded(owner)
    with ledger.reading():
        assert {grant.id: grant for grant in rows.load_grants()} == state.grants
        assert {agreement.id: agreement for agreement in rows.load_agreements()} == state.agreements
        assert rows.clients_of("AGR-1") == {"second"} == {client for client, name in state.clients if name == "AGR-1"}
        assert rows.load_agreements("probation") == (state.agreements["AGR-2"],)
        assert rows.load_version(made.hash) == made
        assert rows.load_agreement("AGR-9") is None
        assert rows.load_grant("nobody") is None
        assert rows.grants_of("clerk")[0].period.end is not None
        opening = rows.load_opening()
    assert opening is not None
    assert (opening.charter, opening.origin, opening.simulated) == (CHARTER, "pars.test/log", True)


def test_an_agreement_is_read_anew_once_something_was_added(opened):
    made = serve()
    with ledger.reading():
        before = rows.load_agreement("AGR-1")
        assert rows.load_agreement("AGR-1") is before
    with ledger.reading():
        cast_entry = rows.load_agreement("AGR-1").turns[-1].entry
    done = cast("suspend", "city", made, cast_entry)
    with ledger.reading() as at:
        after = rows.load_agreement("AGR-1")
        assert after is not before
        assert (standing(before, at).state, standing(after, at).state) == ("IN_FORCE", "SUSPENDED")
        assert after.last == done.at


def test_an_agreement_that_is_added_to_is_the_one_that_is_built_anew(opened):
    made = serve()
    acts = [
        lambda at: cast("suspend", "city", made, at),
        lambda _: do(drafts.user_named(agreement="AGR-1", person="sergeant", holds=HELD)),
        lambda at: cast("reinstate", "courts", made, at),
        lambda at: cast("reinstate", "city", made, at),
        lambda _: do(drafts.user_removed(agreement="AGR-1", person="sergeant")),
        lambda _: propose(make_version(number=2, start=ledger.now(), end=ledger.now() + DAY)),
    ]
    seen = []
    for act in acts:
        with ledger.reading():
            answers = rows.load_agreement("AGR-1").turns[-1].entry
        act(answers)
        with ledger.reading():
            added_to = rows.load_agreement("AGR-1")
            seen.append((added_to, connections.last_remembered(("agreement", "AGR-1"))[0]))
            connections.forget()
            assert rows.load_agreement("AGR-1") == added_to
    # Whoever still reads an earlier snapshot gets what was so then, and the newest is built anew after them.
    earlier, newest = seen[2]
    with ledger.reading():
        assert rows.load_agreement("AGR-1", newest=newest) == earlier != seen[-1][0]
        assert rows.load_agreement("AGR-1") == seen[-1][0]


def test_a_row_that_no_vote_signed_makes_the_agreement_unreadable(opened, owner):
    """The owner of the database can write a row; nobody can write the owners' signatures."""
    made = serve()
    owner.execute("alter table governance.vote disable trigger user")
    owner.execute("update governance.vote set signature = set_byte(signature, 5, 1)")
    connections.forget()
    with ledger.reading(), pytest.raises(Unreadable, match="signature"):
        rows.load_agreement(made.agreement)


def test_only_what_narrows_moves_the_stamp(opened, owner):
    stamp = lambda: dict(owner.execute("select authority, n from governance.stamp").fetchall())  # noqa: E731
    at = ledger.now()
    made = make_version(start=at, end=at + DAY)
    adopt(made)
    do(drafts.user_named(agreement="AGR-1", person=PERSON, holds=HELD))
    do(drafts.client_bound(client=CLIENT, agency="sheriff", agreement="AGR-1"))
    assert stamp() == {}
    do(drafts.user_removed(agreement="AGR-1", person=PERSON))
    assert stamp() == {"agreement:AGR-1": 1}
    do(drafts.client_unbound(client=CLIENT, agreement="AGR-1"))
    do(drafts.grant_removed(grant="clerk"))
    assert stamp() == {"agreement:AGR-1": 2, "grant:clerk": 1}
    # A new version that supersedes the one in force changes what is in force.
    again = make_version(number=2, start=at, end=at + DAY)
    proposed = propose(again)
    cast("adopt", "city", again, proposed.entry)
    assert stamp()["agreement:AGR-1"] == 2
    cast("adopt", "courts", again, proposed.entry)
    assert stamp()["agreement:AGR-1"] == 3


def test_a_removed_grant_ends_when_it_was_removed(opened):
    done = do(drafts.grant_removed(grant="clerk"))
    with ledger.reading() as at:
        grant = rows.load_grant("clerk")
    assert grant is not None
    assert grant.period.end == done.at <= at
    with ledger.acting(By("clerk", "grant:clerk")) as act:
        assert act.grant == grant
        ledger.append(Refusal(code="NO", says="No."), by=By("clerk", "grant:clerk"))


def test_acting_gives_the_grant_and_none_where_there_is_none(opened):
    with ledger.acting(REGISTER) as act:
        assert act.grant is not None
        assert act.grant.role.hash == hashed(REGISTRAR)
        ledger.append(Refusal(code="NO", says="No."), by=REGISTER)
    for by in (By("x", "grant:nobody"), genesis.SYSTEM):
        with ledger.acting(by) as act:
            assert act.grant is None
            ledger.append(Refusal(code="NO", says="No."), by=by)


# ---------------------------------------------------------------- the opening


def test_a_ledger_is_opened_under_readable_rules_only(home):
    opening = {"origin": "pars.test/log", "roles": [REGISTRAR], "profile": PROFILE}
    wrong = canonical.write({**CHARTER_DOCUMENT, "owners": {}})
    assert isinstance(genesis.open_ledger(charter=wrong, **opening), Refusal)
    assert isinstance(genesis.open_ledger(charter=canonical.write(CHARTER_DOCUMENT), **{**opening, "roles": [b"{}"]}), Refusal)
    assert isinstance(genesis.open_ledger(charter=canonical.write(CHARTER_DOCUMENT), **{**opening, "profile": b"{}"}), Refusal)
    with ledger.reading():
        assert governance.load_opening() is None
    open_for_tests()
    with ledger.reading():
        assert rows.load_opening() is not None


def test_the_first_entry_is_number_0_and_names_the_log_key(opened, owner):
    (body,) = owner.execute("select body from ledger.entry where id = 0").fetchone()
    said = json.loads(body)
    assert said["d"]["log_key"] == vault.log_key().public_key().public_bytes_raw().hex()
