"""Folds many plain entries at once: what they would come to one after the other, or nothing that counts.

Most of a ledger says the same again and again, but for times, numbers and hashes: somebody was shown a case, somebody changed one.
Plain entries that are alike make a group. One of each group is asked of the rules that `fold` asks, and for how long the answer holds.
What depends on the order of entries (which ids were there before) is taken as `Numbers`, in their order; what rests on an authority is
taken in groups, any time before the next act that touches this authority (`touched_by`).

Where something isn't seen to be right, this says so, and the state is good for nothing more: whoever asked begins anew and has
`fold` take those entries in turn. Here nothing is ever found wrong.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from pars.core.access.decision import covers, volume_day
from pars.core.access.floor import floor
from pars.core.access.lasting import ALWAYS, agreement_lasts, grant_lasts, marks_of
from pars.core.access.limits import UNUSED, Used
from pars.core.access.role import Grant, may
from pars.core.ledger import fold_answers
from pars.core.ledger.acts import ACT_OF
from pars.core.ledger.entries import CASE_KINDS, Entry, Kind, decode
from pars.core.ledger.fold import AFTERTHOUGHTS, WITHOUT_MORE, narrowed_by
from pars.core.ledger.fold_answers import BACK_US
from pars.core.ledger.fold_texts import texts_of
from pars.core.ledger.state import Block, Ids, Step
from pars.core.terms import HOUR, Instant

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from pars.core.agreements.acts import Agreement
    from pars.core.agreements.version import Version
    from pars.core.ledger.state import State

ANSWERS = frozenset({Kind.DISCLOSED, Kind.SHOWN})
OPENS_A_CASE = frozenset({Kind.ARREST_BOOKED, Kind.DOCUMENT_RECEIVED})
PLAIN = ANSWERS | WITHOUT_MORE | OPENS_A_CASE | {Kind.REFUSED}
"""Of these kinds an entry may be in a group, unless it says more than is seen to here."""
MORE = frozenset({"approval", "emergency", "export", "form", "hook", "repeats"})
"""The fields that say more."""
APART = CASE_KINDS | {
    *(Kind.DISCLOSED, Kind.SHOWN, Kind.REFUSED, Kind.STREAM_CLOSED, Kind.CHUNK_DROPPED, Kind.EXPORT_OPENED, Kind.EXPORT_CLOSED),
    *(Kind.HOOK_REGISTERED, Kind.HOOK_REMOVED, Kind.APPROVAL_ASKED, Kind.APPROVAL_GIVEN, Kind.EMERGENCY_REVIEWED),
    *(Kind.GRANT_GIVEN, Kind.GRANT_REMOVED, Kind.CLIENT_BOUND, Kind.CLIENT_UNBOUND, Kind.USER_NAMED, Kind.USER_REMOVED),
    *(Kind.AGREEMENT_PROPOSED, Kind.AGREEMENT_VOTED, Kind.AGREEMENT_REPLIED, Kind.AGREEMENT_END_NOTED, Kind.PROPOSAL_WITHDRAWN),
    *(Kind.DUTY_MET, Kind.TERMS_ACKNOWLEDGED, Kind.INQUIRY_MADE, Kind.INQUIRY_ANSWERED, Kind.OUTCOME_REPORTED),
    *(Kind.USE_REPORT_MADE, Kind.NOTICE_SERVED, Kind.FORMS_PRINTED, Kind.FORM_VOIDED, Kind.SILENCE_NOTED),
    *(Kind.SEALER_STARTED, Kind.ATTEMPTS_SUMMED, Kind.OFFENSES_LOADED, Kind.CALENDAR_LOADED, Kind.SESSION_CLOSED),
}
"""What touches no authority but those that it names."""
NOBODYS = -1
"""No entry's id."""
MOST_REMEMBERED = 50_000
"""Kinds of entries that are alike, and quarters of hours, that are remembered: of a ledger whose entries are all unlike, the memory begins anew."""
_QUARTER = HOUR // 4
_QUARTERS_SINCE = 315_532_800_000_000  # 1980


class Group(NamedTuple):
    """Plain entries that are alike. `like` is the canonical bytes of one, with 0 in the place of what differs between them.

    Those are `at`, `id`, `salt`, each number of a change and each hash but the profile's, `follows`, `rows`, and an answer's hashes but
    the version's and the paper's. `times` are all of `at`; `rows` is the sum of `rows`, `most` the largest of them.
    """

    like: bytes
    times: Sequence[int]
    rows: int = 0
    most: int = 0


class Numbers(NamedTuple):
    """The ids of entries that follow each other, `answers` those of answers; `follows` are earlier answers that some of them follow."""

    ids: Block
    answers: Block
    follows: Collection[int] = ()
    acted: bool = True
    """Whether a person's authority was used in any of them."""
    answered: tuple[int, int] | None = None
    """The earliest and the latest time of those that disclosed, in a proper order among themselves (`keep_time`); None: none did."""
    times: tuple[int, int, int] = (0, 0, 0)
    """The earliest and the latest time of all of them, and how many came before that one."""


