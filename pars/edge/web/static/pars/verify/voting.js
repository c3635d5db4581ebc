// Proposals, votes and what is done under an agreement (section 3). Each act is added to what was done before, or refused with a code.

import { encode, fromHex } from "./bytes.js";
import { write } from "./canonical.js";
import { signed } from "./note.js";
import { fate, lives, met, openAt, proposalOf, standing } from "./standing.js";
import { DAY } from "./reading.js";
import { PAPERS } from "./texts.js";
import { MUST } from "./versions.js";

/** An act or an answer that can't follow what came before it. */
export class Impossible extends Error {
  constructor(what, says) {
    super(says);
    this.what = what;
  }
}
export const no = (what, says) => {
  throw new Impossible(what, says);
};

// ---------------------------------------------------------------- votes on a matter

/** The votes on one matter that weren't withdrawn and aren't in doubt, oldest first. */
function counted(ballots, matter) {
  const cast = ballots.filter((one) => one.matter === matter);
  const back = new Set(cast.filter((one) => one.choice === "withdraw").map((one) => one.answers));
  return cast.filter((one) => one.choice !== "withdraw" && !one.doubted && !back.has(one.entry));
}

/** What a seat's next vote on a matter must answer: the act itself, or the seat's own withdrawal since. */
function answersFor(ballots, seat, matter) {
  return ballots.findLast((one) => one.matter === matter && one.seat === seat && one.choice === "withdraw")?.entry ?? matter;
}

const seatsFor = (ballots, choice) => new Set(ballots.filter((one) => one.choice === choice).map((one) => one.seat));

function refuseOver(became) {
  if (became === "adopted" || became === "rejected") no("DECIDED", "this proposal is decided already");
  if (became === "withdrawn") no("WITHDRAWN", "this proposal was withdrawn");
  if (became === "undecided") no("VOTE_CLOSED", "the vote on it has closed");
}

function refuseVote(entry, ballots, vote) {
  if (vote.answers !== answersFor(ballots, vote.seat, entry)) no("WRONG_ANSWER", "the vote answers another act than this proposal");
  if (counted(ballots, entry).some((one) => one.seat === vote.seat)) no("SECOND_VOTE", "this seat has voted on this proposal");
}

function takenBack(ballots, vote) {
  const back = ballots.find((one) => one.entry === vote.answers);
  if (!back || back.seat !== vote.seat || back.version !== vote.version || back.choice === "withdraw") no("NO_SUCH_VOTE", "there is no such vote of this seat to withdraw");
  if (!counted(ballots, back.matter).includes(back)) no("SECOND_VOTE", "this vote is withdrawn already");
  return back;
}

function refuseWithdrawal(proposal, became, owner) {
  if (became !== "open") no("NOT_OPEN", `this proposal isn't open any more: ${became}`);
  if (owner !== proposal.owner) no("NOT_YOUR_PROPOSAL", "another owner's people proposed this");
}

async function checkSignature(vote, subject, { charter, origin }) {
  const key = charter.owners.get(vote.seat) || no("NO_KEY", "the seat's key was revoked, and no other has come in its place");
  const said = { t: "pars vote", v: 1, origin, agreement: subject, version: vote.version, choice: vote.choice, seat: vote.seat, answers: vote.answers };
  const message = encode(write(vote.why === undefined ? said : { ...said, why: vote.why }));
  if (!(await signed(fromHex(key), message, fromHex(vote.signature)))) no("FORGED", "the signature isn't this seat's over this vote");
}

const consents = (charter, { scope }) => new Set(charter.consent.filter(([column]) => scope.columns.has(column) || scope.filters.has(column)).map(([, seat]) => seat));
const within = (some, all) => [...some].every((one) => all.has(one));
const meets = (one, other) => [...one].some((part) => other.has(part));

/** What a proposal has become by these seats' one choice; null while it is open. */
function decides(charter, choice, seats, needed = new Set()) {
  if (choice === "adopt") return seats.size >= charter.needs.adopt && within(needed, seats) ? "adopted" : null;
  return charter.owners.size - seats.size < charter.needs.adopt || meets(needed, seats) ? "rejected" : null;
}

// ---------------------------------------------------------------- one-off grants

const givers = (version, charter) => charter.oneOff.get(version.paper.kind) ?? new Set();
const notice = (version, charter) => (version.paper ? 0 : charter.notice);

function decidesPaper(version, charter, choice, seats) {
  const needed = consents(charter, version), give = givers(version, charter);
  if (choice === "adopt") return meets(seats, give) && within(needed, seats) ? "adopted" : null;
  return within(give, seats) || meets(needed, seats) ? "rejected" : null;
}

