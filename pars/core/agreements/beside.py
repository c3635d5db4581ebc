"""What a version's text agrees beside who may see what: a fee, and by when somebody who won't renew it says so.

A fee is a recorded term and nothing more: nobody is refused for it. Whether one may be asked at all is a matter of law: criminal history goes to
criminal justice agencies without charge (18 Pa.C.S. § 9121(a)), so that it can only be for something else [counsel].
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pars.core.agreements.civil import read_end
from pars.core.wording import bare, midnight, when

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from pars.core.access.explain import Language
    from pars.core.agreements.version import Place, Term
    from pars.core.document import Node
    from pars.core.terms import Instant

PERIODS = ("month", "once", "question", "year")
MOST_CENTS = 10**11

_WORDS: Mapping[Language, Mapping[str, str]] = {
    "en": {
        "no fee": "No fee is agreed.",
        "fee": "Fee: ${} {}, for: {}.",
        "month": "a month",
        "once": "once",
        "question": "a question",
        "year": "a year",
        "without charge": " Criminal history itself goes to a criminal justice agency without charge (18 Pa.C.S. § 9121(a)).",
        "no notice": "Nobody need say that they won't renew it.",
        "notice": "Whoever will not renew it says so to the other side, in writing, by {}.",
    },
    "es": {
        "no fee": "No se acuerda ninguna tarifa.",
        "fee": "Tarifa: ${} {}, por: {}.",
        "month": "al mes",
        "once": "una vez",
        "question": "por pregunta",
        "year": "al año",
        "without charge": " Los antecedentes mismos se dan sin costo a una agencia de justicia penal (18 Pa.C.S. § 9121(a)).",
        "no notice": "Nadie necesita avisar que no lo renovará.",
        "notice": "Quien no vaya a renovarlo lo avisa a la otra parte, por escrito, hasta el {}.",
    },
}


@dataclass(frozen=True, slots=True)
class Fee:
    """What the agency pays, how often, and for what."""

    cents: int
    per: str
    says: Mapping[str, str] = field(hash=False)


@dataclass(frozen=True, slots=True)
class NoticeBy:
    """By when somebody who won't renew says so. `civil` is the last civil day where it was stated as one."""

    at: Instant
    civil: date | None = None


def read_fee(node: Node) -> Fee:
    """Return the fee that a text states."""
    parts = node.fields({"cents", "per", "says"})
    return Fee(parts["cents"].whole(1, MOST_CENTS), parts["per"].one_of(PERIODS), parts["says"].said())


def read_notice_by(node: Node, place: Place, term: Term, *, resolve: bool) -> NoticeBy:
    """Return by when notice is due: within the term."""
    by = node.fields({"notice_by"})["notice_by"]
    at, civil = read_end(by, place, resolve=resolve)
    if not term.start < at <= term.end:
        raise by.wrong("OUT_OF_TERM", "a notice that the agreement won't be renewed is due within its term.")
    return NoticeBy(at, civil)


def fee_said(fee: Fee | None, agency_class: str, language: Language) -> str:
    """Return the fee in one or two sentences."""
    words = _WORDS[language]
    if fee is None:
        return words["no fee"]
    said = words["fee"].format(
        f"{fee.cents // 100:,}.{fee.cents % 100:02}", words[fee.per], fee.says.get(language, fee.says["en"]).rstrip(".")
    )
    return said + (words["without charge"] if agency_class == "criminal_justice" else "")


def notice_said(notice: NoticeBy | None, place: Place, language: Language) -> str:
    """Return by when a notice is due, in a sentence."""
    words = _WORDS[language]
    if notice is None:
        return words["no notice"]
    civil = notice.civil
    return words["notice"].format(bare(midnight(civil, place, language) if civil else when(notice.at, place, language)))
