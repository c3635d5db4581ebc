// What entries about court orders on records do (section 3): an order, whom it was served on, what it waits for, and how it was carried out.

import { checkNamed } from "./governing.js";
import { DAY } from "./reading.js";
import { no } from "./voting.js";

const MEANS = ["limited", "sealed", "expunged", "lifted"], KEEPERS = ["CENTRAL_REPOSITORY", "PROSECUTOR"];
const REASONS = ["LITIGATION", "APPEAL", "DISCOVERY"], OUTCOMES = ["DESTROYED", "NEVER_KEPT", "KEPT_BY_LAW"];
const WITHDRAWN = ["WRONG_RECORD", "RECORDED_TWICE", "MISREAD", "TAKEN_BACK"];
const LONGEST = 30 * DAY;

const away = ({ means }) => means === "sealed" || means === "expunged";
const owedTo = ({ means }, { charter }) => [...charter.owners.keys(), ...(means === "expunged" ? KEEPERS : [])];

function received({ state, entry }) {
  const { means, final, lifts, charges = 0 } = entry.detail, { orders } = state;
  if (!MEANS.includes(means)) no("UNKNOWN_ORDER", "there is no such order");
  if ((lifts !== undefined) !== (means === "lifted")) no("NOTHING_LIFTED", "an order that lifts names the order that it lifts, and no other does");
  if (charges && means !== "expunged") no("WHOLE_RECORD", "only an order that expunges is about single charges");
  if (lifts !== undefined) {
    const lifted = orders.get(lifts);
    if (!lifted?.done || !["limited", "sealed"].includes(lifted.means)) no("NOTHING_LIFTED", "it lifts no order that was carried out and can be lifted");
    if ([...orders.values()].some((one) => one.lifts === lifts && !one.withdrawn)) no("LIFTED_ALREADY", "another order lifts that one already");
  }
  if (("case" in entry.detail) === ("lifts" in entry.detail)) no("NO_RECORD", "an order is about one record, or lifts an order that is");
  orders.set(entry.id, { entry: entry.id, person: entry.person, means, final, lifts, charges, served: new Set(), preserved: new Set(), purges: 0, done: false, withdrawn: false });
}

function openOrder({ state, entry: { detail } }) {
  const order = state.orders.get(detail.order);
  return order && !order.done && !order.withdrawn ? order : no("NO_ORDER", "it is about no order that was recorded, or about one that was carried out or withdrawn already");
}

function served(step) {
  const order = openOrder(step), { on } = step.entry.detail;
  if (!owedTo(order, step.opening).includes(on) || order.served.has(on)) no("NOT_OWED", "the order isn't owed to whom it was served on, or they have it already");
  if ("copy" in step.entry.detail !== KEEPERS.includes(on)) no("COPY", "who keeps a copy by law gets one, and nobody else does");
  order.served.add(on);
}

function preserved(step) {
  const order = openOrder(step), { reason, stands } = step.entry.detail;
  if (!REASONS.includes(reason) || order.preserved.has(reason) === (stands === 1)) no("PRESERVED", "the record is preserved for this reason already, or isn't, or there is no such reason");
  if (stands) order.preserved.add(reason);
  else order.preserved.delete(reason);
}

function purgeAsked(step) {
  const order = openOrder(step), { entry } = step, { detail, at } = entry, agreement = step.agreement(detail.agreement);
  if (!away(order) || agreement.purges.some((one) => one.order === order.entry)) no("NO_PURGE", "the order takes no record away, or the agency was told of it already");
  if (detail.due <= at || detail.due > at + LONGEST) no("PURGE_DUE", "a purge is due after it is asked, and within the time that law leaves");
  agreement.purges.push({ entry: entry.id, order: order.entry, at, due: detail.due, over: null });
  order.purges += 1;
}

function purgeAnswered(step) {
  const { detail, at } = step.entry, agreement = step.agreement(detail.agreement);
  checkNamed(step);
  const owed = agreement.purges.find((one) => one.over === null && one.entry === detail.purge);
  if (!owed || !OUTCOMES.includes(detail.outcome)) no("NO_PURGE", "it answers no purge that this agency owes, or with no answer that there is");
  owed.over = at;
}

/** The order, if it can be carried out now by who does. */
function ready(step) {
  const order = openOrder(step), { at, person } = step.entry;
  if (at < order.final) no("NOT_FINAL", "the order isn't final yet");
  if (owedTo(order, step.opening).some((one) => !order.served.has(one))) no("NOT_SERVED", "not everybody has the order who must");
  if (order.preserved.size && order.means === "expunged") no("PRESERVED", "the record must be preserved");
  if (person === order.person) no("SAME_PERSON", "whoever recorded an order doesn't carry it out");
  return order;
}

const other = (says) => no("OTHER_ORDER", says);

function limited(step) {
  const order = ready(step), means = step.entry.detail.limited ? "limited" : "lifted";
  if (means !== order.means || (means === "lifted" && step.state.orders.get(order.lifts).means !== "limited")) other("the order says something else");
  order.done = true;
}

function putAway(step) {
  const order = ready(step), { detail } = step.entry;
  if (!away(order)) other("the order takes no record away");
  const shares = order.means === "sealed" ? step.opening.charter.owners.size : 0;
  if ((detail.shares ?? []).length !== shares) no("SHARES", "the key of a sealed record lies in one share for each owner, that of an expunged one nowhere");
  if (detail.purges !== order.purges) no("PURGES", "other recipients were told to destroy their copies than it says");
  if ((detail.charges ?? 0) !== order.charges) other("the order is about other charges than were taken away");
  order.done = true;
}

function broughtBack(step) {
  const order = ready(step);
  if (order.means !== "lifted" || step.state.orders.get(order.lifts).means !== "sealed") other("the order lifts no seal");
  order.done = true;
}

function withdrawn(step) {
  const order = openOrder(step), { detail, at } = step.entry;
  if (!WITHDRAWN.includes(detail.reason)) no("UNKNOWN_REASON", "an order isn't withdrawn for that");
  for (const { purges } of step.state.agreements.values()) for (const one of purges) if (one.order === order.entry) one.over ??= at;
  order.withdrawn = true;
}

function epochEnded({ state, entry: { detail } }) {
  if (detail.epoch <= state.epochEnded) no("EPOCH", "the key of this epoch was destroyed before");
  state.epochEnded = detail.epoch;
}

function copyCleaned({ entry: { detail } }) {
  if (detail.orders < 1) no("NOTHING_CLEANED", "it was cleaned by no order");
}

export const HANDLERS = {
  "court_order.received": received,
  "court_order.served": served,
  "preservation.stated": preserved,
  "epoch.ended": epochEnded,
  "purge.asked": purgeAsked,
  "purge.answered": purgeAnswered,
  "access.limited": limited,
  "record.put_away": putAway,
  "record.brought_back": broughtBack,
  "copy.cleaned": copyCleaned,
  "court_order.withdrawn": withdrawn,
};
