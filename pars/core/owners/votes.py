"""One seat's signed vote, whatever it is on: an agreement's version or a text of the owners' own.

A signature is good in one log, for one subject, one text, one choice, one seat and one act answered. What carries a proposal is
the charter's to say: the same seats, on the same text, answering the same act.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from pars.core import canonical
from pars.core.agreements.acts import Vote
from pars.core.owners.charter import CHOICES
from pars.core.terms import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping
    from typing import Literal

    from pars.core.owners.charter import Charter

Verify: TypeAlias = "Callable[[bytes, bytes, bytes], bool]"
"""verify(key, message, signature): whether the signature is the key's over the message."""


def vote_message(
    *, origin: str, agreement: str, version: str, choice: str, seat: str, answers: int, why: str | None = None
) -> bytes:
    """Return the bytes that a seat signs. `agreement` is the subject: an agreement's name, or `text:` and what a text is about.

    A reason is signed by its sha256; without one the field isn't there.
    """
    said: dict[str, canonical.Json] = {
        "t": "pars vote",
        "v": 1,
        "origin": origin,
        "agreement": agreement,
        "version": version,
        "choice": choice,
        "seat": seat,
        "answers": answers,
    }
    return canonical.write(said if why is None else {**said, "why": why})


def vote_in(detail: Mapping[str, Any], *, text: str) -> Vote:
    """Return the vote that an entry's detail, or the row that repeats it, holds; `text` is its field with the hash of what is voted on."""
    return Vote(
        choice=detail["choice"],
        seat=detail["seat"],
        version=detail[text],
        answers=detail["answers"],
        signature=bytes.fromhex(detail["signature"].removeprefix("\\x")),
        why=detail.get("why"),
    )


def refuse_seat(vote: Vote, charter: Charter, choices: Collection[str] = CHOICES) -> Refusal | None:
    """Return why the vote can't be one at all: no such seat, no such choice."""
    if vote.seat not in charter.owners:
        return Refusal(code="UNKNOWN_SEAT", says="The charter has no such seat.")
    if vote.choice not in choices:
        return Refusal(code="UNKNOWN_CHOICE", says=f"A vote is one of: {', '.join(choices)}.")
    return None


def refuse_signature(vote: Vote, subject: str, charter: Charter, origin: str, verify: Verify) -> Refusal | None:
    """Return why the signature isn't this seat's over this vote on this subject."""
    key = charter.owners[vote.seat].key
    if not key:
        return Refusal(
            code="NO_KEY",
            says="The seat's key was revoked, and no other has come in its place.",
            remedy="The owners give the seat a new key first: `pars keys begin`.",
        )
    message = vote_message(
        origin=origin,
        agreement=subject,
        version=vote.version,
        choice=vote.choice,
        seat=vote.seat,
        answers=vote.answers,
        why=vote.why,
    )
    if verify(bytes.fromhex(key), message, vote.signature):
        return None
    return Refusal(code="FORGED", says="The signature isn't this seat's over this vote.")


def decides(
    charter: Charter, choice: str, seats: frozenset[str], consents: frozenset[str] = frozenset()
) -> Literal["adopted", "rejected"] | None:
    """Return what a proposal has become by these seats' one choice; None while it is still open. `consents` must be among the adopters."""
    if choice == "adopt":
        return "adopted" if len(seats) >= charter.needs["adopt"] and consents <= seats else None
    # Rejected as soon as it can't be adopted any more.
    return "rejected" if len(charter.owners) - len(seats) < charter.needs["adopt"] or consents & seats else None
