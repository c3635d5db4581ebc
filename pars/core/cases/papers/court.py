"""The court's papers about release: the order with its conditions, their words apart, the bond and the receipt.

What an order says in words about a place or a person may name a victim. It stands on a sheet of its own that isn't filed, never in the
court's file, which anybody may read (Public Access Policy, §§ 7.0, 8.0 [counsel]).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pars.core.cases.bail import STANDARD_CONDITIONS, deposit_due, posted_cents
from pars.core.cases.case import hearing
from pars.core.cases.facts import Arraigned, BailPosted, ReleaseOrdered
from pars.core.cases.paper import cents
from pars.core.cases.papers.court_words import SAYS
from pars.core.cases.papers.form import BLANK, Body, PaperKind, Part, Signature
from pars.core.cases.papers.parties import (
    NAMED,
    caption,
    conditions,
    joined,
    lines_of,
    money,
    name_of,
    next_hearing,
    order_of,
    refuse_without_order,
    types,
)
from pars.core.cases.papers.said import instant_said, time_said
from pars.core.terms import Refusal

if TYPE_CHECKING:
    from pars.core.access.explain import Language
    from pars.core.cases.case import Case
    from pars.core.cases.papers.form import Telling

BY_ORDER = "Bail authority"
MONEY = frozenset({"types", "amount_cents", "deposit_percent"})
SIGNED = frozenset({"signer", "text_sha256"})
NEXT = frozenset({"next_hearing", "next_court"})


def _sheet_holds(order: ReleaseOrdered, language: Language = "en") -> tuple[str, ...]:
    """Return where the words of the conditions are; nothing is said where every condition is a standard one."""
    return (SAYS[language]["sheet"],) if set(order.conditions) - set(STANDARD_CONDITIONS) else ()


def _read_only(language: Language) -> tuple[Part, ...]:
    """Return what goes first on a translation of what is signed or filed: the English text is the one that counts."""
    says = SAYS[language]
    return (Part(heading=says["copy"], says=(says["governs"],)),) if language != "en" else ()


# ---------------------------------------------------------------- the order


def _order(case: Case, telling: Telling) -> Body:
    """Write the order as it was signed, except the words that stand on a sheet of their own."""
    order = order_of(case)
    then, language = case.before(order), telling.language
    held = hearing(then)
    found = {True: "found", False: "not found", None: "not asked: arrested on a warrant"}
    parts = [
        Part(
            heading="Preliminary arraignment",
            rows=(
                ("Held", time_said(held.time if held else None, language)),
                ("Probable cause", found[held.probable_cause if held else None]),
            ),
        ),
        Part(heading="Release", items=types(order), rows=money(order)),
    ]
    if order.conditions:
        parts.append(Part(heading="Conditions", items=conditions(order), after=_sheet_holds(order)))
    if order.reasons:
        parts.append(Part(heading="Reasons", says=lines_of(order.reasons)))
    late = (("Cause for this date", " ".join(lines_of(order.late_cause))),) if order.late_cause else ()
    parts.append(Part(heading="Next hearing", rows=(*next_hearing(order), *late)))
    return Body(
        caption=caption(then),
        parts=tuple(parts),
        signatures=(Signature(label=BY_ORDER, signer=order.signer),),
        sha256=order.text_sha256,
    )


ORDER = PaperKind(
    slug="order",
    titles={"en": "Bail order"},
    rule="Pa.R.Crim.P. 520, 524, 526, 527, 528",
    filed=True,
    fields=joined(
        NAMED,
        {
            Arraigned: frozenset({"time", "probable_cause"}),
            ReleaseOrdered: MONEY | SIGNED | NEXT | {"conditions", "reasons", "surety", "late_cause"},
        },
    ),
    refuse=refuse_without_order,
    write=_order,
)


def _refuse_sheet(case: Case) -> Refusal | None:
    refusal = refuse_without_order(case)
    if refusal is None and not lines_of(order_of(case).conditions_note):
        return Refusal(
            code="NO_CONDITION_IN_WORDS",
            says="No condition of this order has words of its own.",
            remedy="The conditions stand on the order.",
        )
    return refusal


def _sheet(case: Case, telling: Telling) -> Body:
    order, language = order_of(case), telling.language
    says = SAYS[language]
    named = tuple(
        said
        for code, said in zip(order.conditions, conditions(order, language), strict=True)
        if code not in STANDARD_CONDITIONS
    )
    return Body(
        caption=caption(case, language),
        parts=(
            *_read_only(language),
            Part(heading=says["conditions"], items=named),
            Part(heading=says["in_words"], says=lines_of(order.conditions_note)),
        ),
        signatures=_signed(
            language, Signature(label=BY_ORDER, signer=order.signer), Signature(label="Received by the defendant")
        ),
        sha256=order.text_sha256,
    )


def _signed(language: Language, *signatures: Signature) -> tuple[Signature, ...]:
    """Return who signs: nobody signs a translation."""
    return signatures if language == "en" else ()


SHEET = PaperKind(
    slug="conditions",
    titles={"en": "Conditions in words (not to be filed)", "es": "Las condiciones en palabras (no se presenta)"},
    rule="Pa.R.Crim.P. 527; Public Access Policy § 7.0",
    filed=False,
    fields=joined(NAMED, {ReleaseOrdered: SIGNED | {"conditions", "conditions_note"}}),
    refuse=_refuse_sheet,
    write=_sheet,
)


# ---------------------------------------------------------------- the bond


def _refuse_bond(case: Case) -> Refusal | None:
    refusal = refuse_without_order(case)
    if refusal is None and "REFUSED" in order_of(case).types:
        return Refusal(
            code="BAIL_REFUSED",
            says="Bail was refused, so there is nothing to sign a bond for.",
            remedy="A new order can grant bail (Pa.R.Crim.P. 529).",
        )
    return refusal


def _bond(case: Case, telling: Telling) -> Body:
    order, language = order_of(case), telling.language
    says = SAYS[language]
    signs = [Signature(label="Defendant")]
    if order.surety:
        signs.append(Signature(label="Surety"))
    blanks = ((says["date"], BLANK), (says["address"], BLANK))
    signed = (Part(heading=says["signed"], rows=blanks),) if language == "en" else ()
    return Body(
        caption=caption(case, language),
        parts=(
            *_read_only(language),
            Part(
                heading=says["promise"],
                says=(says["i_promise"].format(name_of(case, language)),),
                items=conditions(order, language),
                after=_sheet_holds(order, language),
            ),
            Part(heading=says["money"], rows=money(order, language), says=(_pledge(order, language),)),
            Part(heading=says["next"], rows=next_hearing(order, language)),
            Part(heading=says["unkept"], says=(says["forfeit"],)),
            *signed,
        ),
        signatures=_signed(language, *signs, Signature(label="Issuing authority or clerk")),
        sha256=order.text_sha256,
    )


def _pledge(order: ReleaseOrdered, language: Language) -> str:
    """Return what the bond pledges, by the type of release."""
    says = SAYS[language]
    if order.amount_cents is None:
        return says["no_money"]
    whole = cents(order.amount_cents)
    if "UNSECURED" in order.types:
        return says["unsecured"].format(whole)
    if "NOMINAL" in order.types:
        return says["nominal"].format(whole)
    return says["deposit"].format(cents(deposit_due(order)), whole)


BOND = PaperKind(
    slug="bond",
    titles={"en": "Bail bond", "es": "Compromiso de fianza"},
    rule="Pa.R.Crim.P. 525, 526",
    filed=True,
    fields=joined(NAMED, {ReleaseOrdered: MONEY | NEXT | {"conditions", "surety", "text_sha256"}}),
    refuse=_refuse_bond,
    write=_bond,
)


# ---------------------------------------------------------------- the receipt


def _refuse_receipt(case: Case) -> Refusal | None:
    refusal = refuse_without_order(case)
    if refusal is None and posted_cents(case, order_of(case)) == 0:
        return Refusal(
            code="NOTHING_POSTED",
            says="Nothing has been put down for the order that stands.",
            remedy="The clerk records what is put down; then the receipt is there.",
        )
    return refusal


def _receipt(case: Case, telling: Telling) -> Body:
    order, language = order_of(case), telling.language
    says = SAYS[language]
    posts = [post for post in case.current(BailPosted) if post.order == order.n]
    due, posted = deposit_due(order), posted_cents(case, order)
    zone = order.next_hearing.zone
    return Body(
        caption=caption(case, language),
        parts=(
            *_read_only(language),
            Part(
                heading=says["put_down"],
                heads=tuple(says["heads"].split("|")),
                table=tuple(
                    (str(place), _recorded(post, zone, telling), cents(post.amount_cents))
                    for place, post in enumerate(posts, 1)
                ),
            ),
            Part(
                heading=says["stands"],
                rows=(
                    *money(order, language),
                    (says["in_all"], cents(posted)),
                    (says["still"], cents(max(0, due - posted))),
                ),
            ),
            Part(
                heading=says["return"],
                rows=((says["from"], BLANK), (says["return_address"], BLANK)) if language == "en" else (),
                says=(says["returned"],),
            ),
        ),
        signatures=_signed(language, Signature(label="Clerk or issuing authority")),
    )


def _recorded(post: BailPosted, zone: str, telling: Telling) -> str:
    known = telling.recorded.get(post.entry or 0)
    return instant_said(known[0], zone, telling.language) if known is not None else BLANK


RECEIPT = PaperKind(
    slug="receipt",
    titles={"en": "Receipt for bail put down", "es": "Recibo de la fianza depositada"},
    rule="Pa.R.Crim.P. 528, 535",
    filed=True,
    fields=joined(NAMED, {ReleaseOrdered: MONEY | {"surety", "next_hearing"}, BailPosted: frozenset({"amount_cents"})}),
    refuse=_refuse_receipt,
    write=_receipt,
)
