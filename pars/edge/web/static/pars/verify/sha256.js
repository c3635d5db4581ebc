// SHA-256 (FIPS 180-4), fed piece by piece. WebCrypto hashes only what is there as a whole, and a ledger is read as it comes; before it is
// relied on, `agrees` holds it against WebCrypto's own.

const PRIMES = [];
for (let n = 2; PRIMES.length < 64; n++) if (PRIMES.every((prime) => n % prime)) PRIMES.push(n);
const fraction = (root) => ((root - Math.floor(root)) * 2 ** 32) | 0;
const START = Int32Array.from(PRIMES.slice(0, 8), (prime) => fraction(Math.sqrt(prime)));
const K = Int32Array.from(PRIMES, (prime) => fraction(Math.cbrt(prime)));
const BLOCK = 64;

export class Sha256 {
  constructor() {
    this.state = START.slice();
    this.words = new Int32Array(64);
    this.rest = new Uint8Array(BLOCK);
    this.held = 0;
    this.length = 0;
  }

  /** Take more bytes. */
  update(bytes) {
    let at = 0;
    this.length += bytes.length;
    if (this.held) {
      at = Math.min(BLOCK - this.held, bytes.length);
      this.rest.set(bytes.subarray(0, at), this.held);
      this.held += at;
      if (this.held < BLOCK) return this;
      this.#block(this.rest, 0);
      this.held = 0;
    }
    for (; at + BLOCK <= bytes.length; at += BLOCK) this.#block(bytes, at);
    this.rest.set(bytes.subarray(at));
    this.held = bytes.length - at;
    return this;
  }

  /** The digest of all that was taken; then it begins anew. */
  finish() {
    const { rest, length } = this;
    rest[this.held] = 0x80;
    rest.fill(0, this.held + 1);
    if (this.held >= BLOCK - 8) {
      this.#block(rest, 0);
      rest.fill(0);
    }
    let bits = length * 8;
    for (let at = BLOCK - 1; bits > 0; at--, bits = Math.floor(bits / 256)) rest[at] = bits % 256;
    this.#block(rest, 0);
    const out = new Uint8Array(32);
    for (let n = 0; n < 32; n++) out[n] = this.state[n >> 2] >>> (24 - 8 * (n & 3));
    this.state.set(START);
    this.held = this.length = 0;
    return out;
  }

  /** The digest of what was taken so far; more may be taken after. */
  digest() {
    const other = new Sha256();
    other.state.set(this.state);
    other.rest.set(this.rest);
    [other.held, other.length] = [this.held, this.length];
    return other.finish();
  }

  #block(bytes, at) {
    const w = this.words, s = this.state;
    for (let n = 0; n < 16; n++, at += 4) w[n] = (bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3];
    for (let n = 16; n < 64; n++) {
      const x = w[n - 15], y = w[n - 2];
      const low = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
      const high = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
      w[n] = (w[n - 16] + low + w[n - 7] + high) | 0;
    }
    let a = s[0], b = s[1], c = s[2], d = s[3], e = s[4], f = s[5], g = s[6], h = s[7];
    for (let n = 0; n < 64; n++) {
      const one = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
      const add = (h + one + ((e & f) ^ (~e & g)) + K[n] + w[n]) | 0;
      const two = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
      const more = (two + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      h = g; g = f; f = e; e = (d + add) | 0; d = c; c = b; b = a; a = (add + more) | 0;
    }
    s[0] += a; s[1] += b; s[2] += c; s[3] += d; s[4] += e; s[5] += f; s[6] += g; s[7] += h;
  }
}

const hasher = new Sha256();

export function sha256(...parts) {
  for (const part of parts) hasher.update(part);
  return hasher.finish();
}

/** Whether this page's hashes are WebCrypto's, over texts of every length around a block's end. */
export async function agrees() {
  for (let length = 0; length < 200; length += 7) {
    const bytes = Uint8Array.from({ length }, (_, n) => (n * 31 + length) & 255);
    const theirs = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
    if (sha256(bytes.subarray(0, 40), bytes.subarray(40)).some((byte, n) => byte !== theirs[n])) return false;
  }
  return true;
}
