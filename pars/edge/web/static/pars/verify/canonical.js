// Canonical JSON as the ledger's spec restricts it (section 1): one way to write a value, so that a hash of it means one thing.

import { decode } from "./bytes.js";

/** The one text of a value whose parts are objects, lists, strings and whole numbers. */
export function write(value) {
  if (Array.isArray(value)) return `[${value.map(write).join(",")}]`;
  if (value === null || typeof value !== "object") return typeof value === "number" ? String(value) : JSON.stringify(value);
  return `{${Object.keys(value).sort().map((key) => `${JSON.stringify(key)}:${write(value[key])}`).join(",")}}`;
}

/** Whether a text of JSON has a number that isn't written as a whole one. */
export const fractional = (text) => /[0-9][.eE]/.test(text.replace(/"(?:[^"\\]|\\.)*"/g, ""));

const KEY = /^[a-z][a-z0-9_]*$/;
const HALF = /[\ud800-\udfff]/u;

/** Objects and lists stand at most so many within each other. */
const DEEPEST = 32;

function whole(value, depth = 0) {
  switch (typeof value) {
    case "number":
      return Number.isSafeInteger(value);
    case "string":
      return !HALF.test(value) && value.normalize("NFC") === value;
    case "object":
      if (value === null || depth === DEEPEST) return false;
      if (Array.isArray(value)) return value.every((part) => whole(part, depth + 1));
      return Object.keys(value).every((key) => KEY.test(key) && whole(value[key], depth + 1));
    default:
      return false;
  }
}

/** The value whose canonical form the bytes are; throws for any others. */
export function read(bytes) {
  const text = decode(bytes), value = JSON.parse(text);
  if (!whole(value) || write(value) !== text) throw new Error("not in canonical form");
  return value;
}
