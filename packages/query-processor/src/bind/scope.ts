/**
 * Scopes: one per query level, chained outwards (PostgreSQL's ParseState). A scope collects the range
 * table of its level and holds which names are visible at the moment; nothing of it outlives binding.
 */
import type { EvaluationContext, Expr, ResolveContext, ResolvedFunction } from "@firstlight/sql";
import type { Catalog } from "../catalog/catalog.ts";
import type { ParseNode } from "../parse/parsed-statement.ts";
import type { ExpressionKind } from "./expression-kind.ts";
import type { OpenGrouping } from "./expression/grouping.ts";
import type { LongLists } from "./long-lists.ts";
import type { Pins } from "./pins.ts";
import type { PinnedRelation } from "./pinned-relations.ts";
import type { ViewTarget } from "./view-target.ts";
import type { SearchAndCycle } from "./search-cycle.ts";
import type { CalledRoutines } from "./routine/called-routines.ts";
import type {
  BoundQuery,
  BoundSelect,
  OutputColumn,
  RangeTableEntry,
  WindowClause,
} from "./query-tree.ts";

/** A visible column: `expr` is relative to the scope that holds the item. */
export interface NamespaceColumn {
  readonly name: string;
  readonly expr: Expr;
  /** Named only: `*` leaves it out. */
  readonly hidden?: boolean;
}

/** A FROM item by which columns or whole rows may be named (PostgreSQL's ParseNamespaceItem). */
export interface NamespaceItem {
  readonly rte: number;
  readonly name: string;
  readonly columns: readonly NamespaceColumn[];
  /** The relation's name may be used as a qualifier. */
  readonly relationVisible: boolean;
  /** Its columns may be named without qualifier. */
  readonly columnsVisible: boolean;
  /** Visible to LATERAL items only, and whether they may really use it. */
  readonly lateralOnly: boolean;
  readonly lateralOk: boolean;
  /** For schema-qualified references: a relation without alias. */
  readonly relation: number;
  /** In a stored query: all columns that the relation has by now, which its whole row consists of. */
  readonly wholeColumns?: readonly NamespaceColumn[];
  /** In a stored query: how a relation without alias was called. */
  readonly pinned?: PinnedRelation;
  /** A function that yields one plain value: its whole row is that value. */
  readonly scalarFunction?: boolean;
  /** On the nullable side of an outer join. */
  readonly nullable?: boolean;
}

/** What a scope knows of a range table entry beyond the entry itself, for error messages. */
export interface EntryOrigin {
  readonly explicitAlias: boolean;
  /** OID of the relation, 0 for others. */
  readonly relation: number;
  /** A JOIN without alias, which cannot be meant by name. */
  readonly unnamedJoin: boolean;
}

export interface CteEntry {
  readonly name: string;
  readonly materialized: "always" | "never" | "default";
  readonly location: number;
  columns: readonly OutputColumn[];
  readonly aliases: readonly string[];
  /** SEARCH and CYCLE; their columns come behind `columns`. */
  clauses: SearchAndCycle | undefined;
  query: BoundQuery | undefined;
  recursive: boolean;
  references: number;
  /** While its own query is bound: the working table may be named. */
  state: "pending" | "binding" | "bound";
}

/** Knot of the recursion between expressions, FROM and queries. */
export type ResolvedCall = Exclude<ResolvedFunction, { readonly kind: "expr" }>;

export interface Binders {
  expr(scope: Scope, node: ParseNode): Expr;
  /** The call of an aggregate with its arguments, `fields` being those of a FuncCall. */
  aggregate(scope: Scope, fields: ParseNode, resolved: ResolvedCall): Expr;
  /** Binds a SelectStmt's fields into a scope made for it. */
  select(scope: Scope, fields: ParseNode): BoundSelect;
  /** Binds the wrapped statement of a CTE into a scope made for it. */
  statement(scope: Scope, node: ParseNode): BoundQuery;
}

