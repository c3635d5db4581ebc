"""A page's mark is good for one question, one version, one agreement and one person, and says nothing to anybody."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode
from typing import TYPE_CHECKING, Any

import pytest

from pars.actions import agreeing, identifying
from pars.core.terms import HOUR
from pars.edge.city.agreements import ends_at, version_text
from pars.store import ledger
from tests.api.houses import AGENCIES, PASSWORD, House, canonical, done, question
from tests.api.test_v1_events import book
from tests.api.test_v1_exports import declined
from tests.api.test_v1_questions import refused

if TYPE_CHECKING:
    from pars.core.terms import Instant

PAGES = {"questions_per_day": 5000, "rows_per_reply": 2}
NAMES = ("Aardvark", "Badger", "Caracal", "Dormouse", "Ermine")


def asked(**changes: Any) -> dict[str, Any]:
    """Return the question whose pages are turned."""
    return question("sheriff", **{"columns": ["record", "surname"], "sort": ["surname"], "rows": 2, **changes})


def marked(house: House) -> str:
    """Return the mark behind the first page."""
    answer = house.ask("sheriff", asked())
    assert answer.status_code == 200, answer.content
    mark: str = answer.json()["next"]
    assert mark is not None
    return mark


@pytest.fixture
def stocked(own_house: House) -> House:
    """Give a house whose sheriff has more than one page to read."""
    own_house.agree("sheriff", limits=PAGES)
    for name in NAMES:
        book(own_house, name)
    return own_house


def wrong(house: House, who: str = "sheriff", **changes: Any) -> None:
    """See that a mark is refused, by a question and by an export alike, and that nobody is told why."""
    said = refused(house, house.ask(who, asked(**changes)), 400, "WRONG_CURSOR")
    assert said["errors"] == [{"pointer": "/after", "says": said["errors"][0]["says"]}]
    other = refused(house, declined(house, asked(**changes), who), 400, "WRONG_CURSOR")
    assert other["detail"] == said["detail"]


def test_a_mark_goes_on_where_the_page_ended_and_hides_what_it_says(stocked: House) -> None:
    mark = marked(stocked)
    answer = stocked.ask("sheriff", asked(after=mark)).json()
    assert [row["surname"] for row in answer["records"]] == list(NAMES[2:4])
    inside = urlsafe_b64decode(mark[1:] + "=" * (-(len(mark) - 1) % 4))
    assert not any(name.encode() in inside for name in NAMES)
    assert marked(stocked) != mark, "two marks of one place don't look alike"


def test_a_mark_is_one_questions(stocked: House) -> None:
    mark = marked(stocked)
    for other in (
        {"columns": ["surname"]},
        {"columns": ["record", "surname", "given"]},
        {"sort": []},
        {"rows": 1},
        {"where": [{"column": "surname", "is": "Badger"}]},
        {"evidence": {"kind": "warrant_number", "value": "W-2026-2"}},
    ):
        wrong(stocked, after=mark, **other)


def test_a_mark_is_one_persons(stocked: House) -> None:
    mark, manager = marked(stocked), stocked.by["manager"]
    person = identifying.make_account(username="second", name="Second", password=PASSWORD)
    done(agreeing.name_user(agreement="warrant-desk", person=person, holds=("terms_signed",), by=manager))
    authority = stocked.by["sheriff"].authority
    stocked.tokens["second"] = identifying.issue_token(username="second", client="sheriff-desk", authority=authority)
    assert stocked.ask("second", asked()).status_code == 200
    wrong(stocked, "second", after=mark)
    assert stocked.ask("sheriff", asked(after=mark)).status_code == 200


def test_a_mark_is_one_versions(stocked: House) -> None:
    mark = marked(stocked)
    stocked.agree("sheriff", number=2, limits={**PAGES, "questions_per_day": 4000})
    wrong(stocked, after=mark)


def test_a_mark_is_one_agreements(stocked: House) -> None:
    """The same agency and person, the same text but for its name: another agreement all the same."""
    mark, manager = marked(stocked), stocked.by["manager"]
    first = stocked.agree("sheriff", number=2, limits=PAGES)
    answers = stocked.get("/v1/agreements/warrant-desk").json()["ballot"]["votable"][-1]["answers"]
    for seat in ("city", "courts"):
        stocked.vote("revoke", seat, first, answers)
    at: Instant = ledger.now()
    text = json.loads(version_text(AGENCIES["sheriff"], number=1, start=at, end=ends_at(type(at)(at + HOUR))))
    stocked.adopt(canonical({**text, "agreement": "warrant-desk-2", "limits": PAGES}))
    person = stocked.by["sheriff"].person
    done(agreeing.name_user(agreement="warrant-desk-2", person=person, holds=("terms_signed",), by=manager))
    done(agreeing.bind_client(agreement="warrant-desk-2", client="sheriff-desk", by=manager))
    assert stocked.ask("sheriff", asked()).status_code == 200
    wrong(stocked, after=mark)


def test_no_letter_of_a_mark_can_be_changed(stocked: House, monkeypatch: pytest.MonkeyPatch) -> None:
    mark = marked(stocked)
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    from pars.edge.attempts import BUDGET

    monkeypatch.setattr(BUDGET, "most", 10_000)
    for place in range(len(mark)):
        turned = letters[(letters.index(mark[place]) + 1) % len(letters)]
        answer = stocked.ask("sheriff", asked(after=mark[:place] + turned + mark[place + 1 :]))
        assert (answer.status_code, answer.json()["reason"]) == (400, "WRONG_CURSOR"), place
    for other in (mark[:-1], mark + "A", mark[1:], "c", "c" + mark, mark[:9]):
        assert stocked.ask("sheriff", asked(after=other)).json()["reason"] == "WRONG_CURSOR"
    assert stocked.ask("sheriff", asked(after=mark)).status_code == 200
