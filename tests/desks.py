"""A case walked through by the real actions, on a real ledger: what each desk does, and how far a case has come before it.

Times are stated from the ledger's own clock, so that a walk works on any day.
"""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pars.actions import arraigning, charging, defending, filing, intake, interviewing, recognizing, releasing
from pars.core.cases.arraignment import RIGHTS
from pars.core.cases.bail import OrderTerms
from pars.core.cases.case import release_order
from pars.core.cases.charging import complaint_sha256
from pars.core.cases.choices import ChargeChoice
from pars.core.cases.detainer_rules import ANSWERS, rule_at
from pars.core.cases.detainers import answers_by, matter_stage
from pars.core.cases.facts import Arrested, ChargeProposed, DetainerReceived, Doubted, HoldLodged, IdentityVerified
from pars.core.cases.identity import verified
from pars.core.cases.linking import standing_link
from pars.core.cases.next_hearing import last_open_day
from pars.core.cases.received import ArrestGiven, BookingGiven, ChargeGiven, PersonStated
from pars.core.cases.release import release_order_sha256
from pars.core.terms import HOUR, Instant, StatedTime, moment
from pars.store import ledger, rows
from pars.store.ledger import Done
from tests.ledgers import staff

if TYPE_CHECKING:
    from collections.abc import Callable

    from pars.core.cases.case import Case
    from pars.core.cases.facts import Fact
    from pars.core.ledger.entries import By

ZONE = "America/New_York"
REGISTRAR = staff("registrar")
THEFT = ChargeGiven(statute="18 § 3921", description="Theft by unlawful taking", grade="M1")
TRESPASS = ChargeGiven(statute="18 § 3503", description="Defiant trespass", grade="M3")


def stated(hours: float = 0, *, day: bool = False) -> StatedTime:
    """Return the ledger's time plus some hours, as somebody would state it."""
    at = moment(Instant(ledger.now() + round(hours * HOUR)), ZONE).replace(microsecond=0)
    return StatedTime(at.date().isoformat() if day else at.isoformat(), ZONE)


def load(case_id: str) -> Case:
    """Return a case as it is stored."""
    with ledger.reading():
        case = rows.load_case(case_id)
    assert case is not None
    return case


def first(case_id: str, kind: type[Fact]) -> int:
    """Return the number of the case's first standing fact of a kind."""
    return load(case_id).current(kind)[0].n


# ---------------------------------------------------------------- what each act is given


def arrest(surname: str = "Whitlock", **person: Any) -> dict[str, Any]:
    """Return the parts of a booking."""
    who = {"surname": surname, "given": "Marian", "birth_date": StatedTime("1990-06-01", ZONE), **person}
    told = ArrestGiven(agency="City Police", time=stated(-10), charges=(THEFT, TRESPASS), warrant=False)
    said = {} if who["birth_date"] else {"birth_date_reason": "not said"}
    return {"person": PersonStated(**who), "arrests": (told,), "booking": BookingGiven(time=stated(-9)), **said}


def nothing(_: str) -> dict[str, Any]:
    """Return the parts of an act that needs none."""
    return {}


def reply(_: str = "", sid: str = "12345678", **changes: Any) -> dict[str, Any]:
    """Return the parts of recording a reply to prints."""
    found = IdentityVerified(
        source="State repository", stated=stated(-1), outcome="MATCH", reference="TCN-1", verifier="", sid=sid
    )
    return {"reply": replace(found, **changes)}


def linked(one: str, other: str, *, by: By = REGISTRAR, sid: str = "12345678") -> Done:
    """Link two cases by prints: replies that give one number are recorded where they aren't there."""
    for case_id in (one, other):
        if verified(load(case_id)) is None:
            said = recognizing.verify_identity(case_id=case_id, seen=load(case_id).version, by=by, **reply(sid=sid))
            assert isinstance(said, Done), said
    done = recognizing.link_person(
        case_id=one, seen=load(one).version, other_case=other, basis="FINGERPRINT", reason="One SID", by=by
    )
    assert isinstance(done, Done), done
    return done


def parted(one: str, other: str, *, by: By = REGISTRAR) -> Done:
    """Undo the link that was made in the first case."""
    case = load(one)
    link = standing_link(case, other)
    assert link is not None
    done = recognizing.undo_link(case_id=one, seen=case.version, link=link.n, reason="A wrong reply", by=by)
    assert isinstance(done, Done), done
    return done


def correction(case_id: str) -> dict[str, Any]:
    """Return the parts of a correction: another place of arrest."""
    case = load(case_id)
    was = case.current(Arrested)[0]
    return {"facts": (Arrested(agency=was.agency, time=was.time, place="Pier 9", corrects=was.n),), "why": "heard again"}


def doubt(case_id: str) -> dict[str, Any]:
    """Return the parts that settle the doubt about a person's age."""
    return {"doubt": first(case_id, Doubted), "reason": "birth record seen", "adult": True}


def decisions(case_id: str, decision: str = "APPROVE", **parts: Any) -> dict[str, Any]:
    """Return one decision on every charge."""
    charges = load(case_id).current(ChargeProposed)
    return {"choices": tuple(ChargeChoice(proposed=charge.n, decision=decision, **parts) for charge in charges)}


def complaint(case_id: str) -> dict[str, Any]:
    """Return what a signature of the complaint binds."""
    return {"text_sha256": complaint_sha256(load(case_id))}


