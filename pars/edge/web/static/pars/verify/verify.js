// Checks a ledger's bundle from its first byte to its last, once, and says what is wrong and where (docs/spec/ledger.md).
//
// Entries, the list of their leaf hashes, and the roots that the log's key signed are held against each other: whichever disagrees with the
// other two is at fault. Nothing here is shared with pars-verify but the specification and its vectors.

import { fromHex, hex, same } from "./bytes.js";
import { Broken, HEAD, MAGIC, sections } from "./bundle.js";
import { Cosigned } from "./cosigned.js";
import { blankState, fold, Impossible } from "./fold.js";
import { readEntry } from "./forms.js";
import { HASH, Leaves } from "./leaves.js";
import { LogKeys } from "./logkeys.js";
import { readCheckpoint, readNote } from "./note.js";
import { Sha256, sha256 } from "./sha256.js";
import { leafHash, Tree } from "./tree.js";

const TURN = { T: 0, L: 1, E: 2, C: 2, N: 2, Z: 3 };
/** Where entries name texts that must travel along. */
const CITES = {
  "genesis.opened": ["charter", "floor", "catalogue", "roles", "detainers", "profile"],
  "agreement.proposed": ["version"],
  "agreement.voted": ["why"],
  "inquiry.made": ["inquiry"],
  "inquiry.answered": ["answer"],
  "use_report.made": ["report"],
  "notice.served": ["notice"],
  "offenses.loaded": ["offenses"],
  "owners_text.proposed": ["text"],
  "calendar.loaded": ["calendar"],
  "session.closed": ["record"],
};
/** Of each kind of finding so many are told, and the rest counted: a file that is wrong everywhere fills no memory. */
const MOST_ALIKE = 1000;
/** What is wrong with the page's rules, with the keys that were given or with the copy, and not with the ledger. */
const NOT_ITS_OWN = ["UNKNOWN_RULES", "OTHER_LEDGER", "SEATS_LACKING", "CUT_OFF"];

/**
 * Check the bundle in a stream of bytes. `rules` are the sha256 of the catalogue and the floor that are known here, `trust` what `readTrust`
 * gave, `size` the file's if it is known; `progress(bytes, entries)` is called as it goes on.
 */
export async function verify(stream, { rules, trust = null, size = Infinity, progress = () => {} }) {
  const check = new Check(rules, trust);
  let told = 0;
  try {
    for await (const section of sections(stream, size)) {
      await check.take(section);
      if (section.offset - told >= 1 << 20) {
        told = section.offset;
        await progress(told, check.tree.size);
      }
    }
  } catch (broken) {
    if (!(broken instanceof Broken)) throw broken;
    check.broken(broken);
  }
  return check.finish();
}

class Check {
  constructor(rules, trust) {
    Object.assign(this, { rules, trust });
    this.findings = [];
    this.alike = new Map();
    this.more = 0;
    this.digest = new Sha256().update(MAGIC);
    this.turn = this.last = 0;
    this.cut = this.torn = this.cutOff = false;
    this.end = MAGIC.length;
    this.texts = new Map();
    this.textAt = new Map();
    this.lastText = "";
    this.cited = new Set();
    this.leaves = new Leaves();
    this.tree = new Tree();
    this.state = blankState();
    this.genesis = this.logKeys = this.side = this.suspect = null;
    this.listed = true;
    this.diverged = false;
    this.rewritten = null;
    this.certified = this.checkpoints = 0;
    this.misplaced = [];
    this.cosigned = new Cosigned();
  }

  /** Note something wrong that is no entry's fault. */
  found(what, says, place, offset) {
    const count = (this.alike.get(what) ?? 0) + 1;
    this.alike.set(what, count);
    if (count <= MOST_ALIKE) this.findings.push({ what, says, place, offset, index: null, entry: null });
    else this.more += 1;
  }

  // -------------------------------------------------------------- sections

