"""Rules that no other ledger here breaks, each broken once by whoever holds the log's key: both programs name the same entry and rule.

The long run takes every ledger that any test of the core or of the verifier makes, and asserts that among them each code of ours happens.
"""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pars.core.access.purposes import listed
from pars.core.ledger import drafts, key_drafts
from pars.core.ledger.entries import Kind
from pars.core.owners.keyring import AddKey, key_message
from pars.core.terms import DAY, SECOND
from tests import ordered
from tests.agreements import CHARTER_DOCUMENT, NOW, ORIGIN, sign
from tests.dealt import TIMES, terms
from tests.ledgers import AGREEMENT, HELD, PERSON, Ledger, hashed, make_version, role_text, staff
from tests.owners import profile_text, rule_text, successor_text
from tests.verify.second import second
from tests.verify.test_second_codes import NEVER, codes_of_ours
from verify.checks import verify

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pars.core.agreements.version import Version
    from tests.verify.second import Second

REGISTRAR = staff("registrar")
PAPER: dict[str, Any] = {
    "/paper": {"kind": "subpoena", "sha256": "5" * 64},
    "/purposes": [listed("legal_process").demanding("docket")],
    "/limits/people_per_day_in_all": 3,
}
WITH_KEYS = {"NOT_TRUSTED", "HISTORY_REWRITTEN", "OTHER_LEDGER"}
"""What only keys that came by another way show: `test_second.py` tries these."""
CASES: list[tuple[str, Callable[[Ledger], object]]] = []


def breaks(code: str) -> Callable[[Callable[[Ledger], object]], Callable[[Ledger], object]]:
    """Take a function that adds entries to a new ledger, the last of which can't be for that reason."""

    def take(how: Callable[[Ledger], object]) -> Callable[[Ledger], object]:
        CASES.append((code, how))
        return how

    return take


def served(ledger: Ledger, made: Version | None = None) -> tuple[Version, int]:
    """Adopt a version; return it and the entry that adopted it."""
    made = ledger.serve(made)
    return made, next(one.id for one in ledger.entries if one.detail.get("seat") == "courts")


def named(ledger: Ledger, person: str, **said: Any) -> None:
    ledger.add(drafts.user_named(agreement=AGREEMENT, person=person, **{"holds": HELD, **said}), REGISTRAR)


# ---------------------------------------------------------------- agreements


@breaks("AGREEMENT_OVER")
def _(ledger: Ledger) -> None:
    made, adopted = served(ledger)
    for seat in ("city", "courts"):
        ledger.vote("revoke", seat, made, adopted)
    named(ledger, "sergeant")


@breaks("ALREADY_NAMED")
def _(ledger: Ledger) -> None:
    served(ledger)
    named(ledger, PERSON)


@breaks("EMPTY_TERM")
def _(ledger: Ledger) -> None:
    served(ledger)
    named(ledger, "sergeant", end=NOW)


@breaks("UNKNOWN_REQUIREMENT")
def _(ledger: Ledger) -> None:
    served(ledger)
    named(ledger, "sergeant", holds=(*HELD, "driving_license"))


@breaks("ALREADY_SUSPENDED")
def _(ledger: Ledger) -> None:
    made, adopted = served(ledger)
    first = ledger.vote("suspend", "city", made, adopted)
    for seat in ("courts", "prosecutor"):
        ledger.vote("suspend", seat, made, first.id)


@breaks("NOT_SUSPENDED")
def _(ledger: Ledger) -> None:
    made, adopted = served(ledger)
    ledger.vote("reinstate", "city", made, adopted)


@breaks("DUTY_OVERDUE")
def _(ledger: Ledger) -> None:
    made, adopted = served(ledger, terms(1))
    ledger.vote("reinstate", "city", made, adopted, at=TIMES[0])


@breaks("DECIDED")
def _(ledger: Ledger) -> None:
    made, _ = served(ledger)
    proposed = next(one.id for one in ledger.entries if one.kind is Kind.AGREEMENT_PROPOSED)
    ledger.vote("adopt", "prosecutor", made, proposed)


@breaks("DECIDED")
def _(ledger: Ledger) -> None:
    made, adopted = served(ledger)
    first = ledger.vote("suspend", "city", made, adopted)
    ledger.vote("withdraw", "city", made, first.id)


@breaks("WRONG_VERSION")
def _(ledger: Ledger) -> None:
    served(ledger)
    later = make_version(number=2, start=NOW + 5 * DAY)
    proposed = ledger.propose(later)
    last = [ledger.vote("adopt", seat, later, proposed.id) for seat in ("city", "courts")][-1]
    ledger.vote("suspend", "city", later, last.id)


@breaks("OTHER_OWNERS")
def _(ledger: Ledger) -> None:
    ledger.propose(make_version({"/parties/owners": ["city", "courts"]}))


