"""What staff read: the board and its queues, one case and its papers, the daily report. All of it enters."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from pars.actions.beats import NO_GRANT
from pars.actions.disclosing.deciding import OVERTAKEN, TRIES
from pars.core.access.decision import Permit, Question, decide_staff, may, read_question
from pars.core.access.limits import MOST_ROWS
from pars.core.access.presence import LASTS, colleagues, side_of
from pars.core.cases import booking, papers
from pars.core.cases.custody import Releasable, releasable
from pars.core.cases.daily import COLUMNS
from pars.core.cases.parts import visible
from pars.core.cases.progress import Missing, Stage, Step, missing_for_arraignment, next_steps, stage
from pars.core.cases.wrong_versions import Mistake, Recipient, mistakes, readable, told_by
from pars.core.ledger.entries import By
from pars.core.terms import Instant, Refusal
from pars.store import disclosure, governance, ledger, openings, rows, taken, tellings, watched
from pars.store.chunks import PAPER
from pars.store.connections import Retry
from pars.store.disclosure import Chunk, OpenedCase
from pars.store.ledger import Refused

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from pars.core.access.explain import Language
    from pars.core.access.role import Grant, Role
    from pars.core.cases.case import Case
    from pars.core.cases.limits import Noted
    from pars.core.cases.papers import Paper, PaperKind
    from pars.core.cases.taking import Take

T = TypeVar("T")


def board(
    *,
    by: By,
    browser: str | None = None,
    where: Sequence[Mapping[str, Any]] = (),
    rows_wanted: int = 500,
    only: Sequence[str] | None = None,
    known: Mapping[str, int] | None = None,
    act: str = "case:read",
) -> Chunk | Refused:
    """Answer a staff list: the board or a queue. Each person newly shown to this browser session is entered first.

    With `known` (case id → version) only what a page that shows these doesn't have yet, and which of them are gone.
    """
    return answer_staff(
        by,
        act,
        where=where,
        rows_wanted=rows_wanted,
        only=only,
        through=lambda permit, question: disclosure.show(
            permit, question, by=by, act=act, browser=browser, board=True, closed=False, known=known
        ),
    )


def daily(*, by: By, day: date, act: str = "case:read") -> Chunk | Refused:
    """Answer with what the daily report is counted from: the arrests of one civil day that the role covers, closed cases too.

    What the role may not see isn't there, and isn't counted.
    """
    return answer_staff(
        by,
        act,
        where=[{"column": "arrest_date", "is": day.isoformat()}],
        only=COLUMNS,
        rows_wanted=MOST_ROWS,
        through=lambda permit, question: disclosure.show(permit, question, by=by, act=act, board=True),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseShown(OpenedCase):
    """A case as a role sees it, with what its whole facts add up to: the role may see that an interview was taken, not its answers.

    `recorded` says for each entry when it was written and by whom (a pseudonym): the facts' and those of `passed`, the limits that
    were noted as passed. `free` is over all the person's cases for who decides on release, else over this one. `papers` are those
    that the case has now and the role may be given. `colleagues` are who else on the reader's side opened it lately; `taken` says to
    who decides charges which of them has taken it. `since` are the mistakes that the reader was shown, on a list or a paper too, and that
    were put right since they last opened the case; `wrong` those that others got, for who tells them.
    """

    stage: Stage
    missing: tuple[Missing, ...]
    steps: tuple[Step, ...]
    free: Releasable
    passed: tuple[Noted, ...]
    papers: tuple[PaperKind, ...]
    recorded: Mapping[int, tuple[Instant, str]]
    since: tuple[Mistake, ...]
    wrong: tuple[WrongVersion, ...]
    colleagues: tuple[tuple[str, Instant], ...] = ()
    taken: Take | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WrongVersion:
    """A mistake that was put right, who of those whom the reader may know of got it, and until when they must be told."""

    mistake: Mistake
    due: Instant
    citation: str
    recipients: tuple[Recipient, ...]


Guard: TypeAlias = "Callable[[Case | None], Refusal | None]"
"""What a side asks of a case before it is opened: None where it may be."""


def open_case(*, case_id: str, by: By, act: str = "case:read", guard: Guard | None = None) -> CaseShown | Refused:
    """Open one case, with the facts that the role's work needs; opening always enters."""
    grant: Grant | None = None
    seen: tuple[frozenset[int], int] = frozenset(), 0

    def through(permit: Permit, question: Question) -> OpenedCase | Refusal:
        nonlocal grant, seen
        with ledger.reading():
            grant = governance.own_grant(by)
            opened = openings.last_opened([case_id], person=by.person, act=act).get(case_id, 0)
            seen = openings.versions_shown(case_id, person=by.person), opened
        return _opened(permit, question, case_id, by=by, act=act, guard=guard)

    opened = answer_staff(by, act, where=(), rows_wanted=1, through=through)
    if not isinstance(opened, OpenedCase):
        return opened
    assert grant is not None, "what was opened was opened under a grant"
    return _as_shown(opened, grant.role, by, seen)


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperGiven:
    """A paper, with the entry that says that its columns were shown."""

    paper: Paper
    entry: int
    leaf: str
    at: Instant


