"""THE DOOR: every record that leaves the store leaves here, and only after the entry that says so is committed.

A permit and a question come in. One chunk is fetched under the permit's own login, with the authority's stamps. Then, in a
transaction of its own and under the authority's lock, the time is read, everything that could have changed is asked again,
and the entry is written with what proves it. Only a chunk whose entry has committed is returned; what isn't admitted raises
Retry, to be decided and fetched again. Nothing is answered to an outsider while the ledger or the clock is in doubt.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from uuid import UUID

from pars.core.access.decision import covers
from pars.core.access.floor import floor
from pars.core.access.predicate import Is, both
from pars.core.ledger import drafts
from pars.core.terms import Instant, Refusal
from pars.store import emergencies, evenly, fetching, hooks, keys, ledger, replays, rows, volume, withheld, witnessed
from pars.store.admission import Admission, Entering, admit, in_turn, newly_shown
from pars.store.chunks import Answer, Chunk, OpenedCase, as_asked, as_bytes, cut_to_size, keys_of, prepare
from pars.store.connections import Retry
from pars.store.doubt import CLOCK_JUMPED, beforehand, in_doubt
from pars.store.fetching import Row
from pars.store.governance import load_agreement, load_grant, load_version
from pars.store.known import present
from pars.store.ready import make_ready
from pars.store.shown import load_shown

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from pars.core.access.decision import Permit
    from pars.core.access.question import Question
    from pars.core.cases.case import Case
    from pars.core.cases.shown_to import ShownTo
    from pars.core.ledger.entries import By, Draft
    from pars.store.chunks import Form
    from pars.store.connections import Open
    from pars.store.ready import Ready
    from pars.store.replays import Once

__all__ = [
    "CLIENT_NOT_BOUND",
    "Chunk",
    "Moment",
    "OpenedCase",
    "ShownList",
    "at_the_last_moment",
    "begins",
    "disclose",
    "in_turn",
    "list_shown",
    "open_case",
    "present",
    "show",
]

NOT_WITNESSED = Refusal(
    code="NOT_WITNESSED",
    says="Records of this class leave only once the owners' witnesses have seen the entry, and they have not in time.",
    remedy="Ask again in a minute.",
)
TOO_LATE = Refusal(
    code="NOT_IN_TIME", says="The answer could not be sent in time after it was witnessed.", remedy="Ask again in a minute."
)
NARROWED = Refusal(
    code="OVERTAKEN",
    says="What may be shown was narrowed before the answer left, so it was not sent.",
    remedy="Ask again.",
)
WITNESS_PATIENCE_S = 10.0
"""Seconds that an answer waits for witnesses before it is dropped."""
LAST_TRIES = 5
CLIENT_NOT_BOUND = Refusal(
    code="CLIENT_NOT_BOUND",
    says="This system isn't bound to the agreement.",
    remedy="The owners bind an agency's system to its agreement.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownList:
    """Who has been shown some cases, oldest first, with the entry that says that this was read."""

    shown: tuple[ShownTo, ...]
    entry: int
    leaf: str
    at: Instant


NO_SUCH_CASE = Refusal(code="NO_SUCH_CASE", says="There is no such case.", remedy="Look for it again by name or number.")
OUTSIDE_ROLE = Refusal(
    code="OUTSIDE_ROLE", says="Your role doesn't cover this case.", remedy="Ask a colleague whose role covers it."
)


def disclose(permit: Permit, question: Question, *, by: By, hook: int | None = None, **options: Any) -> Chunk | Refusal | None:
    """Answer an outside agency's question as `_disclose` says; where its columns are of a class that is to be witnessed first, only then.

    INVARIANT L2: after that wait it is asked once more, under the lock, whether the answer may leave, and W counts from there. What was
    narrowed meanwhile leaves no more, a record that was put away or limited least of all.
    """
    answer = _disclose(permit, question, by=by, hook=hook, **options)
    if not isinstance(answer, Chunk) or hook is not None or not answer.rows or not answer.witnessed_first:
        return answer
    return _witnessed_first(permit, question, answer, by=by)


def _witnessed_first(permit: Permit, question: Question, answer: Chunk, *, by: By) -> Chunk | Refusal:
    """Wait until enough witnesses have signed the entry, outside every lock; what can't leave then is entered as dropped."""
    assert answer.entry is not None, "an outsider's answer has its entry"
    refusal = NOT_WITNESSED
    if witnessed.wait_for(answer.entry, patience=WITNESS_PATIENCE_S):
        for _ in range(LAST_TRIES):
            try:
                moment = at_the_last_moment(permit, question, by=by, stamps=answer.stamps)
            except Retry:
                continue
            if isinstance(moment, Moment):
                return replace(answer, appended=moment.t0)
            refusal = moment
            break
        else:
            refusal = TOO_LATE
    with ledger.acting(by=replace(by, authority=f"agency:{permit.agency}")):
        ledger.append(
            drafts.chunk_dropped(chunk=answer.entry, reason=refusal.code), by=replace(by, authority=f"agency:{permit.agency}")
        )
    return refusal


