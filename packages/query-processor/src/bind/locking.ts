/** FOR UPDATE and its weaker kin (transformLockingClause). */
import { asTag, list, locationOf, string } from "../parse/node.ts";
import type { ParseNode } from "../parse/parsed-statement.ts";
import { bindError } from "./errors.ts";
import { findSetCall } from "./expression/set-returning.ts";
import type { BoundSelect, RangeTableEntry, RowMark } from "./query-tree.ts";

type Strength = RowMark["strength"];

const STRENGTHS: Readonly<Record<string, readonly [Strength, string]>> = {
  LCS_FORKEYSHARE: ["keyShare", "FOR KEY SHARE"],
  LCS_FORSHARE: ["share", "FOR SHARE"],
  LCS_FORNOKEYUPDATE: ["noKeyUpdate", "FOR NO KEY UPDATE"],
  LCS_FORUPDATE: ["update", "FOR UPDATE"],
};
const ORDER: readonly Strength[] = ["keyShare", "share", "noKeyUpdate", "update"];

/** Rows of a result can be locked only if each comes from one row of each table. */
function checkLockable(query: BoundSelect, clause: string): void {
  const refuse = (what: string): never => {
    throw bindError("0A000", `${clause} is not allowed with ${what}`, -1);
  };
  if (query.setOperation !== undefined) refuse("UNION/INTERSECT/EXCEPT");
  if (query.distinct !== false) refuse("DISTINCT clause");
  if (query.groupBy.length > 0 || query.groupingSets !== undefined) refuse("GROUP BY clause");
  if (query.having !== undefined) refuse("HAVING clause");
  if (query.hasAggregates) refuse("aggregate functions");
  if (query.windows.length > 0) refuse("window functions");
  if (query.targets.some((target) => findSetCall(target.expr) !== undefined)) {
    refuse("set-returning functions in the target list");
  }
}

function stronger(a: Strength, b: Strength): Strength {
  return ORDER.indexOf(a) >= ORDER.indexOf(b) ? a : b;
}

function addMark(query: BoundSelect, rte: number, strength: Strength): BoundSelect {
  const existing = query.rowMarks.find((mark) => mark.rte === rte);
  const others = query.rowMarks.filter((mark) => mark.rte !== rte);
  const mark = {
    rte,
    strength: existing === undefined ? strength : stronger(existing.strength, strength),
  };
  return { ...query, rowMarks: [...others, mark] };
}

function replaceEntry(query: BoundSelect, rte: number, entry: RangeTableEntry): BoundSelect {
  return { ...query, rangeTable: query.rangeTable.map((each, i) => (i === rte ? entry : each)) };
}

function lockEntry(
  query: BoundSelect,
  rte: number,
  clause: string,
  strength: Strength,
): BoundSelect {
  const entry = query.rangeTable[rte];
  if (entry?.kind === "table") {
    if (entry.table.materialized !== undefined) {
      const text = `cannot lock rows in materialized view "${entry.table.name}"`;
      throw bindError("42809", text, -1);
    }
    return addMark(query, rte, strength);
  }
  if (entry?.kind !== "subquery") return query;
  checkLockable(entry.query, clause);
  const inner = lockAll(entry.query, clause, strength);
  return replaceEntry(query, rte, { ...entry, query: inner });
}

function lockAll(query: BoundSelect, clause: string, strength: Strength): BoundSelect {
  return query.rangeTable.reduce(
    (locked, _entry, rte) => lockEntry(locked, rte, clause, strength),
    query,
  );
}

/** Joins, subqueries and VALUES without an alias are called so, and cannot be meant by it. */
const UNNAMED: ReadonlySet<string> = new Set(["unnamed_join", "unnamed_subquery", "*VALUES*"]);

function isUnnamed({ kind, alias }: RangeTableEntry): boolean {
  return UNNAMED.has(alias) && (kind === "join" || kind === "subquery" || kind === "values");
}

function lockNamed(
  query: BoundSelect,
  fields: ParseNode,
  clause: string,
  strength: Strength,
): BoundSelect {
  const name = string(fields, "relname");
  const location = locationOf(fields);
  const rte = query.rangeTable.findIndex((entry) => entry.alias === name && !isUnnamed(entry));
  const entry = query.rangeTable[rte];
  if (entry === undefined) {
    throw bindError(
      "42P01",
      `relation "${name}" in ${clause} clause not found in FROM clause`,
      location,
    );
  }
  const refusals: Partial<Record<RangeTableEntry["kind"], string>> = {
    join: `${clause} cannot be applied to a join`,
    function: `${clause} cannot be applied to a function`,
    values: `${clause} cannot be applied to VALUES`,
    cte: `${clause} cannot be applied to a WITH query`,
  };
  const refusal = refusals[entry.kind];
  if (refusal !== undefined) throw bindError("0A000", refusal, location);
  return lockEntry(query, rte, clause, strength);
}

export function refuseLocking(nodes: readonly ParseNode[], what: string): void {
  const [first] = nodes;
  if (first === undefined) return;
  const [, clause] = STRENGTHS[string(asTag(first, "LockingClause") ?? {}, "strength")] ?? [];
  throw bindError("0A000", `${clause ?? "FOR UPDATE"} cannot be applied to ${what}`, -1);
}

function withLocked(query: BoundSelect, names: readonly string[], strength: Strength): BoundSelect {
  const lockedEntries = [...(query.lockedEntries ?? [])];
  query.rangeTable.forEach(({ kind, alias }, rte) => {
    const isLockable = kind === "table" || kind === "subquery";
    const isNamed = names.length === 0 || names.includes(alias);
    if (isLockable && isNamed && !lockedEntries.some((mark) => mark.rte === rte)) {
      lockedEntries.push({ rte, strength });
    }
  });
  return { ...query, lockedEntries };
}

/** NOWAIT and SKIP LOCKED change nothing: no statement waits for another transaction. */
export function applyLocking(query: BoundSelect, nodes: readonly ParseNode[]): BoundSelect {
  return nodes.reduce((locked, node) => {
    const fields = asTag(node, "LockingClause") ?? {};
    const [strength, clause] = STRENGTHS[string(fields, "strength")] ?? ["update", "FOR UPDATE"];
    checkLockable(locked, clause);
    const named = list(fields, "lockedRels").map((each) => asTag(each, "RangeVar") ?? {});
    const shown = withLocked(
      locked,
      named.map((each) => string(each, "relname")),
      strength,
    );
    if (named.length === 0) return lockAll(shown, clause, strength);
    return named.reduce((each, relation) => lockNamed(each, relation, clause, strength), shown);
  }, query);
}
