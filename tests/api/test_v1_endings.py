"""Questions when an agreement's day, term or trust is used up: refused openly, with the reason."""

from __future__ import annotations

from pars.actions import agreeing
from pars.core.terms import HOUR
from tests.api.houses import House, done, question
from tests.api.test_v1_questions import refused


def test_the_days_volume_is_a_limit_that_says_when(own_house: House) -> None:
    own_house.agree("sheriff", limits={"questions_per_day": 2, "rows_per_reply": 10})
    for _ in range(2):
        assert own_house.ask("sheriff", question("sheriff")).status_code == 200
    answer = own_house.ask("sheriff", question("sheriff"))
    said = refused(own_house, answer, 429, "LIMIT_REACHED")
    assert 0 < int(answer.headers["retry-after"]) <= 25 * 3600
    assert "2 questions" in said["detail"]


def test_an_end_a_suspension_a_revocation_and_a_removal_are_refused_openly(own_house: House) -> None:
    made = own_house.agree("sheriff", lasts=HOUR)
    assert own_house.ask("sheriff", question("sheriff")).status_code == 200
    manager = own_house.by["manager"]
    person = own_house.by["sheriff"].person
    removed = own_house.delete(f"/v1/agreements/warrant-desk/users/{person}", "manager")
    assert removed.status_code == 200, removed.content
    refused(own_house, own_house.ask("sheriff", question("sheriff")), 403, "NOT_NAMED")
    done(agreeing.name_user(agreement="warrant-desk", person=person, holds=("terms_signed",), by=manager))
    assert own_house.ask("sheriff", question("sheriff")).status_code == 200

    answers = own_house.get("/v1/agreements/warrant-desk").json()["ballot"]["votable"][-1]["answers"]
    own_house.vote("suspend", "city", made, answers)
    said = refused(own_house, own_house.ask("sheriff", question("sheriff")), 403, "AGREEMENT_SUSPENDED")
    assert "suspended" in said["detail"]
    answers = own_house.get("/v1/agreements/warrant-desk").json()["ballot"]["votable"][-1]["answers"]
    for seat in ("city", "courts"):
        own_house.vote("revoke", seat, made, answers)
    refused(own_house, own_house.ask("sheriff", question("sheriff")), 403, "AGREEMENT_REVOKED")
