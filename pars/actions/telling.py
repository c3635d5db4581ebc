"""Telling who got a wrong version: each telling is an act of its own, and so is the word that they know."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pars.actions.beats import NO_GRANT, refused_act
from pars.core.access.decision import may
from pars.core.cases import wrong_versions as rules
from pars.core.cases.case import Change
from pars.core.terms import DAY, Instant, Refusal
from pars.store import governance, ledger, rows, tellings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pars.core.cases.wrong_versions import Mistake, Recipient
    from pars.core.ledger.entries import By
    from pars.store.ledger import Done, Refused
    from pars.store.replays import Once

ACT = "recipient:tell"
REVIEW = "ledger:read"
LOOKS_BACK = 90 * DAY


@ledger.retried
def tell_recipient(
    *, correction: int, recipient: str, how: str, by: By, acknowledged: bool = False, once: Once | None = None
) -> Done | Refused:
    """Record that somebody who got a wrong version was told of the correction of that entry, or acknowledged it."""
    with ledger.acting(by, once=once) as acting:
        case_id = tellings.put_right_by(correction)
        case = rows.load_case(case_id, lock=True) if case_id is not None else None
        wrong = tellings.wrong_versions(case) if case is not None else ()
        mistake, got = next(((one, got) for one, got in wrong if one.entry == correction), (None, ()))
        about = mistake.about if mistake is not None else 0
        outcome: Change | Refusal = refused_act(acting, ACT) or rules.tell_recipient(
            case, about, recipient, how=how, acknowledged=acknowledged, got=got
        )
        if isinstance(outcome, Change):
            tellings.note_told(outcome.case.id, about=about, recipient=recipient, how=how, acknowledged=acknowledged)
        return ledger.append(outcome, by=by, act=ACT, case=case_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """A correction of which somebody got the wrong version: by its entry, never by a name or a case.

    `handles` say under which handle an agreement's agency knows the record.
    """

    mistake: Mistake
    put_right: Instant
    due: Instant
    citation: str
    recipients: tuple[Recipient, ...]
    handles: Mapping[str, str]

    @property
    def owed(self) -> bool:
        """Return whether somebody is still to be told."""
        return any(one.owed and not one.told for one in self.recipients)


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrections:
    """What was put right as of `at` and reached somebody: what is still owed first, the nearest due before all."""

    at: Instant
    corrections: tuple[Correction, ...]


def corrections(*, by: By) -> Corrections | Refusal:
    """Return the corrections of the last 90 days that reached somebody, to who tells them or reads the ledger.

    None of it names a person or a case, so that reading it is no disclosure; which desks looked is for who reads the ledger.
    """
    with ledger.reading() as at:
        grant = governance.own_grant(by)
        if grant is None:
            return NO_GRANT
        refusal = may(grant, ACT, at)
        if refusal is not None and (other := may(grant, REVIEW, at)) is not None:
            return refusal if refusal.code != "NOT_YOUR_ACT" else other
        found = []
        cases = rows.load_cases(tellings.put_right_since(Instant(at - LOOKS_BACK)))
        for case_id, wrong in tellings.wrong_versions_of(cases.values()).items():
            for mistake, got in wrong:
                recipients = rules.readable(got, grant.role)
                if not any(one.owed for one in recipients) and REVIEW not in grant.role.acts:
                    continue
                (put_right, _) = ledger.recorded({mistake.entry})[mistake.entry]
                due, citation = rules.told_by(put_right)
                agreements = {name for one in recipients for name in one.agreements}
                found.append(
                    Correction(
                        mistake=mistake,
                        put_right=put_right,
                        due=due,
                        citation=citation,
                        recipients=recipients,
                        handles=tellings.handles(agreements, case_id),
                    )
                )
    found.sort(key=lambda one: (not one.owed, one.due, one.mistake.entry))
    return Corrections(at=at, corrections=tuple(one for one in found if one.recipients))
