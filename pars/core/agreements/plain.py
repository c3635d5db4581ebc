"""Says a version of an agreement in plain sentences: on the ballot, for the agency, and on the public page, the same everywhere.

What it says is made from the version that is voted and that runs; `explain.py` says the scope, this page the rest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pars.core.access.catalogue import CATALOGUE
from pars.core.access.emergency import REASONS
from pars.core.access.explain import LABELS, Language
from pars.core.access.explain import explain as explain_scope
from pars.core.access.limits import IN_A_DAY
from pars.core.access.purposes import CIVIL
from pars.core.agreements.beside import fee_said, notice_said
from pars.core.agreements.duty_words import duty_said
from pars.core.wording import from_when, midnight, when

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from pars.core.access.limits import Limits
    from pars.core.access.purposes import Purpose
    from pars.core.agreements.version import Version

_WORDS: Mapping[Language, Mapping[str, str]] = {
    "en": {
        "parties": "{} may ask. The legal authority is: {}.",
        "purpose": "For this purpose: {} Each question for it must bring {}.",
        "case_number": "a case number",
        "warrant_number": "a warrant number",
        "docket": "a docket number of the court",
        "civil+": "The owners allow questions for the enforcement of civil law, immigration law among it.",
        "civil-": "For no other purpose: not for the enforcement of civil law, immigration law among it.",
        "never": "Never shown: {}.",
        "nobody": "Shown to no agency at all: an officer's narrative, names of victims and witnesses, a social security number, "
        "citizenship or immigration status.",
        "law": "Whatever stands here, the law goes first: it closes the records of children, and of persons whose age is not known.",
        "never_charged-": "Whoever was never charged, or was discharged by the court, is no longer shown from the moment that this is on record.",
        "never_charged+": "Also shown: whoever was arrested and never charged, or was discharged by the court.",
        "users": "Only persons named beforehand may ask, each under their own name.",
        "must": "Each of them must hold: {}.",
        "acknowledge": "Each of them must acknowledge what this version says before they ask, and each later version anew.",
        "fingerprint_check": "a fingerprint check",
        "terms_signed": "the signed terms of use",
        "training_completed": "the completed training",
        "limits": "A person may ask {} a day, and a reply holds {} at most.",
        "questions_per_day_in_all": "All together may ask {} a day.",
        "people_per_day": "A person may be shown {} a day.",
        "people_per_day_in_all": "All together may be shown {} a day.",
        "no_limit": "Nothing limits {}.",
        "no_questions_per_day_in_all": "how many questions all together may ask a day",
        "no_people_per_day": "how many different people a person may be shown a day",
        "no_people_per_day_in_all": "how many different people all together may be shown a day",
        "peoples": "{} different people",
        "people": "1 person in the records",
        "questions": "{} questions",
        "question": "1 question",
        "records": "{} records",
        "record": "1 record",
        "behalf-": "Nobody may ask on behalf of another agency.",
        "behalf+": "On behalf of another agency, each time stated, only for: {}.",
        "checked": "Before anything is answered, {} is looked up wherever this record system can; one that no record in reach has is refused.",
        "unchecked": "Nothing looks up {}: it is recorded as whoever asks states it.",
        "emergency-": "There is no emergency path: nothing that is demanded here can be waived.",
        "emergency": "In an emergency ({}), a named person may ask without {}. The owners are alarmed at once and review it within {}; a review that is overdue stops every answer.",
        "or": " or ",
        "waive_evidence": "the evidence",
        "waive_approval": "a second person's approval",
        "hours": "{} hours",
        "hour": "1 hour",
        "approval-": "A question need not name anybody: it can be about all whom the conditions leave, and no second person approves it.",
        "approval_alone": "A question needs no second person's approval.",
        "approval": "Whoever asks about nobody by name or number needs a second person's approval for more than {}, for further pages, streams and exports. "
        "Somebody else who is named, or an owner, gives it within {}, and what was approved can be asked for as long.",
        "minutes": "{} minutes",
        "minute": "1 minute",
        "exports": "Every export needs a second person's approval.",
        "paper": "Given once, on {}. It can't be renewed or amended, and every question must name a person. The paper's sha256: {}.",
        "subpoena": "a subpoena",
        "court_order": "a court's order",
        "own_request": "somebody's request for the record about themselves",
        "once": "It ends {}. That is the end.",
        "starts": "It begins {}, or when the owners have adopted it, if that is later.",
        "ends": "It ends {}. It does not renew itself: without a new vote, that is the end.",
        "closes": "The vote on it closes {}. What isn't decided by then ends without a decision.",
        "their_clock": "By the agency's own clock it begins {} and ends {}.",
        "onward": "What is shown may not be passed on to anyone else.",
    },
    "es": {
        "parties": "{} puede preguntar. La base legal es: {}.",
        "purpose": "Con este fin: {} Cada pregunta con este fin debe indicar {}.",
        "case_number": "un número de caso",
        "warrant_number": "un número de orden judicial",
        "docket": "un número de expediente del tribunal",
        "civil+": "Los propietarios permiten preguntas para aplicar leyes civiles, entre ellas las de inmigración.",
        "civil-": "Con ningún otro fin: tampoco para aplicar leyes civiles, entre ellas las de inmigración.",
        "never": "Nunca se muestra: {}.",
        "nobody": "No se muestra a ninguna agencia: el relato de un agente, los nombres de víctimas y testigos, un número de "
        "seguro social, la ciudadanía o la situación migratoria.",
        "law": "Diga lo que diga este texto, la ley va primero: cierra los expedientes de menores y de personas cuya edad no se conoce.",
        "never_charged-": "Quien nunca fue acusado, o cuyos cargos desestimó el tribunal por falta de causa probable, deja de mostrarse desde que eso consta.",
        "never_charged+": "También se muestra a quien fue arrestado y nunca acusado, o cuyos cargos desestimó el tribunal por falta de causa probable.",
        "users": "Solo pueden preguntar personas designadas de antemano, cada una con su propio nombre.",
        "must": "Cada una debe tener: {}.",
        "acknowledge": "Cada una debe reconocer lo que dice esta versión antes de preguntar, y cada versión posterior de nuevo.",
        "fingerprint_check": "la verificación de huellas digitales",
        "terms_signed": "las condiciones de uso firmadas",
        "training_completed": "la capacitación terminada",
        "limits": "Una persona puede hacer {} al día, y una respuesta contiene como máximo {}.",
        "questions_per_day_in_all": "Entre todos pueden hacer {} al día.",
        "people_per_day": "A una persona designada se le puede mostrar {} al día.",
        "people_per_day_in_all": "Entre todos se les puede mostrar {} al día.",
        "no_limit": "Nada limita {}.",
        "no_questions_per_day_in_all": "cuántas preguntas pueden hacer entre todos al día",
        "no_people_per_day": "a cuántas personas distintas puede ver al día una persona designada",
        "no_people_per_day_in_all": "a cuántas personas distintas pueden ver entre todos al día",
        "peoples": "{} personas distintas",
        "people": "1 persona",
        "questions": "{} preguntas",
        "question": "1 pregunta",
        "records": "{} expedientes",
        "record": "1 expediente",
        "behalf-": "Nadie puede preguntar en nombre de otra agencia.",
        "behalf+": "En nombre de otra agencia, dicho cada vez, solo para: {}.",
        "checked": "Antes de responder se comprueba {} siempre que este sistema pueda; si ningún expediente al alcance lo tiene, se rechaza.",
        "unchecked": "Nada comprueba {}: consta tal como lo indica quien pregunta.",
        "emergency-": "No hay vía de emergencia: nada de lo que aquí se exige se puede dispensar.",
        "emergency": "En una emergencia ({}), una persona designada puede preguntar sin {}. Se avisa enseguida a los propietarios, que lo revisan en {}; una revisión atrasada detiene toda respuesta.",
        "or": " o ",
        "waive_evidence": "la prueba",
        "waive_approval": "la aprobación de una segunda persona",
        "hours": "{} horas",
        "hour": "1 hora",
        "approval-": "Una pregunta no tiene que identificar a nadie: puede tratar de todos los que dejan las condiciones, y ninguna segunda persona la aprueba.",
        "approval_alone": "Ninguna pregunta necesita que la apruebe una segunda persona.",
        "approval": "Quien pregunta sin identificar a nadie necesita que una segunda persona apruebe más de {}, otras páginas, flujos y exportaciones. "
        "Otra persona designada, o un propietario, la da en {}, y lo aprobado se puede preguntar durante el mismo tiempo.",
        "minutes": "{} minutos",
        "minute": "1 minuto",
        "exports": "Toda exportación necesita que la apruebe una segunda persona.",
        "paper": "Se concede una sola vez, por {}. No se renueva ni se modifica, y cada pregunta debe identificar a una persona. El sha256 del documento: {}.",
        "subpoena": "una citación",
        "court_order": "una orden judicial",
        "own_request": "la petición de una persona sobre su propio expediente",
        "once": "Termina {}. Ese es el final.",
        "starts": "Comienza {}, o cuando los propietarios lo hayan aprobado, si eso es más tarde.",
        "ends": "Termina {}. No se renueva por sí solo: sin un nuevo voto, ese es el final.",
        "closes": "La votación se cierra {}. Lo que no se haya decidido hasta entonces termina sin decisión.",
        "their_clock": "Según el reloj de la agencia comienza {} y termina {}.",
        "onward": "Lo que se muestra no se puede pasar a nadie más.",
    },
}


def explain(version: Version, language: Language) -> tuple[str, ...]:
    """Return what the version says: who may ask, what for, what is shown and never shown, how much, and until when."""
    words = _WORDS[language]
    return (
        words["parties"].format(version.agency.name, version.authority.rstrip(".")),
        *([words["paper"].format(words[version.paper.kind], version.paper.sha256)] if version.paper is not None else []),
        *(_purpose(purpose, language) for purpose in version.purposes),
        words["civil-" if version.purpose(CIVIL) is None else "civil+"],
        *explain_scope(version.scope, language),
        words["never_charged+" if version.never_charged else "never_charged-"],
        *never_shown(version, language),
        words["law"],
        others_said(version, language),
        *_looked_up(version, words),
        words["users"],
        *([words["must"].format(holding(version.must, language))] if version.must else []),
        *([words["acknowledge"]] if version.acknowledge else []),
        *_limits(version.limits, words),
        *approval_said(version, language),
        emergency_said(version, language),
        words["starts"].format(from_when(version.term.start, version.place, language)),
        words["ends" if version.paper is None else "once"].format(end_said(version, language)),
        words["closes"].format(closing_said(version, language)),
        *_by_their_clock(version, language),
        notice_said(version.nonrenewal, version.place, language),
        fee_said(version.fee, version.agency.kind, language),
        *(duty_said(duty, version.place, language) for duty in version.duties),
        words["onward"],
    )


def never_shown(version: Version, language: Language) -> tuple[str, ...]:
    """Return what the version never shows: the same for everyone under it, and told with each reply."""
    words = _WORDS[language]
    hidden = _listed(LABELS[language][column.name] for column in CATALOGUE if column.name not in version.scope.columns)
    return (*([words["never"].format(hidden)] if hidden else []), words["nobody"])


def holding(must: Iterable[str], language: Language) -> str:
    """Return what a named person must hold, in words."""
    return _listed(_WORDS[language][name] for name in must)


def _by_their_clock(version: Version, language: Language) -> tuple[str, ...]:
    """Return the term as the agency's own clock shows it, where the text says which that is."""
    term, place = version.term, version.agency.place
    if place is None:
        return ()
    return (_WORDS[language]["their_clock"].format(from_when(term.start, place, language), when(term.end, place, language)),)


