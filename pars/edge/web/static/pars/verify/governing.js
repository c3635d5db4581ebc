// What entries of governance do (section 3): the opening, grants, clients, users, agreements, owners' texts, and what is kept beside the cases.


import { read } from "./canonical.js";
import { firstKeys, keyAdded, keyRevoked } from "./keys.js";
import { blankTexts, inForce, proposeText, SUBJECTS, voteText, withdrawText } from "./owned.js";
import { wasListed } from "./purposes.js";
import { proposalOf, standing } from "./standing.js";
import { HOUR } from "./reading.js";
import { readCatalogue, readCharter, readFloor, readOwnersText, readProfile, readRole } from "./texts.js";
import { readVersion } from "./versions.js";
import { acknowledge, answerInquiry, castVote, meetDuty, nameUser, no, propose, refuseConflict, removeUser, touched, userAt, withdraw } from "./voting.js";

const unreadable = (what) => no("TEXT_UNREADABLE", `the text of ${what} is none`);

// ---------------------------------------------------------------- the opening

export function open({ state, entry, text, rules }) {
  const { detail } = entry;
  if (entry.dotted !== "genesis.opened") no("NO_GENESIS", `a ledger begins with genesis.opened, not with ${entry.dotted}`);
  if (state.opening) no("SECOND_GENESIS", "a ledger is opened once");
  if (detail.shift && !detail.simulated) no("CLOCK_SHIFTED", "only a simulated ledger may shift its clock");
  if (detail.catalogue !== rules.catalogue || detail.floor !== rules.floor) {
    no("UNKNOWN_RULES", "the ledger was opened under a catalogue or a floor that this program doesn't carry");
  }
  for (const part of ["catalogue", "floor", "detainers"]) text(detail[part], `the ${part}`);
  const catalogue = readCatalogue(text(detail.catalogue, "the catalogue"));
  const charter = readCharter(text(detail.charter, "the charter"), catalogue) ?? unreadable("the charter");
  const roles = new Map(detail.roles.map((hash) => [hash, readRole(text(hash, "a role"), catalogue) ?? unreadable("a role")]));
  const profile = readProfile(text(detail.profile, "the profile")) ?? unreadable("the profile");
  state.opening = {
    origin: detail.origin,
    logKey: detail.log_key,
    simulated: detail.simulated === 1,
    at: entry.at,
    charter,
    roles,
    profile,
    catalogue,
    floor: readFloor(text(detail.floor, "the floor")),
  };
  state.keys = firstKeys(detail.log_key, charter);
  state.charter = charter;
  state.shift = detail.shift;
}

function clockShifted({ state, entry: { detail }, opening }) {
  if (!opening.simulated) no("CLOCK_SHIFTED", "only a simulated ledger may shift its clock");
  if (detail.was !== state.shift || detail.shift <= state.shift) no("CLOCK_SHIFTED", "a simulated clock is shifted forward only, from where it was");
  state.shift = detail.shift;
}

function sealerStarted({ state, entry: { detail } }) {
  if (state.epoch !== null && detail.epoch <= state.epoch) no("EPOCH", "a sealer's epoch must be above every earlier one");
  state.epoch = detail.epoch;
}

function checkPast({ entry: { detail, at } }) {
  if (detail.start >= detail.end || detail.end > at) no("PERIOD", "it tells of a time that is empty, or not over");
}

// ---------------------------------------------------------------- grants, clients, users

function grantGiven({ state, entry: { detail }, opening }) {
  const role = opening.roles.get(detail.role) ?? no("UNKNOWN_ROLE", "the role is none of those that the ledger was opened with");
  if (state.grants.has(detail.grant)) no("GRANT_TWICE", "there is a grant of that name already");
  if (detail.end !== undefined && detail.end <= detail.start) no("PERIOD", "the grant ends before it starts");
  state.grants.set(detail.grant, { person: detail.person, role, start: detail.start, end: detail.end ?? null });
}

