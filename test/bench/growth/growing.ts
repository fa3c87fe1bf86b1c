/** Statements at growing sizes: what a case of `npm run bench:growth` is made of. */

/** A statement with parameters, whose values are texts as the protocol has them. */
export interface Bound {
  readonly text: string;
  readonly values: readonly unknown[];
}

export type Step = string | Bound;

export interface Growing {
  readonly name: string;
  /** The smallest size; the others are twice and four times as large. */
  readonly size: number;
  /** Before and after the measured steps. */
  readonly before: (size: number) => readonly string[];
  readonly steps: (size: number) => readonly Step[];
  readonly after: readonly string[];
}

export interface Around {
  readonly before?: (size: number) => readonly string[];
  readonly after?: readonly string[];
}

export function growing(
  name: string,
  size: number,
  steps: (size: number) => Step | readonly Step[],
  { before = () => [], after = [] }: Around = {},
): Growing {
  const all = (n: number): readonly Step[] => {
    const made = steps(n);
    return typeof made === "string" || "text" in made ? [made] : made;
  };
  return { name, size, steps: all, before, after };
}

export function times(count: number, item: (i: number) => string, between: string): string {
  return Array.from({ length: count }, (_, i) => item(i)).join(between);
}

export function list(count: number, item: (i: number) => string): string {
  return times(count, item, ", ");
}

/** An array of integers as a parameter. */
export function integers(count: number, item: (i: number) => number = (i) => i): string {
  return `{${times(count, (i) => String(item(i)), ",")}}`;
}

/** Tables a and b of as many rows: id, k of a thousand values, m with nulls, s. */
export const TABLES: Around = {
  before: (n) =>
    ["a", "b"].flatMap((name) => [
      `create table ${name} (id int primary key, k int not null, m int, s text not null)`,
      `insert into ${name} select i, i % 1000, nullif(i, i / 10 * 10), md5(i::text) from generate_series(1, ${n}) i`,
      `create index on ${name} (k)`,
      `analyze ${name}`,
    ]),
  after: ["drop table if exists a, b cascade"],
};