  async take(section) {
    const { tag, head, body, offset } = section, turn = TURN[tag];
    this.last = offset;
    if (turn < this.turn || this.turn === TURN.Z) this.found("SECTION_MOVED", "a section stands where none of its kind may stand", `section ${tag}`, offset);
    this.turn = Math.max(turn, this.turn);
    if (tag === "Z" && !same(body, this.digest.digest())) this.found("TRAILER", "some byte before the trailer, or the trailer itself, was changed", "the trailer", offset);
    if (tag !== "E" && tag !== "C") this.digest.update(head).update(body);
    this.end = offset + HEAD + body.length;
    if (tag === "T") this.text(section);
    else if (tag === "L" && !this.leaves.add(section)) this.found("LEAF_LIST", "the list of leaf hashes is not written in its one way", "the list of leaf hashes", offset);
    else if (tag === "E") await this.entry(section);
    else if (tag === "C") this.sideRow(section);
    else if (tag === "N") await this.checkpoint(section);
  }

  /** The file can't be read on. Where no entry tore it, no entry is missing for its own fault. */
  broken({ message, offset, tag, stops, trailer }) {
    this.cut = true;
    if (stops && this.turn !== TURN.Z && same(trailer, this.digest.digest().subarray(0, trailer.length))) {
      this.cutOffAt(offset);
      return;
    }
    const index = tag === "E" ? this.tree.size : null, last = this.findings.at(-1);
    const before = last !== undefined && last.offset === this.last && last.index === null;
    this.torn = index === null && ((this.side?.rows ?? 0) > 0 || before || (tag !== "" && tag !== "E"));
    this.findings.push({ what: "UNREADABLE", says: message, place: this.where(), offset, index, entry: null });
  }

  /** The file's end is missing, and what was to come in it: nobody is to blame for that. No cut makes a file verified. */
  cutOffAt(offset) {
    this.cutOff = true;
    this.found("CUT_OFF", `the file is cut off ${this.where()}: get it anew, and check the whole of it`, this.where(), offset);
    if (this.side?.rows) this.side = null;
  }

  where() {
    return this.tree.size ? `after the entry at index ${this.tree.size - 1}` : "before the first entry";
  }

  text({ body, offset }) {
    const stated = hex(body.subarray(0, HASH)), text = body.slice(HASH);
    if (hex(sha256(text)) !== stated) {
      this.found("TEXT_CHANGED", "a text is not the one that its hash names", `text ${stated}`, offset);
      return;
    }
    if (this.texts.size && stated <= this.lastText) this.found("SECTION_MOVED", "the texts are not in the order of their hashes", `text ${stated}`, offset);
    if (!this.texts.has(stated)) this.lastText = stated;
    this.texts.set(stated, text);
    this.textAt.set(stated, offset);
  }

  // -------------------------------------------------------------- entries

  async entry({ body, offset }) {
    const index = this.tree.size, hash = leafHash(body);
    this.closeSideRow();
    if (this.listed && !this.suspect && !this.diverged && !same(hash, this.leaves.get(index))) {
      const says = "the entry at this place is not the one that was sealed here";
      this.suspect = { what: "ENTRY_CHANGED", says, place: `the entry at index ${index}`, offset, index, entry: null };
    }
    this.tree.append(hash);
    this.compareKept(offset);
    const entry = await this.read(body, index, offset);
    if (entry?.dotted !== "disclosed" && entry?.dotted !== "shown") return;
    const { rows, side } = entry.detail;
    this.side = { index, offset, rows, side };
  }

  /** Add what the entry says to the state; the entry, or null where it can't be read. */
  async read(body, index, offset) {
    const entry = readEntry(body);
    if (entry.fault) {
      this.violated(entry.fault, index, offset);
      return null;
    }
    if (index === 0) this.first(entry, offset);
    this.logKeys?.take(index, entry);
    await this.folded(entry, index, offset);
    return entry;
  }

