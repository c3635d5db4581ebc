"""Adds one entry to the state, or says what is wrong with it: the one reading of the ledger.

The store folds to fill its tables and to check them; the verifier folds to check what a stranger was handed. What an
agreement allows is asked of the same `agreement.apply` and `access.covers` that the gate asked before it wrote the entry.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from pars.core.access.catalogue import COLUMNS, catalogue_text
from pars.core.access.floor import floor_text
from pars.core.access.role import Role, may, read_role
from pars.core.ledger import (
    fold_answers,
    fold_approvals,
    fold_authority,
    fold_court,
    fold_dealings,
    fold_hooks,
    fold_keys,
    fold_loaded,
    fold_orders,
    fold_site,
    fold_texts,
)
from pars.core.ledger.acts import ACT_OF
from pars.core.ledger.entries import CASE_KINDS, Entry, Kind, Violation
from pars.core.ledger.state import Impossible, Opening, State, Step, keep_alone
from pars.core.owners.charter import read_charter
from pars.core.owners.keyring import LOCK as KEYS
from pars.core.owners.keyring import first_keys
from pars.core.owners.owners_text import lock_of
from pars.core.owners.profile import Profile, read_profile
from pars.core.terms import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from pars.core.access.role import Grant

__all__ = [
    "ACT_OF", "AFTERTHOUGHTS", "SYSTEM", "UNKNOWN_RULES", "WITHOUT_MORE", "State", "fold", "is_first_giver", "narrowed_by",
]  # fmt: skip

SYSTEM = "system"
ALONE = frozenset({Kind.CLOCK_SHIFTED, Kind.SEALER_STARTED, Kind.ATTEMPTS_SUMMED, Kind.EPOCH_ENDED, Kind.COPY_CLEANED})
"""What only the system does."""
UNATTENDED = ALONE | {Kind.AGREEMENT_END_NOTED, Kind.USE_REPORT_MADE, Kind.NOTICE_SERVED}
"""What the system may do: it lets nobody see more."""
AFTERTHOUGHTS = frozenset({Kind.REFUSED, Kind.STREAM_CLOSED, Kind.CHUNK_DROPPED, Kind.EXPORT_CLOSED})
"""What records that nothing was given, or no more: it rests on no authority, so it can be written after one has ended."""
OF_A_GRANT = frozenset({Kind.GRANT_GIVEN, Kind.GRANT_REMOVED})
OF_AN_AGREEMENT = frozenset(
    {
        Kind.CLIENT_BOUND,
        Kind.CLIENT_UNBOUND,
        Kind.USER_NAMED,
        Kind.USER_REMOVED,
        Kind.HOOK_REMOVED,
        Kind.DUTY_MET,
        Kind.TERMS_ACKNOWLEDGED,
        Kind.INQUIRY_MADE,
        Kind.INQUIRY_ANSWERED,
        Kind.AGREEMENT_PROPOSED,
        Kind.AGREEMENT_VOTED,
        Kind.AGREEMENT_REPLIED,
        Kind.PROPOSAL_WITHDRAWN,
        Kind.PURGE_ASKED,
        Kind.PURGE_ANSWERED,
    }
)
AGENCY_ALONE = frozenset({Kind.TERMS_ACKNOWLEDGED, Kind.OUTCOME_REPORTED})
"""What only a person named under the agreement does."""
OF_THE_AGENCY = AGENCY_ALONE | {
    Kind.DUTY_MET,
    Kind.INQUIRY_ANSWERED,
    Kind.AGREEMENT_REPLIED,
    Kind.APPROVAL_GIVEN,
    Kind.HOOK_REMOVED,
    Kind.PURGE_ANSWERED,
}
"""What such a person does, and staff may record as it was received where it isn't theirs alone."""
ON_A_FORM = frozenset({Kind.ARREST_BOOKED, Kind.HEARING_HELD, Kind.RELEASE_ACKNOWLEDGED, Kind.FACTS_CORRECTED})
"""What may have been written on a paper form first, whose number the entry then names."""
OF_A_KEY = frozenset({Kind.KEY_ADDED, Kind.KEY_REVOKED})
OF_THE_FLOOR = frozenset({Kind.ACCESS_LIMITED, Kind.RECORD_PUT_AWAY})
"""What takes a record from every question at once: under every authority's answers lies the floor."""
OF_A_TEXT = frozenset({Kind.OWNERS_TEXT_PROPOSED, Kind.OWNERS_TEXT_VOTED, Kind.OWNERS_TEXT_WITHDRAWN})
UNKNOWN_RULES = "UNKNOWN_RULES"
"""The one violation that isn't the ledger's: it was opened under rules that this program doesn't carry."""