def touched_by(entry: Entry) -> frozenset[str] | None:
    """Return the authorities whose groups must be taken before the entry is folded; None: all."""
    if entry.kind not in APART:
        return None
    found = {entry.by.authority, narrowed_by(entry)}
    found |= {f"{what}:{entry.detail[what]}" for what in ("agreement", "grant") if what in entry.detail}
    return frozenset(found - {None})  # type: ignore[arg-type]


def take_numbers(state: State, numbers: Numbers) -> bool:
    """Add the ids to the state; return whether none was there before, and whether all that is followed was."""
    if state.ids.has_any(numbers.ids) or not all(number in state.answers for number in numbers.follows):
        return False
    if numbers.answered is not None and state.opening is not None and not state.opening.simulated:
        if numbers.answered[0] < state.answered - BACK_US:
            return False
        state.answered = max(state.answered, numbers.answered[1])
    state.ids.add_all(numbers.ids)
    state.answers.add_all(numbers.answers)
    state.size += numbers.ids.bits.bit_count()
    state.latest = max(state.latest, numbers.times[1])
    state.persons_acted = state.persons_acted or numbers.acted
    return True


def keep_time(times: Sequence[int]) -> bool:
    """Return whether no answer of these, in their order, is further behind one before it than an honest clock allows."""
    latest = 0
    for at in times:
        if at < latest - BACK_US:
            return False
        latest = max(latest, at)
    return True


class _Like:
    """What is known of entries that are alike: that `covering`, as it was then, covers them from `since` to before `until`."""

    __slots__ = ("agreement", "authority", "client", "covering", "entry", "is_answer", "kind", "most", "name", "since", "until")

    def __init__(self, entry: Entry) -> None:
        self.entry, self.kind, self.authority = entry, entry.kind, entry.by.authority
        form, _, self.name = entry.by.authority.partition(":")
        self.agreement = form == "agreement"
        self.is_answer = entry.kind in ANSWERS
        self.client = (entry.by.client, self.name) if entry.kind is Kind.DISCLOSED and entry.by.client is not None else None
        self.covering: Agreement | Grant | None = None
        self.since, self.until, self.most = ALWAYS, Instant(0), 0


