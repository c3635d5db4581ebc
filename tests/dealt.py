"""A ledger in which an agreement went through its whole life, and that ledger with one rule broken: once for each rule.

Whoever breaks it holds the log's own key: every hash, root and signature fits. Only the rules themselves tell.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from pars.core.agreements.civil import ends_of_month_days
from pars.core.ledger import dealing_drafts, drafts, hook_drafts
from pars.core.ledger.entries import By, Entry, Kind
from pars.core.terms import DAY, HOUR, Instant
from tests.agreements import NOW, public
from tests.ledgers import AGENCY, AGREEMENT, DRAFTER, HELD, PERSON, Ledger, hashed, make_version, outsider, staff
from tests.owners import rule_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from pars.core.agreements.version import Version

ZONE = "America/New_York"
END = Instant(NOW + 90 * DAY)
TIMES = ends_of_month_days(5, NOW, END, ZONE)
MONTHLY = {
    "code": "monthly_use",
    "kind": "report",
    "says": {"en": "The uses made of the record."},
    "due": {"day_of_month": 5, "zone": ZONE, "rule": "end of day", "instants": list(TIMES)},
    "overdue": "suspends",
}
STRANGER, COLLEAGUE, REGISTRAR = outsider("stranger"), outsider("sergeant"), staff("registrar")
UNBOUND = outsider(client="another-system")
NOTHING = "0" * 64
SEAT = "seat:prosecutor"
NAMED: dict[str, Any] = {"filters": ("given", "surname")}


def terms(number: int) -> Version:
    """Return the version with that number: it demands all that an agreement can."""
    changes = {
        "/users/must": ["training_completed", "terms_acknowledged"],
        "/approval": {"over_rows": 5, "minutes": 60},
        "/emergency": {"reasons": ["LIFE_AT_RISK"], "waives": ["evidence"], "review_hours": 24},
        "/duties": [MONTHLY],
    }
    return make_version(changes, number=number, end=END)


def dealt() -> Ledger:
    """Return the ledger in which everybody did what they owed."""
    ledger, made, owner, agency = Ledger(), terms(1), staff("voter-courts"), outsider()
    ledger.give("drafter", DRAFTER)
    ledger.serve(made)
    ledger.add(drafts.user_named(agreement=AGREEMENT, person="sergeant", holds=HELD), REGISTRAR)
    ledger.add(dealing_drafts.terms_acknowledged(agreement=AGREEMENT, person=PERSON, version=made.hash), agency)
    due = Instant(ledger.at + DAY)
    inquiry = dealing_drafts.inquiry_made(agreement=AGREEMENT, inquiry=ledger.keep(b"Whom did you arrest?"), due=due)
    inquired = ledger.add(inquiry, owner)
    said = ledger.keep(b"Nobody.")
    ledger.add(dealing_drafts.inquiry_answered(agreement=AGREEMENT, inquiry=inquired.id, answer=said), agency)
    answer = ledger.disclose(made, **NAMED)
    ledger.add(dealing_drafts.outcome_reported(agreement=AGREEMENT, answer=answer.id, outcome="cleared"), agency)
    sweep = drafts.approval_asked(
        agency=AGENCY, version=made.hash, purpose="warrant_service", columns=["record"], filters=[], question=NOTHING
    )
    request = ledger.add(sweep, agency)
    ledger.add(drafts.approval_given(agreement=AGREEMENT, asked=request.id), COLLEAGUE)
    ledger.disclose(made, rows=6, columns=["record"], filters=[], approval=request.id)
    broken = ledger.disclose(made, evidence=None, emergency="LIFE_AT_RISK", **NAMED)
    ledger.add(drafts.emergency_reviewed(agreement=AGREEMENT, answer=broken.id, finding="JUSTIFIED"), REGISTRAR)
    asked = {"agency": AGENCY, "version": made.hash, "purpose": "warrant_service", "columns": ("record", "surname"), **NAMED}
    hook = hook_drafts.hook_registered(**asked, agreement=AGREEMENT, question=NOTHING, address=NOTHING, end=END)
    told = ledger.add(hook, agency)
    ledger.disclose(made, hook=told.id, rows=0, **NAMED)
    ledger.add(hook_drafts.hook_removed(agreement=AGREEMENT, hook=told.id), COLLEAGUE)
    ledger.propose(terms(2))
    ledger.add(dealing_drafts.proposal_withdrawn(agreement=AGREEMENT, version=terms(2).hash), REGISTRAR)
    closing = rule_text({"/vote": {"closes": int(ledger.at + HOUR)}})
    proposed = ledger.propose_text("detainers", closing)
    cast = ledger.vote_text("adopt", "city", "detainers", closing, proposed.id)
    back = ledger.vote_text("withdraw", "city", "detainers", closing, cast.id)
    ledger.vote_text("adopt", "city", "detainers", closing, back.id)
    ledger.add(dealing_drafts.owners_text_withdrawn(about="detainers", text=hashed(closing)), REGISTRAR)
    added = ledger.add_key(SEAT, "prosecutor-2", seats=("courts", "prosecutor"))
    ledger.revoke_key(SEAT, "prosecutor", 0, added.id, seats=("city", "courts"))
    ledger.at = Instant(TIMES[0] - HOUR)
    shown = hashed(b"the report")
    met = dealing_drafts.duty_met(agreement=AGREEMENT, version=made.hash, duty="monthly_use", due=TIMES[0], shown=shown)
    ledger.add(met, agency)
    ledger.disclose(made, at=TIMES[0], **NAMED)
    return ledger


@dataclass(frozen=True)
class Broken:
    """One rule broken, by an entry of that kind: changed, or (`how`) written once more, or left out. `code` is what is said."""

    kind: Kind
    code: str
    change: Callable[[Entry], Entry] = lambda entry: entry
    how: str = "changed"

    @property
    def name(self) -> str:
        """How a test calls it."""
        return f"{self.kind.dotted}-{self.how}-{self.code}"

    def ledger(self) -> tuple[Ledger, int]:
        """Return the broken ledger, and the index of the entry at which it is broken."""
        ledger = copy.deepcopy(WHOLE)
        at = next(n for n, entry in enumerate(ledger.entries) if entry.kind is self.kind)
        if self.how == "changed":
            ledger.entries[at] = self.change(ledger.entries[at])
            return ledger, at
        if self.how == "again":
            ledger.entries.insert(at + 1, replace(ledger.entries[at], id=len(ledger.entries)))
            ledger.side = {n + (n > at): side for n, side in ledger.side.items()}
            return ledger, at + 1
        del ledger.entries[at]
        ledger.side = {n - (n > at): side for n, side in ledger.side.items()}
        rests = next(n for n, entry in enumerate(ledger.entries) if n >= at and self.change(entry) is not entry)
        return ledger, rests


def stated(**fields: Any) -> Callable[[Entry], Entry]:
    """Return the change that states something else."""
    return lambda entry: replace(entry, detail={**entry.detail, **fields})


def by(who: By, **fields: Any) -> Callable[[Entry], Entry]:
    """Return the change by which somebody else did it."""
    return lambda entry: replace(stated(**fields)(entry), by=who)


def resting(kind: Kind, last: bool = False) -> Callable[[Entry], Entry]:
    """Return a change that touches only what rests on what was left out: the first of that kind, or the ledger's last entry."""
    return lambda entry: replace(entry) if entry.kind is kind and (not last or entry.at == WHOLE.entries[-1].at) else entry