  async folded(entry, index, offset) {
    if (!this.state) return;
    try {
      const waiting = fold(this.state, entry, this.texts, this.rules);
      if (waiting) await waiting;
    } catch (impossible) {
      if (!(impossible instanceof Impossible)) throw impossible;
      this.violated({ what: impossible.what, says: impossible.message, entry: entry.id }, index, offset);
      return;
    }
    const successors = this.state.texts.get("successor"), turn = successors?.turns.at(-1);
    if (turn?.entry === entry.id && turn.effect !== null) this.names.push([index + 1, successors.proposals[turn.number - 1].version.origin]);
    if (this.cosigned.isBack(entry, index, this.state)) {
      const says = "the answer's time is before that of witnesses who had signed the log without it: the clock was set back";
      this.violated({ what: "CLOCK_BACK", says, entry: entry.id }, index, offset);
    }
    for (const field of CITES[entry.dotted] ?? []) for (const hash of [entry.detail[field] ?? []].flat()) this.cited.add(hash);
  }

  /** Note the first entry that can't be; what follows from it isn't looked at. */
  violated({ what, says, entry }, index, offset) {
    if (!this.state) return;
    this.state = null;
    const place = `the entry at index ${index}`;
    if (what === "TEXT_MISSING" || what === "UNKNOWN_RULES") this.found(what, says, `the texts that ${place} names`, offset);
    else this.findings.push({ what, says, place, offset, index, entry });
  }

  /** Take the log's first key and its name from the first entry. */
  first(entry, offset) {
    if (entry.dotted !== "genesis.opened") return;
    this.genesis = { origin: entry.detail.origin, key: fromHex(entry.detail.log_key), simulated: entry.detail.simulated === 1, at: entry.at };
    this.genesisAt = offset;
    this.logKeys = new LogKeys(this.genesis.key);
    this.names = [[0, this.genesis.origin]];
  }

  distrusted(says, offset) {
    this.findings.push({ what: "NOT_TRUSTED", says, place: "the first entry", offset, index: 0, entry: null });
  }

  /** Compare the tree with a checkpoint that somebody kept, once it is as long. Whether it is of this ledger, the end shows. */
  compareKept(offset) {
    const kept = this.trust?.checkpoint;
    if (kept?.size === this.tree.size && !same(kept.root, this.tree.root())) this.rewritten = offset;
  }

  // -------------------------------------------------------------- side rows

  sideRow({ body, offset }) {
    const { side } = this;
    this.side = null;
    if (!side?.rows) {
      this.found("SIDE_ROW", "a side row stands where no entry asks for one", `side row ${this.where()}`, offset);
    } else if (!holds(side, body)) {
      this.found("SIDE_ROW", "the commitments are not those whose number and root the entry states", `the side row of the entry at index ${side.index}`, offset);
    }
  }

  /** The side row of the entry before must have come by now; where it disclosed nothing, the hash of nothing needs none. */
  closeSideRow() {
    const { side } = this;
    this.side = null;
    if (!side || (!side.rows && holds(side, new Uint8Array()))) return;
    this.found("SIDE_ROW", "an entry's commitments are missing", `the side row of the entry at index ${side.index}`, side.offset);
  }

  // -------------------------------------------------------------- checkpoints

  async checkpoint({ body, offset }) {
    this.closeSideRow();
    this.checkpoints += 1;
    const point = await this.signedPoint(body, `the checkpoint ${this.where()}`, offset);
    if (!point) return;
    if (point.size !== this.tree.size || point.size === this.certified) this.misplaced.push([point, offset]);
    else if (same(point.root, this.tree.root())) this.clear();
    else if (!this.diverged) this.diverge(point, offset);
  }

