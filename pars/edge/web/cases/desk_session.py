"""What the court's session does on a case: call, pass, a side's position, docket numbers, results acknowledged, orders served."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms

from pars.actions import sitting
from pars.core.cases.calling import REASONS, SIDES, called
from pars.core.cases.case import arrests, release_order
from pars.core.cases.charging import standing_complaint
from pars.core.cases.dockets import RECEIVERS, dockets, results_owed
from pars.core.cases.orders_served import named_another, special_conditions
from pars.core.cases.serving_orders import LANGUAGES, ON
from pars.edge.web import words
from pars.edge.web.cases.desk import Panel
from pars.edge.web.panel import any_of, from_list, one_of, text
from pars.edge.web.typed import TimeField, now_typed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pars.actions.disclosing import CaseShown
    from pars.edge.web.seat import Seat

THERE = (("video", "The video line is up"), ("interpreter", "The interpreter is there"))


def to_hear(shown: CaseShown) -> bool:
    """Return whether the case waits for a hearing that the court can hold."""
    return any(step.code == "HEARING" for step in shown.steps)


class Call(Panel):
    """Call the case in the session that runs."""

    slug = "call"
    act = "case:call"
    title = "Call the case"
    button = "Call the case"
    done = "Called."
    bench = True
    aliases: ClassVar[Mapping[str, str]] = {"video": "there", "interpreter": "there"}

    there = any_of("As far as you can say", THERE)
    reason = text("Reason", hint="Needed where something is missing that can wait.")

    def show(self, shown: CaseShown) -> None:
        """Ask for a reason only where something is missing."""
        if not shown.missing:
            self.fields.pop("reason")

    def perform(self, case_id: str, seat: Seat) -> Any:
        """Record it."""
        said = self.cleaned_data.get("there") or ()
        there: dict[str, Any] = {code: True for code, _ in THERE if code in said}
        return sitting.call_case(
            case_id=case_id, by=seat.by, zone=words.zone(), **self.common, **there, **self.values("reason")
        )

    @classmethod
    def offered(cls, shown: CaseShown) -> bool:
        """Return whether it can be called: it can be heard and isn't called."""
        return to_hear(shown) and called(shown.case) is None


class Pass(Panel):
    """Pass the case with the reason; what was begun of a hearing counts for nothing."""

    slug = "pass"
    act = "case:call"
    title = "Pass the case"
    button = "Pass the case"
    done = "Passed. It stays on the docket until it is called again."
    bench = True

    reason = from_list("Why", [("", "Choose"), *REASONS.items()], needed=True)
    note = text("In words", hint="Needed for another reason.")

    def perform(self, case_id: str, seat: Seat) -> Any:
        """Record it."""
        return sitting.pass_case(case_id=case_id, by=seat.by, zone=words.zone(), **self.common, **self.values("reason", "note"))

    @classmethod
    def offered(cls, shown: CaseShown) -> bool:
        """Return whether there is a hearing to be passed."""
        return to_hear(shown)


class Position(Panel):
    """Record what a side asks for. It decides nothing."""

    slug = "position"
    act = "case:call"
    title = "A side's position"
    button = "Record the position"
    done = "Recorded."
    bench = True

    side = one_of("Side", tuple(SIDES.items()))
    says = text("Asks for", needed=True, max_length=1000)

    def perform(self, case_id: str, seat: Seat) -> Any:
        """Record it."""
        return sitting.state_position(case_id=case_id, by=seat.by, **self.common, **self.values("side", "says"))

    @classmethod
    def offered(cls, shown: CaseShown) -> bool:
        """Return whether the court still hears positions: the case is called."""
        return called(shown.case) is not None


