"""The owners' profile: which steps come before an arraignment, who takes them, and the owners' own standards in hours.

It is a text that the owners vote, not code. The ledger's first entry names the first one; a later one is proposed and voted
as an owners' text (`owners_text`). A case goes by the profile in force when it was opened, for as long as it is open: what was
owed before is not rewritten. Nothing in a text is skipped: an unknown field, step or word is refused with its place.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, cast

from pars.core.document import Node, read
from pars.core.terms import Instant

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pars.core.access.explain import Language
    from pars.core.terms import Refusal

Decider = Literal["prosecutor", "court"]
"""Who decides on each charge that the police propose: the prosecutor (Pa.R.Crim.P. 507, a local option), or the issuing authority."""
Signer = Literal["prosecutor", "police"]
"""Who signs the complaint: the prosecutor, or the police officer whose complaint it is."""
InterviewStep = Literal["required", "can_wait", "not_required"]
"""Whether a case is heard only with its interview (taken, declined or tried in vain), may be called without one, or needs none."""

DECIDERS = ("prosecutor", "court")
SIGNERS = ("prosecutor", "police")
INTERVIEW_STEPS = ("required", "can_wait", "not_required")
MOST_HOURS = 24 * 31
MOST_WITNESSES = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What one profile's text says; `hash` is the sha256 that votes name it by.

    `decider` and `office` are how people call who decides the charges, and where a case is sent for that. `start` is the
    instant from which the text wants to be in force; None: as soon as it is adopted. `closes` is when the vote on it closes; None: never
    by time alone.
    """

    hash: str
    name: Mapping[str, str] = field(hash=False)
    citation: str
    decided_by: Decider
    signed_by: Signer
    interview: InterviewStep
    unsent: int
    unanswered: int
    unacknowledged: int
    witnesses: int
    decider: Mapping[str, str] = field(hash=False)
    office: Mapping[str, str] = field(hash=False)
    start: Instant | None = None
    closes: Instant | None = None

    def fill(self, says: str) -> str:
        """Return an English sentence with this profile's words and hours in its blanks: `{office}`, `{decider}`, `{unsent}` …"""
        decider = self.decider["en"]
        return says.format(
            decider=decider,
            Decider=decider[0].upper() + decider[1:],
            office=self.office["en"],
            unsent=self.unsent,
            unanswered=self.unanswered,
            unacknowledged=self.unacknowledged,
        )


ORDINARY = Profile(
    hash="",
    name=MappingProxyType({"en": "A charging unit decides", "es": "Decide una unidad de cargos"}),
    citation="Pa.R.Crim.P. 507 (local option: an attorney for the Commonwealth approves), 504, 540 [counsel]",
    decided_by="prosecutor",
    signed_by="prosecutor",
    interview="can_wait",
    unsent=6,
    unanswered=6,
    unacknowledged=2,
    witnesses=0,
    decider=MappingProxyType({"en": "the prosecutor", "es": "la fiscalía"}),
    office=MappingProxyType({"en": "the charging unit", "es": "la unidad de cargos"}),
)
"""What a case goes by that no ledger gave a profile to, such as one that is just being opened: the fullest course. It says what the
city's text says; a case that the store loads has the profile of its ledger."""


def read_profile(text: bytes) -> Profile | Refusal:
    """Return the profile whose canonical text this is, or what is wrong and where."""

    def reader(node: Node) -> Profile:
        parts = node.fields({"v", "about", "name", "citation", "steps", "hours", "witnesses", "labels"}, {"start", "vote"})
        parts["v"].whole(1, 1)
        parts["about"].one_of({"profile"})
        steps = parts["steps"].fields({"decided_by", "signed_by", "interview"})
        hours = parts["hours"].fields({"unsent", "unanswered", "unacknowledged"})
        labels = parts["labels"].fields({"decider", "office"})
        decided_by = cast("Decider", steps["decided_by"].one_of(DECIDERS, "UNKNOWN_STEP"))
        signed_by = cast("Signer", steps["signed_by"].one_of(SIGNERS, "UNKNOWN_STEP"))
        interview = cast("InterviewStep", steps["interview"].one_of(INTERVIEW_STEPS, "UNKNOWN_STEP"))
        if (decided_by, signed_by) == ("court", "prosecutor"):
            raise steps["signed_by"].wrong(
                "NO_SUCH_COURSE",
                "where the court decides the charges, no prosecutor signs the complaint.",
                "Let the police sign it.",
            )
        return Profile(
            hash=sha256(text).hexdigest(),
            name=parts["name"].said(),
            citation=parts["citation"].text(),
            decided_by=decided_by,
            signed_by=signed_by,
            interview=interview,
            unsent=hours["unsent"].whole(1, MOST_HOURS),
            unanswered=hours["unanswered"].whole(1, MOST_HOURS),
            unacknowledged=hours["unacknowledged"].whole(1, MOST_HOURS),
            witnesses=parts["witnesses"].whole(0, MOST_WITNESSES),
            decider=labels["decider"].said(),
            office=labels["office"].said(),
            start=Instant(parts["start"].whole()) if "start" in parts else None,
            closes=read_closes(parts["vote"]) if "vote" in parts else None,
        )

    return read(text, reader)


