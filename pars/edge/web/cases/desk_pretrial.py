"""What pretrial services do on a case: begin the interview, put it off, save answers, check them, finish; and the worksheet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from pars.actions import interviewing
from pars.core.cases.bail import CONDITIONS
from pars.core.cases.case import interview
from pars.core.cases.facts import InterviewBegun, InterviewNoted, ReferenceNamed
from pars.core.cases.guidelines import RECOMMENDATIONS
from pars.core.cases.interview_queue import language_needed
from pars.core.cases.pretrial import CHANNELS, CHECKS, OUTCOMES, RESULTS
from pars.core.cases.questions import PARTS, QUESTIONS
from pars.core.cases.worksheet import answers_of
from pars.core.cases.worksheet_signing import Choice
from pars.edge.web.cases.desk import Panel
from pars.edge.web.panel import Form, any_of, from_list, one_of, prose, text, tick
from pars.edge.web.typed import TimeField, number_in

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pars.actions.disclosing import CaseShown
    from pars.edge.web.seat import Seat


class Interview(Panel):
    """On the case's page: the way to the interview's own screen."""

    slug = "interview"
    act = "interview:record"
    steps = frozenset({"INTERVIEW"})
    title = "Pretrial interview"
    lede = "Voluntary. Nothing in it is about what happened."
    button = "Take the interview"
    template = "web/panels/interview.html"
    signs = True


class Begin(Panel):
    """Begin, after the script was read and the person agreed to talk."""

    slug = "begin"
    title = "Begin"
    act = "interview:record"
    button = "Begin the interview"
    done = "Begun. Save at any time: what is saved is kept."

    channel = one_of("How", tuple(CHANNELS.items()), initial="VIDEO")
    room = text("Room", hint="The video room or cell, like B-08.")
    told = tick("I read the script, and the person agreed to talk.")

    def perform(self, case_id: str, seat: Seat) -> Any:
        """Do it."""
        return interviewing.begin_interview(
            case_id=case_id, by=seat.by, **self.common, **self.values("channel", "room", "told")
        )


NOT_NOW = (("POSTPONED", "Put it off"), ("DECLINED", OUTCOMES["DECLINED"]), ("UNABLE", OUTCOMES["UNABLE"]))


class NotNow(Panel):
    """There is no interview now: put off, declined, or it couldn't be taken."""

    slug = "not-now"
    title = "Not now"
    act = "interview:record"
    button = "Record why not"
    done = "Recorded. No answer is a no."

    what = one_of("What happened", NOT_NOW)
    reason = text("Why", hint="Needed where it is put off or couldn't be taken.")
    until = TimeField(label="Put off until", clock=True, required=False, help_text="If known, like 11/23/2026 14:05")
    language = text("Needs an interpreter for", hint="The language; leave empty where none is needed.")
    aliases: ClassVar[Mapping[str, str]] = {"outcome": "what", "interpreter": "language"}

    def show(self, shown: CaseShown) -> None:
        """Begin with the language that is known."""
        self.initial["language"] = language_needed(shown.case)

    def perform(self, case_id: str, seat: Seat) -> Any:
        """Do it."""
        found = self.cleaned_data
        if found["what"] == "POSTPONED":
            return interviewing.postpone_interview(case_id=case_id, by=seat.by, **self.common, **self.values("reason", "until"))
        return interviewing.record_interview(
            case_id=case_id,
            by=seat.by,
            outcome=found["what"],
            reason=found["reason"],
            interpreter=found["language"],
            **self.common,
        )


UNANSWERED = ("-", "Not answered")


class Answers(Panel):
    """Every question in its spoken order; the interviewer's note stands apart from the answers."""

    slug = "answers"
    title = "Answers"
    act = "interview:record"
    button = "Save the answers"
    done = "Saved."

    note = prose("Your notes, apart from the answers", hint="Only pretrial services read them.")
    language = text("Needs an interpreter for", hint="The language; leave empty where none is needed.")
    aliases: ClassVar[Mapping[str, str]] = {"interpreter": "language"}

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for code, question in QUESTIONS.items():
            choices = (*question.answers.items(), UNANSWERED)
            self.fields[code] = one_of(question.says, choices, needed=False)
            self._dress(self.fields[code])

    def show(self, shown: CaseShown) -> None:
        """Begin with what is saved."""
        answers = answers_of(shown.case)
        self.initial.update({code: (answers[code].answer or "-") if code in answers else "-" for code in QUESTIONS})
        note = shown.case.latest(InterviewNoted)
        self.initial["note"] = note.text if note is not None else ""
        self.initial["language"] = language_needed(shown.case)

    @property
    def parts(self) -> list[dict[str, Any]]:
        """Return the questions' fields by part, each part with its criterion."""
        return [
            {
                "name": part,
                "criterion": next(one.criterion for one in QUESTIONS.values() if one.part == part),
                "fields": [self[code] for code, one in QUESTIONS.items() if one.part == part],
                "asked": next(one.asked for one in QUESTIONS.values() if one.part == part),
            }
            for part in PARTS
        ]

    @property
    def answers(self) -> dict[str, str | None]:
        """Return what is answered; None where it isn't. A question that wasn't on the page that was sent isn't among it."""
        given = {code: self.cleaned_data[code] for code in QUESTIONS if self.add_prefix(code) in self.data}
        return {code: None if answer == UNANSWERED[0] else answer for code, answer in given.items()}

    def perform(self, case_id: str, seat: Seat) -> Any:
        """Save what changed."""
        return interviewing.save_answers(
            case_id=case_id, by=seat.by, answers=self.answers, note=self.cleaned_data["note"], **self.common
        )

    def finish(self, case_id: str, seat: Seat) -> Any:
        """Record that the interview was taken, with what was answered last."""
        found = self.cleaned_data
        return interviewing.record_interview(
            case_id=case_id, by=seat.by, outcome="TAKEN", answers=self.answers, note=found["note"], interpreter=found["language"],
            **self.common,
        )  # fmt: skip


