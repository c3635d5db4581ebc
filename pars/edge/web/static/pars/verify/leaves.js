// The list of leaf hashes (section 4), held against the entries as they come.

import { HEAD, LEAVES_IN_ONE, MAGIC } from "./bundle.js";

export const HASH = 32;

/** The list of leaf hashes, as it came in sections of up to 256. */
export class Leaves {
  constructor() {
    this.parts = [];
    this.count = 0;
    this.full = true;
  }

  /** Take a section; return whether it is written in the one way. */
  add({ body, offset }) {
    const count = Math.floor(body.length / HASH), well = this.full && body.length % HASH === 0 && count > 0 && count <= LEAVES_IN_ONE;
    this.full = count === LEAVES_IN_ONE;
    this.parts.push({ first: this.count, at: offset + HEAD, hashes: body.slice() });
    this.count += count;
    return well;
  }

  part(index) {
    let low = 0, high = this.parts.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.parts[middle].first <= index) low = middle + 1;
      else high = middle;
    }
    return this.parts[low - 1];
  }

  /** The hash at an index; nothing beyond the end. */
  get(index) {
    const part = this.part(index), at = part ? (index - part.first) * HASH : 0;
    return part ? part.hashes.subarray(at, at + HASH) : new Uint8Array();
  }

  /** At which byte of the file the hash at an index stands, or would. */
  offset(index) {
    const part = this.part(index);
    return part ? part.at + (index - part.first) * HASH : MAGIC.length + index * HASH;
  }
}
