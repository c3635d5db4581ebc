// Holds the second verifier to the specification's vectors. Arguments: the verifier's folder, the vectors' folder. Prints what differs; nothing where
// nothing does.

import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const folder = pathToFileURL(`${process.argv[2]}/`), load = (name) => import(new URL(name, folder));
const vectors = (name) => JSON.parse(readFileSync(`${process.argv[3]}/${name}`, "utf8"));
const bytes = (text) => new Uint8Array(Buffer.from(text, "base64"));
const { hex, fromHex } = await load("bytes.js");
const { readEntry } = await load("forms.js");
const { leafHash, Tree } = await load("tree.js");
const { readCheckpoint, readNote, readTrust, readVerifierKey, signed } = await load("note.js");
const { verify } = await load("verify.js");
let checked = 0;

function hold(name, found, expected) {
  checked += 1;
  const [one, other] = [JSON.stringify(found), JSON.stringify(expected)];
  if (one !== other) console.log(`${name}: ${one}, not ${other}`);
}

for (const { name, bytes: data, leaf = null, what = null, entry = null } of vectors("entries.json").entries) {
  const { fault } = readEntry(bytes(data));
  hold(`entry ${name}`, fault ? [null, fault.what, fault.entry] : [hex(leafHash(bytes(data))), null, null], [leaf, what, entry]);
}

const { leaves, roots } = vectors("tree.json"), tree = new Tree();
hold("the empty root", hex(tree.root()), roots[0]);
leaves.forEach((leaf, n) => {
  tree.append(leafHash(bytes(leaf)));
  hold(`root over ${n + 1}`, hex(tree.root()), roots[n + 1]);
});

const { key, notes, keys } = vectors("notes.json");
async function reads(work) {
  try {
    return Boolean(await work());
  } catch {
    return false;
  }
}
for (const { name, note, holds } of notes) {
  const found = await reads(() => {
    const { body, lines } = readNote(bytes(note));
    return readCheckpoint(body) && signed(fromHex(key), body, lines[0].signature);
  });
  hold(`note ${name}`, found, holds);
}
for (const one of keys) hold(`key ${one.name}`, await reads(() => readVerifierKey(one.key)), one.reads);

const { rules, pool, bundles, tampered } = vectors("bundles.json"), magic = Buffer.from("PARS ledger bundle 1\n");
function joined(numbers) {
  const parts = numbers.map((number) => {
    const [tag, body] = pool[number], data = Buffer.from(body, "base64"), head = Buffer.alloc(5, tag);
    head.writeUInt32BE(data.length, 1);
    return Buffer.concat([head, data]);
  });
  return Buffer.concat([magic, ...parts]);
}
async function holdBundle(data, { name, keys: trust, verdict, findings }) {
  const report = await verify(new Blob([data]).stream(), { rules, trust: trust ? readTrust(trust) : null, size: data.length });
  const said = report.findings.map(({ what, place, offset, index, entry }) => ({ what, place, byte: offset, index, entry }));
  hold(`bundle ${name}`, [report.verdict, said], [verdict, findings]);
}
for (const one of bundles) await holdBundle(joined(one.sections), one);
const sound = joined(bundles.find(({ name }) => name === tampered.of).sections);
for (const one of tampered.bundles) {
  const put = Buffer.from(one.put, "base64");
  await holdBundle(Buffer.concat([sound.subarray(0, one.at), put, sound.subarray(one.at + one.drop)]), one);
}
console.error(`${checked} vectors`);
