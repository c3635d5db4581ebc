// The page "Check us": takes a bundle that is chosen, dropped or fetched, checks it here, and says what came of it. Nothing is sent anywhere.

import { agrees } from "./sha256.js";
import { canCheck, readTrust, verifierKey } from "./note.js";
import { verify } from "./verify.js";
import { told, WORDS } from "./words.js";

const root = document.querySelector("[data-check]"), language = document.documentElement.lang, words = WORDS[language];
const able = (await agrees()) && (await canCheck());
// The form stands in a template: without this page's script there is nothing to fill in.
if (able) root.append(root.querySelector("template").content.cloneNode(true));
else document.querySelector("[data-cannot]").textContent = words.cannot;
document.querySelector("[data-unscripted]").hidden = true;
const $ = (wanted) => root.querySelector(wanted);
const state = $("[data-state]"), bar = $("progress"), result = $("[data-result]"), file = $("#bundle"), keys = $("#keys-file");
const rules = { catalogue: root.dataset.catalogue, floor: root.dataset.floor };
const MIB = 1 << 20, count = (number) => number.toLocaleString(language), mib = (bytes) => (bytes / MIB).toFixed(1);
let busy = false;

function node(tag, text = "", attributes = {}) {
  const made = document.createElement(tag);
  made.textContent = text;
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}
const list = (sentences) => {
  const made = node("ul", "", { class: "said" });
  made.append(...sentences.map((says) => node("li", says)));
  return made;
};
const instant = (at) => `${new Date(at / 1000).toISOString().slice(0, 19).replace("T", " ")} UTC`;

// ---------------------------------------------------------------- checking

async function check(open) {
  if (busy) return;
  busy = true;
  result.hidden = true;
  try {
    const trust = keys.files.length ? await trusted(await keys.files[0].text()) : null;
    const { stream, size } = await open();
    bar.hidden = false;
    const report = await verify(stream, { rules, trust, size, progress: (bytes, entries) => progress(bytes, size, entries) });
    show(report);
  } catch (problem) {
    state.textContent = problem.said ?? words.failed(problem.message);
  } finally {
    bar.hidden = true;
    busy = false;
  }
}

async function trusted(text) {
  try {
    return readTrust(text);
  } catch (problem) {
    throw Object.assign(problem, { said: words.keys(problem.message) });
  }
}

/** Say how far it has come, and let the page be drawn. */
function progress(bytes, size, entries) {
  const known = Number.isFinite(size);
  state.textContent = words.reading(mib(bytes), known ? mib(size) : "", count(entries));
  if (known) bar.value = bytes / size;
  return new Promise((go) => setTimeout(go));
}

const ofFile = (chosen) => async () => ({ stream: chosen.stream(), size: chosen.size });

async function fetched() {
  state.textContent = words.fetching;
  const answer = await fetch($("[data-fetch]").dataset.fetch);
  if (!answer.ok) throw new Error(String(answer.status));
  const length = answer.headers.get("content-length");
  return { stream: answer.body, size: length ? Number(length) : Infinity };
}

// ---------------------------------------------------------------- what came of it

function show(report) {
  const { verdict, findings, more, ledger } = report, good = verdict === "verified";
  const head = node("h2", words[verdict], { tabindex: "-1", "data-verdict": verdict });
  const box = node("div", "", { class: `note ${good ? "" : "stop"}` });
  box.append(head);
  if (ledger?.simulated) box.append(node("p", words.simulated));
  if (!good) box.append(...first(findings[0], verdict));
  if (verdict === "violated") box.append(node("p", words.rely));
  result.replaceChildren(box);
  if (findings.length > 1) result.append(everything(findings, more));
  if (ledger) result.append(...about(ledger, good));
  if (good) {
    const always = [...words.not, ...(ledger.witnessed ? words.newest : words.unwitnessed)];
    const unproven = report.trusted ? always : [words.without, ...always];
    result.append(node("h3", words.proven), list([...words.shows, ...happened(ledger)]), node("h3", words.unproven), list(unproven));
  }
  result.hidden = false;
  state.textContent = "";
  head.focus();
}

function first(finding, verdict) {
  const { what, says, place, offset, index, entry } = finding, code = node("p", "", { lang: "en", class: "soft" });
  code.append(node("span", `${says} `), node("code", what));
  const where = node("p", index === null ? `${(verdict === "violated" ? words.place : words.at)(count(offset))} ` : words.index(count(index), entry, count(offset)));
  if (index === null) where.append(node("span", place, { lang: "en" }));
  return [node("p", told(what, language)), where, code];
}

/** What became of the log and its keys, where something did. */
function happened({ successors, revoked, doubted }) {
  return [...successors.map(words.succeeded), ...(revoked.length ? [words.revoked(revoked.join(", "), count(doubted))] : [])];
}

function everything(findings, more) {
  const made = node("details"), items = node("ol", "", { class: "said" });
  for (const { what, place, offset } of findings) {
    const item = node("li", `${told(what, language)} `);
    item.append(node("span", `${place}, byte ${offset} `, { lang: "en" }), node("code", what));
    items.append(item);
  }
  made.append(node("summary", words.all(count(findings.length), more ? count(findings.length + more) : "")), items);
  return made;
}

/** What the ledger says of itself; where it can't be relied on, only whose it claims to be. */
function about(ledger, good) {
  const facts = node("dl", "", { class: "facts" });
  const kinds = (name) => count(ledger.kinds[name] ?? 0), shown = (name) => words.records(count(ledger.records[name] ?? 0));
  const lines = [[words.name, ledger.origin, true], [words.entries, count(ledger.size)], [words.key, verifierKey(ledger.origin, ledger.key), true]];
  const { witnessed } = ledger;
  if (good && witnessed) lines.push([words.witnessed, words.covered({ ...witnessed, size: count(witnessed.size) })]);
  if (good) lines.push(
    [words.times, `${instant(ledger.at)} – ${instant(ledger.latest)}`],
    [words.votes, kinds("agreement.voted")],
    [words.answers, `${kinds("disclosed")} (${shown("disclosed")})`],
    [words.shown, `${kinds("shown")} (${shown("shown")})`],
    [words.refusals, kinds("refused")],
    [words.checkpoints, count(ledger.checkpoints)],
    [words.root, ledger.root, true],
  );
  for (const [term, value, id] of lines) {
    facts.append(node("dt", term), node("dd", value, id ? { class: "id" } : {}));
  }
  return [node("h3", words.about), facts];
}

// ---------------------------------------------------------------- what can be done

if (able) {
  $("form").addEventListener("submit", (sent) => {
    sent.preventDefault();
    if (file.files.length) check(ofFile(file.files[0]));
    else state.textContent = words.nothing;
  });
  $("[data-fetch]")?.addEventListener("click", () => check(fetched));
  document.addEventListener("dragover", (over) => over.preventDefault());
  document.addEventListener("drop", (dropped) => {
    dropped.preventDefault();
    const [chosen] = dropped.dataTransfer.files;
    if (chosen) check(ofFile(chosen));
  });
}