def _disclose(
    permit: Permit,
    question: Question,
    *,
    by: By,
    beat: bool = False,
    stream: int | None = None,
    known: Mapping[str, int] | None = None,
    once: Once | None = None,
    export: int | None = None,
    written: Form | None = None,
    hook: int | None = None,
    repeats: int | None = None,
) -> Chunk | Refusal | None:
    """Answer an outside agency's question: one chunk whose entry is committed, or a refusal that is yet to be recorded.

    With `beat` it is one beat of a stream: only rows of which something else is shown than the reader has (`known`, case id → mark),
    None where there are none (a case that was entered long after its arrest is nothing new), and the first chunk opens the stream
    (`stream` names it from then on).
    With `export`, the entry that opened one, it is one chunk of it, its rows as `written` writes them. With `hook`, the entry that
    registered one, a beat is a hint: it says that there are such rows, and holds none; `repeats` is the first one of the same news.
    Raises Retry where it must be decided again.
    """
    page = fetching.page_of(permit, question)
    if isinstance(page, Refusal):
        return page
    # INVARIANT L4: this takes a time that doesn't tell how many out of scope were looked at.
    with evenly.Looking() as looking, in_turn():
        looking.begin()
        where = fetching.with_cases(permit)
        fetched = fetching.fetch(permit, where=where, after=page.after, known=known, histories=not beat)
        if beat and not fetched.rows:
            looking.drop()
            return None
        cut = cut_to_size(fetched if hook is None else replace(fetched, rows=(), more=False), written=written)
        if isinstance(cut, Refusal):
            return cut
        repeats = replays.answered_before(by, once) if once is not None else repeats
        answer = Answer(permit, question, by, *cut, stamps=fetched.stamps, written=written)
        prepare(answer)
        opens = beat and stream is None and hook is None
        giving = Giving(answer, page.follows, opens=opens, stream=stream, once=once, repeats=repeats, export=export, hook=hook)
        ready = giving.ready()
    refusal = admit(Admission(answer, giving.asks, giving.enters, ready))
    if refusal is not None:
        return refusal
    if hook is None:
        return answer.chunk(known or {})
    return replace(answer.chunk({}), known={row.case_id: row.mark for row in fetched.rows})


@dataclass(frozen=True, slots=True)
class Giving:
    """An outside answer as it stands before its admission, and what its entry says besides what was asked and shown."""

    answer: Answer
    follows: int | None = None
    opens: bool = False
    """Whether it is the first of a stream, which its own entry names."""
    stream: int | None = None
    once: Once | None = None
    repeats: int | None = None
    export: int | None = None
    hook: int | None = None

    def ready(self) -> Ready | None:
        """Return the answer with its entry made ready before the lock, where nothing but its time is still to come."""
        number = self.answer.number
        if number is None or self.hook is not None or self.once is not None or not beforehand(self.answer):
            return None
        return make_ready(self.answer, number, lambda: self._draft(number))

    def asks(self, here: Open) -> Refusal | None:
        """Return why it can't be given, asked once more under the lock."""
        refusal = in_doubt(here, self.answer) or _beyond_agreement(here, self.answer, self.hook)
        return refusal or volume.beyond(here, self.answer.permit)

    def enters(self, here: Open) -> Entering:
        """Return what its entry is."""
        answer, permit = self.answer, self.answer.permit
        volume.keep_shown(here, permit, fetching.versions(answer.found))
        beside = emergencies.named(permit, load_version(permit.version_hash), here.at)
        first = self.once if self.repeats is None else None
        return Entering(draft=self._draft(here.entry), shown=answer.found, beside=beside, counts=True, once=first)

    def _draft(self, entry: int | None) -> Draft:
        answer, permit = self.answer, self.answer.permit
        return drafts.disclosed(
            agency=permit.agency or "",
            version=permit.version_hash,
            stream=entry if self.opens else self.stream,
            follows=self.follows,
            repeats=self.repeats,
            export=self.export,
            hook=self.hook,
            paper=permit.paper,
            approval=permit.approved,
            emergency=permit.emergency,
            behalf=permit.behalf,
            checked=None if permit.checked is None else int(permit.checked),
            **as_asked(answer, entry=entry, shown=answer.found),
        )


