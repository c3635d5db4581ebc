"""What custodians do in an invented life: holds and detainers, the hand-over between shifts, the door."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from pars.actions import handing, publishing, releasing
from pars.actions.beats import Refused
from pars.core.cases.detainer_rules import rule_at
from pars.core.cases.detainers import answers_by, matter_stage, undecided_detainers
from pars.core.cases.holds import open_holds
from pars.core.terms import HOUR, MINUTE, Instant, instant, moment
from pars.edge.city.founded import played
from pars.edge.city.life import stated_now
from pars.edge.city.turns import ZONE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pars.actions.beats import Done
    from pars.edge.city.life import Life

SHIFTS = (8, 16, 24)
"""The hours at which the shifts change."""


def let_go(life: Life) -> Instant | None:
    """Open the door; where something still holds the person, say so and look again later. Nobody is kept for a paper."""
    done = _acknowledge(life, released=True)
    if isinstance(done, Refused) and done.refusal.code == "NOT_SERVED":
        done = _acknowledge(life, released=True, reason="Nobody is kept for the paper; the clerk serves it where they live.")
    if isinstance(done, Refused) and done.refusal.code == "STILL_HELD":
        if not life.told:
            life.told = True
            reason = f"Still held: {', '.join(done.refusal.names).replace('_', ' ').lower()}."
            life.after(_acknowledge(life, released=False, reason=reason))
        return _look_again(life, done)
    life.after(done)
    return None


def _look_again(life: Life, refused: Refused) -> Instant:
    """Return when a warrant that alone holds the person lapses by itself; else an hour on."""
    if refused.refusal.names == ("BENCH_WARRANT",):
        for hold in open_holds(life.opened("custodian"), refused.at):
            return Instant(hold.ends + MINUTE)
    return Instant(refused.at + HOUR)


def _acknowledge(life: Life, *, released: bool, reason: str | None = None) -> Done | Refused:
    by = life.by("custodian")
    return releasing.acknowledge_release(case_id=life.case_id, seen=life.seen, released=released, reason=reason, by=by)


def shift_change(after: int) -> Instant:
    """Return the first change of shift after an instant."""
    local = moment(Instant(after), ZONE)
    hour = next(hour for hour in SHIFTS if hour > local.hour)
    day = local.date() + timedelta(days=hour // 24)
    return instant(datetime.combine(day, time(hour % 24), ZoneInfo(ZONE)))


def hand_over(life: Life) -> None:
    """Hand the person over to the next shift with a note, which takes over."""
    note = "The family says that it brings the money; ask again in the evening."
    handed = played(handing.hand_over(case_id=life.case_id, note=note, by=life.by("custodian")))
    played(handing.take_over(case_id=life.case_id, handed=handed.entry, by=life.by("custodian-night")))


def lodge_bench_warrant(life: Life) -> None:
    """Lodge a bench warrant that turned up; it lapses by itself."""
    _lodge(life, "BENCH_WARRANT", "Riverhaven Municipal Court", "BW")


def lodge_probation(life: Life) -> None:
    """Lodge the supervising court's detainer."""
    _lodge(life, "PROBATION_DETAINER", "Riverhaven Court of Common Pleas", "PV")


def _lodge(life: Life, kind: str, authority: str, letters: str) -> None:
    life.after(
        releasing.lodge_hold(
            case_id=life.case_id,
            seen=life.seen,
            by=life.by("custodian"),
            kind=kind,
            authority=authority,
            lodged=stated_now(),
            reference=f"{letters}-{life.plan.number:06}",
        )
    )


def lift_probation(life: Life) -> None:
    """Lift it, as the supervising court says."""
    for hold in open_holds(life.opened("custodian"), publishing.now()):
        if hold.fact.kind == "PROBATION_DETAINER":
            life.after(
                releasing.lift_hold(
                    case_id=life.case_id,
                    seen=life.seen,
                    by=life.by("custodian"),
                    hold=hold.fact.n,
                    reason="Lifted by the supervising court.",
                )
            )


def receive_detainer(life: Life) -> None:
    """Take in a detainer; some have an immigration officer's warrant, none a judge's."""
    life.after(
        releasing.receive_detainer(
            case_id=life.case_id,
            seen=life.seen,
            by=life.by("custodian"),
            form="NOTICE_REQUEST" if life.plan.number % 3 == 0 else "I-247A",
            paper="ADMINISTRATIVE" if life.plan.number % 2 else "NONE",
            issuing_office="Invented Field Office",
            received=stated_now(),
        )
    )


def answer_detainer(life: Life) -> None:
    """Answer it as the rule in force says."""
    case, at = life.opened("custodian"), publishing.now()
    for paper in undecided_detainers(case):
        answers: Mapping[str, Any] = answers_by(rule_at(at, case.rules), paper, matter_stage(case))
        life.after(
            releasing.decide_detainer(
                case_id=life.case_id,
                seen=life.seen,
                by=life.by("custodian"),
                detainer=paper.n,
                reason="As the rule in force says.",
                **answers,
            )
        )
