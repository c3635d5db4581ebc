"""The detainer matrix: kind of paper × rule by date × stage of the case × conviction, with the four answers and the citation.

The tables are written from the orders, not from the program, and hold nothing of its data. A cell is the I-247A's answers in the
order hold, notice, hand-over, access, then those to a notice request: H honor, D decline, - not asked.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest

from pars.core import canonical
from pars.core.cases.case import Case, Change
from pars.core.cases.detainer_rules import (
    RULES,
    DetainerRule,
    code_taken,
    owners_rules,
    rule_at,
    rule_document,
    rule_ends,
    rule_named,
    rules_sha256,
)
from pars.core.cases.detainers import answers_by, decide_detainer, honored_holds, matter_stage
from pars.core.cases.facts import DetainerDecided, DetainerReceived
from pars.core.owners.detainer_text import DetainerText
from pars.core.owners.owners_text import InForce, read_owners_text
from pars.core.terms import DAY, HOUR, Instant, Period, Refusal
from tests.cases import REFUSED, at, booked, decided, heard, ordered, signed
from tests.owners import profile, rule

PAPERS = ("NONE", "ADMINISTRATIVE", "JUDICIAL")
CONVICTIONS = ("none", "F1_VIOLENT", "F2_VIOLENT", "PRIOR_LISTED")
FORMS = ("I-247A", "NOTICE_REQUEST")
WORDS = {"H": "HONOR", "D": "DECLINE", "-": "NOT_ASKED"}

STAGES: dict[str, tuple[Case, ...]] = {
    "BEFORE_HEARING": (booked(), decided(), signed()),
    "HEARD": (heard(), ordered(), ordered(terms=REFUSED)),
    "ENDED": (decided(decision="DECLINE", reason="EVIDENCE"), heard(probable_cause=False, reason="No cause shown.")),
}

# Detainers were honored, whatever came with them.
HONORED = """
stage           conviction    NONE        ADMINISTRATIVE  JUDICIAL
BEFORE_HEARING  none          HHHH/-H-H   HHHH/-H-H       HHHH/-H-H
BEFORE_HEARING  F1_VIOLENT    HHHH/-H-H   HHHH/-H-H       HHHH/-H-H
BEFORE_HEARING  F2_VIOLENT    HHHH/-H-H   HHHH/-H-H       HHHH/-H-H
BEFORE_HEARING  PRIOR_LISTED  HHHH/-H-H   HHHH/-H-H       HHHH/-H-H
HEARD           none          HHHH/-H-H   HHHH/-H-H       HHHH/-H-H
HEARD           F1_VIOLENT    HHHH/-H-H   HHHH/-H-H       HHHH/-H-H
HEARD           F2_VIOLENT    HHHH/-H-H   HHHH/-H-H       HHHH/-H-H
HEARD           PRIOR_LISTED  HHHH/-H-H   HHHH/-H-H       HHHH/-H-H
ENDED           none          HHHH/-H-H   HHHH/-H-H       HHHH/-H-H
ENDED           F1_VIOLENT    HHHH/-H-H   HHHH/-H-H       HHHH/-H-H
ENDED           F2_VIOLENT    HHHH/-H-H   HHHH/-H-H       HHHH/-H-H
ENDED           PRIOR_LISTED  HHHH/-H-H   HHHH/-H-H       HHHH/-H-H
"""

# A conviction in this matter of a violent first- or second-degree felony AND a judge's warrant; notice has the same test.
BOTH = """
stage           conviction    NONE        ADMINISTRATIVE  JUDICIAL
BEFORE_HEARING  none          DDDD/-D-D   DDDD/-D-D       DDDD/-D-D
BEFORE_HEARING  F1_VIOLENT    DDDD/-D-D   DDDD/-D-D       DDDD/-D-D
BEFORE_HEARING  F2_VIOLENT    DDDD/-D-D   DDDD/-D-D       DDDD/-D-D
BEFORE_HEARING  PRIOR_LISTED  DDDD/-D-D   DDDD/-D-D       DDDD/-D-D
HEARD           none          DDDD/-D-D   DDDD/-D-D       DDDD/-D-D
HEARD           F1_VIOLENT    DDDD/-D-D   DDDD/-D-D       HHHH/-H-H
HEARD           F2_VIOLENT    DDDD/-D-D   DDDD/-D-D       HHHH/-H-H
HEARD           PRIOR_LISTED  DDDD/-D-D   DDDD/-D-D       DDDD/-D-D
ENDED           none          DDDD/-D-D   DDDD/-D-D       DDDD/-D-D
ENDED           F1_VIOLENT    DDDD/-D-D   DDDD/-D-D       DDDD/-D-D
ENDED           F2_VIOLENT    DDDD/-D-D   DDDD/-D-D       DDDD/-D-D
ENDED           PRIOR_LISTED  DDDD/-D-D   DDDD/-D-D       DDDD/-D-D
"""

# The hold as before; notice on request for a listed serious felony conviction, also an earlier one, whatever the paper.
WIDER_NOTICE = """
stage           conviction    NONE        ADMINISTRATIVE  JUDICIAL
BEFORE_HEARING  none          DDDD/-D-D   DDDD/-D-D       DDDD/-D-D
BEFORE_HEARING  F1_VIOLENT    DDDD/-D-D   DDDD/-D-D       DDDD/-D-D
BEFORE_HEARING  F2_VIOLENT    DDDD/-D-D   DDDD/-D-D       DDDD/-D-D
BEFORE_HEARING  PRIOR_LISTED  DHDD/-H-D   DHDD/-H-D       DHDD/-H-D
HEARD           none          DDDD/-D-D   DDDD/-D-D       DDDD/-D-D
HEARD           F1_VIOLENT    DHDD/-H-D   DHDD/-H-D       HHHH/-H-H
HEARD           F2_VIOLENT    DHDD/-H-D   DHDD/-H-D       HHHH/-H-H
HEARD           PRIOR_LISTED  DHDD/-H-D   DHDD/-H-D       DHDD/-H-D
ENDED           none          DDDD/-D-D   DDDD/-D-D       DDDD/-D-D
ENDED           F1_VIOLENT    DDDD/-D-D   DDDD/-D-D       DDDD/-D-D
ENDED           F2_VIOLENT    DDDD/-D-D   DDDD/-D-D       DDDD/-D-D
ENDED           PRIOR_LISTED  DHDD/-H-D   DHDD/-H-D       DHDD/-H-D
"""

# A judge's warrant, and nothing else.
JUDGE = """
stage           conviction    NONE        ADMINISTRATIVE  JUDICIAL
BEFORE_HEARING  none          DDDD/-D-D   DDDD/-D-D       HHHH/-H-H
BEFORE_HEARING  F1_VIOLENT    DDDD/-D-D   DDDD/-D-D       HHHH/-H-H
BEFORE_HEARING  F2_VIOLENT    DDDD/-D-D   DDDD/-D-D       HHHH/-H-H
BEFORE_HEARING  PRIOR_LISTED  DDDD/-D-D   DDDD/-D-D       HHHH/-H-H
HEARD           none          DDDD/-D-D   DDDD/-D-D       HHHH/-H-H
HEARD           F1_VIOLENT    DDDD/-D-D   DDDD/-D-D       HHHH/-H-H
HEARD           F2_VIOLENT    DDDD/-D-D   DDDD/-D-D       HHHH/-H-H
HEARD           PRIOR_LISTED  DDDD/-D-D   DDDD/-D-D       HHHH/-H-H
ENDED           none          DDDD/-D-D   DDDD/-D-D       HHHH/-H-H
ENDED           F1_VIOLENT    DDDD/-D-D   DDDD/-D-D       HHHH/-H-H
ENDED           F2_VIOLENT    DDDD/-D-D   DDDD/-D-D       HHHH/-H-H
ENDED           PRIOR_LISTED  DDDD/-D-D   DDDD/-D-D       HHHH/-H-H
"""

# The owners' own invented rule: a judge's warrant to hold and to hand over; notice always; access after a listed conviction.
OWNERS = """
stage           conviction    NONE        ADMINISTRATIVE  JUDICIAL
BEFORE_HEARING  none          DHDD/-H-D   DHDD/-H-D       HHHD/-H-D
BEFORE_HEARING  F1_VIOLENT    DHDD/-H-D   DHDD/-H-D       HHHD/-H-D
BEFORE_HEARING  F2_VIOLENT    DHDD/-H-D   DHDD/-H-D       HHHD/-H-D
BEFORE_HEARING  PRIOR_LISTED  DHDH/-H-H   DHDH/-H-H       HHHH/-H-H
HEARD           none          DHDD/-H-D   DHDD/-H-D       HHHD/-H-D
HEARD           F1_VIOLENT    DHDH/-H-H   DHDH/-H-H       HHHH/-H-H
HEARD           F2_VIOLENT    DHDH/-H-H   DHDH/-H-H       HHHH/-H-H
HEARD           PRIOR_LISTED  DHDH/-H-H   DHDH/-H-H       HHHH/-H-H
ENDED           none          DHDD/-H-D   DHDD/-H-D       HHHD/-H-D
ENDED           F1_VIOLENT    DHDD/-H-D   DHDD/-H-D       HHHD/-H-D
ENDED           F2_VIOLENT    DHDD/-H-D   DHDD/-H-D       HHHD/-H-D
ENDED           PRIOR_LISTED  DHDH/-H-H   DHDH/-H-H       HHHH/-H-H
"""

PRACTICE = "Practice before Philadelphia Executive Order 1-14; 8 CFR 287.7"
EO_2014 = "Philadelphia Executive Order 1-14 (16 Apr 2014)"
EO_2015 = "Philadelphia Executive Order 7-15 (22 Dec 2015); draft of 16 Nov 2015 read [counsel]"
EO_2016 = "Philadelphia Executive Order 5-16 (4 Jan 2016)"

BY_DATE = [
    ("2013-03-01T12:00:00-05:00", "PRACTICE_BEFORE_2014", PRACTICE, HONORED),
    ("2014-04-15T23:59:59.999999-04:00", "PRACTICE_BEFORE_2014", PRACTICE, HONORED),
    ("2014-04-16T00:00:00-04:00", "EXECUTIVE_ORDER_1_14", EO_2014, BOTH),
    ("2015-12-21T23:59:59.999999-05:00", "EXECUTIVE_ORDER_1_14", EO_2014, BOTH),
    ("2015-12-22T00:00:00-05:00", "EXECUTIVE_ORDER_7_15", EO_2015, WIDER_NOTICE),
    ("2016-01-03T23:59:59.999999-05:00", "EXECUTIVE_ORDER_7_15", EO_2015, WIDER_NOTICE),
    ("2016-01-04T00:00:00-05:00", "EXECUTIVE_ORDER_5_16", EO_2016, BOTH),
    ("2018-06-27T12:00:00-04:00", "EXECUTIVE_ORDER_5_16", EO_2016, BOTH),
    # The ordinance is reported signed on this day; nobody has read its text, so the last enacted order goes on deciding.
    ("2026-05-07T00:00:00-04:00", "EXECUTIVE_ORDER_5_16", EO_2016, BOTH),
    ("2026-11-23T12:00:00-05:00", "EXECUTIVE_ORDER_5_16", EO_2016, BOTH),
]

IF_IN_FORCE = [("CHAPTER_21_3600", JUDGE), ("JUDICIAL_WARRANT_REQUIRED", JUDGE), ("COOPERATION_REQUIRED", HONORED)]

Cell = tuple[str, str, str, str]


def cells(table: str) -> dict[Cell, dict[str, str]]:
    """Return each cell (stage, conviction, paper, form) with its four answers."""
    head, *lines = [line.split() for line in table.strip().splitlines()]
    assert tuple(head[2:]) == PAPERS
    found: dict[Cell, dict[str, str]] = {}
    for stage, conviction, *answers in lines:
        for paper, both in zip(PAPERS, answers, strict=True):
            for form, letters in zip(FORMS, both.split("/"), strict=True):
                names = zip(("hold", "notice", "hand_over", "access"), letters, strict=True)
                assert (stage, conviction, paper, form) not in found
                found[stage, conviction, paper, form] = {name: WORDS[letter] for name, letter in names}
    return found


def paper_of(cell: Cell) -> DetainerReceived:
    _, conviction, paper, form = cell
    return DetainerReceived(
        form=form,
        paper=paper,
        issuing_office="Invented Field Office",
        conviction=None if conviction == "none" else conviction,
        received_by="ada",
    )


def decide(case: Case, when: Instant, answers: dict[str, str]) -> Change | Refusal:
    number = case.facts[-1].n
    return decide_detainer(
        case, case.version, detainer=number, reason="As the rule says.", owner="city", decider="ben", at=when, **answers
    )


@pytest.mark.parametrize("table", [HONORED, BOTH, WIDER_NOTICE, JUDGE, OWNERS])
def test_the_tables_have_every_cell(table: str) -> None:
    assert set(cells(table)) == set(product(STAGES, CONVICTIONS, PAPERS, FORMS))


def test_the_cases_are_at_the_stage_that_the_matrix_says() -> None:
    for stage, examples in STAGES.items():
        assert {matter_stage(case) for case in examples} == {stage}


@pytest.mark.parametrize(("text", "code", "citation", "table"), BY_DATE)
def test_each_cell_is_decided_as_the_rule_of_its_date_says(text: str, code: str, citation: str, table: str) -> None:
    when = at(text).earliest
    assert (rule_at(when).code, rule_at(when).citation) == (code, citation)
    for cell, expected in cells(table).items():
        for case in STAGES[cell[0]]:
            with_paper = case.add(paper_of(cell))
            outcome = decide(with_paper, when, expected)
            assert isinstance(outcome, Change), (cell, expected, outcome)
            decision = outcome.case.current(DetainerDecided)[-1]
            assert decision.rule == code
            assert {name: getattr(decision, name) for name in expected} == expected, cell
            assert (decision.lapses is None) is (expected["hold"] != "HONOR"), cell


@pytest.mark.parametrize(("text", "code", "citation", "table"), BY_DATE)
def test_each_cell_refuses_any_other_answer(text: str, code: str, citation: str, table: str) -> None:
    when = at(text).earliest
    for cell, expected in cells(table).items():
        with_paper = STAGES[cell[0]][0].add(paper_of(cell))
        for name, other in product(expected, WORDS.values()):
            if other == expected[name]:
                continue
            outcome = decide(with_paper, when, {**expected, name: other})
            assert isinstance(outcome, Refusal), (cell, name, other)
            assert (outcome.code, outcome.names) == ("NOT_THE_RULES_ANSWER", (name,)), cell
            assert citation in outcome.remedy


@pytest.mark.parametrize(("code", "table"), IF_IN_FORCE)
def test_a_rule_decides_only_once_it_is_put_in_force(code: str, table: str) -> None:
    start = at("2026-11-01T00:00:00-04:00").earliest
    form = next(rule for rule in RULES if rule.code == code)
    assert not form.active
    dated: DetainerRule = replace(form, period=Period(start))
    assert rule_at(start, (*RULES, dated)).code == "EXECUTIVE_ORDER_5_16"
    rules = (*RULES, replace(dated, active=True))
    assert rule_at(Instant(start - 1), rules).code == "EXECUTIVE_ORDER_5_16"
    rule = rule_at(start, rules)
    assert rule.code == code
    for cell, expected in cells(table).items():
        for case in STAGES[cell[0]]:
            assert dict(answers_by(rule, paper_of(cell), matter_stage(case))) == expected, cell


VOTED = InForce(rule(), at("2026-11-01T00:00:00-04:00").earliest, at("2026-11-20T00:00:00-05:00").earliest, 7)
INVENTED = ("INVENTED_ORDINANCE", "Invented Ordinance 12 of 2027, § 3", OWNERS)
BY_VOTE = [
    ("2026-10-31T23:59:59.999999-04:00", "EXECUTIVE_ORDER_5_16", EO_2016, BOTH),
    ("2026-11-01T00:00:00-04:00", *INVENTED),
    ("2026-11-19T23:59:59.999999-05:00", *INVENTED),
    ("2026-11-20T00:00:00-05:00", "EXECUTIVE_ORDER_5_16", EO_2016, BOTH),
]


@pytest.mark.parametrize(("text", "code", "citation", "table"), BY_VOTE)
def test_each_cell_is_decided_by_the_owners_own_rule_while_it_is_in_force(
    text: str, code: str, citation: str, table: str
) -> None:
    when, rules = at(text).earliest, owners_rules((VOTED,))
    assert (rule_at(when, rules).code, rule_at(when, rules).citation) == (code, citation)
    for cell, expected in cells(table).items():
        for case in STAGES[cell[0]]:
            outcome = decide(replace(case, rules=rules).add(paper_of(cell)), when, expected)
            assert isinstance(outcome, Change), (cell, expected, outcome)
            assert outcome.case.current(DetainerDecided)[-1].rule == code
            cited = rule().hash if code == VOTED_CODE else rules_sha256()
            assert (outcome.detail["rule"], outcome.detail["rules"]) == (code, cited)
            assert outcome.until == (None if when >= (VOTED.end or 0) else VOTED.end if code == VOTED_CODE else VOTED.start)


VOTED_CODE = "INVENTED_ORDINANCE"


def test_a_hold_under_the_owners_rule_goes_on_only_while_the_rule_in_force_would_honor_it() -> None:
    rules = owners_rules((replace(VOTED, end=Instant(VOTED.start + 12 * HOUR)),))
    case = replace(signed(), rules=rules).add(paper_of(("BEFORE_HEARING", "none", "JUDICIAL", "I-247A")))
    answers = cells(OWNERS)["BEFORE_HEARING", "none", "JUDICIAL", "I-247A"]
    outcome = decide(case, VOTED.start, answers)
    assert isinstance(outcome, Change), outcome
    assert honored_holds(outcome.case, Instant(VOTED.start + 12 * HOUR - 1))
    assert not honored_holds(outcome.case, Instant(VOTED.start + 12 * HOUR)), "no rule in force honors it any more"
    assert rule_named(VOTED_CODE, outcome.case.rules) is not None, "and yet its decision keeps its rule's name and citation"
    assert rule_named(VOTED_CODE) is None


def test_of_two_rules_of_the_owners_the_last_to_begin_decides_and_its_end_gives_way() -> None:
    trial = InForce(rule({"/code": "INVENTED_TRIAL"}), Instant(VOTED.start + DAY), Instant(VOTED.start + 2 * DAY), 9)
    rules = owners_rules((VOTED, trial))
    for hours, code, ends in ((0, VOTED_CODE, 24), (24, "INVENTED_TRIAL", 48), (48, VOTED_CODE, None)):
        when = Instant(VOTED.start + hours * HOUR)
        assert rule_at(when, rules).code == code
        assert rule_ends(rule_at(when, rules), rules, after=when) == (VOTED.end if ends is None else VOTED.start + ends * HOUR)


def test_a_shipped_form_that_the_owners_put_in_force_under_its_own_code_has_their_citation() -> None:
    form = rule({"/code": "COOPERATION_REQUIRED", "/citation": "Invented Order 9"})
    rules = owners_rules((InForce(form, VOTED.start, None, 7), InForce(profile(), VOTED.start, None, 8)))
    named = rule_named("COOPERATION_REQUIRED", rules)
    assert named is not None
    assert named.citation == "Invented Order 9"
    assert code_taken("EXECUTIVE_ORDER_5_16")
    assert not code_taken("COOPERATION_REQUIRED")


@pytest.mark.parametrize("shipped", RULES, ids=lambda rule: rule.code)
def test_a_rule_that_ships_makes_a_text_that_can_be_voted_and_says_the_same(shipped: DetainerRule) -> None:
    text = read_owners_text(canonical.write(rule_document(shipped)))
    assert isinstance(text, DetainerText), text
    (again,) = owners_rules((InForce(text, VOTED.start, None, 7),))[len(RULES) :]
    assert replace(again, period=shipped.period, active=shipped.active, text=None) == shipped


def test_each_rule_says_what_its_text_is_and_whom_it_binds() -> None:
    told = {rule.code: (rule.status, rule.active, rule.binds) for rule in RULES}
    assert told == {
        "PRACTICE_BEFORE_2014": ("reported", True, ("city",)),
        "EXECUTIVE_ORDER_1_14": ("enacted", True, ("city",)),
        "EXECUTIVE_ORDER_7_15": ("enacted", True, ("city",)),
        "EXECUTIVE_ORDER_5_16": ("enacted", True, ("city",)),
        "CHAPTER_21_3600": ("reported", False, ("city",)),
        "JUDICIAL_WARRANT_REQUIRED": ("draft", False, ("city",)),
        "COOPERATION_REQUIRED": ("draft", False, ("city",)),
    }