def let_go(_: str) -> dict[str, Any]:
    """Return the parts of a release by the police."""
    return {"time": stated(-1), "reason": "M3 at most; no threat; lives here"}


def filed(_: str) -> dict[str, Any]:
    """Return the parts of a complaint's filing."""
    return {"time": stated(-0.1), "court": "Municipal Court"}


def interview(_: str) -> dict[str, Any]:
    """Return an interview's answers."""
    return {"outcome": "TAKEN", "answers": {"employed": "YES"}}


def hearing(_: str) -> dict[str, Any]:
    """Return a hearing's parts."""
    return {"time": stated(-0.1), "probable_cause": True, **dict.fromkeys(RIGHTS, True)}


def next_hearing() -> StatedTime:
    """Return nine o'clock on the last day on which the court may hear somebody in custody."""
    day = last_open_day(stated(0), in_custody=True)
    return StatedTime(f"{day.isoformat()}T09:00", "America/New_York")


def order(case_id: str, **terms: Any) -> dict[str, Any]:
    """Return the parts of a release order: on recognizance, unless `terms` say otherwise."""
    made = OrderTerms(**{"types": ("ROR",), "next_hearing": next_hearing(), "next_court": "Courtroom 4", **terms})
    return {"terms": made, "text_sha256": release_order_sha256(load(case_id), made)}


def money(case_id: str) -> dict[str, Any]:
    """Return the parts of an order that asks for a tenth of 1,000 dollars."""
    return order(case_id, types=("MONETARY",), amount_cents=100_000, deposit_percent=10)


def deposit(case_id: str) -> dict[str, Any]:
    """Return the parts that put the whole deposit down."""
    standing = release_order(load(case_id))
    assert standing is not None
    return {"order": standing.n, "amount_cents": 10_000}


def hold(_: str) -> dict[str, Any]:
    """Return the parts of a bench warrant."""
    return {"kind": "BENCH_WARRANT", "authority": "Municipal Court", "lodged": stated(-1)}


def lift(case_id: str) -> dict[str, Any]:
    """Return the parts that lift the hold."""
    return {"hold": first(case_id, HoldLodged), "reason": "withdrawn"}


def paper(_: str) -> dict[str, Any]:
    """Return the parts of an immigration detainer with an administrative warrant."""
    return {"form": "I-247A", "paper": "ADMINISTRATIVE", "issuing_office": "Field Office", "received": stated(-1)}


def answers(case_id: str) -> dict[str, Any]:
    """Return the answers that the rule in force gives to the detainer."""
    case = load(case_id)
    (received,) = case.current(DetainerReceived)
    due = answers_by(rule_at(ledger.now(), case.rules), received, matter_stage(case))
    return {"detainer": received.n, "reason": "as the rule says", **{name: due[name] for name in ANSWERS}}


def freed(_: str) -> dict[str, Any]:
    """Return the parts of an acknowledgement."""
    return {"released": True}


# ---------------------------------------------------------------- the walk

Step = tuple["Callable[..., Any]", "Callable[[str], dict[str, Any]]"]
STEPS: dict[str, Step] = {
    "submit": (intake.submit_for_charging, nothing),
    "decide": (charging.decide_charges, decisions),
    "sign": (charging.sign_complaint, complaint),
    "let_go": (filing.release_by_police, let_go),
    "file": (filing.file_complaint, filed),
    "interview": (interviewing.record_interview, interview),
    "hear": (arraigning.hold_hearing, hearing),
    "order": (arraigning.order_release, order),
    "money": (arraigning.order_release, money),
    "post": (releasing.post_bail, deposit),
    "hold": (releasing.lodge_hold, hold),
    "lift": (releasing.lift_hold, lift),
    "detainer": (releasing.receive_detainer, paper),
    "answer": (releasing.decide_detainer, answers),
    "free": (releasing.acknowledge_release, freed),
    "claim": (defending.claim_representation, lambda _: {"basis": "ASSIGNED"}),
}
PATH = ("submit", "decide", "sign", "interview", "hear", "order", "free")
"""From booking to the door, where nothing stands in the way."""


def booked(surname: str = "Whitlock", **person: Any) -> str:
    """Book an arrest; return the case's id."""
    done = intake.book_arrest(by=REGISTRAR, **arrest(surname, **person))
    assert isinstance(done, Done), done
    assert done.case_id is not None
    return done.case_id


def step(case_id: str, name: str, **parts: Any) -> Any:
    """Do one step on a case as it stands, under the registrar's grant; return what came of it."""
    act, given = STEPS[name]
    return act(**{"case_id": case_id, "seen": load(case_id).version, "by": REGISTRAR, **given(case_id), **parts})


def walked(*steps: str, case_id: str | None = None) -> str:
    """Book an arrest and take these steps; return the case's id."""
    case_id = case_id or booked()
    for name in steps:
        done = step(case_id, name)
        assert isinstance(done, Done), (name, done)
    return case_id


# ---------------------------------------------------------------- several at once


def at_once(act: Callable[[int], Any], times: int) -> list[Any]:
    """Do something several times at once; return what came of each, by its number."""
    told: dict[int, Any] = {}
    threads = [threading.Thread(target=lambda n=n: told.update({n: act(n)})) for n in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [told[n] for n in range(times)]
