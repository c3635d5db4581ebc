"""An invented ledger in memory: what the store does with a database, done with lists, for tests of everything above it.

`Ledger` writes whatever it is told, so that a test can write what may not be. `Ledger.gate_*` write what the gate would:
the act where the rules allow it, else a refusal. `grow` makes a random history of such acts.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import strategies as st

from pars.core import canonical
from pars.core.access.catalogue import catalogue_text
from pars.core.access.decision import GUARD, Caller, Question, decide, volume_day
from pars.core.access.floor import floor, floor_text
from pars.core.access.limits import Used
from pars.core.access.question import Evidence
from pars.core.access.role import ACTS
from pars.core.agreements.acts import Who
from pars.core.agreements.agreement import NameUser, Propose, RemoveUser, apply, conflicts, standing
from pars.core.ledger import bundle, checkpoint, drafts, entries, key_drafts, merkle
from pars.core.ledger.entries import By, Draft, Entry, Kind, Violation
from pars.core.ledger.fold import State, fold
from pars.core.ledger.log_keys import LogKeys
from pars.core.ledger.side_row import side_hash
from pars.core.terms import DAY, HOUR, SECOND, Instant, Refusal
from tests.agreements import CHARTER, CHARTER_DOCUMENT, NOW, ORIGIN, SEATS, changed, public, verify, version, vote
from tests.agreements import DOCUMENT as VERSION_DOCUMENT
from tests.agreements import sign as sign_as
from tests.keyed import adding, revoking

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from pars.core.agreements.acts import Agreement
    from pars.core.agreements.version import Version

LOG_KEY = Ed25519PrivateKey.from_private_bytes(sha256(b"log").digest())
LOG_PUBLIC = LOG_KEY.public_key().public_bytes_raw()
SYSTEM = By("system", "system")
AGENCY, AGREEMENT, CLIENT, PERSON = "sheriff", "AGR-1", "sheriff-system", "deputy"
HELD = ("training_completed",)
DETAINERS = canonical.write([{"code": "practice"}])
PROFILE_DOCUMENT: dict[str, Any] = json.loads((Path(__file__).parents[1] / "pars/config/city/profile.json").read_text())
PROFILE = canonical.write(PROFILE_DOCUMENT)


@cache
def log_sign(body: bytes) -> bytes:
    """Return the log key's signature."""
    return LOG_KEY.sign(body)


def role_text(name: str, owner: str, acts: Sequence[str], columns: Sequence[str] = ("record", "surname", "given")) -> bytes:
    """Return the canonical text of a role."""
    return canonical.write(
        {
            "v": 1,
            "name": name,
            "owner": owner,
            "label": {"en": name.title()},
            "capacity": f"{name} of the {owner}",
            "acts": sorted(acts),
            "scope": {"columns": columns, "filters": ["surname"], "masks": {}, "rows": "always"},
        }
    )


REGISTRAR = role_text("registrar", "city", sorted(ACTS - {"agreement:vote", "text:vote"}))
CLERK = role_text("clerk", "city", ["case:book", "case:read"])
DRAFTER = role_text("drafter", "prosecutor", ["agreement:propose", "text:propose"])
VOTER = {seat: role_text("voter", seat, ["agreement:vote", "text:vote"]) for seat in SEATS}


def hashed(text: bytes) -> str:
    """Return the text's sha256 in hex."""
    return sha256(text).hexdigest()


def commitments(seed: object, rows: int) -> list[bytes]:
    """Return as many invented commitments to records."""
    return [sha256(f"{seed} {row}".encode()).digest() for row in range(rows)]


def text_of(made: Version) -> bytes:
    """Return the text that `tests.agreements.version` read."""
    return TEXTS[made.hash]


TEXTS: dict[str, bytes] = {}


def make_version(
    changes: dict[str, Any] | None = None, *, number: int = 1, start: int = NOW, end: int = NOW + 30 * DAY
) -> Version:
    """Return a version as `tests.agreements.version` does, and remember its text."""
    term = {"/number": number, "/term/start": start, "/term/end": {"instant": end}}
    text = canonical.write(changed(VERSION_DOCUMENT, term | (changes or {})))
    TEXTS[hashed(text)] = text
    return version(changes, number=number, start=start, end=end)


