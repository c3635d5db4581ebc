"""Who must act next on an agreement, and by when: what is open, computed from the acts and the instant, never stored.

An agreement that nobody needs to act on has nothing open. What is told here decides nothing: silence has the meaning that the
charter and the version give it, and each sentence says which.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias, assert_never

from pars.core.agreements.one_off import voters
from pars.core.agreements.plain import end_said
from pars.core.agreements.standing import dues, standing
from pars.core.owners.polling import counted
from pars.core.terms import DAY, Instant
from pars.core.wording import bare, when

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pars.core.access.explain import Language
    from pars.core.agreements.acts import Agreement, Inquiry, Proposal
    from pars.core.agreements.duties import Duty
    from pars.core.agreements.standing import Standing
    from pars.core.agreements.version import Version
    from pars.core.owners.charter import Charter

SOON = 90 * DAY
"""How long before its end an agreement that nothing is to follow is told as one that somebody must act on."""

What: TypeAlias = Literal["vote", "confirm", "renew", "duty", "answer", "review", "doubt"]

_WORDS: Mapping[Language, Mapping[str, str]] = {
    "en": {
        "vote": "Has not voted on version {}: {}.",
        "more": "{} of {} seats are for it, and {} more must be.",
        "vote by": "The vote closes {}.",
        "end by": "Undecided {}, access ends: version {} ends then.",
        "confirm": "Has not confirmed the suspension: {}.",
        "confirm by": "Unless {} seats stand behind it, it lapses {}.",
        "renew": "Nothing is proposed to follow version {}.",
        "renew by": "Without a new vote it ends {}.",
        "duty": "{} owes {}: {}.",
        "overdue": "{} has owed since {}: {}.",
        "suspends": "While that is overdue, nothing is answered.",
        "doubt": "Has not voted on version {} again since a key that voted for it was revoked: {}. Nothing is answered until enough seats have.",
        "review": "An emergency was to be reviewed by an owner {}. Nothing is answered until it is.",
        "answer": "{} is to answer what {} asked it, {}.",
        "silent": "{} has not answered what {} asked it; an answer was due {}.",
    },
    "es": {
        "vote": "No ha votado sobre la versión {}: {}.",
        "more": "{} de {} puestos están a favor, y faltan {}.",
        "vote by": "La votación se cierra {}.",
        "end by": "Si no se decide, el acceso termina {}: entonces termina la versión {}.",
        "confirm": "No ha confirmado la suspensión: {}.",
        "confirm by": "Si no la respaldan {} puestos, caduca {}.",
        "renew": "No se ha propuesto nada que siga a la versión {}.",
        "renew by": "Sin un nuevo voto termina {}.",
        "duty": "{} debe, {}: {}.",
        "overdue": "{} debe desde el {}: {}.",
        "suspends": "Mientras esté vencido, no se responde nada.",
        "doubt": "No ha vuelto a votar sobre la versión {} desde que se revocó una clave que votó por ella: {}. Hasta que haya "
        "votos suficientes no se responde nada.",
        "review": "Un propietario debía revisar una emergencia {}. Hasta entonces no se responde nada.",
        "answer": "{} debe responder a lo que preguntó {}, {}.",
        "silent": "{} no ha respondido a lo que preguntó {}; la respuesta vencía {}.",
    },
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """One thing that is open: `seats` are those who can still act (none: whoever proposes, or the agency, which owes a `duty` or an answer to an `inquiry`), `by` is
    when time decides instead.

    `ends` is the version whose end that is, where it isn't the version `about` itself. `have` of `needs` seats are there.
    """

    what: What
    about: Version
    seats: tuple[str, ...]
    have: int
    needs: int
    by: Instant
    ends: Version | None = None
    duty: Duty | None = None
    inquiry: Inquiry | None = None
    overdue: bool = False

    def said(self, owners: Mapping[str, str], language: Language = "en") -> str:
        """Return what is open, who can act and what happens without them, in sentences. `owners` are names by seat."""
        words, names = _WORDS[language], ", ".join(owners.get(seat, seat) for seat in self.seats)
        by = when(self.by, self.about.place, language)
        match self.what:
            case "vote":
                last = words["end by"].format(by, self.ends.number) if self.ends is not None else words["vote by"].format(by)
                more = words["more"].format(self.have, len(owners), max(0, self.needs - self.have))
                return f"{words['vote'].format(self.about.number, names)} {more} {last}"
            case "confirm":
                return f"{words['confirm'].format(names)} {words['confirm by'].format(self.needs, by)}"
            case "renew":
                end = end_said(self.about, language)
                return f"{words['renew'].format(self.about.number)} {words['renew by'].format(end)}"
            case "duty":
                return self._owed(words, by, language)
            case "doubt":
                return words["doubt"].format(self.about.number, names)
            case "review":
                return words["review"].format(by)
            case "answer":
                assert self.inquiry is not None, "an inquiry is what is to be answered"
                asker = owners.get(self.inquiry.by.owner, self.inquiry.by.owner)
                return words["silent" if self.overdue else "answer"].format(self.about.agency.name, asker, by)
        assert_never(self.what)

    def _owed(self, words: Mapping[str, str], by: str, language: Language) -> str:
        assert self.duty is not None, "a duty is what is owed"
        says = self.duty.says.get(language, self.duty.says["en"]).rstrip(".")
        since = bare(by) if self.overdue else by
        told = words["overdue" if self.overdue else "duty"].format(self.about.agency.name, since, says)
        return f"{told} {words['suspends']}" if self.duty.suspends else told


def pending(agreement: Agreement, charter: Charter, at: Instant) -> tuple[Pending, ...]:
    """Return what is open on an agreement at `at`, what time decides first going first."""
    stands = standing(agreement, at)
    found = [_vote(agreement, proposal, stands, charter, at) for proposal in agreement.open(at)]
    if stands.lapses is not None:
        found.append(_confirm(agreement, stands, charter, stands.lapses))
    end = stands.version.term.end
    if (
        stands.state == "IN_FORCE"
        and stands.version.paper is None
        and stands.follows is None
        and not found
        and end - at <= SOON
    ):
        found.append(Pending(what="renew", about=stands.version, seats=(), have=0, needs=0, by=end))
    found += _inquiries(agreement, stands, at)
    if stands.doubted:
        found.append(_again(agreement, stands, charter))
    if stands.reviews:
        first = min(one.due for one in stands.reviews)
        seats = tuple(charter.owners)
        found.append(Pending(what="review", about=stands.version, seats=seats, have=0, needs=1, by=first, overdue=True))
    return tuple(sorted((*found, *_duties(agreement, at)), key=lambda one: one.by))


def _inquiries(agreement: Agreement, stands: Standing, at: Instant) -> list[Pending]:
    """Return the inquiries that wait for the agency's answer; a silence is told as long as anything is in force or proposed."""
    alive = stands.state in {"PROPOSED", "WAITING", "IN_FORCE", "SUSPENDED"} or bool(agreement.open(at))
    return [
        Pending(what="answer", about=stands.version, seats=(), have=0, needs=0, by=one.due, inquiry=one, overdue=one.due <= at)
        for one in agreement.inquiries
        if one.at <= at and (one.answer is None or one.answer.at > at) and (alive or at < one.due)
    ]


