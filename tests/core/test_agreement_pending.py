"""Who must act next on an agreement: the seats that haven't voted, those that may confirm a suspension, whoever proposes; and by when."""

from __future__ import annotations

from pars.core.agreements.acts import Answer, Inquire, MeetDuty, Who
from pars.core.agreements.pending import SOON, Pending, pending
from pars.core.terms import DAY, Instant
from tests.agreements import CHARTER, END, NOW, SEATS, START, History, version, vote

OWNERS = {seat: f"The {seat}" for seat in SEATS}
LATER = Instant(END + 200 * DAY)


def open_on(history: History, at: int) -> tuple[Pending, ...]:
    return pending(history.current(), CHARTER, Instant(at))


def test_a_first_proposal_waits_for_seats_until_its_own_end() -> None:
    history = History()
    entry = history.propose(version())
    history.must(vote("adopt", "city", version().hash, entry))
    [one] = open_on(history, history.at)
    assert (one.what, one.seats, one.have, one.needs, one.by, one.ends) == ("vote", ("courts", "prosecutor"), 1, 2, END, None)
    assert one.said(OWNERS).startswith(
        "Has not voted on version 1: The courts, The prosecutor. 1 of 3 seats are for it, and 1 more must be."
    )
    assert "The vote closes on February 14, 2027" in one.said(OWNERS)
    assert "No ha votado sobre la versión 1" in one.said(OWNERS, "es")


def test_a_renewal_waits_until_what_is_in_force_ends_and_beside_one_that_follows_until_its_own_end() -> None:
    history = History()
    history.adopt(version())
    following = version(number=2, start=END, end=LATER)
    entry = history.propose(following, at=START)
    [one] = open_on(history, START)
    assert (one.by, one.ends) == (END, version())
    assert "Undecided on February 14, 2027 at 03:00:00, Philadelphia time, access ends: version 1 ends then." in one.said(
        OWNERS
    )
    history.must(vote("adopt", "city", following.hash, entry), START)
    history.must(vote("adopt", "courts", following.hash, entry), START)
    history.propose(version({"/limits/rows_per_reply": 10}, number=3, start=END, end=LATER), at=START)
    [other] = open_on(history, START)
    assert (other.by, other.ends, other.seats) == (LATER, None, SEATS)


def test_a_proposal_beside_what_outlasts_it_leaves_no_gap() -> None:
    history = History()
    history.adopt(version())
    history.propose(version(number=2, start=START, end=Instant(END - DAY)), at=START)
    [one] = open_on(history, START)
    assert (one.by, one.ends) == (END - DAY, None)


def test_a_suspension_by_one_seat_waits_for_the_others() -> None:
    history = History()
    history.adopt(version())
    history.must(history.voted("suspend", "city", START), START)
    [one] = open_on(history, START)
    assert (one.what, one.seats, one.have, one.by) == ("confirm", ("courts", "prosecutor"), 1, START + 2 * DAY)
    assert "Unless 2 seats stand behind it, it lapses on January 18, 2027" in one.said(OWNERS)
    assert "caduca el" in one.said(OWNERS, "es")
    history.must(history.voted("suspend", "courts", START + DAY), START + DAY)
    assert open_on(history, START + DAY) == ()


def test_what_ends_soon_and_nothing_follows_waits_for_a_proposal() -> None:
    history = History()
    history.adopt(version(end=Instant(START + SOON + DAY)))
    assert open_on(history, START) == ()
    [one] = open_on(history, START + DAY)
    assert (one.what, one.seats, one.by) == ("renew", (), START + SOON + DAY)
    assert one.said(OWNERS).startswith("Nothing is proposed to follow version 1. Without a new vote it ends on April")
    assert "Sin un nuevo voto termina el" in one.said(OWNERS, "es")
    assert open_on(history, START + SOON + DAY) == ()


def test_what_time_decides_first_goes_first() -> None:
    history = History()
    history.adopt(version())
    history.must(history.voted("suspend", "city", START), START)
    history.propose(version(number=2, start=END, end=LATER), at=START)
    assert [one.what for one in open_on(history, START)] == ["confirm", "vote"]
    assert NOW < START


def test_a_duty_is_the_agencys_turn_before_and_after_it_is_due() -> None:
    duty = {
        "code": "report",
        "kind": "report",
        "says": {"en": "report on the use.", "es": "informar del uso"},
        "overdue": "suspends",
    }
    one = version({"/duties": [{**duty, "due": {"days": 3, "after": "start"}}, {**duty, "code": "told", "overdue": "noted", "due": {"days": 9, "after": "start"}}]})  # fmt: skip
    history = History()
    history.adopt(one)
    first, second = open_on(history, START)[:2]
    assert (first.what, first.by, first.overdue, second.duty and second.duty.code) == ("duty", START + 3 * DAY, False, "told")
    assert first.said(OWNERS).startswith(
        "The Sheriff owes on January 19, 2027 at 03:00:00, Philadelphia time: report on the use. While that is"
    )
    assert second.said(OWNERS).endswith("report on the use.")
    late = open_on(history, START + 4 * DAY)[0]
    assert late.overdue
    assert late.said(OWNERS).startswith("The Sheriff has owed since January 19, 2027")
    assert late.said(OWNERS, "es").startswith("The Sheriff debe desde el 19 de enero de 2027")
    met = MeetDuty(version=one.hash, duty="report", due=first.by, shown="0" * 64)
    history.must(met, START + DAY)
    assert [each.duty.code for each in open_on(history, START + DAY) if each.duty is not None] == ["told"]


def test_an_inquiry_is_the_agencys_turn_before_and_after_it_is_due() -> None:
    history = History()
    history.adopt(version())
    due = Instant(START + 2 * DAY)
    history.must(Inquire("a" * 64, due), at=START + DAY, by=Who("clerk", "grant:clerk", "courts"))
    asked = history.entry

    def told(at: int) -> list[str]:
        found = pending(history.current(), CHARTER, Instant(at))
        return [one.said({"courts": "The Courts"}) for one in found if one.what == "answer"]

    assert told(START + DAY - 1) == []
    assert told(due - 1) == [
        "The Sheriff is to answer what The Courts asked it, on January 18, 2027 at 03:00:00, Philadelphia time."
    ]
    assert told(due) == [
        "The Sheriff has not answered what The Courts asked it; an answer was due on January 18, 2027 at 03:00:00, Philadelphia time."
    ]
    assert told(END) == [], "nothing is in force or proposed any more, and the notice tells the silence"
    [one] = [one for one in pending(history.current(), CHARTER, due) if one.what == "answer"]
    assert "no ha respondido a lo que preguntó courts" in one.said({}, "es")
    history.propose(version(number=2, start=END + DAY, end=END + 9 * DAY), at=END - 1)
    assert told(END) != [], "who votes on the next one is told"
    history.must(Answer(asked, "b" * 64), at=END)
    assert told(END - 1) != []
    assert told(END) == []


def test_an_inquiry_that_outlasts_the_term_is_open_until_it_is_due() -> None:
    history = History()
    history.adopt(version())
    history.must(Inquire("a" * 64, Instant(END + DAY)), at=END - DAY)
    found = [[one.what for one in pending(history.current(), CHARTER, Instant(at))] for at in (END, END + DAY)]
    assert found == [["answer"], []]