@dataclass
class Ledger:
    """Entries in log order, with everything that a bundle of them needs."""

    at: Instant = NOW
    simulated: int = 0
    shift: int = 0
    origin: str = ORIGIN
    texts: dict[str, bytes] = field(default_factory=dict)
    entries: list[Entry] = field(default_factory=list)
    side: dict[int, list[bytes]] = field(default_factory=dict)
    points: set[int] = field(default_factory=set)
    agreements: dict[str, Agreement] = field(default_factory=dict)
    used: Counter[tuple[str, str, str]] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        texts = (
            canonical.write(CHARTER_DOCUMENT),
            floor_text(),
            catalogue_text(),
            DETAINERS,
            PROFILE,
            REGISTRAR,
            CLERK,
            DRAFTER,
            *VOTER.values(),
        )
        self.keep(*texts)
        charter, law, catalogue, detainers, profile, *roles = map(hashed, texts)
        self.add(
            drafts.genesis_opened(
                origin=self.origin,
                log_key=LOG_PUBLIC,
                simulated=bool(self.simulated),
                shift=self.shift,
                charter=charter,
                floor=law,
                catalogue=catalogue,
                roles=roles,
                detainers=detainers,
                profile=profile,
            )
        )
        self.give("registrar", REGISTRAR)
        self.give("clerk", CLERK)
        for seat, text in VOTER.items():
            self.give(f"voter-{seat}", text)

    # ------------------------------------------------------------ whatever it is told

    def keep(self, *texts: bytes) -> str:
        """Put texts beside the log; return the last one's hash."""
        self.texts.update({hashed(text): text for text in texts})
        return hashed(texts[-1])

    def add(
        self, draft: Draft, by: By = SYSTEM, *, at: int | None = None, side: Sequence[bytes] = (), number: int | None = None
    ) -> Entry:
        """Add the entry, a second after the one before unless `at` says when; nothing is checked."""
        self.at = Instant(self.at + SECOND if at is None else at)
        number = len(self.entries) if number is None else number
        entry = draft.entry(id=number, at=self.at, salt=sha256(f"salt {number}".encode()).digest()[:16], by=by)
        self.entries.append(entry)
        if side:
            self.side[len(self.entries) - 1] = list(side)
        return entry

    def give(self, person: str, role: bytes, by: By = SYSTEM, **options: Any) -> Entry:
        """Give the person a grant of their own name."""
        return self.add(drafts.grant_given(grant=person, person=person, role=hashed(role), start=NOW), by, **options)

    def propose(self, made: Version, **options: Any) -> Entry:
        """Put a version before the owners."""
        self.keep(text_of(made))
        draft = drafts.agreement_proposed(agreement=made.agreement, agency=made.agency.id, version=made.hash)
        return self.add(draft, staff("registrar"), **options)

    def vote(
        self, choice: str, seat: str, made: Version, answers: int, *, by: By | None = None, signer: str = "", **options: Any
    ) -> Entry:
        """Add a seat's vote; `signer` signs in its stead."""
        signed = vote(choice, seat, made.hash, answers, agreement=made.agreement, origin=self.origin, by=signer)
        draft = drafts.agreement_voted(
            agreement=made.agreement, version=made.hash, choice=choice, seat=seat, answers=answers, signature=signed.signature
        )
        return self.add(draft, by or staff(f"voter-{seat}"), **options)

    def adopt(self, made: Version, seats: Sequence[str] = ("city", "courts")) -> Entry:
        """Propose a version and adopt it; return the proposal."""
        proposal = self.propose(made)
        for seat in seats:
            self.vote("adopt", seat, made, proposal.id)
        return proposal

    def propose_text(self, about: str, text: bytes, **options: Any) -> Entry:
        """Put a text of the owners' own before them."""
        return self.add(drafts.owners_text_proposed(about=about, text=self.keep(text)), staff("registrar"), **options)

    def vote_text(
        self,
        choice: str,
        seat: str,
        about: str,
        text: bytes,
        answers: int,
        *,
        by: By | None = None,
        signer: str = "",
        **options: Any,
    ) -> Entry:
        """Add a seat's vote on it; `signer` signs in its stead."""
        signed = vote(choice, seat, hashed(text), answers, agreement=f"text:{about}", origin=self.origin, by=signer)
        draft = drafts.owners_text_voted(
            about=about, text=hashed(text), choice=choice, seat=seat, answers=answers, signature=signed.signature
        )
        return self.add(draft, by or staff(f"voter-{seat}"), **options)

    def adopt_text(self, about: str, text: bytes, seats: Sequence[str] = ("city", "courts")) -> Entry:
        """Propose a text and adopt it; return the last vote."""
        last = proposal = self.propose_text(about, text)
        for seat in seats:
            last = self.vote_text("adopt", seat, about, text, proposal.id)
        return last

    def add_key(self, use: str, new: str, answers: int = 0, *, by: By | None = None, **options: Any) -> Entry:
        """Put a key in a use, as `keyed.adding` signs it."""
        act = adding(use, new, answers, origin=self.origin, **options)
        return self.add(key_drafts.key_added(act), by or staff("voter-city"))

    def revoke_key(
        self, use: str, key: str, since: int, answers: int = 0, *, by: By | None = None, at: int | None = None, **options: Any
    ) -> Entry:
        """Revoke a key, as `keyed.revoking` signs it."""
        act = revoking(use, key, since, answers, origin=self.origin, **options)
        return self.add(key_drafts.key_revoked(act), by or staff("voter-courts"), at=at)

    def serve(self, made: Version | None = None) -> Version:
        """Adopt a version, bind the agency's client, name its person; return the version."""
        made = made or make_version()
        self.adopt(made)
        registrar = staff("registrar")
        self.add(drafts.client_bound(client=CLIENT, agency=AGENCY, agreement=made.agreement), registrar)
        self.add(drafts.user_named(agreement=made.agreement, person=PERSON, holds=HELD), registrar)
        return made

    def disclose(
        self,
        made: Version,
        *,
        rows: int = 2,
        by: By | None = None,
        at: int | None = None,
        number: int | None = None,
        **changes: Any,
    ) -> Entry:
        """Add an answer to the agency; `changes` are fields of `drafts.disclosed`."""
        side = commitments(len(self.entries), rows)
        stated = {
            "agency": AGENCY,
            "version": made.hash,
            "purpose": "warrant_service",
            "columns": ("record", "surname"),
            "filters": ("surname",),
            "rows": rows,
            "side": side_hash(side),
            "question": hashed(b"question"),
            "out": hashed(b"out"),
            "evidence": hashed(b"evidence"),
        }
        draft = drafts.disclosed(**{**stated, **changes})
        return self.add(draft, by or outsider(), at=at, side=side, number=number)

    def show(self, *, rows: int = 2, by: By | None = None, **changes: Any) -> Entry:
        """Add what staff saw."""
        side = commitments(len(self.entries), rows)
        stated = {
            "act": "case:read",
            "columns": ("record", "surname"),
            "filters": (),
            "rows": rows,
            "side": side_hash(side),
            "question": hashed(b"question"),
            "out": hashed(b"out"),
        }
        return self.add(drafts.shown(**{**stated, **changes}), by or staff("clerk"), side=side)

    # ------------------------------------------------------------ what the gate would write

    def gate_act(self, act: NameUser | RemoveUser, name: str = AGREEMENT) -> Entry:
        """Name or remove a person where that is allowed, else refuse."""
        draft = (
            drafts.user_named(agreement=name, person=act.person, end=act.end, holds=act.holds)
            if isinstance(act, NameUser)
            else drafts.user_removed(agreement=name, person=act.person)
        )
        return self._gate(act, name, draft, staff("registrar"))

    def gate_propose(self, made: Version) -> Entry:
        """Propose where that is allowed, else refuse."""
        self.at = Instant(self.at + SECOND)
        clash = conflicts(made, self.agreements.values(), self.at)
        if clash is not None:
            return self.add(drafts.refused(code=clash.code, names=clash.names), staff("registrar"), at=self.at)
        self.keep(text_of(made))
        draft = drafts.agreement_proposed(agreement=made.agreement, agency=made.agency.id, version=made.hash)
        return self._gate(Propose(made), made.agreement, draft, staff("registrar"))

    def gate_vote(self, choice: str, seat: str, made: Version, answers: int) -> Entry:
        """Vote where that is allowed, else refuse."""
        act = vote(choice, seat, made.hash, answers, agreement=made.agreement, origin=self.origin)
        draft = drafts.agreement_voted(
            agreement=made.agreement, version=made.hash, choice=choice, seat=seat, answers=answers, signature=act.signature
        )
        return self._gate(act, made.agreement, draft, staff(f"voter-{seat}"))

    def _gate(self, act: Any, name: str, draft: Draft, by: By) -> Entry:
        at, number = Instant(self.at + SECOND), len(self.entries)
        owner = by.person.removeprefix("voter-") if by.person.startswith("voter-") else "city"
        who = Who(by.person, by.authority, owner)
        known = self.agreements.get(name)
        made = apply(known, act, by=who, charter=CHARTER, at=at, entry=number, origin=self.origin, verify=verify)
        if isinstance(made, Refusal):
            return self.add(drafts.refused(code=made.code, names=made.names), by, at=at)
        self.agreements[name] = made
        return self.add(draft, by, at=at)

    def gate_ask(self, person: str, purpose: str = "warrant_service", rows: int = 1, *, client: str | None = None) -> Entry:
        """Answer the agency's person where the one decision says yes, else refuse."""
        at = Instant(self.at + SECOND)
        question = Question(
            purpose=purpose, columns=("record", "surname"), evidence=Evidence(EVIDENCE[purpose], "MC-51-CR-0000001-2027")
        )
        used = {
            name: self.used_on(volume_day(standing(agreement, at).version, at), name, person)
            for name, agreement in self.agreements.items()
        }
        permit = decide(Caller(AGENCY, person, client), question, self.agreements.values(), used=used, floor=floor, at=at)
        if isinstance(permit, Refusal):
            return self.add(
                drafts.refused(code=permit.code, names=permit.names, agency=AGENCY), By(person, "system", client), at=at
            )
        name = permit.authority.partition(":")[2]
        day = volume_day(standing(self.agreements[name], at).version, at)
        self.used[name, person, day] += 1
        side = commitments(len(self.entries), rows)
        draft = drafts.disclosed(
            agency=AGENCY,
            version=permit.version_hash,
            purpose=purpose,
            columns=permit.columns,
            filters=permit.filters,
            rows=rows,
            side=side_hash(side),
            question=hashed(question.text()),
            out=hashed(b"out"),
            evidence=hashed(b"evidence"),
        )
        return self.add(draft, By(person, permit.authority, client), at=at, side=side)

    def used_on(self, day: str, name: str, person: str) -> Used:
        """Return what a day has had under an agreement, counted the plain way."""
        of_day = {who: count for (under, who, on), count in self.used.items() if (under, on) == (name, day)}
        return Used(questions=of_day.get(person, 0), in_all=sum(of_day.values()))

    # ------------------------------------------------------------ what it adds up to

    def folded(self) -> State | Violation:
        """Fold every entry, as it would be read back from its bytes."""
        state: State | Violation = State()
        for entry in self.entries:
            assert isinstance(state, State)
            read = entries.decode(entries.encode(entry))
            assert read == entry
            state = fold(state, entry, self.texts, verify)
            if isinstance(state, Violation):
                break
        return state

    def state(self) -> State:
        """Fold every entry; none may be wrong."""
        state = self.folded()
        assert isinstance(state, State), state
        return state

    def violation(self) -> str:
        """Fold every entry; the last one must be wrong, and only that one. Return what is wrong with it."""
        found = self.folded()
        assert isinstance(found, Violation)
        assert (found.index, found.entry) == (len(self.entries) - 1, self.entries[-1].id), found
        return found.what

    def note(self, size: int) -> bytes:
        """Return the signed checkpoint over the first `size` entries: by the keys that its entries say."""
        keys = LogKeys(LOG_PUBLIC)
        for index, entry in enumerate(self.entries):
            keys.take(index, entry)
        since = max((point for point in self.points if point < size), default=0)
        root = merkle.root(merkle.leaf_hash(entries.encode(entry)) for entry in self.entries[:size])
        return sign_note(self.name(size), size, root, keys=keys.signing(size, since))

    def name(self, size: int) -> str:
        """Return the name under which the checkpoint over the first `size` entries is signed."""
        return self.origin

    def parts(self) -> dict[str, Any]:
        """Return the arguments of `write_bundle`."""
        bodies = [entries.encode(entry) for entry in self.entries]
        points = self.points | {len(bodies)}
        return {
            "texts": list(self.texts.values()),
            "leaves": [merkle.leaf_hash(body) for body in bodies],
            "log": [
                bundle.Logged(body, self.side.get(index, ()), self.note(index + 1) if index + 1 in points else None)
                for index, body in enumerate(bodies)
            ],
        }

    def bundle(self) -> bytes:
        """Return the bundle of everything so far."""
        return b"".join(bundle.write_bundle(**self.parts()))


