"""The owners' own texts on a real ledger: proposed, voted, in force by date; cases and answers go by them; a stranger can check it."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest

from pars.actions import agreeing, founding, intake, keying, owning, watching
from pars.actions.beats import Done, Refused
from pars.core import canonical
from pars.core.cases.detainer_rules import RULES, rules_sha256
from pars.core.cases.detainers import decision_of
from pars.core.cases.facts import DetainerReceived
from pars.core.cases.progress import missing_for_arraignment
from pars.core.ledger.checkpoint import Checkpoint, write_note
from pars.core.ledger.entries import By, Kind
from pars.core.owners.owners_text import lock_of
from pars.core.terms import DAY, HOUR, Instant, Refusal
from pars.store import connections, genesis, ledger, sealing, vault, witnessed
from pars.store.fsck import fsck
from tests import desks
from tests.agreements import ORIGIN, public, sign
from tests.agreements import vote as signed_vote
from tests.desks import REGISTRAR, at_once, load
from tests.homes import give
from tests.ledgers import PROFILE, PROFILE_DOCUMENT, hashed, staff
from tests.ledgers import REGISTRAR as REGISTRAR_ROLE
from tests.owners import RULE_DOCUMENT, WATCHER_NAMES, WATCHERS, profile_text, rule_text, successor_text, witness_text
from verify.checks import verify
from verify.report import VERIFIED

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pars.core.ledger.entries import Entry

COUNTY = {
    "/steps/decided_by": "court",
    "/steps/signed_by": "police",
    "/steps/interview": "not_required",
    "/labels/decider": {"en": "the issuing authority"},
    "/labels/office": {"en": "the issuing authority"},
}


def later(hours: float) -> None:
    """Let time pass on the simulated clock."""
    with ledger.reading():
        row = connections.current().connection.execute("select ledger.shift()").fetchone()
    assert row is not None
    genesis.shift_clock(row[0] + int(hours * HOUR))


def propose(text: bytes, by: By = REGISTRAR) -> Any:
    return owning.propose(text=text, by=by)


def cast(choice: str, seat: str, about: str, text: bytes, answers: int, by: By | None = None) -> Any:
    ballot = signed_vote(choice, seat, hashed(text), answers, agreement=lock_of(about))
    return owning.vote(about=about, ballot=ballot, by=by or staff(f"voter-{seat}"))


def adopt(about: str, text: bytes) -> Done:
    """Propose a text and carry it with two seats; return the last vote."""
    done = proposed = propose(text)
    assert isinstance(proposed, Done), proposed
    for seat in ("city", "courts"):
        done = cast("adopt", seat, about, text, proposed.entry)
        assert isinstance(done, Done), done
    return done


def code(outcome: Any) -> str:
    assert isinstance(outcome, Refused), outcome
    return outcome.refusal.code


# ---------------------------------------------------------------- votes


def test_a_profile_is_in_force_from_the_second_vote_on_and_not_before(entries: Callable[..., list[Entry]]) -> None:
    assert owning.gone_by().profile.hash == hashed(PROFILE)
    proposed = propose(profile_text())
    cast("adopt", "city", "profile", profile_text(), proposed.entry)
    assert owning.gone_by().profile.hash == hashed(PROFILE)
    (waits,) = owning.standings().subject("profile").open
    assert waits.entry == proposed.entry
    cast("adopt", "courts", "profile", profile_text(), proposed.entry)
    assert owning.gone_by().profile.unsent == 12
    stands = owning.standings().subject("profile")
    assert stands.now is not None
    assert (stands.now.text.hash, stands.open, stands.past) == (hashed(profile_text()), (), ())
    told = [(entry.kind, entry.detail.get("seat")) for entry in entries(after=proposed.entry - 1)]
    assert told == [
        (Kind.OWNERS_TEXT_PROPOSED, None),
        (Kind.OWNERS_TEXT_VOTED, "city"),
        (Kind.OWNERS_TEXT_VOTED, "courts"),
    ]


def test_who_may_not_is_refused_and_each_refusal_is_an_entry(entries: Callable[..., list[Entry]]) -> None:
    assert code(propose(profile_text(), staff("clerk"))) == "NOT_YOUR_ACT"
    assert code(propose(profile_text(), By("stranger", "grant:registrar"))) == "NO_GRANT"
    assert code(propose(profile_text({"/steps/interview": "sometimes"}))) == "UNKNOWN_STEP"
    assert code(propose(b"{}")) == "UNKNOWN_SUBJECT"
    proposed = propose(profile_text())
    assert code(propose(profile_text())) == "ALREADY_PROPOSED"
    assert code(cast("adopt", "city", "profile", profile_text(), proposed.entry, REGISTRAR)) == "NOT_YOUR_ACT"
    assert code(cast("adopt", "city", "profile", profile_text(), proposed.entry, staff("voter-courts"))) == "NOT_YOUR_SEAT"
    assert code(cast("adopt", "city", "weather", profile_text(), proposed.entry)) == "UNKNOWN_SUBJECT"
    assert code(cast("adopt", "city", "profile", profile_text(), proposed.entry + 99)) == "WRONG_ANSWER"
    refused = entries(Kind.REFUSED)
    assert [entry.detail["code"] for entry in refused][:2] == ["NOT_YOUR_ACT", "NO_GRANT"]
    assert len(refused) == 9
    assert owning.gone_by().profile.hash == hashed(PROFILE)


def test_a_vote_and_a_proposal_are_taken_back_and_what_is_undecided_at_its_close_ends(
    entries: Callable[..., list[Entry]],
) -> None:
    text = profile_text()
    proposed = propose(text)
    voted = cast("adopt", "city", "profile", text, proposed.entry)
    back = cast("withdraw", "city", "profile", text, voted.entry)
    assert isinstance(back, Done), back
    assert code(cast("adopt", "city", "profile", text, proposed.entry)) == "WRONG_ANSWER"
    assert isinstance(cast("adopt", "city", "profile", text, back.entry), Done)
    given = {"about": "profile", "text": hashed(text)}
    assert code(owning.withdraw(**{**given, "about": "weather"}, by=REGISTRAR)) == "UNKNOWN_SUBJECT"
    assert code(owning.withdraw(**{**given, "text": "0" * 64}, by=REGISTRAR)) == "UNKNOWN_TEXT"
    assert code(owning.withdraw(**given, by=staff("voter-city"))) == "NOT_YOUR_ACT"
    assert isinstance(owning.withdraw(**given, by=REGISTRAR), Done)
    assert code(owning.withdraw(**given, by=REGISTRAR)) == "NOT_OPEN"
    assert code(cast("adopt", "courts", "profile", text, proposed.entry)) == "WITHDRAWN"
    assert entries(Kind.OWNERS_TEXT_WITHDRAWN)[-1].detail == {"about": "profile", "text": hashed(text)}
    closing = profile_text({"/vote": {"closes": int(ledger.now() + HOUR)}})
    again = propose(closing)
    assert isinstance(cast("adopt", "city", "profile", closing, again.entry), Done)
    later(1)
    assert code(cast("adopt", "courts", "profile", closing, again.entry)) == "VOTE_CLOSED"
    stands = owning.standings().subject("profile")
    assert [one.entry for one in stands.withdrawn] == [proposed.entry]
    assert [one.entry for one in stands.undecided] == [again.entry]
    assert (stands.open, stands.now, owning.gone_by().profile.hash) == ((), None, hashed(PROFILE))
    assert owning.gone_by().doubt is None
    assert fsck() == ()


def test_of_two_votes_of_one_seat_at_once_one_counts() -> None:
    proposed = propose(profile_text())
    found = at_once(lambda _: cast("adopt", "city", "profile", profile_text(), proposed.entry), 2)
    assert sorted(type(one).__name__ for one in found) == ["Done", "Refused"]
    assert owning.gone_by().profile.hash == hashed(PROFILE)


# ---------------------------------------------------------------- cases


def test_a_case_goes_by_the_profile_it_was_opened_under_whatever_is_voted_later(
    entries: Callable[..., list[Entry]],
) -> None:
    before = desks.walked("submit")
    county = profile_text(COUNTY)
    adopt("profile", county)
    after = desks.walked("submit")
    assert load(before).profile.hash == hashed(PROFILE)
    assert load(after).profile.hash == hashed(county)
    owed = [[(gap.code, gap.owed_by) for gap in missing_for_arraignment(load(one), ledger.now())] for one in (before, after)]
    assert owed == [
        [("DECISION", "prosecutor"), ("COMPLAINT", "prosecutor"), ("INTERVIEW", "pretrial")],
        [("DECISION", "court"), ("COMPLAINT", "police")],
    ]
    cited = [entry.detail["profile"] for entry in entries(Kind.ARREST_BOOKED)]
    assert cited == [hashed(PROFILE), hashed(county)]
    desks.walked("decide", "sign", "hear", "order", "free", case_id=after)
    refused = desks.step(desks.walked("decide", "sign", case_id=before), "hear")
    assert code(refused) == "REASON_NEEDED", "what was owed before is owed still"


def test_the_owners_hours_are_those_of_the_case(entries: Callable[..., list[Entry]]) -> None:
    give("worker", REGISTRAR_ROLE)
    old = desks.booked("Ashgrove")
    adopt("profile", profile_text({"/hours/unsent": 2}))
    new = desks.booked("Birchwood")
    by = By("worker", "grant:worker")
    later(2)
    assert len(watching.Watch().look(by=by)) == 1
    (noted,) = entries(Kind.LIMIT_PASSED)
    assert noted.detail["limit"] == "UNSENT"
    later(PROFILE_DOCUMENT["hours"]["unsent"] - 2)
    watching.Watch().look(by=by)
    assert [entry.detail["limit"] for entry in entries(Kind.LIMIT_PASSED)].count("UNSENT") == 2
    assert {load(old).profile.unsent, load(new).profile.unsent} == {6, 2}


def test_a_start_to_come_is_waited_for_by_who_opens_a_case_over_it() -> None:
    starts = ledger.now() + DAY
    adopt("profile", profile_text({"/start": starts}))
    first = desks.booked()
    later(25)
    second = desks.booked("Birchwood")
    assert [load(one).profile.unsent for one in (first, second)] == [6, 12]


def test_an_act_begun_before_a_start_and_ended_after_it_is_done_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    starts = ledger.now() + DAY
    adopt("profile", profile_text({"/start": starts}))
    given, real, late = desks.arrest(), ledger._now, iter([starts])
    monkeypatch.setattr(ledger, "_now", lambda asked: next(late, None) or real(asked))
    done = intake.book_arrest(by=REGISTRAR, **given)
    assert isinstance(done, Done), done
    assert next(late, None) is None, "the first try met its end"
    assert load(done.case_id or "").profile.unsent == 6


def test_a_vote_waits_for_whoever_acts_by_the_text_in_force(entries: Callable[..., list[Entry]]) -> None:
    proposed = propose(profile_text())
    cast("adopt", "city", "profile", profile_text(), proposed.entry)
    voting = threading.Thread(target=cast, args=("adopt", "courts", "profile", profile_text(), proposed.entry))
    with ledger.acting(REGISTRAR):
        voting.start()
        voting.join(0.5)
        assert voting.is_alive(), "a text was adopted under the hands of somebody who goes by the one before"
        ledger.append(Refusal(code="NOTHING", says="Nothing was done."), by=REGISTRAR)
    voting.join(30)
    assert owning.gone_by().profile.unsent == 12
    refused = entries(Kind.REFUSED)[-1]
    voted = entries(Kind.OWNERS_TEXT_VOTED)[-1]
    assert refused.at < voted.at


# ---------------------------------------------------------------- rules on detainers


def test_the_owners_rule_answers_from_its_start_and_is_cited_with_its_hash(entries: Callable[..., list[Entry]]) -> None:
    early = desks.walked("submit", "detainer", "answer")
    text = rule_text()
    adopt("detainers", text)
    case = desks.walked("submit", "detainer", "answer")
    decided = decision_of(load(case), load(case).current(DetainerReceived)[0].n)
    assert decided is not None
    assert (decided.rule, decided.hold, decided.notice) == ("INVENTED_ORDINANCE", "DECLINE", "HONOR")
    first, second = (entry.detail for entry in entries(Kind.DETAINER_DECIDED))
    assert (first["rule"], first["rules"], first["notice"]) == ("EXECUTIVE_ORDER_5_16", rules_sha256(), "DECLINE")
    assert (second["rule"], second["rules"]) == ("INVENTED_ORDINANCE", hashed(text))
    before = decision_of(load(early), load(early).current(DetainerReceived)[0].n)
    assert before is not None
    assert before.rule == "EXECUTIVE_ORDER_5_16", "what was decided before keeps its rule"
    assert owning.standings().rule.code == "INVENTED_ORDINANCE"


def test_a_shipped_form_is_put_in_force_by_a_text_with_a_citation_of_its_own() -> None:
    form = next(rule for rule in RULES if rule.code == "COOPERATION_REQUIRED")
    always = dict.fromkeys(("hold", "notice", "hand_over", "access"), form.hold)
    text = canonical.write(
        {**RULE_DOCUMENT, "code": form.code, "citation": "Invented Order 9", "tests": always, "reading": form.reading}
    )
    adopt("detainers", text)
    case = desks.walked("submit", "detainer", "answer")
    decided = decision_of(load(case), load(case).current(DetainerReceived)[0].n)
    assert decided is not None
    assert (decided.rule, decided.hold) == ("COOPERATION_REQUIRED", "HONOR")
    taken = rule_text({"/code": "EXECUTIVE_ORDER_5_16"})
    assert code(propose(taken)) == "CODE_TAKEN"


def test_a_rule_that_binds_others_binds_nobody_here() -> None:
    adopt("detainers", rule_text({"/binds": ["courts"]}))
    case = desks.walked("submit", "detainer")
    assert code(desks.step(case, "answer")) == "RULE_BINDS_OTHERS"


# ---------------------------------------------------------------- a stranger


def test_the_bundle_with_the_owners_texts_verifies(home: Path) -> None:
    adopt("profile", profile_text(COUNTY))
    adopt("detainers", rule_text())
    desks.walked("submit", "detainer", "answer")
    bundle = home / "ledger.pars"
    with founding.sealing():
        founding.export(bundle)
    report = verify(bundle.read_bytes())
    assert report.status == VERIFIED, report.words()


def test_a_seat_signs_with_the_key_that_its_home_keeps_for_this_subject_alone() -> None:
    proposed = propose(profile_text())
    ballot = agreeing.sign_with_home_key(
        agreement=lock_of("profile"),
        choice="adopt",
        version=hashed(profile_text()),
        answers=proposed.entry,
        by=staff("voter-city"),
    )
    assert ballot == agreeing.KEY_ELSEWHERE, "this home keeps no seat's key"
    assert Instant(0) < owning.standings().at


# ---------------------------------------------------------------- a successor


def test_a_successor_that_names_less_than_was_signed_is_refused_when_it_is_proposed_and_at_each_vote(opened: Path) -> None:
    del opened
    city = WATCHERS["city"].public_key().public_bytes_raw()
    adopt("witnesses", witness_text())
    size = sealing.seal_now()
    with ledger.reading():
        last = witnessed.signed_last()
    assert last is not None
    assert owning.draft("successor") == {**owning.NO_SUCCESSOR, "after": {"size": size, "root": last.root.hex()}}
    (nobody,) = owning.known_of_the_old({"after": {"size": size}}, ())[1:]
    assert "needs no successor" in nobody
    text = successor_text({"/after": {"size": size, "root": last.root.hex()}})
    proposed = propose(text)
    assert isinstance(proposed, Done)
    assert isinstance(cast("adopt", "city", "successor", text, proposed.entry), Done)
    witnessed.note_heard(origin=ORIGIN, key=city, said="ahead", size=size + 5)
    refused = cast("adopt", "courts", "successor", text, proposed.entry)
    assert code(refused) == "SIGNED_LONGER"
    assert f"the witness {WATCHER_NAMES['city']} knows {size + 5:,} entries" in refused.refusal.says
    less = successor_text({"/origin": "pars.test/log-3", "/after/size": size + 4})
    assert code(propose(less)) == "SIGNED_LONGER"
    says = owning.known_of_the_old(owning.draft("successor"), ["witness.courts.test"])  # type: ignore[arg-type]
    assert any(f"knows {size + 5:,} entries: put that size" in one for one in says)
    assert "witness.courts.test could not be asked" in says[-1]
    assert isinstance(cast("reject", "courts", "successor", text, proposed.entry), Done), "whoever is against it may say so"
    enough = successor_text({"/origin": "pars.test/log-4", "/after/size": size + 5})
    assert isinstance(adopt("successor", enough), Done)
    sealing.seal_now()
    assert [line.split("+")[0] for line in founding.trusted_keys().splitlines() if line.startswith("log ")] == [
        f"log {ORIGIN}",
        "log pars.test/log-4",
    ]
    found = keying.keys()
    assert found.log_line.startswith("pars.test/log-4+")
    assert [name for _, name in found.log_names] == [ORIGIN, "pars.test/log-4"]


def test_the_draft_of_a_successor_names_the_longest_checkpoint_that_a_witness_hands_out(opened: Path) -> None:
    del opened
    size = sealing.seal_now()
    key = vault.log_key()
    body = Checkpoint(origin=ORIGIN, size=size + 9, root=bytes(32)).body()
    own = write_note(body, ORIGIN, key.public_key().public_bytes_raw(), key.sign(body))
    forged = write_note(body.replace(str(size + 9).encode(), b"99999"), ORIGIN, public("city"), sign("city", body))
    drafted = owning.draft("successor", notes=[forged, b"no note", own])
    assert isinstance(drafted, dict)
    assert drafted["after"] == {"size": size + 9, "root": "00" * 32}
    assert "ROLLED_BACK" in {finding.what for finding in fsck([own])}
    assert fsck([forged]) == ()
