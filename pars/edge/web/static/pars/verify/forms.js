// What an entry may say: each kind with its fields, in the words of the spec's table (section 1), and how its bytes are read.

import { decode } from "./bytes.js";
import { fractional, write } from "./canonical.js";

export const LONGEST = 2048;
const CASE = "a case's change";

/** k, kind, fields: the spec's table, line by line. */
export const TABLE = `
1 genesis.opened: origin code, log_key hash, simulated flag, shift shift, charter hash, floor hash, catalogue hash, roles hashes, detainers hash, profile hash
2 key.added: use code, key hash, answers count, seats seals, new signature; may: old signature
3 key.revoked: use code, key hash, answers count, seats seals, since count
4 clock.shifted: was shift, shift shift
5 sealer.started: epoch count
10 grant.given: grant code, person code, role hash, start instant; may: end instant
11 grant.removed: grant code
12 client.bound: client code, agency code, agreement code
13 client.unbound: client code, agreement code
14 user.named: agreement code, person code; may: end instant, holds names
15 user.removed: agreement code, person code
16 duty.met: agreement code, version hash, duty code, due instant, shown hash
17 terms.acknowledged: agreement code, person code, version hash
18 inquiry.made: agreement code, inquiry hash, due instant
19 inquiry.answered: agreement code, inquiry count, answer hash
20 agreement.proposed: agreement code, agency code, version hash
21 agreement.voted: agreement code, version hash, choice choice, seat code, answers count, signature signature; may: why hash
22 agreement.replied: agreement code, report count, reply hash
23 agreement.end_noted: agreement code, version hash, ended instant
24 use_report.made: agreement code, start instant, end instant, report hash
25 notice.served: agreement code, version hash, notice hash; may: channel code, about name, proof hash
26 outcome.reported: agreement code, answer count, outcome name
27 proposal.withdrawn: agreement code, version hash
28 approval.asked: agency code, version hash, purpose code, columns names, filters names, question hash; may: export flag
29 approval.given: agreement code, asked count
30 offenses.loaded: offenses hash, lines count
31 owners_text.proposed: about code, text hash
32 owners_text.voted: about code, text hash, choice choice, seat code, answers count, signature signature
33 owners_text.withdrawn: about code, text hash
34 emergency.reviewed: agreement code, answer count, finding REASON
35 calendar.loaded: calendar hash, lines count
36 session.closed: session instant, record hash; may: amends count
37 forms.printed: site code, form code, first count, count count
40 document.received: ${CASE}
41 arrest.booked: ${CASE}
42 case.submitted: ${CASE}
43 charges.decided: ${CASE}
44 complaint.signed: ${CASE}
45 interview.recorded: ${CASE}
46 hearing.held: ${CASE}
47 release.ordered: ${CASE}
48 bail.posted: ${CASE}
49 hold.lodged: ${CASE}
50 hold.lifted: ${CASE}
51 detainer.received: ${CASE}
52 detainer.decided: ${CASE}
53 release.acknowledged: ${CASE}
54 facts.corrected: ${CASE}
55 limit.passed: ${CASE}
60 disclosed: agency code, version hash, purpose code, columns names, filters names, rows count, side hash, question hash, out hash; may: evidence hash, paper hash, stream count, follows count, repeats count, export count, approval count, emergency REASON, behalf code, checked flag, hook count
61 shown: act code, columns names, filters names, rows count, side hash, question hash, out hash; may: purpose code, evidence hash, follows count
62 refused: code REASON; may: act code, agency code, purpose code, names fields, question hash, case hash, repeats count
63 stream.closed: agency code, reason REASON, chunks count, empty count; may: stream count
64 chunk.dropped: chunk count, reason REASON
65 attempts.summed: start instant, end instant, failed count
66 export.opened: agency code, version hash, purpose code, form code, columns names, filters names; may: follows count, repeats count, approval count
67 export.closed: agency code, export count, reason REASON, chunks count, dropped count, rows count, out hash; may: last count
68 hook.registered: agency code, agreement code, version hash, purpose code, columns names, filters names, question hash, address hash, end instant
69 hook.removed: agreement code, hook count
70 identity.verified: ${CASE}
71 person.linked: ${CASE}
72 flag.recorded: ${CASE}
73 directly.charged: ${CASE}
74 sent.to_juvenile: ${CASE}
75 recipient.told: ${CASE}
76 handed.over: ${CASE}
77 handover.taken: ${CASE}
80 interview.saved: ${CASE}
81 answer.verified: ${CASE}
82 worksheet.signed: ${CASE}
83 case.called: ${CASE}
84 case.passed: ${CASE}
85 docket.given: ${CASE}
86 result.sent: ${CASE}
87 order.served: ${CASE}
88 position.stated: ${CASE}
90 police.released: ${CASE}
91 complaint.filed: ${CASE}
92 form.voided: site code, number count, reason REASON
93 silence.noted: source code, since instant, hours count
94 charging.taken: ${CASE}
95 charging.given_back: ${CASE}
96 complaint.cosigned: ${CASE}
97 representation.claimed: ${CASE}
98 representation.ended: ${CASE}
99 counsel.present: ${CASE}
100 court_order.received: means name, final instant, paper hash; may: case hash, lifts count, charges count
101 court_order.served: order count, on code; may: copy hash
102 preservation.stated: order count, reason REASON, stands flag
103 epoch.ended: epoch count
104 purge.asked: agreement code, order count, due instant, notice hash
105 purge.answered: agreement code, purge count, outcome REASON, shown hash
106 access.limited: case hash, version count, order count, limited flag
107 record.put_away: order count, purges count; may: shares hashes, charges count
108 record.brought_back: order count
109 copy.cleaned: orders count, records count
110 court_order.withdrawn: order count, reason REASON
`;

