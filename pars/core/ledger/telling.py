"""An entry of the ledger in one plain sentence: what an auditor reads as it comes, and who opens a receipt.

It says what the entry says, no more: people by pseudonym, a case as nothing but a case.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pars.core.access.court_orders import MEANS
from pars.core.access.use_words import REASONS, column_words
from pars.core.ledger.entries import CASE_KINDS, Kind
from pars.core.terms import moment

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from pars.core.ledger.entries import Entry
    from pars.core.terms import Instant

CASE_WORDS: Mapping[Kind, str] = {
    Kind.DOCUMENT_RECEIVED: "took in a document of another system",
    Kind.ARREST_BOOKED: "booked an arrest",
    Kind.CASE_SUBMITTED: "sent a case on for a decision on its charges",
    Kind.CHARGES_DECIDED: "decided charges",
    Kind.COMPLAINT_SIGNED: "signed a complaint",
    Kind.INTERVIEW_RECORDED: "recorded a pretrial interview",
    Kind.HEARING_HELD: "held a preliminary arraignment",
    Kind.RELEASE_ORDERED: "signed a release order",
    Kind.BAIL_POSTED: "recorded bail put down",
    Kind.HOLD_LODGED: "lodged a hold",
    Kind.HOLD_LIFTED: "lifted a hold",
    Kind.DETAINER_RECEIVED: "recorded a detainer",
    Kind.DETAINER_DECIDED: "answered a detainer",
    Kind.RELEASE_ACKNOWLEDGED: "acknowledged what became of a release",
    Kind.FACTS_CORRECTED: "corrected or added to a case",
    Kind.LIMIT_PASSED: "noted that a limit of a case has passed",
    Kind.CHARGING_TAKEN: "took a case of the charging queue",
    Kind.CHARGING_GIVEN_BACK: "gave a case back to the charging queue",
    Kind.COMPLAINT_COSIGNED: "co-signed a complaint",
    Kind.RECIPIENT_TOLD: "told somebody who got a wrong version of a case",
    Kind.HANDED_OVER: "handed a case over to the next shift",
    Kind.HANDOVER_TAKEN: "took a case over from the shift before",
    Kind.IDENTITY_VERIFIED: "recorded a reply to prints",
    Kind.PERSON_LINKED: "said whether two cases are of one person",
    Kind.FLAG_RECORDED: "recorded a flag",
    Kind.DIRECTLY_CHARGED: "charged a person under 18 as an adult",
    Kind.SENT_TO_JUVENILE: "recorded that a matter went to the juvenile court",
    Kind.INTERVIEW_SAVED: "saved something of a pretrial interview",
    Kind.ANSWER_VERIFIED: "recorded what became of checking an answer",
    Kind.WORKSHEET_SIGNED: "signed a pretrial worksheet",
    Kind.CASE_CALLED: "called a case",
    Kind.CASE_PASSED: "passed a case",
    Kind.DOCKET_GIVEN: "recorded a docket number",
    Kind.RESULT_SENT: "recorded that a result was sent on",
    Kind.ORDER_SERVED: "recorded that an order was served",
    Kind.POSITION_STATED: "recorded a side's position",
    Kind.POLICE_RELEASED: "released somebody by the police, without an arraignment",
    Kind.COMPLAINT_FILED: "recorded when a complaint was filed",
    Kind.REPRESENTATION_CLAIMED: "entered an appearance for the defense",
    Kind.REPRESENTATION_ENDED: "withdrew an appearance for the defense",
    Kind.COUNSEL_PRESENT: "said whether counsel is present",
}


SUBJECT: Mapping[str, str] = {
    "profile": "the steps before an arraignment",
    "detainers": "immigration detainers",
    "successor": "the log that follows this one",
    "witnesses": "who watches the ledger",
}


def entry_words(entry: Entry) -> str:
    """Return what the entry records, as one sentence."""
    return f"{_who(entry)} {act_words(entry)}."


def act_words(entry: Entry) -> str:
    """Return what was done, without who did it: `signed a complaint (version 4)`."""
    return f"{CASE_WORDS[entry.kind]} (version {entry.detail['version']})" if entry.kind in CASE_KINDS else _said(entry)


def entry_line(entry: Entry) -> str:
    """Return number, time, kind and sentence of an entry on one line."""
    return f"{entry.id:>6}  {_time(entry.at)}  {entry.kind.dotted:<22}  {entry_words(entry)}"


def _who(entry: Entry) -> str:
    if entry.by.authority == "system":
        return "The system"
    through = f" through {entry.by.client}" if entry.by.client else ""
    return f"{entry.by.person}{through}, under {entry.by.authority},"


def _said(entry: Entry) -> str:
    return _WORDS[entry.kind](entry.detail)


def _time(at: Instant) -> str:
    return moment(at).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _until(detail: Mapping[str, Any]) -> str:
    return f" until {_time(detail['end'])}" if "end" in detail else ""


def _columns(names: list[str]) -> str:
    return ", ".join(map(column_words, names)) or "no column"


def _answer(detail: Mapping[str, Any]) -> str:
    records = "1 record" if detail["rows"] == 1 else f"{detail['rows']} records"
    looked = f", looked for by {_columns(detail['filters'])}" if detail["filters"] else ""
    return f"{records} with {_columns(detail['columns'])}{looked}"


def _refusal(detail: Mapping[str, Any]) -> str:
    about = f" for {detail['act']}" if "act" in detail else f" for {detail['purpose']}" if "purpose" in detail else ""
    names = f" ({_columns(detail['names'])})" if "names" in detail else ""
    why = f": {REASONS[detail['code']]}" if detail["code"] in REASONS else ""
    return f"was refused{about}: {detail['code']}{why}{names}"


def _subject(detail: Mapping[str, Any]) -> str:
    return SUBJECT.get(detail["about"], detail["about"])


def _charges(detail: Any) -> str:
    """Return `2 charges of ` where an entry is about single charges of a record."""
    if "charges" not in detail:
        return ""
    return f"{_count_of(detail)} of "


def _count_of(detail: Any) -> str:
    return f"{detail['charges']} charge{'s' if detail['charges'] != 1 else ''}"


def _means(said: str) -> str:
    return next((words["en"] for means, words in MEANS.items() if means == said), said)


def _use(detail: Mapping[str, Any]) -> str:
    seat = detail["use"].removeprefix("seat:")
    return "of the log" if seat == detail["use"] else f"of the seat {seat}"


def _signers(detail: Mapping[str, Any]) -> str:
    return ", ".join(one.partition(":")[0] for one in detail["seats"]) or "nobody"


_WORDS: Mapping[Kind, Callable[[Mapping[str, Any]], str]] = {
    Kind.GENESIS_OPENED: lambda d: f"opened the ledger {d['origin']}{', with a simulated clock' if d['simulated'] else ''}",
    Kind.KEY_ADDED: lambda d: f"entered a new key {_use(d)}, signed by {_signers(d)}",
    Kind.KEY_REVOKED: lambda d: f"revoked a key {_use(d)}, in doubt from entry {d['since']} on, signed by {_signers(d)}",
    Kind.CLOCK_SHIFTED: lambda d: f"moved the simulated clock forward by {(d['shift'] - d['was']) // 1_000_000} s",
    Kind.SEALER_STARTED: lambda d: f"began to seal, epoch {d['epoch']}",
    Kind.GRANT_GIVEN: lambda d: f"gave {d['person']} the grant {d['grant']}{_until(d)}",
    Kind.GRANT_REMOVED: lambda d: f"removed the grant {d['grant']}",
    Kind.CLIENT_BOUND: lambda d: f"let the system {d['client']} ask under agreement {d['agreement']}",
    Kind.CLIENT_UNBOUND: lambda d: f"let the system {d['client']} ask no longer under agreement {d['agreement']}",
    Kind.USER_NAMED: lambda d: f"named {d['person']} under agreement {d['agreement']}{_until(d)}",
    Kind.USER_REMOVED: lambda d: f"removed {d['person']} from agreement {d['agreement']}",
    Kind.DUTY_MET: lambda d: (
        f"recorded that the duty {d['duty']} of agreement {d['agreement']}, due at {_time(d['due'])}, was met"
    ),
    Kind.TERMS_ACKNOWLEDGED: lambda d: f"acknowledged what a version of agreement {d['agreement']} says",
    Kind.INQUIRY_MADE: lambda d: (
        f"asked the agency of agreement {d['agreement']} something, to be answered by {_time(d['due'])}"
    ),
    Kind.INQUIRY_ANSWERED: lambda d: f"answered the inquiry of entry {d['inquiry']}, agreement {d['agreement']}",
    Kind.AGREEMENT_PROPOSED: lambda d: f"proposed a version of agreement {d['agreement']} with {d['agency']}",
    Kind.AGREEMENT_VOTED: lambda d: (
        f"cast the vote of the seat {d['seat']} on agreement {d['agreement']}: {d['choice']}"
        + (f" (of entry {d['answers']})" if d["choice"] == "withdraw" else "")
    ),
    Kind.AGREEMENT_REPLIED: lambda d: (
        f"put the agency's reply to the report of entry {d['report']}, agreement {d['agreement']}"
    ),
    Kind.AGREEMENT_END_NOTED: lambda d: f"noted that agreement {d['agreement']} ended at {_time(d['ended'])}",
    Kind.USE_REPORT_MADE: lambda d: f"put the record of use of agreement {d['agreement']} before owners and agency",
    Kind.NOTICE_SERVED: lambda d: (
        f"served the notice that agreement {d['agreement']} will not be renewed"
        if d.get("about") == "nonrenewal"
        else f"posted the public notice on agreement {d['agreement']}"
    ),
    Kind.OUTCOME_REPORTED: lambda d: (
        f"reported what came of the answer of entry {d['answer']}, agreement {d['agreement']}: {d['outcome'].replace('_', ' ')}"
    ),
    Kind.PROPOSAL_WITHDRAWN: lambda d: f"withdrew a proposed version of agreement {d['agreement']}",
    Kind.APPROVAL_ASKED: lambda d: (
        f"asked for a second person's approval of a question for {d['purpose']}: {_columns(d['columns'])}"
        + (", as an export" if "export" in d else "")
    ),
    Kind.APPROVAL_GIVEN: lambda d: f"approved the question of entry {d['asked']}, agreement {d['agreement']}",
    Kind.EMERGENCY_REVIEWED: lambda d: (
        f"reviewed the emergency answer of entry {d['answer']}, agreement {d['agreement']}: {d['finding'].lower().replace('_', ' ')}"
    ),
    Kind.OFFENSES_LOADED: lambda d: f"loaded an offense table of {d['lines']} lines",
    Kind.OWNERS_TEXT_PROPOSED: lambda d: f"proposed a text of the owners' own on {_subject(d)}",
    Kind.OWNERS_TEXT_VOTED: lambda d: (
        f"cast the vote of the seat {d['seat']} on a text of the owners' own on {_subject(d)}: {d['choice']}"
        + (f" (of entry {d['answers']})" if d["choice"] == "withdraw" else "")
    ),
    Kind.OWNERS_TEXT_WITHDRAWN: lambda d: f"withdrew a proposed text of the owners' own on {_subject(d)}",
    Kind.CALENDAR_LOADED: lambda d: f"loaded a court calendar of {d['lines']} lines",
    Kind.SESSION_CLOSED: lambda d: (
        f"signed the record of the session that began at {_time(d['session'])}"
        + (f", in the place of entry {d['amends']}" if "amends" in d else "")
    ),
    Kind.FORMS_PRINTED: lambda d: (
        f"printed {d['count']} paper forms ({d['form']}) for {d['site']}, from number {d['first']} on"
    ),
    Kind.FORM_VOIDED: lambda d: f"made paper form {d['number']} of {d['site']} void: {d['reason']}",
    Kind.SILENCE_NOTED: lambda d: f"noted that {d['source']} was silent for {d['hours']} hours since {_time(d['since'])}",
    Kind.DISCLOSED: lambda d: (
        (
            f"got a hint through the hook of entry {d['hook']}, for {d['purpose']}"
            if "hook" in d
            else f"got {_answer(d)}, for {d['purpose']}"
        )
        + (f", in an emergency ({d['emergency']})" if "emergency" in d else "")
        + (f", on behalf of {d['behalf']}" if "behalf" in d else "")
    ),
    Kind.SHOWN: lambda d: f"saw {_answer(d)} ({d['act']})",
    Kind.REFUSED: _refusal,
    Kind.STREAM_CLOSED: lambda d: f"had a stream closed, {d['reason']}: {d['chunks']} answers, {d['empty']} looks without news",
    Kind.CHUNK_DROPPED: lambda d: f"was not sent the whole answer of entry {d['chunk']}: {d['reason']}",
    Kind.EXPORT_OPENED: lambda d: f"began an export ({d['form']}) of {len(d['columns'])} columns, for {d['purpose']}",
    Kind.EXPORT_CLOSED: lambda d: (
        f"had the export of entry {d['export']} end, {d['reason']}: {d['chunks']} chunks, {d['rows']} records"
    ),
    Kind.HOOK_REGISTERED: lambda d: (
        f"registered a hook under agreement {d['agreement']}, for {d['purpose']}: {_columns(d['columns'])}{_until(d)}"
    ),
    Kind.HOOK_REMOVED: lambda d: f"removed the hook of entry {d['hook']}, agreement {d['agreement']}",
    Kind.COURT_ORDER_RECEIVED: lambda d: (
        f"recorded a court's order: {_means(d['means'])}"
        + (f" (of entry {d['lifts']})" if "lifts" in d else f" (of {_count_of(d)} of it alone)" if "charges" in d else "")
    ),
    Kind.COURT_ORDER_SERVED: lambda d: f"recorded that {d['on']} has the court's order of entry {d['order']}",
    Kind.PRESERVATION_STATED: lambda d: (
        f"stated that the record of the order of entry {d['order']} {'must' if d['stands'] else 'need no longer'} be preserved: "
        f"{d['reason'].lower()}"
    ),
    Kind.EPOCH_ENDED: lambda d: f"destroyed the key of epoch {d['epoch']}",
    Kind.PURGE_ASKED: lambda d: (
        f"told the agency of agreement {d['agreement']} to destroy its copies of a record by {_time(d['due'])}, "
        f"on the order of entry {d['order']}"
    ),
    Kind.PURGE_ANSWERED: lambda d: (
        f"answered the purge of entry {d['purge']}, agreement {d['agreement']}: {d['outcome'].lower().replace('_', ' ')}"
    ),
    Kind.ACCESS_LIMITED: lambda d: (
        f"{'limited the access' if d['limited'] else 'ended the limit of access'} to a case, on the order of entry {d['order']}"
    ),
    Kind.RECORD_PUT_AWAY: lambda d: (
        f"{'sealed' if 'shares' in d else 'expunged'} {_charges(d)}a record on the order of entry {d['order']}; recipients told: {d['purges']}"
    ),
    Kind.RECORD_BROUGHT_BACK: lambda d: f"brought a sealed record back on the order of entry {d['order']}",
    Kind.COPY_CLEANED: lambda d: (
        f"took {d['records']} record{'' if d['records'] == 1 else 's'} out of a restored copy again that "
        f"{d['orders']} order{'' if d['orders'] == 1 else 's'} had put away"
    ),
    Kind.COURT_ORDER_WITHDRAWN: lambda d: (
        f"withdrew the court's order of entry {d['order']} as it was recorded: {d['reason'].lower().replace('_', ' ')}"
    ),
    Kind.ATTEMPTS_SUMMED: lambda d: f"counted {d['failed']} requests that failed before anybody was known",
}
