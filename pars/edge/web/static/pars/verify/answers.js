// What entries of answers do (section 3): each is held against its authority as it stood at the entry's own time.

import { checkClient, checkNamed } from "./governing.js";
import { covered, coveredByGrant, dayOf, lookedUp, namesAPerson } from "./covers.js";
import { Numbers } from "./numbers.js";
import { proposalOf } from "./standing.js";
import { no, userAt } from "./voting.js";

// ---------------------------------------------------------------- what an answer rests on

/** The agreement and the version that an answer cites. */
function resting({ state, entry, agreement }) {
  if (!entry.authority.startsWith("agreement:")) no("NO_AUTHORITY", "an agency's answer rests on an agreement, and this cites none");
  const name = entry.authority.slice("agreement:".length), cited = agreement(name);
  checkClient(state, entry, name);
  const proposal = proposalOf(cited, entry.detail.version) ?? no("UNKNOWN_VERSION", "it cites a version of the agreement that was never proposed");
  return { name, agreement: cited, version: proposal.version };
}

function approvalOf({ state, entry: { detail } }) {
  if (detail.approval === undefined) return null;
  return state.approvals.get(detail.approval) ?? no("NOT_APPROVED", "it cites a request for approval that nobody approved");
}

function howAsked(detail) {
  if ("export" in detail) return "export";
  if ("stream" in detail || "hook" in detail) return "stream";
  return "follows" in detail ? "more" : "once";
}

const factsOf = (step, more) => {
  const { entry } = step, { detail } = entry;
  return {
    person: entry.person,
    agency: detail.agency,
    version: detail.version,
    purpose: detail.purpose ?? "",
    columns: detail.columns,
    filters: detail.filters,
    named: namesAPerson(detail.filters),
    approval: approvalOf(step),
    ...more,
  };
};

function answerFacts(step, used) {
  const { detail } = step.entry, { rows, paper, emergency, behalf, checked } = detail;
  return factsOf(step, { evidence: "evidence" in detail, rows, used, paper, how: howAsked(detail), emergency, behalf, checked });
}

/** What a question that gives no record yet rests on: it uses nothing up. */
function beginning(step, how) {
  const cited = resting(step), { detail } = step.entry, { version } = cited;
  const checked = how !== "asks" && lookedUp(version, detail.purpose) ? 1 : undefined;
  const facts = factsOf(step, { evidence: true, rows: 0, used: { person: 0, inAll: 0 }, paper: version.paper?.sha256, how, checked });
  covered(cited.agreement, facts, step.entry.at, step.opening);
  return cited;
}

// ---------------------------------------------------------------- answers

function disclosed(step) {
  const { state, entry } = step, { name, agreement, version } = resting(step);
  const day = dayOf(entry.at, version.zone), mine = `${name} ${entry.person} ${day}`, everybodys = `${name} ${day}`;
  const used = { person: state.used.get(mine) ?? 0, inAll: state.used.get(everybodys) ?? 0 };
  covered(agreement, answerFacts(step, used), entry.at, step.opening);
  keepsTime(step);
  given(step);
  state.used.set(mine, used.person + 1).set(everybodys, used.inAll + 1);
  if (!state.given.has(name)) state.given.set(name, new Numbers());
  state.given.get(name).add(entry.id);
  if (entry.detail.emergency !== undefined && version.emergency) {
    agreement.emergencies.push({ entry: entry.id, at: entry.at, due: entry.at + version.emergency.review, over: null });
  }
}

/** An answer isn't over a second earlier than one before it; a simulated clock leaps, and is held to nothing. */
function keepsTime({ state, entry, opening }) {
  if (!opening.simulated && entry.at < state.answered - 1_000_000) no("CLOCK_BACK", "its time is before that of answers which were given already");
  state.answered = Math.max(state.answered, entry.at);
}

function shown(step) {
  const grant = step.grant(), { detail, at } = step.entry;
  coveredByGrant(grant, detail, detail.act, at);
  given(step);
}

function checkRepeat({ state, entry: { detail, id } }) {
  if (detail.repeats !== undefined && (detail.repeats === id || !state.ids.has(detail.repeats))) no("NO_SUCH_ENTRY", "it repeats an entry that was not there before it");
}

function checkFollows({ state, entry: { detail } }) {
  if (detail.follows !== undefined && !state.answers.has(detail.follows)) no("NO_SUCH_ENTRY", "it follows an answer that was never given");
}

function given(step) {
  const { state, entry } = step, { detail } = entry;
  checkFollows(step);
  checkRepeat(step);
  if ("stream" in detail) {
    if (detail.stream === entry.id) state.streams.set(entry.id, { authority: entry.authority, person: entry.person, chunks: 0 });
    own(state.streams.get(detail.stream), entry, "NO_SUCH_STREAM").chunks += 1;
  }
  if ("export" in detail) chunk(step);
  if ("hook" in detail) hinted(step);
  state.answers.add(entry.id);
  state.records.set(entry.dotted, (state.records.get(entry.dotted) ?? 0) + detail.rows);
}

