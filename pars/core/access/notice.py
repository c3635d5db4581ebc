"""The public notice of a result: who may ask what until when, how it was voted, and what an end does not stop.

The same words stand on the public page. They are made from the agreement as it stands, and from nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pars.core.access.plain import end_said, explain
from pars.core.access.standing import standing
from pars.core.wording import when

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pars.core.access.explain import Language
    from pars.core.access.standing import Agreement, Standing
    from pars.core.access.version import Version
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

CHOSEN: Mapping[str, str] = {
    "adopt": "voted to adopt",
    "reject": "voted against",
    "suspend": "voted to suspend",
    "revoke": "voted to revoke",
    "reinstate": "voted to reinstate",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Voted:
    """One seat's vote, as anybody may know it."""

    seat: str
    owner: str
    number: int
    choice: str
    at: Instant
    entry: int

    @property
    def says(self) -> str:
        """What the seat did."""
        return f"{self.owner} {CHOSEN[self.choice]}"


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
                )
            )
    return tuple(found)


def result_notice(agreement: Agreement, at: Instant, owners: Mapping[str, str]) -> bytes:
    """Return the text of the notice, as it stands at `at`: plain lines, English."""
    stands = standing(agreement, at)
    return ("\n".join(_lines(agreement, stands, at, owners)) + "\n").encode()


def _lines(agreement: Agreement, stands: Standing, at: Instant, owners: Mapping[str, str]) -> Iterator[str]:
    version = stands.version
    yield "PUBLIC NOTICE"
    yield f"Agreement {agreement.id}, version {version.number}: {version.title['en']}"
    yield f"With: {version.agency.name}"
    yield f"Told {when(at, version.place)}."
    yield ""
    yield f"RESULT. {stands.says}"
    if stands.state in {"IN_FORCE", "WAITING", "SUSPENDED"}:
        yield f"Its end: {end_said(version, 'en').removeprefix('on ')}."
    yield ""
    yield "HOW IT WAS VOTED"
    yield from _voted(agreement, version, owners)
    yield ""
    yield "WHO MAY ASK WHAT UNTIL WHEN" if stands.state == "IN_FORCE" else "WHAT THE VERSION SAYS"
    yield from explain(version, "en")
    yield ""
    yield "WHAT AN END DOES NOT STOP"
    yield from NOT_STOPPED["en"]
    yield ""
    yield f"The text that was voted has the sha256 {version.hash}."


def _voted(agreement: Agreement, version: Version, owners: Mapping[str, str]) -> Iterator[str]:
    cast = votes(agreement, owners, number=version.number)
    for vote in cast:
        yield f"{vote.says}, {when(vote.at, version.place)} (entry {vote.entry})."
    silent = [owners.get(seat, seat) for seat in version.owners if seat not in {vote.seat for vote in cast}]
    if silent:
        yield f"Did not vote: {', '.join(silent)}."
