"""What happens in one invented person's life, from the arrest to the door, each with its instant: by the acts that people use."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from pars.core.terms import DAY, HOUR, MINUTE, Instant
from pars.edge.city import charging_unit, courtroom, custody_desk, police, recipients

if TYPE_CHECKING:
    from collections.abc import Callable

    from pars.edge.city.life import Act, Life
    from pars.edge.city.planned import Turn

    Doing = Callable[[Life], Instant | None]


def steps(life: Life) -> list[tuple[Instant, Act]]:
    """Return what happens, each with its instant, in order; what comes later waits for what comes before."""
    times = _let_go(life) if life.takes("LET_GO") else _to_the_door(life)
    return [(Instant(int(at)), partial(act, life)) for at, act in sorted(times, key=lambda step: step[0])]


def _beginning(life: Life) -> list[tuple[int, Doing]]:
    plan = life.plan
    found: list[tuple[int, Doing]] = [(plan.booked, police.book), (plan.submitted, police.submit)]
    if not life.takes("BY_WORD") and not life.takes("WRONG_LINK"):  # there the prints come later, or can't be read
        found.append((plan.booked + 1, police.prints))
    early: list[tuple[Turn, int, Doing]] = [
        ("MISTYPED", 1, police.mend_birth_date),
        ("CHILD", 1, police.say_child),
        ("AGAIN", 2, police.link),
        ("TWIN", 2, police.tell_apart),
        ("WRONG_LINK", 2, police.link_wrongly),
        ("WRONG_TIME", 3, police.mend_time),
        ("WRONG_LINK", 20 * MINUTE, police.undo_link),
    ]
    return found + [(plan.booked + after, act) for turn, after, act in early if life.takes(turn)]


def _let_go(life: Life) -> list[tuple[int, Doing]]:
    """Return the way of somebody whom the police let go: charged later, the complaint filed within five days or too late."""
    plan = life.plan
    out = max(plan.booked + HOUR, plan.submitted) + HOUR
    decided = max(plan.decided, out) + DAY
    filed = out + (6 * DAY if life.takes("FILED_LATE") else 3 * DAY)
    later: list[tuple[int, Doing]] = [
        (out, police.let_go),
        (decided, charging_unit.decide),
        (filed, charging_unit.file_complaint),
    ]
    return _beginning(life) + later


def _to_the_door(life: Life) -> list[tuple[int, Doing]]:
    plan = life.plan
    times = _beginning(life)
    decided: int = plan.decided
    if plan.returned:
        answered = plan.decided + (9 * HOUR if life.takes("UNANSWERED") else HOUR)
        times += [(plan.decided, charging_unit.give_back), (answered, police.submit)]
        decided = answered + HOUR
    times.append((decided, charging_unit.decide))
    free = decided
    if not plan.declined:
        heard = max(plan.arraigned, decided + 30 * MINUTE, plan.interviewed + 30 * MINUTE)
        times += [(plan.interviewed, courtroom.interview)]
        if life.takes("CLAIMED"):
            times.append((max(decided, plan.interviewed) + MINUTE, courtroom.claim))
        if life.takes("PASSED"):
            times.append((heard, courtroom.pass_over))
            heard += 90 * MINUTE
        life.heard = heard
        times.append((heard, courtroom.hear_in_session))
        free = heard
        if plan.posted is not None:
            free = max(plan.posted, heard + HOUR)
            times.append((free, courtroom.post))
        times += _besides(life, decided, heard, free)
    times += _held(life, free)
    if plan.released is not None:
        free += 30 * HOUR if life.takes("DECERTIFIED") else 0
        late = 4 * HOUR if life.takes("DOOR_LATE") else 0
        times.append((max(plan.released, free + HOUR) + late, custody_desk.let_go))
    return times


def _besides(life: Life, decided: int, heard: int, free: int) -> list[tuple[int, Doing]]:
    change = custody_desk.shift_change(heard)
    turns: list[tuple[Turn, int, Doing]] = [
        ("GIVEN_BACK", decided - 1, charging_unit.take_in_vain),
        ("SERVED_LATE", free + 3 * HOUR, courtroom.serve),
        ("LATE_MEND", decided + 1, recipients.give_complaint),
        ("LATE_MEND", free + 2 * HOUR, police.mend_time),
        ("LATE_MEND", free + DAY, recipients.tell_all),
        ("DECERTIFIED", free + 30 * HOUR, courtroom.send_on),
    ]
    found = [(at, act) for turn, at, act in turns if life.takes(turn)]
    return found + ([(change, custody_desk.hand_over)] if life.takes("HANDED") and change < free else [])


def _held(life: Life, free: int) -> list[tuple[int, Doing]]:
    booked = life.plan.booked
    turns: list[tuple[Turn, int, Doing]] = [
        ("BENCH_WARRANT", booked + HOUR, custody_desk.lodge_bench_warrant),
        ("PROBATION", booked + 2 * HOUR, custody_desk.lodge_probation),
        ("PROBATION", free + 5 * HOUR, custody_desk.lift_probation),
        ("DETAINER", booked + 4 * HOUR, custody_desk.receive_detainer),
        ("DETAINER", booked + 6 * HOUR, custody_desk.answer_detainer),
    ]
    return [(at, act) for turn, at, act in turns if life.takes(turn)]
