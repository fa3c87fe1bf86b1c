/** WITH: binds its queries in order of dependency, recursive ones included (transformWithClause). */
import {
  asTag,
  child,
  fieldsOf,
  flag,
  list,
  locationOf,
  string,
  stringValue,
  tagOf,
} from "../parse/node.ts";
import type { ParseNode } from "../parse/parsed-statement.ts";
import { bindError } from "./errors.ts";
import { outputColumns } from "./output-columns.ts";
import { checkRecursion } from "./recursion-check.ts";
import type { BoundCte, OutputColumn } from "./query-tree.ts";
import type { CteEntry, Scope } from "./scope.ts";
import { searchAndCycle, withSearchAndCycle } from "./search-cycle.ts";

interface WrittenCte {
  readonly entry: CteEntry;
  readonly fields: ParseNode;
  readonly query: ParseNode;
  readonly dependsOn: ReadonlyMap<string, number>;
}

const MATERIALIZED: Readonly<Record<string, CteEntry["materialized"]>> = {
  CTEMaterializeAlways: "always",
  CTEMaterializeNever: "never",
};

/** Unqualified relation names below a parse node, with the place of the first mention. */
function relationNames(
  node: unknown,
  into: Map<string, number>,
  /** WITH queries further in that have these names. */
  hidden: ReadonlySet<string> = new Set(),
): void {
  if (Array.isArray(node)) {
    for (const each of node) relationNames(each, into, hidden);
    return;
  }
  if (typeof node !== "object" || node === null) return;
  const own = "withClause" in node ? withNames(node.withClause) : [];
  const inner = own.length === 0 ? hidden : new Set([...hidden, ...own]);
  if ("relname" in node && !("schemaname" in node) && typeof node.relname === "string") {
    const location = "location" in node ? Number(node.location) : 0;
    if (!into.has(node.relname) && !hidden.has(node.relname)) into.set(node.relname, location);
  }
  for (const value of Object.values(node)) relationNames(value, into, inner);
}

function withNames(clause: unknown): readonly string[] {
  if (typeof clause !== "object" || clause === null) return [];
  return list({ ...clause }, "ctes").map((node) =>
    string(asTag(node, "CommonTableExpr") ?? {}, "ctename"),
  );
}

function written(fields: ParseNode): WrittenCte {
  const location = locationOf(fields);
  const query = child(fields, "ctequery") ?? {};
  const dependsOn = new Map<string, number>();
  relationNames(query, dependsOn);
  const entry: CteEntry = {
    name: string(fields, "ctename"),
    materialized: MATERIALIZED[string(fields, "ctematerialized")] ?? "default",
    location,
    columns: [],
    aliases: list(fields, "aliascolnames").map((node) => stringValue(node) ?? ""),
    clauses: undefined,
    query: undefined,
    recursive: false,
    references: 0,
    state: "pending",
  };
  return { entry, fields, query, dependsOn };
}

/** Dependencies first. A cycle of several is refused, a cycle of one is recursion. */
function sorted(ctes: readonly WrittenCte[]): readonly WrittenCte[] {
  const result: WrittenCte[] = [];
  const open = new Set<WrittenCte>();
  const visit = (cte: WrittenCte): void => {
    if (result.includes(cte)) return;
    if (open.has(cte)) {
      throw bindError(
        "0A000",
        "mutual recursion between WITH items is not implemented",
        cte.entry.location,
      );
    }
    open.add(cte);
    for (const other of ctes) {
      if (other !== cte && cte.dependsOn.has(other.entry.name)) visit(other);
    }
    result.push(cte);
  };
  for (const cte of ctes) visit(cte);
  return result;
}

/** Column names given in WITH name (columns...) replace the query's first ones. */
export function cteColumns(
  entry: CteEntry,
  columns: readonly OutputColumn[],
): readonly OutputColumn[] {
  if (entry.aliases.length > columns.length) {
    throw bindError(
      "42P10",
      `WITH query "${entry.name}" has ${columns.length} columns available but ${entry.aliases.length} columns specified`,
      entry.location,
    );
  }
  return columns.map((column, index) => ({ ...column, name: entry.aliases[index] ?? column.name }));
}

function bindCte(scope: Scope, written: WrittenCte, recursive: boolean): void {
  const { entry, fields, query, dependsOn } = written;
  if (tagOf(query) === "MergeStmt") {
    throw bindError("0A000", "MERGE not supported in WITH query", entry.location);
  }
  const inner = scope.child();
  entry.recursive = recursive && dependsOn.has(entry.name);
  if (tagOf(query) !== "SelectStmt" && scope.parent !== undefined) {
    throw bindError(
      "0A000",
      "WITH clause containing a data-modifying statement must be at the top level",
      entry.location,
    );
  }
  entry.clauses = searchAndCycle(scope, fields);
  if (entry.recursive) {
    checkRecursion(entry.name, query, entry.location);
    inner.recursiveCte = entry;
  }
  entry.query =
    tagOf(query) === "SelectStmt"
      ? scope.context.binders.select(inner, fieldsOf(query))
      : scope.context.binders.statement(inner, query);
  const columns = cteColumns(entry, outputColumns(entry.query));
  if (entry.recursive) checkRecursiveTypes(entry, columns);
  entry.columns = columns;
  entry.state = "bound";
  addSearchAndCycle(scope, entry);
}

function addSearchAndCycle(scope: Scope, entry: CteEntry): void {
  const { clauses, query, name, columns } = entry;
  if (clauses === undefined) return;
  if (!entry.recursive || query?.kind !== "select") {
    throw bindError("42601", "WITH query is not recursive", entry.location);
  }
  const rewritten = withSearchAndCycle(scope, name, clauses, columns, query);
  if (scope.context.asWritten !== true) entry.query = rewritten;
}

/** The columns were those of the non-recursive term; they must not have become wider. */
function checkRecursiveTypes(entry: CteEntry, columns: readonly OutputColumn[]): void {
  if (columns.length === entry.columns.length) return;
  throw new Error(`recursive query ${entry.name} changed its columns`);
}

/** Binds the WITH clause of a statement into its scope. */
export function bindWith(scope: Scope, statement: ParseNode): void {
  const clause = child(statement, "withClause");
  if (clause === undefined) return;
  const recursive = flag(clause, "recursive");
  const ctes = list(clause, "ctes").map((node) => written(asTag(node, "CommonTableExpr") ?? {}));
  for (const [index, { entry }] of ctes.entries()) {
    if (ctes.findIndex((other) => other.entry.name === entry.name) === index) continue;
    throw bindError(
      "42712",
      `WITH query name "${entry.name}" specified more than once`,
      entry.location,
    );
  }
  const ordered = recursive ? sorted(ctes) : ctes;
  scope.ctes.push(...ordered.map((cte) => cte.entry));
  for (const cte of ordered) bindCte(scope, cte, recursive);
}

/** What the bound statement keeps of its scope's WITH queries. */
export function boundCtes(scope: Scope): readonly BoundCte[] {
  return scope.ctes.map((entry) => {
    if (entry.query === undefined) throw new Error(`WITH query ${entry.name} was not bound`);
    return {
      name: entry.name,
      columns: [...entry.columns, ...(entry.clauses?.columns ?? [])],
      query: entry.query,
      recursive: entry.recursive,
      materialized: entry.materialized,
      aliases: entry.aliases,
      references: entry.references,
      ...(scope.context.asWritten === true && entry.clauses !== undefined
        ? { clauses: entry.clauses }
        : {}),
    };
  });
}
