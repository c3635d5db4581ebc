"""What papers have in common: who the person is, the numbers of the case, money, charges and the next hearing in rows."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from pars.core.cases.bail import deposit_due
from pars.core.cases.board import full_name
from pars.core.cases.case import arrests, declined, filed_charges, release_order
from pars.core.cases.charges import basis_words, described
from pars.core.cases.facts import Arrested, ChargeFiled, Fact, IdentityClaimed, ReleaseOrdered
from pars.core.cases.paper import cents
from pars.core.cases.papers.form import BLANK, Part
from pars.core.cases.papers.said import NOT_STATED, condition_said, number_said, time_said, type_said
from pars.core.terms import Refusal

if TYPE_CHECKING:
    from pars.core.access.explain import Language
    from pars.core.cases.case import Case
    from pars.core.cases.papers.form import Fields, Rows

NAMED: Fields = MappingProxyType(
    {IdentityClaimed: frozenset({"surname", "given", "middle", "suffix", "full"}), Arrested: frozenset({"otn"})}
)
"""What every caption prints."""

CHARGED: Fields = MappingProxyType(
    {
        ChargeFiled: frozenset(
            {"statute", "description", "counts", "grade", "offense_date", "inchoate", "object_statute", "object_description"}
        )
    }
)
"""What a table of charges prints."""

_WORDS: dict[Language, dict[str, str]] = {
    "en": {
        "v": "Commonwealth of Pennsylvania v.",
        "otn": "Offense tracking number",
        "docket": "Docket number",
        "amount": "Amount",
        "deposit": "To be put down",
        "percent": "{percent} percent: {due}",
        "surety": "Surety",
        "when": "When",
        "where": "Before",
        "heads": "No.|Statute and offense|Grade|Counts|Date of the offense",
        "charges": "Charges",
    },
    "es": {
        "v": "Estado de Pensilvania (Commonwealth) contra",
        "otn": "Número de seguimiento (OTN)",
        "docket": "Número de expediente",
        "amount": "Monto",
        "deposit": "Depósito exigido",
        "percent": "{percent} por ciento: {due}",
        "surety": "Fiador",
        "when": "Cuándo",
        "where": "Ante",
        "heads": "N.º|Ley y delito|Grado|Veces|Fecha del hecho",
        "charges": "Cargos",
    },
}


def name_of(case: Case, language: Language = "en") -> str:
    """Return the person's name in the order in which it is spoken."""
    return full_name(case) or NOT_STATED[language]


def caption(case: Case, language: Language = "en") -> Rows:
    """Return who against whom, and the numbers by which a clerk finds the case; the docket's is written in by hand."""
    words = _WORDS[language]
    numbers = [number_said(arrest.otn, language) for arrest in arrests(case)]
    return (
        (words["v"], name_of(case, language)),
        *((words["otn"], number) for number in numbers),
        (words["docket"], BLANK),
    )


def money(order: ReleaseOrdered, language: Language = "en") -> Rows:
    """Return what an order says of money; nothing where it asks for none."""
    words = _WORDS[language]
    rows = []
    if order.amount_cents is not None:
        rows.append((words["amount"], cents(order.amount_cents)))
    due = deposit_due(order)
    if due:
        said = words["percent"].format(percent=order.deposit_percent, due=cents(due)) if order.deposit_percent else cents(due)
        rows.append((words["deposit"], said))
    if order.surety:
        rows.append((words["surety"], order.surety))
    return tuple(rows)


def types(order: ReleaseOrdered, language: Language = "en") -> tuple[str, ...]:
    """Return an order's types of release in words."""
    return tuple(type_said(code, language) for code in order.types)


def conditions(order: ReleaseOrdered, language: Language = "en") -> tuple[str, ...]:
    """Return an order's conditions in words."""
    return tuple(condition_said(code, language) for code in order.conditions)


def next_hearing(order: ReleaseOrdered, language: Language = "en") -> Rows:
    """Return when and before which court the person must be next."""
    words = _WORDS[language]
    return (
        (words["when"], time_said(order.next_hearing, language)),
        (words["where"], order.next_court or NOT_STATED[language]),
    )


def charges(case: Case, language: Language = "en") -> Part:
    """Return the filed charges as a table, an inchoate one with its object."""
    words = _WORDS[language]
    lines = tuple(
        (
            str(place),
            " ".join(part for part in (charge.statute.strip(), described(charge)) if part),
            "; ".join(part for part in (charge.grade or NOT_STATED[language], basis_words(charge)) if part),
            str(charge.counts),
            time_said(charge.offense_date, language),
        )
        for place, charge in enumerate(filed_charges(case), 1)
    )
    return Part(heading=words["charges"], heads=tuple(words["heads"].split("|")), table=lines)


def lines_of(words: str | None) -> tuple[str, ...]:
    """Return words of several lines as paragraphs."""
    return tuple(line for part in (words or "").splitlines() if (line := " ".join(part.split())))


def order_of(case: Case) -> ReleaseOrdered:
    """Return the order that stands; a paper that asks has seen to it that there is one."""
    order = release_order(case)
    assert order is not None, "refused before it is written"
    return order


def refuse_without_order(case: Case) -> Refusal | None:
    """Return why there is no paper of an order, if so."""
    if declined(case):
        return Refusal(
            code="DECLINED",
            says="Every charge was declined or referred; the order asks nothing of the person any longer.",
            remedy="The papers of such a case are the discharge and the notice.",
        )
    if release_order(case) is not None:
        return None
    return Refusal(
        code="NO_ORDER",
        says="No release order stands in this case, so there is no such paper.",
        remedy="The court holds the arraignment and signs the order; then the paper is there.",
    )


def joined(*lists: Fields) -> Fields:
    """Return the fields of several lists as one."""
    found: dict[type[Fact], frozenset[str]] = {}
    for named in lists:
        for kind, names in named.items():
            found[kind] = found.get(kind, frozenset()) | names
    return MappingProxyType(found)
