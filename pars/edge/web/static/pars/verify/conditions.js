// The closed tree of conditions in a scope (section 6 of the spec), read strictly: columns of the catalogue, compared with values of their type.

import { encode, hex } from "./bytes.js";
import { distinct, fields, list, no, object } from "./reading.js";

const DEEPEST = 12, MOST = 200, MOST_VALUES = 500, COMPARISONS = ["is", "one_of", "within"];
/** The type of what is seen through a mask. */
const MASKED = { year: "int" };

/** A day as it is written, if there is such a one. */
const isDay = (text) => {
  const day = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().slice(0, 10) === text && !text.startsWith("0000");
};

function instant(text) {
  const [, day, hours, part] = /^([0-9]{4}-[0-9]{2}-[0-9]{2})T([0-9]{2}:[0-9]{2}:[0-9]{2})(?:\.([0-9]{6}))?Z$/.exec(text) ?? [];
  if (!day || !isDay(day) || part === "000000" || day < "0002-01-01" || day > "9998-12-31") no("no such instant");
  const at = new Date(`${day}T${hours}Z`);
  return Number.isNaN(at.getTime()) || at.toISOString().slice(11, 19) !== hours ? no("no such instant") : `${day} ${hours}.${part ?? "000000"}`;
}

/** What can't be shown, or changes the order in which text is read. */
const UNSHOWN = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;

/** A value of a type, in a form that rises as the values do. */
const VALUES = {
  text: (value) => (typeof value === "string" && value && [...value].length <= 200 && !UNSHOWN.test(value) ? hex(encode(value)) : no("no text that can be compared")),
  int: (value) => (Number.isSafeInteger(value) ? value : no("a whole number is needed")),
  bool: (value) => (value === "yes" || value === "no" ? value : no("yes or no is needed")),
  date: (value) => (typeof value === "string" && /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(value) && isDay(value) ? value : no("no such day")),
  instant: (value) => (typeof value === "string" ? instant(value) : no("no such instant")),
};

/** The columns that a condition compares; throws where it is none. */
export function compared(value, catalogue) {
  const found = { catalogue, columns: new Set(), nodes: 0, values: 0 };
  condition(value, found, 1);
  return found.columns;
}

function condition(value, found, depth) {
  found.nodes += 1;
  if (depth > DEEPEST || found.nodes > MOST) no("too many conditions");
  if (value === "always" || value === "never") return;
  const [key, ...more] = Object.keys(object(value));
  if (!more.length && (key === "all" || key === "any")) for (const part of list(value[key], 1, MOST_VALUES)) condition(part, found, depth + 1);
  else if (!more.length && key === "not") condition(value.not, found, depth + 1);
  else leaf(value, found);
}

function leaf(value, found) {
  const how = COMPARISONS.filter((one) => one in value);
  if (how.length !== 1) no("no condition");
  fields(value, ["column", how[0]], ["mask"]);
  const column = typeof value.column === "string" ? found.catalogue.get(value.column) : undefined, { mask } = value;
  if (!column?.filterable) no("no column that can be a condition");
  if ("mask" in value && !column.masks.includes(mask)) no("no mask of the column");
  const type = "mask" in value ? MASKED[mask] : column.type, stated = value[how[0]];
  const one = (part) => {
    found.values += 1;
    return found.values > MOST_VALUES ? no("too many values") : VALUES[type](part);
  };
  if (how[0] === "is") one(stated);
  else if (how[0] === "one_of") distinct(list(stated, 1, MOST_VALUES).map(one), "a value");
  else within(stated, column, type, one);
  found.columns.add(column.name);
}

function within(range, column, type, one) {
  if (type === "bool" || column.data_class === "handle") no("what has no order has no range");
  if (!Object.keys(fields(range, [], ["from", "to"])).length) no("an empty range");
  const [from, to] = ["from", "to"].map((side) => (side in range ? one(range[side]) : null));
  if (from !== null && to !== null && from >= to) no("an empty range");
}
