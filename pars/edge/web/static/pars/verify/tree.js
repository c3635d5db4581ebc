// The RFC 6962 tree (section 2), kept as the roots of its perfect subtrees, largest first.

import { sha256 } from "./sha256.js";

const LEAF = Uint8Array.of(0), NODE = Uint8Array.of(1);

export const leafHash = (bytes) => sha256(LEAF, bytes);
export const nodeHash = (left, right) => sha256(NODE, left, right);

export class Tree {
  constructor() {
    this.size = 0;
    this.nodes = [];
  }

  append(leaf) {
    let top = leaf;
    for (let index = this.size; index % 2; index = Math.floor(index / 2)) top = nodeHash(this.nodes.pop(), top);
    this.nodes.push(top);
    this.size += 1;
  }

  root() {
    if (!this.nodes.length) return sha256();
    return this.nodes.slice(0, -1).reduceRight((right, left) => nodeHash(left, right), this.nodes.at(-1));
  }
}