def read_closes(node: Node) -> Instant:
    """Return when the vote on an owners' text closes, as its part `vote` states it."""
    return Instant(node.fields({"closes"})["closes"].whole())


_WORDS: Mapping[Language, Mapping[str, str]] = {
    "en": {
        "authority": "Authority: {}.",
        "prosecutor_decides": "The police send each arrest to {office}, where {decider} decides on every charge.",
        "court_decides": "The police send each arrest to {office}, without approval by a prosecutor; {decider} decides on every charge.",
        "prosecutor_signs": "A prosecutor signs the complaint.",
        "police_sign": "A police officer signs the complaint once every charge is decided.",
        "required": "No case is heard before its pretrial interview was taken, declined, or tried in vain.",
        "can_wait": "A pretrial interview comes before the hearing; with a reason the bench may call a case without it.",
        "not_required": "No pretrial interview is required.",
        "unsent": "An arrest is to be sent on within {}.",
        "unanswered": "The police are to answer what they were asked within {}.",
        "unacknowledged": "A release is to be acknowledged within {} of when nothing holds the person.",
        "hour": "1 hour",
        "hours": "{} hours",
        "witnesses": "The owners want {} outside witnesses to sign the ledger's checkpoints too. Who they are is a text of its own.",
        "governs": "A case goes by the profile that was in force when it was opened.",
    },
    "es": {
        "authority": "Base legal: {}.",
        "prosecutor_decides": "La policía envía cada arresto a {office}, donde {decider} decide sobre cada cargo.",
        "court_decides": "La policía envía cada arresto a {office}, sin aprobación de la fiscalía; {decider} decide sobre cada cargo.",
        "prosecutor_signs": "Un fiscal firma la denuncia.",
        "police_sign": "Un agente de policía firma la denuncia cuando todos los cargos están decididos.",
        "required": "Ningún caso se oye antes de que la entrevista previa se haya hecho, rechazado o intentado en vano.",
        "can_wait": "La entrevista previa va antes de la audiencia; con una razón, el tribunal puede llamar un caso sin ella.",
        "not_required": "No se requiere entrevista previa.",
        "unsent": "Un arresto se debe enviar en un plazo de {}.",
        "unanswered": "La policía debe responder a lo que se le preguntó en un plazo de {}.",
        "unacknowledged": "Una liberación se debe confirmar en un plazo de {} desde que nada retiene a la persona.",
        "hour": "1 hora",
        "hours": "{} horas",
        "witnesses": "Los propietarios quieren que {} testigos externos firmen también los puntos de control del registro. Quiénes "
        "son lo dice un texto aparte.",
        "governs": "Un caso se rige por el perfil vigente cuando se abrió.",
    },
}


def explain_profile(profile: Profile, language: Language) -> tuple[str, ...]:
    """Return what the profile says, in plain sentences: each step, who takes it, each standard."""
    words = _WORDS[language]
    decides = "prosecutor_decides" if profile.decided_by == "prosecutor" else "court_decides"
    named = {name: said.get(language, said["en"]) for name, said in (("office", profile.office), ("decider", profile.decider))}
    return (
        words["authority"].format(profile.citation.rstrip(".")),
        words[decides].format(**named),
        words["prosecutor_signs" if profile.signed_by == "prosecutor" else "police_sign"],
        words[profile.interview],
        *(
            words[name].format(words["hour"] if hours == 1 else words["hours"].format(hours))
            for name, hours in (
                ("unsent", profile.unsent),
                ("unanswered", profile.unanswered),
                ("unacknowledged", profile.unacknowledged),
            )
        ),
        *([words["witnesses"].format(profile.witnesses)] if profile.witnesses else []),
        words["governs"],
    )
