"""Why a question was refused: the conditions in the order in which they are tried, passed up to the one that stopped it."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from pars.core.access.decision import TRIED

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pars.core.access.explain import Language

SAYS: Mapping[Language, Mapping[str, str]] = {
    "en": {
        "person": "A person stands behind the question.",
        "agreement": "Your agency has an agreement.",
        "purpose": "An agreement of your agency has this purpose.",
        "in force": "Exactly one such agreement is in force at this instant.",
        "evidence": "The question brings the evidence that the purpose demands, and what is looked up is found.",
        "granted": "Everything that it shows and asks by is granted.",
        "lawful": "The law lets all of it out to this agency.",
        "about": "What a paper opens is asked of a person by name or number.",
        "behalf": "If it is asked for another agency, the agreement names that one.",
        "emergency": "An emergency that is stated is one that the agreement allows.",
        "approved": "A second person approved it, where the agreement asks for one.",
        "limit": "The day's questions aren't used up.",
        "named": "The person is named under the agreement.",
        "holds": "The person holds what the agreement demands.",
        "acknowledged": "The person has acknowledged the version, where the agreement demands that.",
        "ending": "An answer can leave before the end.",
        "ledger": "The ledger can record it at once, and nothing changes meanwhile.",
        "met": "Met.",
        "stopped": "Not met: it stopped here.",
        "not reached": "Not come to.",
    },
    "es": {
        "person": "Detrás de la pregunta hay una persona.",
        "agreement": "Su agencia tiene un acuerdo.",
        "purpose": "Un acuerdo de su agencia tiene este fin.",
        "in force": "En este instante está en vigor exactamente un acuerdo así.",
        "evidence": "La pregunta trae la prueba que el fin exige, y lo que se comprueba existe.",
        "granted": "Todo lo que muestra y por lo que busca está concedido.",
        "lawful": "La ley permite mostrar todo ello a esta agencia.",
        "about": "Lo que abre un documento se pregunta sobre una persona por su nombre o número.",
        "behalf": "Si se pregunta por otra agencia, el acuerdo la nombra.",
        "emergency": "La emergencia que se alega es una que el acuerdo permite, y ninguna revisión está atrasada.",
        "approved": "La aprobó una segunda persona, donde el acuerdo la pide.",
        "limit": "Las preguntas del día no están agotadas.",
        "named": "La persona está designada en el acuerdo.",
        "holds": "La persona tiene lo que el acuerdo exige.",
        "acknowledged": "La persona ha reconocido la versión, donde el acuerdo lo exige.",
        "ending": "La respuesta puede salir antes del final.",
        "ledger": "El libro puede anotarla enseguida, y entretanto nada cambia.",
        "met": "Se cumple.",
        "stopped": "No se cumple: aquí se detuvo.",
        "not reached": "No se llegó a esto.",
    },
}
"""What the decision and the door behind it try, in words, and how far a question came."""

UNWITNESSED = ("LEDGER_UNWITNESSED", "LEDGER_ROLLED_BACK", "NOT_WITNESSED", "NOT_IN_TIME")
RUNGS: tuple[tuple[str, frozenset[str]], ...] = (
    *TRIED.items(),
    ("ledger", frozenset({"LEDGER_BEHIND", "CLOCK_JUMPED", "OVERTAKEN", *UNWITNESSED})),
)
"""What is asked of every question, in the order of the decision and of the door behind it, with the refusals that each gives."""


HELPS: Mapping[str, str] = MappingProxyType(
    {
        "NO_PERSON": "Ask as a person: a system must say on whose behalf it asks.",
        "NO_AGREEMENT": "An agreement must be voted first. Your contact can send the owners a draft.",
        "UNKNOWN_PURPOSE": "Ask for a purpose that your agreement has, or have your contact ask the owners for another version.",
        "TWO_AT_ONCE": "Tell the owners: two agreements claim this purpose, and neither answers until they settle it.",
        "AGREEMENT_PROPOSED": "Wait for the owners' vote: nothing is answered before it.",
        "AGREEMENT_WAITING": "Wait until it comes into force.",
        "AGREEMENT_SUSPENDED": "The agreement's page says who suspended it, or which duty is overdue. Meeting the duty, or the owners' vote, lifts it.",
        "AGREEMENT_REVOKED": "It is over for good. Only a new version that the owners adopt opens access again.",
        "AGREEMENT_ENDED": "It ended, and nothing renewed it. Only a new version that the owners adopt opens access again.",
        "AGREEMENT_REJECTED": "The owners rejected it. Another version can be proposed.",
        "AGREEMENT_WITHDRAWN": "The proposal was taken back before it was decided. Another version can be proposed.",
        "AGREEMENT_UNDECIDED": "Its vote closed without a decision, and that is an end. Another version can be proposed.",
        "NO_EVIDENCE": "Give the number that the purpose demands.",
        "WRONG_EVIDENCE": "Give the kind of number that the purpose demands, in its form.",
        "NOT_GRANTED": "Ask without what is named. Only the owners can grant more, by adopting another version.",
        "NOT_LAWFUL": "Ask without it, or about a person by name where the law allows that. No agreement can change it.",
        "NAMES_NOBODY": "Name the person that the paper is about.",
        "NOT_ON_BEHALF": "Ask for your own agency, or for one that the agreement lets you ask for.",
        "EVIDENCE_NOT_FOUND": "Look at the number again: no record within the agreement's reach has it. Ask your contact what else can be brought.",
        "NOT_CHECKED": "Ask again: the number must be looked up where the agreement says so.",
        "NOT_AN_EMERGENCY": "Ask without an emergency, or for a reason that the agreement allows.",
        "REVIEW_OVERDUE": "Tell the owners: an emergency waits for their review, and nothing else lifts this.",
        "APPROVAL_NEEDED": "Name a person or ask for fewer records; or ask for an approval first, and name its entry with the question.",
        "APPROVAL_OVER": "Ask for an approval anew: the time of the last one is over.",
        "OTHER_QUESTION": "Ask exactly what was approved, or ask for an approval of this question.",
        "NOT_APPROVED": "Wait until a second person has approved it.",
        "NO_APPROVAL": "Ask the question itself: this agreement needs no second person.",
        "LIMIT_REACHED": "Ask tomorrow. The limit is a part of the agreement.",
        "NOT_NAMED": "Your contact can ask the owners to name the person.",
        "MUST_HOLD": "Your contact can show the owners what the person now holds, and have the person named again.",
        "NOT_ACKNOWLEDGED": "Read the version on the agreement's page and acknowledge it there; then ask again.",
        "ENDING": "The end was too near for an answer to leave before it.",
        "LEDGER_BEHIND": "Ask again soon: ours to mend.",
        "CLOCK_JUMPED": "Ask again soon: ours to mend.",
        **dict.fromkeys(UNWITNESSED, "Ask again soon: ours to mend."),
        "OVERTAKEN": "Ask again: something about the agreement changed at that moment.",
    }
)
"""What would help, for each refusal."""
OTHERWISE = "Put right what it names and ask again. Where that doesn't help, have your contact name this entry to the owners."


def helps(code: str) -> str:
    """Return what would help against a refusal."""
    return HELPS.get(code, OTHERWISE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """One condition, and whether it was met, stopped the question, or wasn't come to."""

    says: str
    state: Literal["met", "stopped", "not reached"]
    told: str


def ladder(code: str, language: Language = "en") -> tuple[Rung, ...]:
    """Return the conditions as this refusal left them; none for a refusal of another kind, as of a question that can't be read."""
    stop = next((number for number, (_, codes) in enumerate(RUNGS) if code in codes), None)
    return () if stop is None else tuple(_rung(name, number - stop, language) for number, (name, _) in enumerate(RUNGS))


def _rung(name: str, beyond: int, language: Language) -> Rung:
    state: Literal["met", "stopped", "not reached"] = "met" if beyond < 0 else "stopped" if beyond == 0 else "not reached"
    return Rung(says=SAYS[language][name], state=state, told=SAYS[language][state])
