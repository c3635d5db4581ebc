"""Says a duty in plain sentences: what the agency must do, by when, and what follows where it doesn't."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pars.core.wording import bare, midnight, when

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pars.core.access.explain import Language
    from pars.core.agreements.duties import Duty
    from pars.core.agreements.version import Place

_WORDS: Mapping[Language, Mapping[str, str]] = {
    "en": {
        "attest": "Duty to attest",
        "notify": "Duty to notify",
        "purge": "Duty to destroy what was taken",
        "report": "Duty to report",
        "duty": "{}, {}: {}. {}",
        "by": "by {}",
        "monthly": "by the end of day {} of each month, {} time",
        "start": "within {} days of 24 hours after it came into force",
        "end": "within {} days of 24 hours after it is over",
        "suspends": "While that is overdue, nothing is answered.",
        "noted": "Where that is overdue, it is told, and nothing else follows.",
    },
    "es": {
        "attest": "Deber de dar constancia",
        "notify": "Deber de avisar",
        "purge": "Deber de destruir lo que se tomó",
        "report": "Deber de informar",
        "duty": "{}, {}: {}. {}",
        "by": "hasta el {}",
        "monthly": "hasta el final del día {} de cada mes, hora de {}",
        "start": "dentro de {} días de 24 horas desde que entró en vigor",
        "end": "dentro de {} días de 24 horas desde que haya terminado",
        "suspends": "Mientras esté vencido, no se responde nada.",
        "noted": "Si vence, se dice, y nada más sucede.",
    },
}


def duty_said(duty: Duty, place: Place, language: Language = "en") -> str:
    """Return the duty as one sentence with its consequence."""
    words = _WORDS[language]
    says = duty.says.get(language, duty.says["en"]).rstrip(".")
    return words["duty"].format(
        words[duty.kind], _due(duty, place, language), says, words["suspends" if duty.suspends else "noted"]
    )


def _due(duty: Duty, place: Place, language: Language) -> str:
    words, due = _WORDS[language], duty.due
    if due.after is not None:
        return words[due.after].format(due.days)
    if due.day_of_month is not None:
        return words["monthly"].format(due.day_of_month, place.name)
    said = midnight(due.civil[0], place, language) if due.civil else when(due.at[0], place, language)
    return words["by"].format(bare(said))
