// The texts that entries name (section 6 of the spec): charter, role, profile, rule on detainers, version, catalogue, floor. Read strictly: what
// isn't known there is refused, never skipped.

import { hex } from "./bytes.js";
import { read } from "./canonical.js";
import { sha256 } from "./sha256.js";

export const HASH = /^[0-9a-f]{64}$/, ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, WORD = /^[a-z][a-z0-9_]{0,63}$/;
export const DAY = 86_400_000_000, HOUR = 3_600_000_000, MINUTE = 60_000_000;
const YEAR = 366 * DAY, LAST = Date.UTC(2200, 0, 1) * 1000, LARGEST = Number.MAX_SAFE_INTEGER;
const MUST = ["fingerprint_check", "terms_signed", "training_completed"], ACKNOWLEDGED = "terms_acknowledged";
const EVIDENCE = ["case_number", "warrant_number", "docket"];
export const PAPERS = { subpoena: "legal_process", court_order: "legal_process", own_request: "own_request" };

/** A text can't be read: it isn't what its place asks for. */
class Unread extends Error {}
const no = (says) => {
  throw new Unread(says);
};

// ---------------------------------------------------------------- reading strictly

function object(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? value : no("an object is needed");
}

function fields(value, needs, may = []) {
  for (const key of Object.keys(object(value))) if (!needs.includes(key) && !may.includes(key)) no(`no such field: ${key.slice(0, 40)}`);
  for (const key of needs) if (!Object.hasOwn(value, key)) no(`missing: ${key}`);
  return value;
}

function list(value, least = 0, most = 200) {
  return Array.isArray(value) && value.length >= least && value.length <= most ? value : no(`a list of ${least} to ${most} parts is needed`);
}

function whole(value, least = 0, most = LARGEST) {
  return Number.isSafeInteger(value) && value >= least && value <= most ? value : no(`a number from ${least} to ${most} is needed`);
}

function text(value, form = null, most = 500) {
  if (typeof value !== "string") no("a text is needed");
  const fits = form ? form.test(value) : value && [...value].length <= most && !/\p{C}/u.test(value);
  return fits ? value : no("this text hasn't the form that is needed");
}

const oneOf = (value, known) => (typeof value === "string" && known.includes(value) ? value : no("not a word that is known"));

function words(value, known, least = 0) {
  const found = list(value, least).map((word) => oneOf(word, known));
  return new Set(found).size === found.length ? found : no("the same twice");
}

function said(value) {
  for (const part of Object.values(fields(value, ["en"], ["es"]))) text(part);
  return value;
}

function distinct(values, what) {
  return new Set(values).size === values.length ? values : no(`${what} twice`);
}

/** What `reader` makes of the canonical text, with its hash; null where it is none. */
function reading(bytes, reader) {
  try {
    return { ...reader(read(bytes)), hash: hex(sha256(bytes)) };
  } catch {
    return null;
  }
}

// ---------------------------------------------------------------- catalogue and floor

/** The catalogue: its columns by name. Its hash was compared before, so it is what it is. */
export const readCatalogue = (bytes) => new Map(read(bytes).map((column) => [column.name, column]));
export const readFloor = (bytes) => read(bytes);

// ---------------------------------------------------------------- scope

function readScope(value, catalogue) {
  const { columns, filters, masks, rows } = fields(value, ["columns", "filters", "masks", "rows"]);
  for (const name of [...distinct(list(columns, 0, LARGEST), "a column"), ...distinct(list(filters, 0, LARGEST), "a column")]) {
    if (typeof name !== "string" || !catalogue.has(name)) no("no column of the catalogue");
  }
  if (filters.some((name) => !catalogue.get(name).filterable)) no("a column that can't be asked by");
  for (const [name, mask] of Object.entries(object(masks))) {
    if (!columns.includes(name) && !filters.includes(name)) no("masks a column that is neither returned nor asked by");
    if (!catalogue.get(name).masks.includes(mask)) no("no mask of the column");
  }
  const compared = new Set();
  condition(rows, catalogue, compared);
  return { columns: new Set(columns), filters: new Set(filters), compared };
}

/** Read one condition of the closed tree; the columns that it compares are added to `compared`. */
function condition(value, catalogue, compared, depth = 0) {
  if (value === "always" || value === "never") return;
  const keys = Object.keys(object(value));
  if (depth > 20) no("nested too deep");
  if (keys.length === 1 && (keys[0] === "all" || keys[0] === "any")) {
    for (const part of list(value[keys[0]], 1)) condition(part, catalogue, compared, depth + 1);
  } else if (keys.length === 1 && keys[0] === "not") {
    condition(value.not, catalogue, compared, depth + 1);
  } else {
    const comparisons = keys.filter((key) => ["is", "one_of", "within"].includes(key));
    if (comparisons.length !== 1) no("no condition");
    fields(value, ["column", comparisons[0]], ["mask"]);
    const column = catalogue.get(value.column);
    if (!column?.filterable) no("no column that can be a condition");
    if ("mask" in value && !column.masks.includes(value.mask)) no("no mask of the column");
    if (comparisons[0] === "one_of") distinct(list(value.one_of, 1), "a value");
    if (comparisons[0] === "within" && !Object.keys(fields(value.within, [], ["from", "to"])).length) no("an empty range");
    compared.add(value.column);
  }
}

