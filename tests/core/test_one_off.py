"""One-off grants: given under the charter by whom it names for the paper, limited and ended, and never renewed."""

from __future__ import annotations

from typing import Any

import pytest

from pars.core import canonical
from pars.core.access.catalogue import COLUMNS
from pars.core.access.decision import Caller, Permit, decide
from pars.core.access.floor import floor
from pars.core.access.predicate import Is, OneOf
from pars.core.access.purposes import listed
from pars.core.access.question import Evidence, Question
from pars.core.agreements.agreement import NameUser, Propose, conflicts
from pars.core.agreements.one_off import LONGEST, PAPERS
from pars.core.agreements.pending import pending
from pars.core.agreements.plain import explain
from pars.core.agreements.version import Version, narrows, read_version
from pars.core.ledger import drafts
from pars.core.owners.charter import read_charter
from pars.core.terms import DAY, HOUR, Instant, Refusal
from tests import agreements, ledgers
from tests.agreements import CHARTER_DOCUMENT, DOCUMENT, END, START, History, changed, charter, version
from tests.ledgers import AGREEMENT, PERSON, Ledger, make_version, outsider

GIVES = {"subpoena": ["courts"], "court_order": ["courts", "prosecutor"]}
CHARTER = charter(one_off=GIVES)
PAPER = {"kind": "subpoena", "sha256": "5" * 64}
GRANT: dict[str, Any] = {
    "/paper": PAPER,
    "/purposes": [listed("legal_process").demanding("docket")],
    "/limits/people_per_day_in_all": 3,
}
ASKED = Question(
    purpose="legal_process",
    evidence=Evidence("docket", "MC-51-CR-0000001-2027"),
    columns=("surname", "arrest_date"),
    where=(Is("surname", "Doe"), Is("given", "Ann")),
)


def given(seat: str = "courts", **changes: Any) -> History:
    """Return the history of a grant that one seat gave and one person was named under."""
    history, made = History(CHARTER), version(GRANT | changes)
    history.adopt(made, (seat,))
    history.must(NameUser("deputy", None, ("training_completed",)))
    return history


def ask(history: History, question: Question = ASKED, at: int = START + HOUR) -> Permit | Refusal:
    return decide(Caller("sheriff", "deputy"), question, [history.current()], used={}, floor=floor, at=Instant(at))


# ---------------------------------------------------------------- given


def test_one_seat_that_the_charter_names_gives_it_alone() -> None:
    history = given()
    assert history.state(START) == "IN_FORCE"
    permit = ask(history)
    assert isinstance(permit, Permit)
    assert (permit.paper, permit.limit) == ("5" * 64, 3)


@pytest.mark.parametrize("choice", ["adopt", "reject"])
def test_a_seat_that_the_charter_does_not_name_neither_gives_nor_refuses_it(choice: str) -> None:
    history = History(CHARTER)
    entry = history.propose(version(GRANT))
    assert history.refused(agreements.vote(choice, "city", version(GRANT).hash, entry)) == "NOT_YOURS_TO_GIVE"
    assert history.state(history.at) == "PROPOSED"


def test_without_a_seat_in_the_charter_nobody_gives_any() -> None:
    assert History().refused(Propose(version(GRANT))) == "NOBODY_GIVES"
    own = {"/paper/kind": "own_request", "/purposes": [listed("own_request").demanding("case_number")]}
    assert (
        History(CHARTER).refused(
            Propose(version(GRANT | {"/paper": {**PAPER, "kind": "own_request"}} | {"/purposes": own["/purposes"]}))
        )
        == "NOBODY_GIVES"
    )


def test_it_is_refused_once_everybody_who_may_give_it_has_refused() -> None:
    made = version(GRANT | {"/paper": {**PAPER, "kind": "court_order"}})
    history = History(CHARTER)
    entry = history.propose(made)
    history.must(agreements.vote("reject", "courts", made.hash, entry))
    assert history.state(history.at) == "PROPOSED"
    history.must(agreements.vote("reject", "prosecutor", made.hash, entry))
    assert history.state(history.at) == "REJECTED"


def test_a_column_s_own_owner_must_still_consent() -> None:
    strict = charter(one_off=GIVES, consent={"filed_charges": "prosecutor"})
    history, made = History(strict), version(GRANT)
    entry = history.propose(made)
    history.must(agreements.vote("adopt", "courts", made.hash, entry))
    assert history.state(history.at) == "PROPOSED"
    history.must(agreements.vote("adopt", "prosecutor", made.hash, entry))
    assert history.state(START) == "IN_FORCE"
    refused = History(strict)
    entry = refused.propose(made)
    refused.must(agreements.vote("reject", "prosecutor", made.hash, entry))
    assert refused.state(refused.at) == "REJECTED"