export interface BindContext {
  readonly catalog: Catalog;
  readonly searchPath: readonly string[];
  readonly evaluation: EvaluationContext;
  readonly resolve: ResolveContext;
  readonly params: ParameterHook;
  readonly dependencies: Set<number>;
  /** Users' functions that the statement calls. */
  readonly routines: CalledRoutines;
  /** Bound subqueries by parse node: a scalar subquery is named for its column. */
  readonly subqueries: WeakMap<ParseNode, BoundSelect>;
  readonly binders: Binders;
  /** Those that are read while it is bound. */
  readonly lists: LongLists;
  /** Whether anything has a collation that is not that of its type, and one that is of ICU. */
  readonly collates: { used: boolean; icu: boolean };
  /** Views within views. */
  readonly viewDepth: number;
  /**
   * To be printed, not run: views stand for themselves, also as targets, and nothing is rewritten.
   */
  readonly asWritten?: boolean;
  /** Collects what names mean, for text that will be stored. */
  readonly pins?: Pins;
  /** An expression over one row of a table, as the schema has them. */
  readonly overOneRow?: true;
  /** The context of another text in the same statement: a view, the body of a function. */
  derive(changes: DerivedContext): BindContext;
}

export interface DerivedContext {
  readonly searchPath?: readonly string[];
  readonly params?: ParameterHook;
  readonly evaluation?: EvaluationContext;
  readonly viewDepth?: number;
  readonly asWritten?: boolean;
  readonly pins?: Pins;
}

export type TargetAction = "insert" | "update" | "delete" | "merge";

export interface ParameterHook {
  param(number: number, location: number): Expr;
  /** A parameter by the name of a column that does not exist: name, a.b or a.b.c. */
  column?(scope: Scope, parts: readonly string[], location: number): Expr | undefined;
}

/** A window being collected: OVER clauses that are equal share one. */
export interface OpenWindow {
  readonly name: string | undefined;
  readonly clause: WindowClause;
  /** How it was ordered, to be inherited by windows that refer to it. */
  readonly hasFrame: boolean;
}

export class Scope {
  readonly context: BindContext;
  readonly parent: Scope | undefined;
  readonly rangeTable: RangeTableEntry[] = [];
  readonly origins: EntryOrigin[] = [];
  readonly ctes: CteEntry[] = [];
  readonly windows: OpenWindow[] = [];
  namespace: readonly NamespaceItem[] = [];
  kind: ExpressionKind = "none";
  lateralActive = false;
  /** GROUPING calls that belong to this query, those of its subqueries included. */
  readonly groupings: OpenGrouping[] = [];
  /** Primary keys that let ungrouped columns be used: the query is invalid without them. */
  readonly keyConstraints: Set<number> = new Set();
  hasAggregates = false;
  hasWindows = false;
  /** Unknown literals of its target list become text unless INSERT wants them as they are. */
  resolveUnknowns = true;
  /** The view that INSERT, UPDATE or DELETE goes through. */
  targetView: ViewTarget | undefined;
  /** What the target was when the statement was stored. */
  targetPinned: PinnedRelation | undefined;
  /** Target of INSERT, UPDATE or DELETE. */
  targetItem: NamespaceItem | undefined;
  targetAction: TargetAction | undefined;
  /** The WITH RECURSIVE query that this scope's set operation defines. */
  recursiveCte: CteEntry | undefined;

  constructor(context: BindContext, parent: Scope | undefined) {
    this.context = context;
    this.parent = parent;
  }

  expr(node: ParseNode, kind?: ExpressionKind): Expr {
    if (kind === undefined) return this.context.binders.expr(this, node);
    const outer = this.kind;
    this.kind = kind;
    const bound = this.context.binders.expr(this, node);
    this.kind = outer;
    return bound;
  }

  /** A scope for a query nested in this one. */
  child(context: BindContext = this.context): Scope {
    return new Scope(context, this);
  }

  ancestor(levelsUp: number): Scope {
    if (levelsUp === 0) return this;
    if (this.parent === undefined) throw new Error(`no query ${levelsUp} levels outwards`);
    return this.parent.ancestor(levelsUp - 1);
  }

  addEntry(entry: RangeTableEntry, origin: EntryOrigin): number {
    this.rangeTable.push(entry);
    this.origins.push(origin);
    return this.rangeTable.length - 1;
  }
}

/** The name that clients see of a context for which nothing is remembered. */
export const NO_ORIGIN: EntryOrigin = { explicitAlias: true, relation: 0, unnamedJoin: false };
