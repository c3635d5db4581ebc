"""What the bench and its clerk do on a case: hearing, release order, bail put down."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms

from pars.actions import arraigning, releasing
from pars.core.cases.arraignment import RIGHTS, warrantless
from pars.core.cases.bail import CONDITIONS, TYPES, OrderTerms, deposit_due, posted_cents
from pars.core.cases.case import hearing, release_order
from pars.core.cases.flags import interpreter_language
from pars.core.cases.next_hearing import hearing_window, last_day
from pars.core.cases.release import release_order_text
from pars.core.terms import StatedTime
from pars.edge.web import words
from pars.edge.web.cases.desk import Panel
from pars.edge.web.panel import any_of, one_of, paper_form, password, prose, text
from pars.edge.web.typed import MoneyField, TimeField, now_typed, three_state

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pars.actions.disclosing import CaseShown
    from pars.core.terms import Refusal
    from pars.edge.web.seat import Seat

FINDINGS = (("yes", "Probable cause found"), ("no", "No probable cause: discharge"))
NOT_ASKED = ("none", "Not asked: arrested on a warrant")


class Hearing(Panel):
    """Hold the preliminary arraignment: advisals ticked as they are said, and the finding."""

    slug = "hearing"
    act = "hearing:hold"
    steps = frozenset({"HEARING"})
    title = "Preliminary arraignment"
    lede = "Tick each advisal when it has been said aloud."
    bench = True
    button = "Record the hearing"
    done = "The hearing is recorded."
    template = "web/panels/hearing.html"
    aliases: ClassVar[Mapping[str, str]] = dict.fromkeys(RIGHTS, "rights")

    time = TimeField(label="Held at", clock=True, help_text="Like 11/23/2026 14:05")
    rights = any_of("Said to the person", tuple(RIGHTS.items()))
    interpreter = text("Interpreter who spoke")
    probable_cause = one_of("Probable cause", (*FINDINGS, NOT_ASKED), needed=False)
    reason = prose("Reason", hint="Needed where there is no probable cause, or something is missing.", rows=2)
    form = paper_form()

    def show(self, shown: CaseShown) -> None:
        """Begin with now; ask for the interpreter where one is needed, and for the finding where the law asks."""
        self.initial["time"] = now_typed(shown.at)
        self.language = interpreter_language(shown.case)
        if not self.language:
            self.fields.pop("interpreter")
        if warrantless(shown.case):
            self.fields["probable_cause"].choices = FINDINGS  # type: ignore[attr-defined]
        self.gaps = [gap.says for gap in shown.missing]

    def perform(self, case_id: str, seat: Seat) -> Any:
        """Record it."""
        found = self.cleaned_data
        said: dict[str, Any] = {name: name in (found["rights"] or ()) for name in RIGHTS}
        return arraigning.hold_hearing(
            case_id=case_id,
            by=seat.by,
            probable_cause=three_state(found.get("probable_cause") or ""),
            **self.common,
            **said,
            **self.values("time", "interpreter", "reason", "form"),
        )


class Order(Panel):
    """Decide the release order's terms; they are read back and signed on the next page."""

    slug = "order"
    act = "release:order"
    steps = frozenset({"ORDER", "REVIEW"})
    title = "Release order"
    lede = "Types combine. On the next page the order is read back and signed."
    button = "Read the order back"
    done = "Signed. The custodian sees the order now."
    template = "web/panels/order.html"
    signs = True
    bench = True
    aliases: ClassVar[Mapping[str, str]] = {"text_sha256": "types"}

    types = any_of("Type of release", tuple(TYPES.items()), needed=True)
    amount_cents = MoneyField(label="Amount in dollars", required=False)
    deposit_percent = forms.IntegerField(label="Percent to put down", required=False, min_value=0, max_value=100)
    surety = text("Surety", hint="For nominal bail.")
    conditions = any_of("Conditions beside the standard ones", tuple(CONDITIONS.items()))
    conditions_note = prose("Conditions in words", hint="Which place, which persons, which limits.", rows=2)
    reasons = prose("Reasons", hint="Needed to refuse bail, or to change an order.", rows=2)
    next_hearing = TimeField(label="Next hearing", clock=True)
    next_court = text("Before which court", needed=True)
    late_cause = text("Cause for such a date", hint="Needed past the rule's last day, or when the court is closed.")

    def show(self, shown: CaseShown) -> None:
        """Begin with a date within the rule's window."""
        held = hearing(shown.case)
        if held is None:
            return
        dates = arraigning.next_dates(held.time)
        first = next(iter(dates.offered), None)
        self.rooms = dates.offered
        self.initial["next_hearing"] = (
            first.time if first else StatedTime(f"{dates.in_custody.isoformat()}T09:00", held.time.zone)
        )
        if first:
            self.initial["next_court"] = first.court
        said = [words.day(last_day(held.time, in_custody=kept)) for kept in (True, False)]
        self.fields[
            "next_hearing"
        ].help_text = f"By {said[0]} in custody, {said[1]} free ({hearing_window(held.time).citation})."

    @property
    def terms(self) -> OrderTerms:
        """Return what was decided."""
        found = self.cleaned_data
        return OrderTerms(
            types=tuple(code for code in TYPES if code in (found["types"] or ())),
            conditions=tuple(code for code in CONDITIONS if code in (found["conditions"] or ())),
            **self.values(
                "amount_cents",
                "deposit_percent",
                "surety",
                "conditions_note",
                "reasons",
                "next_hearing",
                "next_court",
                "late_cause",
            ),
        )

    def text_of(self, shown: CaseShown) -> bytes:
        """Return what is signed."""
        return release_order_text(shown.case, self.terms)

    def refusal(self, shown: CaseShown, seat: Seat) -> Refusal | None:
        """Return why this can't be the order, before it is read back; None where it can."""
        seen = self.cleaned_data["seen"]
        return arraigning.preview_order(case=shown.case, seen=seen, terms=self.terms, signer=seat.person)

    def sign(self, case_id: str, seat: Seat, text_sha256: str) -> Any:
        """Sign the order whose text was read."""
        return arraigning.order_release(case_id=case_id, terms=self.terms, text_sha256=text_sha256, by=seat.by, **self.common)

    @classmethod
    def offered(cls, shown: CaseShown) -> bool:
        """Return whether there is an order that can be changed, with reasons."""
        return release_order(shown.case) is not None and shown.stage != "RELEASED"


class Bail(Panel):
    """Take what is put down for the order."""

    slug = "bail"
    act = "bail:post"
    steps = frozenset({"BAIL"})
    title = "Bail put down"
    button = "Record what was put down"
    done = "Recorded."
    template = "web/panels/bail.html"

    order = forms.IntegerField(widget=forms.HiddenInput)
    amount_cents = MoneyField(
        label="Put down, in dollars", error_messages={"required": "Put down, in dollars: this is needed."}
    )

    def show(self, shown: CaseShown) -> None:
        """Say what is still due."""
        order = release_order(shown.case)
        if order is not None:
            self.initial["order"] = order.n
            self.due = words.money(max(0, deposit_due(order) - posted_cents(shown.case, order)))

    def perform(self, case_id: str, seat: Seat) -> Any:
        """Record it."""
        return releasing.post_bail(case_id=case_id, by=seat.by, **self.common, **self.values("order", "amount_cents"))


class Signature(forms.Form):
    """The end of a page that is signed: the password given again."""

    use_required_attribute = False
    password = password()
