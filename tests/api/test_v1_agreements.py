"""`/v1/agreements`: for anybody to read; proposed, voted with the seats' own keys, and its people named, through the API alone."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any

from pars.core import canonical
from pars.core.agreements.agreement import vote_message
from pars.core.ledger.entries import Kind
from pars.core.terms import DAY, Instant, moment
from pars.edge.city.agreements import WARRANTS, ends_at, version_text
from pars.edge.formats import odrl
from pars.store import fsck, ledger, vault
from tests.api.houses import House, new_key, question
from tests.api.test_v1_refusals import pointers, refused

PATH = "/v1/agreements/warrant-desk"


def document(*, start: int | None = None, **changes: Any) -> dict[str, Any]:
    at = Instant(ledger.now() if start is None else start)
    made: dict[str, Any] = json.loads(version_text(WARRANTS, number=1, start=at, end=ends_at(Instant(at + DAY))))
    return {**made, **changes}


def ballot(
    house: House, choice: str, seat: str, votable: dict[str, Any], origin: str, reason: str | None = None
) -> dict[str, Any]:
    """Return a vote as a seat's own system signs it, from what the public page says."""
    message = vote_message(
        origin=origin,
        agreement="warrant-desk",
        version=votable["version"],
        choice=choice,
        seat=seat,
        answers=votable["answers"],
        why=None if reason is None else sha256(reason.encode()).hexdigest(),
    )
    signature = vault.signing_key(house.home / "keys" / "seats" / seat).sign(message).hex()
    return {
        "version": votable["version"],
        "choice": choice,
        "seat": seat,
        "answers": votable["answers"],
        "signature": signature,
        **({} if reason is None else {"reason": reason}),
    }


def page(house: House) -> dict[str, Any]:
    answer = house.get(PATH)
    assert answer.status_code == 200, answer.content
    said: dict[str, Any] = answer.json()
    return said


def vote(house: House, choice: str, seat: str, n: int = -1) -> Any:
    shown = page(house)["ballot"]
    return house.post(f"{PATH}/votes", ballot(house, choice, seat, shown["votable"][n], shown["origin"]), seat)


def test_an_agreement_from_proposal_to_revocation_through_the_api_alone(own_house: House) -> None:
    assert own_house.get("/v1/agreements").json()["agreements"] == []
    proposed = own_house.post("/v1/agreements", document(), "manager")
    assert proposed.status_code == 201, proposed.content
    assert own_house.receipt_of(proposed).kind is Kind.AGREEMENT_PROPOSED
    shown = page(own_house)
    assert (shown["state"], shown["version"]["hash"]) == ("PROPOSED", proposed.json()["version"])
    assert proposed.json()["agreement"] == "warrant-desk"
    text = own_house.get(shown["versions"][0]["text"])
    assert sha256(text.content).hexdigest() == shown["version"]["hash"]
    assert shown["ballot"]["votable"][0]["choices"] == ["adopt", "reject"]

    for seat in ("city", "courts"):
        voted = vote(own_house, "adopt", seat, 0)
        assert voted.status_code == 200, voted.content
        assert own_house.receipt_of(voted).kind is Kind.AGREEMENT_VOTED
    shown = page(own_house)
    assert shown["state"] == "IN_FORCE"
    assert [vote["seat"] for vote in shown["votes"]] == ["city", "courts"]
    assert [turn["result"] for turn in shown["results"]] == ["adopted"]
    assert shown["sentences"]["en"][0].startswith("Sheriff of the Neighboring County may ask.")
    assert shown["sentences"]["es"][0].startswith("Sheriff of the Neighboring County puede preguntar.")
    assert own_house.get("/v1/agreements").json()["agreements"][0]["state"] == "IN_FORCE"

    person = own_house.by["sheriff"].person
    user = {"person": person, "holds": ["terms_signed"]}
    named = own_house.post(f"{PATH}/users", user, "manager")
    assert own_house.receipt_of(named).kind is Kind.USER_NAMED
    refused(own_house, own_house.post(f"{PATH}/users", user, "manager"), 409, "ALREADY_NAMED")
    bound = own_house.post(f"{PATH}/clients", {"client": "sheriff-desk"}, "manager")
    assert own_house.receipt_of(bound).kind is Kind.CLIENT_BOUND
    refused(own_house, own_house.post(f"{PATH}/clients", {"client": "sheriff-desk"}, "manager"), 409, "ALREADY_BOUND")
    removed = own_house.delete(f"{PATH}/users/{person}", "manager")
    assert own_house.receipt_of(removed).kind is Kind.USER_REMOVED
    refused(own_house, own_house.delete(f"{PATH}/users/{person}", "manager"), 422, "NOT_NAMED")
    assert person not in json.dumps(page(own_house))

    notice = {"version": shown["version"]["hash"], "channel": "web", "text": "Adopted.\nSee the record."}
    served = own_house.post(f"{PATH}/notices", notice, "manager")
    assert own_house.receipt_of(served).kind is Kind.NOTICE_SERVED
    assert [paper["text"] for paper in page(own_house)["papers"]] == ["Adopted.\nSee the record."]

    for seat in ("city", "courts"):
        assert vote(own_house, "revoke", seat).status_code == 200
    assert page(own_house)["state"] == "REVOKED"
    assert page(own_house)["ballot"]["votable"] == []
    assert fsck.fsck() == ()


