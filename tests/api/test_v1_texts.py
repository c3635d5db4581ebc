"""`/v1/texts`: read by anybody, proposed by who manages, voted by seats; the text's bytes have the hash that was signed."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any

from pars.actions import founding
from pars.core.owners.votes import vote_message
from pars.store import vault
from tests.api.houses import House
from tests.api.test_v1_refusals import refused
from tests.owners import RULE_DOCUMENT, profile_text


def ballot(seat: str, about: str, text: str, answers: int, *, signs: str = "", choice: str = "adopt") -> dict[str, Any]:
    """Return a vote as a seat's own system signs it."""
    message = vote_message(
        origin="pars.test/house", agreement=f"text:{about}", version=text, choice=choice, seat=seat, answers=answers
    )
    signature = vault.signing_key(founding.seat_key(signs or seat)).sign(message).hex()
    return {"version": text, "choice": choice, "seat": seat, "answers": answers, "signature": signature}


def test_a_profile_is_proposed_voted_and_read(house: House) -> None:
    before = house.get("/v1/texts")
    assert before.status_code == 200
    (profiles,) = [one for one in before.json()["subjects"] if one["about"] == "profile"]
    assert profiles["in_force"]["entry"] == 0
    assert profiles["in_force"]["sentences"]["es"]
    text = json.loads(profile_text())
    made = house.post("/v1/texts", text, "manager")
    assert made.status_code == 201, made.content
    hashed, answers = made.json()["text"], made.json()["entry"]
    assert hashed == sha256(profile_text()).hexdigest()
    assert house.get(f"/v1/texts/{hashed}").content == profile_text()
    refused(
        house,
        house.post("/v1/texts/profile/votes", ballot("city", "profile", hashed, answers, signs="courts"), "city"),
        422,
        "FORGED",
    )
    for seat in ("city", "courts"):
        answer = house.post("/v1/texts/profile/votes", ballot(seat, "profile", hashed, answers), seat)
        assert answer.status_code == 200, answer.content
        assert answer.json()["text"] == hashed
    (profiles,) = [one for one in house.get("/v1/texts").json()["subjects"] if one["about"] == "profile"]
    assert (profiles["in_force"]["hash"], profiles["waiting"]) == (hashed, [])


def waiting(house: House) -> dict[str, Any]:
    (detainers,) = [one for one in house.get("/v1/texts").json()["subjects"] if one["about"] == "detainers"]
    return dict(detainers)


def test_a_vote_and_a_text_are_taken_back(house: House) -> None:
    made = house.post(
        "/v1/texts", {**RULE_DOCUMENT, "code": "INVENTED_BACK", "vote": {"closes": 4_000_000_000_000_000}}, "manager"
    )
    assert made.status_code == 201, made.content
    text, entry = made.json()["text"], made.json()["entry"]
    voted = house.post("/v1/texts/detainers/votes", ballot("city", "detainers", text, entry), "city").json()["entry"]
    back = house.post("/v1/texts/detainers/votes", ballot("city", "detainers", text, voted, choice="withdraw"), "city")
    assert back.status_code == 200, back.content
    again = house.post("/v1/texts/detainers/votes", ballot("city", "detainers", text, entry), "city")
    refused(house, again, 409, "WRONG_ANSWER")
    (one,) = waiting(house)["waiting"]
    assert (one["votes"], one["answers_of"], one["closes"][:4]) == ([], {"city": back.json()["entry"]}, "2096")
    refused(house, house.delete(f"/v1/texts/detainers/{text}", "booking"), 403, "NOT_YOUR_ACT")
    refused(house, house.delete(f"/v1/texts/weather/{text}", "manager"), 422, "UNKNOWN_SUBJECT")
    assert house.delete(f"/v1/texts/detainers/{text}", "manager").status_code == 200
    assert (waiting(house)["waiting"], [one["entry"] for one in waiting(house)["withdrawn"]]) == ([], [entry])
    late = house.post("/v1/texts/detainers/votes", ballot("courts", "detainers", text, entry), "courts")
    refused(house, late, 409, "WITHDRAWN")


def test_what_cannot_be_proposed_or_voted_is_refused_in_words(house: House) -> None:
    refused(house, house.post("/v1/texts", RULE_DOCUMENT, "booking"), 403, "NOT_YOUR_ACT")
    wrong = {**RULE_DOCUMENT, "mood": "fair"}
    assert "/mood" in refused(house, house.post("/v1/texts", wrong, "manager"), 400, "UNKNOWN_FIELD")["detail"]
    refused(house, house.post("/v1/texts", {**RULE_DOCUMENT, "about": "weather"}, "manager"), 422, "UNKNOWN_SUBJECT")
    vote = ballot("city", "detainers", "0" * 64, 3)
    refused(house, house.post("/v1/texts/weather/votes", vote, "city"), 422, "UNKNOWN_SUBJECT")
    assert house.get("/v1/texts/" + "0" * 64).status_code == 404


def test_the_rule_in_force_is_told_with_its_hash(house: House) -> None:
    rule = house.get("/v1/texts").json()["detainer_rule"]
    assert rule["code"] == "EXECUTIVE_ORDER_5_16"
    assert len(rule["hash"]) == 64
