// Whether an answer is covered by the authority that it cites, at its own time (section 3).

import { acknowledges, no, userAt } from "./voting.js";
import { standing } from "./standing.js";

/** W, in microseconds. */
export const GUARD = 75_000;
const IDENTIFYING = [["record"], ["otn"], ["full_name"], ["surname", "given"]];

export const namesAPerson = (filters) => IDENTIFYING.some((columns) => columns.every((column) => filters.includes(column)));

// ---------------------------------------------------------------- days and law

const days = new Map();

/** The civil day of an instant in a zone: 2027-08-31. */
export function dayOf(at, zone) {
  if (!days.has(zone)) days.set(zone, new Intl.DateTimeFormat("en-CA", { timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit" }));
  return days.get(zone).format(new Date(Math.floor(at / 1000)));
}

/** The columns that law lets out to a recipient at an instant, and those that it may ask by. */
function law({ floor, catalogue }, recipient, at, named) {
  const row = floor.find((one) => {
    const today = dayOf(at, one.zone);
    return one.recipient === recipient && one.since <= today && (one.until === "open" || today < one.until);
  });
  if (!row) return { columns: new Set(), filters: new Set() };
  const classes = new Set([...row.classes, ...(named ? row.named_only : [])]);
  const out = [...catalogue.values()].filter((column) => classes.has(column.data_class));
  const asked = out.filter((column) => column.filterable && !row.not_asked_by.includes(column.name));
  return { columns: new Set(out.map(({ name }) => name)), filters: new Set(asked.map(({ name }) => name)) };
}

function refuseBeyond(facts, ...scopes) {
  for (const { columns, filters } of scopes) {
    const beyond = [...facts.columns.filter((name) => !columns.has(name)), ...facts.filters.filter((name) => !filters.has(name))];
    if (beyond.length) no("NOT_GRANTED", `not granted for this use: ${beyond.join(", ")}`);
  }
}

// ---------------------------------------------------------------- under an agreement

const waives = (version, reason, what) => reason !== undefined && version.emergency !== null && version.emergency.waives.includes(what);
export const lookedUp = (version, code) => {
  const purpose = version.purposes.find((one) => one.code === code);
  return purpose !== undefined && version.checked.includes(purpose.evidence);
};

/** Throws where the agreement doesn't cover an answer with these facts at `at`. */
export function covered(agreement, facts, at, rules) {
  if (at < agreement.proposals[0].at) no("NO_AGREEMENT", "the agreement had not been proposed yet");
  const stands = standing(agreement, at);
  if (stands.state !== "IN_FORCE") no(stands.reviews ? "REVIEW_OVERDUE" : `AGREEMENT_${stands.state}`, "the agreement isn't in force");
  const { version } = stands;
  coveredByVersion(agreement, version, facts, at);
  coveredByUser(agreement, stands, facts, at);
  const named = namesAPerson(facts.filters), scopes = [at, at + GUARD].map((when) => law(rules, version.recipient, when, named));
  refuseBeyond(facts, version.scope, ...scopes);
}

function coveredByVersion(agreement, version, facts, at) {
  if (facts.version !== version.hash) no("OTHER_VERSION", "another version of the agreement is in force");
  if (facts.agency !== agreement.agency) no("OTHER_AGENCY", "the agreement is with another agency");
  if (!version.purposes.some(({ code }) => code === facts.purpose)) no("UNKNOWN_PURPOSE", "the agreement doesn't have this purpose");
  if (!facts.evidence && !waives(version, facts.emergency, "evidence")) no("NO_EVIDENCE", "every purpose demands evidence");
  if (facts.paper !== version.paper?.sha256) no("OTHER_PAPER", "the grant rests on another paper, or on none");
  if (version.paper && !facts.named) no("NAMES_NOBODY", "what a paper opens is asked of a person by name or number");
  refuseStated(version, facts);
  refuseEmergency(version, facts);
  refuseUnapproved(version, facts, at);
  const { limits } = version;
  if (facts.rows > limits.rows_per_reply) no("TOO_MANY_ROWS", "a reply holds more records than it may");
  const beyond = (name, had) => limits[name] !== undefined && had >= limits[name];
  if (beyond("questions_per_day", facts.used.person) || beyond("questions_per_day_in_all", facts.used.inAll)) no("LIMIT_REACHED", "the day has had the questions that it allows");
}

function refuseStated(version, facts) {
  if (facts.behalf !== undefined && !version.others.includes(facts.behalf)) no("NOT_ON_BEHALF", "the agreement doesn't name that agency");
  const looks = facts.evidence && facts.how !== "asks" && lookedUp(version, facts.purpose);
  if ((facts.checked !== undefined) !== looks) no("NOT_CHECKED", "evidence is looked up exactly where the agreement says so");
}

function refuseEmergency(version, facts) {
  if (facts.emergency === undefined) return;
  if (!version.emergency?.reasons.includes(facts.emergency)) no("NOT_AN_EMERGENCY", "the agreement allows no such emergency");
  if (facts.how !== "once" && facts.how !== "more") no("NOT_AN_EMERGENCY", "an emergency is no stream and no export");
}

function refuseUnapproved(version, facts, at) {
  const rule = version.approval, { approval, how } = facts;
  if (how === "asks" && !rule) no("NO_APPROVAL", "this agreement asks for no second person");
  if (!approval) {
    const sweep = !facts.named && (facts.rows > (rule?.over ?? 0) || ["more", "stream", "export"].includes(how));
    const needed = rule && how !== "asks" && (sweep || (how === "export" && rule.exports));
    if (needed && !waives(version, facts.emergency, "approval")) no("APPROVAL_NEEDED", "a second person's approval is needed");
    return;
  }
  const { asked } = approval, equal = (one, other) => one.length === other.length && one.every((name) => other.includes(name));
  const same = asked.agreement === version.agreement && asked.person === facts.person && asked.version === facts.version && asked.purpose === facts.purpose;
  const narrower = equal(asked.filters, facts.filters) && facts.columns.every((name) => asked.columns.includes(name));
  if (!same || !narrower || (how === "export" && !asked.export)) no("OTHER_QUESTION", "what was approved is another question");
  if (at < approval.at || at >= approval.at + (rule?.lasts ?? 0)) no("APPROVAL_OVER", "the time in which the approved question could be asked is over");
}

function coveredByUser(agreement, stands, facts, at) {
  const { version } = stands, user = userAt(agreement, facts.person, at) ?? no("NOT_NAMED", "this person isn't named under the agreement");
  if (version.must.some((one) => !user.holds.includes(one))) no("MUST_HOLD", "the person doesn't hold what the agreement demands");
  if (version.acknowledge && !acknowledges(agreement, user, version.hash, at)) no("NOT_ACKNOWLEDGED", "this person has not acknowledged what the version says");
  const ends = Math.min(stands.until ?? Infinity, user.end ?? Infinity, version.term.end);
  if (at + GUARD >= ends) no("ENDING", "it ends too soon for an answer to leave before");
}

// ---------------------------------------------------------------- under a grant

/** Throws where the grant doesn't allow the act at `at`. */
export function allowed(grant, act, at) {
  if (at < grant.start) no("GRANT_NOT_YET", "the grant hadn't begun");
  if (grant.end !== null && at >= grant.end) no("GRANT_ENDED", "the grant had ended");
  if (!grant.role.acts.has(act)) no("NOT_YOUR_ACT", "the role doesn't allow this act");
}

/** Throws where the grant doesn't cover what was shown. */
export function coveredByGrant(grant, facts, act, at) {
  allowed(grant, act, at);
  refuseBeyond(facts, grant.role.scope);
}
