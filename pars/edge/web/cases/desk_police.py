"""What the police do on a case: send it, answer the prosecutor, settle a doubt, propose a charge."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms

from pars.actions import intake
from pars.core.cases.case import arrests, decision_on, returned
from pars.core.cases.doubts import AGE_DOUBTS, open_doubts
from pars.core.cases.facts import ChargeProposed, NarrativeWritten
from pars.edge.web.cases.desk import Panel
from pars.edge.web.cases.telling import name_of
from pars.edge.web.panel import from_list, object_fields, one_of, prose, text
from pars.edge.web.typed import TimeField, number_in

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pars.actions.disclosing import CaseShown
    from pars.edge.web.seat import Seat

YES_NO = (("yes", "Yes, an adult"), ("no", "No, under 18"))


class Send(Panel):
    """Send the case to the charging unit, also anew with an answer to what the prosecutor asked."""

    slug = "send"
    act = "case:submit"
    steps = frozenset({"ANSWER", "SUBMISSION"})
    title = "Send the case to {office}"
    lede = "{Decider} then decides each charge. You can still add to the case and correct it."
    button = "Send to charging"
    done = "Sent."
    template = "web/panels/send.html"

    arrest = forms.IntegerField(widget=forms.HiddenInput, required=False)
    office = forms.CharField(widget=forms.HiddenInput, required=False, max_length=500)
    account = prose("Add to the officer's account", hint="Answer here what is asked; it goes with the case.", rows=4)

    def show(self, shown: CaseShown) -> None:
        """Name what was returned, and to which arrest an answer belongs."""
        self.initial["office"] = shown.case.profile.office["en"]
        back = returned(shown.case)
        self.asked = [(name_of(shown.case, charge.n), _note(shown, charge.n)) for charge in back]
        held = arrests(shown.case)
        self.initial["arrest"] = back[0].arrest if back else held[0].n if held else None
        if not back:
            self.fields.pop("account")

    def perform(self, case_id: str, seat: Seat) -> Any:
        """Write the answer where there is one, then send."""
        found, seen = self.cleaned_data, self.cleaned_data["seen"]
        if office := found.get("office"):
            own: Any = self
            own.done = f"Sent. The case is now with {office}."
        if found.get("account") and found.get("arrest"):
            fact = NarrativeWritten(arrest=found["arrest"], text=found["account"])
            written = intake.correct_facts(case_id=case_id, seen=seen, facts=[fact], why="Answer to what was asked", by=seat.by)
            if hasattr(written, "refusal"):
                return written
            seen = written.version or seen
        return intake.submit_for_charging(case_id=case_id, seen=seen, by=seat.by)


def _note(shown: CaseShown, charge: int) -> str:
    decided = decision_on(shown.case, charge)
    return (decided.note or "") if decided is not None else ""


class Doubt(Panel):
    """Settle a doubt with a reason."""

    slug = "doubt"
    act = "case:correct"
    steps = frozenset({"AGE", "DOUBT"})
    title = "Settle what is in doubt"
    button = "Settle it"
    done = "Settled, with your reason."

    doubt = one_of("Which doubt", ())
    adult = one_of(
        "Was the person an adult at the time of the act?",
        YES_NO,
        needed=False,
        hint="Asked where the doubt is about age. Look at a birth record, or ask who can tell.",
    )
    reason = prose("What you rely on", needed=True, hint="A record, its number, who told you.")

    def __init__(self, data: Any = None, **options: Any) -> None:
        super().__init__(data, **options)
        if self.shown is None and data is not None:
            given = data.get(f"{self.slug}-doubt", "")
            self.fields["doubt"].choices = [(given, given)] if number_in(given) is not None else []  # type: ignore[attr-defined]

    def show(self, shown: CaseShown) -> None:
        """List the doubts that are recorded and open."""
        found = [doubt for doubt in open_doubts(shown.case) if doubt.n is not None]
        self.fields["doubt"].choices = [(str(doubt.n), doubt.says) for doubt in found]  # type: ignore[attr-defined]
        if len(found) == 1:
            self.initial["doubt"] = str(found[0].n)
        if not any(doubt.code in AGE_DOUBTS for doubt in found):
            self.fields.pop("adult")

    def perform(self, case_id: str, seat: Seat) -> Any:
        """Settle it."""
        found = self.cleaned_data
        adult = {"yes": True, "no": False}.get(found.get("adult") or "")
        return intake.resolve_doubt(
            case_id=case_id, doubt=int(found["doubt"]), adult=adult, reason=found["reason"], by=seat.by, **self.common
        )

    @classmethod
    def offered(cls, shown: CaseShown) -> bool:
        """Return whether a doubt is open that a person can settle."""
        return any(doubt.n is not None for doubt in open_doubts(shown.case))


class Propose(Panel):
    """Propose one more charge."""

    slug = "charge"
    act = "case:correct"
    steps = frozenset({"CHARGES"})
    title = "Propose a charge"
    button = "Add the charge"
    done = "The charge was added. Send the case so that it is decided."
    template = "web/panels/charge.html"
    aliases: ClassVar[Mapping[str, str]] = {"why": "reason"}

    arrest = from_list("Arrest", (), needed=True)
    statute = text("Statute", hint="As printed, like 18 § 3921 §§ A")
    description = text("Description", needed=True)
    grade = text("Grade", max_length=8)
    counts = forms.IntegerField(label="Counts", min_value=1, initial=1)
    offense_date = TimeField(label="Date of offense", required=False, help_text="Like 11/23/2026")
    object_statute, object_description = object_fields().values()
    reason = text("Why it is added now", needed=True)

    def __init__(self, data: Any = None, **options: Any) -> None:
        super().__init__(data, **options)
        if self.shown is None and data is not None:
            given = data.get(f"{self.slug}-arrest", "")
            self.fields["arrest"].choices = [(given, given)] if number_in(given) is not None else []  # type: ignore[attr-defined]

    def show(self, shown: CaseShown) -> None:
        """List the arrests."""
        held = arrests(shown.case)
        self.fields["arrest"].choices = [(str(arrest.n), arrest.agency) for arrest in held]  # type: ignore[attr-defined]

    def perform(self, case_id: str, seat: Seat) -> Any:
        """Add it."""
        found = self.cleaned_data
        fact = ChargeProposed(
            arrest=int(found["arrest"]),
            statute=found["statute"] or "",
            description=found["description"],
            grade=found["grade"],
            counts=found["counts"],
            offense_date=found["offense_date"],
            object_statute=found["object_statute"],
            object_description=found["object_description"],
        )
        return intake.correct_facts(case_id=case_id, facts=[fact], why=found["reason"], by=seat.by, **self.common)

    @classmethod
    def offered(cls, shown: CaseShown) -> bool:
        """Return whether the case still takes charges by hand."""
        return bool(arrests(shown.case)) and shown.stage not in {"RELEASED", "DISCHARGED", "HISTORY", "CHILD"}