@dataclass(frozen=True, slots=True)
class Moment:
    """The last moment before a hint, or an answer that waited, leaves: its stopwatch (`t0`), the database's time, and when its authority ends at the latest."""

    t0: float
    at: Instant
    until: Instant | None


def at_the_last_moment(
    permit: Permit, question: Question, *, by: By, stamps: tuple[int, ...] | None, hook: int | None = None
) -> Moment | Refusal:
    """Ask once more, under the lock, whether an entered hint, or an answer that waited for witnesses, may still leave. Nothing is written. Raises Retry where it can't be told in time.

    `stamps` are of the snapshot in which it was fetched. What an order takes out of the answer, or limits, no permit tells: only they do.
    """
    # Without stamps of its own: one that moved is no reason to try again, but to drop it.
    answer = Answer(permit, question, by, (), False, stamps=None)

    def asks(here: Open) -> Refusal | None:
        refusal = in_doubt(here, answer) or _beyond_agreement(here, answer, hook)
        return refusal or (None if answer.current == stamps else NARROWED)

    return admit(Admission(answer, asks)) or Moment(answer.t0, answer.at, permit.until)


def begins(permit: Permit, question: Question) -> int | Refusal | None:
    """Return the entry of the page that a question goes on from; None at its first page, the refusal of a mark that isn't its own."""
    page = fetching.page_of(permit, question)
    return page if isinstance(page, Refusal) else page.follows


def _beyond_agreement(here: Open, answer: Answer, hook: int | None = None) -> Refusal | None:
    """Ask once more, under the lock and at the entry's own time, what the permit was given for."""
    permit, by = answer.permit, answer.by
    agreement = load_agreement(permit.authority.removeprefix("agreement:"), newest=answer.newest)
    if agreement is None or (by.person, by.authority) != (permit.person, permit.authority):
        raise ValueError("the permit isn't the caller's, or of no agreement")
    if by.client is not None and by.client not in answer.clients:
        return CLIENT_NOT_BOUND
    if here.at < agreement.last:
        return CLOCK_JUMPED  # by less than a jump; but no ledger with this answer behind that act would verify
    refusal = covers(agreement, permit.facts(len(answer.found)), here.at, floor=floor)
    if refusal is not None and refusal.code == "OTHER_VERSION":
        raise Retry("another version came into force since it was decided")
    return refusal or (hooks.refuse(hook, here.at) if hook is not None else None)


# ---------------------------------------------------------------- staff


def show(
    permit: Permit,
    question: Question,
    *,
    by: By,
    act: str = "case:read",
    browser: str | None = None,
    board: bool = False,
    closed: bool = True,
    among: Sequence[Sequence[str]] = (),
    keep: Callable[[Sequence[Row], bool], Sequence[Row] | Refusal] | None = None,
    known: Mapping[str, int] | None = None,
) -> Chunk | Refusal:
    """Answer a question of staff: a list, entered for each person newly shown, or in a new version, to that browser session.

    Without `browser` everything shown is entered. `board` adds the desks' own columns; without `closed`, what belongs
    to history is left out. Of each part of `among` a case has at least one key, and `keep` says which of the rows (and whether
    there are more) are the answer: what it leaves out is neither shown nor entered. `known` (case id → version) is what the
    reader's page has already: only what is new beside it is given, and what of it is gone is named. No doubt about ledger or
    clock stops it.
    """
    page = fetching.page_of(permit, question)
    if isinstance(page, Refusal):
        return page
    where = both(permit.where, withheld.now().condition)
    fetched = fetching.fetch(permit, where=where, after=page.after, known=known, board=board, closed=closed, among=among)
    cut = cut_to_size(fetched, most_bytes=None)
    assert not isinstance(cut, Refusal), "without a limit nothing is too large"
    if keep is not None:
        kept = keep(*cut)
        if isinstance(kept, Refusal):
            return kept
        cut = tuple(kept), False
    answer = Answer(permit, question, by, *cut, stamps=fetched.stamps, gone=fetched.gone)

    def enters(here: Open) -> Entering | None:
        new = answer.found if browser is None else newly_shown(here, answer, browser)
        if not new and browser is not None:
            return None
        # Nobody waits for staff's answers as for an outsider's, so the keys are read here: of those who are entered alone.
        answer.keys = keys.case_keys(here.connection, fetching.versions(new))
        asked = as_asked(answer, entry=here.entry, shown=new)
        return Entering(draft=drafts.shown(act=act, follows=page.follows, **asked), shown=new)

    refusal = admit(Admission(answer, lambda here: _beyond_grant(answer, here.at, act), enters))
    return answer.chunk({}) if refusal is None else refusal


