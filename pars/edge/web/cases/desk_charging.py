"""What the charging unit does on a case: decide each charge, and read and sign the complaint."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms

from pars.actions import charging
from pars.core.cases.board import charge_in_words
from pars.core.cases.case import arrests, proposed_charges
from pars.core.cases.charges import basis_words, check, object_words, says_the_same
from pars.core.cases.charging import awaiting_decision, complaint_text, redecidable
from pars.core.cases.choices import REASONS, ChargeChoice, as_approved, as_it_stands
from pars.core.cases.facts import ChargeFiled
from pars.core.cases.offenses import BASES
from pars.core.cases.progress import DECISIONS_STAND
from pars.edge.web.cases.desk import Panel
from pars.edge.web.panel import from_list, object_fields, one_of, password, text
from pars.edge.web.typed import TimeField, number_in, read_time

if TYPE_CHECKING:
    from pars.actions.disclosing import CaseShown
    from pars.core.cases.case import Case
    from pars.core.cases.facts import ChargeProposed
    from pars.core.cases.offenses import Match
    from pars.core.terms import StatedTime
    from pars.edge.web.seat import Seat

CHOICES = (("APPROVE", "Approve"), ("AMEND", "Amend"), ("DECLINE", "Decline"), ("RETURN", "Return"), ("REFER", "Refer"))
SAYS = {
    "AMEND": "To amend",
    "DECLINE": "To decline",
    "RETURN": "To return",
    "REFER": "To refer",
    "ADD": "To add",
}
REASON_LIST = [
    ("", "—"),
    *[
        (SAYS[decision], [(f"{decision}.{code}", says) for code, says in REASONS[decision].items()])
        for decision in ("AMEND", "DECLINE", "RETURN", "REFER")
    ],
]
ADD_REASONS = [(code, says) for code, says in REASONS["ADD"].items()]
BASIS_LIST = [("", "—"), *BASES.items()]
WRITTEN = ("statute", "description", "grade", "counts", "object_statute", "object_description", "grade_basis", "grade_note")
"""What an attorney writes of a charge that they amend or add."""
LOOK = "look"
"""The button that looks the statute up in the offense table."""


def _written() -> dict[str, Any]:
    return {
        "statute": text("Statute", hint="Like 18 § 3921 §§ A"),
        "description": text("Description"),
        "grade": text("Grade", max_length=8),
        "counts": forms.IntegerField(label="Counts", required=False, min_value=1),
        **object_fields(),
        "grade_basis": from_list("What the grade rests on", BASIS_LIST),
        "grade_note": text("Basis in words"),
    }


class Decide(Panel):
    """Decide each charge that waits, each with its reason; add one that the account shows."""

    slug = "decide"
    act = "charge:decide"
    steps = frozenset({"DECISION", "GRADE"})
    title = "Decide each charge"
    button = "Record the decisions"
    done = "Decided. What the police proposed stays beside what is filed."
    template = "web/panels/decide.html"
    each_needed: ClassVar[bool] = True

    numbers = forms.CharField(widget=forms.HiddenInput, required=False)
    add_arrest = forms.IntegerField(widget=forms.HiddenInput, required=False)
    add_offense_date = TimeField(label="Date of offense", required=False)
    add_reason = from_list("Reason", [("", "—"), *ADD_REASONS])
    add_note = text("Note")

    def __init__(self, data: Any = None, *, shown: CaseShown | None = None, **options: Any) -> None:
        given = data.get(f"{self.slug}-numbers", "") if data is not None else ""
        if shown is not None:
            given = " ".join(self.waiting(shown.case))
        parts = [part for part in given.split() if number_in(part.removesuffix("f")) is not None][:100]
        self.charges = [int(part.removesuffix("f")) for part in parts]
        self.added = {int(part[:-1]) for part in parts if part.endswith("f")}
        own: Any = self
        each = {name: field for n in self.charges for name, field in self._of(n).items()}
        added = {f"add_{name}": field for name, field in _written().items()}
        own.base_fields = {**self.base_fields, **each, **added}
        super().__init__(data, shown=shown, **options)
        for place, n in enumerate(self.charges, start=1):
            self.fields[f"decision_{n}"].label = f"Decision on charge {place}"
            self.fields[f"decision_{n}"].error_messages["required"] = f"Charge {place}: choose a decision."

    @classmethod
    def waiting(cls, case: Case) -> list[str]:
        """Return the numbers of the charges to decide. That of a charge that the prosecutor added ends in f."""
        return _numbers(awaiting_decision(case))

    def show(self, shown: CaseShown) -> None:
        """Say which charges wait, and what the offense table says of each."""
        self.initial["numbers"] = " ".join(f"{n}f" if n in self.added else str(n) for n in self.charges)
        held = arrests(shown.case)
        self.initial["add_arrest"] = held[0].n if held else None
        self.initial.setdefault("add_offense_date", _offense_date(shown.case))
        self.case = shown.case
        self.labels: dict[int, Any] = {n: as_it_stands(shown.case, n) for n in self.charges}
        self.table = charging.offense_table() if self.charges else None

    @property
    def lines(self) -> list[dict[str, Any]]:
        """Return each charge as it stands with its fields, what it says in words and what the offense table says, for the template."""
        return [
            {
                "n": n,
                "charge": charge,
                "object": object_words(charge),
                "basis": basis_words(charge),
                "police": self._police(n),
                "theirs": not says_the_same(charge, as_approved(self.case, n)),
                "checked": check(charge, self.table) if self.table is not None else None,
                **{name: self[f"{name}_{n}"] for name in self._of(n, bare=True)},
            }
            for n, charge in self.labels.items()
        ]

    def _police(self, n: int) -> str:
        """Return what the police propose, in words; "" where what is filed reads the same, or nobody proposed it."""
        charge: Any = self.case.fact(n)
        proposed, stands = (f"{charge_in_words(one)} × {one.counts}" for one in (charge, self.labels[n]))
        return proposed.removesuffix(" × 1") if n not in self.added and proposed != stands else ""

    @classmethod
    def looked_up(cls, data: Any, shown: CaseShown) -> Panel:
        """Return the form as it was typed, with what the offense table says of the statute to add. Nothing is recorded yet."""
        typed = {name.removeprefix(f"{cls.slug}-"): data.get(name) for name in data if name.startswith(f"{cls.slug}-")}
        typed = {name: value for name, value in typed.items() if name not in {"seen", "known", "numbers"}}
        printed, table = (typed.get("add_statute") or "").strip(), charging.offense_table()
        found = table.find(printed, _typed_date(typed)) if table is not None and printed else None
        if found is not None and found.offense is not None:
            typed["add_description"] = typed.get("add_description") or found.offense.title
            typed["add_grade"] = typed.get("add_grade") or found.offense.grade or ""
        panel = cls(shown=shown, initial=typed)
        panel.fields["add_statute"].help_text = _said(found)
        panel.fields["add_statute"].widget.attrs["autofocus"] = True
        return panel

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
        found = self.cleaned_data
        choices = [self._choice(n) for n in self.charges if found.get(f"decision_{n}")]
        if found.get("add_statute") or found.get("add_description"):
            choices.append(
                ChargeChoice(
                    decision="ADD",
                    arrest=found["add_arrest"],
                    reason=found["add_reason"],
                    note=found["add_note"],
                    offense_date=found["add_offense_date"],
                    **{name: found[f"add_{name}"] for name in WRITTEN},
                )
            )
        return charging.decide_charges(case_id=case_id, choices=choices, by=seat.by, **self.common)

    def _choice(self, n: int) -> ChargeChoice:
        found = {name: self.cleaned_data.get(f"{name}_{n}") for name in self._of(n, bare=True)}
        reason = (found["reason"] or "").partition(".")[2] or None
        decision = str(found["decision"])
        amended = {name: found[name] or None for name in WRITTEN} if decision == "AMEND" else {}
        return ChargeChoice(
            decision=decision,
            proposed=None if n in self.added else n,
            filed=n if n in self.added else None,
            reason=reason if decision != "APPROVE" else None,
            note=found["note"],
            **amended,
        )

    @classmethod
    def _of(cls, n: int, *, bare: bool = False) -> dict[str, Any]:
        """Return the fields of one charge."""
        fields: dict[str, Any] = {
            "decision": one_of("Decision", CHOICES, needed=cls.each_needed),
            "reason": from_list("Reason", REASON_LIST, hint="Not needed to approve."),
            "note": text("Note", hint="Needed to return a charge: what you ask the police for; to refer one: to whom."),
            **_written(),
        }
        return fields if bare else {f"{name}_{n}": field for name, field in fields.items()}


class Redecide(Decide):
    """Change what was decided: after the complaint was signed, it needs a new version; after the hearing, maybe a new arraignment."""

    slug = "redecide"
    steps = frozenset()
    title = "Change a decision, or add a charge"
    lede = (
        "Choose a decision only where it changes. A change after the complaint was signed needs a new version of it, signed again; "
        "after the hearing, a new arraignment may be needed, and the order doesn't cover a new charge."
    )
    each_needed = False

    @classmethod
    def waiting(cls, case: Case) -> list[str]:
        """Return the numbers of the charges whose decision may be changed."""
        return _numbers(redecidable(case))

    @classmethod
    def offered(cls, shown: CaseShown) -> bool:
        """Return whether something is decided and the case is still open."""
        return bool(cls.waiting(shown.case)) and shown.stage not in DECISIONS_STAND


def _numbers(charges: tuple[ChargeProposed | ChargeFiled, ...]) -> list[str]:
    """Return the charges as the form names them: by their number, with an f where the prosecutor added the charge."""
    return [f"{charge.n}f" if isinstance(charge, ChargeFiled) else str(charge.n) for charge in charges]


def _typed_date(typed: dict[str, Any]) -> StatedTime | None:
    """Return the date of offense as it was typed; None where there is none or it can't be read: the save says so then."""
    try:
        return read_time((typed.get("add_offense_date") or "").strip())
    except ValueError:
        return None


