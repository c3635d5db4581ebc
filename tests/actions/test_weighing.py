"""The advice on a proposal is right where it says something, and says so where it doesn't know.

An example that it gives is one that `decide` and `matches` confirm; "nothing" is held to every record of a small domain.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st

from pars.actions import weighing
from pars.actions.weighing import NotKnown, solver, weigh, weighed
from pars.actions.weighing.deeds import Asked, admits, permitted, shows
from pars.actions.weighing.least import least
from pars.actions.weighing.solver import Deadline, a_record
from pars.actions.weighing.words import advice_words
from pars.core.access.catalogue import COLUMNS
from pars.core.access.explain import LANGUAGES
from pars.core.access.floor import floor
from pars.core.access.predicate import All, Always, Is, Never, Not, OneOf, Within, both, columns_in, matches
from pars.core.access.purposes import EVIDENCE, EXAMPLES, listed
from pars.core.access.scope import meet, write_scope
from pars.core.agreements.version import narrows
from pars.core.terms import DAY, Instant
from tests import strategies
from tests.agreements import END, NOW, START, version

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pars.core.access.predicate import Predicate
    from pars.core.agreements.version import Version

OLD = version()
SEVERAL = tuple(COLUMNS[name] for name in ("district", "birth_date", "adult", "amount_cents"))


def later(changes: dict[str, Any] | None = None, *, start: int = START, end: int = END) -> Version:
    return version(changes, number=2, start=start, end=end)


def known(record: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in record.items() if value is not None}


def kinds(found: object) -> dict[str, tuple[str, ...]]:
    assert isinstance(found, tuple), found
    return {one.kind: one.names for one in found}


# ---------------------------------------------------------------- records


def soon() -> Deadline:
    return Deadline.after(20)


def domain(*conditions: Predicate) -> list[dict[str, object]]:
    """Every record over the columns that the conditions name, of the values in the pools, and none."""
    names = sorted({name for condition in conditions for name in columns_in(condition)})
    pools = [(None, *strategies.POOLS[COLUMNS[name].type]) for name in names]
    return [dict(zip(names, values, strict=True)) for values in product(*pools)]


@settings(max_examples=60)
@given(st.integers(0, 2**32))
@example(841622)  # a plainer value made another column needless
def test_a_record_is_found_exactly_where_a_small_domain_has_one(seed: int) -> None:
    """The domain holds each value that conditions are made of, missing ones included; what lies between them only the solver knows."""
    chance = Random(seed)
    two = chance.sample(SEVERAL, 2)
    admits_, unless = (strategies.random_predicate(chance, tuple(two), deep=2) for _ in range(2))
    found = a_record(admits_, unless, deadline=soon())
    assert not isinstance(found, NotKnown)
    among = [r for r in domain(admits_, unless) if matches(admits_, r) is True and matches(unless, r) is not True]
    if found is None:
        assert among == []
    else:
        assert matches(admits_, found) is True
        assert matches(unless, found) is not True
        for name in known(found):  # as small as can be: nothing known of it can be left out
            without = {**found, name: None}
            assert not (matches(admits_, without) is True and matches(unless, without) is not True)


@pytest.mark.parametrize(
    ("wanted", "unless"),
    [
        (Always(), Always()),
        (Never(), Never()),
        (All((Is("adult", value=True), Is("adult", value=False))), Never()),
        # Not isn't the rest: of what isn't known neither is true.
        (Always(), Not(Never())),
        (Is("birth_date", 1990, "year"), Within("birth_date", 1990, 1991, "year")),
        (Is("birth_date", 0, "year"), Never()),
        (Within("birth_date", 10_000, None, "year"), Never()),
        (Within("surname", "a", "b"), Within("surname", "a", "c")),
        (Within("amount_cents", 1, 2), Is("amount_cents", 1)),
    ],
)
def test_where_there_is_no_record_none_is_found(wanted: Predicate, unless: Predicate) -> None:
    assert a_record(wanted, unless, deadline=soon()) is None


@pytest.mark.parametrize(
    ("wanted", "unless", "found"),
    [
        (Always(), Is("adult", value=True), {}),
        (Not(Is("adult", value=True)), Never(), {"adult": False}),
        (Within("amount_cents", 1, 3), Is("amount_cents", 1), {"amount_cents": 2}),
        (OneOf("district", ("22", "24")), Is("district", "22"), {"district": "24"}),
        (Within("surname", "a", None), Is("surname", "a"), {"surname": "aA"}),
        (Within("surname", None, "A"), Never(), {"surname": "0"}),
    ],
)
def test_the_smallest_record_is_found(wanted: Predicate, unless: Predicate, found: dict[str, object]) -> None:
    record = a_record(wanted, unless, deadline=soon())
    assert isinstance(record, dict)
    assert known(record) == found


def test_between_two_texts_there_is_another_even_where_nobody_could_type_one() -> None:
    record = a_record(Within("surname", "a", "a "), Is("surname", "a"), deadline=soon())
    assert isinstance(record, dict)
    assert "a" < str(record["surname"]) < "a "


def test_a_smaller_example_is_only_taken_where_it_still_is_one() -> None:
    big = {"district": "22", "surname": "x", "adult": True}
    assert known(least(big, lambda record: record.get("district") == "22", (Is("district", "24"),))) == {"district": "22"}


# ---------------------------------------------------------------- versions


def test_the_same_text_allows_the_same() -> None:
    found = weigh(later(), OLD, NOW)
    assert (found.more, found.less, found.apart) == ((), (), False)
    assert found.example is not None
    assert found.is_whole


@pytest.mark.parametrize(
    ("changes", "more", "less"),
    [
        ({"/scope/columns": ["record", "otn", "surname"]}, {"columns": ("otn",)}, {"columns": ("given", "birth_date", "arrest_date", "incident_number", "filed_charges", "next_hearing")}),
        ({"/scope/filters": ["surname", "given", "otn"]}, {"filters": ("otn",)}, {"filters": ("birth_date", "arrest_date", "district", "incident_number")}),
        ({"/scope/masks": {}}, {"unmasked": ("birth_date",), "filters": ("birth_date",)}, {}),
        ({"/never_charged": "shown"}, {"records": ("",)}, {}),
        ({"/scope/rows": {"all": [{"column": "district", "is": "22"}]}}, {}, {"records": ("",)}),
        # The law closes the records of children: to leave the condition out allows nothing.
        ({"/scope/rows": "always"}, {}, {}),
        ({"/limits/questions_per_day": 21}, {"day": ("questions_per_day",)}, {}),
        ({"/limits/people_per_day": 9}, {}, {"day": ("people_per_day",), "replies": ("",)}),
        ({"/limits/rows_per_reply": 49}, {}, {"replies": ("",)}),
        ({"/users/must": []}, {"holders": ("",)}, {}),
        ({"/purposes/0/evidence": "docket"}, {"purposes": ("warrant_service",)}, {"purposes": ("warrant_service",)}),
        # A number of an incident goes out to whoever names a person, or to nobody outside criminal justice.
        ({"/scope/columns/7": "address"}, {"columns": ("address",)}, {"columns": ("filed_charges",)}),
    ],
)  # fmt: skip
def test_each_kind_of_thing_that_is_allowed_or_no_longer(
    changes: dict[str, Any], more: dict[str, Any], less: dict[str, Any]
) -> None:
    new = later(changes)
    found = weigh(new, OLD, NOW)
    assert kinds(found.more) == more
    assert kinds(found.less) == less
    for one in (*found.more, *found.less):  # type: ignore[misc]
        by, beside = (new, OLD) if one in found.more else (OLD, new)  # type: ignore[operator]
        assert shows(by, one.deed) is not None
        assert shows(beside, one.deed) != shows(by, one.deed)


def test_a_later_end_allows_what_comes_after_the_end_before() -> None:
    (time,) = weigh(later(end=END + DAY), OLD, NOW).more  # type: ignore[misc]
    assert (time.kind, time.deed.asked.at) == ("time", END)
    assert kinds(weigh(later(start=END, end=END + DAY), OLD, NOW).more) == {"time": ()}
    assert kinds(weigh(later(start=START - 1), OLD, NOW).more) == {"time": ()}
    assert weigh(later(start=START + 1, end=END - 1), OLD, NOW).more == ()


def test_a_version_that_nobody_could_be_shown_under() -> None:
    impossible = {"/scope/rows": {"column": "adult", "is": "no"}}
    found = weigh(later(impossible), OLD, NOW)
    assert (found.example, found.more, found.apart) == (None, (), True)
    assert advice_words(found, later(impossible), OLD, "en")[0].startswith("Nobody could ever be shown under it")
    # The law lets nothing of this out to others than criminal justice agencies.
    closed = later(
        {
            "/scope/columns": ["address"],
            "/scope/filters": [],
            "/scope/masks": {},
            "/parties/agency/class": "noncriminal_justice",
        }
    )
    assert weigh(closed, None, NOW).example is None
    # A term that is over before an answer could leave.
    assert weigh(later(end=START + 1), None, NOW).example is None


def test_versions_that_have_no_answer_in_common() -> None:
    for changes in (
        {"/purposes": [listed("custody").demanding("docket")]},
        {"/scope/columns": ["otn"]},
        {"/scope/rows": {"column": "adult", "is": "no"}},
    ):
        assert weigh(later({**changes, "/scope/masks": {}}), OLD, NOW).apart is True


def test_what_law_lets_out_only_on_a_named_person_is_shown_by_naming_one() -> None:
    new = later({"/scope/columns": ["incident_number"], "/scope/masks": {}})
    found = weigh(new, later({"/scope/columns": ["record"], "/scope/masks": {}}), NOW).more
    one = found[0]  # type: ignore[index]
    assert (one.kind, one.names, one.deed.asked.by) == ("columns", ("incident_number",), ("surname", "given"))


@given(strategies.scopes(), strategies.scopes())
@settings(max_examples=20, phases=(Phase.generate,))
def test_examples_are_confirmed_and_what_form_calls_narrower_adds_nothing(a: Any, b: Any) -> None:
    """Law L6 lets pass at once what is narrower by form, so the solver must never find anything that it adds."""

    def made(scope: Any, number: int) -> Version | None:
        if not scope.columns:
            return None
        masks = {name: mask for name, mask in scope.masks.items() if name in scope.columns | scope.filters}
        return version({"/scope": write_scope(replace(scope, masks=masks))}, number=number)

    old, new, narrower = made(a, 1), made(b, 2), made(meet(a, b), 2)
    if old is None or new is None:
        return
    advice = weigh(new, old, NOW, seconds=30)
    assert advice.is_whole
    for one in advice.more:  # type: ignore[union-attr]
        assert shows(new, one.deed) is not None
        assert shows(old, one.deed) != shows(new, one.deed)
    if narrower is not None and narrows(narrower, old):
        assert weigh(narrower, old, NOW, seconds=30).more == ()


# ---------------------------------------------------------------- what isn't known


def test_without_time_nothing_is_known_and_that_is_said() -> None:
    found = weigh(later(), OLD, NOW, seconds=0)
    assert (found.example, found.more, found.less, found.apart) == (NotKnown("NO_TIME"),) * 4
    for language in LANGUAGES:
        said = advice_words(found, later(), OLD, language)
        assert len(said) == 3
        assert all(":" in sentence for sentence in said)


def test_without_a_solver_nothing_is_known_and_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(solver, "find_spec", lambda name: None)
    found = weigh(later(), OLD, NOW)
    assert found.more == NotKnown("NO_SOLVER")
    assert advice_words(found, later(), OLD, "en") == (
        "What it allows beyond version 1 is not known: the solver that works this out is not installed here.",
    )
    assert "no está instalado" in advice_words(weigh(OLD, None, NOW), OLD, None, "es")[0]


def test_what_the_reference_does_not_confirm_is_not_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """A solver with a fault: its record is told by nobody."""
    monkeypatch.setattr(solver.Formulas, "model", lambda self, within_ms: {"adult": False})
    assert a_record(Is("adult", value=True), deadline=soon()) == NotKnown("NOT_CONFIRMED")
    assert weigh(later(), OLD, NOW).example == NotKnown("NOT_CONFIRMED")


def test_advice_is_worked_out_once_a_day_and_never_kept_where_it_is_not_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []

    def counted(new: Version, old: Version | None, at: Instant) -> weighing.Advice:
        asked.append(at)
        return weigh(new, old, at, seconds=0 if len(asked) == 1 else 20)

    monkeypatch.setattr(weighing, "weigh", counted)
    new = later({"/authority": "kept once"})
    assert not weighed(new, OLD, NOW).is_whole
    assert weighed(new, OLD, NOW).is_whole
    assert weighed(new, OLD, Instant(NOW + 1)) is weighed(new, OLD, NOW)
    assert len(asked) == 2
    weighed(new, OLD, Instant(NOW + DAY))
    assert len(asked) == 3


# ---------------------------------------------------------------- what it rests on


def test_each_kind_of_evidence_has_an_example_in_its_form() -> None:
    assert EXAMPLES.keys() == EVIDENCE.keys()
    assert all(EVIDENCE[kind].fullmatch(value) for kind, value in EXAMPLES.items())


@given(strategies.scopes())
def test_what_a_record_must_meet_is_what_a_permit_says(scope: Any) -> None:
    """A question that compares nothing is permitted with exactly the conditions that the solver is given."""
    if not scope.columns:
        return
    made = version({"/scope": write_scope(scope), "/users/must": []})
    for column in scope.columns:
        asked = Asked(purpose=made.purposes[0], columns=(column,), at=START)
        permit = permitted(made, asked, asked.question({}, {}))
        if permit is not None:
            assert permit.where == both(admits(made, START))


def test_the_law_is_met_in_what_is_weighed() -> None:
    lax = later({"/scope/rows": "always", "/never_charged": "shown"})
    assert admits(lax, START) == floor("criminal_justice", START).rows


# ---------------------------------------------------------------- words


def test_the_advice_in_words() -> None:
    new = later({"/scope/columns/2": "otn", "/users/must": [], "/limits/questions_per_day": 30}, end=END + DAY)
    said = advice_words(weigh(new, OLD, NOW), new, OLD, "en")
    assert said[0].startswith(
        "Allowed now, and not by version 1: to see the offense tracking number, for example of a person of whom"
    )
    assert "the person is an adult" in said[0]
    assert "(asked for the purpose “the service of a warrant that a judge has signed”)" in said[0]
    assert "Allowed now, and not by version 1: to ask without holding the completed training." in said
    assert "Allowed now, and not by version 1: question 21 of one person on one day." in said
    assert said[-1].startswith("Allowed now, and not by version 1: an answer on February 14, 2027")
    dicho = advice_words(weigh(new, OLD, NOW), new, OLD, "es")
    assert len(dicho) == len(said)
    assert not set(dicho) & set(said)


def test_every_kind_has_words_in_both_languages() -> None:
    changed = [
        {"/scope/masks": {}, "/never_charged": "shown", "/limits/rows_per_reply": 60},
        {"/purposes": [listed("custody").demanding("docket")]},
        {"/scope/filters": ["surname", "otn"], "/scope/masks": {}},
        {"/scope/rows": {"column": "adult", "is": "no"}},
        {"/scope/columns": ["record", "birth_date"]},
    ]
    for changes in changed:
        new = later(changes)
        for language in LANGUAGES:
            said = advice_words(weigh(new, OLD, NOW), new, OLD, language)
            assert said
            assert all(sentence.endswith(".") and "{" not in sentence for sentence in said)
    first = advice_words(weigh(OLD, None, NOW), OLD, None, "en")
    assert first[0].startswith("It can be used: it could show, for example, a person of whom this alone need be known:")


def test_what_is_demanded_of_others_is_not_weighed_and_that_is_said() -> None:
    strict = version({"/duties": [], "/checked": ["docket"]})
    lax = later()
    found = weigh(lax, strict, NOW)
    assert (found.more, found.by_form) == ((), ("checked",))
    said = advice_words(found, lax, strict, "en")
    assert said == (
        "Not weighed here, and told under what changes: which evidence is looked up. For the rest:",
        "It allows nothing that version 1 would not.",
    )
    assert "qué pruebas" in advice_words(found, lax, strict, "es")[0]
    # The other way round it is plainly stricter, and somebody can still be shown.
    stricter = weigh(later({"/checked": ["docket"]}), OLD, NOW)
    assert (stricter.by_form, stricter.more) == ((), ())
    assert stricter.example is not None
    assert weigh(later({"/approval": {"over_rows": 0, "minutes": 60}}), None, NOW).example is not None
    unread = weigh(later({"/users/must": ["terms_acknowledged", "training_completed"]}), None, NOW)
    assert unread.example is not None