def test_a_paper_binds_at_once_whatever_notice_the_charter_gives_agreements() -> None:
    slow = charter(one_off=GIVES, notice_us=20 * DAY)
    history = History(slow)
    history.adopt(version(GRANT), ("courts",))
    assert history.state(START) == "IN_FORCE"


def test_whoever_gave_it_withdraws_it_alone_and_nobody_else_does() -> None:
    history = given()
    history.must(history.voted("revoke", "prosecutor", START + HOUR), START + HOUR)
    assert history.state(START + HOUR) == "IN_FORCE"
    history.must(history.voted("revoke", "courts", START + 2 * HOUR), START + 2 * HOUR)
    assert history.state(START + 2 * HOUR) == "REVOKED"


# ---------------------------------------------------------------- its form


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"/purposes": DOCUMENT["purposes"]}, "OTHER_PURPOSE"),
        ({"/purposes": [*GRANT["/purposes"], *DOCUMENT["purposes"]]}, "OTHER_PURPOSE"),
        ({"/limits/people_per_day_in_all": agreements.ABSENT}, "LIMIT_NEEDED"),
        ({"/scope/rows": {"column": "surname", "is": "Doe"}}, "PERSON_IN_TEXT"),
        ({"/scope/rows": {"any": [{"column": "otn", "is": "N 123456-1"}, {"column": "adult", "is": "yes"}]}}, "PERSON_IN_TEXT"),
    ],
)
def test_a_grant_that_is_none_is_refused_at_its_proposal(changes: dict[str, Any], code: str) -> None:
    text = {place: value for place, value in (GRANT | changes).items() if value is not agreements.ABSENT}
    assert History(CHARTER).refused(Propose(version(text))) == code


def test_it_lasts_ninety_days_at_most() -> None:
    assert History(CHARTER).propose(version(GRANT, end=START + LONGEST))
    assert History(CHARTER).refused(Propose(version(GRANT, end=START + LONGEST + 1))) == "TERM_TOO_LONG"


@pytest.mark.parametrize("kind", ["", "letter", 5])
def test_a_paper_of_another_kind_is_refused_with_its_place(kind: object) -> None:
    read = read_version(canonical.write(changed(DOCUMENT, GRANT | {"/paper": {**PAPER, "kind": kind}})))
    assert isinstance(read, Refusal)
    assert (read.code, read.names) == ("UNKNOWN_PAPER", ("/paper/kind",))


@pytest.mark.parametrize("purpose", sorted(set(PAPERS.values())))
def test_no_agreement_without_a_paper_has_a_paper_s_purpose(purpose: str) -> None:
    made = version({"/purposes/0": listed(purpose).demanding("case_number")})
    assert History(CHARTER).refused(Propose(made)) == "PAPER_NEEDED"


def test_it_is_never_renewed_or_amended_and_no_agreement_becomes_one() -> None:
    history = given()
    assert history.refused(Propose(version(GRANT, number=2))) == "NOT_RENEWABLE"
    assert history.refused(Propose(version(number=2))) == "NOT_RENEWABLE"
    ordinary = History(CHARTER)
    ordinary.adopt(version())
    assert ordinary.refused(Propose(version(GRANT, number=2))) == "NOT_RENEWABLE"
    assert not narrows(version(GRANT, number=2), version({place: value for place, value in GRANT.items() if place != "/paper"}))


def test_a_grant_stands_beside_the_agency_s_agreement() -> None:
    assert conflicts(version(GRANT | {"/agreement": "SUB-1"}), [agreements.in_force()], START) is None


def test_a_paper_opens_nothing_again_under_another_name() -> None:
    again = version(GRANT | {"/agreement": "SUB-1"}, start=END, end=END + DAY)
    other = version(GRANT | {"/agreement": "SUB-1", "/paper": {**PAPER, "sha256": "6" * 64}}, start=END, end=END + DAY)
    history = given()
    for at in (START, END):
        refused = conflicts(again, [history.current()], Instant(at))
        assert refused is not None
        assert (refused.code, refused.names) == ("PAPER_USED", ("/paper/sha256",))
        assert conflicts(other, [history.current()], Instant(at)) is None
    assert conflicts(version({"/agreement": "AGR-2"}), [history.current()], START) is None
    elsewhere = {"/parties/agency": {**DOCUMENT["parties"]["agency"], "id": "another"}}
    assert conflicts(version(GRANT | {"/agreement": "SUB-1"} | elsewhere), [history.current()], START) is None


def test_a_paper_that_was_given_nothing_on_may_be_proposed_under_another_name() -> None:
    history, made = History(CHARTER), version(GRANT)
    entry = history.propose(made)
    again = version(GRANT | {"/agreement": "SUB-1"})
    refused = conflicts(again, [history.current()], history.at)
    assert refused is not None
    assert refused.code == "PAPER_USED"
    history.must(agreements.vote("reject", "courts", made.hash, entry))
    assert conflicts(again, [history.current()], history.at) is None