  /** The checkpoint in the section, if it is this ledger's and its signature holds. */
  async signedPoint(body, place, offset) {
    let note = null, point = null;
    try {
      note = readNote(body);
      point = readCheckpoint(note.body);
    } catch (problem) {
      this.found("CHECKPOINT", problem.message, place, offset);
      return null;
    }
    if (!this.genesis) {
      this.found("CHECKPOINT", "there is no first entry that says whose key signs", place, offset);
      return null;
    }
    const origin = this.names.findLast(([start]) => start <= this.tree.size)[1], since = Math.min(this.certified, point.size);
    if (point.origin !== origin || !(await this.logKeys.sign(note, origin, point.size, since))) {
      this.found("CHECKPOINT", "the checkpoint is not signed first by the log's key in force, with the one before it where it changed", place, offset);
      return null;
    }
    const more = note.lines.slice(this.logKeys.signing(point.size, since).length);
    if (this.state && !(await this.cosigned.takes(note.body, more, point.size, this.state))) {
      const says = "a line under the checkpoint is no cosignature of a witness whom the owners named, each once, in the order of their names";
      this.found("COSIGNATURE", says, place, offset);
    }
    return point;
  }

  /** Every entry so far is what was signed; where the list of leaf hashes says otherwise, the list is at fault. */
  clear() {
    if (this.suspect) {
      const number = this.suspect.index, place = `the list of leaf hashes, number ${number}`;
      this.found("LEAF_LIST", "the list of leaf hashes is not that of the entries", place, this.leaves.offset(number));
      this.listed = false;
    }
    this.suspect = null;
    this.certified = this.tree.size;
  }

  /** Some entry since the last good checkpoint isn't what was signed. */
  diverge(point, offset) {
    this.diverged = true;
    const place = `the entries ${this.certified} to ${point.size - 1}`;
    const says = `one of ${place}, and the list of leaf hashes with it, is not what the log's key signed`;
    this.findings.push(this.suspect ?? { what: "ENTRY_CHANGED", says, place, offset, index: this.certified, entry: null });
    this.suspect = null;
  }

  // -------------------------------------------------------------- the end

  /** Check what only the end can show, and give the report. */
  finish() {
    const { size } = this.tree;
    if (this.turn !== TURN.Z && !this.cut) this.cutOffAt(this.end);
    if (size === 0 && !this.findings.length) this.found("NO_ENTRY", "there is no entry in it", this.where(), this.end);
    this.closeSideRow();
    for (const [point, offset] of this.misplaced) this.placed(point, offset);
    if (this.suspect) this.findings.push(this.suspect);
    else if (this.listed && this.leaves.count > size && !this.diverged && !this.torn && !this.cutOff) this.fewer(size);
    if (this.certified !== size && !this.cutOff) this.found("NO_CHECKPOINT", "no good checkpoint covers the last entries", this.where(), this.end);
    this.agreeWithTrust();
    this.ahead();
    if (this.state) this.agreeWithState();
    return this.report();
  }

  placed(point, offset) {
    const { size } = this.tree;
    if (point.size <= size || this.suspect || this.diverged) {
      this.found("CHECKPOINT", `a checkpoint over ${point.size} entries stands elsewhere`, "a checkpoint", offset);
      return;
    }
    const says = `a checkpoint covers ${point.size} entries, and here are ${size}`;
    this.findings.push({ what: "ENTRY_MISSING", says, place: `the entry at index ${size}`, offset, index: size, entry: null });
    this.diverged = true;
  }

  fewer(number) {
    if (this.certified === number) {
      this.found("LEAF_LIST", "the list of leaf hashes is longer than the log", `the list of leaf hashes, number ${number}`, this.leaves.offset(number));
      return;
    }
    const says = "an entry that was sealed is missing", place = `the entry at index ${number}`;
    this.findings.push({ what: "ENTRY_MISSING", says, place, offset: this.end, index: number, entry: null });
  }

  ahead() {
    const { late: index } = this.cosigned;
    if (index === null) return;
    const says = "its time is after that of the witnesses who signed it: the clock was ahead";
    this.findings.push({ what: "CLOCK_AHEAD", says, place: `the entry at index ${index}`, offset: this.end, index, entry: null });
  }

  agreeWithState() {
    const extra = this.findings.length ? [] : [...this.texts.keys()].filter((hash) => !this.cited.has(hash));
    for (const hash of extra) this.found("TEXT_EXTRA", "a text is there that no entry names", `text ${hash}`, this.textAt.get(hash));
  }