def give_paper(
    *,
    case_id: str,
    paper: str,
    by: By,
    language: Language = "en",
    version: int | None = None,
    act: str = "case:read",
    guard: Guard | None = None,
) -> PaperGiven | Refused:
    """Give one paper of a case, as the case was at a version: entered like every read, with the columns that stand on it.

    The role must read each field that the paper prints; one that the case hasn't yet is refused.
    """
    kind = papers.kind_named(paper, language)
    if isinstance(kind, Refusal):
        return ledger.refuse(kind, by=by, act=act)

    def through(permit: Permit, question: Question) -> PaperGiven | Refusal:
        with ledger.reading():
            grant = governance.own_grant(by)
        refusal = NO_GRANT if grant is None else papers.refuse_reader(kind, grant.role)
        if refusal is not None:
            return refusal
        opened = _opened(permit, question, case_id, by=by, act=act, guard=guard)
        if isinstance(opened, Refusal):
            return opened
        with ledger.reading():
            recorded = ledger.recorded({fact.entry for fact in opened.case.facts if fact.entry is not None})
        written = papers.write(opened.case, kind, recorded=recorded, language=language, version=version)
        if isinstance(written, Refusal):
            return written
        return PaperGiven(paper=written, entry=opened.entry, leaf=opened.leaf, at=opened.at)

    called = f"{PAPER}{kind.slug.replace('-', '_')}"
    return answer_staff(by, act, where=(), rows_wanted=1, only=papers.columns_of(kind.fields), purpose=called, through=through)


def _opened(permit: Permit, question: Question, case_id: str, *, by: By, act: str, guard: Guard | None) -> OpenedCase | Refusal:
    """Open the case if the guard lets it, as it stands before the entry and in what is then shown."""
    if guard is not None:
        with ledger.reading():
            refusal = guard(rows.load_case(case_id))
        if refusal is not None:
            return refusal
    opened = disclosure.open_case(permit, question, case_id, by=by, act=act)
    if guard is not None and isinstance(opened, OpenedCase) and guard(opened.case) is not None:
        raise Retry("the case was closed to the reader while it was opened")
    return opened


FREES = frozenset({"hearing:hold", "release:order", "release:acknowledge"})
"""Acts of who decides on a person's release, and so must know what holds them in their other cases."""


TELLS = frozenset({"recipient:tell"})
"""The act of who tells those that got a mistake, and so must know who they are."""


def _as_shown(opened: OpenedCase, role: Role, by: By, seen: tuple[frozenset[int], int]) -> CaseShown:
    whole, at = opened.case, opened.at
    versions, last = seen
    with ledger.reading():
        others = rows.load_cases(rows.linked_cases(whole.id)).values() if role.acts & FREES else ()
        passed = watched.noted([whole.id]).get(whole.id, ())
        entries = {fact.entry for fact in whole.facts if fact.entry is not None} | {noted.entry for noted in passed}
        recorded = ledger.recorded(entries)
        lately = openings.opened_since(whole.id, Instant(at - LASTS)) if side_of(role) is not None else ()
        take = taken.last_takes([whole.id]).get(whole.id) if "charge:decide" in role.acts else None
        wrong = tellings.wrong_versions(whole) if role.acts & TELLS else ()
    return CaseShown(
        case=visible(whole, role),
        entry=opened.entry,
        leaf=opened.leaf,
        at=at,
        stage=stage(whole, at),
        missing=missing_for_arraignment(whole, at),
        steps=next_steps(whole, at),
        free=releasable(booking.cases_of_person(whole, others), at),
        passed=passed,
        papers=papers.offered(whole, role),
        recorded=recorded,
        colleagues=colleagues(lately, person=by.person, role=role, at=at),
        taken=take if take is not None and take.stands(at) else None,
        since=tuple(one for one in mistakes(whole) if last < one.right and any(map(one.shown_in, versions))),
        wrong=tuple(_wrong_version(one, got, recorded[one.entry][0], role) for one, got in wrong),
    )


def _wrong_version(mistake: Mistake, got: Sequence[Recipient], put_right: Instant, role: Role) -> WrongVersion:
    due, citation = told_by(put_right)
    return WrongVersion(mistake=mistake, due=due, citation=citation, recipients=readable(got, role))


def answer_staff(
    by: By,
    act: str,
    *,
    where: Sequence[Mapping[str, Any]],
    rows_wanted: int,
    only: Sequence[str] | None = None,
    purpose: str = "duty",
    through: Callable[[Permit, Question], T | Refusal],
) -> T | Refused:
    """Decide a question of staff under their grant and put it through the door; a refusal is entered."""
    for _ in range(TRIES):
        with ledger.reading() as at:
            grant = governance.own_grant(by)
        if grant is None:
            return ledger.refuse(NO_GRANT, by=by, act=act)
        refusal = may(grant, act, at)
        question = refusal or read_question(
            {
                "purpose": purpose,
                "columns": sorted(_asked(grant.role, only)) or ["record"],
                "where": list(where),
                "rows": rows_wanted,
            }
        )
        permit = question if isinstance(question, Refusal) else decide_staff(grant, question, at, act)
        if isinstance(permit, Refusal):
            return ledger.refuse(permit, by=by, act=act)
        assert isinstance(question, Question)
        try:
            outcome = through(permit, question)
        except Retry:
            continue
        return ledger.refuse(outcome, by=by, act=act) if isinstance(outcome, Refusal) else outcome
    return ledger.refuse(OVERTAKEN, by=by, act=act)


def _asked(role: Role, only: Sequence[str] | None) -> Iterable[str]:
    return role.scope.columns if only is None else role.scope.columns & set(only)
