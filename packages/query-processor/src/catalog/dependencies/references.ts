/**
 * What a bound query or expression refers to (find_expr_references): relations and their columns,
 * functions, types, and objects that constants of the reg* types name. Built-in objects are left
 * out: nothing can drop them.
 */
import type { Expr, UserCasts } from "@firstlight/sql";
import { baseTypeOid, definitionOf, oids, typeOid } from "@firstlight/sql";
import { isThroughView } from "../../bind/access-requirements.ts";
import type { BoundQuery, RangeTableEntry } from "../../bind/query-tree.ts";
import { forEachChild, forEachOwnExpr, queryOf } from "../../bind/walk.ts";
import { entryOfWholeRow } from "../../bind/whole-row.ts";
import { FIRST_USER_OID } from "../builtin-objects.ts";
import type { StoredReference } from "./object-address.ts";
import { CLASS } from "./object-address.ts";

const CLASS_OF_REG: ReadonlyMap<number, number> = new Map([
  [oids.REGCLASS, CLASS.relation],
  [oids.REGTYPE, CLASS.type],
  [oids.REGPROC, CLASS.function],
  [oids.REGPROCEDURE, CLASS.function],
  [oids.REGNAMESPACE, CLASS.schema],
  [oids.REGOPER, CLASS.operator],
  [oids.REGOPERATOR, CLASS.operator],
  [oids.REGCOLLATION, CLASS.collation],
]);

type Const = Extract<Expr, { kind: "const" }>;
type Level = readonly RangeTableEntry[];

/** Kinds that were written with a type, or make a value of it; all others have it from an operand. */
const TYPED: ReadonlySet<Expr["kind"]> = new Set([
  "const",
  "param",
  "relabel",
  "coerceViaIO",
  "arrayCoerce",
  "coerceToDomain",
  "fieldStore",
]);

function namesType(expr: Expr): boolean {
  if (TYPED.has(expr.kind)) return true;
  // The row of a table is the table's.
  if (expr.kind === "row") return expr.fields.some(({ kind }) => kind !== "var");
  return expr.kind === "call" && definitionOf(expr.type)?.kind === "range";
}

/** What is cast, to what: the call of a function, or a value read as another type. */
function castTypes(expr: Expr): readonly [source: number, target: number] | undefined {
  if (!("display" in expr) || !expr.display.endsWith("Cast")) return undefined;
  const arg = expr.kind === "call" ? expr.args[0] : "arg" in expr ? expr.arg : undefined;
  return arg === undefined ? undefined : [arg.type, expr.type];
}

class References {
  readonly #casts: UserCasts | undefined;
  /** Literals and calls of the walked text itself: not those of views in it. */
  readonly named: Expr[] = [];
  readonly #found = new Map<string, StoredReference>();
  readonly #levels: Level[] = [];

  constructor(casts: UserCasts | undefined) {
    this.#casts = casts;
  }

