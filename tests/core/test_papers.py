"""Papers as data: what each says, when a case has none yet, who may be given it, and that nothing else can be on it."""

from __future__ import annotations

import json
import re
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given

from pars.core.access.catalogue import CATALOGUE
from pars.core.cases import facts
from pars.core.cases.bail import CONDITIONS, STANDARD_CONDITIONS, TYPES, OrderTerms
from pars.core.cases.booking import correct_facts
from pars.core.cases.case import Case, release_order
from pars.core.cases.custody import acknowledge_release
from pars.core.cases.facts import (
    FACTS,
    ChargeDecided,
    ChargeFiled,
    ComplaintSigned,
    Fact,
    IdentityClaimed,
    Interviewed,
    NarrativeWritten,
)
from pars.core.cases.papers import PAPERS, Paper, columns_of, kind_named, offered, plain, refuse_reader, write
from pars.core.cases.papers.court_words import SAYS
from pars.core.cases.papers.fields import COLUMNS, READ, WITHHELD, reduced
from pars.core.cases.papers.said import CONDICIONES, TIPOS, number_said, time_said
from pars.core.cases.release import post_bail
from pars.core.terms import Instant, Refusal, StatedTime
from tests.cases import (
    ARREST,
    MONEY,
    NOW,
    PERSON,
    REFUSED,
    ROR,
    asked,
    at,
    booked,
    decided,
    done,
    heard,
    order,
    ordered,
    sent,
    signed,
)
from tests.core.test_parts import role
from tests.walks import cases

if TYPE_CHECKING:
    from pars.core.access.explain import Language

STAY_AWAY = replace(
    MONEY, types=("NONMONETARY", "MONETARY"), conditions=("STAY_AWAY",), conditions_note="Not near 9 Quillon Row."
)


NOMINAL = replace(ROR, types=("NOMINAL",), amount_cents=100, surety="A friend")


def paper(case: Case, slug: str, language: Language = "en", **more: Any) -> Paper:
    """Return a paper that the case has."""
    written = write(case, PAPERS[slug], recorded={}, language=language, **more)
    assert isinstance(written, Paper), written
    return written


def words(case: Case, slug: str, language: Language = "en") -> str:
    """Return everything that a paper says, as its JSON."""
    return json.dumps(plain(paper(case, slug, language)), ensure_ascii=False)


def none(case: Case, slug: str, code: str) -> Refusal:
    """Return why the case has no such paper."""
    written = write(case, PAPERS[slug], recorded={})
    assert isinstance(written, Refusal), written
    assert (written.code, bool(written.says)) == (code, True)
    return written


def posted(case: Case, cents: int) -> Case:
    standing = release_order(case)
    assert standing is not None
    return done(post_bail(case, case.version, order=standing.n, amount_cents=cents))


# ---------------------------------------------------------------- when there is none yet


@pytest.mark.parametrize(
    ("slug", "code"),
    [
        ("complaint", "NO_COMPLAINT"),
        ("worksheet", "NO_INTERVIEW"),
        ("order", "NO_ORDER"),
        ("conditions", "NO_ORDER"),
        ("bond", "NO_ORDER"),
        ("receipt", "NO_ORDER"),
        ("commitment", "NO_ORDER"),
        ("discharge", "NOTHING_DISCHARGES"),
        ("notice", "NO_HEARING"),
        ("subpoena", "NO_ORDER"),
        ("victim-notice", "NO_ORDER"),
    ],
)
def test_a_case_that_is_not_there_yet_has_no_such_paper_and_says_who_can_help(slug: str, code: str) -> None:
    assert none(decided(), slug, code).remedy


def test_an_affidavit_needs_the_officers_account() -> None:
    none(booked(arrests=[replace(ARREST, narrative=None)]), "affidavit", "NO_ACCOUNT")
    assert "The officer's account." in words(booked(), "affidavit")


