"""How a played step is told: in words, in both languages; as one JSON line; as lines for a terminal."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

from pars.core.access.explain import LANGUAGES
from pars.core.terms import moment
from pars.edge.history.record import ZONE, philadelphia
from pars.edge.history.texts import OFFICES, QUESTIONS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pars.core.access.explain import Language
    from pars.edge.history.playing import Played

WIDTH = 110
INDENT = " " * 12

_WORDS: Mapping[Language, Mapping[str, str]] = {
    "en": {
        "adopt": "{} votes for version {}. That it was adopted follows from the record; which two carried it was not found.",
        "answered": "{} {}. Answered: {}.",
        "refused": "{} {}. Refused: {}.",
        "record": "1 record",
        "records": "{} records",
        "invented": "invented for the replay",
    },
    "es": {
        "adopt": "{} vota por la versión {}. Que se aprobó se sigue de lo que consta; no se encontró qué dos la aprobaron.",
        "answered": "{} {}. Respondida: {}.",
        "refused": "{} {}. Rechazada: {}.",
        "record": "1 expediente",
        "records": "{} expedientes",
        "invented": "inventado para la repetición",
    },
}
WHY: Mapping[str, Mapping[Language, str]] = {
    "NO_AGREEMENT": {"en": "there is no agreement", "es": "no hay ningún acuerdo"},
    "UNKNOWN_COLUMN": {
        "en": "no victim's or witness's name is among what any agreement can show",
        "es": "ningún nombre de víctima o testigo está entre lo que un acuerdo puede mostrar",
    },
    "NOT_FILTERABLE": {
        "en": "nobody may be looked for by a birthplace",
        "es": "a nadie se le puede buscar por su lugar de nacimiento",
    },
    "NOT_GRANTED": {
        "en": "the incident's number is not granted since the amendment",
        "es": "el número del incidente no se concede desde la enmienda",
    },
    "AGREEMENT_ENDED": {
        "en": "the agreement ended at this instant",
        "es": "el acuerdo terminó en este instante",
    },
}
"""Why a question was refused, by the code of the refusal."""


def says(one: Played, language: Language) -> str:
    """Return what happened, in one or two sentences."""
    step, words = one.step, _WORDS[language]
    if step.says:
        return step.says[language]
    office = OFFICES[step.office][language]
    if step.do == "vote":
        return words["adopt"].format(office, step.more["version"])
    question, came = QUESTIONS[step.more["question"]][1][language], one.result["came"]
    if came != "answered":
        return words["refused"].format(office, question, WHY[came][language])
    count = one.result["records"]
    return words["answered"].format(office, question, words["record"] if count == 1 else words["records"].format(count))


def as_json(one: Played) -> dict[str, Any]:
    """Return the step as one JSON object."""
    step, sources = one.step, philadelphia().sources
    return {
        "n": one.number,
        "at": moment(one.at).isoformat(),
        "local": moment(one.at, ZONE).isoformat(),
        "date": step.date,
        "kind": step.do,
        "mark": step.mark,
        "invented": step.mark == "not found" and step.do != "record",
        "office": OFFICES[step.office]["en"] if step.office else None,
        "says": {language: says(one, language) for language in LANGUAGES},
        "sources": [{"tag": tag, "where": sources[tag]} for tag in step.sources],
        "result": one.result,
    }


def as_lines(one: Played) -> Iterator[str]:
    """Give the step as lines for a terminal: date and mark, what happened, where that is from."""
    step, sources = one.step, philadelphia().sources
    clock = f" {moment(one.at, ZONE):%H:%M:%S}" if step.date in {"2018-08-31", "2018-09-01"} and step.do != "record" else ""
    who = f"  {OFFICES[step.office]['en']}" if step.office else ""
    entry = f"  entry {one.result['entry']}" if one.result.get("entry") else ""
    yield f"{step.date:10}  {step.mark.upper():9} {clock}{who}{entry}".rstrip()
    yield from textwrap.wrap(says(one, "en"), WIDTH, initial_indent=INDENT, subsequent_indent=INDENT)
    where = "; ".join(sources[tag] for tag in step.sources) or _WORDS["en"]["invented"]
    if step.sources or step.do != "record":
        yield from textwrap.wrap(f"({where})", WIDTH, initial_indent=INDENT, subsequent_indent=INDENT)