_CATALOGUE, _FLOOR = (sha256(text).hexdigest() for text in (catalogue_text(), floor_text()))


def fold(
    state: State, entry: Entry, texts: Mapping[str, bytes], verify: Callable[[bytes, bytes, bytes], bool]
) -> State | Violation:
    """Return the state with the entry added, or why this entry can't follow the ones before it. Uses up `state`.

    `texts` are the texts that entries name, by sha256 in hex; `verify(key, message, signature)` checks a signature. After a
    violation the state is good for nothing more: from there on the ledger says nothing that can be relied on.
    """
    try:
        _add(Step(state, entry, texts, verify))
    except Impossible as impossible:
        return Violation(what=impossible.what, says=impossible.says, index=state.size, entry=entry.id)
    state.size += 1
    state.kinds[entry.kind] += 1
    state.latest = max(state.latest, entry.at)
    return state


def narrowed_by(entry: Entry) -> str | None:
    """Return the authority that the entry may narrow: the one whose lock its act takes exclusively."""
    if entry.kind in OF_A_GRANT:
        return f"grant:{entry.detail['grant']}"
    if entry.kind in OF_AN_AGREEMENT:
        return f"agreement:{entry.detail['agreement']}"
    if entry.kind in OF_THE_FLOOR:
        return "floor"
    if entry.kind in OF_A_TEXT:
        return lock_of(entry.detail["about"])
    if entry.kind in OF_A_KEY:
        return KEYS
    return None


def _add(step: Step) -> None:
    state, entry = step.state, step.entry
    if state.opening is None or entry.kind is Kind.GENESIS_OPENED:
        _open(step)
    elif entry.at < state.opening.at:
        raise Impossible("BEFORE_GENESIS", "its time is before the ledger was opened")
    if not state.ids.add(entry.id):
        raise Impossible("ID_TWICE", f"there is an entry number {entry.id} before it")
    if entry.kind not in AFTERTHOUGHTS:
        _keep_order(state, entry)
        _check_authority(step)
    _HANDLERS[entry.kind](step)
    if entry.kind in ON_A_FORM:
        fold_site.form_entered(step)


# ---------------------------------------------------------------- the opening


def _open(step: Step) -> None:
    """Take the first entry. Only rules that this program carries can be checked by it."""
    state, entry, detail = step.state, step.entry, step.entry.detail
    if entry.kind is not Kind.GENESIS_OPENED:
        raise Impossible("NO_GENESIS", f"a ledger begins with {Kind.GENESIS_OPENED.dotted}, not with {entry.kind.dotted}")
    if state.opening is not None:
        raise Impossible("SECOND_GENESIS", "a ledger is opened once")
    if detail["shift"] and not detail["simulated"]:
        raise Impossible("CLOCK_SHIFTED", "only a simulated ledger may shift its clock")
    if (detail["catalogue"], detail["floor"]) != (_CATALOGUE, _FLOOR):
        raise Impossible(UNKNOWN_RULES, "the ledger was opened under a catalogue or a floor that this program doesn't carry")
    for part in ("catalogue", "floor", "detainers"):
        step.text(detail[part], f"the {part}")
    charter = read_charter(step.text(detail["charter"], "the charter"), COLUMNS.keys())
    if isinstance(charter, Refusal):
        raise Impossible("TEXT_UNREADABLE", f"the text of the charter is none: {charter.says}")
    state.opening = Opening(
        origin=detail["origin"],
        log_key=bytes.fromhex(detail["log_key"]),
        simulated=detail["simulated"] == 1,
        at=entry.at,
        charter=charter,
        roles={role: _role(step, role) for role in detail["roles"]},
        profile=_profile(step, detail["profile"]),
    )
    state.shift = detail["shift"]
    state.keys, state.charter = first_keys(state.opening.log_key, charter), charter