LOG_NAMES = {public(name): name for name in ("log", "log-2", "log-3")}


def sign_note(
    origin: str,
    size: int,
    root: bytes,
    sign: Callable[[bytes], bytes] = log_sign,
    keys: Sequence[bytes] = (LOG_PUBLIC,),
) -> bytes:
    """Return a checkpoint signed by these keys of the log; `sign` signs in the place of the first one."""
    body = checkpoint.Checkpoint(origin=origin, size=size, root=root).body()
    lines = [
        checkpoint.NoteSignature(
            origin, checkpoint.key_id(origin, key), sign(body) if key == LOG_PUBLIC else sign_as(LOG_NAMES[key], body)
        )
        for key in keys
    ]
    return checkpoint.Note(body, tuple(lines)).text()


def staff(person: str) -> By:
    """Return the person of `Ledger.give`, under their grant."""
    return By(person, f"grant:{person}")


def outsider(person: str = PERSON, agreement: str = AGREEMENT, client: str | None = CLIENT) -> By:
    """Return the agency's person, under the agreement."""
    return By(person, f"agreement:{agreement}", client)


EVIDENCE: Mapping[str, str] = {part["code"]: part["evidence"] for part in VERSION_DOCUMENT["purposes"]}

# ---------------------------------------------------------------- random histories