/** The stream, export or hook, if it is open and the entry's own person's. */
function own(found, entry, what) {
  if (!found || found.authority !== entry.authority || found.person !== entry.person) no(what, "it belongs to one that was never opened, is another's, or is closed");
  return found;
}

function chunk({ state, entry }) {
  const { detail } = entry, made = own(state.exports.get(detail.export), entry, "NO_SUCH_EXPORT");
  if (detail.version !== made.version) no("OTHER_VERSION", "it belongs to an export under another version");
  if (detail.follows !== made.begins && !made.given.has(detail.follows)) no("CHAIN", "it follows no chunk of its export");
  made.given.set(entry.id, { follows: detail.follows, rows: detail.rows });
}

function hinted({ state, entry }) {
  const { detail, at } = entry, hook = own(state.hooks.get(detail.hook), entry, "NO_SUCH_HOOK");
  const same = hook.purpose === detail.purpose && String(hook.columns) === String(detail.columns) && String(hook.filters) === String(detail.filters);
  if (!same) no("OTHER_QUESTION", "the hook was registered for another question");
  if (at >= hook.end) no("HOOK_ENDED", "the hook had ended");
  if (detail.rows) no("RECORDS", "a hint holds no record");
}

// ---------------------------------------------------------------- streams and exports

function streamClosed({ state, entry }) {
  const { detail } = entry;
  let chunks = 0;
  if (detail.stream !== undefined) {
    ({ chunks } = own(state.streams.get(detail.stream), entry, "NO_SUCH_STREAM"));
    state.streams.delete(detail.stream);
  }
  if (detail.chunks !== chunks) no("CHUNKS", `the stream gave ${chunks} chunks, not ${detail.chunks}`);
}

function exportOpened(step) {
  const { state, entry } = step, { detail } = entry;
  beginning(step, "export");
  checkFollows(step);
  checkRepeat(step);
  state.exports.set(entry.id, { authority: entry.authority, person: entry.person, version: detail.version, begins: detail.follows, given: new Map() });
}

function exportClosed({ state, entry }) {
  const { detail } = entry, made = own(state.exports.get(detail.export), entry, "NO_SUCH_EXPORT");
  if (detail.chunks + detail.dropped !== made.given.size) no("CHUNKS", "the export has another number of chunks in the ledger than it says");
  const named = detail.last !== undefined;
  if (named !== detail.chunks > 0 || (named && !made.given.has(detail.last))) no("CHUNKS", "the last chunk that it names isn't one of its own");
  let chunks = 0, rows = 0;
  for (let last = detail.last; last !== undefined && made.given.has(last); last = made.given.get(last).follows) {
    chunks += 1;
    rows += made.given.get(last).rows;
  }
  if (detail.chunks !== chunks || detail.rows !== rows) no("CHUNKS", "the chunks up to the last one are other than it says, or hold another number of records");
  state.exports.delete(detail.export);
}

function chunkDropped({ state, entry: { detail } }) {
  if (!state.answers.has(detail.chunk)) no("NO_SUCH_ENTRY", "it drops an answer that was never given");
}

// ---------------------------------------------------------------- requests and hooks

function approvalAsked(step) {
  const { state, entry } = step, { detail } = entry, { agreement } = beginning(step, "asks");
  const { version, purpose, columns, filters } = detail;
  state.asked.set(entry.id, {
    entry: entry.id, at: entry.at, agreement: agreement.id, person: entry.person, version, purpose, columns, filters, export: detail.export === 1,
  });
}

/** How many hooks may be open under one agreement at a time. */
const MOST_HOOKS = 5;

function hookRegistered(step) {
  const { state, entry } = step, { detail, at, person } = entry, { agreement, version } = resting(step);
  if (detail.agreement !== agreement.id) no("OTHER_AGREEMENT", "it names another agreement than the one it rests on");
  beginning(step, "stream");
  const ends = Math.min(version.term.end, userAt(agreement, person, at)?.end ?? Infinity);
  if (at >= detail.end || detail.end > ends) no("WRONG_END", "a hook ends after now, and no later than the version or the person's naming");
  const openOnes = [...state.hooks.values()].filter((one) => one.authority === entry.authority && one.end > at);
  if (openOnes.length >= MOST_HOOKS) no("TOO_MANY_HOOKS", "as many hooks as may be were open under the agreement");
  const { purpose, columns, filters, end } = detail;
  state.hooks.set(entry.id, { authority: entry.authority, person, purpose, columns, filters, end });
}

function hookRemoved(step) {
  checkNamed(step);
  const { state, entry: { detail } } = step;
  if (state.hooks.get(detail.hook)?.authority !== `agreement:${detail.agreement}`) no("NO_SUCH_HOOK", "it removes no open hook of this agreement");
  state.hooks.delete(detail.hook);
}

export const HANDLERS = {
  disclosed,
  shown,
  refused: checkRepeat,
  "stream.closed": streamClosed,
  "chunk.dropped": chunkDropped,
  "export.opened": exportOpened,
  "export.closed": exportClosed,
  "approval.asked": approvalAsked,
  "hook.registered": hookRegistered,
  "hook.removed": hookRemoved,
};