function grantRemoved({ state, entry: { detail, at } }) {
  const grant = state.grants.get(detail.grant);
  if (!grant || (grant.end !== null && grant.end <= at)) no("NO_GRANT", "there is no such grant to remove, or it has ended");
  grant.end = at;
}

const pair = (client, agreement) => `${client} ${agreement}`;

function clientBound({ state, entry: { detail }, agreement }) {
  if (agreement(detail.agreement).agency !== detail.agency) no("OTHER_AGENCY", "the agreement is with another agency than the client's");
  if (state.clients.has(pair(detail.client, detail.agreement))) no("CLIENT_TWICE", "the client is bound to this agreement already");
  state.clients.add(pair(detail.client, detail.agreement));
}

function clientUnbound({ state, entry: { detail } }) {
  if (!state.clients.delete(pair(detail.client, detail.agreement))) no("CLIENT_NOT_BOUND", "the client isn't bound to this agreement");
}

export function checkClient(state, { client }, name) {
  if (client !== null && !state.clients.has(pair(client, name))) no("CLIENT_NOT_BOUND", "the client through which it came was not bound to the agreement");
}

/** What rests on the agreement itself is by a person named under it, through a client that is bound to it, if any. */
export function checkNamed({ state, entry, agreement }) {
  if (!entry.authority.startsWith("agreement:")) return;
  const name = entry.authority.slice("agreement:".length);
  if (!userAt(agreement(name), entry.person, entry.at)) no("NOT_NAMED", "it is by a person who isn't named under the agreement");
  checkClient(state, entry, name);
}

/** Their hooks under the agreement go with them, and naming them again brings none back. */
function userRemoved(step) {
  const { state: { hooks }, entry: { detail, at } } = step;
  removeUser(matter(step), detail.person, at);
  for (const [entry, hook] of hooks) if (hook.authority === `agreement:${detail.agreement}` && hook.person === detail.person) hooks.delete(entry);
}

// ---------------------------------------------------------------- agreements

const actOf = ({ state, entry, grant, opening }) => ({
  entry: entry.id,
  at: entry.at,
  owner: entry.authority.startsWith("grant:") ? grant().role.owner : "",
  charter: state.charter,
  catalogue: opening.catalogue,
  origin: opening.origin,
  state,
});
const matter = ({ state, entry }) => touched(state.agreements, entry.detail.agreement, entry.at);

function proposed(step) {
  const { state, entry, opening } = step, { detail } = entry;
  const version = readVersion(step.text(detail.version, "the proposed version"), opening.catalogue) ?? unreadable("the proposed version");
  if (version.agreement !== detail.agreement || version.agency !== detail.agency) no("OTHER_AGREEMENT", "the proposed text is of another agreement or agency than the entry says");
  if (!version.purposes.every(wasListed)) no("UNLISTED_PURPOSE", "a purpose of the version stands on no list in these words");
  refuseConflict(version, state.agreements.values(), entry.at);
  propose(state.agreements, detail.agreement, version, actOf(step));
}

function checkSeat(step) {
  if (step.grant().role.owner !== step.entry.detail.seat) no("OTHER_SEAT", "the vote was cast by somebody whose role is another owner's");
}

function voted(step) {
  const { detail } = step.entry;
  if (detail.why !== undefined) step.text(detail.why, "the reason");
  checkSeat(step);
  return castVote(matter(step), { ...detail }, actOf(step));
}

function inquired(step) {
  const { detail, id, at } = step.entry;
  step.text(detail.inquiry, "the inquiry");
  const agreement = matter(step);
  if (detail.due <= at) no("DUE_PASSED", "the agency must have some time to answer");
  agreement.inquiries.push({ entry: id, answered: false });
}

function answered(step) {
  checkNamed(step);
  step.text(step.entry.detail.answer, "the answer to an inquiry");
  answerInquiry(matter(step), step.entry.detail.inquiry);
}