def test_a_complaint_that_was_signed_elsewhere_is_not_made_here() -> None:
    case = signed()
    reported = tuple(replace(fact, reported=True) if isinstance(fact, ComplaintSigned) else fact for fact in case.facts)
    assert none(replace(case, facts=reported), "complaint", "SIGNED_ELSEWHERE").remedy


def test_there_is_no_bond_where_bail_is_refused_and_no_receipt_for_nothing() -> None:
    none(ordered(terms=REFUSED), "bond", "BAIL_REFUSED")
    none(ordered(terms=MONEY), "receipt", "NOTHING_POSTED")
    none(ordered(terms=MONEY), "conditions", "NO_CONDITION_IN_WORDS")


def test_who_is_heard_and_has_no_order_yet_gets_no_notice() -> None:
    none(heard(), "notice", "NO_ORDER")


def test_a_person_is_committed_or_discharged_and_never_both() -> None:
    kept, free = ordered(terms=MONEY), ordered(terms=ROR)
    assert none(kept, "discharge", "STILL_KEPT").remedy
    assert "ends at once, at any hour" in words(kept, "commitment")
    assert none(free, "commitment", "NOTHING_KEEPS").remedy
    assert "this paper ends no other hold" in words(free, "discharge")
    paid = posted(kept, 50_000)
    none(paid, "commitment", "NOTHING_KEEPS")
    assert '["Put down", "$500.00"]' in words(paid, "discharge")
    assert "Only an order of the court ends" in words(ordered(terms=REFUSED), "commitment")


def test_a_charge_that_is_withdrawn_after_the_order_ends_what_the_order_asked_for() -> None:
    kept = ordered(terms=MONEY)
    withdrawn = decided(kept, "DECLINE", reason="EVIDENCE")
    for slug in ("commitment", "bond", "subpoena", "order", "conditions"):
        assert none(withdrawn, slug, "DECLINED").remedy
    assert "no charge is filed" in words(withdrawn, "discharge")
    assert "charged with nothing" in words(withdrawn, "notice")


def test_a_child_is_not_committed_by_the_adults_paper() -> None:
    case = ordered(terms=MONEY)
    young = tuple(replace(f, birth_date=at("2015-01-01")) if isinstance(f, IdentityClaimed) else f for f in case.facts)
    none(replace(case, facts=young), "commitment", "CHILD")
    none(replace(case, facts=young), "discharge", "NOTHING_DISCHARGES")
    withdrawn = decided(case, "DECLINE", reason="EVIDENCE")
    young = tuple(replace(f, birth_date=at("2015-01-01")) if isinstance(f, IdentityClaimed) else f for f in withdrawn.facts)
    assert "no charge is filed" in words(replace(withdrawn, facts=young), "discharge"), "a child whom nothing holds goes home"


@given(cases())
def test_no_case_ever_has_both(case: Case) -> None:
    assert not all(isinstance(write(case, PAPERS[slug], recorded={}), Paper) for slug in ("commitment", "discharge"))


# ---------------------------------------------------------------- what they say


def test_the_complaint_says_what_was_signed() -> None:
    said = words(signed(), "complaint")
    for part in ("Marian Whitlock", "June 1, 1990", "12 Invented Street", "Q333333-0", "26-01-000001", "18 § 3921 §§ A", "M3"):
        assert part in said
    assert paper(signed(), "complaint").body.signatures[0].signer == "ada"
    assert '["Version"' not in said


def test_what_was_corrected_after_the_signature_is_not_on_the_signed_complaint() -> None:
    case = signed()
    who = case.latest(IdentityClaimed)
    assert who is not None
    moved = replace(who, address="99 Later Street", corrects=who.n, n=0, entry=None)
    corrected = done(correct_facts(case, case.version, facts=[moved], why="Moved.", at=NOW))
    said = words(corrected, "complaint")
    assert "12 Invented Street" in said
    assert "99 Later Street" not in said


