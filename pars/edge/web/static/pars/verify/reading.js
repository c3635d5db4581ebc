// Reads a canonical text strictly (section 6 of the spec): what isn't known there is refused, never skipped.

import { hex } from "./bytes.js";
import { read } from "./canonical.js";
import { seen } from "./letters.js";
import { sha256 } from "./sha256.js";

export const HASH = /^[0-9a-f]{64}$/, ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, WORD = /^[a-z][a-z0-9_]{0,63}$/;
export const DAY = 86_400_000_000, HOUR = 3_600_000_000, MINUTE = 60_000_000;
const LARGEST = Number.MAX_SAFE_INTEGER;

/** A text can't be read: it isn't what its place asks for. */
class Unread extends Error {}
export const no = (says) => {
  throw new Unread(says);
};

// ---------------------------------------------------------------- reading strictly

export function object(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? value : no("an object is needed");
}

export function fields(value, needs, may = []) {
  for (const key of Object.keys(object(value))) if (!needs.includes(key) && !may.includes(key)) no(`no such field: ${key.slice(0, 40)}`);
  for (const key of needs) if (!Object.hasOwn(value, key)) no(`missing: ${key}`);
  return value;
}

export function list(value, least = 0, most = 200) {
  return Array.isArray(value) && value.length >= least && value.length <= most ? value : no(`a list of ${least} to ${most} parts is needed`);
}

export function whole(value, least = 0, most = LARGEST) {
  return Number.isSafeInteger(value) && value >= least && value <= most ? value : no(`a number from ${least} to ${most} is needed`);
}

export function text(value, form = null, most = 500) {
  if (typeof value !== "string") no("a text is needed");
  const fits = form ? form.test(value) : value && [...value].length <= most && seen(value);
  return fits ? value : no("this text hasn't the form that is needed");
}

export const oneOf = (value, known) => (typeof value === "string" && known.includes(value) ? value : no("not a word that is known"));

export function words(value, known, least = 0) {
  const found = list(value, least).map((word) => oneOf(word, known));
  return new Set(found).size === found.length ? found : no("the same twice");
}

export function said(value) {
  for (const part of Object.values(fields(value, ["en"], ["es"]))) text(part);
  return value;
}

export function distinct(values, what) {
  return new Set(values).size === values.length ? values : no(`${what} twice`);
}

/** What `reader` makes of the canonical text, with its hash; null where it is none. */
export function reading(bytes, reader) {
  try {
    return { ...reader(read(bytes)), hash: hex(sha256(bytes)) };
  } catch {
    return null;
  }
}

