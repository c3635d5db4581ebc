"""A PARS_HOME of its own for each test: the template's logins led to the clone, fresh keys, and an opened ledger if asked."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg.conninfo import conninfo_to_dict

from pars.core import canonical
from pars.core.access.decision import Caller, decide
from pars.core.access.floor import floor
from pars.core.access.question import Evidence, Question
from pars.core.agreements.agreement import standing
from pars.core.cases.booking import book_arrest
from pars.core.cases.case import Change
from pars.core.cases.received import ArrestGiven, PersonStated
from pars.core.ledger import drafts
from pars.core.ledger.entries import By, Kind
from pars.core.terms import DAY, HOUR, Instant, Refusal, StatedTime, moment
from pars.store import connections, genesis, ledger, migrate, rows, sealing, volume
from pars.store.disclosure import disclose
from tests.agreements import CHARTER_DOCUMENT, ORIGIN, vote
from tests.ledgers import (
    AGENCY,
    CLERK,
    CLIENT,
    DRAFTER,
    HELD,
    PERSON,
    PROFILE,
    REGISTRAR,
    VOTER,
    hashed,
    make_version,
    staff,
    text_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from pars.core.access.decision import Permit
    from pars.core.access.predicate import Leaf
    from pars.core.agreements.version import Version
    from pars.core.ledger.entries import Draft
    from pars.store.disclosure import Chunk
    from tests.databases import Database

REGISTER = staff("registrar")


def make_home(database: Database, template_home: Path, home: Path) -> Path:
    """Give `home` the logins of the database that `database` is a clone of, and let nobody else in."""
    with psycopg.connect(database.url) as owner:
        migrate.grant(owner, roles_of=database.template)
    for login in connections.LOGINS:
        known = conninfo_to_dict(connections.login_file(login, template_home).read_text())
        migrate.write_login(home, login, database.url, user=str(known["user"]), password=str(known["password"]))
    return home


def open_for_tests(*, simulated: bool = True, shift: int = 0, roles: Mapping[str, bytes] | None = None) -> None:
    """Open the current home's ledger under the charter, roles and seats of the invented ledgers, with a grant for each person.

    `roles` are more of them, each with somebody of its name who holds it.
    """
    more = dict(roles or {})
    opened = genesis.open_ledger(
        origin=ORIGIN,
        charter=canonical.write(CHARTER_DOCUMENT),
        roles=[REGISTRAR, CLERK, DRAFTER, *VOTER.values(), *more.values()],
        profile=PROFILE,
        simulated=simulated,
        shift=shift,
    )
    assert isinstance(opened, ledger.Done), opened
    for person, role in {
        "registrar": REGISTRAR,
        "clerk": CLERK,
        **{f"voter-{seat}": text for seat, text in VOTER.items()},
        **more,
    }.items():
        give(person, role)


def give(person: str, role: bytes, by: By = genesis.SYSTEM) -> None:
    """Give a person a grant of their own name, from the ledger's opening on."""
    with ledger.acting(by, exclusive=[f"grant:{person}"]) as act:
        ledger.append(drafts.grant_given(grant=person, person=person, role=hashed(role), start=act.at), by=by)


@contextmanager
def sealing_on() -> Iterator[None]:
    """Seal in the background, as `pars work` does."""
    stop = threading.Event()
    sealer = threading.Thread(target=sealing.run, args=(stop,), kwargs={"beat": 0.02})
    sealer.start()
    try:
        yield
    finally:
        stop.set()
        sealer.join(20)
        assert not sealer.is_alive()


# ---------------------------------------------------------------- acts, as the actions do them


def do(draft: Draft, by: By = REGISTER, *, text: bytes | None = None) -> ledger.Done:
    """Append one governance entry under the lock that it needs."""
    detail = draft.detail
    lock = f"agreement:{detail['agreement']}" if "agreement" in detail else f"grant:{detail['grant']}"
    with ledger.acting(by, exclusive=[lock, *(["system"] if draft.kind is Kind.AGREEMENT_PROPOSED else [])]):
        if text is not None:
            rows.save_text(text)
        done = ledger.append(draft, by=by)
    assert isinstance(done, ledger.Done)
    return done


