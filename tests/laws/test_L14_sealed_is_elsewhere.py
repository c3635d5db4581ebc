"""Law L14: what was expunged leads to nobody. The guess game: whoever holds everything that is left picks the person no better than by chance.

The adversary has the whole database, the bundle, everything that the home holds but the key of the tombstones, every key of an epoch, and
a list of candidates with names, birth dates, numbers. For each candidate it counts what speaks for them: words in any byte, plain hashes
of them, whatever the keys open, whatever commitment can be made again. Before the expungement it is always right.
"""

from __future__ import annotations

import os
import re
from base64 import b64encode
from dataclasses import dataclass, replace
from hashlib import md5, sha1, sha256
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest

from pars.actions import disclosing, expunging, intake, recognizing
from pars.core.access.predicate import Is
from pars.core.ledger.entries import Violation, decode
from pars.core.terms import Refusal
from pars.store import export, keys, vault
from pars.store.connections import connection
from pars.store.fsck import fsck
from pars.store.ledger import Done
from tests import desks
from tests.desks import PATH, REGISTRAR
from tests.homes import ask, give, question, sealing_on, serve
from tests.ledgers import REGISTRAR as ROLE
from tests.ledgers import staff
from tests.store.conftest import home, opened, owner
from verify.checks import verify
from verify.report import VERIFIED

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["home", "opened", "owner"]

OFFICER = staff("officer")


@dataclass(frozen=True)
class Person:
    """Somebody invented, with all that a stranger may know of them."""

    surname: str
    given: str
    born: str
    otn: str
    record_id: str

    @property
    def known(self) -> tuple[str, ...]:
        """What would give them away."""
        return self.surname, self.otn, self.record_id, f"{self.surname}, {self.given}", f"{self.given} {self.surname}"


PEOPLE = tuple(
    Person(surname, given, f"19{60 + n}-0{1 + n % 9}-1{n % 10}", f"K{7_000_001 + 13 * n}", f"PD-{81_000 + 7 * n}")
    for n, (surname, given) in enumerate(
        [
            ("Whitlock", "Marian"),
            ("Farrowby", "Edwin"),
            ("Ainsleigh", "Rosa"),
            ("Underhay", "Peter"),
            ("Quillfeather", "Joan"),
            ("Marchbanks", "Silas"),
            ("Tollemarch", "Ida"),
            ("Brackenbury", "Hugh"),
        ]
    )
)
STRANGERS = PEOPLE[4:]


# ---------------------------------------------------------------- the town


def book(person: Person) -> str:
    parts = desks.arrest(person.surname, given=person.given)
    told = replace(parts["arrests"][0], otn=person.otn, record_id=person.record_id)
    done = intake.book_arrest(by=REGISTRAR, **{**parts, "arrests": (told,)})
    assert isinstance(done, Done), done
    assert done.case_id is not None
    return desks.walked(*PATH, case_id=done.case_id)


def look_for(person: Person) -> None:
    """Let the agency ask for them by name, and staff look for them and open the case."""
    answer = ask(question(columns=("record", "surname"), where=(Is("surname", person.surname), Is("given", person.given))))
    assert answer is not None
    assert not isinstance(answer, Refusal), answer


def expunge(case_id: str) -> None:
    received = expunging.record(case_id=case_id, means="expunged", paper=b"An order that names somebody", by=REGISTRAR)
    assert isinstance(received, Done), received
    listed = expunging.orders(by=OFFICER)
    assert not isinstance(listed, Refusal)
    (found,) = [one for one in listed if one.order.entry == received.entry]
    for on in found.owed_to:
        copy = b"The name, for the list" if on.isupper() else None
        assert isinstance(expunging.serve(order=received.entry, on=on, copy=copy, by=REGISTRAR), Done)
    assert all(isinstance(told, Done) for told in expunging.ask_purges(order=received.entry, by=OFFICER))
    done = expunging.put_away(order=received.entry, by=OFFICER)
    assert isinstance(done, Done), done


# ---------------------------------------------------------------- the adversary