def test_a_second_complaint_says_which_it_replaces() -> None:
    case = signed()
    again = signed(decided(case, "AMEND", grade="M2", reason="GRADE"))
    assert "2, in the place of version 1" in words(again, "complaint")


def test_money_is_the_whole_amount_and_the_deposit_apart() -> None:
    for slug in ("order", "bond", "commitment", "notice"):
        said = words(ordered(terms=MONEY), slug)
        assert "$5,000.00" in said, slug
        assert "10 percent: $500.00" in said, slug
    assert "10 por ciento: $500.00" in words(ordered(terms=MONEY), "notice", "es")
    said = words(posted(ordered(terms=MONEY), 20_000), "receipt")
    assert '["Still to be put down", "$300.00"]' in said


@pytest.mark.parametrize(
    ("terms", "pledge"),
    [
        (ROR, "No money is pledged."),
        (
            replace(ROR, types=("UNSECURED",), amount_cents=300_000),
            "Nothing is put down now. If bail is forfeited, I owe $3,000.00.",
        ),
        (
            replace(ROR, types=("NOMINAL",), amount_cents=100, surety="Kit Marrow"),
            "$1.00 is put down, and the surety undertakes",
        ),
        (MONEY, "$500.00 is put down. If bail is forfeited, I owe the whole amount of $5,000.00."),
    ],
)
def test_the_bond_pledges_what_its_type_asks_for(terms: Any, pledge: str) -> None:
    case = ordered(terms=terms)
    assert pledge in words(case, "bond")
    labels = [sign.label for sign in paper(case, "bond").body.signatures]
    assert ("Surety" in labels) == ("NOMINAL" in terms.types)
    assert labels[0] == "Defendant"


def test_a_refusal_gives_its_reasons_and_a_late_date_its_cause() -> None:
    terms = replace(REFUSED, next_hearing=at("2027-01-04T09:00:00-05:00"), late_cause="The counsel asked.")
    said = words(ordered(terms=terms), "order")
    assert "No condition assures the appearance." in said
    assert "The counsel asked." in said
    assert "Conditions" not in said
    assert "Usted sigue detenido" in words(ordered(terms=terms), "notice", "es")


def test_the_words_of_a_condition_are_on_their_sheet_and_in_the_notice_and_never_in_the_file() -> None:
    case = ordered(terms=STAY_AWAY)
    for slug, kind in PAPERS.items():
        written = write(case, kind, recorded={})
        if isinstance(written, Paper):
            assert ("Quillon" in json.dumps(plain(written))) == (slug in {"conditions", "notice", "victim-notice"}), slug
            assert not (kind.filed and "Quillon" in json.dumps(plain(written)))
    assert "stand on the sheet" in words(case, "order")
    assert "stand on the sheet" in words(case, "bond")


def test_a_note_without_a_condition_that_needs_one_has_its_sheet_too() -> None:
    terms = replace(STAY_AWAY, conditions=("MONITORING",), conditions_note="From 8 to 6.")
    assert "From 8 to 6." in words(ordered(terms=terms), "conditions")


def test_who_is_discharged_or_declined_is_told_so() -> None:
    no_cause = heard(asked(), probable_cause=False, reason="Nothing connects the person.")
    nothing = decided(sent(), "DECLINE", reason="EVIDENCE")
    assert "found no probable cause" in words(no_cause, "notice")
    assert "No se le acusa de nada" in words(nothing, "notice", "es")
    assert "found no probable cause" in words(no_cause, "discharge")
    assert "no charge is filed" in words(nothing, "discharge")
    assert "found no probable cause" in words(no_cause, "victim-notice")
    assert "declined or referred" in words(nothing, "victim-notice")


def test_a_discharge_after_an_order_leaves_no_next_date() -> None:
    case = ordered(terms=MONEY)
    again = replace(case, facts=(*case.facts, replace(case.latest(facts.Arraigned), n=case.next_number, probable_cause=False)))
    none(again, "subpoena", "NO_ORDER")


