"""Whose turn it is: what each person on the board waits for, read from their one row. A desk's queue is the board, filtered by it.

It says of a row what `progress` says of a case, as far as that doesn't depend on time: holds that lapse are seen in the case.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from pars.core.cases.deadlines import PROBABLE_CAUSE_HOURS
from pars.core.terms import HOUR, Instant

if TYPE_CHECKING:
    from pars.core.owners.profile import Profile

Desk = Literal["police", "charging", "interview", "court", "release", "hold"]
Row: TypeAlias = Mapping[str, Any]
"""A row of the board. A column that the reader's role doesn't grant is missing."""

DESKS: Mapping[Desk, str] = MappingProxyType(
    {
        "police": "Police",
        "charging": "Charging",
        "interview": "Interview",
        "court": "Court",
        "release": "Release",
        "hold": "Hold",
    }
)
"""What people wait for, in the order in which it comes."""

DESK_OF: Mapping[str, Desk] = MappingProxyType({"prosecutor": "charging", "court": "court", "police": "police"})
"""The desk of those who decide charges or sign a complaint, as a profile and a row call them."""

FLAGS: Mapping[str, str] = MappingProxyType(
    {
        "late": "Over 48 hours",
        "minor": "May be a minor",
        "returned": "Returned to police",
        "interpreter": "Interpreter",
        "detainer": "Detainer to answer",
        "worksheet": "Worksheet reopened",
        "doubt": "In doubt",
        "time": "Arrest time edited",
    }
)


@dataclass(frozen=True, slots=True)
class Waiting:
    """What a person waits for: first of all `desk`, in words `says`; `also` are the desks that can work beside it."""

    desk: Desk
    says: str
    also: tuple[Desk, ...] = ()

    @property
    def desks(self) -> tuple[Desk, ...]:
        """Return every desk in whose queue the person is."""
        return (self.desk, *self.also)


@dataclass(frozen=True, slots=True)
class Due:
    """Until when, or why no clock runs: `at` is None then. `limits` tells a limit from a day in court."""

    at: Instant | None
    says: str
    late: bool = False
    limits: bool = False


def desks_of(profile: Profile) -> tuple[Desk, ...]:
    """Return the desks that there are under a profile, in their order: no charging unit, no queue of one."""
    without = {"charging"} if "prosecutor" not in {profile.decided_by, profile.signed_by} else set()
    without |= {"interview"} if profile.interview == "not_required" else set()
    return tuple(desk for desk in DESKS if desk not in without)


def waiting(row: Row) -> Waiting:
    """Return what the person waits for."""
    if row["discharged"]:
        return Waiting("release", "Discharged by the court")
    if row.get("charge_status") == "DECLINED":
        return Waiting("release", "Every charge declined")
    if row["age_blocks"] and row.get("adult") is False:
        says = "A child in law: juvenile authorities"
        return Waiting("release" if row["sent_to_juvenile"] else "police", says)
    if row["arraigned"] and not row["unheard"]:
        turn = _ordered(row) if row["ordered"] else Waiting("court", "Release order to be made")
        # A charge proposed, withdrawn or returned after the hearing: it is owed a decision, or the complaint a new signature,
        # whatever the court and the door do.
        waits = row["charges_undecided"] or row["charges_returned"] or not row["complaint_signed"]
        owed = _owed(row) if waits and not row["released"] else []
        return replace(turn, also=tuple(dict.fromkeys((*turn.also, *(desk for desk, _ in owed)))))
    found = _before_hearing(row)
    return Waiting(*found[0], tuple(desk for desk, _ in found[1:] if desk != found[0][0]))


def due(row: Row, at: Instant) -> Due:
    """Return the deadline that counts now: 48 hours from the arrest, or the next hearing."""
    if row["discharged"] or row.get("charge_status") == "DECLINED":
        return Due(None, "Now: nothing holds")
    if row["arraigned"] and not row["unheard"]:
        hearing = row.get("next_hearing")
        return Due(None, "Order owed by the court") if hearing is None else Due(Instant(hearing), "Next hearing")
    if row.get("complaint_due") is not None:
        owed = Instant(row["complaint_due"])
        return Due(owed, "Complaint after police release", at >= owed, limits=True)
    if "CONTRADICTORY_TIMES" in row["doubts"]:
        return Due(None, "No clock: times contradict")
    if row["custody_ended"]:
        return Due(None, "No clock: custody ended, a source says")
    if row.get("custody_began") is None:
        return Due(None, "No clock: arrest time unknown")
    limit = Instant(row["custody_began"] + PROBABLE_CAUSE_HOURS * HOUR)
    return Due(limit, "48-hour limit", at >= limit, limits=True)


def flags(row: Row, at: Instant) -> tuple[str, ...]:
    """Return the codes of `FLAGS` that the row has."""
    has = {
        "late": due(row, at).late and row.get("complaint_due") is None and waiting(row).desk not in {"release", "hold"},
        "minor": row["age_blocks"],
        "returned": bool(row["charges_returned"]),
        "interpreter": bool(row.get("interpreter")),
        "detainer": bool(row["detainers_undecided"]),
        "worksheet": bool(row["worksheet_in_doubt"]),
        "doubt": bool(row["doubts"]),
        "time": bool(row["arrest_time_edits"]),
    }
    return tuple(code for code in FLAGS if has[code])


def _ordered(row: Row) -> Waiting:
    if row["order_keeps"]:
        return Waiting("hold", "Bail refused" if "REFUSED" in (row.get("release_types") or ()) else "Bail to be put down")
    if row["holds"]:
        return Waiting("hold", "Another hold; see the case", ("release",))
    return Waiting("release", "Nothing in this case holds")


def _before_hearing(row: Row) -> list[tuple[Desk, str]]:
    found = _owed(row)
    ready = not found
    if row["interview_due"] and not row["interviewed"]:
        found.append(("interview", "Interview to take"))
    elif row["worksheet_in_doubt"]:
        found.append(("interview", "Worksheet to make again"))
    if ready:
        found.append(("court", "Ready for the next session"))
    return found


def _owed(row: Row) -> list[tuple[Desk, str]]:
    """Return what police and prosecutor owe, before a hearing or after one."""
    found: list[tuple[Desk, str]] = []
    proposed, filed = row.get("proposed_charges"), row.get("filed_charges")
    decides = DESK_OF[row["decided_by"]]
    if row["age_blocks"]:
        found.append(("police", "Age to be settled"))
    if proposed is not None and not proposed and not filed:
        found.append(("police", "No charge proposed"))
    elif row["charges_returned"]:
        found.append(("police", "Returned: answer owed"))
    elif not row["submitted"]:
        found.append(("police", f"Not sent to {'charging' if decides == 'charging' else 'the court'}"))
    elif row["charges_undecided"]:
        found.append((decides, "Charges to decide"))
    elif row.get("cosign_owed"):
        found.append((DESK_OF[row["signed_by"]], "Complaint to co-sign"))
    elif not row["complaint_signed"]:
        found.append((DESK_OF[row["signed_by"]], "Complaint to sign"))
    return found