def propose(made: Version) -> ledger.Done:
    """Put a version before the owners."""
    draft = drafts.agreement_proposed(agreement=made.agreement, agency=made.agency.id, version=made.hash)
    return do(draft, text=text_of(made))


def cast(choice: str, seat: str, made: Version, answers: int) -> ledger.Done:
    """Vote for a seat."""
    signed = vote(choice, seat, made.hash, answers, agreement=made.agreement)
    return do(
        drafts.agreement_voted(
            agreement=made.agreement, version=made.hash, choice=choice, seat=seat, answers=answers, signature=signed.signature
        ),
        staff(f"voter-{seat}"),
    )


def adopt(made: Version) -> ledger.Done:
    """Propose a version and let two owners adopt it; return the last vote."""
    proposed = propose(made)
    cast("adopt", "city", made, proposed.entry)
    return cast("adopt", "courts", made, proposed.entry)


def serve(changes: dict[str, Any] | None = None, *, lasts: int = DAY, person: str = PERSON, client: str = CLIENT) -> Version:
    """Bring an agreement into force now, bind the agency's client, name its person; return the version."""
    at = ledger.now()
    made = make_version(changes, start=at, end=at + lasts)
    adopt(made)
    do(drafts.client_bound(client=client, agency=made.agency.id, agreement=made.agreement))
    do(drafts.user_named(agreement=made.agreement, person=person, holds=HELD))
    return made


def book(surname: str = "Doe", given: str = "Ann", *, born: str | None = "1980-05-01", by: By = REGISTER, **arrest: Any) -> str:
    """Book an arrest of an adult, made an hour ago; return the case's id."""
    with ledger.acting(by) as act:
        time = StatedTime(moment(Instant(act.at - HOUR)).isoformat(), "America/New_York")
        told = ArrestGiven(**{"agency": "City Police", "time": time, **arrest})
        birth = StatedTime(born, "America/New_York") if born else None
        person = PersonStated(surname=surname, given=given, birth_date=birth)
        change = book_arrest(rows.new_case_id(), at=act.at, person=person, arrests=[told], birth_date_reason="not known")
        assert isinstance(change, Change), change
        rows.save_case(change.case, change.facts)
        ledger.append(change, by=by)
    return change.case.id


def question(
    *, columns: Sequence[str] = ("record", "surname", "birth_date"), where: Sequence[Leaf] = (), **parts: Any
) -> Question:
    """Return a question for the invented agreement's first purpose."""
    evidence = Evidence("warrant_number", "W-2026-0001")
    return Question(
        **{"purpose": "warrant_service", "columns": tuple(columns), "where": tuple(where), "evidence": evidence, **parts}
    )


def permit_for(asked: Question, *, person: str = PERSON, agency: str = AGENCY, client: str | None = CLIENT) -> Permit | Refusal:
    """Decide a question as actions.disclosing does."""
    with ledger.reading() as at:
        agreements = rows.load_agreements(agency)
        used = {}
        for agreement in agreements:
            version = standing(agreement, at).version
            used[agreement.id] = volume.used(agreement.id, person, version, at)
        return decide(Caller(agency, person, client), asked, agreements, used=used, floor=floor, at=at)


def ask(
    asked: Question, *, person: str = PERSON, agency: str = AGENCY, client: str | None = CLIENT, **options: Any
) -> Chunk | Refusal | None:
    """Decide a question and send it through the door; decide again where something came between."""
    for _ in range(100):
        permit = permit_for(asked, person=person, agency=agency, client=client)
        if isinstance(permit, Refusal):
            return permit
        try:
            return disclose(permit, asked, by=By(person, permit.authority, client), **options)
        except connections.Retry:
            time.sleep(0.02)  # on a busy machine an answer can come too late many times
    raise AssertionError("a hundred tries were not enough")