def end_said(version: Version, language: Language) -> str:
    """Return the end as the parties stated it: `at the end of August 31, 2027, Philadelphia time`."""
    civil = version.term.civil
    return midnight(civil, version.place, language) if civil else when(version.term.end, version.place, language)


def closing_said(version: Version, language: Language) -> str:
    """Return until when it can be voted on: as that was stated, or else its end."""
    if version.closing is None:
        return end_said(version, language)
    civil = version.closing.civil
    return midnight(civil, version.place, language) if civil else when(version.closing.at, version.place, language)


def _purpose(purpose: Purpose, language: Language) -> str:
    words = _WORDS[language]
    said = purpose.says.get(language, purpose.says["en"])
    return words["purpose"].format(said.rstrip(".") + ".", words[purpose.evidence])


def _looked_up(version: Version, words: Mapping[str, str]) -> Iterator[str]:
    """Yield which evidence is looked up, and which is taken as it is stated."""
    stated = dict.fromkeys(purpose.evidence for purpose in version.purposes if purpose.evidence not in version.checked)
    for key, kinds in (("checked", version.checked), ("unchecked", stated)):
        if kinds:
            yield words[key].format(_listed(words[kind] for kind in kinds))


def approval_said(version: Version, language: Language) -> tuple[str, ...]:
    """Return what the version asks of a second person."""
    words, rule = _WORDS[language], version.approval
    if rule is None:
        return (words["approval-" if version.paper is None else "approval_alone"],)
    said = words["approval"].format(_count(words, "record", rule.over_rows), _count(words, "minute", rule.minutes))
    return (said, words["exports"]) if rule.exports else (said,)