class Groups:
    """Adds groups to one ledger's state, and remembers what it asked."""

    def __init__(self) -> None:
        self._likes: dict[bytes, _Like | None] = {}
        self._marks: dict[str, tuple[Agreement, tuple[Instant, ...]]] = {}
        self._days: dict[tuple[str, int], str] = {}

    def take(self, state: State, groups: Iterable[Group], given: Mapping[str, Block]) -> bool:
        """Add the groups to the state; `given` are the ids of those under each agreement. Return whether they are seen to be right."""
        answered: list[tuple[_Like, Group, Instant, Instant]] = []
        for group in groups:
            like = self._like(group.like)
            if like is None or state.opening is None:
                return False
            first, last = Instant(min(group.times)), Instant(max(group.times))
            if first < state.opening.at or not self._fits(state, like, group, first, last):
                return False
            if like.agreement and like.is_answer:
                answered.append((like, group, first, last))
            _add(state, like, group, last)
        if not self._within_limits(state, answered):
            return False
        for agreement, block in given.items():
            state.given.setdefault(agreement, Ids()).add_all(block)
        return True

    def _like(self, body: bytes) -> _Like | None:
        """Return what stands for a group, None where no group may be of it."""
        if body not in self._likes:
            _limit(self._likes)
            read = decode(body)
            plain = (
                isinstance(read, Entry) and read.kind in PLAIN and MORE.isdisjoint(read.detail) and narrowed_by(read) is None
            )
            self._likes[body] = _Like(read) if plain and isinstance(read, Entry) else None
        return self._likes[body]

    # ------------------------------------------------------------ authority

    def _fits(self, state: State, like: _Like, group: Group, first: Instant, last: Instant) -> bool:
        """Return whether all of a group are in order and covered by the authority that they cite."""
        if like.kind in AFTERTHOUGHTS:
            return True
        if first < state.exclusive.get(like.authority, first) or (like.client is not None and like.client not in state.clients):
            return False
        authority = state.agreements.get(like.name) if like.agreement else state.grants.get(like.name)
        if authority is None or like.agreement != (like.kind is Kind.DISCLOSED) or not _of_open_stream(state, like.entry):
            return False
        asked_before = like.covering is authority and like.since <= first and group.most <= like.most
        if asked_before and last < like.until:
            return True
        until = Instant(0)
        for at in sorted(group.times):
            if at >= until:
                found = self._asked(state, like, authority, Instant(at), group.most)
                if found is None:
                    return False
                until = found
        like.covering, like.since, like.until, like.most = authority, Instant(at), until, group.most
        return True

    def _asked(self, state: State, like: _Like, authority: Agreement | Grant, at: Instant, most: int) -> Instant | None:
        """Return until when an entry like these, with so many rows, is covered; None where at `at` it isn't."""
        detail = {**like.entry.detail, "rows": most} if like.is_answer else like.entry.detail
        step = Step(state, replace(like.entry, at=at, detail=detail), {}, _no_signature)
        return _granted(step, authority) if isinstance(authority, Grant) else self._agreed(step, authority)

    def _agreed(self, step: Step, agreement: Agreement) -> Instant | None:
        entry = step.entry
        facts = fold_answers.facts_in(step, agency=entry.detail["agency"], version=entry.detail["version"], used=UNUSED)
        if covers(agreement, facts, entry.at, floor=floor) is not None:
            return None
        marked = self._marks.get(agreement.id)
        if marked is None or marked[0] is not agreement:
            marked = self._marks[agreement.id] = (agreement, marks_of(agreement))
        return agreement_lasts(agreement, marked[1], entry.by.person, entry.at)

    # ------------------------------------------------------------ a day's limits

    def _within_limits(self, state: State, answered: Sequence[tuple[_Like, Group, Instant, Instant]]) -> bool:
        """Count the answers; return whether the last one of each day, and so each before it, was within the day's limits."""
        counted: Counter[tuple[str, str, str]] = Counter()
        held: dict[tuple[str, str, str], dict[str, Version]] = {}
        for like, group, first, last in answered:
            proposal = state.agreements[like.name].proposal(like.entry.detail["version"])
            assert proposal is not None, "what was covered was proposed"
            for day, count in self._on_days(proposal.version, group.times, first, last).items():
                counter = (like.name, like.entry.by.person, day)
                counted[counter] += count
                held.setdefault(counter, {})[proposal.version.hash] = proposal.version
        for counter, count in counted.items():
            state.used[counter] += count
            state.used_in_all[counter[0], counter[2]] += count
        for counter, versions in held.items():
            used = Used(questions=state.used[counter] - 1, in_all=state.used_in_all[counter[0], counter[2]] - 1)
            if any(version.limits.beyond(used) is not None for version in versions.values()):
                return False
        return True

    def _on_days(self, version: Version, times: Sequence[int], first: Instant, last: Instant) -> Mapping[str, int]:
        """Return how many of these instants lie on each civil day at the agreement's place."""
        day = self._day(version, first)
        if day == self._day(version, last):
            return {day: len(times)}
        return Counter(self._day(version, Instant(at)) for at in times)

    def _day(self, version: Version, at: Instant) -> str:
        """Return the civil day of an instant. Since 1972 no day has begun anywhere but at a quarter of an hour of UTC."""
        if at < _QUARTERS_SINCE:
            return volume_day(version, at)
        quarter = (version.place.zone, at // _QUARTER)
        day = self._days.get(quarter)
        if day is None:
            _limit(self._days)
            day = self._days[quarter] = volume_day(version, at)
        return day


def _limit(remembered: dict[Any, Any]) -> None:
    """Forget everything where it is as much as is remembered: it is asked again."""
    if len(remembered) >= MOST_REMEMBERED:
        remembered.clear()


def _of_open_stream(state: State, entry: Entry) -> bool:
    """Return whether the stream that answers belong to, if they do, is open and theirs."""
    if "stream" not in entry.detail:
        return True
    stream = state.streams.get(entry.detail["stream"])
    return stream is not None and (stream.authority, stream.person) == (entry.by.authority, entry.by.person)


def _granted(step: Step, grant: Grant) -> Instant | None:
    """Return until when a grant covers what an entry did under it."""
    entry = step.entry
    if grant.person != entry.by.person:
        return None
    if entry.kind is Kind.SHOWN:
        facts = fold_answers.facts_in(step, agency=None, version=grant.role.hash, used=UNUSED)
        refusal = covers(grant, facts, entry.at, floor=floor, act=entry.detail["act"])
        return grant_lasts(grant) if refusal is None else None
    if entry.kind not in ACT_OF or may(grant, ACT_OF[entry.kind], entry.at) is not None:
        return None
    until = grant_lasts(grant)
    if entry.kind in OPENS_A_CASE and "profile" in entry.detail:
        texts = texts_of(step, "profile")
        force, change = texts.in_force(entry.at), texts.changes_after(entry.at)
        if entry.detail["profile"] != (step.opening.profile.hash if force is None else force.text.hash):
            return None
        until = until if change is None else min(until, change)
    return until


def _add(state: State, like: _Like, group: Group, last: Instant) -> None:
    """Add what a group comes to, but for what its days have had."""
    state.kinds[like.kind] += len(group.times)
    if like.kind in AFTERTHOUGHTS:
        return
    if last > state.shared.get(like.authority, -1):
        state.shared[like.authority] = last
    if like.is_answer:
        state.records[like.kind] += group.rows
        if "stream" in like.entry.detail:
            state.streams[like.entry.detail["stream"]].chunks += len(group.times)


def _no_signature(_key: bytes, _message: bytes, _signature: bytes) -> bool:
    """Refuse every signature: no plain entry has one."""
    return False
