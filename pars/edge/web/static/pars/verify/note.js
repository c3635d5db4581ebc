// Signed notes and the checkpoints in them (section 2), signatures by WebCrypto, and keys that came by another way (section 5).

import { base64, concat, decode, encode, fromBase64, hex, same } from "./bytes.js";
import { sha256 } from "./sha256.js";

// What counts as a space is written out: the words of two languages for it differ by a character or two.
const NAME = /^[^\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000+]+$/u, MOST_LINES = 64, SIZE = /^(?:0|[1-9][0-9]{0,15})$/, ED25519 = 1, NEWLINE = Uint8Array.of(10);
/** The kind of a key that signs with the time: a witness's. */
export const COSIGNER = 4;
const keys = new Map();

/** Whether an Ed25519 signature is the key's over the message. */
export async function signed(key, message, signature) {
  if (key.length !== 32 || signature.length !== 64) return false;
  try {
    const named = hex(key);
    if (!keys.has(named)) keys.set(named, await crypto.subtle.importKey("raw", key, "Ed25519", false, ["verify"]));
    return await crypto.subtle.verify("Ed25519", keys.get(named), signature, message);
  } catch (refusal) {
    if (refusal.name === "NotSupportedError") throw refusal;
    return false; // bytes that stand for no key
  }
}

/** Whether WebCrypto checks Ed25519 here: the first test of RFC 8032 holds, and no longer once a bit is changed. */
export async function canCheck() {
  const key = fromBase64("11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=");
  const signature = fromBase64("5VZDAMNgrHKQhuLMgG6CioSHfx645dl02HPgZSJJAVVfuIIVkKM7rMYeOXAc+bRr0lv18FlbviRlUUFDjnoQCw==");
  try {
    if (!(await signed(key, new Uint8Array(), signature))) return false;
    return !(await signed(key, Uint8Array.of(1), signature));
  } catch {
    return false;
  }
}

export const keyId = (name, key, kind = ED25519) => sha256(encode(name), NEWLINE, Uint8Array.of(kind), key).subarray(0, 4);
export const verifierKey = (name, key, kind = ED25519) => `${name}+${hex(keyId(name, key, kind))}+${base64(concat(Uint8Array.of(kind), key))}`;

/** A note's body and its signature lines; throws where the bytes are none. */
export function readNote(bytes) {
  let text = "";
  try {
    text = decode(bytes);
  } catch {
    throw new Error("not a signed note: not text in UTF-8");
  }
  const gap = text.lastIndexOf("\n\n");
  if (gap < 0 || !text.endsWith("\n") || gap + 2 > text.length - 1) throw new Error("not a signed note: no empty line before the signatures");
  const lines = text.slice(gap + 2, -1).split("\n");
  if (lines.length > MOST_LINES) throw new Error(`a note has 1 to ${MOST_LINES} signature lines`);
  return { body: encode(text.slice(0, gap + 1)), lines: lines.map(readLine) };
}

function readLine(line) {
  const [, name, encoded] = /^— ([^ ]*) (.*)$/su.exec(line) ?? [];
  if (!name || !NAME.test(name)) throw new Error("a signature line is '— name base64'");
  const signature = fromBase64(encoded);
  if (signature.length <= 4) throw new Error("a signature line holds 4 bytes of key id and a signature");
  return { name, id: signature.subarray(0, 4), signature: signature.subarray(4) };
}

/** The origin, size and root that a checkpoint's body states; throws for any other text. */
export function readCheckpoint(body) {
  const lines = decode(body).split("\n");
  if (lines.length !== 4 || lines[3]) throw new Error("a checkpoint has three lines: origin, size, root");
  if (!NAME.test(lines[0]) || !SIZE.test(lines[1])) throw new Error("the checkpoint's origin or size is not written as one");
  const root = fromBase64(lines[2]);
  if (root.length !== 32) throw new Error("the checkpoint's root is not 32 bytes");
  return { origin: lines[0], size: Number(lines[1]), root };
}

export function readVerifierKey(text, kind = ED25519) {
  const name = text.split("+", 1)[0], encoded = text.split("+").slice(2).join("+");
  const key = fromBase64(encoded).subarray(1);
  if (key.length !== 32 || !NAME.test(name) || verifierKey(name, key, kind) !== text) throw new Error("not an Ed25519 verifier key: name+key id+base64");
  return { name, key };
}

/** What a file of keys says; throws with the line at fault. */
export function readTrust(text) {
  const trust = { logs: [], seats: new Map(), checkpoint: null };
  text.split(/\r\n|\r|\n/).forEach((line, n) => {
    if (!line.trim() || line.startsWith("#")) return;
    try {
      takeLine(trust, line.trim());
    } catch (problem) {
      throw new Error(`line ${n + 1} of the keys: ${problem.message}`);
    }
  });
  if (!trust.logs.length) throw new Error("the keys name no log: a line 'log ORIGIN+ID+KEY' is needed");
  return trust;
}

function takeLine(trust, line) {
  const space = line.indexOf(" "), word = space < 0 ? line : line.slice(0, space), rest = space < 0 ? "" : line.slice(space + 1);
  if (word === "log") {
    const { name, key } = readVerifierKey(rest);
    if (trust.logs.some((one) => one.name === name && same(one.key, key))) throw new Error("this key is there twice");
    trust.logs.push({ name, key });
  } else if (word === "seat") {
    const { name, key } = readVerifierKey(rest), known = trust.seats.get(name);
    if (known && !same(known, key)) throw new Error("this seat has another key above");
    trust.seats.set(name, key);
  } else if (word === "checkpoint" && !trust.checkpoint) {
    const [size, ...root] = rest.split(" ");
    trust.checkpoint = readCheckpoint(encode(`-\n${size}\n${root.join(" ")}\n`));
    if (trust.checkpoint.size === 0) throw new Error("a checkpoint over no entry shows nothing");
  } else {
    throw new Error("not a line that is known here, or there twice");
  }
}