// ---------------------------------------------------------------- charter and roles

export const readCharter = (bytes, catalogue) =>
  reading(bytes, (value) => {
    fields(value, ["v", "owners", "needs", "notice_us", "suspend_at_once", "confirm_us", "consent"], ["one_off"]);
    whole(value.v, 1, 1);
    const owners = Object.entries(object(value.owners)).map(([seat, owner]) => {
      fields(owner, ["name", "key"]);
      text(owner.name, null, 120);
      return [text(seat, WORD), text(owner.key, HASH)];
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
    for (const act of list(value.acts)) text(act, /^[a-z_]{1,40}:[a-z_]{1,40}$/);
    return {
      name: text(value.name, WORD),
      owner: text(value.owner, WORD),
      acts: new Set(distinct(value.acts, "an act")),
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
    return { about: "profile", code: null, binds: [], start: optional(value, "start"), end: null, closes: closing(value) };
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
    return { about: "detainers", code: text(value.code, /^[A-Z][A-Z0-9_]{2,63}$/), binds, start, end, closes };
  });

/** An owners' text, whatever it is about; null where it is none. */
export function readOwnersText(bytes) {
  try {
    return read(bytes).about === "detainers" ? readDetainers(bytes) : readProfile(bytes);
  } catch {
    return null;
  }
}

// ---------------------------------------------------------------- versions

const ZONE = /^[A-Z][A-Za-z0-9_+-]{1,30}(?:\/[A-Za-z0-9_+-]{1,30}){0,2}$/;

function place(value) {
  fields(value, ["name", "zone"]);
  text(value.name, null, 60);
  try {
    new Intl.DateTimeFormat("en", { timeZone: text(value.zone, ZONE) });
  } catch {
    no("no such time zone");
  }
  return value.zone;
}

/** An instant, alone or with the civil day whose end it is. The parties signed the instant: the day isn't resolved anew. */
function end(value, zone) {
  fields(value, ["instant"], ["civil", "zone", "rule"]);
  if (Object.keys(value).length > 1) {
    fields(value, ["civil", "zone", "rule", "instant"]);
    oneOf(value.rule, ["end of day"]);
    if (value.zone !== zone) no("another zone than the agreement's place has");
    const day = text(value.civil, /^(?:19|20|21)[0-9]{2}-[0-9]{2}-[0-9]{2}$/);
    if (new Date(`${day}T00:00:00Z`).toISOString().slice(0, 10) !== day) no("no such day");
  }
  return whole(value.instant, 0, LAST);
}

function duty(value, zone, term) {
  fields(value, ["code", "kind", "says", "due", "overdue"]);
  oneOf(value.kind, ["attest", "notify", "purge", "report"]);
  said(value.says);
  const due = dueOf(value.due, zone, term), suspends = oneOf(value.overdue, ["suspends", "noted"]) === "suspends";
  const latest = due.at.length ? Math.max(...due.at) : term.start + due.days * DAY;
  if (suspends && (due.after === "end" || latest >= term.end)) no("what falls due when the term is over can suspend nothing");
  return { code: text(value.code, WORD), suspends, ...due };
}

function dueOf(value, zone, term) {
  if ("days" in object(value)) {
    fields(value, ["days", "after"]);
    return { at: [], days: whole(value.days, 1, 3660), after: oneOf(value.after, ["start", "end"]) };
  }
  if ("day_of_month" in value) {
    fields(value, ["day_of_month", "zone", "rule", "instants"]);
    oneOf(value.rule, ["end of day"]);
    if (value.zone !== zone) no("another zone than the agreement's place has");
    whole(value.day_of_month, 1, 28);
    const at = list(value.instants, 1, 132).map((instant) => whole(instant, term.start + 1, term.end));
    if (at.some((one, n) => n && at[n - 1] >= one)) no("the instants must rise");
    return { at, days: 0, after: null };
  }
  const at = end(value, zone);
  if (at <= term.start) no("it would be due before the term begins");
  return { at: [at], days: 0, after: null };
}

const IN_A_DAY = ["questions_per_day", "questions_per_day_in_all", "people_per_day", "people_per_day_in_all"];

function limits(value) {
  fields(value, ["questions_per_day", "rows_per_reply"], IN_A_DAY);
  whole(value.rows_per_reply, 1, 500);
  whole(value.questions_per_day, 1, 100_000);
  for (const name of IN_A_DAY.slice(1)) if (name in value) whole(value[name], 1, 1_000_000);
  return value;
}

function purposes(value) {
  const found = list(value, 1, 20).map((part) => {
    fields(part, ["code", "says", "evidence"]);
    return { code: text(part.code, WORD), says: said(part.says), evidence: oneOf(part.evidence, EVIDENCE) };
  });
  distinct(found.map(({ code }) => code), "a purpose");
  return found;
}

function parties(value) {
  fields(value, ["agency", "owners"]);
  const agency = fields(value.agency, ["id", "name", "class"], ["place"]);
  text(agency.name, null, 120);
  if ("place" in agency) place(agency.place);
  const owners = distinct(list(value.owners, 1, 15).map((seat) => text(seat, WORD)), "an owner");
  return { agency: text(agency.id, ID), recipient: text(agency.class, WORD), owners };
}

function approval(value) {
  fields(value, ["over_rows", "minutes"], ["exports"]);
  const exports = "exports" in value && oneOf(value.exports, ["all"]) === "all";
  return { over: whole(value.over_rows, 0, 500), lasts: whole(value.minutes, 1, 7 * 24 * 60) * MINUTE, exports };
}

function emergency(value) {
  fields(value, ["reasons", "waives", "review_hours"]);
  return {
    reasons: words(value.reasons, ["LIFE_AT_RISK", "ESCAPE", "MISSING_PERSON"], 1),
    waives: words(value.waives, ["approval", "evidence"], 1),
    review: whole(value.review_hours, 1, 14 * 24) * HOUR,
  };
}

function paper(value) {
  fields(value, ["kind", "sha256"]);
  return { kind: oneOf(value.kind, Object.keys(PAPERS)), sha256: text(value.sha256, HASH) };
}

function others(value) {
  const found = list(value, 1, 50).map((part) => {
    fields(part, ["id", "name"]);
    text(part.name, null, 120);
    return text(part.id, ID);
  });
  return distinct(found, "an agency");
}

const NEEDS = ["v", "agreement", "number", "title", "parties", "authority", "purposes", "scope", "limits", "users", "place", "term", "duties", "onward"];
const MAY = ["never_charged", "vote", "fee", "nonrenewal", "paper", "approval", "emergency", "on_behalf_of", "checked"];

/** A version of an agreement. */
export const readVersion = (bytes, catalogue) =>
  reading(bytes, (value) => {
    fields(value, NEEDS, MAY);
    whole(value.v, 1, 1);
    said(value.title);
    text(value.authority);
    oneOf(value.onward, ["forbidden"]);
    const zone = place(value.place), starts = whole(fields(value.term, ["start", "end"]).start, 0, LAST), ends = end(value.term.end, zone);
    if (starts >= ends) no("the end must come after the start");
    const term = { start: starts, end: ends }, demands = words(fields(value.users, ["must"]).must, [...MUST, ACKNOWLEDGED]);
    const charged = value.never_charged === undefined || oneOf(value.never_charged, ["shown"]) !== "shown";
    const scope = readScope(value.scope, catalogue);
    if (!scope.columns.size) no("a version that returns no column grants nothing");
    if (charged) scope.compared.add("charge_status");
    const closes = value.vote === undefined ? null : end(fields(value.vote, ["closes"]).closes, zone);
    if (closes !== null && closes > ends) no("a vote that closes after the term's end");
    checkBeside(value, zone, term);
    const duties = list(value.duties, 0, 20).map((part) => duty(part, zone, term));
    distinct(duties.map(({ code }) => code), "a duty");
    return {
      agreement: text(value.agreement, ID),
      number: whole(value.number, 1, 10_000),
      ...parties(value.parties),
      purposes: purposes(value.purposes),
      scope,
      limits: limits(value.limits),
      must: demands.filter((one) => one !== ACKNOWLEDGED),
      acknowledge: demands.includes(ACKNOWLEDGED),
      zone,
      term,
      duties,
      closing: closes,
      closes: closes ?? ends,
      paper: "paper" in value ? paper(value.paper) : null,
      approval: "approval" in value ? approval(value.approval) : null,
      emergency: "emergency" in value ? emergency(value.emergency) : null,
      others: "on_behalf_of" in value ? others(value.on_behalf_of) : [],
      checked: "checked" in value ? words(value.checked, EVIDENCE, 1) : [],
    };
  });

/** What is agreed beside who may see what: read, and nothing rests on it. */
function checkBeside(value, zone, term) {
  if ("fee" in value) {
    const { cents, per, says } = fields(value.fee, ["cents", "per", "says"]);
    whole(cents, 1, 10 ** 11);
    oneOf(per, ["month", "once", "question", "year"]);
    said(says);
  }
  if ("nonrenewal" in value) {
    const at = end(fields(value.nonrenewal, ["notice_by"]).notice_by, zone);
    if (at <= term.start || at > term.end) no("a notice is due within the term");
  }
}

export { MUST };