def open_case(permit: Permit, question: Question, case_id: str, *, by: By, act: str = "case:read") -> OpenedCase | Refusal:
    """Open one case for staff, all its facts, if their role covers it; opening a case always enters."""
    hidden = withheld.now()
    with ledger.reading():
        version = rows.case_version(case_id)
    if version is None or str(UUID(case_id)) in hidden.cases:
        return NO_SUCH_CASE
    only = replace(permit, limit=1, sort=(), after=None)
    fetched = fetching.fetch(only, where=both(permit.where, Is("record", str(UUID(case_id)))), after=None)
    if not fetched.rows:
        return OUTSIDE_ROLE
    answer = Answer(only, question, by, fetched.rows, False, stamps=fetched.stamps, keys=keys_of(fetched.rows))
    case: Case | None = None

    def enters(here: Open) -> Entering:
        nonlocal case
        case = rows.load_case(case_id)
        if case is None or case.version != fetched.rows[0].version:
            raise Retry("the case changed while it was opened")
        case = hidden.seen(case)
        asked = as_asked(answer, entry=here.entry, shown=answer.found)
        return Entering(draft=drafts.shown(act=act, **asked), shown=answer.found, opens=True)

    refusal = admit(Admission(answer, lambda here: _beyond_grant(answer, here.at, act), enters))
    if refusal is not None:
        return refusal
    assert case is not None
    assert answer.entry is not None
    return OpenedCase(case=case, entry=answer.entry, leaf=answer.leaf, at=answer.at)


def list_shown(permit: Permit, question: Question, case_ids: Sequence[str], *, by: By, act: str) -> ShownList | Refusal:
    """Tell who has been shown these cases, to whoever's grant allows that act: entered before it is told, each case by its commitment.

    What is listed was read under the grant's lock, in the transaction that enters it: the entry itself is in the next list.
    """
    answer = Answer(permit, question, by, (), False, stamps=None, keys={})
    found: tuple[ShownTo, ...] = ()

    def enters(here: Open) -> Entering:
        nonlocal found
        found = load_shown(case_ids)
        about = [Row(case_id, rows.case_version(case_id) or 0, (), {}, 0) for case_id in case_ids]
        answer.keys = keys.case_keys(here.connection, case_ids)
        answer.body = as_bytes([{"entry": one.entry, "case": one.case, "version": one.version} for one in found])
        return Entering(draft=drafts.shown(act=act, **as_asked(answer, entry=here.entry, shown=about)), shown=about)

    refusal = admit(Admission(answer, lambda here: _beyond_grant(answer, here.at, act), enters))
    if refusal is not None:
        return refusal
    assert answer.entry is not None
    return ShownList(shown=found, entry=answer.entry, leaf=answer.leaf, at=answer.at)


def _beyond_grant(answer: Answer, at: Instant, act: str) -> Refusal | None:
    permit = answer.permit
    grant = load_grant(permit.authority.removeprefix("grant:"))
    if grant is None or (answer.by.person, answer.by.authority) != (permit.person, permit.authority):
        raise ValueError("the permit isn't the caller's, or of no grant")
    return covers(grant, permit.facts(len(answer.found)), at, floor=floor, act=act)