  /** One of the log's keys that are trusted must be one that it had; so must each seat's be. With some seats named and others not, nothing is shown. */
  agreeWithTrust() {
    const { trust, genesis, state } = this;
    if (!trust || !genesis) return;
    const names = this.names.map(([, name]) => name), lines = trust.logs.filter(({ name }) => names.includes(name));
    if (!lines.length && this.cutOff) return; // behind the cut the log may have got another name
    if (!lines.length) {
      const says = `these are not this ledger's keys: the file of keys is for ${trust.logs[0].name}, and the bundle is of ${genesis.origin}`;
      this.found("OTHER_LEDGER", says, "the file of keys", 0);
      this.trust = null; // they say nothing of this ledger
      return;
    }
    this.agreeWithKept(trust.checkpoint);
    if (this.cutOff) return;
    const given = lines.map(({ key }) => key);
    if (!this.logKeys.had(given, this.tree.size)) {
      this.distrusted("it names another log key than the one you trust", this.genesisAt);
    } else if (!trust.seats.size && !trust.checkpoint && !this.logKeys.handedDown(given)) {
      this.found("SEATS_LACKING", "your file of keys names no seat, and a key of the log was lost: another one rests on the seats' votes alone", "the file of keys", 0);
    } else if (state?.charter && trust.seats.size) {
      const lacks = [...state.charter.owners].filter(([seat, key]) => key && !trust.seats.has(seat)).map(([seat]) => seat).sort();
      const had = ([seat, key]) => state.keys.some((one) => one.use === `seat:${seat}` && same(fromHex(one.key), key));
      if (![...trust.seats].every(had)) this.distrusted("its owners have other seats or keys than those you trust", MAGIC.length);
      else if (lacks.length) this.found("SEATS_LACKING", `your file of keys names seats of this ledger, and lacks ${lacks.join(" and ")}`, "the file of keys", 0);
    }
  }

  agreeWithKept(kept) {
    const { size } = this.tree;
    if (this.rewritten !== null) {
      this.found("HISTORY_REWRITTEN", `the first ${kept.size} entries are not those of the checkpoint you trust`, `the entries 0 to ${kept.size - 1}`, this.rewritten);
    }
    if (kept?.size > size && !this.cutOff) this.found("CUT_SHORT", `the checkpoint you trust was over ${kept.size} entries; here are ${size}`, this.where(), this.end);
  }

  report() {
    const findings = [...this.findings].sort((one, other) => (one.index === null) - (other.index === null) || one.offset - other.offset);
    const unusable = this.tree.size === 0 || (findings.length > 0 && findings.every(({ what }) => NOT_ITS_OWN.includes(what)));
    const verdict = unusable ? "unusable" : findings.length ? "violated" : "verified";
    return { verdict, findings, more: this.more, ledger: this.told(), trusted: this.trust !== null };
  }

  told() {
    if (!this.genesis) return null;
    const { kinds, records, latest, opening } = this.state ?? {};
    return {
      ...this.genesis,
      key: this.logKeys.at(this.tree.size),
      size: this.tree.size,
      root: hex(this.tree.root()),
      latest: latest ?? this.genesis.at,
      seats: opening?.charter.owners.size ?? 0,
      kinds: Object.fromEntries(kinds ?? []),
      records: Object.fromEntries(records ?? []),
      checkpoints: this.checkpoints,
      witnessed: this.state ? this.cosigned.told(this.state) : null,
      successors: this.names.slice(1).map(([, name]) => name),
      revoked: (this.state?.keys ?? []).filter((one) => one.since !== null).map((one) => one.use).sort(),
      doubted: this.state ? doubtedVotes(this.state) : 0,
    };
  }
}

/** How many votes on agreements and on the owners' texts are in doubt. */
function doubtedVotes({ agreements, texts }) {
  return [...agreements.values(), ...texts.values()].flatMap(({ ballots }) => ballots).filter(({ doubted }) => doubted).length;
}

function holds({ rows, side }, body) {
  return body.length === rows * HASH && hex(sha256(body)) === side;
}
