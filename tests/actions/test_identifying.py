"""Who is at the door: accounts, tokens, and what a person can act as, which is a fact of the ledger and never of the account."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model

from pars.actions import agreeing, founding, identifying
from pars.actions.beats import Done, Refused
from pars.core.ledger.entries import By, Kind
from pars.core.terms import moment
from pars.store import ledger
from tests.desks import REGISTRAR
from tests.homes import serve
from tests.ledgers import AGENCY, PERSON, staff
from tests.web.screens import use_django

PASSWORD = "correct horse battery staple"


@pytest.fixture
def accounts(opened):
    """Lead Django to the test's database."""
    use_django()
    yield
    from django.db import connections

    connections.close_all()


def test_an_account_says_who_somebody_is_and_allows_nothing(accounts, entries):
    before = entries()[-1].id
    person = identifying.make_account(username="ann", name="Ann Example", password=PASSWORD)
    assert person.startswith("p-")
    assert identifying.person_of("ann") == person
    assert identifying.person_of("nobody") is None
    assert identifying.people() == {person: "Ann Example"}
    assert identifying.knows_password(person, PASSWORD)
    assert not identifying.knows_password(person, "another")
    assert not identifying.knows_password("p-none", PASSWORD)
    assert identifying.capacities(person) == ()
    assert entries(after=before) == []  # an account is no fact of the ledger


def test_passwords_are_kept_so_that_each_guess_is_dear(accounts):
    """The tests' own accounts are hashed quickly; PARS's are not."""
    from django.contrib.auth.hashers import check_password
    from django.test import override_settings

    from pars.config import settings

    with override_settings(PASSWORD_HASHERS=settings.PASSWORD_HASHERS):
        person = identifying.make_account(username="ann", name="Ann Example", password=PASSWORD)
        (kept,) = get_user_model().objects.filter(person=person).values_list("password", flat=True)
        assert kept.startswith("scrypt$16384$")
        assert check_password(PASSWORD, kept)
        assert not check_password("another", kept)


def test_two_accounts_have_two_names_and_two_persons(accounts):
    from django.db import IntegrityError

    identifying.make_account(username="ann", name="Ann", password=PASSWORD, person="ann")
    with pytest.raises(IntegrityError):
        identifying.make_account(username="ann", name="Another", password=PASSWORD)
    with pytest.raises(IntegrityError):
        identifying.make_account(username="eve", name="Eve", password=PASSWORD, person="ann")


def test_what_a_person_can_act_as_is_read_from_the_ledger_each_time(accounts, entries):
    assert [one.authority for one in identifying.capacities("clerk")] == ["grant:clerk"]
    assert identifying.able("clerk", "case:book") == staff("clerk")
    assert identifying.able("clerk", "report:make") is None
    assert identifying.able("stranger", "case:book") is None
    assert identifying.anybody_able("grant:give")
    assert isinstance(founding.remove_grant(grant="clerk", by=REGISTRAR), Done)
    assert identifying.capacities("clerk") == ()
    serve()
    (named,) = identifying.capacities(PERSON)
    assert (named.kind, named.agency, named.authority) == ("agency", AGENCY, f"agency:{AGENCY}")
    assert isinstance(agreeing.remove_user(agreement="AGR-1", person=PERSON, by=REGISTRAR), Done)
    assert identifying.capacities(PERSON) == ()


def test_a_token_names_one_person_and_one_client_until_it_is_over(accounts):
    identifying.make_account(username="ann", name="Ann", password=PASSWORD, person="clerk")
    token = identifying.issue_token(username="ann", client="desk-1", authority="grant:clerk")
    known = identifying.by_token(token)
    assert known is not None
    assert (known.person, known.name, known.client, known.by) == (
        "clerk",
        "Ann",
        "desk-1",
        By("clerk", "grant:clerk", "desk-1"),
    )
    assert identifying.by_token(token + "x") is None
    assert identifying.by_token("") is None
    now = moment(ledger.now())
    assert (
        identifying.by_token(identifying.issue_token(username="ann", client="c", authority="grant:clerk", expires=now)) is None
    )
    later = identifying.issue_token(username="ann", client="c", authority="grant:clerk", expires=now + timedelta(hours=1))
    assert identifying.by_token(later) is not None


def test_a_token_of_a_system_names_nobody(accounts):
    token = identifying.issue_token(username=None, client="machine", authority=f"agency:{AGENCY}")
    known = identifying.by_token(token)
    assert known is not None
    assert (known.person, known.agency) == ("", AGENCY)


def test_the_token_itself_is_not_kept(accounts, owner):
    identifying.make_account(username="ann", name="Ann", password=PASSWORD)
    token = identifying.issue_token(username="ann", client="desk-1", authority="grant:clerk")
    kept = owner.execute("select t::text from web.token t union all select a::text from web.account a").fetchall()
    assert not any(token in row[0] or PASSWORD in row[0] for row in kept)


def test_a_login_without_a_grant_does_nothing(accounts, entries):
    """Last: somebody with an account, a password and a token, whom no grant and no agreement names."""
    identifying.make_account(username="eve", name="Eve", password=PASSWORD, person="stranger")
    known = identifying.by_token(identifying.issue_token(username="eve", client="desk-1", authority="grant:registrar"))
    assert known is not None
    refused = founding.give_grant(person="stranger", role="registrar", by=known.by)
    assert isinstance(refused, Refused)
    assert refused.refusal.code == "NO_GRANT"
    assert entries(Kind.REFUSED)[-1].by == known.by