def test_advice_on_a_version_says_what_it_could_allow(own_house: House) -> None:
    first = own_house.post("/v1/agreements", document(), "manager").json()["version"]
    at = f"{PATH}/versions/{first}/advice"
    said = own_house.get(at).json()
    assert (said["anybody"], said["before"], said["allows_more"], said["more"]) == ("yes", None, None, [])
    assert said["sentences"]["en"][0].startswith("It can be used: it could show, for example, a person")
    assert said["sentences"]["es"][0].startswith("Se puede usar")
    for seat in ("city", "courts"):
        assert vote(own_house, "adopt", seat, 0).status_code == 200
    wider = document(
        number=2, scope={**document()["scope"], "rows": "always", "columns": [*document()["scope"]["columns"], "otn"]}
    )
    second = own_house.post("/v1/agreements", wider, "manager").json()["version"]
    said = own_house.get(f"{PATH}/versions/{second}/advice").json()
    assert (said["before"]["hash"], said["allows_more"], said["apart"]) == (first, "yes", "no")
    columns = next(one for one in said["more"] if one["kind"] == "columns")
    assert columns["names"] == ["otn"]
    assert columns["record"]["adult"] == "yes"
    # What it gives as an example is a question as `/v1/questions` takes it.
    assert columns["question"]["purpose"] in [purpose["code"] for purpose in wider["purposes"]]
    assert columns["question"]["columns"] == ["otn"]
    assert own_house.get(f"{PATH}/versions/{'0' * 64}/advice").status_code == 404


def test_a_use_report_is_put_and_replied_to_and_nothing_else_is(own_house: House) -> None:
    made = own_house.agree("sheriff")
    assert own_house.ask("sheriff", question("sheriff")).status_code == 200
    period = {"start": iso(made.term.start), "end": iso(ledger.now())}
    put = own_house.post(f"{PATH}/reports", period, "auditor")
    assert own_house.receipt_of(put).kind is Kind.USE_REPORT_MADE
    entry = put.json()["entry"]
    reply = {"report": entry, "text": "We agree."}
    answered = own_house.post(f"{PATH}/replies", reply, "manager")
    assert own_house.receipt_of(answered).kind is Kind.AGREEMENT_REPLIED
    said = refused(own_house, own_house.post(f"{PATH}/replies", {**reply, "report": 1}, "manager"), 422, "NO_SUCH_REPORT")
    assert pointers(said) == ["/report"]
    kinds = [(paper["kind"], paper.get("about")) for paper in page(own_house)["papers"]]
    assert kinds == [("report", None), ("reply", entry)]
    assert '"answered":1' in page(own_house)["papers"][0]["text"]

    later = {"start": period["end"], "end": iso(Instant(ledger.now() + DAY))}
    said = refused(own_house, own_house.post(f"{PATH}/reports", later, "auditor"), 422, "NOT_OVER")
    assert set(pointers(said)) == {"/start", "/end"}
    refused(own_house, own_house.post("/v1/agreements/nowhere/reports", period, "auditor"), 404, "NO_SUCH_AGREEMENT")
    refused(own_house, own_house.post(f"{PATH}/reports", period, "city"), 403, "NOT_YOUR_ACT")
    said = refused(own_house, own_house.post(f"{PATH}/reports", {**period, "end": "2026-01-01"}, "auditor"), 400, "MALFORMED")
    assert pointers(said) == ["/end"]
    notice = own_house.post(f"{PATH}/notices", {"version": made.hash, "channel": "web"}, "manager")
    assert notice.status_code == 200, notice.content
    assert "Sheriff of the Neighboring County" in page(own_house)["papers"][-1]["text"]
    assert fsck.fsck() == ()


