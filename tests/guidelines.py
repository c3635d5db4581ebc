"""The illustrative guideline as it ships, and an interview with its worksheet signed, for tests."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

from pars.core import canonical
from pars.core.cases.case import Case, Change
from pars.core.cases.guidelines import Guideline, read_guideline
from pars.core.cases.pretrial import begin_interview, record_interview, verify_answer
from pars.core.cases.worksheet import work_out
from pars.core.cases.worksheet_signing import Choice, sign_worksheet, worksheet_sha256
from pars.core.terms import Refusal
from tests.cases import done, signed

WRITTEN: dict[str, Any] = json.loads(
    (files("pars") / "config" / "city" / "guidelines" / "illustrative.json").read_text(encoding="utf-8")
)

SAID = {
    "local_residence": "YES",
    "residence_length": "OVER_2_YEARS",
    "lives_with": "FAMILY",
    "employed": "YES",
    "prior_failure_to_appear": "YES",
    "convictions": "ONE_OR_TWO",
}


def text(**changes: Any) -> bytes:
    """Return the shipped guideline's canonical text, with these fields changed; None takes one away."""
    return canonical.write({name: value for name, value in {**WRITTEN, **changes}.items() if value is not None})


def guideline(**changes: Any) -> Guideline:
    """Return the shipped guideline, with these fields changed."""
    found = read_guideline(text(**changes))
    assert isinstance(found, Guideline), found
    return found


def talked(case: Case | None = None, **answers: str | None) -> Case:
    """Return the case with an interview taken: `SAID`, but for these answers. None: not answered."""
    before = case or signed()
    begun = done(begin_interview(before, before.version, channel="VIDEO", room="B-08", told=True))
    given = {code: answer for code, answer in {**SAID, **answers}.items() if answer is not None}
    return done(record_interview(begun, begun.version, outcome="TAKEN", answers=given))


def checked(case: Case, question: str, result: str = "CONFIRMED", **more: Any) -> Case:
    """Return the case with one answer checked by call."""
    return done(verify_answer(case, case.version, question=question, channel="CALL", result=result, **more))


def choice(case: Case, **changes: Any) -> Choice:
    """Return the recommendation that the points come to, with these changes."""
    return Choice(**{"recommendation": work_out(case, guideline()).recommended, **changes})


def sign(case: Case, chosen: Choice | None = None, **changes: Any) -> Change | Refusal:
    """Sign the worksheet as it stands."""
    made = chosen or choice(case)
    parts = {
        "guideline": guideline(),
        "choice": made,
        "text_sha256": worksheet_sha256(case, work_out(case, guideline()), made),
        "signer": "sol",
    }
    return sign_worksheet(case, case.version, **{**parts, **changes})


def sheeted(case: Case | None = None, chosen: Choice | None = None) -> Case:
    """Return the case with its worksheet signed."""
    return done(sign(case or talked(), chosen))