function refusePaper(agreement, version, charter, catalogue) {
  if (agreement.proposals.some((one) => one.version.paper)) no("NOT_RENEWABLE", "a one-off grant is neither renewed nor amended");
  const codes = version.purposes.map(({ code }) => code), { paper } = version;
  if (!paper) {
    if (codes.some((code) => Object.values(PAPERS).includes(code))) no("PAPER_NEEDED", "this purpose is opened by a paper alone");
    return;
  }
  if (agreement.proposals.length) no("NOT_RENEWABLE", "an agreement doesn't become a one-off grant");
  if (codes.some((code) => code !== PAPERS[paper.kind])) no("OTHER_PURPOSE", `such a paper opens one purpose: ${PAPERS[paper.kind]}`);
  if (version.limits.people_per_day_in_all === undefined) no("LIMIT_NEEDED", "a one-off grant limits the people shown a day");
  if (version.term.end - version.term.start > 90 * DAY) no("TERM_TOO_LONG", "a one-off grant lasts 90 days at most");
  const about = (name) => ["record", "otn", "incident_number"].includes(name) || (catalogue.get(name)?.data_class === "identity" && name !== "adult");
  if ([...version.scope.compared].some(about)) no("PERSON_IN_TEXT", "the text is public, and its conditions would name a person");
  if (!givers(version, charter).size) no("NOBODY_GIVES", "the charter names nobody who may give a grant on such a paper");
}

/** Whether these seats could adopt the version: so many, too, lift a doubt about it. */
export function adopts(version, charter, seats) {
  const decided = version.paper ? decidesPaper(version, charter, "adopt", seats) : decides(charter, "adopt", seats, consents(charter, version));
  return decided === "adopted";
}

// ---------------------------------------------------------------- acts on an agreement

/** Whether another agreement could be in force beside the proposed version, for one agency and purpose, or on one paper. */
export function refuseConflict(version, others, at) {
  const codes = new Set(version.purposes.map(({ code }) => code));
  for (const other of others) {
    if (other.agency !== version.agency || other.id === version.agreement) continue;
    const same = other.proposals.filter((one) => version.paper && one.version.paper?.sha256 === version.paper.sha256);
    if (same.some((one) => ["open", "adopted"].includes(fate(one, other, at)))) no("PAPER_USED", "another agreement rests on the same paper");
    const { current, coming } = lives(other, at), living = [current, ...coming].filter((one) => one && !one.revoked).map((one) => one.version);
    for (const possible of [...living, ...openAt(other, at).map((one) => one.version)]) {
      const shared = possible.purposes.some(({ code }) => codes.has(code));
      const together = Math.max(version.term.start, at) < possible.term.end && possible.term.start < version.term.end;
      if (shared && together) no("TWO_AT_ONCE", "another agreement serves this agency for the same purpose in the same time");
    }
  }
}

const blank = (version, at) => ({
  id: version.agreement, agency: version.agency, last: at,
  proposals: [], withdrawn: [], ballots: [], turns: [], users: [], met: [], acknowledged: [], inquiries: [], emergencies: [], purges: [],
});

/** The person as named under the agreement at an instant, or null. */
export const userAt = (agreement, person, at) =>
  agreement.users.find((one) => one.person === person && one.start <= at && (one.end === null || at < one.end)) ?? null;

export const acknowledges = (agreement, user, version, at) =>
  agreement.acknowledged.some((one) => one.person === user.person && one.version === version && user.start <= one.at && one.at <= at);

function inOrder(matter, at) {
  if (at < matter.last) no("OUT_OF_ORDER", "the act is earlier than the one before it");
  matter.last = at;
}

/** The agreement that an act is about, with its time noted; `no` where there is none. */
export function touched(agreements, name, at) {
  const agreement = agreements.get(name) ?? no("NO_AGREEMENT", "there is no such agreement");
  inOrder(agreement, at);
  return agreement;
}

export function propose(agreements, name, version, { entry, at, owner, charter, catalogue }) {
  const agreement = agreements.get(name) ?? blank(version, at);
  inOrder(agreement, at);
  if (version.agreement !== agreement.id || version.agency !== agreement.agency) no("OTHER_AGREEMENT", "the text names another agreement or another agency");
  if (version.number !== agreement.proposals.length + 1) no("WRONG_NUMBER", "it isn't the next version of this agreement");
  if (version.owners.length !== charter.owners.size || version.owners.some((seat) => !charter.owners.has(seat))) no("OTHER_OWNERS", "the text names other owners than the charter");
  refusePaper(agreement, version, charter, catalogue);
  if (Math.max(version.term.start, at + notice(version, charter)) >= version.term.end) no("TOO_LATE", "its end leaves no time in which it could be in force");
  if (version.closes <= at) no("TOO_LATE", "its vote has closed");
  agreement.proposals.push({ version, number: version.number, closes: version.closes, entry, at, owner });
  agreements.set(name, agreement);
}

