"""The person of a case: claimed beside verified, links, flags, and the acts on them. And "Is this the same person?", side by side."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.shortcuts import redirect

from pars.actions import disclosing, identifying, recognizing
from pars.actions.disclosing import CaseShown, Refused
from pars.core.cases.age import age, sent_to_juvenile
from pars.core.cases.case import display_name, identity
from pars.core.cases.doubts import open_doubts
from pars.core.cases.facts import DirectlyCharged, Fact, IdentityVerified, PersonLinked
from pars.core.cases.flags import FLAGS
from pars.core.cases.identity import OUTCOMES, differs, link_counts, replies
from pars.core.cases.linking import BASES, standing_links, waiting_links
from pars.core.cases.numbers import OF_THE_PERSON, shown_number
from pars.core.cases.sameness import MATCH_WORDS
from pars.core.terms import StatedTime
from pars.edge.web import words
from pars.edge.web.cases import desk_flags, desk_identity
from pars.edge.web.cases.case_view import identity_parts
from pars.edge.web.cases.telling import tell
from pars.edge.web.pages import not_opened, page, said
from pars.edge.web.seat import seated
from pars.edge.web.typed import number_in

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpRequest, HttpResponse

    from pars.actions.disclosing import Candidate, Candidates
    from pars.core.cases.sameness import Compared
    from pars.edge.web.cases.desk import Panel
    from pars.edge.web.seat import Seat

SECTIONS: tuple[tuple[str, tuple[type[Panel], ...]], ...] = (
    ("Who it is", desk_identity.PANELS),
    ("Flags", desk_flags.FLAGS),
    ("Under 18", desk_flags.CHILD),
)
NONE_OF_THESE = "none"
FIELDS = {"surname": "surname", "given": "given name", "full": "full name", "birth_date": "birth date"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """One reply to prints in words: whom it names, by which system, when it was stated, who recorded it."""

    outcome: str
    name: str
    born: str
    numbers: tuple[tuple[str, str], ...]
    source: str
    reference: str
    confidence: str
    stated: Any
    by: str


@seated("case:read")
def person(request: HttpRequest, seat: Seat, case_id: str) -> HttpResponse:
    """Show who the person says they are and who prints say they are, links and flags; and what this role may do about them."""
    shown = disclosing.open_case(case_id=case_id, by=seat.by)
    if not isinstance(shown, CaseShown):
        return not_opened(request, shown)
    return page(
        request,
        "person.html",
        {
            **identity_parts(shown),
            **person_parts(shown),
            "sections": _sections(shown, seat),
            "may_link": "person:link" in seat.acts,
        },
        at=shown.at,
    )


def person_parts(shown: CaseShown) -> dict[str, Any]:
    """Return what the pages tell of the person of a case."""
    case, names = shown.case, identifying.people()
    return {
        "case": case,
        "who": identity(case),
        "claimed_by": _recorded(shown, identity(case), names),
        "verified": [_verified(reply, names) for reply in reversed(replies(case))],
        "differs": [FIELDS[name] for name in differs(case)],
        "joined": [_link(link, names) for link in standing_links(case)],
        "waits": bool(waiting_links(case)),
        "flags": [told for fact in case.facts if type(fact) in FLAGS and (told := tell(case, fact)) is not None],
        "person_doubts": [doubt for doubt in open_doubts(case) if doubt.code in PERSON_DOUBTS],
        "age": age(case),
        "direct": case.latest(DirectlyCharged),
        "sent": sent_to_juvenile(case),
    }


PERSON_DOUBTS = frozenset(
    {
        "IDENTITY_MISMATCH",
        "IDENTITY_SEVERAL",
        "REPLIES_DIFFER",
        "HOLDS_TO_LOOK_UP",
        "IDENTITY_CHANGED",
        "POSSIBLE_MINOR",
        "BIRTH_DATE_UNKNOWN",
    }
)


def _sections(shown: CaseShown, seat: Seat) -> list[tuple[str, list[Panel]]]:
    """Return the forms that the role may use, in their sections; an act on links only where there is one."""
    links: dict[type[Panel], Any] = {
        desk_identity.ConfirmLink: waiting_links(shown.case),
        desk_identity.UndoLink: standing_links(shown.case),
    }
    found = []
    for title, kinds in SECTIONS:
        mine = [kind(shown=shown) for kind in kinds if kind.act in seat.acts and links.get(kind, True)]
        if title == "Under 18" and age(shown.case).adult is True:
            mine = []
        if mine:
            found.append((title, mine))
    return found


def _verified(reply: IdentityVerified, names: Mapping[str, str]) -> Verified:
    return Verified(
        outcome=OUTCOMES[reply.outcome],
        name=reply.full or ", ".join(part for part in (reply.surname, reply.given) if part),
        born=words.stated(reply.birth_date) if reply.birth_date else "",
        numbers=tuple((name.upper(), shown_number(name, number)) for name in OF_THE_PERSON if (number := getattr(reply, name))),
        source=reply.source,
        reference=reply.reference,
        confidence=reply.confidence or "",
        stated=reply.stated,
        by=names.get(reply.verifier, reply.verifier),
    )


def _recorded(shown: CaseShown, fact: Fact | None, names: Mapping[str, str]) -> str:
    _, who = shown.recorded.get(fact.entry or 0, (None, "")) if fact is not None else (None, "")
    return names.get(who, who)


def _link(link: PersonLinked, names: Mapping[str, str]) -> dict[str, Any]:
    return {
        "case": link.other_case,
        "basis": BASES[link.basis],
        "counts": link_counts(link),
        "by": names.get(link.linker, link.linker),
        "second": names.get(link.confirmed_by, link.confirmed_by) if link.confirmed_by else "",
        "why": link.why or "",
    }


# ---------------------------------------------------------------- is this the same person?


@seated("person:link")
def same_person(request: HttpRequest, seat: Seat, case_id: str) -> HttpResponse:
    """Show the cases that may be of this person, side by side, and take the decision: one of them, or none, with the reason."""
    if request.method == "POST":
        outcome, fault = _decide(request, seat, case_id)
        if outcome is not None and not isinstance(outcome, Refused):
            said(request, "Recorded, with your reason.", outcome.entry)
            return redirect(f"/cases/{case_id}/person")
        if isinstance(outcome, Refused):
            fault = (
                "reason" if "reason" in outcome.refusal.names else "",
                f"{outcome.refusal.says} {outcome.refusal.remedy}".strip(),
            )
    else:
        fault = None
    answer = disclosing.same_person(case_id=case_id, by=seat.by)
    if isinstance(answer, Refused):
        return not_opened(request, answer)
    return page(request, "same_person.html", _candidates(request, answer, fault), status=422 if fault else 200, at=answer.at)


def _decide(request: HttpRequest, seat: Seat, case_id: str) -> tuple[Any, tuple[str, str] | None]:
    """Do what was chosen; or say what is missing before anything is asked of the ledger."""
    chosen, reason = request.POST.get("chosen", ""), request.POST.get("reason", "").strip()
    seen = number_in(request.POST.get("seen", "")) or 0
    offered = request.POST.getlist("offered")
    if chosen not in {NONE_OF_THESE, *offered}:
        return None, ("chosen", "Choose one of the cases, or none of these.")
    if not reason:
        return None, ("reason", "Say what you rely on.")
    if "\0" in reason:
        return None, ("reason", "It holds a character that can't be kept. Type it anew.")
    common: dict[str, Any] = {"case_id": case_id, "seen": seen, "reason": reason[:4000], "by": seat.by}
    if chosen == NONE_OF_THESE:
        return recognizing.tell_apart(others=offered, **common), None
    basis = "FINGERPRINT" if chosen in request.POST.getlist("by_prints") else "SECOND_PERSON"
    return recognizing.link_person(other_case=chosen, basis=basis, **common), None


def _candidates(request: HttpRequest, answer: Candidates, fault: tuple[str, str] | None) -> dict[str, Any]:
    case = answer.shown.case
    told_apart = {link.other_case for link in case.current(PersonLinked) if not link.linked}
    people = [_person(one, told_apart) for one in answer.found]
    return {
        **identity_parts(answer.shown),
        "case": case,
        "own_name": display_name(case),
        "people": people,
        "open": [one for one in people if not one["linked"]],
        "more": answer.more,
        "chosen": request.POST.get("chosen", ""),
        "reason": request.POST.get("reason", ""),
        "faults": [(f"id_{fault[0]}" if fault[0] else "", fault[1])] if fault else [],
        "fault": dict([fault]) if fault else {},
    }


def _person(one: Candidate, told_apart: set[str]) -> dict[str, Any]:
    case_id = one.row["record"]
    return {
        "id": case_id,
        "name": one.row.get("display_name") or "Name not shown",
        "arrested": words.stated(StatedTime.read(began))
        if (began := one.row.get("custody_began_text"))
        else "at a time not known",
        "agency": one.row.get("arrest_agency") or "",
        "closed": one.row.get("closed"),
        "why": one.why,
        "lines": [(_dated(line), MATCH_WORDS[line.match]) for line in one.lines],
        "same": one.same_prints,
        "other": one.other_prints,
        "linked": one.link is not None or one.linked_there,
        "waits": one.link is not None and not link_counts(one.link),
        "apart": case_id in told_apart,
    }


def _dated(line: Compared) -> Compared:
    """Return a line with its dates as they are read here."""
    if not line.label.startswith("Birth date"):
        return line
    here, there = (words.stated(StatedTime(text, words.zone())) if text else "" for text in (line.here, line.there))
    return replace(line, here=here, there=there)
