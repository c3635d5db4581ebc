"""The public notice of a result: who may ask what until when, how it was voted, and what an end does not stop.

The same words stand on the public page. They are made from the agreement as it stands, and from nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pars.core.access.explain import LANGUAGES
from pars.core.agreements.plain import end_said, explain
from pars.core.agreements.standing import standing
from pars.core.visible import visible
from pars.core.wording import bare, when

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pars.core.access.explain import Language
    from pars.core.agreements.acts import Agreement, Inquiry, Who
    from pars.core.agreements.standing import Standing
    from pars.core.agreements.version import Place, Version
    from pars.core.terms import Instant

NOT_STOPPED: Mapping[Language, tuple[str, ...]] = {
    "en": (
        "Copies already taken stay where they are: what was shown before the end is still known to whoever saw it, and no program takes it back.",
        (
            "Other channels go on: fingerprints taken at an arrest are shared with state and federal systems under other law, "
            "court dockets are public, and an agency may know of an arrest from its own work."
        ),
        "Other agreements go on, each until its own end.",
        "What is in the ledger stays there: who asked what kind of question, when, and how many records were shown.",
    ),
    "es": (
        "Las copias ya tomadas quedan donde están: lo que se mostró antes del final lo sigue sabiendo quien lo vio, y ningún programa lo borra.",
        (
            "Otras vías continúan: las huellas tomadas en un arresto se comparten con sistemas estatales y federales según otras leyes, "
            "los registros de los tribunales son públicos, y una agencia puede saber de un arresto por su propio trabajo."
        ),
        "Los demás acuerdos continúan, cada uno hasta su propio final.",
        "Lo que está en el libro queda en él: quién hizo qué clase de pregunta, cuándo, y cuántos expedientes se mostraron.",
    ),
}
"""What the end of an agreement does not stop."""

CHOSEN: Mapping[Language, Mapping[str, str]] = {
    "en": {
        "adopt": "voted to adopt",
        "reject": "voted against",
        "suspend": "voted to suspend",
        "revoke": "voted to revoke",
        "reinstate": "voted to reinstate",
        "withdraw": "withdrew its vote",
    },
    "es": {
        "adopt": "votó por aprobarlo",
        "reject": "votó en contra",
        "suspend": "votó por suspenderlo",
        "revoke": "votó por revocarlo",
        "reinstate": "votó por restablecerlo",
        "withdraw": "retiró su voto",
    },
}
_WORDS: Mapping[Language, Mapping[str, str]] = {
    "en": {
        "notice": "PUBLIC NOTICE",
        "agreement": "Agreement {}, version {}: {}",
        "with": "With: {}",
        "told": "Told {}.",
        "result": "RESULT. {}",
        "end": "Its end: {}.",
        "voted": "HOW IT WAS VOTED",
        "in_force": "WHO MAY ASK WHAT UNTIL WHEN",
        "says": "WHAT THE VERSION SAYS",
        "stop": "WHAT AN END DOES NOT STOP",
        "hash": "The text that was voted has the sha256 {}.",
        "asked": "WHAT THE AGENCY WAS ASKED",
        "inquiry": "{} asked {} (entry {}), to be answered by {}: {}",
        "answered": "The agency answered {} (entry {}){}: {}",
        "late": ", late",
        "silent inquiry": "The agency did not answer by then.",
        "waiting inquiry": "Not answered yet.",
        "vote": "{}, {} (entry {}).",
        "why": "Its reason: {}",
        "silent": "Did not vote: {}.",
        "rejected": "The owners rejected version {}, which would have followed, {}.",
        "on": "On version {}:",
        "translated": "",
    },
    "es": {
        "notice": "AVISO PÚBLICO",
        "agreement": "Acuerdo {}, versión {}: {}",
        "with": "Con: {}",
        "told": "Dicho {}.",
        "result": "RESULTADO. {}",
        "end": "Su final: {}.",
        "voted": "CÓMO SE VOTÓ",
        "in_force": "QUIÉN PUEDE PREGUNTAR QUÉ HASTA CUÁNDO",
        "says": "LO QUE DICE LA VERSIÓN",
        "stop": "LO QUE UN FINAL NO DETIENE",
        "hash": "El texto que se votó tiene el sha256 {}.",
        "asked": "LO QUE SE PREGUNTÓ A LA AGENCIA",
        "inquiry": "{} preguntó {} (anotación {}), con respuesta hasta el {}: {}",
        "answered": "La agencia respondió {} (anotación {}){}: {}",
        "late": ", tarde",
        "silent inquiry": "La agencia no respondió en el plazo.",
        "waiting inquiry": "Todavía sin respuesta.",
        "vote": "{}, {} (anotación {}).",
        "why": "Su razón: {}",
        "silent": "No votó: {}.",
        "rejected": "Los propietarios rechazaron la versión {}, que habría seguido, {}.",
        "on": "Sobre la versión {}:",
        "translated": "Esta traducción todavía no la ha revisado un traductor certificado. Si algo difiere, vale el texto en inglés.",
    },
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Voted:
    """One seat's vote, as anybody may know it: who cast it, and the sha256 of the seat's reason, if it gave one."""

    seat: str
    owner: str
    number: int
    choice: str
    at: Instant
    entry: int
    by: Who | None
    why: str | None

    @property
    def says(self) -> str:
        """What the seat did."""
        return self.said("en")

    def said(self, language: Language) -> str:
        """Return what the seat did, in a language."""
        return f"{self.owner} {CHOSEN[language][self.choice]}"


def votes(agreement: Agreement, owners: Mapping[str, str], *, number: int | None = None) -> tuple[Voted, ...]:
    """Return the votes on an agreement, oldest first; on one version, where its number is given. `owners` are names by seat."""
    found = []
    for ballot in agreement.ballots:
        proposal = agreement.proposal(ballot.vote.version)
        assert proposal is not None, "only what was proposed is voted on"
        if number is None or proposal.version.number == number:
            vote = ballot.vote
            name = owners.get(vote.seat, vote.seat)
            found.append(
                Voted(
                    seat=vote.seat,
                    owner=name,
                    number=proposal.version.number,
                    choice=vote.choice,
                    at=ballot.at,
                    entry=ballot.entry,
                    by=ballot.by,
                    why=vote.why,
                )
            )
    return tuple(found)


def result_notice(agreement: Agreement, at: Instant, owners: Mapping[str, str], written: Mapping[str, str]) -> bytes:
    """Return the text of the notice, as it stands at `at`: plain lines, in English and then in Spanish.

    `written` are words by their sha256 (reasons, inquiries, answers); they stand as they were given, in whatever language, each in
    the one line that says whose they are.
    """
    stands = standing(agreement, at)
    english, spanish = ("\n".join(_lines(agreement, stands, at, owners, written, language)) for language in LANGUAGES)
    return f"{english}\n\n{spanish}\n".encode()


def _lines(
    agreement: Agreement,
    stands: Standing,
    at: Instant,
    owners: Mapping[str, str],
    written: Mapping[str, str],
    language: Language,
) -> Iterator[str]:
    version, words = stands.version, _WORDS[language]
    yield words["notice"]
    yield words["agreement"].format(agreement.id, version.number, version.title.get(language, version.title["en"]))
    yield words["with"].format(version.agency.name)
    yield words["told"].format(when(at, version.place, language))
    yield ""
    yield words["result"].format(stands.said(language))
    if stands.state in {"IN_FORCE", "WAITING", "SUSPENDED"}:
        yield words["end"].format(bare(end_said(version, language)))
    refused = _rejected_since(agreement, version, at)
    for later, on in refused:
        yield words["rejected"].format(later.number, when(on, version.place, language))
    yield ""
    yield words["voted"]
    yield from _voted(agreement, version, owners, written, language)
    for later, _ in refused:
        yield words["on"].format(later.number)
        yield from _voted(agreement, later, owners, written, language)
    yield ""
    if agreement.inquiries:
        yield words["asked"]
        for one in agreement.inquiries:
            yield from inquiry_said(one, version.place, at, owners, written, language)
        yield ""
    yield words["in_force"] if stands.state == "IN_FORCE" else words["says"]
    yield from explain(version, language)
    yield ""
    yield words["stop"]
    yield from NOT_STOPPED[language]
    yield ""
    yield words["hash"].format(version.hash)
    if words["translated"]:
        yield words["translated"]


def _rejected_since(agreement: Agreement, version: Version, at: Instant) -> list[tuple[Version, Instant]]:
    """Return the versions after this one that the owners rejected, and when: a renewal that wasn't made is part of the result."""
    decided = {turn.version: turn.at for turn in agreement.turns if turn.kind == "rejected" and turn.at <= at}
    later = [proposal.version for proposal in agreement.proposals if proposal.version.number > version.number]
    return [(one, decided[one.hash]) for one in later if one.hash in decided]