def test_whoever_was_harmed_reads_what_protects_them_and_whether_the_person_is_out() -> None:
    kept = ordered(terms=STAY_AWAY)
    assert "was not released by this order" in words(kept, "victim-notice")
    free = ordered()
    assert "may already be free" in words(free, "victim-notice")
    gone = done(acknowledge_release(free, free.version, released=True, at=NOW, cases=[free]))
    assert "has been released" in words(gone, "victim-notice")
    assert "12 Invented Street" not in words(kept, "victim-notice")
    bare = replace(
        kept, facts=tuple(replace(f, conditions=()) if isinstance(f, facts.ReleaseOrdered) else f for f in kept.facts)
    )
    assert "protect you" not in words(bare, "victim-notice")


def test_a_worksheet_keeps_the_three_states_of_an_answer() -> None:
    said = words(asked(answers={"local_residence": "NO", "employed": "YES"}), "worksheet")
    for told in (
        '["Lives in the area", "no"]',
        '["Employed or at school", "yes"]',
        '["Family or friend to reach", "not answered"]',
    ):
        assert told in said
    declined = words(asked(outcome="DECLINED", answers=None), "worksheet")
    assert "not answered" not in declined
    assert "no worksheet is signed" in declined


def test_a_receipt_says_when_each_sum_was_recorded() -> None:
    case = posted(posted(ordered(terms=MONEY), 20_000), 10_000)
    kept = tuple(
        replace(fact, entry=7) if isinstance(fact, facts.BailPosted) and fact.n == len(case.facts) else fact
        for fact in case.facts
    )
    written = write(replace(case, facts=kept), PAPERS["receipt"], recorded={7: (NOW, "clerk")})
    assert isinstance(written, Paper)
    assert written.body.parts[0].table == (("1", "", "$200.00"), ("2", "November 20, 2026 at 12:10 EST", "$100.00"))
    assert written.recorded == NOW


def test_what_nobody_stated_is_said_to_be_missing() -> None:
    bare = booked(person=replace(PERSON, address=None), arrests=[replace(ARREST, otn=None, incident_number=None)], booking=None)
    said = words(signed(decided(sent(bare))), "complaint")
    assert said.count("not stated") == 4
    nobody = Case("case").add(facts.NarrativeWritten(arrest=1, text="x"))
    assert '["Commonwealth of Pennsylvania v.", "not stated"]' in words(nobody, "affidavit")


# ---------------------------------------------------------------- times and numbers


@pytest.mark.parametrize(
    ("time", "en", "es"),
    [
        (None, "not stated", "no consta"),
        (at("2026-12-03T09:00:00-05:00"), "December 3, 2026 at 09:00 EST", "3 de diciembre de 2026 a las 09:00 EST"),
        (at("2026-07-03T09:00"), "July 3, 2026 at 09:00 EDT", "3 de julio de 2026 a las 09:00 EDT"),
        (at("2026-11-01T01:30"), "November 1, 2026 at 01:30", "1 de noviembre de 2026 a las 01:30"),
        (at("2026-11-19"), "November 19, 2026", "19 de noviembre de 2026"),
        (at("2026-11"), "November 2026", "noviembre de 2026"),
        (at("2026"), "2026", "2026"),
    ],
)
def test_a_time_is_said_no_more_exactly_than_it_was_stated(time: StatedTime | None, en: str, es: str) -> None:
    assert (time_said(time, "en"), time_said(time, "es")) == (en, es)


def test_a_tracking_number_is_said_as_it_is_printed() -> None:
    assert number_said("Q3333330", "en") == "Q333333-0"
    assert number_said("X-1", "en") == "X-1"
    assert number_said(None, "es") == "no consta"


