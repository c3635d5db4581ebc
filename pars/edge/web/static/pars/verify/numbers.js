// Sets of entries' numbers.

/** A set of numbers in a bit each: a ledger has millions, drawn nearly in order. */
export class Numbers {
  #pages = new Map();
  static #PAGE = 1 << 15;

  add(number) {
    const page = Math.floor(number / Numbers.#PAGE), place = number % Numbers.#PAGE;
    if (!this.#pages.has(page)) this.#pages.set(page, new Uint8Array(Numbers.#PAGE / 8));
    const bits = this.#pages.get(page), bit = 1 << (place & 7), fresh = !(bits[place >> 3] & bit);
    bits[place >> 3] |= bit;
    return fresh;
  }

  has(number) {
    const bits = this.#pages.get(Math.floor(number / Numbers.#PAGE)), place = number % Numbers.#PAGE;
    return bits !== undefined && (bits[place >> 3] & (1 << (place & 7))) !== 0;
  }
}
