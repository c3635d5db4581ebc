// The bundle's frame (section 4), read as it comes: a letter, a length, a body. What a section may hold is for the check to say.

import { concat, encode, same } from "./bytes.js";

export const MAGIC = encode("PARS ledger bundle 1\n");
export const HEAD = 5, LEAVES_IN_ONE = 256, LETTERS = "TLECNZ";

/** The bytes of a stream, taken as many at a time as are asked for. */
class Source {
  constructor(stream) {
    this.reader = stream.getReader();
    this.held = new Uint8Array();
    this.at = 0;
  }

  /** See that as many bytes are held, or all that are left; return whether there are as many. */
  async has(count) {
    if (this.held.length - this.at >= count) return true;
    const parts = [this.held.subarray(this.at)];
    let length = parts[0].length;
    while (length < count) {
      const { value, done } = await this.reader.read();
      if (done) break;
      parts.push(value);
      length += value.length;
    }
    [this.held, this.at] = [parts.length === 1 ? parts[0] : concat(...parts), 0];
    return length >= count;
  }

  /** Give so many bytes, which are held, and go on behind them. */
  take(count) {
    this.at += count;
    return this.held.subarray(this.at - count, this.at);
  }

  get left() {
    return this.held.length - this.at;
  }
}

const LONGEST = 1 << 16, LONGEST_TEXT = 1 << 24, TRAILER = [90, 0, 0, 0, 32];

/**
 * Where the sections can't be read on: `tag` is the letter of the section there, where it has one. `stops`: as in a file whose end is missing,
 * and not as in one whose trailer is still there, behind a length that is wrong. `trailer` is what is there of one that isn't whole.
 */
export class Broken extends Error {
  constructor(says, offset, tag = "", stops = false, trailer = new Uint8Array()) {
    super(says);
    Object.assign(this, { offset, tag, stops, trailer });
  }
}

/** What is wrong where the file has less left than a section's length says. */
async function stopped(source, offset, tag, length) {
  const says = "the file stops within a section";
  if (length > LONGEST) return new Broken(says, offset, tag);
  await source.has(length);
  const rest = source.take(source.left), tail = rest.subarray(-HEAD - 32);
  if (tag === "Z") return new Broken(says, offset, tag, length === 32, rest);
  return new Broken(says, offset, tag, !TRAILER.every((byte, at) => tail[at] === byte));
}

/** The sections of a bundle as far as they can be read; throws `Broken` where they can't. `size` is the file's, if it is known. */
export async function* sections(stream, size = Infinity) {
  const source = new Source(stream);
  if (!(await source.has(MAGIC.length)) || !same(source.take(MAGIC.length), MAGIC)) {
    throw new Broken("this is not a PARS ledger bundle of a version that this program knows", 0);
  }
  let offset = MAGIC.length;
  while (source.left || (await source.has(1))) {
    const whole = source.left >= HEAD || (await source.has(HEAD)), head = source.take(whole ? HEAD : source.left), tag = String.fromCharCode(head[0]);
    if (!LETTERS.includes(tag)) throw new Broken("there is no such section", offset);
    if (!whole) throw new Broken("the file stops within the head of a section", offset, "", true);
    const length = ((head[1] << 24) | (head[2] << 16) | (head[3] << 8) | head[4]) >>> 0;
    if (length > (tag === "T" ? LONGEST_TEXT : LONGEST)) throw new Broken("the section is longer than any of its kind", offset, tag);
    const stops = offset + HEAD + length > size || (source.left < length && !(await source.has(length)));
    if (stops) throw await stopped(source, offset, tag, length);
    yield { tag, head, body: source.take(length), offset };
    offset += HEAD + length;
  }
}
