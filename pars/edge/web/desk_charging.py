"""What the charging unit does on a case: decide each charge, and read and sign the complaint."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms

from pars.actions import charging
from pars.core.cases.case import arrests, undecided
from pars.core.cases.charging import REASONS, ChargeChoice, complaint_text
from pars.edge.web.desk import Panel
from pars.edge.web.panel import from_list, one_of, password, text

if TYPE_CHECKING:
    from pars.actions.disclosing import CaseShown
    from pars.edge.web.seat import Seat

CHOICES = (("APPROVE", "Approve"), ("AMEND", "Amend"), ("DECLINE", "Decline"), ("RETURN", "Return"))
SAYS = {"AMEND": "To amend", "DECLINE": "To decline", "RETURN": "To return", "ADD": "To add"}
REASON_LIST = [
    ("", "—"),
    *[
        (SAYS[decision], [(f"{decision}.{code}", says) for code, says in REASONS[decision].items()])
        for decision in ("AMEND", "DECLINE", "RETURN")
    ],
]
ADD_REASONS = [(code, says) for code, says in REASONS["ADD"].items()]


class Decide(Panel):
    """Decide each charge that waits, each with its reason; add one that the account shows."""

    slug = "decide"
    act = "charge:decide"
    steps = frozenset({"DECISION", "GRADE"})
    title = "Decide each charge"
    button = "Record the decisions"
    done = "Decided. What the police proposed stays beside what is filed."
    template = "web/panels/decide.html"

    numbers = forms.CharField(widget=forms.HiddenInput, required=False)
    add_arrest = forms.IntegerField(widget=forms.HiddenInput, required=False)
    add_statute = text("Statute")
    add_description = text("Description")
    add_grade = text("Grade", max_length=8)
    add_reason = from_list("Reason", [("", "—"), *ADD_REASONS])
    add_note = text("Note")

    def __init__(self, data: Any = None, *, shown: CaseShown | None = None, **options: Any) -> None:
        given = data.get(f"{self.slug}-numbers", "") if data is not None else ""
        if shown is not None:
            given = " ".join(str(charge.n) for charge in undecided(shown.case))
        self.charges = [int(part) for part in given.split() if part.isdigit()][:100]
        own: Any = self
        own.base_fields = {**self.base_fields, **{name: field for n in self.charges for name, field in _of(n).items()}}
        super().__init__(data, shown=shown, **options)
        for place, n in enumerate(self.charges, start=1):
            self.fields[f"decision_{n}"].label = f"Decision on charge {place}"
            self.fields[f"decision_{n}"].error_messages["required"] = f"Charge {place}: choose a decision."

    def show(self, shown: CaseShown) -> None:
        """Say which charges wait."""
        self.initial["numbers"] = " ".join(str(n) for n in self.charges)
        held = arrests(shown.case)
        self.initial["add_arrest"] = held[0].n if held else None
        self.labels = {n: shown.case.fact(n) for n in self.charges}

    @property
    def lines(self) -> list[dict[str, Any]]:
        """Return each charge with its fields, for the template."""
        return [
            {"n": n, "charge": self.labels[n], **{name: self[f"{name}_{n}"] for name in _of(n, bare=True)}}
            for n in self.charges
        ]

    def clean(self) -> dict[str, Any]:
        """See that each reason belongs to its decision."""
        found = super().clean()
        for place, n in enumerate(self.charges, start=1):
            decision, reason = str(found.get(f"decision_{n}")), found.get(f"reason_{n}") or ""
            if decision in REASONS and reason.partition(".")[0] != decision:
                self.add_error(
                    f"reason_{n}", f"Charge {place}: {SAYS[decision].lower()} it, choose a reason from that part of the list."
                )
        if found.get("add_description") and not found.get("add_reason"):
            self.add_error("add_reason", "To add a charge, choose a reason.")
        return found

    def perform(self, case_id: str, seat: Seat) -> Any:
        """Record the decisions, all in one act."""
        choices = [self._choice(n) for n in self.charges]
        found = self.cleaned_data
        if found.get("add_statute") or found.get("add_description"):
            choices.append(
                ChargeChoice(
                    decision="ADD",
                    arrest=found["add_arrest"],
                    statute=found["add_statute"],
                    description=found["add_description"],
                    grade=found["add_grade"],
                    reason=found["add_reason"],
                    note=found["add_note"],
                )
            )
        return charging.decide_charges(case_id=case_id, choices=choices, by=seat.by, **self.common)

    def _choice(self, n: int) -> ChargeChoice:
        found = {name: self.cleaned_data.get(f"{name}_{n}") for name in _of(n, bare=True)}
        reason = (found["reason"] or "").partition(".")[2] or None
        decision = str(found["decision"])
        amended = (
            {name: found[name] or None for name in ("statute", "description", "grade", "counts")} if decision == "AMEND" else {}
        )
        return ChargeChoice(
            decision=decision, proposed=n, reason=reason if decision != "APPROVE" else None, note=found["note"], **amended
        )


def _of(n: int, *, bare: bool = False) -> dict[str, Any]:
    """Return the fields of one charge."""
    fields: dict[str, Any] = {
        "decision": one_of("Decision", CHOICES),
        "reason": from_list("Reason", REASON_LIST, hint="Not needed to approve."),
        "note": text("Note", hint="Needed to return a charge: what you ask the police for."),
        "statute": text("Statute"),
        "description": text("Description"),
        "grade": text("Grade", max_length=8),
        "counts": forms.IntegerField(label="Counts", required=False, min_value=1),
    }
    return fields if bare else {f"{name}_{n}": field for name, field in fields.items()}


class SignComplaint(Panel):
    """Sign the complaint as it was read on the page before."""

    slug = "complaint"
    act = "complaint:sign"
    steps = frozenset({"COMPLAINT"})
    title = "Read and sign the complaint"
    lede = "Every charge is decided. The complaint is made from the filed charges."
    button = "Read the complaint"
    done = "Signed. The complaint stands as you read it."
    template = "web/panels/complaint.html"
    signs = True

    text_sha256 = forms.CharField(widget=forms.HiddenInput)
    password = password()

    def perform(self, case_id: str, seat: Seat) -> Any:
        """Sign it."""
        return charging.sign_complaint(case_id=case_id, text_sha256=self.cleaned_data["text_sha256"], by=seat.by, **self.common)

    @staticmethod
    def text_of(shown: CaseShown) -> bytes:
        """Return what is signed."""
        return complaint_text(shown.case)