@breaks("TOO_LATE")
def _(ledger: Ledger) -> None:
    ledger.propose(make_version(end=NOW + SECOND))


@breaks("TOO_LATE")
def _(ledger: Ledger) -> None:
    ledger.propose(make_version({"/vote": {"closes": {"instant": NOW + SECOND}}}))


# ---------------------------------------------------------------- grants on a paper


@breaks("NOBODY_GIVES")
def _(ledger: Ledger) -> None:
    own = {"/paper": {**PAPER["/paper"], "kind": "own_request"}, "/purposes": [listed("own_request").demanding("case_number")]}
    ledger.propose(make_version({**PAPER, **own}))


@breaks("LIMIT_NEEDED")
def _(ledger: Ledger) -> None:
    ledger.propose(make_version({name: said for name, said in PAPER.items() if name != "/limits/people_per_day_in_all"}))


@breaks("OTHER_PURPOSE")
def _(ledger: Ledger) -> None:
    ledger.propose(make_version({"/paper": PAPER["/paper"], "/limits/people_per_day_in_all": 3}))


@breaks("PAPER_NEEDED")
def _(ledger: Ledger) -> None:
    ledger.propose(make_version({"/purposes": PAPER["/purposes"]}))


@breaks("TERM_TOO_LONG")
def _(ledger: Ledger) -> None:
    ledger.propose(make_version(PAPER, end=NOW + 91 * DAY))


@breaks("PERSON_IN_TEXT")
def _(ledger: Ledger) -> None:
    ledger.propose(make_version({**PAPER, "/scope/rows": {"column": "surname", "is": "Doe"}}))


@breaks("PAPER_USED")
def _(ledger: Ledger) -> None:
    ledger.propose(make_version(PAPER))
    ledger.propose(make_version({**PAPER, "/agreement": "AGR-2"}))


@breaks("NOT_RENEWABLE")
def _(ledger: Ledger) -> None:
    ledger.propose(make_version(PAPER))
    ledger.propose(make_version(PAPER, number=2))


@breaks("NOT_RENEWABLE")
def _(ledger: Ledger) -> None:
    ledger.propose(make_version())
    ledger.propose(make_version(PAPER, number=2))


# ---------------------------------------------------------------- votes and keys


@breaks("UNKNOWN_SEAT")
def _(ledger: Ledger) -> None:
    """A role of an owner who has no seat: the first entry may name one."""
    role, first = role_text("voter", "sheriff", ["agreement:vote"]), ledger.entries[0]
    roles = sorted([*first.detail["roles"], ledger.keep(role)])
    ledger.entries[0] = replace(first, detail={**first.detail, "roles": roles})
    ledger.give("voter-sheriff", role)
    made = make_version()
    ledger.vote("adopt", "sheriff", made, ledger.propose(made).id)


@breaks("UNKNOWN_CHOICE")
def _(ledger: Ledger) -> None:
    proposed = ledger.propose_text("profile", profile_text())
    ledger.vote_text("suspend", "city", "profile", profile_text(), proposed.id)


@breaks("NO_KEY")
def _(ledger: Ledger) -> None:
    ledger.revoke_key("seat:city", "city", 0)
    made = make_version()
    ledger.vote("adopt", "city", made, ledger.propose(made).id)


@breaks("KEY_IN_FORCE")
def _(ledger: Ledger) -> None:
    ledger.revoke_key("log", "log", 0)


@breaks("REVOKED")
def _(ledger: Ledger) -> None:
    first = ledger.revoke_key("seat:city", "city", 0)
    ledger.revoke_key("seat:city", "city", 0, first.id)


# ---------------------------------------------------------------- the owners' texts


@breaks("ALREADY_PROPOSED")
def _(ledger: Ledger) -> None:
    for _ in range(2):
        ledger.propose_text("profile", profile_text())


@breaks("SAME_TEXT")
def _(ledger: Ledger) -> None:
    ledger.adopt_text("profile", profile_text())
    ledger.propose_text("profile", profile_text())


@breaks("CODE_TAKEN")
def _(ledger: Ledger) -> None:
    ledger.adopt_text("detainers", rule_text())
    ledger.propose_text("detainers", rule_text({"/status": "draft"}))


@breaks("NAME_TAKEN")
def _(ledger: Ledger) -> None:
    ledger.propose_text("successor", successor_text({"/origin": ORIGIN}))


@breaks("OTHER_OWNERS")
def _(ledger: Ledger) -> None:
    ledger.propose_text("detainers", rule_text({"/binds": ["sheriff"]}))


# ---------------------------------------------------------------- what a case's change holds may be anything that an entry can hold


