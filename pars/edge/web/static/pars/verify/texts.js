// Texts that entries name (section 6 of the spec): catalogue, floor, charter, role, and the owners' own.

import { KNOWN_ACTS } from "./acts.js";
import { fromHex, hex } from "./bytes.js";
import { read } from "./canonical.js";
import { compared } from "./conditions.js";
import { COSIGNER, readVerifierKey } from "./note.js";
import { DAY, distinct, fields, HASH, list, no, object, oneOf, reading, said, text, whole, WORD, words } from "./reading.js";
import { isHeldByOne } from "./signing_key.js";

export const PAPERS = { subpoena: "legal_process", court_order: "legal_process", own_request: "own_request" };
const YEAR = 366 * DAY;

// ---------------------------------------------------------------- catalogue and floor

/** The catalogue: its columns by name. Its hash was compared before, so it is what it is. */
export const readCatalogue = (bytes) => new Map(read(bytes).map((column) => [column.name, column]));
export const readFloor = (bytes) => read(bytes);

// ---------------------------------------------------------------- scope

export function readScope(value, catalogue) {
  const { columns, filters, masks, rows } = fields(value, ["columns", "filters", "masks", "rows"]);
  for (const name of [...distinct(list(columns, 0, Infinity), "a column"), ...distinct(list(filters, 0, Infinity), "a column")]) {
    if (typeof name !== "string" || !catalogue.has(name)) no("no column of the catalogue");
  }
  if (filters.some((name) => !catalogue.get(name).filterable)) no("a column that can't be asked by");
  for (const [name, mask] of Object.entries(object(masks))) {
    if (!columns.includes(name) && !filters.includes(name)) no("masks a column that is neither returned nor asked by");
    if (!catalogue.get(name).masks.includes(mask)) no("no mask of the column");
  }
  return { columns: new Set(columns), filters: new Set(filters), compared: compared(rows, catalogue) };
}

// ---------------------------------------------------------------- charter and roles

export const readCharter = (bytes, catalogue) =>
  reading(bytes, (value) => {
    fields(value, ["v", "owners", "needs", "notice_us", "suspend_at_once", "confirm_us", "consent"], ["one_off"]);
    whole(value.v, 1, 1);
    const owners = Object.entries(object(value.owners)).map(([seat, owner]) => {
      fields(owner, ["name", "key"]);
      text(owner.name, null, 120);
      const key = text(owner.key, HASH);
      if (!isHeldByOne(fromHex(key))) no("this is no key that one owner alone can hold");
      return [text(seat, WORD), key];
    });
    if (owners.length < 1 || owners.length > 15) no("between 1 and 15 seats are needed");
    distinct(owners.map(([, key]) => key), "a key");
    const seats = owners.map(([seat]) => seat), majority = Math.floor(seats.length / 2) + 1;
    const needs = fields(value.needs, ["adopt", "suspend", "revoke", "reinstate"]);
    for (const [choice, least] of [["adopt", majority], ["suspend", 1], ["revoke", 1], ["reinstate", majority]]) whole(needs[choice], least, seats.length);
    if (needs.reinstate > needs.adopt) no("to reinstate can't need more seats than to adopt");
    for (const [column, seat] of Object.entries(object(value.consent))) {
      if (!catalogue.has(column)) no("no such column");
      oneOf(seat, seats);
    }
    const oneOff = fields(value.one_off ?? {}, [], Object.keys(PAPERS));
    return {
      owners: new Map(owners),
      needs,
      notice: whole(value.notice_us, 0, YEAR),
      suspendAtOnce: new Set(words(value.suspend_at_once, seats)),
      confirm: whole(value.confirm_us, 1, YEAR),
      consent: Object.entries(value.consent),
      oneOff: new Map(Object.entries(oneOff).map(([kind, part]) => [kind, new Set(words(part, seats, 1))])),
    };
  });

export const readRole = (bytes, catalogue) =>
  reading(bytes, (value) => {
    fields(value, ["v", "name", "owner", "label", "capacity", "acts", "scope"]);
    whole(value.v, 1, 1);
    said(value.label);
    text(value.capacity, null, 120);
    return {
      name: text(value.name, WORD),
      owner: text(value.owner, WORD),
      acts: new Set(words(value.acts, KNOWN_ACTS)),
      scope: readScope(value.scope, catalogue),
    };
  });

// ---------------------------------------------------------------- the owners' own texts

const closing = (value) => (value.vote === undefined ? null : whole(fields(value.vote, ["closes"]).closes));
const optional = (value, name) => (value[name] === undefined ? null : whole(value[name]));

