"""Decisions a second with a reason, at 1, 1,000 and 10,000 agreements, beside other engines for authorization.

Each engine once with all agreements at hand, and once with those of the asking agency alone, looked up by its name: that is how ours is
asked by the door, which reads one agency's agreements. Ours says yes with a permit (columns, conditions with the law's, masks, until when)
or no with code, sentence and remedy. Sides take turns; each turn lasts about as long for either.
"""

from __future__ import annotations

import json
import statistics
import time
from typing import TYPE_CHECKING

from bench.peers import NOBODY_DOES, PEERS, Asked, use_folder
from bench.timing import Row
from pars.core import canonical
from pars.core.access.decision import Caller, Permit, decide
from pars.core.access.floor import floor
from pars.core.access.question import Evidence, Question
from pars.core.agreements.acts import NOBODY, Agreement, Proposal, Turn, User
from pars.core.agreements.version import Version, read_version
from pars.core.terms import DAY, Instant, Refusal
from pars.edge.city.agreements import WARRANTS, version_text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from bench.peers import Peer

AT = Instant(1_800_000_000_000_000)  # 2027-01-15T08:00:00Z
TURN = 0.15
"""Seconds that one turn of one side lasts about."""
PERSON = "p-1"


def rows(*, rounds: int, counts: Sequence[int], say: Callable[[str], None]) -> list[Row]:
    """Measure every engine that is installed, at each number of agreements."""
    use_folder()
    found: list[Row] = []
    for count in counts:
        say(f"building {count:,} agreements")
        versions = [_version(n) for n in range(count)]
        ours = {version.agency.id: (_agreement(version),) for version in versions}
        every = tuple(one for each in ours.values() for one in each)
        asked = _asked(versions[count // 2])
        for peer in PEERS:
            if not peer.is_here:
                say(f"{peer.name} isn't installed: `make ready-bench` does it")
                continue
            for sliced in (False, True) if count > 1 else (True,):
                name = f"decisions, {count:,} agreements, {'sliced by agency' if sliced else 'all at hand'}, beside {peer.name}"
                say(name)
                own = _ours(ours if sliced else {asked.agency: every}, asked)
                found.append(_row(name, own, _theirs(peer, versions, asked, sliced=sliced), peer, rounds))
    return found


def _ours(by_agency: Mapping[str, Sequence[Agreement]], asked: Asked) -> Callable[[], bool]:
    caller = Caller(asked.agency, PERSON)
    question = Question(
        purpose=asked.purpose,
        columns=asked.columns,
        evidence=Evidence(asked.evidence, "W-1234"),
        sort=asked.filters,
    )

    def ask() -> bool:
        return isinstance(decide(caller, question, by_agency[asked.agency], used={}, floor=floor, at=AT), Permit)

    return ask


def _theirs(peer: Peer, versions: Sequence[Version], asked: Asked, *, sliced: bool) -> Callable[[], bool]:
    if not sliced:
        engine = peer.build(versions)
        return lambda: engine(asked)
    # One engine an agency; those that aren't asked would only fill the memory.
    mine = {asked.agency: peer.build([version for version in versions if version.agency.id == asked.agency])}
    return lambda: mine[asked.agency](asked)


def _row(name: str, ours: Callable[[], bool], theirs: Callable[[], bool], peer: Peer, rounds: int) -> Row:
    if not (ours() and theirs()):
        raise RuntimeError(f"{name}: both sides must permit what is measured")
    sides = {"ours": ours, "theirs": theirs}
    each = {side: _enough(act) for side, act in sides.items()}
    rates: dict[str, list[float]] = {"ours": [], "theirs": []}
    for number in range(rounds):
        for side in ("ours", "theirs") if number % 2 else ("theirs", "ours"):
            rates[side].append(_rate(sides[side], each[side]))
    return Row(
        name=name,
        ours={"a_second": statistics.median(rates["ours"])},
        floor={"a_second": statistics.median(rates["theirs"])},
        ratios=tuple(a / b for a, b in zip(rates["ours"], rates["theirs"], strict=True)),
        says=f"{peer.name} {peer.lacks}. It has {NOBODY_DOES}.",
        beside=peer.name,
    )


def _enough(act: Callable[[], bool]) -> int:
    """Return how often an act is done in one turn."""
    count, took = 1, _seconds(act, 1)
    while took < TURN / 4 and count < 1_000_000:
        count *= 4
        took = _seconds(act, count)
    return max(1, int(count * TURN / took))


def _rate(act: Callable[[], bool], each: int) -> float:
    return each / _seconds(act, each)


def _seconds(act: Callable[[], bool], each: int) -> float:
    began = time.perf_counter()
    for _ in range(each):
        act()
    return time.perf_counter() - began


# ---------------------------------------------------------------- what is decided


def _version(number: int) -> Version:
    agency = {**WARRANTS.agency, "id": f"agency-{number}"}
    text = version_text(WARRANTS, number=1, start=Instant(AT - DAY), end={"instant": Instant(AT + 300 * DAY)})
    made = read_version(canonical.write(_changed(text, number, agency)))
    assert not isinstance(made, Refusal), made
    return made


def _changed(text: bytes, number: int, agency: Mapping[str, str]) -> canonical.Json:
    document = json.loads(text)
    document["agreement"] = f"agreement-{number}"
    document["parties"]["agency"] = dict(agency)
    made: canonical.Json = document
    return made


def _agreement(version: Version) -> Agreement:
    began = version.term.start
    turn = Turn(
        kind="adopted",
        version=version.hash,
        number=1,
        seats=frozenset(version.owners),
        entry=2,
        at=began,
        effect=began,
    )
    return Agreement(
        id=version.agreement,
        agency=version.agency.id,
        last=began,
        proposals=(Proposal(version, 1, began, NOBODY),),
        turns=(turn,),
        users=(User(PERSON, 3, began, None, version.must),),
    )


def _asked(version: Version) -> Asked:
    purpose = version.purposes[0]
    columns = tuple(sorted(version.scope.columns & version.scope.filters))
    return Asked(
        agency=version.agency.id,
        purpose=purpose.code,
        evidence=purpose.evidence,
        columns=columns,
        filters=columns[:1],
        at=AT,
    )