@pytest.mark.parametrize(
    ("part", "code", "place"),
    [
        ({"letter": ["courts"]}, "UNKNOWN_FIELD", "/one_off/letter"),
        ({"subpoena": ["mayor"]}, "UNKNOWN_WORD", "/one_off/subpoena/0"),
        ({"subpoena": []}, "WRONG_LENGTH", "/one_off/subpoena"),
    ],
)
def test_a_charter_names_seats_for_papers_that_there_are(part: object, code: str, place: str) -> None:
    read = read_charter(canonical.write({**CHARTER_DOCUMENT, "one_off": part}), COLUMNS)
    assert isinstance(read, Refusal)
    assert (read.code, read.names) == (code, (place,))


# ---------------------------------------------------------------- asked under, and said


@pytest.mark.parametrize("where", [(), (Is("surname", "Doe"),), (OneOf("surname", ("Doe", "Roe")), Is("given", "Ann"))])
def test_every_question_names_a_person(where: Any) -> None:
    refused = ask(given(), Question(purpose="legal_process", evidence=ASKED.evidence, columns=ASKED.columns, where=where))
    assert isinstance(refused, Refusal)
    assert refused.code == "NAMES_NOBODY"


def test_only_who_may_give_it_is_told_to_act_and_nobody_to_renew_it() -> None:
    history = History(CHARTER)
    history.propose(version(GRANT))
    (waits,) = pending(history.current(), CHARTER, history.at)
    assert (waits.seats, waits.have, waits.needs) == (("courts",), 0, 1)
    assert pending(given().current(), CHARTER, Instant(START + HOUR)) == ()


@pytest.mark.parametrize(
    ("language", "says"), [("en", "Given once, on a subpoena."), ("es", "Se concede una sola vez, por una citación.")]
)
def test_the_paper_is_said(language: str, says: str) -> None:
    said = explain(version(GRANT), language)  # type: ignore[arg-type]
    assert any(sentence.startswith(says) and "5" * 64 in sentence for sentence in said)
    assert not any("new vote" in sentence or "nuevo voto" in sentence for sentence in said)


# ---------------------------------------------------------------- in the ledger


def opened_with(document: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> Ledger:
    """Return a ledger that was opened under another charter."""
    monkeypatch.setattr(ledgers, "CHARTER_DOCUMENT", document)
    return Ledger()


def served(monkeypatch: pytest.MonkeyPatch, seats: tuple[str, ...] = ("courts",)) -> tuple[Ledger, Version]:
    ledger = opened_with({**CHARTER_DOCUMENT, "one_off": GIVES}, monkeypatch)
    made = make_version(GRANT)
    ledger.adopt(made, seats)
    registrar = ledgers.staff("registrar")
    ledger.add(drafts.client_bound(client=ledgers.CLIENT, agency=ledgers.AGENCY, agreement=AGREEMENT), registrar)
    ledger.add(drafts.user_named(agreement=AGREEMENT, person=PERSON, holds=ledgers.HELD), registrar)
    return ledger, made


ANSWER: dict[str, Any] = {"purpose": "legal_process", "filters": ["given", "surname"]}


def test_an_answer_in_the_ledger_says_its_paper(monkeypatch: pytest.MonkeyPatch) -> None:
    ledger, made = served(monkeypatch)
    ledger.disclose(made, **ANSWER, paper="5" * 64)
    assert ledger.state()
    for changes, code in (
        ({}, "OTHER_PAPER"),
        ({"paper": "6" * 64}, "OTHER_PAPER"),
        ({"paper": "5" * 64, "filters": ["surname"]}, "NAMES_NOBODY"),
    ):
        ledger, made = served(monkeypatch)
        ledger.disclose(made, **(ANSWER | changes))
        assert ledger.violation() == code
    ordinary = Ledger()
    ordinary.disclose(ordinary.serve(), paper="5" * 64)
    assert ordinary.violation() == "OTHER_PAPER"


def test_a_grant_that_another_seat_gave_is_a_violation(monkeypatch: pytest.MonkeyPatch) -> None:
    ledger, _ = served(monkeypatch, ("city",))
    del ledger.entries[-2:]  # whom it names comes after
    assert ledger.violation() == "NOT_YOURS_TO_GIVE"


def test_an_export_under_a_paper_names_a_person_too(monkeypatch: pytest.MonkeyPatch) -> None:
    for filters, code in ((["given", "surname"], None), (["surname"], "NAMES_NOBODY")):
        ledger, made = served(monkeypatch)
        ledger.add(
            drafts.export_opened(
                agency=ledgers.AGENCY,
                version=made.hash,
                purpose="legal_process",
                form="ndjson",
                columns=["surname"],
                filters=filters,
            ),
            outsider(),
        )
        assert ledger.violation() == code if code else ledger.state()
