// Versions of an agreement (section 6 of the spec): what the owners sign, read strictly.

import { DAY, distinct, fields, HASH, HOUR, ID, list, MINUTE, no, object, oneOf, reading, said, text, whole, WORD, words } from "./reading.js";
import { PAPERS, readScope } from "./texts.js";

export const MUST = ["fingerprint_check", "terms_signed", "training_completed"];
const ACKNOWLEDGED = "terms_acknowledged", EVIDENCE = ["case_number", "warrant_number", "docket"], LAST = Date.UTC(2200, 0, 1) * 1000;

const ZONE = /^[A-Z][A-Za-z0-9_+-]{1,30}(?:\/[A-Za-z0-9_+-]{1,30}){0,2}$/;

function place(value) {
  fields(value, ["name", "zone"]);
  text(value.name, null, 60);
  try {
    const { timeZone } = new Intl.DateTimeFormat("en", { timeZone: text(value.zone, ZONE) }).resolvedOptions();
    // Zones are known here in any case of letters; a name is one in its own case alone.
    if (timeZone !== value.zone && timeZone.toLowerCase() === value.zone.toLowerCase()) no("no such time zone");
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