@pytest.mark.parametrize("terms", [ROR, MONEY, STAY_AWAY, replace(ROR, types=("UNSECURED",), amount_cents=50_000), NOMINAL])
@pytest.mark.parametrize("slug", ["bond", "receipt", "conditions"])
def test_a_translation_of_what_is_signed_says_so_and_is_signed_by_nobody(slug: str, terms: OrderTerms) -> None:
    case = ordered(terms=terms)
    if terms.deposit_percent:
        case = posted(case, 25_000)
    if PAPERS[slug].refuse(case) is not None:
        return
    english, spanish = paper(case, slug), paper(case, slug, "es")
    assert spanish.body.parts[0].heading == "Copia para leer"
    assert english.body.signatures
    assert spanish.body.signatures == ()
    assert english.body.sha256 == spanish.body.sha256
    said = [
        {text for part in one.body.parts for text in (part.heading, *part.says, *part.items, *part.after)}
        for one in (english, spanish)
    ]
    assert said[0] & said[1] <= {terms.conditions_note}, "a sentence without its Spanish"


def test_the_words_of_the_court_s_papers_have_their_spanish() -> None:
    assert SAYS["en"].keys() == SAYS["es"].keys()
    for key, says in SAYS["en"].items():
        assert says.count("{}") == SAYS["es"][key].count("{}"), key
        assert says.count("|") == SAYS["es"][key].count("|"), key


def test_every_type_and_condition_has_its_spanish() -> None:
    assert TIPOS.keys() == TYPES.keys()
    assert CONDICIONES.keys() == {**STANDARD_CONDITIONS, **CONDITIONS}.keys()


# ---------------------------------------------------------------- nothing else can be on it

CODES = {
    (ChargeDecided, "decision"),
    (Interviewed, "outcome"),
    (facts.InterviewBegun, "channel"),
    *((facts.InterviewAnswered, name) for name in ("question", "answer")),
    *((facts.AnswerVerified, name) for name in ("channel", "result")),
    *((facts.WorksheetSigned, name) for name in ("status", "recommended", "recommendation")),
    *((facts.WorksheetFactor, name) for name in ("question", "answer", "state")),
    (ChargeFiled, "inchoate"),
    (ChargeFiled, "grade_basis"),
}
CODES |= {(facts.ReleaseOrdered, "types"), (facts.ReleaseOrdered, "conditions"), (facts.ReleaseAcknowledged, "basis")}
"""Fields whose values come from closed lists: nobody's words stand there."""


def planted(case: Case) -> tuple[Case, dict[str, tuple[type[Fact], str]]]:
    """Return the case with a word of its own in every field of every fact that holds words, and where each word is."""
    where: dict[str, tuple[type[Fact], str]] = {}
    changed = []
    for fact in case.facts:
        values = {}
        for part in fields(fact):
            spot = (type(fact), part.name)
            if "str" in str(part.type) and "tuple" not in str(part.type) and spot not in CODES:
                word = f"planted{len(where)}x"
                where[word] = spot
                values[part.name] = word
        changed.append(replace(fact, **values))
    return replace(case, facts=tuple(changed)), where


@given(cases())
def test_no_planted_word_is_on_a_paper_whose_list_does_not_name_its_field(case: Case) -> None:
    sown, where = planted(case)
    for kind in PAPERS.values():
        if kind.refuse(case) is not None or kind.refuse(sown) is not None:
            continue
        for language in kind.titles:
            written = write(sown, kind, recorded={}, language=language)  # type: ignore[arg-type]
            assert isinstance(written, Paper)
            said = json.dumps(plain(written), ensure_ascii=False)
            for word, (fact, name) in where.items():
                assert word not in said or name in kind.fields.get(fact, ()), f"{fact.__name__}.{name} is on {kind.slug}"


def test_a_planted_word_is_found_where_the_list_names_its_field() -> None:
    sown, where = planted(ordered(terms=STAY_AWAY))
    said = words(sown, "order")
    found = {spot for word, spot in where.items() if word in said}
    assert {(IdentityClaimed, "full"), (facts.ReleaseOrdered, "next_court"), (facts.ReleaseOrdered, "reasons")} <= found
    assert (facts.ReleaseOrdered, "conditions_note") not in found