def _role(step: Step, hashed: str) -> Role:
    role = read_role(step.text(hashed, "a role"))
    if isinstance(role, Refusal):
        raise Impossible("TEXT_UNREADABLE", f"the text of a role is none: {role.says}")
    return role


def _profile(step: Step, hashed: str) -> Profile:
    profile = read_profile(step.text(hashed, "the profile"))
    if isinstance(profile, Refusal):
        raise Impossible("TEXT_UNREADABLE", f"the text of the profile is none: {profile.says}")
    return profile


# ---------------------------------------------------------------- order and authority


def _keep_order(state: State, entry: Entry) -> None:
    """What is done under one authority shares its lock, so it may be sealed out of order; what narrows it may not."""
    used, narrowed = entry.by.authority, narrowed_by(entry)
    if entry.at < state.exclusive.get(used, entry.at):
        raise Impossible("OUT_OF_ORDER", f"its time is before that of an earlier act on {used}")
    if narrowed is not None:
        keep_alone(state, entry, narrowed)
    if entry.at > state.shared.get(used, -1):
        state.shared[used] = entry.at


def _check_authority(step: Step) -> None:
    state, kind, authority = step.state, step.entry.kind, step.entry.by.authority
    if authority == SYSTEM:
        _check_system(step)
        return
    if kind in ALONE or kind is Kind.GENESIS_OPENED:
        raise Impossible("NO_AUTHORITY", f"{kind.dotted} is the system's alone")
    state.persons_acted = True
    if kind in OF_THE_AGENCY and authority == f"agreement:{step.entry.detail['agreement']}":
        return  # the agency itself; its handler asks whether the person is named
    if kind in AGENCY_ALONE:
        raise Impossible("NO_AUTHORITY", f"{kind.dotted} is for a person named under the agreement alone")
    act = ACT_OF.get(kind)
    if act is not None:
        refusal = may(step.grant(), act, step.entry.at)
        if refusal is not None:
            raise Impossible(refusal.code, f"{kind.dotted} was done without the authority for it: {refusal.says}")


def _check_system(step: Step) -> None:
    """The system gives the first grants, while the ledger is being set up; after that every grant comes from a person.

    Except one: the first that may give others (ADR 16). Without it nobody could ever be given anything.
    """
    state, kind = step.state, step.entry.kind
    if kind is Kind.GRANT_GIVEN:
        if state.persons_acted and not is_first_giver(step.opening.roles.get(step.entry.detail["role"]), state.grants.values()):
            raise Impossible("SETTING_UP_OVER", "after the first act of a person only a person may give a grant")
    elif kind not in UNATTENDED and kind is not Kind.GENESIS_OPENED:
        raise Impossible("NO_AUTHORITY", f"{kind.dotted} needs a person's authority, not the system's")


def is_first_giver(role: Role | None, given: Iterable[Grant]) -> bool:
    """Return whether the role may give grants and none that may was ever given, not even one that has ended."""
    gives = ACT_OF[Kind.GRANT_GIVEN]
    return role is not None and gives in role.acts and not any(gives in grant.role.acts for grant in given)


# ---------------------------------------------------------------- the system's own


def _clock_shifted(step: Step) -> None:
    state, detail = step.state, step.entry.detail
    if not step.opening.simulated:
        raise Impossible("CLOCK_SHIFTED", "only a simulated ledger may shift its clock")
    if detail["was"] != state.shift or detail["shift"] <= state.shift:
        raise Impossible("CLOCK_SHIFTED", "a simulated clock is shifted forward only, from where it was")
    state.shift = detail["shift"]


def _sealer_started(step: Step) -> None:
    state, epoch = step.state, step.entry.detail["epoch"]
    if state.epoch is not None and epoch <= state.epoch:
        raise Impossible("EPOCH", "a sealer's epoch must be above every earlier one")
    state.epoch = epoch


def _attempts_summed(step: Step) -> None:
    fold_authority.check_past(step.entry)


