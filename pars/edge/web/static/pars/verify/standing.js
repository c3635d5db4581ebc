// How an agreement stands at an instant (section 3): computed from what was done about it, never kept. Terms are half-open.

import { DAY } from "./reading.js";

const first = (...marks) => {
  const set = marks.filter((mark) => mark !== null && mark !== undefined);
  return set.length ? Math.min(...set) : null;
};

// ---------------------------------------------------------------- proposals

/** What had become of a proposal at an instant: open, adopted, rejected, withdrawn, or undecided once its vote has closed. */
export function fate(proposal, { turns, withdrawn }, at) {
  const turn = turns.find((one) => one.number === proposal.number && one.at <= at);
  if (turn) return turn.kind === "rejected" ? "rejected" : "adopted";
  if (withdrawn.some((one) => one.number === proposal.number && one.at <= at)) return "withdrawn";
  return proposal.closes === null || at < proposal.closes ? "open" : "undecided";
}

export const openAt = (matter, at) => matter.proposals.filter((one) => one.at <= at && fate(one, matter, at) === "open");
export const proposalOf = (agreement, version) => agreement.proposals.find((one) => one.version.hash === version) ?? null;

// ---------------------------------------------------------------- adopted versions

/** A version that was adopted, with the turns since: an earlier suspension or revocation doesn't reach it. */
function life(version, adopted, turns) {
  const revoked = turns.find((turn) => turn.kind === "revoked" && turn.number <= version.number) ?? null;
  let suspension = null;
  for (const turn of turns) {
    if (turn.kind === "suspended") suspension = turn;
    else if (turn.kind === "confirmed" && suspension) suspension = { ...suspension, effect: null };
    else if (turn.kind === "reinstated") suspension = null;
  }
  // Doubt is of one version, unlike a suspension, which holds the whole agreement.
  const about = (turn) => (turn.kind === "doubted" || turn.kind === "cleared") && turn.version === version.hash;
  const set = turns.findLast((turn) => turn.kind === "suspended" || turn.kind === "reinstated" || about(turn)) ?? adopted;
  const over = revoked ? revoked.at : version.term.end, starts = adopted.effect;
  return {
    version,
    adopted,
    turns,
    starts,
    revoked,
    over,
    doubt: turns.findLast(about)?.kind === "doubted",
    answers: set.entry,
    suspended: (at) => (suspension && (suspension.effect === null || at < suspension.effect) ? suspension : null),
    owed: owed(version, starts, over),
  };
}

/** The life that governs at an instant, and those still to come. */
export function lives(agreement, at) {
  const turns = agreement.turns.filter((turn) => turn.at <= at);
  const adopted = turns.flatMap((turn, n) =>
    turn.kind === "adopted" ? [life(proposalOf(agreement, turn.version).version, turn, turns.slice(n + 1))] : [],
  );
  const started = adopted.filter((one) => one.starts <= at && !(one.revoked && one.revoked.at < one.starts));
  const current = started.reduce((last, one) => (last && last.version.number >= one.version.number ? last : one), null);
  const coming = adopted.filter((one) => one.starts > at && !one.revoked && (!current || one.version.number > current.version.number));
  coming.sort((one, other) => one.starts - other.starts || other.version.number - one.version.number);
  return { current, coming };
}

// ---------------------------------------------------------------- duties

function owed(version, starts, over) {
  const found = [];
  for (const duty of version.duties) {
    let opens = duty.after === "end" ? over : starts;
    if (duty.after) found.push({ duty, opens, due: opens + duty.days * DAY });
    for (const due of duty.at) {
      if (due <= starts) continue;
      found.push({ duty, opens, due });
      opens = due;
    }
  }
  return found;
}

/** By which act a duty was met up to an instant, or null. */
export function met(agreement, version, one, at) {
  return agreement.met.find((act) => act.at <= at && act.version === version.hash && act.duty === one.duty.code && act.due === one.due) ?? null;
}

/** What is owed besides the text's duties: the owners' reviews of emergencies, and the agency's purges. `over` is when it was done. */
const owing = (one, at) => one.at <= at && (one.over === null || at < one.over);
const late = (some, at) => some.some((one) => owing(one, at) && one.due <= at);

// ---------------------------------------------------------------- standing

/** How an agreement stands: its state, the version, until when at most, what a vote on it answers, and what is overdue. */
export function standing(agreement, at) {
  const { current, coming } = lives(agreement, at);
  if (current) return governed(agreement, current, coming, at);
  if (coming.length) {
    const suspended = coming[0].suspended(at);
    return stands(suspended || coming[0].doubt ? "SUSPENDED" : "WAITING", coming[0].version, coming[0].starts, { next: true });
  }
  return unadopted(agreement, at);
}

const stands = (state, version, until, more = {}) => ({ state, version, until, next: false, overdue: false, reviews: false, ...more });

function governed(agreement, here, coming, at) {
  const superseded = coming.length ? coming[0].starts : null, { version } = here, { end } = version.term, next = coming.length > 0;
  if (here.revoked) return stands("REVOKED", version, superseded, { next });
  if (at >= end) return stands("ENDED", version, superseded, { next });
  const times = here.owed, waits = (one) => one.duty.suspends && !met(agreement, version, one, at);
  const overdue = times.some((one) => waits(one) && one.due <= at);
  const reviews = late(agreement.emergencies, at), beside = [...agreement.emergencies, ...agreement.purges];
  const suspended = here.suspended(at);
  if (suspended) return stands("SUSPENDED", version, first(suspended.effect, superseded, end), { next, overdue, reviews });
  if (here.doubt || overdue || late(beside, at)) return stands("SUSPENDED", version, first(superseded, end), { next, overdue, reviews });
  const dues = [...times.filter(waits), ...beside.filter((one) => owing(one, at))].map((one) => one.due);
  return stands("IN_FORCE", version, first(superseded, end, ...dues), { next });
}

function unadopted(agreement, at) {
  const revoked = agreement.turns.findLast((turn) => turn.kind === "revoked" && turn.at <= at);
  if (revoked) return stands("REVOKED", proposalOf(agreement, revoked.version).version, null);
  const open = openAt(agreement, at).at(-1);
  if (open) return stands("PROPOSED", open.version, open.closes);
  const last = agreement.proposals.findLast((one) => one.at <= at);
  if (agreement.turns.some((turn) => turn.kind === "rejected" && turn.version === last.version.hash)) return stands("REJECTED", last.version, null);
  if (agreement.withdrawn.some((one) => one.version === last.version.hash)) return stands("WITHDRAWN", last.version, null);
  return stands("UNDECIDED", last.version, null);
}