def _offense_date(case: Case) -> StatedTime | None:
    """Return the one date that every proposed charge states, to begin with: what is added is mostly of the same events."""
    stated = {charge.offense_date for charge in proposed_charges(case)}
    return stated.pop() if len(stated) == 1 else None


def _said(match: Match | None) -> str:
    """Return what the offense table says of a statute that was looked up."""
    if match is None:
        return "Give a statute to look up. Where no offense table is loaded, nothing is found."
    if match.offense is None:
        near = "; ".join(f"{line.statute} {line.title}" for line in match.near[:6])
        return f"{match.says} {f'Near it: {near}.' if near else ''}".strip()
    line = match.offense
    grade = " ".join(part for part in (line.grade or "", f"({line.grade_note})" if line.grade_note else "") if part)
    return f"In the table: {line.statute} {line.title}{f', {grade}' if grade else ''}. Check it against the facts."


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


class CosignComplaint(SignComplaint):
    """Co-sign the complaint that an attorney signed: a supervisor, over the same text."""

    slug = "cosign"
    act = "complaint:cosign"
    steps = frozenset({"COSIGN"})
    title = "Read and co-sign the complaint"
    lede = "An attorney signed it. By the office's policy it stands only with a supervisor's signature beside theirs."
    button = "Read the complaint to co-sign"
    done = "Co-signed. The complaint stands."
    template = "web/panels/cosign.html"

    def perform(self, case_id: str, seat: Seat) -> Any:
        """Co-sign it."""
        return charging.cosign_complaint(
            case_id=case_id, text_sha256=self.cleaned_data["text_sha256"], by=seat.by, **self.common
        )