def test_times_and_amounts_that_no_list_names_are_on_no_paper() -> None:
    case = posted(ordered(terms=STAY_AWAY), 20_000)
    seen = set()
    for fact in case.facts:
        for part in fields(fact):
            value = getattr(fact, part.name)
            if not isinstance(value, StatedTime) and part.name != "amount_cents":
                continue
            other: Any = at("2071-05-04") if isinstance(value, StatedTime) else 2_071_00
            changed = replace(case, facts=tuple(replace(f, **{part.name: other}) if f is fact else f for f in case.facts))
            for slug, kind in PAPERS.items():
                written = write(changed, kind, recorded={})
                if isinstance(written, Paper) and re.search("2,?071", json.dumps(plain(written))):
                    assert part.name in kind.fields.get(type(fact), ()), f"{type(fact).__name__}.{part.name} is on {slug}"
                    seen.add((slug, part.name))
    assert {("complaint", "birth_date"), ("order", "next_hearing"), ("receipt", "amount_cents")} <= seen
    assert ("order", "birth_date") not in seen


def test_no_filed_paper_names_what_must_stay_off_it() -> None:
    for kind in PAPERS.values():
        named = {(fact, name) for fact, names in kind.fields.items() for name in names}
        assert (IdentityClaimed, "birthplace") not in named
        assert not (kind.filed and (facts.ReleaseOrdered, "conditions_note") in named)
        assert not (kind.filed and any(fact is Interviewed for fact, _ in named))
        assert all(name in {part.name for part in fields(fact)} for fact, name in named), kind.slug


@pytest.mark.parametrize(
    "number",
    [
        "123-45-6789",
        "123 45 6789",
        "123456789",
        "123–45–6789",
        "234-56-78-9",
        "SID 23456789",
        "S.I.D. no. 2345678",
        "ssn: 12345678",
    ],
)
def test_a_number_of_the_person_is_withheld_from_what_is_filed(number: str) -> None:
    case = booked()
    told = f"The man, {number}, of 12 Elm St, 19107-1234, call 215-555-0123, DC 26-01-000001, ran."
    sown = replace(case, facts=tuple(replace(f, text=told) if isinstance(f, NarrativeWritten) else f for f in case.facts))
    said = words(sown, "affidavit")
    assert number not in said
    assert f"The man, {WITHHELD}, of 12 Elm St, 19107-1234, call 215-555-0123, DC 26-01-000001, ran." in said


def test_a_hash_is_no_number_of_a_person() -> None:
    case = signed()
    hashed = "123456789a" + "b" * 54
    sown = replace(
        case, facts=tuple(replace(f, text_sha256=hashed) if isinstance(f, ComplaintSigned) else f for f in case.facts)
    )
    assert paper(sown, "complaint").body.sha256 == hashed


def test_what_cannot_be_seen_is_written_out() -> None:
    case = ordered()
    turned = tuple(replace(f, surname="Whit\u202elock") if isinstance(f, IdentityClaimed) else f for f in case.facts)
    assert "Whit\\\\u202elock" in words(replace(case, facts=turned), "subpoena")


# ---------------------------------------------------------------- versions


def with_entries(case: Case, acts: list[int]) -> Case:
    """Return the case as if saved: each act's facts under an entry of its own; `acts` says after which fact each act ended."""
    kept = tuple(replace(fact, entry=10 + sum(fact.n > last for last in acts)) for fact in case.facts)
    return replace(case, facts=kept, version=len(acts))


