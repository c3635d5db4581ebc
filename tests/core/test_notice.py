"""The public notice: who may ask what until when, how it was voted, and what an end does not stop."""

from __future__ import annotations

from pars.core.agreements.notice import NOT_STOPPED, result_notice, votes
from pars.core.agreements.plain import explain
from pars.core.terms import DAY, HOUR, Instant
from tests.agreements import END, START, History, version, vote

OWNERS = {"city": "The City", "courts": "The Courts", "prosecutor": "The Prosecutor"}


def notice(history: History, at: int) -> str:
    return result_notice(history.current(), Instant(at), OWNERS, {}).decode()


def test_a_result_is_told_with_its_votes_terms_and_what_it_does_not_stop() -> None:
    history = History()
    made = version()
    history.adopt(made)
    said = notice(history, START + HOUR)
    assert "Agreement AGR-1, version 1: Warrants of the county" in said
    assert "With: The Sheriff" in said
    assert "RESULT. It has been in force since January 16, 2027 at 03:00:00, Philadelphia time." in said
    assert "Its end: February 14, 2027 at 03:00:00, Philadelphia time." in said
    assert "The City voted to adopt, on January 15, 2027 at 05:00:00, Philadelphia time (entry 102)." in said
    assert "Did not vote: The Prosecutor." in said
    assert "WHO MAY ASK WHAT UNTIL WHEN" in said
    for sentence in (*explain(made, "en"), *NOT_STOPPED["en"]):
        assert sentence in said
    assert made.hash in said


def test_after_the_end_the_notice_tells_the_past() -> None:
    history = History()
    history.adopt(version(), seats=("city", "prosecutor"))
    said = notice(history, END)
    assert "RESULT. It ended on February 14, 2027" in said
    assert "Its end:" not in said
    assert "WHO MAY ASK" not in said
    assert "WHAT THE VERSION SAYS" in said
    assert "Copies already taken" in said


def test_votes_of_all_seats_and_of_every_kind_are_told() -> None:
    history = History()
    made = version()
    history.adopt(made)
    for choice, seat in (("suspend", "city"), ("reinstate", "city"), ("reinstate", "prosecutor"), ("revoke", "courts")):
        history.must(history.voted(choice, seat))
    newer = version(number=2, start=START + DAY)
    proposal = history.propose(newer)
    history.must(vote("reject", "prosecutor", newer.hash, proposal))
    told = votes(history.current(), OWNERS)
    assert [(one.seat, one.choice, one.number) for one in told] == [
        ("city", "adopt", 1),
        ("courts", "adopt", 1),
        ("city", "suspend", 1),
        ("city", "reinstate", 1),
        ("prosecutor", "reinstate", 1),
        ("courts", "revoke", 1),
        ("prosecutor", "reject", 2),
    ]
    assert [one.says for one in votes(history.current(), {}, number=2)] == ["prosecutor voted against"]
    assert "Did not vote" not in notice(history, history.at)


def test_what_an_end_does_not_stop_is_told_in_both_languages() -> None:
    assert len(NOT_STOPPED["en"]) == len(NOT_STOPPED["es"])
    assert "fingerprints" in " ".join(NOT_STOPPED["en"])
    assert "huellas" in " ".join(NOT_STOPPED["es"])


def test_the_notice_is_told_in_spanish_after_the_english_and_says_who_has_to_check_that() -> None:
    history = History()
    made = version()
    history.adopt(made)
    english, spanish = notice(history, START + HOUR).split("AVISO PÚBLICO")
    assert "RESULTADO. Está en vigor desde el 16 de enero de 2027" in spanish
    assert "Su final: 14 de febrero de 2027" in spanish
    assert "The City votó por aprobarlo, el 15 de enero de 2027" in spanish
    assert "No votó: The Prosecutor." in spanish
    for sentence in (*explain(made, "es"), *NOT_STOPPED["es"]):
        assert sentence in spanish
    assert "traductor certificado" in spanish
    assert made.hash in spanish
    shared = {line for line in english.splitlines() if len(line.split()) > 3} & set(spanish.splitlines())
    assert shared == set(), "a sentence without its Spanish"
    ended = notice(history, END).split("AVISO PÚBLICO")[1]
    assert "RESULTADO. Terminó el 14 de febrero de 2027" in ended
    assert "LO QUE DICE LA VERSIÓN" in ended


def test_a_renewal_that_the_owners_rejected_is_part_of_the_result() -> None:
    history = History()
    history.adopt(version())
    newer = version(number=2, start=END, end=END + DAY)
    proposal = history.propose(newer)
    for seat in ("prosecutor", "city"):
        history.must(vote("reject", seat, newer.hash, proposal))
    english, spanish = notice(history, history.at).split("AVISO PÚBLICO")
    assert "Its end: February 14, 2027" in english
    assert "The owners rejected version 2, which would have followed, on January 15, 2027" in english
    _, on = english.split("On version 2:\n")
    assert on.startswith("The Prosecutor voted against, on ")
    assert "\nThe City voted against, on " in on
    assert "\nDid not vote: The Courts.\n" in on
    assert "Los propietarios rechazaron la versión 2, que habría seguido, el 15 de enero de 2027" in spanish
    assert "Sobre la versión 2:\nThe Prosecutor votó en contra, " in spanish
    earlier = notice(history, history.at - 1).split("AVISO PÚBLICO")[0]
    assert "rejected" not in earlier
    assert "On version 2:" not in earlier