def emergency_said(version: Version, language: Language) -> str:
    """Return what the version allows in an emergency."""
    words, rule = _WORDS[language], version.emergency
    if rule is None:
        return words["emergency-"]
    reasons = "; ".join(REASONS[reason][language] for reason in rule.reasons)
    without = words["or"].join(words[f"waive_{what}"] for what in rule.waives)
    return words["emergency"].format(reasons, without, _count(words, "hour", rule.review_hours))


def others_said(version: Version, language: Language) -> str:
    """Return on whose behalf the version lets be asked."""
    words = _WORDS[language]
    names = _listed(other.name for other in version.others)
    return words["behalf+"].format(names) if names else words["behalf-"]


def _limits(limits: Limits, words: Mapping[str, str]) -> Iterator[str]:
    """Yield what is limited, and then what isn't."""
    yield words["limits"].format(
        _count(words, "question", limits.questions_per_day), _count(words, "record", limits.rows_per_reply)
    )
    unlimited = []
    for name in IN_A_DAY[1:]:
        most = getattr(limits, name)
        if most is None:
            unlimited.append(words[f"no_{name}"])
        else:
            yield words[name].format(_count(words, "people" if name.startswith("people") else "question", most))
    if unlimited:
        yield words["no_limit"].format(_listed(unlimited))


def _count(words: Mapping[str, str], what: str, number: int) -> str:
    return words[what] if number == 1 else words[f"{what}s"].format(number)


def _listed(items: Iterable[str]) -> str:
    return ", ".join(items)