def test_the_agency_meets_a_duty_and_is_answered_again(own_house: House) -> None:
    due = Instant(ledger.now() + DAY // 2)
    duty = {
        "code": "use",
        "kind": "report",
        "says": {"en": "The uses made of the record"},
        "due": {"instant": due},
        "overdue": "suspends",
    }
    proposed = own_house.post("/v1/agreements", document(duties=[duty]), "manager")
    for seat in ("city", "courts"):
        assert vote(own_house, "adopt", seat, 0).status_code == 200
    [owed] = page(own_house)["duties"]
    assert (owed["duty"], owed["state"], owed["met"], owed["suspends"]) == ("use", "open", None, True)
    assert "While that is overdue, nothing is answered." in owed["says"]["en"]
    met = {"version": proposed.json()["version"], "duty": "use", "due": owed["due"], "shown": "a" * 64}
    path = f"{PATH}/duties"
    refused(own_house, own_house.post(path, met, "sheriff"), 403, "NOT_YOUR_AGREEMENT")
    user = {"person": own_house.by["sheriff"].person, "holds": ["terms_signed"]}
    assert own_house.post(f"{PATH}/users", user, "manager").status_code == 200
    refused(own_house, own_house.post(path, met, "sheriff"), 403, "CLIENT_NOT_BOUND")
    said = refused(own_house, own_house.post(path, {**met, "duty": "other"}, "manager"), 422, "NO_SUCH_DUTY")
    assert set(pointers(said)) == {"/duty", "/due"}
    refused(own_house, own_house.post(path, met, "supervision"), 403, "NO_GRANT")
    done = own_house.post(path, met, "manager")
    assert own_house.receipt_of(done).kind is Kind.DUTY_MET
    refused(own_house, own_house.post(path, met, "manager"), 409, "ALREADY_MET")
    [owed] = page(own_house)["duties"]
    assert (owed["state"], owed["met"]["entry"], owed["met"]["shown"]) == ("met", done.json()["entry"], "a" * 64)
    assert fsck.fsck() == ()


def test_inquiries_acknowledgements_and_outcomes_through_the_api(own_house: House) -> None:
    own_house.post("/v1/agreements", document(users={"must": ["terms_signed", "terms_acknowledged"]}), "manager")
    for seat in ("city", "courts"):
        assert vote(own_house, "adopt", seat, 0).status_code == 200
    user = {"person": own_house.by["sheriff"].person, "holds": ["terms_signed"]}
    assert own_house.post(f"{PATH}/users", user, "manager").status_code == 200
    client = own_house.by["sheriff"].client
    assert own_house.post(f"{PATH}/clients", {"client": client or "sheriff-system"}, "manager").status_code == 200
    version = {"version": page(own_house)["version"]["hash"]}
    refused(own_house, own_house.post(f"{PATH}/acknowledgements", version, "manager"), 403, "NOT_YOUR_ACT")

    asked = {"text": "Whom did you arrest?", "due": iso(ledger.now() + DAY)}
    refused(own_house, own_house.post(f"{PATH}/inquiries", {**asked, "due": iso(ledger.now())}, "courts"), 422, "DUE_PASSED")
    refused(own_house, own_house.post(f"{PATH}/inquiries", asked, "manager"), 403, "NOT_YOUR_ACT")
    made = own_house.post(f"{PATH}/inquiries", asked, "courts")
    assert own_house.receipt_of(made).kind is Kind.INQUIRY_MADE
    [told] = page(own_house)["inquiries"]
    assert (told["state"], told["text"], told["answer"]) == ("open", asked["text"], None)
    answer = {"inquiry": made.json()["entry"], "text": "Nobody."}
    given = own_house.post(f"{PATH}/answers", answer, "manager")
    assert own_house.receipt_of(given).kind is Kind.INQUIRY_ANSWERED
    refused(own_house, own_house.post(f"{PATH}/answers", answer, "manager"), 409, "ALREADY_ANSWERED")
    [told] = page(own_house)["inquiries"]
    assert (told["state"], told["answer"]["text"], told["answer"]["late"]) == ("answered", "Nobody.", False)
    refused(own_house, own_house.post(f"{PATH}/outcomes", {"receipt": 1, "outcome": "cleared"}, "manager"), 403, "NOT_YOUR_ACT")
    assert fsck.fsck() == ()


def iso(at: int) -> str:
    return moment(Instant(at)).isoformat()


def test_a_vote_is_withdrawn_cast_again_with_a_reason_and_the_proposal_withdrawn(own_house: House) -> None:
    closes = Instant(ledger.now() + DAY // 2)
    own_house.post("/v1/agreements", document(vote={"closes": {"instant": closes}}), "manager")
    shown = page(own_house)
    assert (shown["versions"][0]["fate"], shown["versions"][0]["proposed_by"]) == ("open", "city")
    assert shown["versions"][0]["vote_closes"].endswith("Z")
    origin, [votable] = shown["ballot"]["origin"], shown["ballot"]["votable"]
    cast = own_house.post(f"{PATH}/votes", ballot(own_house, "adopt", "city", votable, origin), "city").json()
    back = {"version": votable["version"], "answers": cast["entry"]}
    taken = own_house.post(f"{PATH}/votes", ballot(own_house, "withdraw", "city", back, origin), "city")
    assert taken.status_code == 200, taken.content
    [votable] = page(own_house)["ballot"]["votable"]
    assert votable["answers_of"] == {"city": taken.json()["entry"]}
    own = {**votable, "answers": votable["answers_of"]["city"]}
    wrong = {**ballot(own_house, "reject", "city", own, origin, "Too much."), "reason": "Something else."}
    refused(own_house, own_house.post(f"{PATH}/votes", wrong, "city"), 422, "FORGED")
    again = own_house.post(f"{PATH}/votes", ballot(own_house, "reject", "city", own, origin, "Too much."), "city")
    assert again.status_code == 200, again.content
    told = page(own_house)["votes"]
    assert [(one["choice"], one["counts"], one["reason"]) for one in told] == [
        ("adopt", False, None),
        ("withdraw", False, None),
        ("reject", True, "Too much."),
    ]
    assert told[0]["cast_by"] == {"person": own_house.by["city"].person, "authority": own_house.by["city"].authority}
    place = f"{PATH}/versions/{votable['version']}"
    refused(own_house, own_house.delete(place, "city"), 403, "NOT_YOUR_ACT")
    withdrawn = own_house.delete(place, "manager")
    assert own_house.receipt_of(withdrawn).kind is Kind.PROPOSAL_WITHDRAWN
    refused(own_house, own_house.delete(place, "manager"), 409, "NOT_OPEN")
    assert (page(own_house)["state"], page(own_house)["versions"][0]["fate"]) == ("WITHDRAWN", "withdrawn")
    assert fsck.fsck() == ()


def test_the_renewal_calendar_and_a_notice_of_nonrenewal_with_its_proof(own_house: House) -> None:
    by = {"notice_by": {"instant": Instant(ledger.now() + DAY // 2)}}
    own_house.post("/v1/agreements", document(nonrenewal=by), "manager")
    assert own_house.get("/v1/renewals").json()["renewals"] == []
    for seat in ("city", "courts"):
        assert vote(own_house, "adopt", seat, 0).status_code == 200
    [line] = own_house.get("/v1/renewals").json()["renewals"]
    assert (line["agreement"], line["decision"], line["gap"], line["notified"]) == ("warrant-desk", "nothing", False, None)
    assert line["notice_by"]
    notice = {
        "version": page(own_house)["version"]["hash"],
        "channel": "mail",
        "text": "We won't renew it.",
        "about": "nonrenewal",
    }
    said = refused(own_house, own_house.post(f"{PATH}/notices", notice, "manager"), 422, "NO_PROOF")
    assert set(pointers(said)) == {"/about", "/proof"}
    refused(own_house, own_house.post(f"{PATH}/notices", {**notice, "about": "gossip"}, "manager"), 422, "NO_PROOF")
    assert (
        own_house.post(f"{PATH}/notices", {**notice, "proof": "a" * 64, "text": "\u202edeweneR"}, "manager").status_code == 400
    )
    served = own_house.post(f"{PATH}/notices", {**notice, "proof": "a" * 64}, "manager")
    assert served.status_code == 200, served.content
    [line] = own_house.get("/v1/renewals").json()["renewals"]
    assert line["notified"] == {"entry": served.json()["entry"], "at": served.json()["at"], "proof": "a" * 64}
    assert fsck.fsck() == ()


def test_votes_that_are_refused(own_house: House) -> None:
    own_house.post("/v1/agreements", document(), "manager")
    shown = page(own_house)["ballot"]
    good = ballot(own_house, "adopt", "city", shown["votable"][0], shown["origin"])
    refused(own_house, own_house.post(f"{PATH}/votes", good, "courts"), 403, "NOT_YOUR_SEAT")
    refused(own_house, own_house.post(f"{PATH}/votes", good, "manager"), 403, "NOT_YOUR_ACT")
    forged = {**good, "signature": "0" * 128}
    refused(own_house, own_house.post(f"{PATH}/votes", forged, "city"), 422, "FORGED")
    refused(own_house, own_house.post(f"{PATH}/votes", {**good, "choice": "maybe"}, "city"), 422, "UNKNOWN_CHOICE")
    refused(own_house, own_house.post("/v1/agreements/nowhere/votes", good, "city"), 404, "NO_SUCH_AGREEMENT")
    key = new_key()
    first, again = (own_house.post(f"{PATH}/votes", good, "city", key=key) for _ in range(2))
    assert (first.status_code, first.json()) == (200, again.json())
    refused(own_house, own_house.post(f"{PATH}/votes", good, "city"), 409, "SECOND_VOTE")


def test_an_agreement_is_proposed_and_given_as_an_odrl_policy(own_house: House) -> None:
    said = document()
    policy = {name: part for name, part in odrl.policy(canonical.write(said)).items() if name != "uid"}
    no = own_house.post("/v1/agreements", {**policy, "permission": []}, "manager")
    assert (no.status_code, no.json()["errors"][0]["pointer"]) == (400, "/permission")
    assert own_house.get("/v1/agreements").json()["agreements"] == []
    proposed = own_house.post("/v1/agreements", policy, "manager")
    assert proposed.status_code == 201, proposed.content
    version = sha256(canonical.write(said)).hexdigest()
    assert proposed.json()["version"] == version

    given = own_house.get(f"{PATH}/odrl")
    assert given.headers["content-type"].startswith("application/ld+json")
    assert given.json()["uid"] == f"urn:sha256:{version}"
    assert {name: part for name, part in given.json().items() if name != "uid"} == json.loads(json.dumps(policy))
    assert own_house.get(f"{PATH}/odrl?version={version}").json() == given.json()
    assert own_house.get(f"{PATH}/odrl?version={'0' * 64}").status_code == 404
    assert own_house.get("/v1/agreements/nobody/odrl").status_code == 404
