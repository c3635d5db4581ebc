"""The invented city's worksheets: signed by the guideline in force, as its points come out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pars.actions import interviewing
from pars.core.cases.guidelines import Guideline
from pars.core.cases.worksheet import work_out
from pars.core.cases.worksheet_signing import Choice, worksheet_sha256

if TYPE_CHECKING:
    from pars.actions.beats import Done, Refused
    from pars.core.cases.case import Case
    from pars.core.ledger.entries import By


def signed_worksheet(case: Case, *, seen: int, by: By) -> Done | Refused:
    """Sign the worksheet of a case whose interview was taken."""
    guideline = interviewing.guideline()
    assert isinstance(guideline, Guideline), "one ships"
    choice = Choice(recommendation=work_out(case, guideline).recommended)
    text = worksheet_sha256(case, work_out(case, guideline), choice)
    return interviewing.sign_worksheet(case_id=case.id, seen=seen, choice=choice, text_sha256=text, by=by)
