"""Who the person is, as acts: a reply to prints recorded or corrected, a link confirmed or undone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from pars.actions import recognizing
from pars.core.cases.facts import IdentityVerified
from pars.core.cases.identity import OUTCOMES, replies
from pars.core.cases.linking import BASES, standing_links, waiting_links
from pars.core.cases.numbers import SHAPES
from pars.edge.web.cases.desk import Panel
from pars.edge.web.cases.telling_person import found_by_prints
from pars.edge.web.panel import from_list, one_of, prose, text
from pars.edge.web.typed import TimeField, number_in

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pars.actions.disclosing import CaseShown
    from pars.edge.web.seat import Seat


class Prints(Panel):
    """Record what a repository answered to the prints, beside the claim; or correct an earlier reply."""

    slug = "prints"
    act = "identity:verify"
    title = "Record a reply to prints"
    lede = "Copy it as it came. The name that the person gave stays; what differs becomes a doubt that somebody settles."
    button = "Record the reply"
    template = "web/panels/prints.html"
    done = "Recorded. Where it names somebody else, the doubts say what to look at again."

    source = text("System that answered", needed=True, hint="Like State repository")
    reference = text("Its number of the reply", needed=True)
    stated = TimeField(label="Time of the reply", clock=True, help_text="Like 11/23/2026 14:05")
    outcome = one_of("What it found", tuple(OUTCOMES.items()))
    confidence = text("How sure, in its words")
    sid = text("SID", hint=f"Like {SHAPES['sid'].example}", max_length=20)
    pid = text("PID", hint=f"Like {SHAPES['pid'].example}", max_length=20)
    ucn = text("UCN", hint=f"Like {SHAPES['ucn'].example}", max_length=20)
    surname, given = text("Surname by prints"), text("Given name by prints")
    birth_date = TimeField(label="Birth date by prints", required=False, vague=True, help_text="Like 11/23/1990, or 1990")
    corrects = from_list("In the place of an earlier reply", ())
    why = text("Why it is corrected", hint="Needed where it takes an earlier reply's place.")

    def __init__(self, data: Any = None, **options: Any) -> None:
        super().__init__(data, **options)
        if self.shown is None and data is not None:
            given = data.get(f"{self.slug}-corrects", "")
            self.fields["corrects"].choices = [("", "None"), *([(given, given)] if number_in(given) is not None else [])]  # type: ignore[attr-defined]

    def show(self, shown: CaseShown) -> None:
        """List the replies that stand, where there are any."""
        stand = [
            (str(reply.n), f"{reply.reference}, {found_by_prints(reply) or OUTCOMES[reply.outcome]}")
            for reply in replies(shown.case)
        ]
        self.fields["corrects"].choices = [("", "None"), *stand]  # type: ignore[attr-defined]
        if not stand:
            self.fields.pop("corrects")
            self.fields.pop("why")

    def perform(self, case_id: str, seat: Seat) -> Any:
        """Record it."""
        found = self.cleaned_data
        said = self.values(
            "stated", "outcome", "source", "reference", "confidence", "sid", "pid", "ucn", "surname", "given", "birth_date"
        )
        corrects = found.get("corrects")
        reply = IdentityVerified(**said, verifier=seat.by.person, corrects=int(corrects) if corrects else None)
        return recognizing.verify_identity(case_id=case_id, reply=reply, why=found.get("why"), by=seat.by, **self.common)


class _OnLink(Panel):
    """An act on one link of the case."""

    act = "person:link"
    aliases: ClassVar[Mapping[str, str]] = {"confirmer": "link"}

    link = one_of("Which link", ())
    reason = prose("What you rely on", needed=True, rows=2)

    def __init__(self, data: Any = None, **options: Any) -> None:
        super().__init__(data, **options)
        if self.shown is None and data is not None:
            given = data.get(f"{self.slug}-link", "")
            self.fields["link"].choices = [(given, given)] if number_in(given) is not None else []  # type: ignore[attr-defined]

    def show(self, shown: CaseShown) -> None:
        """List the links; choose the only one."""
        found = [(str(link.n), f"Case {link.other_case}, {BASES[link.basis]}: {link.why or ''}") for link in self.links(shown)]
        self.fields["link"].choices = found  # type: ignore[attr-defined]
        if len(found) == 1:
            self.initial["link"] = found[0][0]

    @property
    def chosen(self) -> dict[str, Any]:
        """Return the link and the reason as the action takes them."""
        return {"link": int(self.cleaned_data["link"]), "reason": self.cleaned_data["reason"]}

    @staticmethod
    def links(shown: CaseShown) -> Any:
        """Return the links that the act may be done on."""
        return standing_links(shown.case)


class ConfirmLink(_OnLink):
    """Confirm a link that somebody else made without prints."""

    slug = "confirm-link"
    title = "Confirm that two cases are of one person"
    lede = "You are the second person: open both cases and compare them yourself. Until you confirm it, the link holds nobody."
    button = "Confirm the link"
    done = "Confirmed. A release now looks at both cases; warrants are to be looked up again."

    @staticmethod
    def links(shown: CaseShown) -> Any:
        """Return the links that wait."""
        return waiting_links(shown.case)

    def perform(self, case_id: str, seat: Seat) -> Any:
        """Confirm it."""
        return recognizing.confirm_link(case_id=case_id, by=seat.by, **self.common, **self.chosen)


class UndoLink(_OnLink):
    """Undo a link."""

    slug = "undo-link"
    title = "Undo a link to another case"
    lede = "What was decided on it is looked at again: warrants, grades that rest on convictions, what holds the person."
    button = "Undo the link"
    done = "Undone. What rested on it is to be looked at again."

    def perform(self, case_id: str, seat: Seat) -> Any:
        """Undo it."""
        return recognizing.undo_link(case_id=case_id, by=seat.by, **self.common, **self.chosen)


PANELS: tuple[type[Panel], ...] = (Prints, ConfirmLink, UndoLink)
