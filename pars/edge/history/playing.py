"""Replays the record through the actions that people use: real votes signed by the seats' keys, real questions at the door.

The simulated clock is set to each step's own time, forward only. What comes of a step is held to what the fixture expects of it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, Any, assert_never

from pars.actions import agreeing, dealing, disclosing, founding, publishing, reviewing
from pars.core.access.decision import Caller
from pars.core.terms import Instant
from pars.edge.city import founded
from pars.edge.city.founded import played
from pars.edge.history import arrests, texts
from pars.edge.history.record import local, philadelphia

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pars.edge.city.founded import City
    from pars.edge.history.record import Record, Step

FIRST = "2008-08-01T00:00"
"""When the replay's clock begins."""
OTHERS_LAST = "2028-08-31"
"""The last day of the other agencies' agreements, which isn't in the record: beyond all that is played."""


class NotAsExpected(RuntimeError):
    """A step came out otherwise than the fixture says: the record's replay and the rules disagree."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """One step with what came of it here."""

    number: int
    step: Step
    at: Instant
    result: dict[str, Any]


@dataclass(slots=True)
class Replay:
    """The replay as it goes on: who acts, how far the clock is from the real one, what was proposed and reported."""

    city: City
    shift: int
    seal: Callable[[], object]
    proposed: dict[int, tuple[str, int]] = field(default_factory=dict)
    inquiries: dict[str, int] = field(default_factory=dict)

    def steps(self, record: Record) -> Iterator[Played]:
        """Play every step in order, the invented arrests between them."""
        waiting = sorted(arrests.arrests(self.city), key=lambda arrest: (arrest.at, arrest.order))
        for number, step in enumerate(record.steps, start=1):
            while waiting and waiting[0].at <= step.at:
                arrest = waiting.pop(0)
                self.clock_to(arrest.at)
                arrest.act()
            self.clock_to(step.at)
            result = self.play(step)
            if step.expects and step.expects != result.get("came", ""):
                raise NotAsExpected(f"line {number} ({step.date}, {step.do}): expected {step.expects}, got {result}")
            yield Played(number=number, step=step, at=step.at, result=result)

    def clock_to(self, at: Instant) -> None:
        """Set the clock to `at`, forward only."""
        now = publishing.now()
        if at > now:
            self.shift += at - now
            founding.shift_clock(self.shift)
        # After a jump of months, what is committed but not sealed would look months late.
        self.seal()

    def play(self, step: Step) -> dict[str, Any]:
        """Do what a step says; return what came of it."""
        match step.do:
            case "record":
                return {}
            case "open":
                return self._open(step)
            case "propose":
                return self._propose(step)
            case "vote":
                return self._vote(step)
            case "name":
                return self._name(step.office)
            case "ask":
                return self._ask(step)
            case "report":
                return self._report(step)
            case "inquire":
                return self._inquire(step)
            case "answer":
                return self._answer(step)
            case "notice":
                return self._notice(step)
            case "end":
                return self._end()
        assert_never(step.do)

    def _open(self, step: Step) -> dict[str, Any]:
        who = step.office
        text = texts.version_text(who=who, number=1, start=FIRST, last=OTHERS_LAST)
        done = founded.adopt(self.city, agreement=who, text=text)
        self._name(who)
        return {"entry": done.entry, "version": sha256(text).hexdigest(), "state": _state(who)}

    def _propose(self, step: Step) -> dict[str, Any]:
        more = step.more
        text = texts.proposed_text(more)
        done = played(agreeing.propose(text=text, by=self.city.by("law")))
        self.proposed[more["version"]] = sha256(text).hexdigest(), done.entry
        return {"entry": done.entry, "version": sha256(text).hexdigest(), "last_day": more["last"]}

    def _vote(self, step: Step) -> dict[str, Any]:
        version, answers = self.proposed[step.more["version"]]
        seat, choice = step.more["seat"], step.more["choice"]
        reason = step.more.get("reason")
        done = founded.vote(
            self.city, agreement="ice", version=version, choice=choice, seat=seat, answers=answers, reason=reason
        )
        found = publishing.agreement("ice")
        assert found is not None
        turns = [turn.kind for turn in found.agreement.turns if turn.entry == done.entry]
        return {"came": turns[0] if turns else "open", "choice": choice, "entry": done.entry, "state": found.stands.state}

    def _name(self, who: str) -> dict[str, Any]:
        done = played(agreeing.name_user(agreement=who, person=self.city.by(who).person, by=self.city.by("law")))
        return {"entry": done.entry}

    def _ask(self, step: Step) -> dict[str, Any]:
        newest = [plan.person for plan in arrests.invented() if plan.arraigned < step.at][-1]
        asked = texts.question(step.more["question"], who=step.office, surname=newest.surname, given=newest.given)
        told = disclosing.ask(caller=Caller(step.office, self.city.by(step.office).person, None), asked=asked)
        if isinstance(told, disclosing.Declined):
            no = told.refusal
            return {"came": no.code, "says": no.says, "names": list(no.names), "entry": told.entry}
        return {"came": "answered", "records": len(told.rows), "columns": asked["columns"], "entry": told.entry}

    def _report(self, step: Step) -> dict[str, Any]:
        start, end = local(step.more["start"]), publishing.now()
        report = reviewing.use_report("ice", start, end)
        done = played(
            agreeing.put_report(
                agreement="ice", start=start, end=end, text=reviewing.report_text(report), by=self.city.by("law")
            )
        )
        return {"answered": report.answered, "refused": report.refused, "people": report.people, "entry": done.entry}

    def _inquire(self, step: Step) -> dict[str, Any]:
        due, by = local(step.more["due"]), self.city.by(f"voter-{step.office}")
        done = played(dealing.inquire(agreement="ice", text=step.more["text"], due=due, by=by))
        self.inquiries[step.more["inquiry"]] = done.entry
        return {"due": step.more["due"], "entry": done.entry}

    def _answer(self, step: Step) -> dict[str, Any]:
        about = self.inquiries[step.more["inquiry"]]
        done = dealing.answer(agreement="ice", inquiry=about, text=step.more["text"], by=self.city.by("law"))
        return {"about": about, "entry": played(done).entry}

    def _notice(self, step: Step) -> dict[str, Any]:
        found = publishing.agreement("ice")
        assert found is not None
        version = found.agreement.proposals[-1].version.hash
        text = reviewing.result_notice_text(found.agreement, found.at)
        done = agreeing.serve_notice(
            agreement="ice", version=version, text=text, channel=step.more["channel"], by=self.city.by("law")
        )
        return {"channel": step.more["channel"], "entry": played(done).entry}

    def _end(self) -> dict[str, Any]:
        noted = [played(done).entry for done in agreeing.note_ends(by=founding.worker())]
        return {"entry": noted[0] if noted else None, "state": _state("ice")}


def _state(agreement: str) -> str:
    found = publishing.agreement(agreement)
    assert found is not None
    return found.stands.state


def replay(city: City, *, shift: int, seal: Callable[[], object]) -> Iterator[Played]:
    """Play the record of Philadelphia to its end. Raises NotAsExpected, or NotPlayed where an action refused."""
    yield from Replay(city, shift, seal).steps(philadelphia())
    seal()