class Reference(Form):
    """Somebody who may confirm what the person says."""

    title = "Name a reference"
    name = text("Name")
    relation = text("Relation to the person", hint="Like mother, employer, neighbor.")
    phone = text("Phone")
    aliases: ClassVar[Mapping[str, str]] = {}

    def __init__(self, data: Any = None, *, shown: CaseShown | None = None) -> None:
        super().__init__(data, prefix="reference")
        del shown

    def perform(self, case_id: str, seen: int, seat: Seat) -> Any:
        """Do it."""
        return interviewing.name_reference(case_id=case_id, seen=seen, by=seat.by, **self.cleaned_data)


class Check(Form):
    """What became of checking one answer."""

    title = "Check an answer"
    question = from_list("Which answer", [])
    reference = from_list("With whom", [("", "Nobody named above")])
    channel = one_of("How", tuple(CHECKS.items()), initial="CALL", needed=False)
    result = one_of("What came of it", tuple(RESULTS.items()), needed=False)
    time = TimeField(label="When", clock=True, required=False, help_text="If not now, like 11/23/2026 14:05")
    says = text("What was said", hint="Needed where it was said otherwise.")

    def __init__(self, data: Any = None, *, shown: CaseShown | None = None) -> None:
        super().__init__(data, prefix="check")
        answers = answers_of(shown.case) if shown is not None else {}
        known = [
            (code, one.label) for code, one in QUESTIONS.items() if shown is None or (code in answers and answers[code].answer)
        ]
        self.fields["question"].choices = [("", "Choose an answer"), *known]  # type: ignore[attr-defined]
        named = shown.case.current(ReferenceNamed) if shown is not None else ()
        if shown is not None:
            people = [(str(one.n), f"{one.name}, {one.relation}") for one in named]
            self.fields["reference"].choices = [("", "Nobody named above"), *people]  # type: ignore[attr-defined]
        else:  # what was sent is checked by the rule, which knows the case
            self.fields["reference"] = text("With whom")

    def perform(self, case_id: str, seen: int, seat: Seat) -> Any:
        """Do it."""
        found = self.cleaned_data
        return interviewing.verify_answer(
            case_id=case_id,
            seen=seen,
            by=seat.by,
            question=found["question"] or "",
            channel=found["channel"] or "",
            result=found["result"] or "",
            reference=number_in(found["reference"] or ""),
            time=found["time"],
            says=found["says"],
        )


class Sheet(Panel):
    """What is recommended: the points' own recommendation or, with a reason, another. It is read back and signed on the next page."""

    slug = "worksheet"
    act = "interview:record"
    steps = frozenset({"WORKSHEET"})
    title = "Pretrial worksheet"
    lede = "Each input, its source and its points. It decides nothing."
    button = "Open the worksheet"
    done = "Signed and sent. The bench sees the worksheet beside the case."
    template = "web/panels/worksheet.html"
    signs = True
    aliases: ClassVar[Mapping[str, str]] = {"text_sha256": "recommendation"}

    recommendation = one_of("What you recommend", tuple(RECOMMENDATIONS.items()))
    reason = prose("Why it departs from the points", hint="Needed where it does. The court reads it.", rows=2)
    conditions = any_of("Conditions that you suggest", tuple(CONDITIONS.items()))
    conditions_note = prose("Conditions in words", rows=2)

    @property
    def choice(self) -> Choice:
        """Return what was chosen."""
        found = self.cleaned_data
        return Choice(
            recommendation=found["recommendation"],
            conditions=tuple(code for code in CONDITIONS if code in (found["conditions"] or ())),
            conditions_note=found["conditions_note"],
            reason=found["reason"],
        )

    def sign(self, case_id: str, seat: Seat, text_sha256: str) -> Any:
        """Sign the worksheet whose text was read."""
        return interviewing.sign_worksheet(
            case_id=case_id, choice=self.choice, text_sha256=text_sha256, by=seat.by, **self.common
        )


def talking(shown: CaseShown) -> bool:
    """Return whether the questions are to be shown: the interview began, or was recorded as taken."""
    ended = interview(shown.case)
    return shown.case.latest(InterviewBegun) is not None or (ended is not None and ended.outcome == "TAKEN")
