"""What the arrested person takes along: the notice of what was decided, and the summons to the next date; in English and in Spanish."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pars.core.cases.case import declined, discharged, hearing
from pars.core.cases.facts import Arraigned, ReleaseOrdered
from pars.core.cases.papers.form import Body, PaperKind, Part, Signature
from pars.core.cases.papers.parties import (
    CHARGED,
    NAMED,
    caption,
    charges,
    conditions,
    joined,
    lines_of,
    money,
    next_hearing,
    order_of,
    refuse_without_order,
    types,
)
from pars.core.cases.papers.said import time_said
from pars.core.terms import Refusal

if TYPE_CHECKING:
    from pars.core.access.explain import Language
    from pars.core.cases.case import Case
    from pars.core.cases.papers.form import Telling

_SAYS: dict[Language, dict[str, str]] = {
    "en": {
        "what": "What happened",
        "held": "Preliminary arraignment",
        "declined": "You are charged with nothing in this case. Nothing in this case keeps you.",
        "discharged": "The court found no probable cause and discharged you. Nothing in this case keeps you.",
        "heard": "The court told you what you are charged with and decided about your release.",
        "decided": "What the court decided about your release",
        "refused": "Bail was refused. You stay in custody. Your lawyer can ask the court to change that.",
        "pay": "You are released when the deposit is put down. Any person can put it down for you, at any hour. It is returned when the case "
        "has ended, if you kept the conditions.",
        "conditions": "What you must do while you are free",
        "words": "In the court's words:",
        "next": "Your next date in court",
        "come": "Come on time. If you don't come, a warrant can be issued for your arrest and you can lose what was put down.",
        "rights": "Your rights",
        "r1": "You need not speak about what happened. Nobody may question you about it without your lawyer, if you want one.",
        "r2": "You have the right to a lawyer. If you can't pay one, the court assigns one without charge.",
        "r3": "You have the right to a preliminary hearing where the charge calls for one.",
        "r4": "If you need an interpreter, the court gives you one without charge.",
        "r5": "Tell the court in writing within 48 hours when your address changes.",
        "ordered": "You are ordered to appear",
        "appear": "You must come to court at this time and stay until you are told that you may go.",
        "else": "If you don't come",
        "warrant": "A warrant can be issued for your arrest, your release can be revoked, and not to appear may be an offense of its own "
        "(18 Pa.C.S. § 5124).",
        "cant": "If you can't come, tell your lawyer or the court before that day. Bring this paper.",
        "received": "Received by the defendant",
        "authority": "Issuing authority or clerk",
    },
    "es": {
        "what": "Qué pasó",
        "held": "Audiencia inicial (preliminary arraignment)",
        "declined": "No se le acusa de nada en este caso. Nada de este caso le retiene.",
        "discharged": "El tribunal no halló causa probable y ordenó su libertad. Nada de este caso le retiene.",
        "heard": "El tribunal le informó de qué se le acusa y decidió sobre su libertad.",
        "decided": "Qué decidió el tribunal sobre su libertad",
        "refused": "Se denegó la fianza. Usted sigue detenido. Su abogado puede pedir al tribunal que lo cambie.",
        "pay": "Usted queda en libertad cuando se paga el depósito. Cualquier persona puede pagarlo por usted, a cualquier hora. Se devuelve "
        "cuando el caso ha terminado, si usted cumplió las condiciones.",
        "conditions": "Qué debe hacer mientras esté en libertad",
        "words": "En las palabras del tribunal, en inglés; pida que se las traduzcan:",
        "next": "Su próxima fecha en el tribunal",
        "come": "Llegue a tiempo. Si no viene, se puede ordenar su arresto y usted puede perder lo que se pagó.",
        "rights": "Sus derechos",
        "r1": "No tiene que hablar de lo que pasó. Nadie puede interrogarle sobre eso sin su abogado, si usted quiere uno.",
        "r2": "Tiene derecho a un abogado. Si no puede pagarlo, el tribunal le asigna uno sin costo.",
        "r3": "Tiene derecho a una audiencia preliminar si el cargo la requiere.",
        "r4": "Si necesita un intérprete, el tribunal le da uno sin costo.",
        "r5": "Si cambia de domicilio, avise al tribunal por escrito dentro de las 48 horas.",
        "ordered": "Se le ordena presentarse",
        "appear": "Debe venir al tribunal a esta hora y quedarse hasta que le digan que puede irse.",
        "else": "Si no viene",
        "warrant": "Se puede ordenar su arresto, se puede revocar su libertad, y no presentarse puede ser otro delito (18 Pa.C.S. § 5124).",
        "cant": "Si no puede venir, avise a su abogado o al tribunal antes de ese día. Traiga este papel.",
        "received": "Recibido por el acusado",
        "authority": "Autoridad judicial o secretario",
    },
}


def _refuse_notice(case: Case) -> Refusal | None:
    if declined(case) or discharged(case):
        return None
    if hearing(case) is None:
        return Refusal(
            code="NO_HEARING",
            says="No preliminary arraignment is recorded, so there is nothing to give notice of.",
            remedy="The court holds the arraignment; then the notice is there.",
        )
    return refuse_without_order(case)


def _notice(case: Case, telling: Telling) -> Body:
    language = telling.language
    says = _SAYS[language]
    received = (Signature(label=says["received"]),)
    for ended, code in ((discharged(case), "discharged"), (declined(case), "declined")):
        if ended:
            return Body(
                caption=caption(case, language), parts=(Part(heading=says["what"], says=(says[code],)),), signatures=received
            )
    order, held = order_of(case), hearing(case)
    rights = tuple(says[code] for code in ("r1", "r2", "r3", "r4", "r5"))
    return Body(
        caption=caption(case, language),
        parts=(
            Part(
                heading=says["what"],
                rows=((says["held"], time_said(held.time if held else None, language)),),
                says=(says["heard"],),
            ),
            charges(case, language),
            *_decided(order, language),
            Part(heading=says["next"], rows=next_hearing(order, language), says=(says["come"],)),
            Part(heading=says["rights"], items=rights),
        ),
        signatures=received,
    )


def _decided(order: ReleaseOrdered, language: Language) -> tuple[Part, ...]:
    """Return what was decided about release, and the conditions where there are some."""
    says = _SAYS[language]
    more = [says[word] for code, word in (("REFUSED", "refused"), ("MONETARY", "pay")) if code in order.types]
    parts = [Part(heading=says["decided"], items=types(order, language), rows=money(order, language), after=tuple(more))]
    if order.conditions:
        told = lines_of(order.conditions_note)
        words = (says["words"], *told) if told else ()
        parts.append(Part(heading=says["conditions"], items=conditions(order, language), after=words))
    return tuple(parts)


NOTICE = PaperKind(
    slug="notice",
    titles={"en": "Notice to the person", "es": "Aviso a la persona"},
    rule="Pa.R.Crim.P. 540(F), (G)",
    filed=False,
    fields=joined(
        NAMED,
        CHARGED,
        {
            Arraigned: frozenset({"time", "probable_cause"}),
            ReleaseOrdered: frozenset(
                {
                    "types",
                    "amount_cents",
                    "deposit_percent",
                    "surety",
                    "conditions",
                    "conditions_note",
                    "next_hearing",
                    "next_court",
                }
            ),
        },
    ),
    refuse=_refuse_notice,
    write=_notice,
)


def _subpoena(case: Case, telling: Telling) -> Body:
    language = telling.language
    says, order = _SAYS[language], order_of(case)
    return Body(
        caption=caption(case, language),
        parts=(
            Part(heading=says["ordered"], rows=next_hearing(order, language), says=(says["appear"],)),
            Part(heading=says["else"], says=(says["warrant"], says["cant"], says["r4"])),
        ),
        signatures=(Signature(label=says["authority"]), Signature(label=says["received"])),
    )


SUBPOENA = PaperKind(
    slug="subpoena",
    titles={"en": "Subpoena for the next date", "es": "Citación para la próxima fecha"},
    rule="Pa.R.Crim.P. 107, 540(G)",
    filed=True,
    fields=joined(NAMED, {ReleaseOrdered: frozenset({"next_hearing", "next_court"})}),
    refuse=refuse_without_order,
    write=_subpoena,
)
