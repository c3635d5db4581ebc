"""What changes from one version of an agreement to the next, in plain sentences: what is added, what is taken away.

Each sentence is made from the two versions that are voted and run. Whatever differs is told, wider first.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from pars.core.access import approvals, emergency
from pars.core.access.catalogue import CATALOGUE
from pars.core.access.explain import LABELS, Language
from pars.core.access.explain import explain as explain_scope
from pars.core.access.limits import IN_A_DAY
from pars.core.agreements.beside import fee_said, notice_said
from pars.core.agreements.duty_words import duty_said
from pars.core.agreements.plain import approval_said, closing_said, emergency_said, end_said, others_said
from pars.core.wording import bare, from_when

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from pars.core.agreements.version import Version

Kind = Literal["added", "removed", "changed"]

_WORDS: Mapping[Language, Mapping[str, str]] = {
    "en": {
        "columns+": "May now be shown: {}.",
        "columns-": "No longer shown: {}.",
        "filters+": "People may now be looked for by: {}.",
        "filters-": "People may no longer be looked for by: {}.",
        "mask+": "All of {} counts now, not only the year.",
        "mask-": "Of {}, only the year counts now.",
        "purpose+": "A new purpose: {}.",
        "purpose-": "No longer a purpose: {}.",
        "purpose~": "A purpose is worded otherwise, or demands other evidence: {}.",
        "rows+": "New condition: {}",
        "rows-": "Condition gone: {}",
        "known+": "Named persons need no longer acknowledge what it says.",
        "known-": "Named persons must now acknowledge what it says before they ask.",
        "duty+": "A duty is gone. {}",
        "duty-": "A new duty. {}",
        "questions_per_day": "A person may ask {} questions a day; before, {}.",
        "rows_per_reply": "A reply holds {} records at most; before, {}.",
        "questions_per_day_in_all": "All together may ask {} questions a day; before, {}.",
        "people_per_day": "A person may be shown {} different people a day; before, {}.",
        "people_per_day_in_all": "All together may be shown {} different people a day; before, {}.",
        "any": "any number",
        "behalf~": "On whose behalf may be asked; before: {} Now: {}",
        "checked+": "No longer looked up before an answer: {}.",
        "checked-": "Now looked up before an answer: {}.",
        "emergency~": "Of emergencies, this was said: {} Now: {}",
        "approval~": "Of a second person's approval, this was said: {} Now: {}",
        "must+": "Named persons need no longer hold: {}.",
        "must-": "Named persons must now hold: {}.",
        "authority": "The legal authority is now: {}. Before: {}.",
        "agency": "The agency is now called {}; before, {}.",
        "their_clock": "The term is told by the agency's own clock too: {}; before, {}.",
        "no_clock": "none is stated",
        "title": "It is now called “{}”; before, “{}”.",
        "place": "Times are now told by the clock of {}; before, of {}.",
        "starts": "It begins {}; the version before began {}.",
        "ends": "It ends {}; the version before ends {}.",
        "closes": "The vote on it closes: {}. On the version before: {}.",
        "with it": "with its end",
        "beside": "{} Before: {}",
    },
    "es": {
        "columns+": "Ahora también se puede mostrar: {}.",
        "columns-": "Ya no se muestra: {}.",
        "filters+": "Ahora también se puede buscar a las personas por: {}.",
        "filters-": "Ya no se puede buscar a las personas por: {}.",
        "mask+": "De {} ahora cuenta todo, no solo el año.",
        "mask-": "De {} ahora solo cuenta el año.",
        "purpose+": "Un fin nuevo: {}.",
        "purpose-": "Ya no es un fin: {}.",
        "purpose~": "Un fin está redactado de otro modo, o exige otra prueba: {}.",
        "rows+": "Condición nueva: {}",
        "rows-": "Condición que desaparece: {}",
        "known+": "Las personas designadas ya no necesitan reconocer lo que dice.",
        "known-": "Las personas designadas deben reconocer ahora lo que dice antes de preguntar.",
        "duty+": "Ya no hay un deber. {}",
        "duty-": "Un deber nuevo. {}",
        "questions_per_day": "Una persona puede hacer {} preguntas al día; antes, {}.",
        "rows_per_reply": "Una respuesta contiene como máximo {} expedientes; antes, {}.",
        "questions_per_day_in_all": "Preguntas que pueden hacer entre todos al día: {}; antes, {}.",
        "people_per_day": "Personas distintas que se pueden mostrar al día a una persona designada: {}; antes, {}.",
        "people_per_day_in_all": "Personas distintas que se pueden mostrar entre todos al día: {}; antes, {}.",
        "any": "las que sean",
        "behalf~": "En nombre de quién se puede preguntar; antes: {} Ahora: {}",
        "checked+": "Ya no se comprueba antes de responder: {}.",
        "checked-": "Ahora se comprueba antes de responder: {}.",
        "emergency~": "De las emergencias se decía: {} Ahora: {}",
        "approval~": "De la aprobación de una segunda persona se decía: {} Ahora: {}",
        "must+": "Las personas designadas ya no necesitan tener: {}.",
        "must-": "Las personas designadas ahora deben tener: {}.",
        "authority": "La base legal es ahora: {}. Antes: {}.",
        "agency": "La agencia se llama ahora {}; antes, {}.",
        "their_clock": "El plazo se dice también según el reloj de la agencia: {}; antes, {}.",
        "no_clock": "no se indica ninguno",
        "title": "Ahora se llama «{}»; antes, «{}».",
        "place": "Las horas se dan ahora según el reloj de {}; antes, de {}.",
        "starts": "Comienza {}; la versión anterior comenzó {}.",
        "ends": "Termina {}; la versión anterior termina {}.",
        "closes": "Cierre de la votación: {}. De la versión anterior: {}.",
        "with it": "con su final",
        "beside": "{} Antes: {}",
    },
}


@dataclass(frozen=True, slots=True)
class Difference:
    """One change: `added` lets more happen, `removed` less, `changed` is neither by its form."""

    kind: Kind
    says: str


def differences(new: Version, old: Version, language: Language = "en") -> tuple[Difference, ...]:
    """Return what changes from `old` to `new`: first what is added, then what is taken away, then the rest."""
    found = [*_scope(new, old, language), *_purposes(new, old, language), *_rest(new, old, language)]
    order = {"added": 0, "removed": 1, "changed": 2}
    return tuple(sorted(found, key=lambda difference: order[difference.kind]))


def _scope(new: Version, old: Version, language: Language) -> Iterator[Difference]:
    words, labels = _WORDS[language], LABELS[language]
    for part in ("columns", "filters"):
        now, before = getattr(new.scope, part), getattr(old.scope, part)
        yield from _sets(words, part, _named(now - before, labels), _named(before - now, labels))
    for column in CATALOGUE:
        now, before = new.scope.masks.get(column.name), old.scope.masks.get(column.name)
        used = {*new.scope.columns, *new.scope.filters} & {*old.scope.columns, *old.scope.filters}
        if now != before and column.name in used:
            sign, kind = ("-", "removed") if now else ("+", "added")
            yield Difference(kind, words[f"mask{sign}"].format(labels[column.name]))  # type: ignore[arg-type]
    conditions, earlier = _conditions(new, language), _conditions(old, language)
    for sentence in earlier:
        if sentence not in conditions:
            yield Difference("added", words["rows-"].format(sentence))
    for sentence in conditions:
        if sentence not in earlier:
            yield Difference("removed", words["rows+"].format(sentence))


def _conditions(version: Version, language: Language) -> tuple[str, ...]:
    """Return the sentences about rows alone."""
    nothing: MappingProxyType[str, str] = MappingProxyType({})
    return explain_scope(replace(version.scope, columns=frozenset(), filters=frozenset(), masks=nothing), language)


def _purposes(new: Version, old: Version, language: Language) -> Iterator[Difference]:
    words = _WORDS[language]
    now, before = ({purpose.code: purpose for purpose in version.purposes} for version in (new, old))

    def said(codes: Collection[str], of: Mapping[str, object]) -> list[str]:
        return [
            purpose.says.get(language, purpose.says["en"]).rstrip(".")
            for version in (new, old)
            for purpose in version.purposes
            if purpose.code in codes and of.get(purpose.code) is purpose
        ]

    yield from _sets(words, "purpose", said(now.keys() - before.keys(), now), said(before.keys() - now.keys(), before))
    both = {code for code in now.keys() & before.keys() if now[code] != before[code] or now[code].says != before[code].says}
    if both:
        yield Difference("changed", words["purpose~"].format(", ".join(said(both, now))))


def _rest(new: Version, old: Version, language: Language) -> Iterator[Difference]:
    words = _WORDS[language]
    for name in ("questions_per_day", "rows_per_reply", *IN_A_DAY[1:]):
        now, before = getattr(new.limits, name), getattr(old.limits, name)
        if now != before:
            wider = now is None or (before is not None and now > before)
            yield Difference("added" if wider else "removed", words[name].format(now or words["any"], before or words["any"]))
    if new.approval != old.approval:
        texts_said = [" ".join(approval_said(one, language)) for one in (old, new)]
        yield Difference(_kind(narrower=approvals.narrower(new.approval, old.approval)), words["approval~"].format(*texts_said))
    if new.others != old.others:
        texts_said = [others_said(one, language) for one in (old, new)]
        yield Difference(_kind(narrower=set(new.others) <= set(old.others)), words["behalf~"].format(*texts_said))
    now, before = ({kind.replace("_", " ") for kind in one.checked} for one in (new, old))
    yield from _sets(words, "checked", sorted(before - now), sorted(now - before))
    if new.emergency != old.emergency:
        texts_said = [emergency_said(one, language) for one in (old, new)]
        yield Difference(
            _kind(narrower=emergency.narrower(new.emergency, old.emergency)), words["emergency~"].format(*texts_said)
        )
    yield from _sets(words, "must", sorted(set(old.must) - set(new.must)), sorted(set(new.must) - set(old.must)))
    yield from _owed(new, old, language)
    texts = (
        ("authority", new.authority.rstrip("."), old.authority.rstrip(".")),
        ("agency", new.agency.name, old.agency.name),
        ("title", new.title.get(language, new.title["en"]), old.title.get(language, old.title["en"])),
        ("place", new.place.name, old.place.name),
        ("their_clock", _clock(new, words), _clock(old, words)),
        ("starts", from_when(new.term.start, new.place, language), from_when(old.term.start, old.place, language)),
        ("ends", end_said(new, language), end_said(old, language)),
        ("closes", _closing(new, language), _closing(old, language)),
        ("beside", *(notice_said(one.nonrenewal, one.place, language) for one in (new, old))),
        ("beside", *(fee_said(one.fee, one.agency.kind, language) for one in (new, old))),
    )
    for name, text, earlier in texts:
        if text != earlier:
            yield Difference("changed", words[name].format(text, earlier))


def _owed(new: Version, old: Version, language: Language) -> Iterator[Difference]:
    words = _WORDS[language]
    if new.acknowledge != old.acknowledge:
        yield Difference("removed" if new.acknowledge else "added", words["known-" if new.acknowledge else "known+"])
    duties, earlier_duties = ([duty_said(duty, one.place, language) for duty in one.duties] for one in (new, old))
    for said in earlier_duties:
        if said not in duties:
            yield Difference("added", words["duty+"].format(said))
    for said in duties:
        if said not in earlier_duties:
            yield Difference("removed", words["duty-"].format(said))


def _clock(version: Version, words: Mapping[str, str]) -> str:
    place = version.agency.place
    return words["no_clock"] if place is None else f"{place.name} ({place.zone})"


def _kind(*, narrower: bool) -> Kind:
    return "removed" if narrower else "added"


def _closing(version: Version, language: Language) -> str:
    return _WORDS[language]["with it"] if version.closing is None else bare(closing_said(version, language))


def _sets(words: Mapping[str, str], part: str, more: Collection[str], less: Collection[str]) -> Iterator[Difference]:
    if more:
        yield Difference("added", words[f"{part}+"].format(", ".join(more)))
    if less:
        yield Difference("removed", words[f"{part}-"].format(", ".join(less)))


def _named(names: Collection[str], labels: Mapping[str, str]) -> list[str]:
    return [labels[column.name] for column in CATALOGUE if column.name in names]
