"""The governance of an invented county: its opening, grants, agreements with votes, duties and renewals, each act at its time."""

from __future__ import annotations

import heapq
import json
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from pars.actions.founding import shipped
from pars.core import canonical
from pars.core.access.catalogue import catalogue_text
from pars.core.access.floor import floor_text
from pars.core.cases.detainer_rules import rules_text
from pars.core.ledger import dealing_drafts, drafts
from pars.core.ledger.checkpoint import COSIGNER, verifier_key
from pars.core.ledger.cosignature import cosignature, cosigned
from pars.core.ledger.entries import By, Draft, Kind, encode
from pars.core.owners.charter import with_keys
from pars.core.owners.votes import vote_message
from pars.core.terms import DAY, SECOND, Instant
from pars.edge.city.agreements import ALL, Terms, version_text

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

BEGAN = Instant(1_736_150_400_000_000)  # 2025-01-06T08:00:00Z
A_DAY = 12_000
"""How many entries such a county makes in a day."""
AGENCIES, PERSONS, TERM = 30, 4, 250 * DAY
STAFF = {
    "booking_officer": 60,
    "charging_attorney": 25,
    "pretrial_interviewer": 20,
    "magistrate": 8,
    "court_clerk": 30,
    "custodian": 20,
}
SYSTEM = By("system", "system")


@dataclass(slots=True)
class Agency:
    """An outside agency: its terms, who may ask, and its versions with the instants between which they answer."""

    terms: Terms
    client: str
    persons: list[str]
    versions: list[tuple[Instant, Instant, str]] = field(default_factory=list)

    def version(self, at: Instant) -> str | None:
        """Return the hash of the version that answers at `at`, a second away from either end."""
        return next((name for start, end, name in self.versions if start + SECOND <= at < end - SECOND), None)


