// Which 32 bytes are a key that somebody can hold (section 3): a point in its one spelling, and none of the few that sign for everybody.

const P = 2n ** 255n - 19n, OF_ORDER_8 = 0x7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd83d3d706a17c7n;
const SMALL = new Set([0n, 1n, P - 1n, OF_ORDER_8, P - OF_ORDER_8]);

/** Whether a key is written in its one way and is no point of small order. */
export function isHeldByOne(key) {
  const written = [...key].reverse().reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n), y = written & (2n ** 255n - 1n);
  return key.length === 32 && y < P && !SMALL.has(y);
}
