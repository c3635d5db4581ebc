// Which key signs for which use (section 3): the first entry's, and what the owners' quorum did about keys since. And what a revocation leaves in
// doubt: votes that count no more, and versions that rest on them.

import { encode, fromHex } from "./bytes.js";
import { write } from "./canonical.js";
import { signed } from "./note.js";
import { isHeldByOne } from "./signing_key.js";
import { lives } from "./standing.js";
import { adopts, counted, no, seatsFor } from "./voting.js";

const LOG = "log", MOST_SIGNED = 8;
const seatOf = (use) => use.slice("seat:".length);

/** The keys that the first entry and its charter name. */
export function firstKeys(logKey, charter) {
  const held = (use, key) => ({ use, key, start: 0, end: null, since: null, revoked: null });
  return [held(LOG, logKey), ...[...charter.owners].map(([seat, key]) => held(`seat:${seat}`, key))];
}

const now = (keys, use) => keys.find((one) => one.use === use && one.end === null) ?? null;

/** The charter with the key that each seat signs with now; none where the seat has none. */
function withKeys(charter, keys) {
  const owners = new Map([...charter.owners.keys()].map((seat) => [seat, now(keys, `seat:${seat}`)?.key ?? ""]));
  return { ...charter, owners };
}

function message({ detail }, act, origin) {
  const { use, key, answers, since } = detail, said = { t: "pars key", v: 1, act, origin, use, key, answers };
  if (act === "revoke") return encode(write({ ...said, since }));
  return encode(write(use === LOG && detail.old === undefined ? { ...said, lost: 1 } : said));
}

const holds = (key, said, signature) => signed(fromHex(key), said, fromHex(signature));
const quorum = ({ needs }) => Math.min(needs.adopt, MOST_SIGNED);
const tooFew = () => no("TOO_FEW_SEATS", "an act on a key needs the signatures of more seats");

function checkAnswers({ keys }, { use, answers }) {
  const ofUse = keys.filter((one) => one.use === use);
  if (!ofUse.length) no("UNKNOWN_USE", "no key of this ledger has that use");
  const last = Math.max(...ofUse.map((one) => Math.max(one.start, one.revoked ?? 0)));
  if (answers !== last) no("WRONG_ANSWER", "it answers another act than the one that set how this key stands");
  return ofUse;
}

/** The seats that signed, each with its key in force. */
async function signers({ keys }, { seats }, said) {
  const found = new Set();
  for (const one of seats) {
    const [seat, signature] = one.split(":"), held = now(keys, `seat:${seat}`);
    if (!held || !(await holds(held.key, said, signature))) no("FORGED", `what is there for the seat ${seat} isn't its key's signature over this act`);
    found.add(seat);
  }
  return found;
}

export async function keyAdded({ state, entry, opening }) {
  const { detail, id } = entry, { use, key } = detail;
  checkAnswers(state, detail);
  const watchers = (state.texts.get("witnesses")?.proposals ?? []).flatMap(({ version }) => version.keys);
  if (watchers.includes(key) || state.keys.some((one) => one.key === key)) no("KEY_USED", "this key is used already, or was");
  const said = message(entry, "add", opening.origin), current = now(state.keys, use);
  if (!isHeldByOne(fromHex(key)) || !(await holds(key, said, detail.new))) no("NOT_HELD", "the new key didn't sign");
  const given = use === LOG ? await handedOver(current, detail, said) : detail.old === undefined && (!current || detail.seats.some((one) => one.startsWith(`${seatOf(use)}:`)));
  if (!given) no("NOT_HANDED_OVER", "the key in force signs with the new one");
  const seats = await signers(state, detail, said);
  if (seats.size < quorum(opening.charter)) tooFew();
  if (current) current.end = id;
  state.keys.push({ use, key, start: id, end: null, since: null, revoked: null });
  state.charter = withKeys(opening.charter, state.keys);
}

/** The log's key before it signs, too; where it is lost, what everybody signs says so. */
const handedOver = (current, { old }, said) => old === undefined || holds(current.key, said, old);

export async function keyRevoked({ state, entry, opening, alone }) {
  const { detail, id } = entry, { use, since } = detail;
  const held = checkAnswers(state, detail).find((one) => one.key === detail.key) ?? no("NO_SUCH_KEY", "this use never had that key");
  if (use === LOG && held.end === null) no("KEY_IN_FORCE", "the log needs a key, and this one signs for it now");
  if (since > id) no("NOT_YET", "doubt begins with an entry that is there, not with one to come");
  if (held.since !== null && since >= held.since) no("REVOKED", "this key is revoked already, from that entry on or from an earlier one");
  const seats = await signers(state, detail, message(entry, "revoke", opening.origin));
  const own = use !== LOG && seats.has(seatOf(use));
  if (!own && seats.size < quorum(opening.charter)) tooFew();
  Object.assign(held, { end: held.end ?? id, since, revoked: id });
  state.charter = withKeys(opening.charter, state.keys);
  if (use === LOG) return;
  const doubted = (one) => one.seat === seatOf(use) && !one.doubted && one.entry >= Math.max(since, held.start) && one.entry < held.end;
  for (const agreement of state.agreements.values()) doubt(agreement, doubted, state.charter, entry, alone);
  for (const texts of state.texts.values()) {
    const found = texts.ballots.filter(doubted);
    if (found.length) mark(texts, found, entry, () => alone(`text:${texts.about}`));
  }
}

function mark(matter, ballots, { at }, narrow) {
  narrow();
  for (const one of ballots) one.doubted = true;
  matter.last = Math.max(matter.last, at);
}

/** Mark the votes in doubt, and suspend what the others wouldn't have adopted. */
function doubt(agreement, doubted, charter, entry, alone) {
  const found = agreement.ballots.filter(doubted), { at, id } = entry;
  if (!found.length) return;
  mark(agreement, found, entry, () => alone(`agreement:${agreement.id}`));
  const { current, coming } = lives(agreement, at);
  const living = [current, ...coming].filter((one) => one && !one.revoked && at < one.version.term.end);
  const shaken = living.filter((one) => !one.doubt && !restsWell(agreement, one, charter));
  agreement.turns.push(
    ...shaken.map(({ version }) => ({ kind: "doubted", version: version.hash, number: version.number, seats: new Set(), entry: id, at, effect: null })),
  );
}

function restsWell(agreement, life, charter) {
  const decided = life.turns.filter((turn) => turn.kind === "reinstated" || (turn.kind === "cleared" && turn.version === life.version.hash));
  const cleared = decided.findLastIndex((turn) => turn.kind === "cleared");
  const last = cleared < 0 ? life.adopted : decided[cleared], rest = decided.slice(cleared + 1);
  return adopts(life.version, charter, behind(agreement, last)) && rest.every((turn) => behind(agreement, turn).size >= charter.needs.reinstate);
}

/** The seats whose votes for a turn still count. */
function behind(agreement, turn) {
  const last = agreement.ballots.find((one) => one.entry === turn.entry);
  const votes = counted(agreement.ballots, last.matter).filter((one) => one.version === turn.version);
  return new Set([...seatsFor(votes, last.choice)].filter((seat) => turn.seats.has(seat)));
}
