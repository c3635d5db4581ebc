// Adds one entry to what the entries before it come to (section 3), or throws `Impossible` with why it can't follow them.

import { ACT_OF } from "./acts.js";
import * as answers from "./answers.js";
import { allowed } from "./covers.js";
import * as governing from "./governing.js";
import { Numbers } from "./numbers.js";
import * as orders from "./orders.js";
import { no } from "./voting.js";

export { Impossible } from "./voting.js";

export const blankState = () => ({
  size: 0, opening: null, keys: [], charter: null, personsActed: false, shift: 0, epoch: null, epochEnded: 0, latest: 0, answered: 0,
  grants: new Map(), agreements: new Map(), clients: new Set(), reports: new Map(), texts: new Map(),
  streams: new Map(), exports: new Map(), hooks: new Map(), asked: new Map(), approvals: new Map(),
  orders: new Map(), sessions: new Map(), printed: new Map(), voided: new Set(), entered: new Set(), handed: new Map(),
  used: new Map(), given: new Map(), exclusive: new Map(), shared: new Map(),
  ids: new Numbers(), answers: new Numbers(), kinds: new Map(), records: new Map(),
});

const HANDLERS = { ...governing.HANDLERS, ...answers.HANDLERS, ...orders.HANDLERS };

// ---------------------------------------------------------------- who may do what

const set = (kinds) => new Set(kinds.split(" "));
const ALONE = set("clock.shifted sealer.started attempts.summed epoch.ended copy.cleaned");
const UNATTENDED = set("clock.shifted sealer.started attempts.summed epoch.ended copy.cleaned agreement.end_noted use_report.made notice.served genesis.opened");
const AFTERTHOUGHTS = set("refused stream.closed chunk.dropped export.closed");
const OF_A_GRANT = set("grant.given grant.removed"), OF_A_TEXT = set("owners_text.proposed owners_text.voted owners_text.withdrawn");
const OF_A_KEY = set("key.added key.revoked");
const OF_AN_AGREEMENT = set(
  "client.bound client.unbound user.named user.removed hook.removed duty.met terms.acknowledged inquiry.made inquiry.answered " +
    "agreement.proposed agreement.voted agreement.replied proposal.withdrawn purge.asked purge.answered",
);
const OF_THE_FLOOR = set("access.limited record.put_away");
const AGENCY_ALONE = set("terms.acknowledged outcome.reported");
const OF_THE_AGENCY = set("terms.acknowledged outcome.reported duty.met inquiry.answered agreement.replied approval.given hook.removed purge.answered");
const ON_A_FORM = set("arrest.booked hearing.held release.acknowledged facts.corrected");

/** The authority that an entry may narrow. */
function narrowedBy({ dotted, detail }) {
  if (OF_A_GRANT.has(dotted)) return `grant:${detail.grant}`;
  if (OF_AN_AGREEMENT.has(dotted)) return `agreement:${detail.agreement}`;
  if (OF_THE_FLOOR.has(dotted)) return "floor";
  if (OF_A_TEXT.has(dotted)) return `text:${detail.about}`;
  return OF_A_KEY.has(dotted) ? "keys" : null;
}

// ---------------------------------------------------------------- the fold

/** Add the entry; a promise where a signature has to be checked. Uses up `state`. `rules` are the hashes of the catalogue and floor known here. */
export function fold(state, entry, texts, rules) {
  const step = { state, entry, texts, rules, opening: state.opening, ...helpers(state, entry, texts) };
  if (!state.opening || entry.dotted === "genesis.opened") {
    governing.open(step);
    step.opening = state.opening;
  } else if (entry.at < state.opening.at) {
    no("BEFORE_GENESIS", "its time is before the ledger was opened");
  }
  if (!state.ids.add(entry.id)) no("ID_TWICE", `there is an entry number ${entry.id} before it`);
  if (!AFTERTHOUGHTS.has(entry.dotted)) {
    keepOrder(state, entry);
    checkAuthority(step);
  }
  const waiting = HANDLERS[entry.dotted]?.(step);
  return waiting ? waiting.then(() => added(step)) : added(step);
}

function added({ state, entry }) {
  if (ON_A_FORM.has(entry.dotted)) governing.formEntered(state, entry);
  state.size += 1;
  state.kinds.set(entry.dotted, (state.kinds.get(entry.dotted) ?? 0) + 1);
  state.latest = Math.max(state.latest, entry.at);
}

const helpers = (state, entry, texts) => ({
  /** The grant that the entry cites. */
  grant() {
    const grant = entry.authority.startsWith("grant:") ? state.grants.get(entry.authority.slice(6)) : undefined;
    if (!grant) no("NO_AUTHORITY", `it cites ${entry.authority}, which is no grant of this ledger`);
    if (grant.person !== entry.person) no("OTHER_PERSON", "the grant that it cites is another person's");
    return grant;
  },
  agreement: (name) => state.agreements.get(name) ?? no("NO_AGREEMENT", "the agreement that it cites was never proposed"),
  alone: (authority) => keepAlone(state, entry, authority),
  text: (hash, what) => texts.get(hash) ?? no("TEXT_MISSING", `the text of ${what} (${hash}) is not there`),
});

/** Take the entry as one that narrows an authority: not earlier than anything before it in the log under that one, or on it. */
function keepAlone({ exclusive, shared }, { at }, authority) {
  if (at < Math.max(exclusive.get(authority) ?? at, shared.get(authority) ?? at)) no("OUT_OF_ORDER", `its time is before that of something done earlier under ${authority}, or on it`);
  exclusive.set(authority, at);
}

function keepOrder(state, entry) {
  const used = entry.authority, narrowed = narrowedBy(entry), { at } = entry;
  if (at < (state.exclusive.get(used) ?? at)) no("OUT_OF_ORDER", `its time is before that of an earlier act on ${used}`);
  if (narrowed !== null) keepAlone(state, entry, narrowed);
  if (at > (state.shared.get(used) ?? -1)) state.shared.set(used, at);
}

function checkAuthority(step) {
  const { state, entry } = step, { dotted, authority } = entry;
  if (authority === "system") {
    checkSystem(step);
    return;
  }
  if (ALONE.has(dotted) || dotted === "genesis.opened") no("NO_AUTHORITY", `${dotted} is the system's alone`);
  state.personsActed = true;
  if (OF_THE_AGENCY.has(dotted) && authority === `agreement:${entry.detail.agreement}`) return;
  if (AGENCY_ALONE.has(dotted)) no("NO_AUTHORITY", `${dotted} is for a person named under the agreement alone`);
  const act = ACT_OF.get(dotted);
  if (act) allowed(step.grant(), act, entry.at);
}

function checkSystem({ state, entry, opening }) {
  if (entry.dotted === "grant.given") {
    const gives = (role) => role?.acts.has("grant:give") ?? false;
    const first = gives(opening.roles.get(entry.detail.role)) && ![...state.grants.values()].some(({ role }) => gives(role));
    if (state.personsActed && !first) no("SETTING_UP_OVER", "after the first act of a person only a person may give a grant");
  } else if (!UNATTENDED.has(entry.dotted)) {
    no("NO_AUTHORITY", `${entry.dotted} needs a person's authority, not the system's`);
  }
}
