"""The release by the police, the complaint's filing that it makes due, and a paper form put to a case: forms of the case page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pars.actions import filing as acts
from pars.actions import intake
from pars.core.cases.case import arrests
from pars.core.cases.facts import ComplaintSigned, PaperEntered
from pars.core.cases.filing import filing
from pars.core.cases.police_release import may_be_let_go
from pars.edge.web.cases.desk import Panel
from pars.edge.web.panel import prose, text
from pars.edge.web.typed import TimeField, now_typed

if TYPE_CHECKING:
    from pars.actions.disclosing import CaseShown
    from pars.edge.web.seat import Seat


class LetGo(Panel):
    """Record that the police let the person go before an arraignment."""

    slug = "police-release"
    act = "police:release"
    title = "Released by the police"
    lede = (
        "For somebody arrested without a warrant, where the gravest charge is a second-degree misdemeanor at most (or driving "
        "under the influence), who threatens nobody and will likely appear (Rule 519(B)). The complaint is then due within 5 days."
    )
    button = "Record the release"
    done = "Recorded. No custody clock runs any more; the complaint is due within 5 days of the release."

    time = TimeField(label="Let go at", clock=True, help_text="Like 11/23/2026 14:05")
    reason = prose(
        "Why the rule allows it", needed=True, hint="The gravest charge; no threat; why the person will appear.", rows=2
    )

    def show(self, shown: CaseShown) -> None:
        """Begin with now."""
        self.initial["time"] = now_typed(shown.at)

    def perform(self, case_id: str, seat: Seat) -> Any:
        """Record it."""
        return acts.release_by_police(case_id=case_id, by=seat.by, **self.common, **self.values("time", "reason"))

    @classmethod
    def offered(cls, shown: CaseShown) -> bool:
        """Return whether the police may still let the person go by themselves."""
        return may_be_let_go(shown.case)


class Filed(Panel):
    """Record when the complaint was filed with the court."""

    slug = "filing"
    act = "complaint:file"
    steps = frozenset({"FILING"})
    title = "Complaint filed"
    lede = "The time for trial in Common Pleas counts from the filing, not from the arraignment (Rule 600)."
    button = "Record the filing"
    done = "The filing is recorded; dates count from it."

    time = TimeField(label="Filed at", clock=True, help_text="Like 11/23/2026 14:05")
    court = text("With which court")
    why = text("Why another time", hint="Needed where a filing is recorded already; the first stays in the record.")

    def show(self, shown: CaseShown) -> None:
        """Begin with now; ask for a reason only where a filing is there."""
        filed = filing(shown.case)
        self.initial["time"] = now_typed(shown.at) if filed is None else filed.time
        self.initial["court"] = None if filed is None else filed.court
        if filed is None:
            self.fields.pop("why")

    def perform(self, case_id: str, seat: Seat) -> Any:
        """Record it."""
        return acts.file_complaint(case_id=case_id, by=seat.by, **self.common, **self.values("time", "court", "why"))

    @classmethod
    def offered(cls, shown: CaseShown) -> bool:
        """Return whether a complaint was signed."""
        return shown.case.latest(ComplaintSigned) is not None


class Form(Panel):
    """Put a paper form's number to a case that came by another way."""

    slug = "paper-form"
    act = "case:correct"
    title = "Paper form of this arrest"
    lede = (
        "For an arrest that was written on a numbered form during an outage and that a records system sent as well. Correct above what the "
        "form says otherwise."
    )
    button = "Put the form to this case"
    done = "The form is entered; its number is out no more."

    form = text("Paper form number", needed=True, hint="As it stands below the bars, like PDU-000021-M", max_length=24)

    def perform(self, case_id: str, seat: Seat) -> Any:
        """Put it."""
        return intake.enter_form(case_id=case_id, by=seat.by, **self.common, **self.values("form"))

    @classmethod
    def offered(cls, shown: CaseShown) -> bool:
        """Return whether there is an arrest that a form can be of."""
        return bool(arrests(shown.case)) and not shown.case.current(PaperEntered)