PEOPLE = ("deputy", "sergeant")


@st.composite
def histories(draw: st.DrawFn, steps: int = 40) -> Ledger:
    """Return a ledger in which owners and agency did whatever came to them, and the gate wrote what it allowed.

    Most begin with an agreement in force and somebody named, since chance alone seldom gets that far.
    """
    ledger = Ledger()
    if draw(st.integers(0, 9)):
        _begin(ledger, draw)
    for _ in range(draw(st.integers(1, steps))):
        ledger.at = Instant(ledger.at + draw(st.sampled_from((0, 0, 0, 0, SECOND, HOUR, HOUR, 6 * HOUR, DAY))))
        if draw(st.integers(0, 14)) == 0:
            _near_an_end(ledger, draw)
        else:
            _STEPS[draw(st.sampled_from(sorted(_STEPS)))](ledger, draw)
    ledger.points = set(draw(st.lists(st.integers(1, len(ledger.entries)), max_size=3)))
    return ledger


def _begin(ledger: Ledger, draw: st.DrawFn) -> None:
    _propose(ledger, draw, "AGR-1")
    agreement = ledger.agreements["AGR-1"]
    for seat in draw(st.permutations(SEATS))[:2]:
        ledger.gate_vote("adopt", seat, agreement.proposals[0].version, agreement.proposals[0].entry)
    for person in PEOPLE:
        ledger.gate_act(NameUser(person, draw(st.sampled_from((None, None, Instant(ledger.at + DAY)))), HELD))