def changed(ledger: Ledger, kind: Kind, **detail: Any) -> None:
    ledger.add(drafts.case_changed(kind, case=hashed(b"d"), version=1, detail=detail), REGISTRAR)


@breaks("NO_SUCH_FORM")
def _(ledger: Ledger) -> None:
    ledger.add(drafts.forms_printed(site="PDU", form="HEARING", first=1, count=3), REGISTRAR)
    changed(ledger, Kind.HEARING_HELD, form=["PDU-000003-7"])


@breaks("OTHER_PROFILE")
def _(ledger: Ledger) -> None:
    changed(ledger, Kind.ARREST_BOOKED, profile=[])


@breaks("OTHER_RULE")
def _(ledger: Ledger) -> None:
    ledger.adopt_text("detainers", rule_text())
    changed(ledger, Kind.DETAINER_DECIDED, rules=[hashed(rule_text())], rule="INVENTED_ORDINANCE")


@breaks("NO_SUCH_HANDOVER")
def _(ledger: Ledger) -> None:
    changed(ledger, Kind.HANDED_OVER)
    changed(ledger, Kind.HANDOVER_TAKEN, handed=ledger.entries[-1].id, desk="None")


@breaks("NO_SUCH_HANDOVER")
def _(ledger: Ledger) -> None:
    changed(ledger, Kind.HANDED_OVER, desk=["booking"])
    changed(ledger, Kind.HANDOVER_TAKEN, handed=ledger.entries[-1].id, desk="booking")


@breaks("NOT_HELD")
def _(ledger: Ledger) -> None:
    """The key is the point that signs for everybody: the same bytes are its signature over anything."""
    key = (1).to_bytes(32, "little")
    said = key_message(origin=ORIGIN, use="seat:city", key=key.hex(), answers=0)
    seats = {seat: sign(seat, said) for seat in ("city", "courts")}
    act = AddKey(use="seat:city", key=key.hex(), answers=0, new=key + bytes(32), seats=seats)
    ledger.add(key_drafts.key_added(act), staff("voter-city"))


# ----------------------------------------------------------------


@pytest.fixture(scope="module")
def other() -> Iterator[Second]:
    """Give the second verifier."""
    with second() as started:
        yield started


@pytest.fixture(autouse=True)
def _one_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the charter name who gives a grant on a subpoena."""
    monkeypatch.setitem(CHARTER_DOCUMENT, "one_off", {"subpoena": ["courts"]})


@pytest.mark.parametrize(("code", "how"), CASES, ids=[f"{code}-{n}" for n, (code, _) in enumerate(CASES)])
def test_a_rule_that_is_broken_is_named_alike(code: str, how: Callable[[Ledger], object], other: Second) -> None:
    ledger = Ledger()
    how(ledger)
    data = ledger.bundle()
    assert other.agrees(data, code) == "violated"
    report = verify(data)
    assert report.first is not None
    assert (report.first.what, report.first.index) == (code, len(ledger.entries) - 1), report.words()


def test_an_order_that_another_lifts_already_is_named_alike(other: Second) -> None:
    ledger, _ = ordered.opened()
    hidden = ordered.received(ledger, "sealed")
    ordered.serve(ledger, hidden)
    ordered.ask(ledger, hidden)
    ordered.put_away(ledger, hidden, shares=ordered.SHARES)
    for _ in range(2):
        ordered.received(ledger, "lifted", lifts=hidden.id)
    assert ledger.violation() == "LIFTED_ALREADY"
    assert other.agrees(ledger.bundle()) == "violated"


def test_what_is_cited_in_a_form_of_its_own_is_no_rule_of_the_owners(other: Second) -> None:
    ledger = Ledger()
    ledger.propose_text("detainers", rule_text())
    changed(ledger, Kind.DETAINER_DECIDED, rules=[hashed(rule_text())])
    assert other.agrees(ledger.bundle()) == "verified"


@pytest.mark.soak
def test_every_ledger_of_every_test_is_judged_alike_and_every_code_happens(other: Second, tmp_path: Path) -> None:
    tests = [str(path) for room in ("core", "verify") for path in sorted((Path(__file__).parents[1] / room).glob("test_*.py"))]
    run = [sys.executable, "-m", "pytest", "-q", "-n", "0", "-p", "tests.verify.recording", *tests]
    told = {**os.environ, "PARS_LEDGERS": str(tmp_path), "PARS_HYPOTHESIS": "quick"}
    done = subprocess.run(run, env=told, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    happened, bundles = set(), sorted(tmp_path.iterdir())
    for path in bundles:
        data = path.read_bytes()
        other.agrees(data, path)
        happened |= {one.what for one in verify(data).findings}
    print(f"{len(bundles):,} ledgers judged alike, {len(happened)} codes")
    assert codes_of_ours().keys() - set().union(WITH_KEYS, *NEVER.values()) - happened == set()
