"""Flags as acts: property, health, interpreter, competency, consular notification, pictures; and a child's way out of the adult court."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from pars.actions import flagging
from pars.core.cases.facts import (
    CompetencyRaised,
    ConsularNoted,
    ImageReferenced,
    InterpreterStated,
    MedicalHandedOver,
    PropertyRecorded,
)
from pars.core.cases.flags import IMAGES, STATES
from pars.core.cases.juvenile import BASES
from pars.core.cases.numbers import SHAPES
from pars.edge.web.cases.desk import Panel
from pars.edge.web.panel import one_of, prose, text, tick
from pars.edge.web.typed import TimeField

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pars.core.cases.facts import Fact
    from pars.edge.web.seat import Seat


MUST = frozenset({"reference", "handed_to", "note", "nationality", "system"})
"""Fields that some fact can't be made without."""


class FlagPanel(Panel):
    """One flag: its fields are those of its fact."""

    act = "flag:record"
    button = "Record it"
    done = "Recorded. It stays with the case; a later word stands after it."
    kind: ClassVar[type[Fact]]
    names: ClassVar[tuple[str, ...]]

    def perform(self, case_id: str, seat: Seat) -> Any:
        """Record it."""
        # What was left empty where the fact needs words is refused in the rule's words.
        given: dict[str, Any] = {name: "" for name in self.names if name in MUST}
        given.update({name: value for name in self.names if (value := self.cleaned_data.get(name)) is not None})
        fact = self.kind(**given)
        return flagging.record_flag(case_id=case_id, fact=fact, by=seat.by, **self.common)


class Property(FlagPanel):
    """Property taken, or returned."""

    slug = "property"
    title = "Property"
    lede = "The inventory itself stays where it is kept; here stands its number."
    kind, names = PropertyRecorded, ("state", "reference", "note")

    state = one_of("What happened", tuple(STATES[PropertyRecorded].items()))
    reference = text("Number of the inventory", needed=True)
    note = text("In words")


class Health(FlagPanel):
    """A hand-over for health."""

    slug = "health"
    title = "Health: hand-over"
    lede = "Say who was told and where it is written down. No diagnosis and no medicine is kept here."
    kind, names = MedicalHandedOver, ("handed_to", "reference", "urgent")

    handed_to = text("Handed over to", needed=True)
    reference = text("Written down as", hint="The number of the medical sheet")
    urgent = tick("Urgent")


class Interpreter(FlagPanel):
    """Whether an interpreter is needed."""

    slug = "interpreter"
    title = "Interpreter"
    lede = "Everybody who works on the case sees this; the hearing isn't held without an interpreter who is named."
    kind, names = InterpreterStated, ("state", "language", "note")

    state = one_of("What is known", tuple(STATES[InterpreterStated].items()))
    language = text("Language")
    note = text("In words", hint="Needed where none is needed any more: who spoke with the person, in which language.")


class Competency(FlagPanel):
    """A concern about competency."""

    slug = "competency"
    title = "Competency"
    lede = "A concern stands before the hearing until somebody settles it, or the court calls the case with a reason."
    kind, names = CompetencyRaised, ("state", "note")

    state = one_of("What happened", tuple(STATES[CompetencyRaised].items()))
    note = prose("What was seen, or what settled it", needed=True, rows=2)


class Consular(FlagPanel):
    """Consular notification."""

    slug = "consular"
    act = "consular:record"
    title = "Consular notification"
    lede = "Vienna Convention, article 36(1)(b): only you who must give the notice read this. Ask; never guess it from anything else."
    kind, names = ConsularNoted, ("state", "nationality", "consulate", "reference")

    state = one_of("What happened", tuple(STATES[ConsularNoted].items()))
    nationality = text("Nationality that the person states", needed=True)
    consulate = text("Consulate")
    reference = text("Number or time of the notice")


class Picture(FlagPanel):
    """Where a picture or the prints are kept."""

    slug = "picture"
    title = "Photograph or prints: where they are kept"
    kind, names = ImageReferenced, ("kind", "system", "reference")
    aliases: ClassVar[Mapping[str, str]] = {"kind": "kind_of"}

    kind_of = one_of("What", tuple(IMAGES.items()))
    system = text("System that keeps it", needed=True)
    reference = text("Its number there", needed=True)

    def perform(self, case_id: str, seat: Seat) -> Any:
        """Record it."""
        self.cleaned_data["kind"] = self.cleaned_data["kind_of"]
        return super().perform(case_id, seat)


class Direct(Panel):
    """Charge a child as an adult."""

    slug = "direct-charge"
    act = "charge:decide"
    title = "Charge a person under 18 as an adult"
    lede = "Only on a ground of the law. Outside agencies see nothing of the case either way."
    button = "Charge as an adult"
    done = "Recorded. The case is on the adult path; the juvenile court may still take it."

    basis = one_of("Ground", tuple(BASES.items()))
    reason = prose("What it rests on", needed=True, rows=2)

    def perform(self, case_id: str, seat: Seat) -> Any:
        """Record it."""
        return flagging.charge_directly(case_id=case_id, by=seat.by, **self.common, **self.values("basis", "reason"))


class Juvenile(Panel):
    """Send the matter to the juvenile court."""

    slug = "juvenile"
    act = "juvenile:send"
    title = "The court sent the matter to the juvenile court"
    lede = "From here on the case is off the adult path and in no adult view; the juvenile authorities take the person over."
    button = "Record the transfer"
    done = "Recorded. The custodian hands the person over to the juvenile authorities."

    court = text("Court that decided", needed=True)
    reference = text("Number of the order", needed=True)
    decided = TimeField(label="Decided at", clock=True, help_text="Like 11/23/2026 14:05")
    docket = text("Docket", hint=f"Like {SHAPES['docket'].example}", max_length=40)

    def perform(self, case_id: str, seat: Seat) -> Any:
        """Record it."""
        given = self.values("court", "reference", "decided", "docket")
        return flagging.send_to_juvenile(case_id=case_id, by=seat.by, **self.common, **given)


FLAGS: tuple[type[Panel], ...] = (Property, Health, Interpreter, Competency, Consular, Picture)
CHILD: tuple[type[Panel], ...] = (Direct, Juvenile)
PANELS = (*FLAGS, *CHILD)
