"""L3 and L8 for interviews: what a person tells pretrial services reaches nobody who charges them, no agency, no list and no search."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from pars.core.access.catalogue import CATALOGUE
from pars.core.access.role import ACTS, Role
from pars.core.access.scope import NOTHING
from pars.core.cases.board import now_row
from pars.core.cases.case import Case
from pars.core.cases.facts import Fact
from pars.core.cases.papers import PAPERS
from pars.core.cases.papers.fields import unread
from pars.core.cases.parts import NEVER_CHARGING, READERS, visible
from tests.walks import cases

FEWER = settings(max_examples=settings().max_examples // 3)
CHARGES, BENCH = {"charge:decide", "complaint:cosign", "complaint:sign"}, {"hearing:hold", "release:order"}
OPENS = {act for kind in NEVER_CHARGING for act in READERS[kind]}


def role(acts: set[str]) -> Role:
    """Return a role that allows these acts."""
    return Role(
        hash="0" * 64, name="any", owner="city", label={"en": "Any"}, capacity="any", acts=frozenset(acts), scope=NOTHING
    )


def told(case: Case) -> tuple[Case, set[str]]:
    """Return the case with a word of its own in each text of its interview, and these words."""
    words: set[str] = set()
    changed: list[Fact] = []
    for fact in case.facts:
        own: dict[str, Any] = {}
        if type(fact) in NEVER_CHARGING:
            own = {
                part.name: f"told{len(words)}{part.name}x"
                for part in fields(fact)
                if "str" in str(part.type) and "tuple" not in str(part.type)
            }
            words |= set(own.values())
        changed.append(replace(fact, **own))
    return replace(case, facts=tuple(changed)), words


def retold(case: Case) -> Case:
    """Return the case with every answer, note, reference, check and worksheet said otherwise, in number and kind the same."""
    other: list[Fact] = []
    for fact in case.facts:
        own: dict[str, Any] = {}
        if type(fact) in NEVER_CHARGING:
            own = {
                part.name: "OTHER" if "str" in str(part.type) else 0
                for part in fields(fact)
                if part.name not in {"n", "entry", "corrects", "document", "outcome", "question", "interpreter"}
                and "tuple" not in str(part.type) and "StatedTime" not in str(part.type) and "bool" not in str(part.type)
            }  # fmt: skip
        other.append(replace(fact, **own))
    return replace(case, facts=tuple(other))


@given(cases(), st.sets(st.sampled_from(sorted(ACTS))), st.sampled_from(sorted(CHARGES)))
@FEWER
def test_whoever_decides_or_signs_charges_reads_no_word_whatever_else_they_may(
    case: Case, acts: set[str], charges: str
) -> None:
    sown, words = told(case)
    shown = visible(sown, role((acts | {charges}) - BENCH))
    assert not {type(fact) for fact in shown.facts} & NEVER_CHARGING
    assert not any(word in str(shown.facts) for word in words)
    assert [fact.n for fact in shown.facts] == [fact.n for fact in case.facts], "numbers stay"


@given(cases(), st.sets(st.sampled_from(sorted(ACTS))))
@FEWER
def test_only_who_interviews_arraigns_or_has_the_owners_switch_reads_them(case: Case, acts: set[str]) -> None:
    sown, words = told(case)
    opens = acts & OPENS
    shown = str(visible(sown, role(acts)).facts)
    if not opens:
        assert not any(word in shown for word in words)
    elif opens & BENCH or not acts & CHARGES:
        assert {type(fact) for fact in visible(sown, role(acts)).facts} & NEVER_CHARGING == {
            type(fact) for fact in case.facts if type(fact) in NEVER_CHARGING and READERS[type(fact)] & acts
        }


@given(cases())
@FEWER
def test_no_column_that_an_agency_or_a_search_can_ask_for_depends_on_them(case: Case) -> None:
    """Two cases that differ only in what was told have one row in every column of the catalogue: lists, search and /v1 answer from it."""
    row, other = now_row(case), now_row(retold(case))
    for column in CATALOGUE:
        if column.name != "record":
            assert row[column.name] == other[column.name], column.name


def test_no_paper_that_prints_them_is_for_who_charges() -> None:
    printing = {slug: kind for slug, kind in PAPERS.items() if set(kind.fields) & NEVER_CHARGING}
    assert set(printing) == {"worksheet"}
    attorney = role({"charge:decide", "complaint:sign", "case:read", "worksheet:read", "interview:record"})
    assert {"Interviewed", "InterviewAnswered", "WorksheetSigned"} <= set(unread(printing["worksheet"].fields, attorney))
    assert not printing["worksheet"].filed


def test_the_words_that_are_planted_are_there_to_be_found() -> None:
    from tests.guidelines import checked, sheeted, talked

    sown, words = told(sheeted(checked(talked(), "employed")))
    bench = json.dumps([str(fact) for fact in visible(sown, role({"hearing:hold"})).facts])
    assert sum(word in bench for word in words) > 20
    assert retold(sown) != sown
