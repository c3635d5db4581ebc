"""What passes between an agency and the owners, on the agreement's page: duties, inquiries, acknowledgements, outcomes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pars.core.agreements.duty_words import duty_said
from pars.core.agreements.standing import dues
from pars.core.wording import bare, when
from pars.edge.web.agreements.agreement_forms import DutyMet, Inquiry, InquiryAnswer, Outcome
from pars.edge.web.agreements.dealing_words import WORDS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pars.actions.publishing import Published
    from pars.core.access.explain import Language
    from pars.core.agreements.acts import Inquiry as Inquired
    from pars.core.agreements.acts import Met
    from pars.core.agreements.version import Version
    from pars.core.terms import Instant
    from pars.edge.web.seat import Seat


def dealing_parts(one: Published, owners: Mapping[str, str], language: Language = "en") -> dict[str, Any]:
    """Return what everybody may read of it. `owners` are names by seat."""
    w = WORDS[language]
    owed = [
        {
            "one": each,
            "says": duty_said(each.duty, version.place, language),
            "met": done,
            **dict(zip(("state", "tag"), _duty_state(done, each.due, one.at, w), strict=True)),
        }
        for version, each, done in dues(one.agreement, one.at)
    ]
    asked = [
        {
            "one": each,
            "who": owners.get(each.by.owner, each.by.owner),
            "text": one.written.get(each.words, ""),
            "answer": one.written.get(each.answer.words, "") if each.answer is not None else "",
            **dict(zip(("state", "tag"), _inquiry_state(each, one.at, w), strict=True)),
        }
        for each in one.agreement.inquiries
    ]
    return {"d": w, "owed": owed, "asked": asked}


def _duty_state(met: Met | None, due: Instant, at: Instant, w: Mapping[str, str]) -> tuple[str, str]:
    if met is None:
        return (w["overdue"], "stop") if due <= at else (w["owed"], "warn")
    return (w["met late" if met.at > due else "met"], "ok")


def _inquiry_state(asked: Inquired, at: Instant, w: Mapping[str, str]) -> tuple[str, str]:
    if asked.answer is None:
        return (w["silent"], "stop") if asked.due <= at else (w["waiting"], "warn")
    return (w["late"], "warn") if asked.answer.at >= asked.due else (w["answered"], "ok")


def dealing_forms(
    one: Published, seat: Seat, parts: dict[str, Any], bound: dict[str, Any], receipt: Mapping[str, int]
) -> dict[str, Any]:
    """Return the forms that the reader's capacity has here; those that came back with faults as they came. `receipt` is the answer
    that the reader came from, to say what came of it.
    """
    found: dict[str, Any] = {}
    if speaks_for_agency(one, seat) and (now := open_duties(one)):
        found["meeting"] = bound.get("meeting") or DutyMet(choices=now, initial={"owed": now[0][0]})
    if speaks_for_agency(one, seat):
        for each in parts["asked"]:
            if each["one"].answer is None:
                sent = bound.get("answering")
                same = sent is not None and sent.data.get("answer-inquiry") == str(each["one"].entry)
                each["form"] = (
                    sent
                    if same
                    else InquiryAnswer(initial={"inquiry": each["one"].entry}, auto_id=f"id_{each['one'].entry}_%s")
                )
    if "agreement:vote" in seat.acts:
        found["inquiry"] = bound.get("inquiry") or Inquiry()
    user = one.agreement.user(seat.person, one.at) if seat.agency == one.agreement.agency else None
    if user is not None:
        found["outcome"] = bound.get("outcome") or Outcome(initial=receipt)
        found["acknowledge"] = unacknowledged(one, seat.person)
    return found


def unacknowledged(one: Published, person: str) -> list[Version]:
    """Return the versions, in force or to follow, that a named person still has to acknowledge."""
    user, stands = one.agreement.user(person, one.at), one.stands
    if user is None or stands.state not in {"WAITING", "IN_FORCE", "SUSPENDED"}:
        return []
    found = [stands.version, *([stands.follows[0]] if stands.follows is not None else [])]
    return [version for version in found if version.acknowledge and not one.agreement.acknowledges(user, version.hash, one.at)]


def open_duties(one: Published) -> list[tuple[str, str]]:
    """Return what can be met now, as the choices of a form: the duty's code and its instant, and the two in words."""
    return [
        (f"{each.duty.code}@{each.due}", f"{each.duty.code.replace('_', ' ')}, due {bare(when(each.due, version.place))}")
        for version, each, done in dues(one.agreement, one.at)
        if done is None and each.opens <= one.at
    ]


def speaks_for_agency(one: Published, seat: Seat) -> bool:
    """Return whether the reader acts for the agency, or records for it what came on paper."""
    return "agreement:reply" in seat.acts or (seat.agency is not None and seat.agency == one.agreement.agency)
