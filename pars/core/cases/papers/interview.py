"""The worksheet of the pretrial interview: each answer in its three states, the guideline's working step by step, what was recommended.

It informs the bench, decides nothing and isn't filed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pars.core.cases.bail import CONDITIONS
from pars.core.cases.case import interview
from pars.core.cases.facts import AnswerVerified, InterviewAnswered, Interviewed, WorksheetFactor, WorksheetSigned
from pars.core.cases.guidelines import RECOMMENDATIONS, STATUSES
from pars.core.cases.papers.form import Body, PaperKind, Part, Signature
from pars.core.cases.papers.parties import NAMED, caption, joined, lines_of
from pars.core.cases.papers.said import NOT_STATED, instant_said
from pars.core.cases.pretrial import CHECKS, OUTCOMES, RESULTS
from pars.core.cases.questions import QUESTIONS
from pars.core.cases.worksheet import STATES, answers_of, between, factors_of, last_worksheet, points_said, reopened, verified
from pars.core.terms import Refusal

if TYPE_CHECKING:
    from pars.core.cases.case import Case
    from pars.core.cases.papers.form import Telling

ZONE = "America/New_York"
DECIDES_NOTHING = "A recommendation is words for the court; no rule of release reads it. No answer isn't “no”."


def _refuse(case: Case) -> Refusal | None:
    if interview(case) is None:
        return Refusal(
            code="NO_INTERVIEW",
            says="No pretrial interview is recorded.",
            remedy="Pretrial services record the interview, or why there is none.",
        )
    why = reopened(case)
    if why is None:
        return None
    return Refusal(
        code="WORKSHEET_REOPENED",
        says=why.says,
        remedy="Pretrial services make it again. As it was signed, it can be had at the case's version of that time.",
    )


def _write(case: Case, telling: Telling) -> Body:
    asked = interview(case)
    assert asked is not None, "refused before it is written"
    signed = last_worksheet(case)
    parts = [
        Part(heading="Interview", rows=(("Outcome", OUTCOMES[asked.outcome]),), after=lines_of(asked.reason)),
        Part(
            heading="Answers",
            rows=(
                *(_answers(case) if asked.outcome == "TAKEN" else ()),
                ("Interpreter needed for", asked.interpreter or NOT_STATED[telling.language]),
            ),
        ),
    ]
    if signed is None:
        parts.append(Part(heading="Recommendation", says=("None: no worksheet is signed.", DECIDES_NOTHING)))
    else:
        parts += [_working(case, signed, telling), _recommendation(signed)]
    signature = Signature(label="Pretrial services", signer=signed.signer if signed is not None else None)
    sha256 = signed.text_sha256 if signed is not None else None
    return Body(caption=caption(case), parts=tuple(parts), signatures=(signature,), sha256=sha256)


def _answers(case: Case) -> tuple[tuple[str, str], ...]:
    """Return every question with its answer, and how it was checked where it was."""
    answers, found = answers_of(case), []
    for code, question in QUESTIONS.items():
        answer = answers.get(code)
        said = question.words(answer.answer if answer is not None else None).lower()
        check = verified(case, answer) if answer is not None else None
        told = f" ({RESULTS[check.result].lower()}, {CHECKS[check.channel].lower()})" if check is not None else ""
        found.append((question.label, said + told))
    return tuple(found)


def _working(case: Case, signed: WorksheetSigned, telling: Telling) -> Part:
    """Return the guideline's working: each factor, its answer and source, its points and the sum so far."""
    total = 0
    table: list[tuple[str, ...]] = []
    for one in factors_of(case, signed):
        total += one.points
        question = QUESTIONS[one.question]
        missing = "" if one.low == one.high else f"; could be {between(one.low, one.high)}"
        answer = f"{question.words(one.answer)}; {STATES[one.state]}"
        table.append(
            (
                str(len(table) + 1),
                f"{one.label} ({question.criterion}): {answer}. Source: {_source(case, one, telling)}",
                f"{points_said(one.points)}{missing}",
                points_said(total),
            )
        )
    says = [f"{signed.guideline}, edition {signed.edition}. {signed.citation}", STATUSES[signed.status]]
    after = [f"Sum: {points_said(signed.points)}. It recommends: {RECOMMENDATIONS[signed.recommended]}."]
    if signed.low != signed.high:
        after.append(f"Were everything known that is missing, the sum would be {between(signed.low, signed.high)}.")
    return Part(
        heading="Worksheet",
        says=tuple(says),
        heads=("No.", "Factor, answer and source", "Points", "So far"),
        table=tuple(table),
        after=tuple(after),
    )


def _source(case: Case, one: WorksheetFactor, telling: Telling) -> str:
    """Return where an answer came from and when it was recorded."""
    if one.source is None:
        return "none"
    entry = case.fact(one.source).entry
    when = (
        f", {instant_said(telling.recorded[entry][0], ZONE, telling.language)}"
        if entry is not None and entry in telling.recorded
        else ""
    )
    what = "asked" if QUESTIONS[one.question].asked else "records"
    return f"{what}{when}{'; checked' if one.verified is not None else ''}"


def _recommendation(signed: WorksheetSigned) -> Part:
    departs = signed.recommendation != signed.recommended
    return Part(
        heading="Recommendation",
        says=(
            f"{RECOMMENDATIONS[signed.recommendation]}.",
            *(("This departs from the sum.",) if departs else ()),
            *lines_of(signed.reason),
            DECIDES_NOTHING,
        ),
        items=tuple(CONDITIONS[code] for code in signed.conditions),
        after=lines_of(signed.conditions_note),
    )


WORKSHEET = PaperKind(
    slug="worksheet",
    titles={"en": "Pretrial interview worksheet"},
    rule="Pa.R.Crim.P. 523",
    filed=False,
    fields=joined(
        NAMED,
        {
            Interviewed: frozenset({"outcome", "reason", "interpreter"}),
            InterviewAnswered: frozenset({"question", "answer"}),
            AnswerVerified: frozenset({"answered", "channel", "result"}),
            WorksheetSigned: frozenset(
                {
                    "guideline", "edition", "status", "citation", "points", "low", "high", "recommended", "recommendation",
                    "conditions", "conditions_note", "reason", "text_sha256", "signer",
                }
            ),
            WorksheetFactor: frozenset(
                {"worksheet", "label", "question", "answer", "points", "low", "high", "state", "source", "verified"}
            ),
        },
    ),
    refuse=_refuse,
    write=_write,
)  # fmt: skip