function acknowledged(step) {
  checkNamed(step);
  const { detail, person, at } = step.entry;
  if (detail.person !== person) no("OTHER_PERSON", "somebody acknowledges for another person");
  acknowledge(matter(step), person, detail.version, at);
}

const OUTCOMES = ["cleared", "confirmed", "acted", "arrested", "no_record", "not_used", "mistaken", "open"];

function outcomeReported(step) {
  checkNamed(step);
  const { detail } = step.entry;
  if (!OUTCOMES.includes(detail.outcome)) no("UNKNOWN_OUTCOME", "the outcome is none that this program knows");
  if (!step.state.given.get(detail.agreement)?.has(detail.answer)) no("NO_SUCH_ENTRY", "it tells of an answer that was never given under this agreement");
}

function replied(step) {
  const { detail } = step.entry;
  if (step.state.reports.get(detail.report) !== detail.agreement) no("NO_REPORT", "it replies to no use report of this agreement");
  checkNamed(step);
  matter(step);
}

function endNoted({ entry: { detail, at }, agreement }) {
  if (proposalOf(agreement(detail.agreement), detail.version)?.version.term.end !== detail.ended) no("NOT_ITS_END", "the version has another end than the note says, or was never proposed");
  if (at < detail.ended) no("END_TOO_EARLY", "the end is noted before it came");
}

function reportMade(step) {
  checkPast(step);
  const { detail, id } = step.entry;
  step.text(detail.report, "the use report");
  step.state.reports.set(id, step.agreement(detail.agreement).id);
}

function noticeServed({ entry: { detail }, agreement, text }) {
  if (!["nonrenewal", "result"].includes(detail.about ?? "result")) no("UNKNOWN_NOTICE", "a notice is of a result, or that an agreement won't be renewed");
  if (detail.about === "nonrenewal" && (detail.channel === undefined || detail.proof === undefined)) no("NO_PROOF", "such a notice says how it was served and what proves it");
  if (!proposalOf(agreement(detail.agreement), detail.version)) no("UNKNOWN_VERSION", "the notice is of a version that was never proposed");
  text(detail.notice, "the public notice");
}

// ---------------------------------------------------------------- approvals and reviews

function approvalGiven(step) {
  checkNamed(step);
  const { state, entry } = step, { detail, at } = entry, request = state.asked.get(detail.asked);
  if (!request || state.approvals.has(request.entry)) no("NO_REQUEST", "it approves no request for approval, or one that was approved already");
  const stands = standing(step.agreement(detail.agreement), at);
  if (stands.state !== "IN_FORCE") no(`AGREEMENT_${stands.state}`, "it was approved while the agreement wasn't in force");
  const { version } = stands, fits = request.agreement === detail.agreement && request.version === version.hash && version.approval;
  if (!fits) no("REQUEST_OVER", "the request is of another agreement, or of a version that isn't in force");
  if (request.person === entry.person) no("SAME_PERSON", "nobody approves a question of their own");
  if (at < request.at || at >= request.at + version.approval.lasts) no("REQUEST_OVER", "the time in which the request could be approved is over");
  state.approvals.set(request.entry, { asked: request, at });
}

function reviewed({ state, entry: { detail, at } }) {
  const found = state.agreements.get(detail.agreement)?.emergencies.find((one) => one.entry === detail.answer);
  if (!found || found.over !== null) no("NO_EMERGENCY", "it reviews no emergency answer of this agreement, or one that was reviewed already");
  if (!["JUSTIFIED", "NOT_JUSTIFIED"].includes(detail.finding)) no("UNKNOWN_FINDING", "a review finds an emergency justified or not");
  found.over = at;
}

// ---------------------------------------------------------------- owners' texts

const textsOf = (state, about) => {
  if (!state.texts.has(about)) state.texts.set(about, blankTexts(about));
  return state.texts.get(about);
};

function subject({ state, entry: { detail } }) {
  if (!SUBJECTS.includes(detail.about)) no("UNKNOWN_SUBJECT", "this program knows no owners' text on that subject");
  return textsOf(state, detail.about);
}

