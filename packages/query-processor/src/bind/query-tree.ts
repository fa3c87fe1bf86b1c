/**
 * The bound form of a query, modelled on PostgreSQL's Query (parsenodes.h): after binding every name
 * is a Var into the range table of its level, every operator a pg_proc call, every type known. All
 * of it is immutable and independent of parameter values, so that it can be cached by catalog
 * version.
 */
import type { SearchAndCycle } from "./search-cycle.ts";
import type { CollationName } from "@firstlight/sql";
import type { Expr, Row, SortKey } from "@firstlight/sql";
import type { AccessRequirements } from "./access-requirements.ts";
import type { VirtualTable } from "../catalog/catalog.ts";
import type { TableDescriptor } from "../catalog/descriptors.ts";

export interface OutputColumn {
  readonly name: string;
  readonly type: number;
  readonly typmod: number;
  /** If it is not that of the type. */
  readonly collation?: CollationName;
}

/** AS name (columns...). */
export interface Alias {
  readonly name: string;
  readonly columns: readonly string[];
}

/** TABLESAMPLE: real percentage, double precision seed. */
export interface TableSample {
  readonly method: "bernoulli" | "system";
  readonly percentage: Expr;
  readonly repeatable: Expr | undefined;
}

interface RteBase {
  readonly alias: string;
  /** The alias as the statement gives it, for printing the query. */
  readonly written?: Alias;
  readonly columns: readonly OutputColumn[];
  /** Whether the entry may refer to entries left of it in FROM. */
  readonly lateral: boolean;
}

export type RangeTableEntry =
  | (RteBase & {
      readonly kind: "table";
      readonly table: TableDescriptor;
      readonly sample?: TableSample;
    })
  | (RteBase & { readonly kind: "virtual"; readonly table: VirtualTable })
  | (RteBase & {
      readonly kind: "subquery";
      readonly query: BoundSelect;
      /** OID of the view that it is the definition of. */
      readonly view?: number;
      /** The entry as it was written, to which this one adds a column. */
      readonly standsFor?: RangeTableEntry;
    })
  | (RteBase & {
      readonly kind: "function";
      /** ROWS FROM has several; one value column each, or the columns of a record. */
      readonly functions: readonly {
        readonly call: Expr;
        readonly columns: readonly OutputColumn[];
        /** Whether the call yields records to be spread over `columns`. */
        readonly record: boolean;
        /** Whether a column definition list says what they are. */
        readonly defined?: boolean;
      }[];
      readonly ordinality: boolean;
      /** LATERAL was written. */
      readonly explicitLateral?: true;
    })
  | (RteBase & {
      readonly kind: "values";
      readonly rows: readonly (readonly Expr[])[];
      /** A long list has its rows here instead, as values of the columns' types. */
      readonly constants?: readonly Row[];
    })
  | (RteBase & {
      readonly kind: "cte";
      /** Index into the ctes of the query `levelsUp` levels outwards. */
      readonly cte: number;
      readonly levelsUp: number;
      /** Refers to the CTE that is being defined: the working table of WITH RECURSIVE. */
      readonly recursive: boolean;
    })
  /** A JOIN: its columns are the Vars (or merged USING columns) of both sides. */
  | (RteBase & { readonly kind: "join"; readonly values: readonly Expr[] });

/**
 * Table columns: column i of a "table" entry is table.columns[i] including dropped ones (so that
 * Var.column + 1 is the ColumnDescriptor.number); hidden system columns are not in `columns`.
 */
export type FromItem =
  | { readonly kind: "rte"; readonly rte: number }
  | {
      readonly kind: "join";
      readonly type: "inner" | "left" | "right" | "full" | "cross";
      readonly left: FromItem;
      readonly right: FromItem;
      readonly condition: Expr | undefined;
      /** The join's own range table entry. */
      readonly rte: number;
      /** Columns of USING and NATURAL, which come first in the entry, for printing the query. */
      readonly using?: readonly string[];
      readonly usingAlias?: string;
    };

export interface TargetEntry {
  readonly expr: Expr;
  readonly name: string;
  /** Computed only for ORDER BY, GROUP BY or DISTINCT ON; not part of the result. */
  readonly junk: boolean;
}

/** References to target entries by index with the sort's semantics. */
export interface SortClause {
  readonly target: number;
  readonly descending: boolean;
  readonly nullsFirst: boolean;
  /** btree comparison proc of the type. */
  readonly proc: number;
}

export interface BoundCte {
  readonly name: string;
  readonly columns: readonly OutputColumn[];
  readonly query: BoundQuery;
  readonly recursive: boolean;
  readonly materialized: "always" | "never" | "default";
  /** Names of columns as written behind its own, for printing the query. */
  readonly aliases?: readonly string[];
  /** SEARCH and CYCLE as written, of a query that is bound to be printed. */
  readonly clauses?: SearchAndCycle;
  /** Times referenced. */
  readonly references: number;
}