def _duties(agreement: Agreement, at: Instant) -> Iterator[Pending]:
    """Yield of each duty that isn't met the first time that it falls due, if that is soon or was."""
    told: set[str] = set()
    for version, one, done in dues(agreement, at):
        if done is None and one.duty.code not in told and one.due - at <= SOON:
            told.add(one.duty.code)
            yield Pending(
                what="duty", about=version, seats=(), have=0, needs=0, by=one.due, duty=one.duty, overdue=one.due <= at
            )


def _vote(agreement: Agreement, proposal: Proposal, stands: Standing, charter: Charter, at: Instant) -> Pending:
    version, governs = proposal.version, stands.version
    cast = {ballot.vote.seat: ballot.vote.choice for ballot in counted(agreement.ballots, proposal.entry)}
    # Where nothing else is to follow what is in force, its end is when a vote comes too late to go on without a gap.
    gap = stands.state == "IN_FORCE" and stands.follows is None and at < governs.term.end < version.closes
    return Pending(
        what="vote",
        about=version,
        seats=tuple(seat for seat in version.owners if seat in voters(version, charter) and seat not in cast),
        have=sum(choice == "adopt" for choice in cast.values()),
        needs=charter.needs["adopt"] if version.paper is None else 1,
        by=governs.term.end if gap else version.closes,
        ends=governs if gap else None,
    )


def _again(agreement: Agreement, stands: Standing, charter: Charter) -> Pending:
    """Return who can vote again on a version whose votes are in doubt, until it ends."""
    again = {one.vote.seat for one in counted(agreement.ballots, stands.answers) if one.vote.choice == "reinstate"}
    able = voters(stands.version, charter)
    return Pending(
        what="doubt",
        about=stands.version,
        seats=tuple(seat for seat in charter.owners if seat in able and seat not in again),
        have=len(again),
        needs=charter.needs["adopt"] if stands.version.paper is None else 1,
        by=stands.version.term.end,
    )


def _confirm(agreement: Agreement, stands: Standing, charter: Charter, lapses: Instant) -> Pending:
    behind = {
        ballot.vote.seat for ballot in counted(agreement.ballots, stands.answers) if ballot.vote.choice == "suspend"
    }.union(*(turn.seats for turn in agreement.turns if turn.entry == stands.answers))
    return Pending(
        what="confirm",
        about=stands.version,
        seats=tuple(seat for seat in charter.owners if seat not in behind),
        have=len(behind),
        needs=charter.needs["suspend"],
        by=lapses,
    )