function textProposed(step) {
  const text = readOwnersText(step.text(step.entry.detail.text, "the proposed text")) ?? no("TEXT_UNREADABLE", "the proposed text is none");
  if (step.state.keys.some((one) => text.keys.includes(one.key))) no("KEY_USED", "a witness has a key that is, or was, the log's or a seat's");
  proposeText(subject(step), text, actOf(step));
}

function textVoted(step) {
  checkSeat(step);
  const { detail } = step.entry;
  return voteText(subject(step), { ...detail, version: detail.text }, actOf(step));
}

function openedUnder({ state, entry: { detail, at }, opening }) {
  if (detail.profile === undefined) return;
  const force = inForce(textsOf(state, "profile"), at);
  if (detail.profile !== (force ? force.text.hash : opening.profile.hash)) no("OTHER_PROFILE", "it cites another profile than the one in force at its time");
}

function detainerDecided({ state, entry: { detail, at } }) {
  const texts = textsOf(state, "detainers"), force = inForce(texts, at);
  const other = force
    ? detail.rules !== force.text.hash || detail.rule !== force.text.code
    : texts.proposals.some(({ version }) => version.hash === detail.rules);
  if (other) no("OTHER_RULE", "it cites another rule than the owners' one in force at its time");
}

// ---------------------------------------------------------------- lists, sessions, forms, hand-overs, silences

function document(text) {
  let found = null;
  try {
    found = read(text);
  } catch {
    found = null;
  }
  return typeof found === "object" && found !== null && !Array.isArray(found) ? found : no("TEXT_UNREADABLE", "the text is none");
}
const onlyHas = (found, names) => Object.keys(found).length === names.length && names.every((name) => Object.hasOwn(found, name));

function listed(field, other, name) {
  return ({ entry: { detail }, text }) => {
    const found = document(text(detail[name], `the list of ${name}`)), lines = onlyHas(found, ["format", field]) ? found[field] : null;
    if (!Array.isArray(lines)) unreadable(`the list of ${name}`);
    if (lines.length !== detail.lines) no(other, "the list has another number of lines than the entry says");
  };
}

const RECORD = ["format", "starts", "session", "called", "heard", "discharged", "passed", "unheard", "orders"];
const WORDED = { format: /^[a-z.0-9]{1,20}$/, session: /^[0-9T:.+-]{1,40}(\[[A-Za-z0-9/_+-]{1,40}\])?$/, amended: /^[A-Z_]{1,40}$/ };

function countsOnly(found, says) {
  if (!onlyHas(found, says) || typeof found.orders !== "object" || Array.isArray(found.orders)) return false;
  const counts = says.filter((name) => !(name in WORDED) && name !== "orders").map((name) => found[name]);
  const worded = says.filter((name) => name in WORDED).every((name) => typeof found[name] === "string" && WORDED[name].test(found[name]));
  return worded && [...counts, ...Object.values(found.orders)].every((count) => typeof count === "number");
}

function sessionClosed({ state, entry: { detail, at, id }, text }) {
  const found = document(text(detail.record, "the session's record"));
  if (found.starts !== detail.session) no("OTHER_SESSION", "the record is of another session than the entry says");
  if (at < detail.session) no("TOO_EARLY", "a session is closed before it began");
  const says = detail.amends === undefined ? RECORD : [...RECORD, "amended"];
  if (!countsOnly(found, says)) no("NOT_COUNTS", "the session's record isn't the counts of one, with the reason of an amendment and of nothing else");
  if (detail.amends !== state.sessions.get(detail.session)) no("SESSION_CLOSED", "a session's record is amended by naming the one that stands, and no other way");
  state.sessions.set(detail.session, id);
}

function formsPrinted({ state, entry: { detail } }) {
  const last = state.printed.get(detail.site) ?? 0;
  if (detail.first !== last + 1 || detail.count < 1) no("FORM_NUMBERS", "the numbers of a site's forms go on from its last one");
  state.printed.set(detail.site, detail.first + detail.count - 1);
}

