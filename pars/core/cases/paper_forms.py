"""Paper forms: work goes on by hand while PARS can't be reached, and is entered later under the form's number.

A number is a site, a running number of that site and a check character, so that two sites or two prints never share one and a slip
of the pen is seen. One form is one person and one act. What happened keeps the time that the form states; the entry has its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from pars.core.cases.case import Case, Change, as_seen, change
from pars.core.cases.facts import Arrested, Booked, PaperEntered
from pars.core.cases.matching import same_arrest, same_booking
from pars.core.cases.received import ArrestGiven, BookingGiven
from pars.core.ledger.entries import Kind
from pars.core.terms import Refusal

FORMS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "ARREST": ("Arrest", "case:book"),
        "HEARING": ("Preliminary arraignment", "hearing:hold"),
        "RELEASE": ("Release", "release:acknowledge"),
    }
)
"""Each kind of form: what it is called, and the act that enters it."""

VOIDED_BECAUSE: Mapping[str, str] = MappingProxyType(
    {
        "SPOILED": "Spoiled, or misprinted",
        "LOST": "Lost",
        "NOT_USED": "Never used",
        "ENTERED_WITHOUT": "What it says was entered without its number",
    }
)
"""Why a form will never be entered: a listed reason, since the ledger holds no words."""

MOST = 500
"""Forms printed at once."""

_LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_SITE = re.compile(r"[A-Z][A-Z0-9]{1,7}", re.ASCII)
_NUMBER = re.compile(r"([A-Z][A-Z0-9]{1,7})-?(\d{6})-?([0-9A-Z])", re.ASCII)


@dataclass(frozen=True, slots=True)
class FormNumber:
    """The number of one form: `number` counts the site's forms from 1."""

    site: str
    number: int

    def __str__(self) -> str:
        return f"{self.site}-{self.number:06d}-{check_character(f'{self.site}{self.number:06d}')}"


@dataclass(frozen=True, slots=True, kw_only=True)
class FormState:
    """What is known of a form: its kind, None where it was never printed; whether it is void; the case in which it was entered."""

    form: str | None
    voided: bool = False
    case: str | None = None


def check_character(text: str) -> str:
    """Return the check character of letters and digits (ISO 7064, MOD 37,36).

    One wrong character always changes it. So do two exchanged neighbors, but for 36 of the 22,680 ways in which they can stand
    after what comes before them, and a 0 and a 1 at the end: such a slip is found only where no form of that number is out.
    """
    rest = 36
    for letter in text:
        rest = (rest + _LETTERS.index(letter)) % 36 or 36
        rest = rest * 2 % 37
    return _LETTERS[(37 - rest) % 36]


def read_number(text: str) -> FormNumber | Refusal:
    """Return the number that somebody typed, with or without its dashes, in any case; a refusal where a character is wrong."""
    found = _NUMBER.fullmatch("".join(text.split()).upper().replace("--", "-"))
    if found is not None:
        number = FormNumber(found[1], int(found[2]))
        if number.number and check_character(f"{found[1]}{found[2]}") == found[3]:
            return number
    return Refusal(
        code="FORM_MISREAD",
        says="This is no number of a paper form, or a character of it was misread.",
        remedy="Type it as it stands below the bars, with its last character: like PDU-000021-M.",
        names=("form",),
    )


def refuse_print(site: str, form: str, count: int) -> Refusal | None:
    """Return why forms can't be printed so; None where they can."""
    if not _SITE.fullmatch(site):
        return Refusal(
            code="WRONG_SITE",
            says="A site is named by 2 to 8 capital letters and digits, a letter first.",
            remedy="Choose a short name, such as PDU, and keep to it.",
            names=("site",),
        )
    if form not in FORMS:
        return Refusal(
            code="UNKNOWN_FORM", says="There is no such form.", remedy=f"Choose one of {', '.join(FORMS)}.", names=("form",)
        )
    if not 1 <= count <= MOST:
        return Refusal(code="WRONG_COUNT", says=f"Between 1 and {MOST} forms are printed at once.", names=("count",))
    return None


def refuse_void(number: FormNumber, state: FormState, reason: str) -> Refusal | None:
    """Return why a form can't be made void; None where it can."""
    if reason not in VOIDED_BECAUSE:
        return Refusal(
            code="REASON_NEEDED",
            says="A form is made void for a reason of the list.",
            remedy=f"Choose one of {', '.join(VOIDED_BECAUSE)}.",
            names=("reason",),
        )
    return _refuse_state(number, state)


def refuse_form(act: str, number: FormNumber, state: FormState) -> Refusal | None:
    """Return why a form can't be entered by an act: it isn't out, or it is a form of another act. None where it can."""
    refusal = _refuse_state(number, state)
    if refusal is not None:
        return refusal
    label, enters = FORMS[state.form or ""]
    # INVARIANT: only an arrest comes by another way meanwhile; a hearing's or a release's form is used up by that act alone.
    if act == enters or (act == "case:correct" and state.form == "ARREST"):
        return None
    return Refusal(
        code="OTHER_FORM",
        says=f"{number} is a form for another act: {label.lower()}.",
        remedy="Look at the form's heading, and enter it there.",
        names=("form",),
    )


def with_form(outcome: Change, number: FormNumber) -> Change:
    """Return the act's change with the form that it was first written on, as one more fact of the same version."""
    fact = PaperEntered(form=str(number), n=outcome.case.next_number)
    case = replace(outcome.case, facts=(*outcome.case.facts, fact))
    return replace(outcome, case=case, facts=(*outcome.facts, fact), detail={**outcome.detail, "form": str(number)})


def enter_later(case: Case | None, seen: int) -> Change | Refusal:
    """Begin to put a form's number to a case that is here already: the arrest on it came by another way."""
    found = as_seen(case, seen)
    return found if isinstance(found, Refusal) else change(Kind.FACTS_CORRECTED, found, (), {"corrected": 0, "added": 1})


def refuse_duplicate(
    arrests: Sequence[ArrestGiven], booking: BookingGiven | None, candidates: Iterable[Case]
) -> Refusal | None:
    """Return the refusal of a form whose arrest is here already by its numbers, naming the case; None where it isn't."""
    for case in candidates:
        known = any(same_arrest(given, fact) for given in arrests for fact in case.current(Arrested))
        source = arrests[0].agency if arrests else None
        if known or (booking is not None and any(same_booking(booking, source, fact) for fact in case.current(Booked))):
            return Refusal(
                code="ARREST_IS_HERE",
                says=f"This arrest is here already, by its own number: it came by another way, in the case {case.id}.",
                remedy="Open that case and put the form's number to it; correct there what the form says otherwise.",
                names=("form",),
            )
    return None


def _refuse_state(number: FormNumber, state: FormState) -> Refusal | None:
    if state.form is None:
        return Refusal(
            code="FORM_NOT_PRINTED",
            says=f"No form {number} was printed here.",
            remedy="Look whether it is another city's form, or a copy that somebody wrote a number on.",
            names=("form",),
        )
    # INVARIANT: a form is entered once; the second time is another person's work lost, or the same arrest twice.
    if state.case is not None:
        return Refusal(
            code="FORM_ENTERED",
            says=f"The form {number} was entered already, in the case {state.case}.",
            remedy="Open that case and look whether it is the same; if it isn't, one of the two numbers was misread.",
            names=("form",),
        )
    if state.voided:
        return Refusal(
            code="FORM_VOID",
            says=f"The form {number} was made void.",
            remedy="Enter it without a number, and say in the account where it comes from.",
            names=("form",),
        )
    return None
