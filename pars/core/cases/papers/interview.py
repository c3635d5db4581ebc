"""The worksheet of the pretrial interview: each answer in its three states. It informs the bench, decides nothing and isn't filed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pars.core.cases.case import interview
from pars.core.cases.facts import Interviewed
from pars.core.cases.papers.form import Body, PaperKind, Part, Signature
from pars.core.cases.papers.parties import NAMED, caption, joined, lines_of
from pars.core.cases.papers.said import NOT_STATED
from pars.core.cases.pretrial import OUTCOMES, QUESTIONS, RECOMMENDATIONS
from pars.core.terms import Refusal

if TYPE_CHECKING:
    from pars.core.cases.case import Case
    from pars.core.cases.papers.form import Telling

ANSWERS = {True: "yes", False: "no", None: "not answered"}


def _refuse(case: Case) -> Refusal | None:
    if interview(case) is not None:
        return None
    return Refusal(
        code="NO_INTERVIEW",
        says="No pretrial interview is recorded.",
        remedy="Pretrial services record the interview, or why there is none.",
    )


def _write(case: Case, telling: Telling) -> Body:
    asked = interview(case)
    assert asked is not None, "refused before it is written"
    unsaid = NOT_STATED[telling.language]
    answers = (
        tuple((label, ANSWERS[getattr(asked, name)]) for name, label in QUESTIONS.items()) if asked.outcome == "TAKEN" else ()
    )
    return Body(
        caption=caption(case),
        parts=(
            Part(heading="Interview", rows=(("Outcome", OUTCOMES[asked.outcome]),), after=lines_of(asked.reason)),
            Part(heading="Answers", rows=(*answers, ("Interpreter needed for", asked.interpreter or unsaid))),
            Part(
                heading="Recommendation",
                says=(
                    RECOMMENDATIONS.get(asked.recommendation or "", "None."),
                    "A recommendation is words for the court; no rule of release reads it. No answer isn't “no”.",
                ),
            ),
        ),
        signatures=(Signature(label="Pretrial services"),),
    )


WORKSHEET = PaperKind(
    slug="worksheet",
    titles={"en": "Pretrial interview worksheet"},
    rule="Pa.R.Crim.P. 523",
    filed=False,
    fields=joined(
        NAMED,
        {
            Interviewed: frozenset(
                {
                    "outcome",
                    "reason",
                    "local_residence",
                    "employed",
                    "family_contact",
                    "prior_failure_to_appear",
                    "interpreter",
                    "recommendation",
                }
            )
        },
    ),
    refuse=_refuse,
    write=_write,
)
