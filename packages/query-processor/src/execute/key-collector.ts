/**
 * The values of one integer join key, as a set of bits that a scan on the other side can test. Gives
 * up where a value is no 32-bit integer or where they lie too far apart.
 */
import type { KeyBits } from "@firstlight/common";
import type { CompiledExpr, EvaluationContext, Row } from "@firstlight/sql";

const VALUES_MAX = 1 << 20;
/** 4 MiB. */
const BITS_MAX = 1 << 25;

export class KeyCollector {
  readonly #value: CompiledExpr;
  #values: number[] | undefined = [];
  #lowest = 0;
  #highest = -1;

  constructor(value: CompiledExpr) {
    this.#value = value;
  }

  add(rows: readonly Row[], context: EvaluationContext): void {
    const values = this.#values;
    if (values === undefined) return;
    for (const row of rows) {
      const value = this.#value(row, context);
      if (value === null) continue;
      const number = typeof value === "bigint" ? Number(value) : value;
      if (typeof number !== "number" || (number | 0) !== number || values.length >= VALUES_MAX) {
        this.#values = undefined;
        return;
      }
      if (values.length === 0 || number < this.#lowest) this.#lowest = number;
      if (values.length === 0 || number > this.#highest) this.#highest = number;
      values.push(number);
    }
  }

  finish(): KeyBits | undefined {
    const values = this.#values;
    if (values === undefined) return undefined;
    const lowest = this.#lowest;
    const span = this.#highest - lowest + 1;
    if (span > BITS_MAX) return undefined;
    const bits = new Int32Array((span + 31) >> 5);
    for (const value of values) {
      const at = value - lowest;
      bits[at >> 5] = (bits[at >> 5] as number) | (1 << (at & 31));
    }
    return { lowest, bits };
  }
}