def _near_an_end(ledger: Ledger, draw: st.DrawFn) -> None:
    """Ask a breath before an end, or at it."""
    proposals = [proposal for agreement in ledger.agreements.values() for proposal in agreement.proposals]
    ends = [proposal.version.term.end for proposal in proposals if proposal.version.term.end > ledger.at + 2 * SECOND]
    if ends:
        before = draw(st.sampled_from((GUARD + 1, GUARD, 1, 0)))
        ledger.at = Instant(min(ends) - before - SECOND)
        _ask(ledger, draw)


def _propose(ledger: Ledger, draw: st.DrawFn, name: str | None = None) -> None:
    name = name or draw(st.sampled_from(("AGR-1", "AGR-1", "AGR-2")))
    known = ledger.agreements.get(name)
    start = ledger.at + draw(st.sampled_from((0, 0, HOUR)))
    changes: dict[str, Any] = {
        "/agreement": name,
        "/limits/questions_per_day": draw(st.sampled_from((3, 20))),
        **draw(st.sampled_from(({}, {}, {"/limits/questions_per_day_in_all": 4}))),
        "/purposes": VERSION_DOCUMENT["purposes"][slice(*draw(st.sampled_from(((0, 1), (1, 2), (0, 2)))))],
    }
    end = start + draw(st.sampled_from((10 * DAY, 10 * DAY, 2 * DAY, DAY)))
    ledger.gate_propose(make_version(changes, number=1 + len(known.proposals if known else ()), start=start, end=end))