export interface WindowClause {
  /** As WINDOW names it, and the window that it is made from, for printing the query. */
  readonly name?: string;
  /** `ordered`: its order is the base's. */
  readonly base?: { readonly name: string; readonly ordered: boolean };
  readonly partitionBy: readonly Expr[];
  readonly orderBy: readonly SortKey[];
  readonly frame: {
    readonly mode: "range" | "rows" | "groups";
    readonly start: FrameBound;
    readonly end: FrameBound;
    readonly exclusion: "none" | "currentRow" | "group" | "ties";
    /** How much of it the statement says, for printing the query. */
    readonly written?: "default" | "start" | "between";
  };
}

export type FrameBound =
  | { readonly kind: "unboundedPreceding" | "unboundedFollowing" | "currentRow" }
  | { readonly kind: "preceding" | "following"; readonly offset: Expr };

export interface RowMark {
  readonly rte: number;
  readonly strength: "update" | "noKeyUpdate" | "share" | "keyShare";
}

export interface GroupClause {
  readonly distinct: boolean;
  readonly elements: readonly GroupElement[];
}

/** Indexes into groupBy, or sets of such. */
export type GroupElement =
  | { readonly kind: "simple"; readonly refs: readonly number[]; readonly row: boolean }
  | {
      readonly kind: "rollup" | "cube" | "sets";
      readonly content: readonly GroupElement[];
    };

/** SELECT, VALUES, TABLE, and each arm of a set operation. */
export interface BoundSelect {
  readonly kind: "select";
  readonly ctes: readonly BoundCte[];
  readonly rangeTable: readonly RangeTableEntry[];
  /** Comma-separated items, joined without condition. */
  readonly from: readonly FromItem[];
  readonly where: Expr | undefined;
  readonly targets: readonly TargetEntry[];
  readonly groupBy: readonly Expr[];
  /** Several for GROUPING SETS: indexes into groupBy. */
  readonly groupingSets: readonly (readonly number[])[] | undefined;
  /** GROUP BY with grouping sets as written, for printing the query. */
  readonly groupClause?: GroupClause;
  readonly hasAggregates: boolean;
  readonly having: Expr | undefined;
  readonly windows: readonly WindowClause[];
  /** true: DISTINCT; list: DISTINCT ON of these targets. */
  readonly distinct: boolean | readonly number[];
  readonly setOperation: SetOperation | undefined;
  readonly orderBy: readonly SortClause[];
  readonly offset: Expr | undefined;
  readonly limit: Expr | undefined;
  readonly withTies: boolean;
  readonly rowMarks: readonly RowMark[];
  /** OIDs of primary keys without which its grouping would not be valid. */
  readonly keyConstraints?: readonly number[];
  /** The entries that its own locking clauses name, for printing the query. */
  readonly lockedEntries?: readonly RowMark[];
}

/**
 * For a set operation `targets` are Vars of the leftmost arm's shape: rte i of `rangeTable` is the
 * subquery of arm i, and the tree below says how they combine. Arms already yield the common types.
 */
export type SetOperation =
  | { readonly kind: "arm"; readonly rte: number }
  | {
      readonly kind: "union" | "intersect" | "except";
      readonly all: boolean;
      readonly left: SetOperation;
      readonly right: SetOperation;
    };

/** Value of a column to be stored, already of the column's type (assignment casts applied). */
export interface ColumnAssignment {
  /** Position in TableDescriptor.columns. */
  readonly column: number;
  readonly expr: Expr;
}

export interface OnConflict {
  readonly action: "nothing" | "update";
  /** OIDs of the unique indexes that arbitrate; empty: any. */
  readonly arbiters: readonly number[];
  /** Vars: rte of the target = existing row, `excludedRte` = the row proposed. */
  readonly excludedRte: number;
  /** What ON CONFLICT (...) WHERE names, for printing the statement. */
  readonly inference?: {
    readonly elements: readonly Expr[];
    /** Behind each of the elements. */
    readonly suffixes: readonly string[];
    readonly where: Expr | undefined;
  };
  readonly assignments: readonly ColumnAssignment[];
  readonly where: Expr | undefined;
}

/**
 * INSERT: `source` yields one value per entry of `columns`; the rest get their default. Column
 * defaults are bound Exprs (undefined: NULL), one per table column, generated columns included.
 */
export interface BoundInsert {
  readonly kind: "insert";
  readonly ctes: readonly BoundCte[];
  /** rangeTable[0] is the target; then `excluded` if any. */
  readonly rangeTable: readonly RangeTableEntry[];
  readonly table: TableDescriptor;
  readonly columns: readonly number[];
  /** Rows of expressions (SetToDefault allowed), or a query. */
  readonly source:
    | { readonly kind: "values"; readonly rows: readonly (readonly Expr[])[] }
    | { readonly kind: "query"; readonly query: BoundSelect }
    | { readonly kind: "defaults" };
  readonly defaults: readonly (Expr | undefined)[];
  readonly checks: readonly BoundCheck[];
  readonly onConflict: OnConflict | undefined;
  readonly returning: readonly TargetEntry[];
}

