// Runs the second verifier in node for a test: bundles come in on standard input, each behind its length (4 bytes, most significant first); a line
// of JSON with the report goes out for each. The one argument is the folder of the verifier; the first line in is its rules as JSON.

import { pathToFileURL } from "node:url";

const folder = pathToFileURL(`${process.argv[2]}/`);
const { verify } = await import(new URL("verify.js", folder));
const { readTrust } = await import(new URL("note.js", folder));
const { agrees } = await import(new URL("sha256.js", folder));
if (!(await agrees())) throw new Error("the hashes are not WebCrypto's");

const input = process.stdin[Symbol.asyncIterator]();
let held = Buffer.alloc(0);

async function take(count) {
  while (held.length < count) {
    const { value, done } = await input.next();
    if (done) return null;
    held = Buffer.concat([held, value]);
  }
  const taken = held.subarray(0, count);
  held = held.subarray(count);
  return taken;
}

/** A part with its length before it. */
async function part() {
  const head = await take(4);
  return head && take(head.readUInt32BE());
}

const rules = JSON.parse(await part());
for (let data = await part(); data !== null; data = await part()) {
  const keys = String(await part());
  const trust = keys ? readTrust(keys) : null;
  const report = await verify(new Blob([data]).stream(), { rules, trust, size: data.length });
  const { verdict, findings, more, ledger, trusted } = report, { size, root, witnessed, successors, revoked, doubted } = ledger ?? {};
  process.stdout.write(`${JSON.stringify({ verdict, findings, more, trusted, size, root, witnessed, successors, revoked, doubted })}\n`);
}