export function withdraw(agreement, hash, { entry, at, owner }) {
  const proposal = proposalOf(agreement, hash) ?? no("UNKNOWN_VERSION", "this agreement has no version with that hash");
  refuseWithdrawal(proposal, fate(proposal, agreement, at), owner);
  agreement.withdrawn.push({ version: hash, number: proposal.number, entry, at });
}

export function nameUser(agreement, { person, end = null, holds = [] }, at) {
  const stands = standing(agreement, at), over = ["REVOKED", "ENDED", "REJECTED", "WITHDRAWN", "UNDECIDED"].includes(stands.state);
  if (over && !stands.next && !openAt(agreement, at).length) no("AGREEMENT_OVER", "nobody can be named under this agreement");
  if (userAt(agreement, person, at)) no("ALREADY_NAMED", "this person is named already");
  if (end !== null && end <= at) no("EMPTY_TERM", "the person's end must come after now");
  if (holds.some((one) => !MUST.includes(one))) no("UNKNOWN_REQUIREMENT", "there is no such thing to hold");
  if (stands.version.must.some((one) => !holds.includes(one))) no("MUST_HOLD", "the person doesn't hold what the agreement demands");
  agreement.users.push({ person, start: at, end, holds });
}

export function removeUser(agreement, person, at) {
  const user = userAt(agreement, person, at) ?? no("NOT_NAMED", "this person isn't named under the agreement");
  user.end = at;
}

export function meetDuty(agreement, act, at) {
  const { current } = lives(agreement, at);
  if (!current || current.version.hash !== act.version) no("NOT_GOVERNING", "that version doesn't govern, so none of its duties is owed");
  const one = current.owed.find(({ duty, due }) => duty.code === act.duty && due === act.due) ?? no("NO_SUCH_DUTY", "the version that governs has no such duty that falls due then");
  if (at < one.opens) no("DUTY_NOT_OPEN", "that can't be met yet");
  if (met(agreement, current.version, one, at)) no("ALREADY_MET", "that was recorded as met already");
  agreement.met.push({ version: act.version, duty: act.duty, due: act.due, at });
}

export function acknowledge(agreement, person, version, at) {
  const user = userAt(agreement, person, at) ?? no("NOT_NAMED", "only who is named under the agreement acknowledges what it says");
  const { current, coming } = lives(agreement, at);
  if (![current, ...coming].some((one) => one && at < one.over && one.version.hash === version)) no("NOT_ALIVE", "this version is neither in force nor waiting to be");
  if (acknowledges(agreement, user, version, at)) no("ALREADY_ACKNOWLEDGED", "this version was acknowledged already");
  agreement.acknowledged.push({ person, version, at });
}

export function answerInquiry(agreement, number) {
  const asked = agreement.inquiries.find(({ entry }) => entry === number) ?? no("NO_SUCH_INQUIRY", "that entry made no inquiry under this agreement");
  if (asked.answered) no("ALREADY_ANSWERED", "this inquiry was answered already");
  asked.answered = true;
}

// ---------------------------------------------------------------- a seat's vote

const MAKES = { suspend: ["suspended", "confirmed"], reinstate: ["reinstated", "cleared"], revoke: ["revoked"] };
const alive = (agreement, at) => {
  const { current, coming } = lives(agreement, at);
  return [current, ...coming].filter((one) => one && !one.revoked && at < one.version.term.end);
};
const turnOf = (kind, version, seats, { entry, at }, effect = null) => ({ kind, version: version.hash, number: version.number, seats, entry, at, effect });

/** Add a seat's vote to an agreement, and what it decides. */
export async function castVote(agreement, vote, act) {
  const { charter } = act;
  if (!charter.owners.has(vote.seat)) no("UNKNOWN_SEAT", "the charter has no such seat");
  const proposal = proposalOf(agreement, vote.version) ?? no("UNKNOWN_VERSION", "this agreement has no version with that hash");
  await checkSignature(vote, agreement.id, act);
  const how = vote.choice === "withdraw" ? withdrawVote : vote.choice === "adopt" || vote.choice === "reject" ? onProposal : onStanding;
  const { matter, turn } = how(agreement, proposal, vote, act);
  agreement.ballots.push({ ...vote, matter, entry: act.entry, at: act.at });
  if (turn) agreement.turns.push(turn);
}

