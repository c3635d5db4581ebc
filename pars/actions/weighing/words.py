"""Says the advice on a proposal in plain sentences, in English and Spanish, the same in the terminal, in `/v1` and on the page."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from pars.actions.weighing.solver import NotKnown
from pars.core.access.explain import LABELS, Language, condition
from pars.core.access.predicate import Is, leaves
from pars.core.agreements.plain import holding
from pars.core.wording import when

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pars.actions.weighing import Addition, Advice, Deed
    from pars.core.agreements.version import Version

_WORDS: Mapping[Language, Mapping[str, str]] = {
    "en": {
        "empty": "Nobody could ever be shown under it: no record can meet all that it and the law demand.",
        "not_empty": "It can be used: it could show, for example, {}.",
        "exactly": "It allows exactly what version {} would allow in its place, no more and no less.",
        "nothing": "It allows nothing that version {} would not.",
        "apart": "Nobody could be shown both under it and under version {}.",
        "beyond": "Allowed now, and not by version {}: {}",
        "purposes": "to ask for another purpose: “{}”, for example about {}.",
        "records": "to see {} of a person who was not shown before, for example of {}.",
        "columns": "to see {}, for example of {}.",
        "unmasked": "to see more of {} than the year, for example of {}.",
        "filters": "to look for people by {}, for example for {}.",
        "holders": "to ask without holding {}.",
        "questions_per_day": "question {} of one person on one day.",
        "questions_per_day_in_all": "question {} of one day, everybody's counted together.",
        "people_per_day": "to show one who asks {} different people on one day.",
        "people_per_day_in_all": "to show all who ask together {} different people on one day.",
        "replies": "a reply of {} records.",
        "time": "an answer {}, when that version does not run.",
        "by_form": "Not weighed here, and told under what changes: {}. For the rest:",
        "approval": "a second person's approval",
        "emergency": "what an emergency lets go by",
        "others": "on whose behalf may be asked",
        "checked": "which evidence is looked up",
        "acknowledge": "whether what it says must be acknowledged",
        "duties": "duties",
        "asked": "{} (asked for the purpose “{}”)",
        "somebody": "a person of whom nothing need be known",
        "whom": "a person of whom this alone need be known: {}",
        "known": "{} is known",
        "another": "{} is known and none that the text names",
        "and": "and",
        "example?": "Whether anybody could be shown under it is not known: {}.",
        "more?": "What it allows beyond version {} is not known: {}.",
        "apart?": "Whether anybody could be shown both under it and under version {} is not known: {}.",
        "NO_SOLVER": "the solver that works this out is not installed here",
        "NO_TIME": "the time for working it out was not enough",
        "NOT_CONFIRMED": "what the solver found was not confirmed",
    },
    "es": {
        "empty": "Nunca se podría mostrar a nadie: ningún expediente puede cumplir todo lo que exigen el texto y la ley.",
        "not_empty": "Se puede usar: podría mostrar, por ejemplo, a {}.",
        "exactly": "Permite exactamente lo que permitiría en su lugar la versión {}, ni más ni menos.",
        "nothing": "No permite nada que no permitiría la versión {}.",
        "apart": "A nadie se le podría mostrar a la vez según este texto y según la versión {}.",
        "beyond": "Permitido ahora, y no en la versión {}: {}",
        "purposes": "preguntar con otro fin: «{}», por ejemplo sobre {}.",
        "records": "ver {} de una persona que antes no se mostraba, por ejemplo de {}.",
        "columns": "ver {}, por ejemplo de {}.",
        "unmasked": "ver de {} más que el año, por ejemplo de {}.",
        "filters": "buscar a las personas por {}, por ejemplo a {}.",
        "holders": "preguntar sin tener {}.",
        "questions_per_day": "la pregunta {} de una persona en un día.",
        "questions_per_day_in_all": "la pregunta {} de un día, contando las de todos.",
        "people_per_day": "mostrar a quien pregunta {} personas distintas en un día.",
        "people_per_day_in_all": "mostrar a todos los que preguntan juntos {} personas distintas en un día.",
        "replies": "una respuesta de {} expedientes.",
        "time": "una respuesta {}, cuando aquella versión no rige.",
        "by_form": "No se sopesa aquí, y se dice en lo que cambia: {}. Por lo demás:",
        "approval": "la aprobación de una segunda persona",
        "emergency": "lo que una emergencia deja pasar",
        "others": "en nombre de quién se puede preguntar",
        "checked": "qué pruebas se consultan",
        "acknowledge": "si hay que dar por leído lo que dice",
        "duties": "las obligaciones",
        "asked": "{} (preguntado con el fin «{}»)",
        "somebody": "una persona de la que no hace falta saber nada",
        "whom": "una persona de la que solo hace falta saber esto: {}",
        "known": "se conoce {}",
        "another": "{} se conoce y no es ninguno de los que nombra el texto",
        "and": "y",
        "example?": "No se sabe si se podría mostrar a alguien: {}.",
        "more?": "No se sabe qué permite más allá de la versión {}: {}.",
        "apart?": "No se sabe si a alguien se le podría mostrar a la vez según este texto y según la versión {}: {}.",
        "NO_SOLVER": "aquí no está instalado el programa que lo averigua",
        "NO_TIME": "no bastó el tiempo para averiguarlo",
        "NOT_CONFIRMED": "lo que se halló no se confirmó",
    },
}


def advice_words(advice: Advice, new: Version, old: Version | None, language: Language) -> tuple[str, ...]:
    """Return the advice on `new`, which would follow `old`, as sentences."""
    words = _WORDS[language]
    if isinstance(advice.example, NotKnown) and advice.example.why == "NO_SOLVER":
        return (
            words["example?"].format(words["NO_SOLVER"])
            if old is None
            else words["more?"].format(old.number, words["NO_SOLVER"]),
        )
    named: set[object] = {
        value for version in (new, old) if version is not None for leaf in leaves(version.scope.rows) for value in leaf.values
    }
    return (*_use(advice, named, old is None, language), *(() if old is None else _beside(advice, new, old, named, language)))


def _use(advice: Advice, named: set[object], is_first: bool, language: Language) -> Iterator[str]:
    words = _WORDS[language]
    match advice.example:
        case None:
            yield words["empty"]
        case NotKnown(why):
            yield words["example?"].format(words[why])
        case deed if is_first:
            yield words["not_empty"].format(_person(deed, named, language))


def _beside(advice: Advice, new: Version, old: Version, named: set[object], language: Language) -> Iterator[str]:
    words = _WORDS[language]
    if advice.by_form:
        yield words["by_form"].format(_listed([words[name] for name in advice.by_form], words["and"]))
    match advice.more, advice.less:
        case NotKnown(why), _:
            yield words["more?"].format(old.number, words[why])
        case (), () if not advice.by_form:
            yield words["exactly"].format(old.number)
        case (), _:
            yield words["nothing"].format(old.number)
        case [*additions], _:
            for one in additions:
                yield words["beyond"].format(old.number, _addition(one, new, old, named, language))
    if isinstance(advice.apart, NotKnown):
        yield words["apart?"].format(old.number, words[advice.apart.why])
    elif advice.apart and advice.example is not None:
        yield words["apart"].format(old.number)


def _addition(one: Addition, new: Version, old: Version, named: set[object], language: Language) -> str:
    words, labels = _WORDS[language], LABELS[language]
    person = _person(one.deed, named, language)
    match one.kind:
        case "purposes":
            says = [
                purpose.says.get(language, purpose.says["en"]).rstrip(".")
                for purpose in new.purposes
                if purpose.code in one.names
            ]
            return words["purposes"].format("; ".join(says), person)
        case "columns" | "unmasked" | "filters":
            return words[one.kind].format(_listed([labels[name] for name in one.names], words["and"]), person)
        case "records":
            return words["records"].format(_listed([labels[name] for name in one.deed.asked.columns], words["and"]), person)
        case "holders":
            return words["holders"].format(holding(sorted({*old.must} - {*new.must}), language))
        case "replies":
            return words["replies"].format(new.limits.rows_per_reply)
        case "day":
            allowed = [words[name].format(getattr(old.limits, name) + 1) for name in one.names]
            return " ".join(allowed)
        case "time":
            return words["time"].format(when(one.deed.asked.at, new.place, language))


def _person(deed: Deed, named: set[object], language: Language) -> str:
    """Return whose record it is, by no more than must be known of it, and for which purpose it was asked."""
    words = _WORDS[language]
    known = [(name, value) for name, value in deed.record.items() if isinstance(value, str | int | date)]
    clauses = [_clause(name, value, name in deed.asked.by, named, language) for name, value in known]
    person = words["whom"].format("; ".join(clauses)) if clauses else words["somebody"]
    purpose = deed.asked.purpose.says
    return words["asked"].format(person, purpose.get(language, purpose["en"]).rstrip("."))


def _clause(name: str, value: object, is_asked_by: bool, named: set[object], language: Language) -> str:
    words, label = _WORDS[language], LABELS[language][name]
    if is_asked_by:
        return words["known"].format(label)
    if isinstance(value, str) and value not in named:
        return words["another"].format(label)
    return condition(Is(name, value), language)  # type: ignore[arg-type]


def _listed(items: Sequence[str], word: str) -> str:
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} {word} {items[-1]}"
