/** The queries of queries.sql, and whether two databases answer one of them alike. */
import { readFileSync } from "node:fs";

export interface TpchQuery {
  readonly number: number;
  readonly text: string;
  /** The columns, from 0, by which the rows are ordered. */
  readonly orderedBy: readonly number[];
}

export type TextRow = readonly (string | null)[];

/** Q11 takes its threshold from the scale. */
export function tpchQueries(scale: number): readonly TpchQuery[] {
  const text = readFileSync(new URL("queries.sql", import.meta.url), "utf8");
  const queries: TpchQuery[] = [];
  for (const part of text.split(/^-- Q/mu).slice(1)) {
    const [heading = "", ...lines] = part.split("\n");
    const [number, ...columns] = heading.match(/\d+/gu) ?? [];
    queries.push({
      number: Number(number),
      text: lines.join("\n").replace(":fraction", (0.0001 / scale).toFixed(10)),
      orderedBy: columns.map((column) => Number(column) - 1),
    });
  }
  return queries;
}

function sorted(rows: readonly TextRow[]): readonly string[] {
  return rows.map((row) => JSON.stringify(row)).toSorted();
}

function firstDifference(
  expected: readonly string[],
  found: readonly string[],
): string | undefined {
  for (let at = 0; at < Math.max(expected.length, found.length); at++) {
    if (expected[at] === found[at]) continue;
    return `row ${at + 1}: PostgreSQL ${expected[at] ?? "none"}, Firstlight ${found[at] ?? "none"}`;
  }
  return undefined;
}

/** Undefined when the answers are the same: all text equal, order only as far as it is asked for. */
export function difference(
  query: TpchQuery,
  expected: readonly TextRow[],
  found: readonly TextRow[],
): string | undefined {
  const keys = (rows: readonly TextRow[]): readonly string[] =>
    rows.map((row) => JSON.stringify(query.orderedBy.map((column) => row[column])));
  return (
    firstDifference(sorted(expected), sorted(found)) ?? firstDifference(keys(expected), keys(found))
  );
}
