"""Every read: outside questions and streams, the staff's board and cases. All of it goes through the one door.

Decide, then fetch and append at the door; what comes back is a chunk whose entry is committed, or a refusal with its receipt.
What time or another act overtook is decided anew.
"""

from pars.actions.disclosing.alarms import Alarm, Alarms, alarms
from pars.actions.disclosing.approving import Waiting, approve, ask_approval, requests
from pars.actions.disclosing.charging import ChargingQueue, Deciding, charging_queue
from pars.actions.disclosing.closings import checked, signed
from pars.actions.disclosing.custody_lists import CustodyLists, Held, custody_lists
from pars.actions.disclosing.defense import Client, ComingUp, Defended, coming_up, give_to_defense, open_for_defense
from pars.actions.disclosing.docket import Came, Coming, Docket, Results, docket, results
from pars.actions.disclosing.exports import Export, Progress, close_export, exports_of, next_chunk, open_export
from pars.actions.disclosing.finding import Found, Hit, find
from pars.actions.disclosing.handing import Open as OpenAtDesk
from pars.actions.disclosing.handing import Shift, shift
from pars.actions.disclosing.hooks import Hook, Registered, Turn, hooks_of, register_hook, remove_hook
from pars.actions.disclosing.interviews import Interviewing, InterviewList, interviews
from pars.actions.disclosing.ordered import Ordered, ordered
from pars.actions.disclosing.questions import Declined, Told, ask, dropped
from pars.actions.disclosing.releases import Leaving, Releases, releases
from pars.actions.disclosing.same_person import Candidate, Candidates, same_person
from pars.actions.disclosing.shown import shown_to
from pars.actions.disclosing.staff import CaseShown, PaperGiven, WrongVersion, board, daily, give_paper, open_case
from pars.actions.disclosing.streams import Stream, beat, close_stream, open_stream
from pars.core.access.serving import Terms
from pars.store.disclosure import Chunk, OpenedCase, ShownList
from pars.store.ledger import Refused

__all__ = [
    "Alarm",
    "Alarms",
    "Came",
    "Candidate",
    "Candidates",
    "CaseShown",
    "ChargingQueue",
    "Chunk",
    "Client",
    "Coming",
    "ComingUp",
    "CustodyLists",
    "Deciding",
    "Declined",
    "Defended",
    "Docket",
    "Export",
    "Found",
    "Held",
    "Hit",
    "Hook",
    "InterviewList",
    "Interviewing",
    "Leaving",
    "OpenAtDesk",
    "OpenedCase",
    "Ordered",
    "PaperGiven",
    "Progress",
    "Refused",
    "Registered",
    "Releases",
    "Results",
    "Shift",
    "ShownList",
    "Stream",
    "Terms",
    "Told",
    "Turn",
    "Waiting",
    "WrongVersion",
    "alarms",
    "approve",
    "ask",
    "ask_approval",
    "beat",
    "board",
    "charging_queue",
    "checked",
    "close_export",
    "close_stream",
    "coming_up",
    "custody_lists",
    "daily",
    "docket",
    "dropped",
    "exports_of",
    "find",
    "give_paper",
    "give_to_defense",
    "hooks_of",
    "interviews",
    "next_chunk",
    "open_case",
    "open_export",
    "open_for_defense",
    "open_stream",
    "ordered",
    "register_hook",
    "releases",
    "remove_hook",
    "requests",
    "results",
    "same_person",
    "shift",
    "shown_to",
    "signed",
]
