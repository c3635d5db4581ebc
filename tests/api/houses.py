"""The house that tests of `/v1` call at: its people, their tokens, its agreements, and how a system calls it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, Any

import httpx
from django.test import Client

from pars.actions import agreeing, founding, identifying
from pars.core.agreements.agreement import read_version
from pars.core.ledger.entries import By, Entry, Kind, decode
from pars.core.terms import DAY, Instant, Refusal
from pars.edge.city.agreements import SUPERVISION, WARRANTS, Terms, ends_at, version_text
from pars.store import connections, ledger, tree
from pars.store.ledger import Done

if TYPE_CHECKING:
    from pathlib import Path

    from pars.core.agreements.version import Version

PASSWORD = "invented-password-1"
STAFF = {
    "booking": "booking_officer",
    "charging": "charging_attorney",
    "interview": "pretrial_interviewer",
    "bench": "magistrate",
    "clerk": "court_clerk",
    "custodian": "custodian",
    "defense": "defender",
    "second-defense": "defender",
    "manager": "agreement_manager",
    "city": "voter_city",
    "courts": "voter_courts",
    "prosecutor": "voter_prosecutor",
    "auditor": "auditor",
}
FEEDS = {"police": "feed_police", "prosecutor": "feed_prosecutor", "custodian": "feed_custodian"}
AGENCIES: dict[str, Terms] = {"supervision": SUPERVISION, "sheriff": WARRANTS}
EVIDENCE = {"supervision": ("case_number", "CN-2026-1"), "sheriff": ("warrant_number", "W-2026-1")}

_keys = count(1)


@dataclass
class House:
    """Who lives here: `by` and `tokens` by short name. `url` is where the server listens, where one does; `owner` the database's address
    as its owner, for a test that does what nobody may.
    """

    home: Path
    by: dict[str, By] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    url: str = ""
    owner: str = ""

    # ------------------------------------------------------------ calls

    def get(self, path: str, who: str | None = None, **headers: str) -> Any:
        """Call with GET, through Django alone."""
        return Client(SERVER_NAME="localhost").get(path, headers=self._headers(who, headers))

    def delete(self, path: str, who: str | None = None) -> Any:
        """Call with DELETE, through Django alone."""
        return Client(SERVER_NAME="localhost").delete(path, headers=self._headers(who, {}))

    def post(
        self, path: str, body: object = None, who: str | None = None, *, seen: int | None = None, key: str | None = None
    ) -> Any:
        """Call with POST, through Django alone; with a new key unless one is given (empty: none)."""
        headers = {"Idempotency-Key": new_key() if key is None else key, "If-Match": "" if seen is None else f'"{seen}"'}
        sent = body if isinstance(body, bytes) else json.dumps({} if body is None else body).encode()
        known = {name: value for name, value in headers.items() if value}
        return Client(SERVER_NAME="localhost").post(
            path, sent, content_type="application/json", headers=self._headers(who, known)
        )

    def ask(self, who: str, body: object, *, key: str | None = None, **headers: str) -> httpx.Response:
        """Put a question to the running server."""
        sent = body if isinstance(body, bytes) else json.dumps(body).encode()
        told = {"Idempotency-Key": new_key() if key is None else key, "content-type": "application/json", **headers}
        known = {name: value for name, value in told.items() if value}
        return httpx.post(f"{self.url}/v1/questions", content=sent, headers=self._headers(who, known), timeout=30)

    def _headers(self, who: str | None, more: dict[str, str]) -> dict[str, str]:
        return {**({"Authorization": f"Bearer {self.tokens[who]}"} if who else {}), **more}

    # ------------------------------------------------------------ what was entered

    def entry(self, number: int) -> Entry:
        """Return an entry of the ledger."""
        with ledger.reading():
            body = tree.load_entry(number)
        assert body is not None
        found = decode(body)
        assert isinstance(found, Entry)
        return found

    def receipt_of(self, answer: Any) -> Entry:
        """Return the entry that an answer's receipt names, and see that the receipt is its own."""
        said = answer.json()
        said = said.get("receipt", said)
        found = self.entry(said["entry"])
        with ledger.reading():
            kept = tree.load_receipt(said["entry"])
        assert kept is not None
        assert kept.leaf == said["leaf"]
        return found

    def last_entries(self, kind: Kind, count: int) -> list[Entry]:
        """Return the last entries of a kind, oldest first."""
        with connections.connection("app") as given:
            found = given.execute(
                "select id from ledger.entry where kind = %s order by id desc limit %s", [int(kind), count]
            ).fetchall()
        return [self.entry(row[0]) for row in reversed(found)]

    # ------------------------------------------------------------ agreements

    def adopt(self, text: bytes) -> Version:
        """Propose a version and let two owners adopt it."""
        proposed = done(agreeing.propose(text=text, by=self.by["manager"]))
        version = read_version(text)
        assert not isinstance(version, Refusal), version
        for seat in ("city", "courts"):
            self.vote("adopt", seat, version, proposed.entry)
        return version

    def vote(self, choice: str, seat: str, version: Version, answers: int) -> Done:
        """Vote for a seat with the key that the house keeps."""
        ballot = agreeing.sign_with_home_key(
            agreement=version.agreement, choice=choice, version=version.hash, answers=answers, by=self.by[seat]
        )
        assert not isinstance(ballot, Refusal), ballot
        return done(agreeing.vote(agreement=version.agreement, ballot=ballot, by=self.by[seat]))

    def agree(self, who: str, *, lasts: int = DAY, number: int = 1, start: int | None = None, **changes: Any) -> Version:
        """Bring an agency's agreement into force, name its person, bind its system; return the version."""
        at = ledger.now() if start is None else start
        terms = AGENCIES[who]
        document = json.loads(version_text(terms, number=number, start=Instant(at), end=ends_at(Instant(at + lasts))))
        made = self.adopt(canonical({**document, **changes}))
        if number == 1:
            person = self.by[who].person
            manager = self.by["manager"]
            done(agreeing.name_user(agreement=made.agreement, person=person, holds=("terms_signed",), by=manager))
            done(agreeing.bind_client(agreement=made.agreement, client=f"{who}-desk", by=manager))
        return made