// ---------------------------------------------------------------- values

const whole = (value) => Number.isSafeInteger(value);
const text = (pattern) => (value) => typeof value === "string" && pattern.test(value);
const rising = (part) => (value) => Array.isArray(value) && value.every(part) && value.every((one, n) => n === 0 || value[n - 1] < one);

const hash = text(/^[0-9a-f]{64}$/), code = text(/^[A-Za-z0-9][A-Za-z0-9._:/+-]{0,127}$/), name = text(/^[a-z][a-z0-9_]{0,63}$/);
const sealed = rising(text(/^[a-z][a-z0-9_]{0,63}:[0-9a-f]{128}$/));
const count = (value) => whole(value) && value >= 0;
const CHECKS = {
  hash,
  code,
  name,
  count,
  signature: text(/^[0-9a-f]{128}$/),
  REASON: text(/^[A-Z][A-Z0-9_]{0,63}$/),
  seals: (value) => sealed(value) && new Set(value.map((one) => one.split(":")[0])).size === value.length,
  names: rising(name),
  hashes: rising(hash),
  fields: rising(text(/^\/?[A-Za-z0-9][A-Za-z0-9._:/+-]{0,63}$/)),
  instant: whole,
  shift: whole,
  flag: (value) => value === 0 || value === 1,
  choice: (value) => ["adopt", "reject", "suspend", "revoke", "reinstate", "withdraw"].includes(value),
  salt: text(/^[0-9a-f]{32}$/),
  authority: text(/^(?:(?:grant|agreement|agency):[A-Za-z0-9][A-Za-z0-9._-]{0,63}|floor|system)$/),
  object: (value) => typeof value === "object" && value !== null && !Array.isArray(value),
};
const stated = (value) => whole(value) || code(value) || (Array.isArray(value) && value.every((part) => whole(part) || code(part)));

// ---------------------------------------------------------------- forms

function form(fields) {
  if (fields === CASE) return { ...form("case hash, version count"), more: stated };
  const [needs, may] = fields.split("; may: ").map((part) => new Map(part.split(", ").map((field) => field.split(" "))));
  const checks = new Map([...needs, ...(may ?? [])].map(([field, word]) => [field, CHECKS[word]]));
  return { needs: [...needs.keys()], checks, more: null };
}

/** What is wrong with an object by its form, or null. */
function problem(object, { needs, checks, more }) {
  if (!CHECKS.object(object)) return "not an object";
  for (const field of Object.keys(object)) {
    const check = checks.get(field) ?? more;
    if (!check || !name(field)) return `${field.slice(0, 40)}: no such field`;
    if (!check(object[field])) return `${field}: not a value that this field may have`;
  }
  const missing = needs.filter((field) => !Object.hasOwn(object, field));
  return missing.length ? `${missing.join(", ")}: missing` : null;
}

const ENVELOPE = form("v count, k count, id count, at instant, salt salt, by object, d object"), BY = form("p code, g authority; may: c code");
/** Each kind that has a form: its number, its name, the check of its detail, and whether it is a change of a case. */
export const KINDS = new Map(
  TABLE.trim().split("\n").map((line) => {
    const [, number, dotted, fields] = /^(\d+) ([a-z_.]+): (.+)$/.exec(line);
    return [Number(number), { dotted, form: form(fields), ofCase: fields === CASE }];
  }),
);

const fault = (what, says, entry = null) => ({ what, says, entry });

/** The entry whose canonical bytes these are, or `{fault}`: what is wrong with them. */
export function readEntry(bytes) {
  if (bytes.length > LONGEST) return { fault: fault("ENTRY_TOO_LONG", `the entry has ${bytes.length} bytes; at most ${LONGEST} are allowed`) };
  let said = null, envelope = null;
  try {
    said = decode(bytes);
    envelope = JSON.parse(said);
  } catch {
    return { fault: fault("ENTRY_NOT_JSON", "the entry is not readable as JSON text") };
  }
  const wrong = faultIn(envelope, said);
  if (wrong) return { fault: fractional(said) ? fault("ENTRY_NOT_JSON", "the entry is not readable as JSON text") : wrong };
  const { k, id, at, by, d } = envelope, kind = KINDS.get(k);
  return { kind: k, dotted: kind.dotted, ofCase: kind.ofCase, id, at, person: by.p, authority: by.g, client: by.c ?? null, detail: d };
}

function faultIn(envelope, said) {
  const outer = problem(envelope, ENVELOPE) ?? problem(envelope.by, BY) ?? versionProblem(envelope);
  if (outer) return fault("ENTRY_ENVELOPE", `the entry's outer fields are wrong: ${outer}`);
  const kind = KINDS.get(envelope.k);
  const inner = problem(envelope.d, kind.form);
  if (inner) return fault("ENTRY_FORM", `${kind.dotted}: ${inner}`, envelope.id);
  return write(envelope) === said ? null : fault("ENTRY_NOT_CANONICAL", "the entry is not in its one canonical form", envelope.id);
}

function versionProblem({ v, k }) {
  if (v !== 1) return "v: not a version that this page knows";
  return KINDS.has(k) ? null : "k: not a kind that this page knows";
}
