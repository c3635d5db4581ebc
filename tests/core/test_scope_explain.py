"""What a scope says in plain sentences: every column, both languages, and one reading only."""

from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pars.core.access.catalogue import CATALOGUE, COLUMNS
from pars.core.access.explain import LABELS, LANGUAGES, Language, condition, explain, explain_rows
from pars.core.access.predicate import All, Always, Any, Is, Leaf, Never, Not, OneOf, Predicate, Within
from pars.core.access.scope import NOTHING, Scope, meet
from tests import strategies


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_column_has_words_in_both_languages(language: Language) -> None:
    assert set(LABELS[language]) == {column.name for column in CATALOGUE}
    assert len(set(LABELS[language].values())) == len(CATALOGUE)
    for column in CATALOGUE:
        if column.type == "bool":
            assert condition(Is(column.name, value=True), language) != condition(Is(column.name, value=False), language)


SCOPE = Scope(
    frozenset({"surname", "given", "birth_date", "filed_charges"}),
    frozenset({"birth_date"}),
    {"birth_date": "year"},
    All(
        (
            Is("adult", value=True),
            Within("arrest_date", date(2018, 5, 1), date(2018, 6, 1)),
            Any((Is("sex", "F"), Not(Is("district", "22")))),
        )
    ),
)


def test_a_scope_in_english() -> None:
    assert explain(SCOPE, "en") == (
        "May be shown: the surname, the given name, the birth date and the charges that the prosecutor filed.",
        "People may be looked for by: the birth date.",
        "Of the birth date, only the year counts, in what is shown and in what is asked.",
        "Only of records for which the person is an adult.",
        "Only of records for which the date of arrest is May 1, 2018 or later and before June 1, 2018.",
        'Only of records for which at least one of these holds: [the sex is "F"; this does not hold: [the police district is "22"]].',
        "Where a value is not known, no condition on it counts as met, nor does its opposite.",
    )


EITHER_ES = (
    'se cumple al menos una de estas condiciones: [el sexo es "F"; no se cumple esta condición: [el distrito policial es "22"]]'
)


def test_a_scope_in_spanish() -> None:
    assert explain(SCOPE, "es") == (
        "Se puede mostrar: el apellido, el nombre de pila, la fecha de nacimiento y los cargos que presentó la fiscalía.",
        "Se puede buscar a las personas por: la fecha de nacimiento.",
        "De la fecha de nacimiento, solo cuenta el año, en lo que se muestra y en lo que se pregunta.",
        "Solo de los expedientes en los que la persona es adulta.",
        "Solo de los expedientes en los que la fecha del arresto es el 1 de mayo de 2018 o posterior, y anterior al 1 de junio de 2018.",
        f"Solo de los expedientes en los que {EITHER_ES}.",
        "Cuando un dato no se conoce, no se cumple ninguna condición sobre él, ni tampoco la contraria.",
    )


def test_the_ends_of_the_scale() -> None:
    everything = Scope(frozenset(COLUMNS), frozenset(), {}, Always())
    assert explain(NOTHING, "en") == ("Nothing may be shown.", "People may not be looked for by anything.", "Of no record.")
    assert explain(everything, "en")[1:] == ("People may not be looked for by anything.", "Of every record.")
    assert explain(NOTHING, "es")[2] == "De ningún expediente."
    assert explain_rows(Not(Any((Always(), Never()))), "en")[0] == (
        "Only of records for which this does not hold: [at least one of these holds: [nothing more is asked; nothing qualifies]]."
    )


def test_a_mask_on_what_is_not_used_is_not_told() -> None:
    narrowed = meet(SCOPE, Scope(frozenset({"surname"}), frozenset(), {}, Always()))
    assert narrowed.masks
    assert not any("year" in sentence for sentence in explain(narrowed, "en"))


@pytest.mark.parametrize(
    ("leaf", "english"),
    [
        (Is("surname", "Doe"), 'the surname is "Doe"'),
        (Is("arrest_date", date(2018, 8, 31)), "the date of arrest is August 31, 2018"),
        (Is("birth_date", 1990, "year"), "the year of the birth date is 1990"),
        (Within("birth_date", 1990, 1995, "year"), "the year of the birth date is 1990 or later and before 1995"),
        (Within("birth_date", 1990, None, "year"), "the year of the birth date is 1990 or later"),
        (Within("surname", "S", "T"), 'the surname comes at or after "S" and before "T" in alphabetical (Unicode) order'),
        (Within("surname", None, "T"), 'the surname comes before "T" in alphabetical (Unicode) order'),
        (Within("amount_cents", 500_000, None), "the amount of bail is $5,000.00 or more"),
        (Within("amount_cents", None, -5), "the amount of bail is less than -$0.05"),
        (Is("arrest_at", 1_535_774_400_000_000), "the time of arrest is September 1, 2018 at 04:00 UTC"),
        (
            Within("arrest_at", None, 1_535_774_400_000_001),
            "the time of arrest is before September 1, 2018 at 04:00:00.000001 UTC",
        ),
        (OneOf("probable_cause", (True, False)), "probable cause was found or probable cause was not found"),
        (OneOf("district", ("22",)), 'the police district is one of "22"'),
        (OneOf("lead_grade", ("F1", "F2", "F3")), 'the grade of the most serious charge is one of "F1", "F2" or "F3"'),
    ],
)
def test_a_comparison_in_words(leaf: Leaf, english: str) -> None:
    assert condition(leaf, "en") == english
    assert condition(leaf, "es") != english


def test_a_value_cannot_pass_for_words_of_the_sentence() -> None:
    spoof = '22" or the police district is "24'
    assert condition(Is("district", spoof), "en") == 'the police district is "22\\" or the police district is \\"24"'


@pytest.mark.parametrize("language", LANGUAGES)
@given(data=st.data())
def test_two_comparisons_that_differ_read_differently(language: Language, data: st.DataObject) -> None:
    column = data.draw(st.sampled_from([column for column in strategies.FILTERABLE if column.type != "bool"]))
    one, other = (data.draw(strategies.leaves((column,))) for _ in range(2))
    assume(one != other)
    assert condition(one, language) != condition(other, language)


@pytest.mark.parametrize("language", LANGUAGES)
@given(tree=strategies.predicates(), scope=strategies.scopes())
def test_sentences_are_whole_and_bracketed(language: Language, tree: Predicate, scope: Scope) -> None:
    for sentence in (*explain_rows(tree, language), *explain(scope, language)):
        assert sentence.endswith(".")
        assert sentence[0].isupper()
        unquoted = re.sub(r'"(?:[^"\\]|\\.)*"', "", sentence)
        assert unquoted.count("[") == unquoted.count("]")
        assert not re.search(r"[{}]|_", unquoted)
        assert "mask" not in unquoted


@given(strategies.predicates(most=4), strategies.predicates(most=4))
def test_groups_read_as_what_they_are(a: Predicate, b: Predicate) -> None:
    forms = [All((a, b)), Any((a, b)), Not(a), All((Not(a), b)), Not(All((a, b))), Any((All((a, b)),))]
    assert len({condition(form, "en") for form in forms}) == len(set(forms))