const printed = (state, site, number) => number >= 1 && number <= (state.printed.get(site) ?? 0);

function formVoided({ state, entry: { detail } }) {
  const form = `${detail.site} ${detail.number}`;
  if (!printed(state, detail.site, detail.number)) no("NO_SUCH_FORM", "no form of this number was printed for the site");
  if (state.voided.has(form)) no("VOIDED_TWICE", "the form was made void before");
  if (state.entered.has(form)) no("FORM_ENTERED", "the form was entered before");
  state.voided.add(form);
}

export function formEntered(state, { detail }) {
  if (detail.form === undefined) return;
  const [, site, number] = /^([A-Z][A-Z0-9]{1,7})-(\d{6})-[0-9A-Z]$/.exec(typeof detail.form === "string" ? detail.form : "") ?? [];
  if (!printed(state, site, Number(number))) no("NO_SUCH_FORM", "no form of this number was printed for the site");
  const form = `${site} ${Number(number)}`;
  if (state.voided.has(form) || state.entered.has(form)) no("FORM_USED", "the form was entered or made void before");
  state.entered.add(form);
}

function handedOver({ state, entry: { detail, id, person } }) {
  state.handed.set(id, { desk: typeof detail.desk === "string" ? detail.desk : "", person });
}

function handoverTaken({ state, entry: { detail, person } }) {
  const handed = state.handed.get(detail.handed);
  state.handed.delete(detail.handed);
  if (!handed || handed.desk !== detail.desk) no("NO_SUCH_HANDOVER", "it takes what wasn't handed over at that desk, or was taken before");
  if (handed.person === person) no("OWN_HANDOVER", "who handed a case over has taken it over");
}

function silenceNoted({ entry: { detail, at } }) {
  if (detail.since + detail.hours * HOUR > at) no("TOO_EARLY", "a silence is noted before its hours are over");
}

export const HANDLERS = {
  "key.added": keyAdded,
  "key.revoked": keyRevoked,
  "clock.shifted": clockShifted,
  "sealer.started": sealerStarted,
  "attempts.summed": checkPast,
  "grant.given": grantGiven,
  "grant.removed": grantRemoved,
  "client.bound": clientBound,
  "client.unbound": clientUnbound,
  "user.named": (step) => nameUser(matter(step), step.entry.detail, step.entry.at),
  "user.removed": userRemoved,
  "duty.met": (step) => {
    checkNamed(step);
    meetDuty(matter(step), step.entry.detail, step.entry.at);
  },
  "terms.acknowledged": acknowledged,
  "inquiry.made": inquired,
  "inquiry.answered": answered,
  "agreement.proposed": proposed,
  "agreement.voted": voted,
  "agreement.replied": replied,
  "agreement.end_noted": endNoted,
  "use_report.made": reportMade,
  "notice.served": noticeServed,
  "outcome.reported": outcomeReported,
  "proposal.withdrawn": (step) => withdraw(matter(step), step.entry.detail.version, actOf(step)),
  "approval.given": approvalGiven,
  "emergency.reviewed": reviewed,
  "offenses.loaded": listed("offenses", "OTHER_TABLE", "offenses"),
  "calendar.loaded": listed("lines", "OTHER_CALENDAR", "calendar"),
  "owners_text.proposed": textProposed,
  "owners_text.voted": textVoted,
  "owners_text.withdrawn": (step) => withdrawText(subject(step), step.entry.detail.text, actOf(step)),
  "session.closed": sessionClosed,
  "forms.printed": formsPrinted,
  "form.voided": formVoided,
  "handed.over": handedOver,
  "handover.taken": handoverTaken,
  "silence.noted": silenceNoted,
  "arrest.booked": openedUnder,
  "document.received": openedUnder,
  "detainer.decided": detainerDecided,
};
