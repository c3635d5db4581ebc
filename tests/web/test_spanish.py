"""What the public reads in Spanish: every sentence of a public page has its own, the choice is remembered, and what isn't checked says so."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from pars.actions import agreeing, publishing
from pars.core.access.explain import LANGUAGES
from pars.core.agreements.notice import NOT_STOPPED, result_notice
from pars.core.cases.detainer_rules import RULES
from pars.core.cases.papers import PAPERS
from pars.edge.web import languages
from tests.web import pages
from tests.web.test_agreement_pages import fresh
from tests.web.town import AGENTS, PASSWORD, done

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from django.test import Client

    from tests.web.town import Town

    Seat = Callable[[str], Client]

PAGES = [
    "/public",
    "/check",
    "/texts",
    "/signing-keys",
    "/agreements",
    "/agreements/supervision",
    "/agreements/calendar",
    "/agreements/supervision/compare",
    "/agreements/supervision/result/2",
    "/agreements/victim-notice",
    "/sign-in",
    "/entries/0",
    "/nothing-here",
]
TABLES = (
    "frame",
    "no",
    "public",
    "chose",
    "sign in",
    "entry",
    "bar",
    "states",
    "compare",
    "grid",
    "result",
    "fates",
    "renewals",
    "ballot",
    "signing",
    "choices",
    "trial",
    "evidence",
    "dealings",
    "rungs",
    "check",
)
SAME = {"no", "Error:"}
"""Words that are the same in both languages."""


@pytest.fixture
def given(town: Town) -> set[str]:
    """Return what stands in no language of ours: names, and what the owners wrote in one language alone."""
    found: set[str] = set()
    house = publishing.house()
    assert house is not None
    found |= {owner.name for owner in house.charter.owners.values()}
    for one in publishing.agreements():
        found |= {one.stands.version.agency.name, one.stands.version.authority}
        whole = publishing.agreement(one.agreement.id)
        assert whole is not None
        found |= {*whole.written.values(), *(put.text.decode() for put in whole.replies)}
    return found | {rule.citation for rule in RULES}


def sentences(client: Client, path: str, language: str) -> set[str]:
    """Return what a page says, text by text, attributes that are read aloud too; without what is marked as of another language."""
    page = pages.read(client.get(f"{path}?lang={language}"))
    assert page.get("lang") == language
    for other in page.xpath(f"//*[@lang and @lang != '{language}' and not(self::html)]"):
        other.drop_tree()
    told = [
        *page.xpath("//body//text()[not(ancestor::script) and not(ancestor::pre)]"),
        *page.xpath("//@aria-label | //@title"),
    ]
    said = {" ".join(str(text).split()) for text in told}
    return {text for text in said if sum(len(word) > 1 for word in re.findall(r"(?<!\S)[^\W\d_]+(?![\w/-])", text)) >= 2}


def left_in_english(client: Client, path: str, given: set[str]) -> set[str]:
    """Return what stands alike on both pages."""
    english, spanish = (sentences(client, path, language) for language in LANGUAGES)
    assert len(english) > 3
    return {text for text in english & spanish if not any(name in text for name in given)}


@pytest.mark.parametrize("path", PAGES)
def test_each_sentence_of_a_public_page_has_its_spanish(path: str, nobody: Client, given: set[str]) -> None:
    assert left_in_english(nobody, path, given) == set(), "these stand in English on the Spanish page"


@pytest.mark.parametrize("path", ["/agreements/supervision/ballot/2", "/agreements/supervision/compare"])
def test_the_ballot_and_the_trial_have_their_spanish(path: str, seat: Seat, given: set[str]) -> None:
    assert left_in_english(seat("courts"), path, given) == set(), "these stand in English on the Spanish page"


def test_a_seat_votes_in_spanish_each_fault_told_in_it(seat: Seat, town: Town, given: set[str]) -> None:
    place, voter = f"{fresh(town, 'en-castellano', seats=1)}/ballot/1", seat("prosecutor")
    page = pages.read(voter.get(f"{place}?lang=es"))
    assert pages.faults(page) == []
    wrong = pages.read(pages.send(voter, page, place, **{"ballot-choice": "adopt", "ballot-password": "no"}))
    assert wrong.get("lang") == "es"
    assert pages.summary(wrong) == [
        ("id_ballot-password", "Esta no es su contraseña, así que no se firmó nada. Ponga la contraseña con la que entró.")
    ]
    empty = pages.read(pages.send(voter, page, place))
    assert [says for _, says in pages.summary(empty)] == [
        "Su elección: elija una opción.",
        "Su contraseña, otra vez: es su firma.",
    ]
    typed = {"ballot-choice": "reject", "ballot-password": PASSWORD, "ballot-reason": "Basta así"}
    voted = pages.send(voter, page, place, **typed)
    assert "La elección de su puesto está firmada y anotada." in pages.text(voted)
    assert "Basta así" in pages.text(voted)
    back = pages.read(voter.get(place))
    assert "Retirar su voto" in back.text_content()
    assert left_in_english(voter, place, {*given, "Basta así"}) == set()


def test_the_agencys_reply_and_the_reasons_are_on_the_spanish_pages_too(seat: Seat, town: Town, nobody: Client) -> None:
    reply = "La respuesta de la agencia: The two questions for a birthplace were typed by mistake"
    assert reply in pages.text(seat("courts").get("/agreements/supervision/ballot/2?lang=es"))
    assert reply in pages.text(nobody.get("/agreements/supervision?lang=es"))
    voter, place = seat("courts"), fresh(town, "razones")
    held = {"stop-choice": "suspend", "stop-reason": "Por ahora", "stop-password": PASSWORD}
    pages.send(voter, pages.read(voter.get(place)), f"{place}/vote", **held)
    assert "Por ahora" in pages.text(nobody.get(f"{place}?lang=es"))


def test_a_question_is_tried_in_spanish(seat: Seat) -> None:
    place, voter = "/agreements/supervision/compare", seat("courts")
    page = pages.read(voter.get(f"{place}?lang=es&from=1&to=2"))
    action = page.xpath("string(//form[@method='post'][contains(@action, '#try')]/@action)")
    values = {**pages.form(page, action), "try-columns": ["surname", "lead_grade"]}
    tried = voter.post(f"{place}?from=1&to=2", {**values, "try-row0_column": "surname", "try-row0_value": "Corvane"})
    text = pages.text(tried)
    assert "Versión 1: se permitiría" in text
    assert "como máximo 25 expedientes por respuesta" in text
    assert "Versión 2: se rechazaría" in text
    assert "No se cumple: aquí se detuvo." in text
    assert pages.faults(pages.read(tried)) == []
    empty = pages.read(voter.post(f"{place}?from=1&to=2", {**values, "try-columns": []}))
    assert [says for _, says in pages.summary(empty)] == ["Para ver: elija una opción."]
    odd = pages.read(
        voter.post(f"{place}?from=1&to=2", {**values, "try-row0_column": "birth_date:year", "try-row0_value": "ayer"})
    )
    assert [says.partition(":")[0] for _, says in pages.summary(odd)] == ["En inglés"]


def table(name: str) -> Mapping[str, Mapping[str, object]]:
    """Return a table of words; Django has to be set up before the pages can be read."""
    from pars.edge.web import entering
    from pars.edge.web import pages as framed
    from pars.edge.web.agencies import why
    from pars.edge.web.agreements import (
        agreement_forms,
        ballot_words,
        compare_words,
        dealing_words,
        register_words,
        renewal_words,
        result_words,
        term_view,
        try_words,
    )
    from pars.edge.web.ledger import check, entries

    found = (
        languages.FRAME, framed.NO, register_words.WORDS, register_words.CHOSE, entering.WORDS, entries.WORDS,
        term_view.BAR, term_view.STATES_SAID, compare_words.WORDS, compare_words.GRID, result_words.WORDS,
        result_words.FATES, renewal_words.WORDS, ballot_words.WORDS, agreement_forms.BALLOT,
        agreement_forms.CHOICES, try_words.WORDS, try_words.EVIDENCE, dealing_words.WORDS, why.SAYS, check.WORDS,
    )  # fmt: skip
    return dict(zip(TABLES, found, strict=True))[name]  # type: ignore[return-value]


@pytest.mark.usefixtures("town")
@pytest.mark.parametrize("name", TABLES)
def test_the_tables_of_words_have_both_languages_and_no_sentence_twice(name: str) -> None:
    english, spanish = (table(name)[language] for language in LANGUAGES)
    assert isinstance(english, dict)
    assert isinstance(spanish, dict)
    assert english.keys() == spanish.keys()
    for key, said in english.items():
        assert said != spanish[key] or said in SAME, key


@pytest.mark.parametrize("path", PAGES)
def test_a_translation_says_that_nobody_has_checked_it(path: str, nobody: Client) -> None:
    note = languages.FRAME["es"]["translated"]
    assert "traductor certificado" in note
    assert note in pages.text(nobody.get(f"{path}?lang=es"))
    assert note not in pages.text(nobody.get(f"{path}?lang=en"))


def test_the_choice_is_remembered_without_asking_and_names_nobody(nobody: Client) -> None:
    nobody.get("/public?lang=es")
    cookie = nobody.cookies[languages.KEPT]
    assert (cookie.value, cookie["samesite"], cookie["httponly"]) == ("es", "Lax", True)
    assert pages.read(nobody.get("/sign-in")).get("lang") == "es"
    assert pages.read(nobody.get("/nothing-here")).get("lang") == "es"
    assert pages.read(nobody.get("/sign-in?lang=en")).get("lang") == "en"
    assert pages.read(nobody.get("/public")).get("lang") == "en"
    assert [name for name in nobody.cookies if name not in {languages.KEPT, "csrftoken"}] == []


def test_a_browser_that_asks_for_spanish_gets_it_and_a_choice_goes_first(nobody: Client) -> None:
    asked = {"Accept-Language": "es-MX,es;q=0.9,en;q=0.5"}
    first = nobody.get("/public", headers=asked)
    assert pages.read(first).get("lang") == "es"
    assert first["Content-Language"] == "es"
    assert {"Accept-Language", "Cookie"} <= set(first["Vary"].split(", "))
    assert pages.read(nobody.get("/public", headers={"Accept-Language": "de, es"})).get("lang") == "en"
    assert pages.read(nobody.get("/public?lang=en", headers=asked)).get("lang") == "en"
    assert pages.read(nobody.get("/public", headers=asked)).get("lang") == "en", "kept in the cookie"
    assert pages.read(nobody.get("/public?lang=xx")).get("lang") == "en"


def test_the_languages_are_links_that_keep_the_page(nobody: Client) -> None:
    page = pages.read(nobody.get("/sign-in?next=/board&lang=es"))
    links = {link.get("hreflang"): link for link in page.xpath("//nav[@class='languages']/a")}
    assert set(links) == {"en", "es"}
    assert links["en"].get("href") == "?next=%2Fboard&lang=en"
    assert links["es"].get("aria-current") == "true"
    assert (links["en"].text, links["en"].get("lang")) == ("English", "en")


def test_a_sign_in_that_failed_says_so_in_spanish(nobody: Client) -> None:
    nobody.get("/sign-in?lang=es")
    page = pages.read(nobody.get("/sign-in"))
    wrong = pages.read(pages.send(nobody, page, "/sign-in", username="nadie", password="nada"))
    assert "no van juntos" in str(pages.summary(wrong))
    empty = pages.read(pages.send(nobody, page, "/sign-in", username="", password=""))
    assert [says for _, says in pages.summary(empty)] == ["Nombre de usuario: hace falta.", "Contraseña: hace falta."]


def test_who_works_works_in_english(seat: object, nobody: Client) -> None:
    client = seat("courts")  # type: ignore[operator]
    client.cookies[languages.KEPT] = "es"
    page = pages.read(client.get("/agreements/supervision"))
    assert page.get("lang") == "en"
    assert page.xpath("//a[contains(., 'Read it and vote')]")
    assert pages.read(client.get("/agreements/supervision?lang=es")).get("lang") == "es"


def test_a_public_notice_is_told_in_both(town: Town, nobody: Client) -> None:
    agreement = AGENTS["sheriff"][0].agreement
    one, house = publishing.agreement(agreement), publishing.house()
    assert one is not None
    assert house is not None
    owners = {name: owner.name for name, owner in house.charter.owners.items()}
    text = result_notice(one.agreement, one.at, owners, {})
    version = one.stands.version.hash
    done(agreeing.serve_notice(agreement=agreement, version=version, text=text, channel="web", by=town.by("manager")))
    told = pages.text(nobody.get(f"/agreements/{agreement}?lang=es"))
    assert "en inglés y en español" in told
    assert "AVISO PÚBLICO" in told
    assert NOT_STOPPED["es"][0] in told


def test_what_the_person_takes_along_is_there_in_both() -> None:
    theirs = {"notice", "subpoena", "conditions", "bond", "receipt"}
    assert {name for name, kind in PAPERS.items() if set(kind.titles) == set(LANGUAGES)} == theirs