/** A CHECK constraint over the target row as Vars of rte 0; violated when false. */
export interface BoundCheck {
  readonly name: string;
  /** The check option of a view: NULL fails it too. */
  readonly ofView?: boolean;
  readonly expr: Expr;
}

/** rangeTable[0] is the target; `from` joins the others (FROM of UPDATE, USING of DELETE). */
export interface BoundUpdate {
  readonly kind: "update";
  readonly ctes: readonly BoundCte[];
  readonly rangeTable: readonly RangeTableEntry[];
  readonly table: TableDescriptor;
  readonly from: readonly FromItem[];
  readonly where: Expr | undefined;
  /** WHERE CURRENT OF this cursor. */
  readonly currentOf: string | undefined;
  readonly assignments: readonly ColumnAssignment[];
  /** Generated columns to be computed again, over the new row as Vars of rte 0. */
  readonly generated: readonly ColumnAssignment[];
  readonly checks: readonly BoundCheck[];
  readonly returning: readonly TargetEntry[];
}

export interface BoundDelete {
  readonly kind: "delete";
  readonly ctes: readonly BoundCte[];
  readonly rangeTable: readonly RangeTableEntry[];
  readonly table: TableDescriptor;
  readonly from: readonly FromItem[];
  readonly where: Expr | undefined;
  /** WHERE CURRENT OF this cursor. */
  readonly currentOf: string | undefined;
  readonly returning: readonly TargetEntry[];
}

/** One WHEN clause of MERGE. */
export interface MergeAction {
  readonly matched: boolean;
  readonly condition: Expr | undefined;
  readonly command: "insert" | "update" | "delete" | "nothing";
  /** INSERT: one value per column given; the rest get their default. */
  readonly columns: readonly number[];
  readonly values: readonly Expr[];
  /** UPDATE. */
  readonly assignments: readonly ColumnAssignment[];
}

/** rangeTable[0] is the target, which `condition` joins with the source. */
export interface BoundMerge {
  readonly kind: "merge";
  readonly ctes: readonly BoundCte[];
  readonly rangeTable: readonly RangeTableEntry[];
  readonly table: TableDescriptor;
  readonly source: FromItem;
  readonly condition: Expr;
  /** The first of those that fit and whose condition holds is what is done. */
  readonly actions: readonly MergeAction[];
  readonly defaults: readonly (Expr | undefined)[];
  readonly generated: readonly ColumnAssignment[];
  readonly checks: readonly BoundCheck[];
  readonly returning: readonly TargetEntry[];
}

export type BoundModification = BoundInsert | BoundUpdate | BoundDelete | BoundMerge;

export type BoundQuery = BoundSelect | BoundModification;

export interface BoundExplain {
  readonly kind: "explain";
  readonly query: BoundQuery;
  readonly analyze: boolean;
  readonly verbose: boolean;
  readonly costs: boolean;
  readonly timing: boolean;
  readonly summary: boolean | undefined;
  readonly settings: boolean;
  /** Of the query, whatever its constants; with VERBOSE. */
  readonly identifier?: string;
  readonly format: "text" | "json" | "yaml" | "xml";
  /** What it says of pages and of the log is 0: there are none of either kind. */
  readonly buffers: boolean;
  readonly wal: boolean;
  /** What is shown of an INSERT is the plan of its source. */
  readonly ofSource?: true;
  /** With ANALYZE: nothing runs. */
  readonly isSkipped?: true;
  /** Parameters have no values, nor need any. */
  readonly isGeneric: boolean;
}

export interface BindResult {
  readonly query: BoundQuery | BoundExplain;
  /** Types of $1.. as given or inferred. */
  readonly paramTypes: readonly number[];
  /** Result columns, undefined when the statement returns no rows. */
  readonly columns: readonly ResultColumn[] | undefined;
  /** CALL: the query calls the procedure; without columns its row is none of the result. */
  readonly isCall?: true;
  /** Tables and views (by OID) whose definition the bound form depends on. */
  readonly dependencies: readonly number[];
  /**
   * How far the bound form may be shared. Literals of date and time types are read while binding:
   * "formats" holds for sessions with the same TimeZone, DateStyle and IntervalStyle; "now" holds
   * for this transaction only ('now', 'today' and such).
   */
  readonly literals: "constant" | "formats" | "now";
  readonly access: AccessRequirements;
}

/** What RowDescription needs. */
export interface ResultColumn extends OutputColumn {
  /** OID and column number of the table column it is taken from unchanged, else 0. */
  readonly tableOid: number;
  readonly columnNumber: number;
  /** The domain that clients are told the base type of. */
  readonly domain?: number;
}
