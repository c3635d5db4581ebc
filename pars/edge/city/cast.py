"""The demo's people: one for each seat at the table, invented, with the account they sign in by."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Seat:
    """Somebody of the demo. Staff hold `role`; who asks for an agency is named under its agreement."""

    username: str
    name: str
    role: str
    says: str
    agency: str | None = None


STAFF = (
    Seat("booking", "Ofc. Perrin Yewdale", "booking_officer", "Booking officer, police"),
    Seat("charging", "Atty. Junia Harkwright", "charging_attorney", "Charging attorney, prosecutor"),
    Seat("charging-supervisor", "Atty. Orla Stonebridge", "charging_supervisor", "Charging supervisor, prosecutor"),
    Seat("interview", "Mr. Ellis Marrowdale", "pretrial_interviewer", "Pretrial interviewer, courts"),
    Seat("bench", "Hon. Reva Ottermill", "magistrate", "Arraignment magistrate, courts"),
    Seat("clerk", "Ms. Noor Larkmead", "court_clerk", "Court clerk"),
    Seat("custodian", "Sgt. Bram Tallowby", "custodian", "Jail custodian"),
    Seat("custodian-night", "Ofc. Maren Quillby", "custodian", "Jail custodian, night shift"),
    Seat("defense", "Atty. Wilmot Larkspur", "defender", "Defender, assigned by the court"),
    Seat("law", "Atty. Celia Northwick", "agreement_manager", "Agreement manager, law department"),
    Seat("voter-city", "Mr. Hollis Underhay", "voter_city", "Voter for the city"),
    Seat("voter-prosecutor", "Ms. Sorrel Vexley", "voter_prosecutor", "Voter for the prosecutor"),
    Seat("voter-courts", "Hon. Desmond Ashgrove", "voter_courts", "Voter for the courts"),
    Seat("auditor", "Ms. Tamsin Wetherspoke", "auditor", "Auditor"),
    Seat("access", "Ms. Idony Fallowfield", "access_officer", "Access officer, city"),
)
AGENCIES = (
    Seat("supervision", "Officer Una Corvane", "agency", "Regional Supervision Bureau", "regional-supervision"),
    Seat("victims", "Ms. Fern Inglemoor", "agency", "Office of Victim Services", "victim-services"),
    Seat("sheriff", "Deputy Cato Rookhollow", "agency", "Sheriff of the Neighboring County", "neighbor-sheriff"),
)
STRANGER = Seat("stranger", "Mx. Xan Saltmarch", "", "A login that no grant and no agreement names")
EVERYBODY = (*STAFF, *AGENCIES, STRANGER)

OWNERS = {
    "city": {"name": "The City of Riverhaven"},
    "courts": {"name": "The Courts of Riverhaven"},
    "prosecutor": {"name": "The Prosecutor of Riverhaven"},
}