def test_a_paper_of_an_earlier_version_says_what_stood_then() -> None:
    first = ordered(terms=MONEY)
    changed = done(order(first, replace(ROR, reasons="The court heard more.")))
    saved = with_entries(changed, [len(first.facts), len(changed.facts)])
    assert "$5,000.00" in json.dumps(plain(paper(saved, "order", version=1)))
    assert "$5,000.00" not in json.dumps(plain(paper(saved, "order", version=2)))
    assert paper(saved, "order", version=1).version == 1
    assert paper(saved, "order") == paper(saved, "order", version=2)
    for version in (0, 3, -1):
        refused_ = write(saved, PAPERS["order"], recorded={}, version=version)
        assert isinstance(refused_, Refusal)
        assert refused_.code == "NO_SUCH_VERSION"


def test_the_version_says_when_it_was_recorded() -> None:
    case = ordered()
    saved = with_entries(case, [3, len(case.facts)])
    written = write(saved, PAPERS["order"], recorded={10: (Instant(1), "a"), 11: (NOW, "b")})
    assert isinstance(written, Paper)
    assert written.recorded == NOW


# ---------------------------------------------------------------- who may be given it


def test_every_field_with_a_column_of_its_name_goes_by_that_column() -> None:
    names = {column.name for column in CATALOGUE}
    for kind in PAPERS.values():
        for fact, printed in kind.fields.items():
            assert all(name in COLUMNS.get(fact, {}) for name in printed & names), f"{kind.slug}: {fact.__name__}"
    assert all(column in names for columns in COLUMNS.values() for column in columns.values())
    assert set(COLUMNS) | set(READ) <= set(FACTS)


def test_a_role_gets_the_papers_whose_every_field_it_reads() -> None:
    case = posted(ordered(terms=STAY_AWAY), 20_000)
    of = {name: {kind.slug for kind in offered(case, role(name))} for name in (
        "booking_officer", "charging_attorney", "pretrial_interviewer", "magistrate", "court_clerk", "custodian", "auditor",
    )}  # fmt: skip
    everything = {
        "complaint",
        "affidavit",
        "worksheet",
        "order",
        "conditions",
        "bond",
        "receipt",
        "commitment",
        "notice",
        "subpoena",
        "victim-notice",
    }
    assert of["magistrate"] == everything
    assert of["court_clerk"] == of["custodian"] == everything - {"affidavit", "worksheet"}
    assert of["charging_attorney"] == of["booking_officer"] == everything - {"worksheet"}
    assert of["pretrial_interviewer"] == {"complaint", "worksheet", "subpoena"}
    assert of["auditor"] == set()


def test_a_column_that_a_role_sees_only_masked_keeps_the_paper_from_it() -> None:
    magistrate = role("magistrate")
    masked = replace(magistrate, scope=replace(magistrate.scope, masks={"birth_date": "year"}))
    refusal = refuse_reader(PAPERS["complaint"], masked)
    assert refusal is not None
    assert refusal.code == "NOT_YOUR_PAPER"
    assert "birth_date" in refusal.says
    assert refuse_reader(PAPERS["bond"], masked) is None
    assert "birth_date" in columns_of(PAPERS["complaint"].fields)


def test_what_is_no_paper_or_no_language_of_it_is_refused() -> None:
    refused_ = kind_named("warrant")
    assert isinstance(refused_, Refusal)
    assert refused_.code == "NO_SUCH_PAPER"
    language = kind_named("order", "es")
    assert isinstance(language, Refusal)
    assert language.code == "NO_SUCH_LANGUAGE"
    assert kind_named("notice", "es") is PAPERS["notice"]


def test_a_paper_has_a_longest() -> None:
    case = booked()
    long = tuple(replace(f, text="word " * 50_000) if isinstance(f, NarrativeWritten) else f for f in case.facts)
    none(replace(case, facts=long), "affidavit", "PAPER_TOO_LONG")


def test_a_reduced_case_keeps_its_numbers() -> None:
    case = ordered()
    for kind in PAPERS.values():
        assert [fact.n for fact in reduced(case, kind.fields, filed=kind.filed).facts] == [fact.n for fact in case.facts]
