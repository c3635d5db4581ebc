// Which key of the log signs a checkpoint (section 2): the one in force after the entries it covers, and over each change of it the one before, once.

import { fromHex, same } from "./bytes.js";
import { keyId, signed } from "./note.js";

export class LogKeys {
  constructor(first) {
    Object.assign(this, { first, added: [], revoked: [] });
  }

  /** Take note of the entry at an index. Whether it may change the log's keys is the fold's to say. */
  take(index, { dotted, detail }) {
    if (detail.use !== "log") return;
    if (dotted === "key.added") this.added.push({ index, key: fromHex(detail.key), handed: detail.old !== undefined });
    if (dotted === "key.revoked") this.revoked.push({ index, key: fromHex(detail.key) });
  }

  /** The key in force after so many entries. */
  at(size) {
    return this.added.findLast(({ index }) => index < size)?.key ?? this.first;
  }

  gone(key, size) {
    return this.revoked.some((one) => one.index < size && same(one.key, key));
  }

  /** Whether any of these keys is one that the log had. */
  had(keys, size) {
    const known = [this.first, ...this.added.filter(({ index }) => index < size).map(({ key }) => key).filter((key) => !this.gone(key, size))];
    return keys.some((key) => known.some((one) => same(one, key)));
  }

  /** Whether the key in force is one of these, or came from one of them from hand to hand: a key that was lost hands nothing over. */
  handedDown(keys) {
    const trusted = (key) => keys.some((one) => same(one, key));
    const step = (known, { key, handed }) => trusted(key) || (known && handed);
    return this.added.reduce(step, trusted(this.first));
  }

  /** The keys that sign the checkpoint over `size` entries, in the order of their lines; the one before it covered `since`. */
  signing(size, since) {
    const changes = this.added.filter(({ index, handed }) => handed && index >= since && index < size);
    return [...changes.map(({ index }) => this.at(index)).filter((key) => !this.gone(key, size)), this.at(size)];
  }

  /** Whether the first lines of a note are the signatures that it needs. What witnesses put below is for `cosigned.js`. */
  async sign(note, origin, size, since) {
    const keys = this.signing(size, since);
    if (keys.length > note.lines.length) return false;
    for (const [n, line] of note.lines.slice(0, keys.length).entries()) {
      if (line.name !== origin || !same(line.id, keyId(origin, keys[n])) || !(await signed(keys[n], note.body, line.signature))) return false;
    }
    return true;
  }
}
