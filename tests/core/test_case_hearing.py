"""The hearing, the release order, and what is put down for it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pars.core.cases.arraignment import RIGHTS, hold_arraignment, warrantless
from pars.core.cases.bail import CONDITIONS, STANDARD_CONDITIONS, TYPES, OrderTerms, deposit_due, order_keeps, posted_cents
from pars.core.cases.board import now_row
from pars.core.cases.case import Case, hearing, release_order
from pars.core.cases.charging import decide_charges
from pars.core.cases.choices import ChargeChoice
from pars.core.cases.custody import what_holds
from pars.core.cases.facts import Arrested, ReleaseOrdered
from pars.core.cases.progress import missing_for_arraignment, next_steps, stage
from pars.core.cases.release import order_release, post_bail, release_order_text
from tests.cases import (
    ARREST,
    HEARD,
    MONEY,
    NOW,
    REFUSED,
    ROR,
    asked,
    at,
    booked,
    decided,
    done,
    hear,
    heard,
    order,
    ordered,
    refused,
    sent,
    signed,
)


def on_warrant() -> Case:
    return asked(signed(decided(sent(booked(arrests=[replace(ARREST, warrant=True)])))))


# ---------------------------------------------------------------- the hearing


def test_a_case_that_lacks_something_is_not_called() -> None:
    refusal = refused(hear(sent()), "NOT_READY", "DECISION", "COMPLAINT")
    assert "prosecutor" in refusal.remedy
    refused(hear(decided(decision="DECLINE", reason="EVIDENCE")), "DECLINED")
    refused(hear(signed()), "REASON_NEEDED", "reason")
    absent = hold_arraignment(None, 1, time=HEARD, probable_cause=True, at=NOW, **dict.fromkeys(RIGHTS, True))
    refused(absent, "NO_SUCH_CASE")
    called = heard(signed(), reason="The line to the district is down.")
    held = hearing(called)
    assert held is not None
    assert held.reason == "The line to the district is down."
    assert missing_for_arraignment(called, NOW) == ()
    refused(hear(called), "HEARING_HELD")


@pytest.mark.parametrize("right", RIGHTS)
def test_edge_27_no_hearing_without_every_advisal(right: str) -> None:
    case = asked()
    refusal = refused(hear(case, **{right: False}), "ADVISALS_INCOMPLETE", right)
    assert RIGHTS[right] in refusal.says
    refused(order(case), "NO_HEARING")


def test_edge_28_an_interpreter_once_needed_is_named() -> None:
    case = asked(interpreter="Portuguese")
    assert now_row(case)["interpreter"] == "Portuguese"
    refused(hear(case), "INTERPRETER_NEEDED", "interpreter")
    refused(hear(case, interpreter=" "), "INTERPRETER_NEEDED", "interpreter")
    held = hearing(heard(case, interpreter="Invented Interpreters"))
    assert held is not None
    assert held.interpreter == "Invented Interpreters"


def test_probable_cause_is_found_for_everyone_arrested_without_a_warrant() -> None:
    case = asked()
    assert warrantless(case)
    assert warrantless(Case(case.id))
    refused(hear(case, probable_cause=None), "PROBABLE_CAUSE_REQUIRED", "probable_cause")
    refused(hear(case, probable_cause=False), "REASON_NEEDED", "reason")
    assert not warrantless(on_warrant())
    assert now_row(heard(on_warrant(), probable_cause=None))["probable_cause"] is None


def test_without_probable_cause_the_person_is_discharged() -> None:
    case = heard(probable_cause=False, reason="The account doesn't name the person.")
    assert stage(case, NOW) == "DISCHARGED"
    assert what_holds((case,), NOW) == ()
    assert [step.act for step in next_steps(case, NOW)] == ["release:acknowledge"]
    refused(order(case), "DISCHARGED")
    arrest = case.current(Arrested)[0].n
    add = ChargeChoice(decision="ADD", reason="FACTS", arrest=arrest, statute="18 § 1", description="Another")
    refused(decide_charges(case, case.version, [add]), "DISCHARGED")


def test_a_hearing_lies_between_the_arrest_and_now() -> None:
    case = asked()
    refused(hear(case, time=at("2026-11-20T23:00:00-05:00")), "TIME_IN_FUTURE", "time")
    refused(hear(case, time=at("2026-11-20T02:00:00-05:00")), "BEFORE_ARREST", "time")
    # Where the recorded times contradict each other, the arrest's own date proves nothing against the hearing's.
    odd = booked(arrests=[replace(ARREST, time=at("2026-11-20T12:00:00-05:00"))])
    heard(asked(signed(decided(sent(odd)))))
    refused(hear(Case(case.id)), "AGE_UNRESOLVED")


# ---------------------------------------------------------------- the order


def test_the_order_is_signed_over_one_text() -> None:
    case = heard()
    refused(order_release(None, 1, terms=ROR, text_sha256="", signer="judge"), "NO_SUCH_CASE")
    refused(order(case, text_sha256="0" * 64), "TEXT_CHANGED", "text_sha256")
    made = release_order(ordered(case))
    assert made is not None
    assert made.signer == "judge"
    assert made.conditions == tuple(STANDARD_CONDITIONS)
    text = release_order_text(case, ROR).decode()
    assert "Type: Release on recognizance (Rule 524(C)(1))\n" in text
    assert text.count("Condition: ") == len(STANDARD_CONDITIONS)
    assert "Amount: not stated\n" in text
    assert "Amount: $5,000.00\nTo be put down: 10 percent\n" in release_order_text(case, MONEY).decode()
    assert "Preliminary arraignment: not stated\n" in release_order_text(asked(), ROR).decode()


def test_types_combine_and_keep_their_order() -> None:
    terms = replace(
        MONEY, types=("MONETARY", "NONMONETARY"), conditions=("NO_CONTACT", "REPORT"), conditions_note="With the complainant"
    )
    case = ordered(terms=terms)
    made = release_order(case)
    assert made is not None
    assert made.types == ("NONMONETARY", "MONETARY")
    assert made.conditions == (*STANDARD_CONDITIONS, "REPORT", "NO_CONTACT")
    assert now_row(case)["release_types"] == ("NONMONETARY", "MONETARY")
    assert now_row(case)["amount_cents"] == 500_000
    unsecured = replace(ROR, types=("UNSECURED", "NONMONETARY"), amount_cents=100_000, conditions=("REPORT",))
    assert stage(ordered(terms=unsecured), NOW) == "TO_RELEASE"


@pytest.mark.parametrize(
    ("terms", "code"),
    [
        (replace(ROR, types=()), "UNKNOWN_TYPE"),
        (replace(ROR, types=("CASH",)), "UNKNOWN_TYPE"),
        (replace(ROR, types=("ROR", "ROR")), "TYPE_TWICE"),
        (replace(ROR, types=("ROR", "NONMONETARY")), "TYPES_CONTRADICT"),
        (replace(REFUSED, types=("REFUSED", "MONETARY")), "TYPES_CONTRADICT"),
        (replace(MONEY, types=("MONETARY", "UNSECURED")), "TYPES_CONTRADICT"),
        (replace(REFUSED, reasons=" "), "REASONS_NEEDED"),
        (replace(REFUSED, amount_cents=0), "NO_MONEY_HERE"),
        (replace(ROR, deposit_percent=10), "NO_MONEY_HERE"),
        (replace(MONEY, amount_cents=None), "AMOUNT_NEEDED"),
        (replace(MONEY, amount_cents=0), "AMOUNT_NEEDED"),
        (replace(MONEY, deposit_percent=None), "PERCENT_NEEDED"),
        (replace(MONEY, deposit_percent=0), "PERCENT_NEEDED"),
        (replace(MONEY, deposit_percent=101), "PERCENT_NEEDED"),
        (replace(ROR, types=("UNSECURED",), amount_cents=1, deposit_percent=10), "NO_PERCENT_HERE"),
        (replace(ROR, types=("NOMINAL",), amount_cents=100), "SURETY_NEEDED"),
        (replace(ROR, types=("NOMINAL",), amount_cents=100_000, surety="A friend"), "NOT_NOMINAL"),
        (replace(ROR, types=("NOMINAL",), amount_cents=100, surety="A friend", deposit_percent=10), "NO_PERCENT_HERE"),
        (replace(ROR, conditions=("REPORT",)), "CONDITIONS_CONTRADICT"),
        (replace(ROR, types=("NONMONETARY",)), "CONDITIONS_CONTRADICT"),
        (replace(ROR, types=("NONMONETARY",), conditions=("APPEAR",)), "UNKNOWN_CONDITION"),
        (replace(ROR, types=("NONMONETARY",), conditions=("STAY_AWAY",)), "WORDS_NEEDED"),
        (replace(ROR, next_hearing=None), "NEXT_HEARING_NEEDED"),
        (replace(ROR, next_court=" "), "NEXT_HEARING_NEEDED"),
        (replace(ROR, next_hearing=at("2026-11-20T09:00:00-05:00")), "BEFORE_HEARING"),
        (replace(ROR, next_hearing=at("2026-12-12")), "DATE_BEYOND_LIMIT"),
        (replace(MONEY, next_hearing=at("2026-12-05")), "DATE_BEYOND_LIMIT"),
        (replace(REFUSED, next_hearing=at("2026-12-05")), "DATE_BEYOND_LIMIT"),
        (replace(ROR, types=("NOMINAL",), amount_cents=100, surety="A", next_hearing=at("2026-12-05")), "DATE_BEYOND_LIMIT"),
        (replace(ROR, next_hearing=at("2026-11-28T09:00:00-05:00")), "COURT_CLOSED"),
        (replace(ROR, next_hearing=at("2026-11-29T09:00:00-05:00"), late_cause=" "), "COURT_CLOSED"),
        (replace(ROR, next_hearing=at("2026-11-26T09:00:00-05:00")), "COURT_CLOSED"),
    ],
)
def test_terms_that_contradict_themselves_or_the_rule_are_refused(terms: OrderTerms, code: str) -> None:
    refused(order(heard(), terms), code)


def test_the_next_hearing_may_lie_on_the_last_day_or_later_for_cause() -> None:
    ordered(terms=replace(ROR, next_hearing=at("2026-12-11")))
    ordered(terms=replace(MONEY, next_hearing=at("2026-12-04T23:59:59-05:00")))
    ordered(terms=replace(MONEY, next_hearing=at("2026-12-18"), late_cause="The complainant is in hospital."))
    ordered(terms=replace(ROR, next_hearing=at("2026-11-28T09:00:00-05:00"), late_cause="The court sits on Saturday."))


def test_an_order_is_changed_only_with_reasons_and_only_the_last_counts() -> None:
    case = ordered(terms=MONEY)
    refused(order(case, ROR), "REASONS_NEEDED", "reasons")
    paid = done(post_bail(case, case.version, order=case.facts[-1].n, amount_cents=20_000))
    changed = done(order(paid, replace(ROR, reasons="New facts were shown.")))
    made = release_order(changed)
    assert made is not None
    assert (made.types, made.why) == (("ROR",), "New facts were shown.")
    assert posted_cents(changed, made) == 0
    assert stage(changed, NOW) == "TO_RELEASE"


def test_edge_19_an_old_order_does_not_cover_a_new_charge() -> None:
    case = ordered()
    arrest = case.current(Arrested)[0].n
    add = ChargeChoice(decision="ADD", reason="FACTS", arrest=arrest, statute="18 § 5104", description="Resisting Arrest")
    more = done(decide_charges(case, case.version, [add]))
    assert [holding.code for holding in what_holds((more,), NOW)] == ["NEW_CHARGES"]
    assert stage(more, NOW) == "HELD"
    refused(order(more, replace(ROR, reasons="x")), "CHARGES_UNHEARD")
    again = heard(signed(more), time=at("2026-11-20T12:00:00-05:00"))
    assert release_order(again) is None
    assert stage(again, NOW) == "ARRAIGNED"
    assert stage(ordered(again), NOW) == "TO_RELEASE"


# ---------------------------------------------------------------- money


def test_edge_25_refused_is_not_zero_and_ten_percent_is_not_the_whole() -> None:
    none, money = release_order(ordered(terms=REFUSED)), release_order(ordered(terms=MONEY))
    assert none is not None
    assert money is not None
    assert none.amount_cents is None
    assert none.conditions == ()
    assert now_row(ordered(terms=REFUSED))["amount_cents"] is None
    assert deposit_due(none) == 0
    assert order_keeps(ordered(terms=REFUSED), none)
    assert deposit_due(money) == 50_000
    refused(post_bail(ordered(terms=REFUSED), 7, order=none.n, amount_cents=100), "NOTHING_TO_POST")


@pytest.mark.parametrize(
    ("terms", "due"),
    [
        (replace(MONEY, amount_cents=999, deposit_percent=10), 100),
        (replace(MONEY, deposit_percent=100), 500_000),
        (replace(ROR, types=("NOMINAL",), amount_cents=100, surety="A friend"), 100),
        (replace(ROR, types=("UNSECURED",), amount_cents=100_000), 0),
        (ROR, 0),
    ],
)
def test_edge_25_what_must_be_put_down(terms: OrderTerms, due: int) -> None:
    made = release_order(ordered(terms=terms))
    assert made is not None
    assert deposit_due(made) == due
    assert deposit_due(replace(made, deposit_percent=None)) == (due if "MONETARY" not in made.types else 0)


def test_edge_25_an_amount_typed_ten_times_too_high_is_refused() -> None:
    case = ordered(terms=MONEY)
    number = case.facts[-1].n

    def post(amount: int, on: Case = case, order_number: int = number) -> object:
        return post_bail(on, on.version, order=order_number, amount_cents=amount)

    refused(post_bail(None, 1, order=1, amount_cents=1), "NO_SUCH_CASE")
    refused(post(5_000_000), "AMOUNT_TOO_HIGH", "amount_cents")
    refused(post(0), "AMOUNT_NEEDED", "amount_cents")
    refused(post(100, order_number=1), "NO_SUCH_ORDER", "order")
    refused(post(100, on=heard(), order_number=1), "NO_SUCH_ORDER", "order")
    half = done(post(25_000))
    assert stage(half, NOW) == "HELD"
    assert [step.act for step in next_steps(half, NOW)] == ["bail:post", "release:acknowledge"]
    whole = done(post(25_000, on=half))
    assert stage(whole, NOW) == "TO_RELEASE"
    refused(post(1, on=whole), "ALREADY_POSTED")


def test_the_tables_have_words() -> None:
    assert all(TYPES.values())
    assert not set(CONDITIONS) & set(STANDARD_CONDITIONS)
    fact = ReleaseOrdered(types=("ROR",), hearing=1, next_hearing=at("2026-12-01"))
    assert fact.conditions == ()
