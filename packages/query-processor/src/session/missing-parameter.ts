/** Parameters in statements that come with no values for them: the simple protocol. */
import { SqlError } from "@firstlight/common";
import { WITHOUT_PARAMETERS } from "../bind/parameters.ts";
import type { ParsedStatement } from "../parse/parsed-statement.ts";

interface Found {
  readonly number: number;
  readonly location: number;
}

function firstParameter(node: unknown): Found | undefined {
  if (typeof node !== "object" || node === null) return undefined;
  let first: Found | undefined;
  for (const [tag, value] of Object.entries(node)) {
    const reference = value as { number?: number; location?: number };
    const found =
      tag === "ParamRef"
        ? { number: reference.number ?? 0, location: reference.location ?? 0 }
        : firstParameter(value);
    if (found !== undefined && (first === undefined || found.location < first.location)) {
      first = found;
    }
  }
  return first;
}

/** Declared types: parameters are refused where they are found. EXPLAIN may be of a generic plan. */
export function typesOfNoParameters(statement: ParsedStatement): readonly number[] {
  if (!/\$\d/u.test(statement.text) || statement.tag === "ExplainStmt") return [];
  const exact = statement.normalized?.exact() ?? statement;
  return firstParameter(exact.node) === undefined ? [] : WITHOUT_PARAMETERS;
}

/** PostgreSQL's error for the first parameter of the statement. */
export function noParameter(statement: ParsedStatement): SqlError {
  const exact = statement.normalized?.exact() ?? statement;
  const found = firstParameter(exact.node);
  const before = Buffer.from(exact.source).toString("utf8", 0, found?.location ?? 0);
  return new SqlError("42P02", `there is no parameter $${String(found?.number ?? 1)}`, {
    position: Array.from(before).length + 1,
  });
}
