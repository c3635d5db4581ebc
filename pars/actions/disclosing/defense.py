"""What the defense reads: who is coming up, and the cases in which the reader is counsel of record, with their papers.

The list shows a person, where and when, and what is filed: enough to take a case on. The case itself opens to its counsel alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pars.actions.disclosing.staff import CaseShown, PaperGiven, board, give_paper, open_case
from pars.core.cases import representation
from pars.core.cases.deadlines import custody_limit
from pars.core.cases.parts import acts_read, visible
from pars.core.cases.progress import comes_next, stage, stage_words
from pars.core.terms import Refusal
from pars.store import governance, ledger, openings, rows
from pars.store.ledger import Refused

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pars.core.access.explain import Language
    from pars.core.access.role import Grant
    from pars.core.cases.case import Case
    from pars.core.cases.facts import CounselPresent, RepresentationClaimed
    from pars.core.cases.progress import Stage
    from pars.core.ledger.entries import By
    from pars.core.terms import Instant

LIST, READ = "defense:list", "defense:read"
LISTED = (
    "record", "surname", "given", "full_name", "language", "adult", "arrest_at", "district",
    "filed_charges", "lead_grade", "charge_status", "next_hearing", "next_court",
)  # fmt: skip
"""The columns of the list: what it takes to know who is coming up, where and when, and whether to take the case on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """Somebody on the list. `counsel` are the claims that stand; `unseen` how many acts recorded something that the reader may read since
    they last opened the case (0, too: they aren't counsel, or never opened it).
    """

    row: Mapping[str, Any]
    version: int
    stage: Stage
    says: str
    """The stage in words, as the county's profile names its desks."""
    limit: Instant | None
    due: Instant | None
    """When the next hearing is, once a judge has seen the person; until then the limit."""
    counsel: tuple[RepresentationClaimed, ...]
    yours: bool
    present: CounselPresent | None
    warned: representation.Conflict | None
    unseen: int
    """A count, since the list's entry names columns alone (L1): what was recorded is read where the case is opened, and that enters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ComingUp:
    """Who is coming up as of `at`: the nearest hearing or limit first. `more`: the board has more people than were looked at."""

    at: Instant
    people: tuple[Client, ...]
    more: bool


def coming_up(*, by: By, browser: str | None = None, where: Sequence[Mapping[str, Any]] = ()) -> ComingUp | Refused:
    """Answer who is in custody and coming up before the court, with who stands for them."""
    answer = board(by=by, browser=browser, where=where, only=LISTED, act=LIST)
    if isinstance(answer, Refused):
        return answer
    shown = {row["record"]: row for row in answer.rows}
    with ledger.reading() as at:
        grant = governance.own_grant(by)
        assert grant is not None, "what was answered was answered under a grant"
        cases = rows.load_cases(shown)
        seen = openings.last_opened(cases, person=by.person, act=READ)
        together = rows.arrested_together(cases)
        people = [_client(case, shown[one], grant, at, seen.get(one), together[one]) for one, case in cases.items()]
    people.sort(key=_order)
    return ComingUp(at=at, people=tuple(people), more=answer.next_cursor is not None)


def _client(
    case: Case, row: Mapping[str, Any], grant: Grant, at: Instant, seen: int | None, together: Sequence[Case]
) -> Client:
    yours = representation.claim_of(case, grant.person) is not None
    before = case.at_version(seen) if yours and seen is not None and seen < case.version else None
    return Client(
        row=row,
        version=case.version,
        stage=(where := stage(case, at)),
        says=stage_words(where, case.profile),
        limit=custody_limit(case),
        due=comes_next(case),
        counsel=representation.counsel(case),
        yours=yours,
        present=representation.present(case),
        warned=representation.conflict(case, together, person=grant.person, office=grant.role.name) if not yours else None,
        unseen=acts_read(visible(case, grant.role), len(before.facts)) if before is not None else 0,
    )


def _order(one: Client) -> tuple[int, str]:
    return one.due if one.due is not None else 2**62, one.row["record"]


# ---------------------------------------------------------------- a client's case


@dataclass(frozen=True, slots=True, kw_only=True)
class Defended(CaseShown):
    """A client's case. `before` is how many of its facts the reader had been shown when they opened it last (None: never)."""

    present: CounselPresent | None
    warned: representation.Conflict | None
    before: int | None


def open_for_defense(*, case_id: str, by: By) -> Defended | Refused:
    """Open a case to its counsel of record; anybody else is refused, and that is entered, too."""
    with ledger.reading():
        seen = openings.last_opened([case_id], person=by.person, act=READ).get(case_id)
    shown = open_case(case_id=case_id, by=by, act=READ, guard=lambda case: _guard(case, by.person))
    if isinstance(shown, Refused):
        return shown
    with ledger.reading():
        grant = governance.own_grant(by)
        whole = rows.load_case(case_id)
        office = "" if grant is None else grant.role.name
        together = {} if whole is None else rows.arrested_together({whole.id: whole})
        warned = None if whole is None else representation.conflict(whole, together[whole.id], person=by.person, office=office)
    then = None if seen is None or whole is None else whole.at_version(seen)
    parts = {name: getattr(shown, name) for name in CaseShown.__dataclass_fields__}
    parts["papers"] = tuple(kind for kind in shown.papers if kind.slug not in representation.NOT_THEIRS)
    return Defended(
        **parts, present=representation.present(shown.case), warned=warned, before=len(then.facts) if then is not None else None
    )


def give_to_defense(
    *, case_id: str, paper: str, by: By, language: Language = "en", version: int | None = None
) -> PaperGiven | Refused:
    """Give counsel of record one paper of the case, entered like every read."""
    return give_paper(
        case_id=case_id,
        paper=paper,
        by=by,
        language=language,
        version=version,
        act=READ,
        guard=lambda case: _guard(case, by.person) or _theirs(paper),
    )


def _guard(case: Case | None, person: str) -> Refusal | None:
    if case is None:
        return None  # the door says that there is no such case
    return None if representation.claim_of(case, person) is not None else representation.NOT_COUNSEL


def _theirs(paper: str) -> Refusal | None:
    if paper not in representation.NOT_THEIRS:
        return None
    return Refusal(code="NOT_YOUR_PAPER", says="This paper isn't given to the defense.", remedy="Ask the court's clerk.")
