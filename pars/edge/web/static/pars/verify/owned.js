// The owners' own texts (section 3): proposals, votes, and which text is in force. The same rules of voting as agreements have.

import { fate, openAt } from "./standing.js";
import { answersFor, checkSignature, counted, decides, inOrder, no, refuseOver, refuseVote, refuseWithdrawal, seatsFor, takenBack, turnOf } from "./voting.js";

export const SUBJECTS = ["detainers", "profile", "successor", "witnesses"];
export const blankTexts = (about) => ({ about, last: 0, proposals: [], withdrawn: [], ballots: [], turns: [] });

/** What was adopted, in the order in which it begins. */
export function adopted(texts) {
  const found = texts.turns.filter((turn) => turn.effect !== null).map((turn) => ({ text: texts.proposals[turn.number - 1].version, start: turn.effect, entry: turn.entry }));
  return found.sort((one, other) => one.start - other.start || one.entry - other.entry);
}

/** The text that is in force at an instant: the last to begin of those that have begun and not ended; null where none is. */
export function inForce(texts, at) {
  return adopted(texts).findLast(({ text, start }) => start <= at && (text.end === null || at < text.end)) ?? null;
}

/** The first instant after `at` at which time alone puts a text in force or ends it; null where there is none. */
export function changesAfter(texts, at) {
  const instants = adopted(texts).flatMap(({ text, start }) => [start, text.end]).filter((when) => when !== null && when > at);
  return instants.length ? Math.min(...instants) : null;
}

const effect = (text, at, charter) => Math.max(text.start ?? 0, at + charter.notice);

function refuseLate(text, at, charter) {
  if (text.end !== null && effect(text, at, charter) >= text.end) no("TOO_LATE", "adopted now, this text would never be in force");
}

export function proposeText(texts, text, { entry, at, owner, charter, origin }) {
  inOrder(texts, at);
  if (text.about !== texts.about) no("OTHER_SUBJECT", "the text is about something else than the entry says");
  const open = openAt(texts, at).map((one) => one.version), standing = inForce(texts, at);
  if (open.some((other) => other.hash === text.hash)) no("ALREADY_PROPOSED", "this text is before the owners already");
  if (standing && standing.text.hash === text.hash && changesAfter(texts, at) === null) no("SAME_TEXT", "this is the text that is in force already");
  if (text.binds.some((seat) => !charter.owners.has(seat))) no("OTHER_OWNERS", "the charter has no such owner");
  const held = [...adopted(texts).map((one) => one.text), ...open].filter((other) => other.hash !== text.hash);
  if (text.code !== null && held.some((other) => other.code === text.code)) no("CODE_TAKEN", "another rule was adopted under this code");
  if (text.keys.some((key) => [...charter.owners.values()].includes(key))) no("KEY_USED", "a witness has the key of a seat");
  if (text.origin && [origin, ...texts.proposals.map((one) => one.version.origin)].includes(text.origin)) no("NAME_TAKEN", "a log of that name is, or was proposed");
  refuseLate(text, at, charter);
  if (text.closes !== null && text.closes <= at) no("TOO_LATE", "its vote closes at an instant that has passed");
  texts.proposals.push({ version: text, number: texts.proposals.length + 1, closes: text.closes ?? text.end, entry, at, owner });
}

export function withdrawText(texts, hash, { entry, at, owner }) {
  inOrder(texts, at);
  const proposal = texts.proposals.findLast((one) => one.version.hash === hash) ?? no("UNKNOWN_TEXT", "no text with that hash was proposed on this subject");
  refuseWithdrawal(proposal, fate(proposal, texts, at), owner);
  texts.withdrawn.push({ version: hash, number: proposal.number, entry, at });
}

export async function voteText(texts, vote, act) {
  const { charter, entry, at } = act;
  inOrder(texts, at);
  if (!charter.owners.has(vote.seat)) no("UNKNOWN_SEAT", "the charter has no such seat");
  if (!["adopt", "reject", "withdraw"].includes(vote.choice)) no("UNKNOWN_CHOICE", "no such choice on a text");
  await checkSignature(vote, `text:${texts.about}`, act);
  const proposal = votedOn(texts, vote) ?? no("WRONG_ANSWER", "the vote answers no proposal of this text"), { version } = proposal;
  const became = fate(proposal, texts, at);
  if (became !== "undecided" || version.closes !== null) refuseOver(became);
  refuseLate(version, at, charter);
  const ballot = { ...vote, matter: proposal.entry, entry, at };
  if (vote.choice !== "withdraw") {
    refuseVote(proposal.entry, texts.ballots, vote);
    const seats = seatsFor(counted(texts.ballots, proposal.entry), vote.choice).add(vote.seat), decided = decides(charter, vote.choice, seats);
    const begins = decided === "adopted" ? effect(version, at, charter) : null;
    if (decided) texts.turns.push(turnOf(decided, { hash: version.hash, number: proposal.number }, seats, act, begins));
  }
  texts.ballots.push(ballot);
}

function votedOn(texts, vote) {
  if (vote.choice === "withdraw") {
    const { matter } = takenBack(texts.ballots, vote);
    return texts.proposals.find((one) => one.entry === matter);
  }
  const answers = ({ entry }) => vote.answers === entry || vote.answers === answersFor(texts.ballots, vote.seat, entry);
  return texts.proposals.findLast((one) => one.version.hash === vote.version && answers(one));
}
