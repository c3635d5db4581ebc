// What the witnesses signed, held against the ledger (sections 2 and 5): whose lines stand under its checkpoints, how far enough have signed, and
// when. Once enough have signed a checkpoint, what is under it had happened by then, and an answer that isn't under it was given no earlier.

import { encode, concat, hex } from "./bytes.js";
import { COSIGNER, keyId, signed } from "./note.js";
import { adopted, changesAfter, inForce } from "./owned.js";

const SECOND = 1_000_000, EARLIER = SECOND, LATER = 3 * SECOND, LATEST = 2n ** 63n - 1n, TIME = 8;

/** By which second a line's witness signed the checkpoint; null where the signature isn't its own. */
async function signedAt(body, key, signature) {
  if (signature.length <= TIME) return null;
  const seconds = BigInt(`0x${hex(signature.subarray(0, TIME))}`);
  if (seconds <= 0n || seconds > LATEST) return null;
  const said = concat(encode(`cosignature/v1\ntime ${seconds}\n`), body);
  return (await signed(key, said, signature.subarray(TIME))) ? Number(seconds) : null;
}

/** Names compare by their bytes, as everybody's do who sorted them. */
const order = (name) => hex(encode(name));
const known = (name, id) => `${name} ${hex(id)}`;

/** Fed with the entries and checkpoints of a ledger in their order. */
export class Cosigned {
  constructor() {
    Object.assign(this, { size: 0, gap: 0, floor: null, latest: null, oldest: null, late: null });
    Object.assign(this, { turns: 0, until: null, text: null });
  }

  /** The text on witnesses in force at the latest time so far; anew only where an act or time may have changed it. */
  force(state) {
    const texts = state.texts.get("witnesses"), at = state.latest;
    if (!texts) return null;
    if (texts.turns.length !== this.turns || (this.until !== null && at >= this.until)) {
      const { text = null } = inForce(texts, at) ?? {};
      Object.assign(this, { turns: texts.turns.length, until: changesAfter(texts, at), text: text?.named.length ? text : null });
    }
    return this.text;
  }

  /** Take an entry; whether a clock was set back to write it. A simulated ledger's times are made up, and held against nobody's. */
  isBack({ at, dotted }, index, state) {
    if (state.opening.simulated || !this.force(state)) return false;
    if (this.latest === null || at > this.latest.at) this.latest = { at, index };
    this.oldest = Math.min(this.oldest ?? at, at);
    return dotted === "disclosed" && this.floor !== null && at < this.floor - EARLIER;
  }

  /** Take the lines under a checkpoint besides the log's; whether each is of a witness that the owners named, once, in the order of their names. */
  async takes(body, lines, size, state) {
    const texts = state.texts.get("witnesses"), all = new Map(), signers = new Map();
    for (const { text } of texts ? adopted(texts) : []) for (const one of text.named) all.set(known(one.name, keyId(one.name, one.key, COSIGNER)), one);
    let before = "";
    for (const { name, id, signature } of lines) {
      const one = all.get(known(name, id)), at = one ? await signedAt(body, one.key, signature) : null;
      if (at === null || order(name) <= before) return false;
      before = order(name);
      signers.set(hex(one.key), at);
    }
    const text = this.force(state);
    if (text) this.count(text, signers, size);
    return true;
  }

  count({ named, needs }, signers, size) {
    const times = named.map(({ key }) => signers.get(hex(key))).filter((at) => at !== undefined).sort((one, other) => one - other);
    if (times.length < needs) return;
    // As many as are enough had signed by the first, and as many had signed no earlier than the second.
    const by = times[needs - 1] * SECOND, since = times[times.length - needs] * SECOND;
    if (this.latest && this.latest.at > by + LATER) this.late ??= this.latest.index;
    if (this.oldest !== null) this.gap = Math.max(this.gap, by - this.oldest);
    Object.assign(this, { size, latest: null, oldest: null, floor: Math.max(this.floor ?? since, since) });
  }

  /** How far the ledger is witnessed; null where its owners named nobody. */
  told(state) {
    const text = this.force(state);
    return text && { needs: text.needs, all: text.named.length, size: this.size, gap: this.gap };
  }
}