class Docket(Panel):
    """Record the docket number that the court gave, or draw the next where the court lets it."""

    slug = "docket"
    act = "docket:enter"
    title = "Docket number"
    button = "Record the docket number"
    done = "Recorded."
    aliases: ClassVar[Mapping[str, str]] = {"arrests_of": "arrests"}

    number = text("Docket number", hint="Like MC-51-CR-0012345-2018, copied from the court's system.")
    arrests = any_of("For which arrests", ())

    def __init__(self, data: Any = None, *, shown: CaseShown | None = None, **options: Any) -> None:
        super().__init__(data, shown=shown, **options)
        if shown is None:
            self.fields["arrests"] = forms.TypedMultipleChoiceField(
                coerce=int, required=False, choices=[(str(n), "") for n in range(1, 1000)]
            )

    def show(self, shown: CaseShown) -> None:
        """Offer the case's arrests where there are several, and say whether the number may be left to be drawn."""
        found = arrests(shown.case)
        self.given = [docket.number for docket in dockets(shown.case)]
        if len(found) < 2:
            self.fields.pop("arrests")
            return
        told = [(str(one.n), f"{words.number(one.otn) or 'no OTN'}, {one.agency}") for one in found]
        self.fields["arrests"].choices = told  # type: ignore[attr-defined]
        self.fields["arrests"].help_text = "None ticked: for all of them."

    def perform(self, case_id: str, seat: Seat) -> Any:
        """Record it."""
        about = tuple(self.cleaned_data.get("arrests") or ())
        return sitting.give_docket(
            case_id=case_id, by=seat.by, zone=words.zone(), arrests_of=about, **self.common, **self.values("number")
        )

    @classmethod
    def offered(cls, shown: CaseShown) -> bool:
        """Return whether a complaint opened a docket."""
        return standing_complaint(shown.case) is not None


class Result(Panel):
    """Record that somebody acknowledged the result of the hearing."""

    slug = "result"
    act = "docket:enter"
    title = "Result sent on"
    button = "Record the acknowledgement"
    done = "Recorded."

    to = one_of("Acknowledged by", tuple(RECEIVERS.items()))
    receipt = text("Who took it, or its number there", needed=True)

    def show(self, shown: CaseShown) -> None:
        """Ask only for who hasn't acknowledged it as it stands."""
        owed = results_owed(shown.case)
        self.fields["to"].choices = [(code, RECEIVERS[code]) for code in owed]  # type: ignore[attr-defined]
        if len(owed) == 1:
            self.initial["to"] = owed[0]

    def perform(self, case_id: str, seat: Seat) -> Any:
        """Record it."""
        return sitting.send_result(case_id=case_id, by=seat.by, **self.common, **self.values("to", "receipt"))

    @classmethod
    def offered(cls, shown: CaseShown) -> bool:
        """Return whether a whole result is there that somebody hasn't acknowledged."""
        whole = release_order(shown.case) is not None or shown.stage == "DISCHARGED"
        return whole and bool(results_owed(shown.case))


class Served(Panel):
    """Record that the order's conditions were given to somebody."""

    slug = "service"
    act = "order:serve"
    steps = frozenset({"SERVE"})
    title = "Serve the order"
    lede = "Read a number from the person's own band or paper and type it: on anybody else the order isn't served."
    button = "Record the service"
    done = "Served, and recorded."

    order = forms.IntegerField(widget=forms.HiddenInput)
    on = one_of("Given to", tuple(ON.items()), initial="DEFENDANT")
    read = text("Read from the person: OTN, or birth date like 1990-06-01", hint="Only for the person whom it binds.")
    language = one_of("In which language", tuple(LANGUAGES.items()), initial="en")
    interpreter = text("Interpreter", hint="Needed for another language, or where the person needs one.")
    time = TimeField(label="Given at", clock=True, help_text="Like 11/23/2026 14:05")

    def show(self, shown: CaseShown) -> None:
        """Begin with now, and with the order that stands."""
        made = release_order(shown.case)
        self.initial["order"] = made.n if made is not None else None
        self.initial["time"] = now_typed(shown.at)
        self.another = named_another(shown.case) is not None

    def perform(self, case_id: str, seat: Seat) -> Any:
        """Record it."""
        parts = self.values("order", "on", "read", "language", "interpreter", "time")
        return sitting.serve_order(case_id=case_id, by=seat.by, **self.common, **parts)

    @classmethod
    def offered(cls, shown: CaseShown) -> bool:
        """Return whether conditions stand that somebody may still be given."""
        made = release_order(shown.case)
        return made is not None and bool(special_conditions(made))