def inquiry_said(
    one: Inquiry, place: Place, at: Instant, owners: Mapping[str, str], written: Mapping[str, str], language: Language
) -> Iterator[str]:
    """Say what an owner asked the agency and what came of it by `at`: the answer, or the silence once it was due."""
    words = _WORDS[language]
    who, by = owners.get(one.by.owner, one.by.owner), bare(when(one.due, place, language))
    yield words["inquiry"].format(
        who, when(one.at, place, language), one.entry, by, _in_a_line(written.get(one.words, one.words))
    )
    if one.answer is not None and one.answer.at <= at:
        late = words["late"] if one.answer.at >= one.due else ""
        said = _in_a_line(written.get(one.answer.words, one.answer.words))
        yield words["answered"].format(when(one.answer.at, place, language), one.answer.entry, late, said)
    else:
        yield words["silent inquiry" if one.due <= at else "waiting inquiry"]


def _in_a_line(words: str) -> str:
    """Return somebody's words in one line: a line of its own in a notice is the notice's."""
    return visible(" ".join(words.split()))


def _voted(
    agreement: Agreement, version: Version, owners: Mapping[str, str], written: Mapping[str, str], language: Language
) -> Iterator[str]:
    cast, words = votes(agreement, owners, number=version.number), _WORDS[language]
    for vote in cast:
        yield words["vote"].format(vote.said(language), when(vote.at, version.place, language), vote.entry)
        if vote.why is not None and vote.why in written:
            yield words["why"].format(written[vote.why])
    silent = [owners.get(seat, seat) for seat in version.owners if seat not in {vote.seat for vote in cast}]
    if silent:
        yield words["silent"].format(", ".join(silent))
