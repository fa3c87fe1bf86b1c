/** Limits as data: what each is, its value, and how crossing it is reported. */
import { SqlError } from "@firstlight/common";
import type { SqlErrorFields } from "@firstlight/common";

export type LimitName =
  | "rows"
  | "bytes"
  | "age"
  | "key"
  | "key-columns"
  | "row"
  | "column"
  | "columns"
  | "column-numbers"
  | "indexes"
  | "statistics"
  | "schemas"
  | "tables"
  | "views"
  | "view-text"
  | "sequences"
  | "memory"
  | "message"
  | "connections"
  | "connection-rate"
  | "connection-burst"
  | "connection-age"
  | "storage";

export interface Limit {
  readonly name: LimitName;
  /** What is limited, in words. */
  readonly what: string;
  readonly value: number;
  readonly unit: "" | "bytes" | "seconds" | "per second";
  readonly sqlstate: string;
  /** With {value} where the text tells the limit as it is. */
  readonly text: string;
  readonly source: string;
  /** When it was last seen so: an ISO date. */
  readonly observed: string;
}

/** Values by name; those of a profile without a limit are infinite. */
export class ProfileLimits {
  readonly all: readonly Limit[];
  readonly #limits: ReadonlyMap<LimitName, Limit>;

  constructor(limits: readonly Limit[] = [], overrides: ReadonlyMap<string, number> = new Map()) {
    this.all = limits.map((limit) => {
      const value = overrides.get(limit.name);
      return value === undefined ? limit : { ...limit, value };
    });
    this.#limits = new Map(this.all.map((limit) => [limit.name, limit]));
  }

  /** Keep it where it is asked for often. */
  value(name: LimitName): number {
    return this.#limits.get(name)?.value ?? Infinity;
  }

  /** Throws when `value` is above the limit. */
  check(name: LimitName, value: number): void {
    if (value > this.value(name)) throw this.refusal(name);
  }

  /** What crossing it is answered with. */
  refusal(name: LimitName, fields: SqlErrorFields = {}): SqlError {
    const limit = this.#limits.get(name);
    if (limit === undefined) throw new RangeError(`no limit ${name}`);
    const text = limit.text.replace("{value}", String(limit.value));
    return new SqlError(limit.sqlstate, text, fields);
  }
}
