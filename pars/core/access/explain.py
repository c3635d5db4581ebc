"""Says a scope in plain sentences, in English and Spanish: the same on the ballot, for the agency and on the public page.

The sentences are made from the tree that runs. Values stand in straight quotes with JSON's escapes, so that no value can
pass for words of the sentence, and groups are bracketed, so that each sentence reads in one way only.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, assert_never

from pars.core.access.catalogue import CATALOGUE, COLUMNS, Type, Value
from pars.core.access.predicate import All, Always, Any, Is, Leaf, Never, Not, OneOf, Predicate, Within, both
from pars.core.terms import Instant, moment

if TYPE_CHECKING:
    from pars.core.access.scope import Scope

Language = Literal["en", "es"]
LANGUAGES: tuple[Language, ...] = ("en", "es")

LABELS: Mapping[Language, Mapping[str, str]] = MappingProxyType(
    {
        "en": MappingProxyType(
            {
                "record": "the record's handle",
                "surname": "the surname",
                "given": "the given name",
                "full_name": "the full name",
                "birth_date": "the birth date",
                "sex": "the sex",
                "address": "the address",
                "birthplace": "the birthplace",
                "language": "the language",
                "adult": "whether the person is an adult",
                "arrest_date": "the date of arrest",
                "arrest_at": "the time of arrest",
                "arrest_agency": "the arresting agency",
                "district": "the police district",
                "incident_number": "the incident number",
                "otn": "the offense tracking number",
                "proposed_charges": "the charges that the police propose",
                "filed_charges": "the charges that the prosecutor filed",
                "lead_grade": "the grade of the most serious charge",
                "charge_status": "the state of the charging decision",
                "probable_cause": "whether probable cause was found",
                "release_types": "the types of release ordered",
                "amount_cents": "the amount of bail",
                "next_hearing": "the time of the next hearing",
                "next_court": "the court of the next hearing",
                "custody_stated": "what the custodian last said of custody",
                "access_limited": "whether a court limited the access to the record",
            }
        ),
        "es": MappingProxyType(
            {
                "record": "el identificador del expediente",
                "surname": "el apellido",
                "given": "el nombre de pila",
                "full_name": "el nombre completo",
                "birth_date": "la fecha de nacimiento",
                "sex": "el sexo",
                "address": "el domicilio",
                "birthplace": "el lugar de nacimiento",
                "language": "el idioma",
                "adult": "si la persona es adulta",
                "arrest_date": "la fecha del arresto",
                "arrest_at": "la hora del arresto",
                "arrest_agency": "la agencia que hizo el arresto",
                "district": "el distrito policial",
                "incident_number": "el número del incidente",
                "otn": "el número de seguimiento del delito",
                "proposed_charges": "los cargos que propone la policía",
                "filed_charges": "los cargos que presentó la fiscalía",
                "lead_grade": "el grado del cargo más grave",
                "charge_status": "el estado de la decisión sobre los cargos",
                "probable_cause": "si se halló causa probable",
                "release_types": "los tipos de liberación ordenados",
                "amount_cents": "el monto de la fianza",
                "next_hearing": "la hora de la próxima audiencia",
                "next_court": "el tribunal de la próxima audiencia",
                "custody_stated": "lo último que el custodio dijo sobre la custodia",
                "access_limited": "si un tribunal limitó el acceso al registro",
            }
        ),
    }
)
"""Every column in words, with its article."""

_YES_NO: Mapping[Language, Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "en": MappingProxyType(
            {
                "adult": ("the person is an adult", "the person is not an adult"),
                "access_limited": ("a court limited the access to the record", "no court limited the access to the record"),
                "probable_cause": ("probable cause was found", "probable cause was not found"),
            }
        ),
        "es": MappingProxyType(
            {
                "adult": ("la persona es adulta", "la persona no es adulta"),
                "access_limited": ("un tribunal limitó el acceso al registro", "ningún tribunal limitó el acceso al registro"),
                "probable_cause": ("se halló causa probable", "no se halló causa probable"),
            }
        ),
    }
)

_WORDS: Mapping[Language, Mapping[str, str]] = MappingProxyType(
    {
        "en": MappingProxyType(
            {
                "shows": "May be shown: {}.",
                "shows_nothing": "Nothing may be shown.",
                "asks": "People may be looked for by: {}.",
                "asks_nothing": "People may not be looked for by anything.",
                "masked": "Of {}, only the year counts, in what is shown and in what is asked.",
                "rows_all": "Of every record.",
                "rows_none": "Of no record.",
                "rows": "Only of records for which {}.",
                "missing": "Where a value is not known, no condition on it counts as met, nor does its opposite.",
                "always": "nothing more is asked",
                "never": "nothing qualifies",
                "all": "all of these hold: [{}]",
                "any": "at least one of these holds: [{}]",
                "not": "this does not hold: [{}]",
                "year": "the year of {}",
                "is": "{} is {}",
                "one_of": "{} is one of {}",
                "within": "{} is {} or later and before {}",
                "from": "{} is {} or later",
                "to": "{} is before {}",
                "number_within": "{} is {} or more and less than {}",
                "number_from": "{} is {} or more",
                "number_to": "{} is less than {}",
                "text_within": "{} comes at or after {} and before {} in alphabetical (Unicode) order",
                "text_from": "{} comes at or after {} in alphabetical (Unicode) order",
                "text_to": "{} comes before {} in alphabetical (Unicode) order",
                "or": "or",
                "and": "and",
                "at": "{} at {} UTC",
                "date": "{month} {day}, {year}",
            }
        ),
        "es": MappingProxyType(
            {
                "shows": "Se puede mostrar: {}.",
                "shows_nothing": "No se puede mostrar nada.",
                "asks": "Se puede buscar a las personas por: {}.",
                "asks_nothing": "No se puede buscar a las personas por ningún dato.",
                "masked": "De {}, solo cuenta el año, en lo que se muestra y en lo que se pregunta.",
                "rows_all": "De todos los expedientes.",
                "rows_none": "De ningún expediente.",
                "rows": "Solo de los expedientes en los que {}.",
                "missing": "Cuando un dato no se conoce, no se cumple ninguna condición sobre él, ni tampoco la contraria.",
                "always": "no se pide nada más",
                "never": "nada cumple",
                "all": "se cumplen todas estas condiciones: [{}]",
                "any": "se cumple al menos una de estas condiciones: [{}]",
                "not": "no se cumple esta condición: [{}]",
                "year": "el año de {}",
                "is": "{} es {}",
                "one_of": "{} es uno de estos valores: {}",
                "within": "{} es {} o posterior, y anterior a {}",
                "from": "{} es {} o posterior",
                "to": "{} es anterior a {}",
                "date_is": "{} es el {}",
                "date_within": "{} es el {} o posterior, y anterior al {}",
                "date_from": "{} es el {} o posterior",
                "date_to": "{} es anterior al {}",
                "number_within": "{} es {} o más, y menos de {}",
                "number_from": "{} es {} o más",
                "number_to": "{} es menos de {}",
                "text_within": "{} coincide con {} o va después, y va antes de {}, en orden alfabético (Unicode)",
                "text_from": "{} coincide con {} o va después, en orden alfabético (Unicode)",
                "text_to": "{} va antes de {}, en orden alfabético (Unicode)",
                "or": "o",
                "and": "y",
                "at": "{}, {} UTC",
                "date": "{day} de {month} de {year}",
            }
        ),
    }
)

_FORMS: Mapping[Type, str] = MappingProxyType(
    {"text": "text_", "int": "number_", "date": "date_", "instant": "date_", "bool": "", "list": ""}
)
"""How a comparison is worded, by the type of what is compared; a masked value by the general form."""

_MONTHS: Mapping[Language, str] = MappingProxyType(
    {
        "en": "January February March April May June July August September October November December",
        "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    }
)


def explain(scope: Scope, language: Language) -> tuple[str, ...]:
    """Return what the scope says: what is shown, by what people may be looked for, in which form, and of which records."""
    words = _WORDS[language]
    shows, asks = _labels(scope.columns, language), _labels(scope.filters, language)
    sentences = [words["shows"].format(shows) if shows else words["shows_nothing"]]
    sentences.append(words["asks"].format(asks) if asks else words["asks_nothing"])
    used = scope.columns | scope.filters
    sentences += [words["masked"].format(LABELS[language][name]) for name in COLUMNS if name in scope.masks and name in used]
    return (*sentences, *explain_rows(scope.rows, language))


def explain_rows(rows: Predicate, language: Language) -> tuple[str, ...]:
    """Return the condition on records as sentences, one for each part that must hold."""
    words = _WORDS[language]
    match both(rows):
        case Always():
            return (words["rows_all"],)
        case Never():
            return (words["rows_none"],)
        case All(parts):
            conditions = parts
        case single:
            conditions = (single,)
    return (*(words["rows"].format(condition(part, language)) for part in conditions), words["missing"])


def condition(predicate: Predicate, language: Language) -> str:
    """Return the condition as one clause, without a full stop."""
    words = _WORDS[language]
    match predicate:
        case Always():
            return words["always"]
        case Never():
            return words["never"]
        case All(parts):
            return words["all"].format("; ".join(condition(part, language) for part in parts))
        case Any(parts):
            return words["any"].format("; ".join(condition(part, language) for part in parts))
        case Not(part):
            return words["not"].format(condition(part, language))
        case Is() | OneOf() | Within():
            return _comparison(predicate, language)
    assert_never(predicate)


def _comparison(leaf: Leaf, language: Language) -> str:
    words = _WORDS[language]
    label = LABELS[language][leaf.column]
    wanted = COLUMNS[leaf.column].type_under(leaf.mask)
    kind = _FORMS[wanted]
    if leaf.mask is not None:
        label, kind = words[leaf.mask].format(label), ""
    said = [_value(value, leaf.column, wanted, language) for value in leaf.values]
    match leaf:
        case Is() | OneOf() if wanted == "bool":
            clauses = _YES_NO[language][leaf.column]
            return f" {words['or']} ".join(clauses[value is False] for value in leaf.values)
        case Is():
            return words.get(kind + "is", words["is"]).format(label, *said)
        case OneOf():
            return words["one_of"].format(label, _listed(said, words["or"]))
        case Within(start=start, end=end):
            form = "from" if end is None else "to" if start is None else "within"
            return words.get(kind + form, words[form]).format(label, *said)
    assert_never(leaf)


def _value(value: Value, column: str, wanted: Type, language: Language) -> str:
    if isinstance(value, date):
        return _date(value, language)
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if wanted == "instant":
        at = moment(Instant(value))
        clock = at.strftime("%H:%M:%S.%f").removesuffix(".000000").removesuffix(":00")
        return _WORDS[language]["at"].format(_date(at.date(), language), clock)
    if column.endswith("_cents"):
        return f"{'-' if value < 0 else ''}${abs(value) // 100:,}.{abs(value) % 100:02}"
    return str(value)


def _date(day: date, language: Language) -> str:
    return _WORDS[language]["date"].format(day=day.day, month=_MONTHS[language].split()[day.month - 1], year=day.year)


def _labels(names: frozenset[str], language: Language) -> str:
    return _listed([LABELS[language][column.name] for column in CATALOGUE if column.name in names], _WORDS[language]["and"])


def _listed(items: list[str], word: str) -> str:
    """Return "a", "a or b", "a, b or c"."""
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} {word} {items[-1]}" if items else ""