def _vote(ledger: Ledger, draw: st.DrawFn) -> None:
    if not ledger.agreements:
        _propose(ledger, draw)
        return
    agreement = ledger.agreements[draw(st.sampled_from(sorted(ledger.agreements)))]
    at = Instant(ledger.at + SECOND)
    stands, seat = standing(agreement, at), draw(st.sampled_from(SEATS))
    if opened := agreement.open(at):
        choice = draw(st.sampled_from(("adopt", "adopt", "adopt", "reject")))
        ledger.gate_vote(choice, seat, opened[-1].version, opened[-1].entry)
    if not opened or draw(st.booleans()):
        choices = (
            ("reinstate", "reinstate", "suspend", "revoke") if stands.state == "SUSPENDED" else ("suspend", "suspend", "revoke")
        )
        ledger.gate_vote(draw(st.sampled_from(choices)), seat, stands.version, stands.answers)


def _user(ledger: Ledger, draw: st.DrawFn) -> None:
    name, person = draw(st.sampled_from(("AGR-1", "AGR-1", "AGR-2"))), draw(st.sampled_from(PEOPLE))
    named = name in ledger.agreements and ledger.agreements[name].user(person, Instant(ledger.at + SECOND)) is not None
    end = draw(st.sampled_from((None, None, Instant(ledger.at + DAY))))
    ledger.gate_act(RemoveUser(person) if named != (draw(st.integers(0, 9)) == 0) else NameUser(person, end, HELD), name)


def _ask(ledger: Ledger, draw: st.DrawFn) -> None:
    asked = {purpose.code for agreement in ledger.agreements.values() for purpose in agreement.proposals[-1].version.purposes}
    purpose = draw(st.sampled_from(sorted(asked or EVIDENCE)))
    ledger.gate_ask(draw(st.sampled_from(PEOPLE)), purpose, draw(st.integers(0, 3)))


def _work(ledger: Ledger, draw: st.DrawFn) -> None:
    if draw(st.booleans()):
        ledger.show(rows=draw(st.integers(0, 3)))
    else:
        draft = drafts.case_changed(Kind.ARREST_BOOKED, case=hashed(b"case"), version=1, detail={"arrests": 1})
        ledger.add(draft, staff("clerk"))


_STEPS: dict[str, Callable[[Ledger, st.DrawFn], None]] = {
    "ask": _ask,
    "ask again": _ask,
    "ask more": _ask,
    "ask on": _ask,
    "propose": _propose,
    "user": _user,
    "vote": _vote,
    "vote again": _vote,
    "work": _work,
}