def _no_more(_: Step) -> None:
    """A case's change rests on its grant alone: what a case may become is the case's rule; the ledger holds no case."""


_HANDLERS: dict[Kind, Callable[[Step], None]] = {
    Kind.KEY_ADDED: fold_keys.added,
    Kind.KEY_REVOKED: fold_keys.revoked,
    Kind.CLOCK_SHIFTED: _clock_shifted,
    Kind.SEALER_STARTED: _sealer_started,
    Kind.ATTEMPTS_SUMMED: _attempts_summed,
    Kind.GRANT_GIVEN: fold_authority.grant_given,
    Kind.GRANT_REMOVED: fold_authority.grant_removed,
    Kind.CLIENT_BOUND: fold_authority.client_bound,
    Kind.CLIENT_UNBOUND: fold_authority.client_unbound,
    Kind.USER_NAMED: fold_authority.user_named,
    Kind.USER_REMOVED: fold_authority.user_removed,
    Kind.DUTY_MET: fold_dealings.duty_met,
    Kind.TERMS_ACKNOWLEDGED: fold_dealings.acknowledged,
    Kind.INQUIRY_MADE: fold_dealings.inquired,
    Kind.INQUIRY_ANSWERED: fold_dealings.answered,
    Kind.OUTCOME_REPORTED: fold_dealings.outcome_reported,
    Kind.AGREEMENT_PROPOSED: fold_authority.proposed,
    Kind.AGREEMENT_VOTED: fold_authority.voted,
    Kind.AGREEMENT_REPLIED: fold_dealings.replied,
    Kind.AGREEMENT_END_NOTED: fold_authority.end_noted,
    Kind.USE_REPORT_MADE: fold_authority.report_made,
    Kind.NOTICE_SERVED: fold_authority.notice_served,
    Kind.PROPOSAL_WITHDRAWN: fold_authority.withdrawn,
    Kind.OFFENSES_LOADED: fold_loaded.offenses_loaded,
    Kind.OWNERS_TEXT_PROPOSED: fold_texts.proposed,
    Kind.OWNERS_TEXT_VOTED: fold_texts.voted,
    Kind.OWNERS_TEXT_WITHDRAWN: fold_texts.withdrawn,
    Kind.CALENDAR_LOADED: fold_loaded.calendar_loaded,
    Kind.SESSION_CLOSED: fold_court.session_closed,
    Kind.EMERGENCY_REVIEWED: fold_approvals.reviewed,
    Kind.APPROVAL_ASKED: fold_approvals.asked,
    Kind.APPROVAL_GIVEN: fold_approvals.given,
    Kind.DISCLOSED: fold_answers.disclosed,
    Kind.SHOWN: fold_answers.shown,
    Kind.REFUSED: fold_answers.refused,
    Kind.STREAM_CLOSED: fold_answers.stream_closed,
    Kind.CHUNK_DROPPED: fold_answers.chunk_dropped,
    Kind.EXPORT_OPENED: fold_answers.export_opened,
    Kind.EXPORT_CLOSED: fold_answers.export_closed,
    Kind.HOOK_REGISTERED: fold_hooks.registered,
    Kind.HOOK_REMOVED: fold_hooks.removed,
    Kind.GENESIS_OPENED: _no_more,
    Kind.FORMS_PRINTED: fold_site.forms_printed,
    Kind.FORM_VOIDED: fold_site.form_voided,
    Kind.SILENCE_NOTED: fold_site.silence_noted,
    **fold_orders.HANDLERS,
    **dict.fromkeys(sorted(CASE_KINDS), _no_more),
    Kind.HANDED_OVER: fold_site.handed_over,
    Kind.HANDOVER_TAKEN: fold_site.handover_taken,
    Kind.ARREST_BOOKED: fold_texts.opened_under,
    Kind.DOCUMENT_RECEIVED: fold_texts.opened_under,
    Kind.DETAINER_DECIDED: fold_texts.detainer_decided,
}

WITHOUT_MORE = frozenset(kind for kind in CASE_KINDS if _HANDLERS[kind] is _no_more)
"""Changes of a case about which nothing more is asked than their grant."""