export const readProfile = (bytes) =>
  reading(bytes, (value) => {
    fields(value, ["v", "about", "name", "citation", "steps", "hours", "witnesses", "labels"], ["start", "vote"]);
    whole(value.v, 1, 1);
    oneOf(value.about, ["profile"]);
    said(value.name);
    text(value.citation);
    const steps = fields(value.steps, ["decided_by", "signed_by", "interview"]);
    oneOf(steps.decided_by, ["prosecutor", "court"]);
    oneOf(steps.signed_by, ["prosecutor", "police"]);
    oneOf(steps.interview, ["required", "can_wait", "not_required"]);
    if (steps.decided_by === "court" && steps.signed_by === "prosecutor") no("no such course");
    for (const hours of Object.values(fields(value.hours, ["unsent", "unanswered", "unacknowledged"]))) whole(hours, 1, 24 * 31);
    whole(value.witnesses, 0, 9);
    Object.values(fields(value.labels, ["decider", "office"])).forEach(said);
    return { about: "profile", code: null, binds: [], keys: [], start: optional(value, "start"), end: null, closes: closing(value) };
  });

const URL = /^https?:\/\/[A-Za-z0-9.\-[\]:]{1,253}(?:\/[A-Za-z0-9._~/-]{0,200})?$/;
const CLASSES = ["handle", "identity", "particulars", "chri", "court", "investigative"], WEEK = 7 * 86_400;

const readWitnesses = (bytes) =>
  reading(bytes, (value) => {
    fields(value, ["v", "about", "witnesses", "needs", "seconds", "witnessed_first"], ["start", "vote"]);
    whole(value.v, 1, 1);
    const found = list(value.witnesses, 0, 15).map((one) => {
      fields(one, ["key", "url"], ["seat"]);
      text(one.url, URL);
      if ("seat" in one) text(one.seat, WORD);
      const named = readVerifierKey(text(one.key), COSIGNER);
      if (!isHeldByOne(named.key)) no("this is no key that one witness alone can hold");
      return { ...named, seat: one.seat };
    });
    const keys = distinct(found.map(({ key }) => hex(key)), "a key");
    distinct(found.map(({ name }) => name), "a name");
    const needs = whole(value.needs, keys.length ? Math.floor(keys.length / 2) + 1 : 0, keys.length);
    const { alarm, stop } = fields(value.seconds, ["alarm", "stop"]);
    whole(stop, whole(alarm, 1, WEEK), WEEK);
    words(value.witnessed_first, keys.length ? CLASSES : []);
    const binds = found.map(({ seat }) => seat).filter((seat) => seat !== undefined);
    return { about: "witnesses", code: null, binds, keys, needs, named: found, start: optional(value, "start"), end: null, closes: closing(value) };
  });

const readSuccessor = (bytes) =>
  reading(bytes, (value) => {
    fields(value, ["v", "about", "origin", "after", "says"], ["vote"]);
    whole(value.v, 1, 1);
    const origin = text(value.origin, /^[A-Za-z0-9][A-Za-z0-9._:/-]{0,127}$/), { size, root } = fields(value.after, ["size", "root"]);
    whole(size, 1);
    text(root, HASH);
    said(value.says);
    return { about: "successor", code: null, binds: [], keys: [], origin, start: null, end: null, closes: closing(value) };
  });

const TESTS = ["ALWAYS", "JUDICIAL_WARRANT", "CONVICTION_AND_JUDICIAL_WARRANT", "LISTED_CONVICTION"];

const readDetainers = (bytes) =>
  reading(bytes, (value) => {
    fields(value, ["v", "about", "code", "citation", "status", "binds", "tests", "reading", "says"], ["start", "end", "vote"]);
    whole(value.v, 1, 1);
    text(value.citation);
    oneOf(value.status, ["enacted", "draft", "reported"]);
    oneOf(value.reading, ["FORM", "REGULATION"]);
    said(value.says);
    for (const test of Object.values(fields(value.tests, ["hold", "notice", "hand_over", "access"]))) oneOf(test, TESTS);
    const binds = distinct(list(value.binds, 1, 15).map((seat) => text(seat, WORD)), "a seat");
    const start = optional(value, "start"), end = optional(value, "end"), closes = closing(value);
    if (start !== null && end !== null && end <= start) no("it ends before it begins");
    if (closes !== null && end !== null && closes > end) no("its vote closes after its end");
    return { about: "detainers", code: text(value.code, /^[A-Z][A-Z0-9_]{2,63}$/), binds, keys: [], start, end, closes };
  });

/** An owners' text, whatever it is about; null where it is none. */
export function readOwnersText(bytes) {
  try {
    return ({ detainers: readDetainers, successor: readSuccessor, witnesses: readWitnesses }[read(bytes).about] ?? readProfile)(bytes);
  } catch {
    return null;
  }
}