@dataclass(frozen=True)
class Loot:
    """Everything that the adversary holds."""

    text: str
    bodies: tuple[bytes, ...]
    side: frozenset[bytes]
    case_keys: dict[str, bytes]
    now: dict[str, str]
    opened: str


def loot(owner: Any, home: Path) -> Loot:
    rows = tables(owner)
    (home / "bundle.pars").unlink(missing_ok=True)
    export.export(home / "bundle.pars")
    files = [path for path in sorted(home.rglob("*")) if path.is_file() and path != home / "keys" / "tombstones"]
    text = "\n".join([rows, *(path.read_bytes().decode("latin-1") for path in files)])
    bodies = tuple(row[0] for row in owner.execute("select body from ledger.entry order by id"))
    side = frozenset(one for row in owner.execute("select list from ledger.commitment") for one in row[0])
    epochs = {number: vault.read_secret(vault.epoch_file(number)) for number in vault.epochs()}
    held, opened = {}, []
    for case_id, epoch, wrapped in owner.execute("select case_id, epoch, wrapped from keys.case_key").fetchall():
        held[str(case_id)] = vault.unseal(epochs[epoch], wrapped, case_id.bytes)
    questions = owner.execute(
        "select q.entry, q.epoch, q.wrapped, d.ciphertext from keys.question_key q join ledger.dissemination d using (entry)"
    ).fetchall()
    for entry, epoch, wrapped, ciphertext in questions:
        key = vault.unseal(epochs[epoch], wrapped, keys.bound_to(entry))
        opened.append(vault.unseal(key, ciphertext, keys.bound_to(entry)).decode())
    names = owner.execute("select case_id::text, surname from cases.case_now").fetchall()
    return Loot(text, bodies, side, held, dict(names), "\n".join(opened))


def tables(owner: Any) -> str:
    names = owner.execute(
        "select format('%I.%I', n.nspname, c.relname) from pg_class c join pg_namespace n on n.oid = c.relnamespace "
        "where c.relkind = 'r' and n.nspname in ('cases', 'governance', 'keys', 'ledger', 'sealed', 'web', 'public')"
    ).fetchall()
    return "\n".join(str(row[0]) for (name,) in names for row in owner.execute(f"select t::text from {name} t").fetchall())


def evidence(person: Person, held: Loot) -> int:
    """Return how much of what the adversary holds speaks for this candidate."""
    found = 0
    for word in (*person.known, person.born):
        forms = {word, word.casefold(), word.encode().hex(), b64encode(word.encode()).decode().rstrip("=")}
        forms |= {make(word.encode()).hexdigest() for make in (sha256, sha1, md5)}
        found += sum(len(re.findall(re.escape(form), held.text + held.opened)) for form in forms)
    for case_id, surname in held.now.items():
        if surname == person.surname and case_id in held.case_keys:
            found += _commitments(case_id, held)
    return found


def _commitments(case_id: str, held: Loot) -> int:
    """Count the entries that are about a case, by making its commitment for every entry again."""
    found, key = 0, held.case_keys[case_id]
    for body in held.bodies:
        entry = decode(body)
        assert not isinstance(entry, Violation)
        version = entry.detail.get("version")
        tried = [version] if isinstance(version, int) else list(range(1, 12))
        made = {keys.commit_case(key, entry=entry.id, case_id=case_id, version=one) for one in tried}
        found += bool(made & held.side) or any(one.hex() == entry.detail.get("case") for one in made)
    return found


def guesses(candidates: tuple[Person, ...], held: Loot) -> list[Person]:
    """Return whom the adversary would name: the one for whom most speaks; all of several for whom as much does."""
    scores = {person: evidence(person, held) for person in candidates}
    return [person for person in candidates if scores[person] == max(scores.values())]


# ---------------------------------------------------------------- the game


@pytest.fixture
def town(opened: Path) -> Iterator[Path]:
    with sealing_on():
        give("officer", ROLE)
        serve()
        yield opened


