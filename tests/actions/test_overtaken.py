"""What time overtakes between an act's lock and its entry isn't entered: the ledger would never verify again."""

from __future__ import annotations

import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest

from pars.actions import agreeing, dealing, disclosing, founding
from pars.core.access.decision import GUARD
from pars.core.access.hooks import MOST_HOOKS
from pars.core.ledger import drafts
from pars.core.ledger.entries import By, Kind
from pars.core.terms import DAY, HOUR, Instant
from pars.store import hooks, ledger
from pars.store.ledger import Refused
from tests.actions.test_asking import ASKED, CALLER, ask, declined, done, told
from tests.desks import REGISTRAR
from tests.homes import book, serve
from tests.ledgers import AGENCY, CLIENT, HELD, hashed, staff
from tests.ledgers import REGISTRAR as REGISTER

if TYPE_CHECKING:
    from collections.abc import Callable

COLLEAGUE = By("sergeant", f"agency:{AGENCY}", CLIENT)
WITH_APPROVAL: dict[str, Any] = {"/approval": {"over_rows": 5, "minutes": 60}}


def stopped_until(monkeypatch: pytest.MonkeyPatch, at: int) -> None:
    """Stop the next act under its lock, just before its entry's time is read, until that instant."""
    now, left = ledger._now, [at]

    def late(given: Any) -> Instant:
        if left:
            shift = left.pop() - now(given)
            thread = threading.Thread(target=lambda: founding.shift_clock(shift))
            thread.start()
            thread.join()
        return now(given)

    monkeypatch.setattr(ledger, "_now", late)


def register(number: int = 1) -> Any:
    return disclosing.register_hook(caller=CALLER, asked=ASKED, address=f"https://records.example.gov/{number}")


BEGINNINGS: dict[Kind, Callable[[], Any]] = {
    Kind.EXPORT_OPENED: lambda: disclosing.open_export(caller=CALLER, asked=ASKED, form="ndjson"),
    Kind.APPROVAL_ASKED: lambda: disclosing.ask_approval(caller=CALLER, asked=ASKED),
    Kind.HOOK_REGISTERED: register,
}


@pytest.mark.parametrize("kind", BEGINNINGS, ids=lambda kind: kind.dotted)
def test_nothing_begins_when_the_end_has_come(sealed, entries, monkeypatch, kind):
    made = serve(WITH_APPROVAL if kind is Kind.APPROVAL_ASKED else None)
    stopped_until(monkeypatch, made.term.end - GUARD)
    refused = BEGINNINGS[kind]()
    assert isinstance(refused, disclosing.Declined), refused
    assert refused.refusal.code in {"ENDING", "AGREEMENT_ENDED"}
    assert entries(kind) == []


@pytest.mark.parametrize(("lasts", "until", "code"), [(DAY, HOUR, "REQUEST_OVER"), (HOUR // 2, None, "AGREEMENT_ENDED")])
def test_nothing_is_approved_when_the_time_for_it_is_over(sealed, entries, monkeypatch, lasts, until, code):
    made = serve(WITH_APPROVAL, lasts=lasts)
    done(agreeing.name_user(agreement="AGR-1", person=COLLEAGUE.person, holds=HELD, by=REGISTRAR))
    asked = done(disclosing.ask_approval(caller=CALLER, asked=ASKED))
    stopped_until(monkeypatch, made.term.end if until is None else asked.at + until)
    refused = disclosing.approve(agreement="AGR-1", asked=asked.entry, by=COLLEAGUE)
    assert isinstance(refused, Refused), refused
    assert refused.refusal.code == code
    assert entries(Kind.APPROVAL_GIVEN) == []


def test_nobody_acts_under_a_grant_that_has_ended(sealed, entries, monkeypatch):
    serve()
    end = Instant(ledger.now() + HOUR)
    with ledger.acting(REGISTRAR, exclusive=["grant:second"]) as act:
        given = drafts.grant_given(grant="second", person="second", role=hashed(REGISTER), start=act.at, end=end)
        ledger.append(given, by=REGISTRAR)
    second = staff("second")
    done(agreeing.name_user(agreement="AGR-1", person="sergeant", holds=HELD, by=second))
    stopped_until(monkeypatch, end)
    refused = agreeing.remove_user(agreement="AGR-1", person="sergeant", by=second)
    assert isinstance(refused, Refused), refused
    assert refused.refusal.code == "GRANT_ENDED"
    assert entries(Kind.USER_REMOVED) == []


def test_a_refusal_rests_on_nothing_and_is_entered_whatever_has_ended(sealed, entries, monkeypatch):
    serve()
    end = Instant(ledger.now() + HOUR)
    done(agreeing.name_user(agreement="AGR-1", person=COLLEAGUE.person, holds=HELD, end=end, by=REGISTRAR))
    stopped_until(monkeypatch, end)
    refused = dealing.report_outcome(agreement="AGR-1", receipt=1, outcome="cleared", by=COLLEAGUE)
    assert isinstance(refused, Refused), refused
    assert (refused.refusal.code, refused.at >= end) == ("NO_SUCH_ANSWER", True)


def test_an_agency_s_person_acts_while_they_are_named(sealed, entries, monkeypatch):
    serve()
    end = Instant(ledger.now() + HOUR)
    done(agreeing.name_user(agreement="AGR-1", person=COLLEAGUE.person, holds=HELD, end=end, by=REGISTRAR))
    answer = told(ask())
    stopped_until(monkeypatch, end)
    refused = dealing.report_outcome(agreement="AGR-1", receipt=answer.entry, outcome="cleared", by=COLLEAGUE)
    assert isinstance(refused, Refused), refused
    assert refused.refusal.code == "NOT_YOUR_AGREEMENT"
    assert entries(Kind.OUTCOME_REPORTED) == []


def test_an_export_opened_while_the_day_s_last_question_is_answered_leaves_a_ledger_that_verifies(sealed, entries, monkeypatch):
    serve({"/limits/questions_per_day": 1})
    book("Doe")
    append = ledger.append
    answered: list[Any] = []

    def meanwhile(*what: Any, **more: Any) -> Any:
        monkeypatch.setattr(ledger, "append", append)
        thread = threading.Thread(target=lambda: answered.append(ask()))
        thread.start()
        thread.join()
        return append(*what, **more)

    monkeypatch.setattr(ledger, "append", meanwhile)
    export = disclosing.open_export(caller=CALLER, asked=ASKED, form="ndjson")
    assert isinstance(export, disclosing.Export), export
    told(answered[0])
    _, chunk = disclosing.next_chunk(export, after=None)
    declined(chunk, "LIMIT_REACHED")
    assert [one.id for one in entries(Kind.DISCLOSED)] == [answered[0].entry]


def test_of_two_who_register_the_last_hook_at_once_one_finds_no_room(sealed, monkeypatch):
    serve()
    for number in range(MOST_HOOKS - 1):
        assert isinstance(register(number), disclosing.Registered)
    counted, together, found = hooks._open, threading.Barrier(2), []

    def both(agreement: str) -> list[int]:
        open_now = counted(agreement)
        with suppress(threading.BrokenBarrierError):  # the other one waits for this one's lock
            together.wait(1)
        return open_now

    monkeypatch.setattr(hooks, "_open", both)
    threads = [threading.Thread(target=lambda n=n: found.append(register(n))) for n in (10, 11)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(isinstance(one, disclosing.Registered) for one in found) == 1
    declined(next(one for one in found if not isinstance(one, disclosing.Registered)), "TOO_MANY_HOOKS")