WHOLE = dealt()
FIRST, SECOND_VERSION = terms(1).hash, terms(2).hash
OTHERS_ANSWER = next(entry.id for entry in WHOLE.entries if entry.kind is Kind.USER_NAMED)
CHANGED: tuple[tuple[Kind, str, Callable[[Entry], Entry]], ...] = (
    (Kind.DUTY_MET, "NOT_GOVERNING", stated(version=SECOND_VERSION)),
    (Kind.DUTY_MET, "NO_SUCH_DUTY", stated(duty="weekly_use")),
    (Kind.DUTY_MET, "NO_SUCH_DUTY", stated(due=TIMES[0] + 1)),
    (Kind.DUTY_MET, "DUTY_NOT_OPEN", stated(due=TIMES[1])),
    (Kind.DUTY_MET, "NOT_NAMED", by(STRANGER)),
    (Kind.DUTY_MET, "CLIENT_NOT_BOUND", by(UNBOUND)),
    (Kind.DUTY_MET, "NOT_YOUR_ACT", by(staff("clerk"))),
    (Kind.TERMS_ACKNOWLEDGED, "OTHER_PERSON", stated(person="sergeant")),
    (Kind.TERMS_ACKNOWLEDGED, "NOT_ALIVE", stated(version=SECOND_VERSION)),
    (Kind.TERMS_ACKNOWLEDGED, "NOT_NAMED", by(STRANGER, person="stranger")),
    (Kind.TERMS_ACKNOWLEDGED, "NO_AUTHORITY", by(REGISTRAR, person="registrar")),
    (Kind.INQUIRY_MADE, "TEXT_MISSING", stated(inquiry=NOTHING)),
    (Kind.INQUIRY_MADE, "DUE_PASSED", stated(due=NOW)),
    (Kind.INQUIRY_MADE, "NOT_YOUR_ACT", by(REGISTRAR)),
    (Kind.INQUIRY_MADE, "NO_AUTHORITY", by(outsider())),
    (Kind.INQUIRY_ANSWERED, "TEXT_MISSING", stated(answer=NOTHING)),
    (Kind.INQUIRY_ANSWERED, "NO_SUCH_INQUIRY", stated(inquiry=OTHERS_ANSWER)),
    (Kind.INQUIRY_ANSWERED, "NOT_NAMED", by(STRANGER)),
    (Kind.INQUIRY_ANSWERED, "NOT_YOUR_ACT", by(staff("voter-courts"))),
    (Kind.OUTCOME_REPORTED, "UNKNOWN_OUTCOME", stated(outcome="guilty")),
    (Kind.OUTCOME_REPORTED, "NO_SUCH_ENTRY", stated(answer=OTHERS_ANSWER)),
    (Kind.OUTCOME_REPORTED, "NOT_NAMED", by(STRANGER)),
    (Kind.OUTCOME_REPORTED, "NO_AUTHORITY", by(REGISTRAR)),
    (Kind.PROPOSAL_WITHDRAWN, "NOT_OPEN", stated(version=FIRST)),
    (Kind.PROPOSAL_WITHDRAWN, "UNKNOWN_VERSION", stated(version=NOTHING)),
    (Kind.PROPOSAL_WITHDRAWN, "NOT_YOUR_PROPOSAL", by(staff("drafter"))),
    (Kind.PROPOSAL_WITHDRAWN, "NOT_YOUR_ACT", by(staff("voter-city"))),
    (Kind.APPROVAL_ASKED, "NOT_GRANTED", stated(columns=["sex"])),
    (Kind.APPROVAL_ASKED, "UNKNOWN_PURPOSE", stated(purpose="civil_enforcement")),
    (Kind.APPROVAL_ASKED, "UNKNOWN_VERSION", stated(version=SECOND_VERSION)),
    (Kind.APPROVAL_ASKED, "OTHER_AGENCY", stated(agency="another")),
    (Kind.APPROVAL_ASKED, "NOT_NAMED", by(STRANGER)),
    (Kind.APPROVAL_ASKED, "NOT_ACKNOWLEDGED", by(COLLEAGUE)),
    (Kind.APPROVAL_GIVEN, "NO_REQUEST", stated(asked=OTHERS_ANSWER)),
    (Kind.APPROVAL_GIVEN, "SAME_PERSON", by(outsider())),
    (Kind.APPROVAL_GIVEN, "NOT_NAMED", by(STRANGER)),
    (Kind.APPROVAL_GIVEN, "REQUEST_OVER", lambda entry: replace(entry, at=Instant(entry.at + HOUR))),
    (Kind.HOOK_REGISTERED, "WRONG_END", stated(end=END + 1)),
    (Kind.HOOK_REGISTERED, "NOT_GRANTED", stated(columns=["sex"])),
    (Kind.HOOK_REGISTERED, "APPROVAL_NEEDED", stated(filters=[])),
    (Kind.HOOK_REGISTERED, "OTHER_AGREEMENT", stated(agreement="AGR-2")),
    (Kind.HOOK_REGISTERED, "NOT_NAMED", by(STRANGER)),
    (Kind.HOOK_REGISTERED, "NOT_ACKNOWLEDGED", by(COLLEAGUE)),
    (Kind.HOOK_REGISTERED, "CLIENT_NOT_BOUND", by(UNBOUND)),
    (Kind.HOOK_REMOVED, "NO_SUCH_HOOK", stated(hook=OTHERS_ANSWER)),
    (Kind.HOOK_REMOVED, "NOT_NAMED", by(STRANGER)),
    (Kind.HOOK_REMOVED, "NOT_YOUR_ACT", by(staff("clerk"))),
    (Kind.OWNERS_TEXT_WITHDRAWN, "UNKNOWN_TEXT", stated(text=NOTHING)),
    (Kind.OWNERS_TEXT_WITHDRAWN, "UNKNOWN_TEXT", stated(about="profile")),
    (Kind.OWNERS_TEXT_WITHDRAWN, "UNKNOWN_SUBJECT", stated(about="weather")),
    (Kind.OWNERS_TEXT_WITHDRAWN, "NOT_YOUR_PROPOSAL", by(staff("drafter"))),
    (Kind.OWNERS_TEXT_WITHDRAWN, "NOT_YOUR_ACT", by(staff("voter-city"))),
    (Kind.OWNERS_TEXT_WITHDRAWN, "NOT_OPEN", lambda entry: replace(entry, at=Instant(entry.at + HOUR))),
    (Kind.OWNERS_TEXT_VOTED, "VOTE_CLOSED", lambda entry: replace(entry, at=Instant(entry.at + HOUR))),
    (Kind.OWNERS_TEXT_VOTED, "FORGED", stated(choice="withdraw")),
    (Kind.KEY_ADDED, "UNKNOWN_USE", stated(use="seat:nobody")),
    (Kind.KEY_ADDED, "WRONG_ANSWER", stated(answers=OTHERS_ANSWER)),
    (Kind.KEY_ADDED, "KEY_USED", stated(key=public("city").hex())),
    (Kind.KEY_ADDED, "NOT_HELD", stated(key=public("another").hex())),
    (Kind.KEY_ADDED, "NOT_HANDED_OVER", stated(seats=[])),
    (Kind.KEY_ADDED, "NOT_HANDED_OVER", stated(old="0" * 128)),
    (Kind.KEY_ADDED, "FORGED", stated(seats=[f"courts:{'0' * 128}", f"prosecutor:{'0' * 128}"])),
    (Kind.KEY_ADDED, "TOO_FEW_SEATS", lambda entry: stated(seats=entry.detail["seats"][1:])(entry)),
    (Kind.KEY_ADDED, "NOT_YOUR_ACT", by(staff("clerk"))),
    (Kind.KEY_REVOKED, "NO_SUCH_KEY", stated(key=NOTHING)),
    (Kind.KEY_REVOKED, "NOT_YET", stated(since=1_000_000)),
    (Kind.KEY_REVOKED, "FORGED", stated(since=1)),
    (Kind.KEY_REVOKED, "WRONG_ANSWER", stated(answers=0)),
    (Kind.KEY_REVOKED, "TOO_FEW_SEATS", lambda entry: stated(seats=entry.detail["seats"][1:])(entry)),
    (Kind.KEY_REVOKED, "NO_AUTHORITY", by(outsider())),
    (Kind.EMERGENCY_REVIEWED, "NO_EMERGENCY", stated(answer=OTHERS_ANSWER)),
    (Kind.EMERGENCY_REVIEWED, "NO_EMERGENCY", stated(agreement="AGR-2")),
    (Kind.EMERGENCY_REVIEWED, "UNKNOWN_FINDING", stated(finding="FINE")),
    (Kind.EMERGENCY_REVIEWED, "NOT_YOUR_ACT", by(staff("voter-city"))),
)
AGAIN: tuple[tuple[Kind, str], ...] = (
    (Kind.DUTY_MET, "ALREADY_MET"),
    (Kind.TERMS_ACKNOWLEDGED, "ALREADY_ACKNOWLEDGED"),
    (Kind.INQUIRY_ANSWERED, "ALREADY_ANSWERED"),
    (Kind.PROPOSAL_WITHDRAWN, "NOT_OPEN"),
    (Kind.OWNERS_TEXT_WITHDRAWN, "NOT_OPEN"),
    (Kind.OWNERS_TEXT_VOTED, "SECOND_VOTE"),
    (Kind.APPROVAL_GIVEN, "NO_REQUEST"),
    (Kind.HOOK_REMOVED, "NO_SUCH_HOOK"),
    (Kind.EMERGENCY_REVIEWED, "NO_EMERGENCY"),
    (Kind.KEY_ADDED, "WRONG_ANSWER"),
    (Kind.KEY_REVOKED, "WRONG_ANSWER"),
)
LEFT_OUT: tuple[tuple[Kind, str, Callable[[Entry], Entry]], ...] = (
    (Kind.DUTY_MET, "AGREEMENT_SUSPENDED", resting(Kind.DISCLOSED, last=True)),
    (Kind.TERMS_ACKNOWLEDGED, "NOT_ACKNOWLEDGED", resting(Kind.DISCLOSED)),
    (Kind.INQUIRY_MADE, "NO_SUCH_INQUIRY", resting(Kind.INQUIRY_ANSWERED)),
    (Kind.HOOK_REGISTERED, "NO_SUCH_HOOK", resting(Kind.DISCLOSED)),
    (Kind.APPROVAL_ASKED, "NO_REQUEST", resting(Kind.APPROVAL_GIVEN)),
    (Kind.OWNERS_TEXT_VOTED, "NO_SUCH_VOTE", resting(Kind.OWNERS_TEXT_VOTED)),
    (Kind.OWNERS_TEXT_PROPOSED, "WRONG_ANSWER", resting(Kind.OWNERS_TEXT_VOTED)),
    (Kind.KEY_ADDED, "WRONG_ANSWER", resting(Kind.KEY_REVOKED)),
    (Kind.APPROVAL_GIVEN, "NOT_APPROVED", resting(Kind.DISCLOSED)),
    (Kind.EMERGENCY_REVIEWED, "REVIEW_OVERDUE", resting(Kind.DISCLOSED, last=True)),
)
"""What was left out, what is said then, and of which entry: what rests on it."""

BROKEN = (
    *(Broken(kind, code, change) for kind, code, change in CHANGED),
    *(Broken(kind, code, how="again") for kind, code in AGAIN),
    *(Broken(kind, code, change, how="left out") for kind, code, change in LEFT_OUT),
)