function refuseNotOpen(agreement, proposal, at) {
  const became = fate(proposal, agreement, at), { version } = proposal;
  if (became === "undecided" && (version.closing === null || at >= version.term.end)) return;
  refuseOver(became);
}

function onProposal(agreement, proposal, vote, { charter, entry, at }) {
  const { version } = proposal;
  refuseNotOpen(agreement, proposal, at);
  const effect = Math.max(version.term.start, at + notice(version, charter));
  if (effect >= version.term.end) no("TOO_LATE", "adopted now, this version would never be in force");
  refuseVote(proposal.entry, agreement.ballots, vote);
  const voters = version.paper ? new Set([...givers(version, charter), ...consents(charter, version)]) : charter.owners;
  if (!voters.has(vote.seat)) no("NOT_YOURS_TO_GIVE", "the charter names other seats to give a grant on such a paper");
  const seats = seatsFor(counted(agreement.ballots, proposal.entry), vote.choice).add(vote.seat);
  const decided = version.paper ? decidesPaper(version, charter, vote.choice, seats) : decides(charter, vote.choice, seats, consents(charter, version));
  const turn = decided && turnOf(decided, version, seats, { entry, at }, decided === "adopted" ? effect : null);
  return { matter: proposal.entry, turn };
}

function onStanding(agreement, _, vote, { charter, entry, at }) {
  const living = alive(agreement, at), life = living.find((one) => one.version.hash === vote.version);
  if (!life) no("NOT_ALIVE", "this version is neither in force nor waiting to be");
  const lifts = vote.choice === "reinstate" && life.doubt;
  if (vote.choice !== "revoke" && !lifts && life !== living[0]) no("WRONG_VERSION", "another version governs before this one");
  if (vote.answers !== answersFor(agreement.ballots, vote.seat, life.answers)) no("WRONG_ANSWER", "the vote answers another act than the one that set how the agreement stands");
  const seats = seatsFor(counted(agreement.ballots, life.answers).filter((one) => one.version === vote.version), vote.choice);
  if (seats.has(vote.seat)) no("SECOND_VOTE", "this seat has made this choice already");
  seats.add(vote.seat);
  const matter = life.answers;
  if (vote.choice === "suspend") return { matter, turn: suspend(life, seats, vote, charter, { entry, at }) };
  if (lifts) return { matter, turn: adopts(life.version, charter, seats) ? turnOf("cleared", life.version, seats, { entry, at }) : null };
  if (vote.choice === "reinstate" && !life.suspended(at)) {
    const stands = standing(agreement, at);
    if (stands.overdue) no("DUTY_OVERDUE", "no vote lifts this: a duty is overdue");
    if (stands.reviews) no("REVIEW_OVERDUE", "no vote lifts this: an emergency's review is overdue");
    no("NOT_SUSPENDED", "the agreement isn't suspended");
  }
  const alone = vote.choice === "revoke" && life.version.paper && givers(life.version, charter).has(vote.seat);
  if (seats.size < charter.needs[vote.choice] && !alone) return { matter, turn: null };
  return { matter, turn: turnOf(vote.choice === "revoke" ? "revoked" : "reinstated", life.version, seats, { entry, at }) };
}

function suspend(life, seats, vote, charter, act) {
  const held = life.suspended(act.at);
  if (held) {
    if (held.effect === null) no("ALREADY_SUSPENDED", "the agreement is suspended already");
    if (held.seats.has(vote.seat)) no("SECOND_VOTE", "this seat has suspended the agreement");
    const behind = new Set([...held.seats, ...seats]);
    return behind.size >= charter.needs.suspend ? turnOf("confirmed", life.version, behind, act) : null;
  }
  if (seats.size >= charter.needs.suspend) return turnOf("suspended", life.version, seats, act);
  return meets(seats, charter.suspendAtOnce) ? turnOf("suspended", life.version, seats, act, act.at + charter.confirm) : null;
}

function withdrawVote(agreement, proposal, vote, { at }) {
  const back = takenBack(agreement.ballots, vote);
  if (back.choice === "adopt" || back.choice === "reject") {
    refuseNotOpen(agreement, proposal, at);
  } else if (agreement.turns.some((turn) => MAKES[back.choice].includes(turn.kind) && turn.entry >= back.entry && turn.seats.has(vote.seat))) {
    no("DECIDED", "this vote has decided already");
  } else if (!alive(agreement, at).some((one) => one.version.hash === vote.version && one.answers === back.matter)) {
    no("WRONG_ANSWER", "the agreement stands otherwise since that vote");
  }
  return { matter: back.matter, turn: null };
}

export { answersFor, checkSignature, counted, decides, inOrder, refuseOver, refuseVote, refuseWithdrawal, seatsFor, takenBack, turnOf };