  /**
   * The stored tree says that something is cast, and not how: without the cast it would mean something
   * else. PostgreSQL stores the function that it calls, and lets the cast go.
   */
  #cast(expr: Expr): void {
    const types = this.#casts === undefined ? undefined : castTypes(expr);
    const cast = types === undefined ? undefined : this.#casts?.find(types[0], types[1]);
    if (cast?.oid !== undefined) this.add(CLASS.cast, cast.oid);
  }

  add(classId: number, objectId: number, subId = 0): void {
    if (objectId < FIRST_USER_OID) return;
    const reference: StoredReference = [classId, objectId, subId];
    this.#found.set(reference.join(), reference);
  }

  #type(type: number): void {
    this.add(CLASS.type, typeOid(type));
  }

  #column(level: Level | undefined, rte: number, column: number): void {
    const entry = level?.[rte];
    if (entry?.kind === "table") this.add(CLASS.relation, entry.table.oid, column + 1);
    else if (entry?.kind === "subquery" && entry.view !== undefined) {
      this.add(CLASS.relation, entry.view, column + 1);
    } else if (entry?.kind === "join") {
      const value = entry.values[column];
      if (value?.kind === "var") this.#column(level, value.rte, value.column);
    }
  }

  /** An attribute of a named composite type. */
  #field(type: number, field: number): void {
    const definition = definitionOf(baseTypeOid(type));
    if (definition?.kind !== "composite") return;
    const attribute = definition.attributes[field];
    if (attribute !== undefined) this.add(CLASS.relation, definition.relation, attribute.number);
  }

  #constant(constant: Const): void {
    const { type, value } = constant;
    this.named.push(constant);
    const named = CLASS_OF_REG.get(type);
    if (named !== undefined && typeof value === "number") this.add(named, value);
  }

  expr(expr: Expr): void {
    const { kind } = expr;
    if (kind === "var") {
      this.#column(this.#levels.at(-1 - expr.levelsUp), expr.rte, expr.column);
      return;
    }
    const level = (levelsUp: number): Level | undefined => this.#levels.at(-1 - levelsUp);
    // A whole row needs its relation, and no column of it.
    if (entryOfWholeRow(expr, (levelsUp, rte) => level(levelsUp)?.[rte]) !== undefined) return;
    this.#cast(expr);
    if (kind === "fieldSelect") this.#field(expr.arg.type, expr.field);
    if (kind === "const") this.#constant(expr);
    else if (kind === "subLink") this.query(queryOf(expr));
    else if ("proc" in expr) this.#called(expr);
    if (kind === "relabel" && expr.collate !== undefined) {
      this.add(CLASS.collation, expr.collate.oid);
    }
    if (namesType(expr)) this.#type(expr.type);
    forEachChild(expr, (child) => this.expr(child));
  }

  /** An operator stands for its function. */
  #called(expr: Extract<Expr, { readonly proc: number }>): void {
    this.named.push(expr);
    const isOperator = expr.kind === "call" || expr.kind === "scalarArrayOp";
    if (isOperator && expr.operator >= FIRST_USER_OID) {
      this.add(CLASS.operator, expr.operator);
    } else this.add(CLASS.function, expr.proc);
  }

  #entry(entry: RangeTableEntry): void {
    if (entry.kind === "table") this.add(CLASS.relation, entry.table.oid);
    // A sequence is read as a virtual table; the system's own are left out by their OIDs.
    else if (entry.kind === "virtual") this.add(CLASS.relation, entry.table.oid);
    else if (entry.kind === "subquery") {
      if (entry.view === undefined) this.query(entry.query);
      else this.add(CLASS.relation, entry.view);
    } else if (entry.kind === "function") {
      for (const { call, columns, record } of entry.functions) {
        this.expr(call);
        if (record) for (const { type } of columns) this.#type(type);
      }
    } else if (entry.kind === "values") {
      for (const row of entry.rows) row.forEach((each) => this.expr(each));
    }
  }

  /** Columns that a statement gives values to; those of a view go with the view. */
  #assigned(query: BoundQuery): void {
    if (query.kind !== "insert" && query.kind !== "update") return;
    if (isThroughView(query.rangeTable)) return;
    const columns =
      query.kind === "insert" ? query.columns : query.assignments.map(({ column }) => column);
    for (const column of columns) this.add(CLASS.relation, query.table.oid, column + 1);
  }

  query(query: BoundQuery): void {
    this.#levels.push(query.rangeTable);
    for (const cte of query.ctes) this.query(cte.query);
    for (const entry of query.rangeTable) this.#entry(entry);
    if (query.kind === "insert" && query.source.kind === "query") this.query(query.source.query);
    this.#assigned(query);
    forEachOwnExpr(query, (expr) => this.expr(expr));
    if (query.kind === "select") {
      for (const oid of query.keyConstraints ?? []) this.add(CLASS.constraint, oid);
    }
    this.#levels.pop();
  }

  /** An expression over one row of a relation, whose columns are rte 0. */
  over(entry: RangeTableEntry | undefined, expr: Expr): void {
    this.#levels.push(entry === undefined ? [] : [entry]);
    this.expr(expr);
    this.#levels.pop();
  }

  /** Columns stand for their relation where any is named (eliminate_duplicate_dependencies). */
  list(): readonly StoredReference[] {
    const all = [...this.#found.values()];
    return all.filter(
      ([classId, oid, subId]) =>
        subId !== 0 ||
        !all.some(([otherClass, other, sub]) => otherClass === classId && other === oid && sub > 0),
    );
  }
}

export interface QueryReferences {
  readonly references: readonly StoredReference[];
  /** Whose meaning depends on where they are read: literals and calls. */
  readonly named: readonly Expr[];
}

export function queryReferences(query: BoundQuery, casts: UserCasts | undefined): QueryReferences {
  const walked = new References(casts);
  walked.query(query);
  return { references: walked.list(), named: walked.named };
}

/** References of an expression; `entry` is the relation whose row it is over, if any. */
export function expressionReferences(
  expr: Expr,
  casts: UserCasts | undefined,
  entry?: RangeTableEntry,
): readonly StoredReference[] {
  const references = new References(casts);
  references.over(entry, expr);
  return references.list();
}