def canonical(document: Any) -> bytes:
    """Return a document's canonical text."""
    from pars.core import canonical as form

    return form.write(document)


def new_key() -> str:
    """Return a key that wasn't used before."""
    return f"key-{next(_keys)}"


def done(outcome: Any) -> Done:
    """Return what was done; fail in words on a refusal."""
    assert isinstance(outcome, Done), outcome
    return outcome


def question(who: str, **changes: Any) -> dict[str, Any]:
    """Return a question that the agency's agreement grants."""
    kind, value = EVIDENCE[who]
    asked: dict[str, Any] = {
        "purpose": AGENCIES[who].purpose,
        "columns": ["record", "surname", "birth_date"],
        "evidence": {"kind": kind, "value": value},
    }
    return {name: value for name, value in {**asked, **changes}.items() if value is not None}


def arrest(surname: str = "Doe", given: str = "Ann", born: str | None = "1980-05-01", **changes: Any) -> dict[str, Any]:
    """Return the body of a booking."""
    person = {"surname": surname, "given": given, **({"birth_date": born} if born else {})}
    return {
        "person": person,
        "arrests": [
            {
                "agency": "City Police",
                "time": "2026-01-05T10:00:00-05:00",
                "warrant": False,
                "district": "22nd",
                "charges": [{"statute": "18 § 3929 §§ A1", "description": "Retail Theft-Take Mdse", "grade": "M1"}],
            }
        ],
        **changes,
    }


def furnish(home: Path) -> House:
    """Open the current home's ledger under the city's charter and let its people move in."""
    made = House(home)
    opened = founding.open_with_new_seats(origin="pars.test/house", texts=founding.shipped(), simulated=True)
    assert isinstance(opened, Done), opened
    for feed, role in FEEDS.items():
        done(founding.give_grant(person=f"feed-{feed}", role=role))
    for name, role in STAFF.items():
        person = identifying.make_account(username=name, name=name.title(), password=PASSWORD)
        done(founding.give_grant(person=person, role=role))
        authority = identifying.capacities(person)[0].authority
        made.by[name] = By(person, authority)
        made.tokens[name] = identifying.issue_token(username=name, client="desk", authority=authority)
    for name, terms in AGENCIES.items():
        person = identifying.make_account(username=name, name=name.title(), password=PASSWORD)
        authority = f"agency:{terms.agency['id']}"
        made.by[name] = By(person, authority)
        made.tokens[name] = identifying.issue_token(username=name, client=f"{name}-desk", authority=authority)
        made.tokens[f"{name}-nobody"] = identifying.issue_token(username=None, client=f"{name}-desk", authority=authority)
    identifying.make_account(username="stranger", name="Stranger", password=PASSWORD)
    made.tokens["stranger"] = identifying.issue_token(
        username="stranger", client="supervision-desk", authority=made.by["supervision"].authority
    )
    return made