def test_after_expungement_whoever_holds_everything_picks_the_person_by_chance_and_before_it_always(
    town: Path, owner: Any
) -> None:
    gone = PEOPLE[:2]
    look_for(gone[0])  # asked for by name before anybody was booked
    cases = {person: book(person) for person in PEOPLE[:4]}
    for person in PEOPLE[:4]:
        look_for(person)
        assert isinstance(disclosing.open_case(case_id=cases[person], by=REGISTRAR), disclosing.CaseShown)
    before = loot(owner, town)
    for person in PEOPLE[:4]:
        assert guesses((person, *STRANGERS), before) == [person]
        assert _commitments(cases[person], before) >= len(PATH), "with the key, each entry of theirs is known"
    for person in gone:
        expunge(cases[person])
    after = loot(owner, town)
    for person in gone:
        assert guesses((person, *STRANGERS), after) == [person, *STRANGERS], "nothing speaks for one more than for another"
        assert evidence(person, after) == 0
    for person in PEOPLE[2:4]:
        assert guesses((person, *STRANGERS), after) == [person], "the adversary still knows whom to find"
    # Every entry is where it was and verifies, though it leads to nobody.
    assert after.bodies[: len(before.bodies)] == before.bodies
    assert before.side <= after.side
    report = verify((town / "bundle.pars").read_bytes())
    assert report.status == VERIFIED, report.words()
    assert fsck() == ()


def test_the_keys_of_an_older_copy_are_of_no_use_after_a_week(town: Path, owner: Any) -> None:
    case_id = book(PEOPLE[0])
    copy = owner.execute("select epoch, wrapped from keys.case_key where case_id = %s", [case_id]).fetchone()
    assert vault.unseal(vault.read_secret(vault.epoch_file(copy[0])), copy[1], _id(case_id)), "before, it opens"
    expunge(case_id)
    os.utime(vault.epoch_file(copy[0]), (0, 0))
    expunging.renew_keys()
    os.utime(vault.epoch_file(vault.newest_epoch() or 0), (0, 0))
    assert expunging.renew_keys() == copy[0]
    with pytest.raises(vault.KeyLost):
        vault.read_secret(vault.epoch_file(copy[0]))
    for number in vault.epochs():
        with pytest.raises(vault.KeyLost):
            vault.unseal(vault.read_secret(vault.epoch_file(number)), copy[1], _id(case_id))
    with connection("app") as given:
        left = given.execute("select count(*) from keys.question_key where epoch = %s", [copy[0]]).fetchone()
    assert left == (0,)


@pytest.mark.parametrize("ended", [False, True])
def test_no_other_case_of_the_person_tells_of_the_arrest(town: Path, owner: Any, ended: bool) -> None:
    gone, stays, twin = book(PEOPLE[0]), book(PEOPLE[1]), book(PEOPLE[2])
    desks.linked(stays, gone)
    assert isinstance(
        recognizing.tell_apart(
            case_id=twin, seen=desks.load(twin).version, others=(gone,), reason="Another's prints", by=REGISTRAR
        ),
        Done,
    )
    if ended:
        desks.parted(stays, gone)
    told = (PEOPLE[0].otn, PEOPLE[0].record_id, gone, "Another's prints", "One SID")
    assert all(word in loot(owner, town).text for word in told)
    before = desks.load(stays)
    expunge(gone)
    left = loot(owner, town)
    assert [word for word in told if word in left.text + left.opened] == []
    for case_id in (stays, twin):
        shown = disclosing.open_case(case_id=case_id, by=REGISTRAR)
        assert isinstance(shown, disclosing.CaseShown)
        said = repr(shown)
        assert [word for word in (*told, "PersonLinked") if word in said] == []
    after = desks.load(stays)
    assert (after.version, len(after.facts)) == (before.version, len(before.facts)), "the others keep their numbers"
    assert fsck() == ()
    assert verify((town / "bundle.pars").read_bytes()).status == VERIFIED


def _id(case_id: str) -> bytes:
    return UUID(case_id).bytes