class Governance:
    """Gives each act of governance when its time has come, as entries of the core's own drafts."""

    origin = "county.pars.example/log"

    def __init__(self, draw: random.Random, entries: int) -> None:
        self.draw, self.at, self.calm, self.id = draw, BEGAN, BEGAN, -1
        self.last = Instant(BEGAN + (entries // A_DAY + 2) * DAY)
        self.log_key = _key(draw)
        self.seats = {seat: _key(draw) for seat in ("city", "courts", "prosecutor")}
        self.witnesses = {f"witness.{seat}.example": (seat, _key(draw)) for seat in self.seats}
        self.texts: list[bytes] = []
        self._acts: list[tuple[int, int, Callable[[], tuple[Draft, By]]]] = []
        self._turns = 0
        self._votes: dict[str, int] = {}
        self._text_votes = 0
        self.staff: dict[str, list[str]] = {}
        self.agencies = [self._agency(number) for number in range(AGENCIES)]
        self._open()
        for agency in self.agencies:
            self._plan(agency)

    # ------------------------------------------------------------ time and numbers

    def tick(self) -> None:
        """Go on to the time of the next entry, where no act is due before."""
        if not self._acts or self._acts[0][0] > self.at:
            self.at = Instant(self.at + self.draw.randint(0, 2 * DAY // A_DAY))

    def next_id(self) -> int:
        """Return the next entry's id; some were drawn for acts that came to nothing."""
        self.id += 1 if self.id < 0 or self.draw.random() < 0.98 else 2
        return self.id

    def due(self) -> tuple[bytes, bytes] | None:
        """Return the act whose time has come, None where there is none."""
        if not self._acts or self._acts[0][0] > self.at:
            return None
        number = self.next_id()
        draft, by = heapq.heappop(self._acts)[2]()
        if draft.kind is Kind.AGREEMENT_PROPOSED or draft.kind is Kind.OWNERS_TEXT_PROPOSED:
            self._votes[draft.detail["version" if draft.kind is Kind.AGREEMENT_PROPOSED else "text"]] = number
        self.at = self.calm = Instant(self.at + 1)
        salt = self.draw.randbytes(16)
        return encode(draft.entry(id=number, at=self.at, salt=salt, by=by)), b""

    def _at(self, at: int, make: Callable[[], tuple[Draft, By]]) -> None:
        self._turns += 1
        heapq.heappush(self._acts, (at, self._turns, make))

    # ------------------------------------------------------------ the opening

    def _open(self) -> None:
        made = shipped()
        charter = with_keys(made.charter, {seat: key.public_key().public_bytes_raw().hex() for seat, key in self.seats.items()})
        named = {
            "charter": charter,
            "floor": floor_text(),
            "catalogue": catalogue_text(),
            "detainers": rules_text(),
            "profile": made.profile,
        }
        self.texts += [*named.values(), *made.roles]
        self.profile = _hash(made.profile)
        self.roles = {json.loads(text)["name"]: text for text in made.roles}
        genesis = drafts.genesis_opened(
            origin=self.origin,
            log_key=self.log_key.public_key().public_bytes_raw(),
            simulated=False,
            roles=map(_hash, made.roles),
            **{name: _hash(text) for name, text in named.items()},  # type: ignore[arg-type]
        )
        self._at(BEGAN, lambda: (genesis, SYSTEM))
        self._at(BEGAN, lambda: (drafts.sealer_started(epoch=1), SYSTEM))
        self._give("manager", "agreement_manager")
        self._give("access", "access_officer")
        for seat in self.seats:
            self._give(f"voter-{seat}", f"voter_{seat}")
        for role, count in STAFF.items():
            self.staff[role] = [f"p-{self.draw.randbytes(8).hex()}" for _ in range(count)]
            for person in self.staff[role]:
                self._give(person, role)
        self._name_witnesses()

    def _name_witnesses(self) -> None:
        """Each owner has a witness; two of the three are enough."""
        named: list[canonical.Json] = [
            {
                "seat": seat,
                "key": verifier_key(name, key.public_key().public_bytes_raw(), COSIGNER),
                "url": f"https://{name}/pars",
            }
            for name, (seat, key) in self.witnesses.items()
        ]
        text = canonical.write(
            {
                "v": 1,
                "about": "witnesses",
                "witnesses": named,
                "needs": 2,
                "seconds": {"alarm": 60, "stop": 900},
                "witnessed_first": [],
            }
        )
        self.texts.append(text)
        proposed = drafts.owners_text_proposed(about="witnesses", text=_hash(text))
        self._at(BEGAN, lambda: (proposed, staff("manager")))
        for seat in ("city", "courts"):
            self._at(BEGAN, lambda seat=seat: self._voted_on_text("witnesses", _hash(text), seat))  # type: ignore[misc]

    def cosigned(self, body: bytes) -> bytes:
        """Return the witnesses' lines under a checkpoint, each from the second of the newest entry; nothing before they are named."""
        at, lines = self.at // SECOND, []
        if self._text_votes < 2:
            return b""
        for name, (_, key) in self.witnesses.items():
            signature = key.sign(cosigned(body, at))
            lines.append(cosignature(name, key.public_key().public_bytes_raw(), at, signature).text())
        return "".join(lines).encode()

    def _give(self, person: str, role: str) -> None:
        draft = drafts.grant_given(grant=person, person=person, role=_hash(self.roles[role]), start=BEGAN)
        self._at(BEGAN, lambda: (draft, SYSTEM))

    # ------------------------------------------------------------ agreements

    def _agency(self, number: int) -> Agency:
        shape = ALL[number % len(ALL)]
        terms = replace(
            shape,
            agreement=f"{shape.agreement}-{number}",
            agency={**shape.agency, "id": f"{shape.agency['id']}-{number}"},
        )
        persons = [f"p-{self.draw.randbytes(8).hex()}" for _ in range(PERSONS)]
        return Agency(terms, f"client-{number}", persons)

    def _plan(self, agency: Agency) -> None:
        """Plan an agreement's whole life: each version voted before it begins, its duty met before it is due."""
        start, number = Instant(BEGAN + 1), 1
        while start < self.last:
            self._plan_version(agency, number, start, Instant(start + TERM))
            start, number = Instant(start + TERM), number + 1
        name = agency.terms.agreement
        bound = drafts.client_bound(client=agency.client, agency=agency.terms.agency["id"], agreement=name)
        self._at(BEGAN, lambda: (bound, staff("access")))
        for person in agency.persons:
            named = drafts.user_named(agreement=name, person=person, holds=["terms_signed"])
            self._at(BEGAN, lambda named=named: (named, staff("manager")))  # type: ignore[misc]

    def _plan_version(self, agency: Agency, number: int, start: Instant, end: Instant) -> None:
        due = Instant(start + 100 * DAY)
        duty: dict[str, canonical.Json] = {
            "code": "attest",
            "kind": "attest",
            "says": {"en": "Say that the terms are kept."},
            "due": {"instant": due},
            "overdue": "suspends",
        }
        text = version_text(agency.terms, number=number, start=start, end={"instant": end}, duties=(duty,))
        hashed, name = _hash(text), agency.terms.agreement
        self.texts.append(text)
        agency.versions.append((start, end, hashed))
        when = BEGAN if number == 1 else start - 20 * DAY - self.draw.randint(0, DAY)
        proposed = drafts.agreement_proposed(agreement=name, agency=agency.terms.agency["id"], version=hashed)
        self._at(when, lambda: (proposed, staff("manager")))
        for day, seat in enumerate(self.draw.sample(sorted(self.seats), 2)):
            self._at(when + day * (number > 1) * DAY, lambda seat=seat: self._voted(name, hashed, seat))  # type: ignore[misc]
        met = dealing_drafts.duty_met(agreement=name, version=hashed, duty="attest", due=due, shown=_hash(text + b"kept"))
        by = By(agency.persons[0], f"agreement:{name}", agency.client)
        self._at(start + self.draw.randint(40 * DAY, 95 * DAY), lambda: (met, by))
        ended = drafts.agreement_end_noted(agreement=name, version=hashed, ended=end)
        self._at(end, lambda: (ended, SYSTEM))

    def _voted(self, name: str, hashed: str, seat: str) -> tuple[Draft, By]:
        said = {"agreement": name, "version": hashed, "choice": "adopt", "seat": seat, "answers": self._votes[hashed]}
        message = vote_message(origin=self.origin, **said)  # type: ignore[arg-type]
        return drafts.agreement_voted(**said, signature=self.seats[seat].sign(message)), staff(f"voter-{seat}")  # type: ignore[arg-type]

    def _voted_on_text(self, about: str, hashed: str, seat: str) -> tuple[Draft, By]:
        self._text_votes += 1
        answers = self._votes[hashed]
        message = vote_message(
            origin=self.origin, agreement=f"text:{about}", version=hashed, choice="adopt", seat=seat, answers=answers
        )
        signature = self.seats[seat].sign(message)
        draft = drafts.owners_text_voted(
            about=about, text=hashed, choice="adopt", seat=seat, answers=answers, signature=signature
        )
        return draft, staff(f"voter-{seat}")


def staff(person: str) -> By:
    """Return the person under the grant of the same name."""
    return By(person, f"grant:{person}")


def _hash(text: bytes) -> str:
    return sha256(text).hexdigest()


def _key(draw: random.Random) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(draw.randbytes(32))
