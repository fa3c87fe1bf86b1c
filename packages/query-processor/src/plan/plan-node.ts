/**
 * Physical plans: what the executor compiles. In every expression of a node a Slot is a position in
 * the row of the node's child (of left then right for joins); Params and ExecParams are constant
 * while the node runs. Plans hold no state of an execution.
 */
import type { VirtualLookup } from "./virtual-lookup.ts";
import type { Aggregate, Call, Expr, Row, SortKey, WindowCall } from "@firstlight/sql";
import type { BoundCheck, RangeTableEntry, RowMark, WindowClause } from "../bind/query-tree.ts";
import type { VirtualTable } from "../catalog/catalog.ts";
import type { IndexDescriptor, TableDescriptor } from "../catalog/descriptors.ts";

/** What the cost model says, and what EXPLAIN shows. */
export interface Estimate {
  readonly rows: number;
  readonly startup: number;
  readonly total: number;
  readonly width: number;
}

interface NodeBase {
  readonly estimate: Estimate;
  /** Names of the output columns, for EXPLAIN's expressions. */
  readonly labels: readonly string[];
}

export interface RangeBound {
  readonly expr: Expr;
  readonly inclusive: boolean;
  /** Of LIKE or ^@: the expression is its pattern, and the bound what its fixed beginning gives. */
  readonly operator?: number;
}

/** Condition on one key column of an index; expressions are free of slots. */
export type KeyCondition =
  | { readonly kind: "equal"; readonly expr: Expr }
  | { readonly kind: "isNull" }
  | { readonly kind: "any"; readonly array: Expr }
  | {
      readonly kind: "range";
      readonly lower: RangeBound | undefined;
      readonly upper: RangeBound | undefined;
    }
  | {
      /** Every value that occurs within the bounds, one after the other. */
      readonly kind: "skip";
      readonly lower: RangeBound | undefined;
      readonly upper: RangeBound | undefined;
    };

/** How a table's rows are reached. */
export type Access =
  | { readonly kind: "full" }
  | {
      readonly kind: "index";
      readonly index: IndexDescriptor;
      /** One per leading key column; only the last may be a range. NULLs are skipped to as well. */
      readonly conditions: readonly KeyCondition[];
      /** Arms of an OR, whose ranges are united; `conditions` are empty then. */
      readonly alternatives?: readonly (readonly KeyCondition[])[];
      /** Only the first row of each combination of values of so many leading columns. */
      readonly firstOf?: number;
      /** Every needed column is in the index entry. */
      readonly indexOnly: boolean;
      /** The conditions as written, for EXPLAIN; over the scan's output. */
      readonly display: readonly Expr[];
    }
  | {
      readonly kind: "bitmap";
      readonly tree: BitmapTree;
      /** For EXPLAIN: what the tree finds rows by, and which conditions of the filter say that. */
      readonly recheck: Expr | undefined;
      readonly found: readonly Expr[];
    };

/** Sets of row keys that indexes find, united and intersected before a row is read. */
export type BitmapTree =
  | {
      readonly kind: "index";
      readonly index: IndexDescriptor;
      readonly conditions: readonly KeyCondition[];
      readonly display: readonly Expr[];
      readonly estimate: Estimate;
    }
  | {
      readonly kind: "or" | "and";
      readonly args: readonly BitmapTree[];
      readonly estimate: Estimate;
    };

export interface ScanNode extends NodeBase {
  readonly kind: "scan";
  readonly table: TableDescriptor;
  readonly alias: string;
  /** Positions in table.columns of the output columns; the row's key follows if `withKey`. */
  readonly columns: readonly number[];
  readonly withKey: boolean;
  readonly access: Access;
  readonly reverse: boolean;
  readonly filter: Expr | undefined;
}

export interface ValuesNode extends NodeBase {
  readonly kind: "values";
  readonly rows: readonly (readonly Expr[])[];
  /** Instead of `rows`. */
  readonly constants?: readonly Row[];
}

export interface VirtualScanNode extends NodeBase {
  readonly kind: "virtualScan";
  readonly table: VirtualTable;
  readonly alias: string;
  readonly columns: readonly number[];
  /** Undefined: all rows. */
  readonly lookup?: VirtualLookup | undefined;
}

export interface FunctionScanNode extends NodeBase {
  readonly kind: "functionScan";
  readonly alias: string;
  readonly functions: Extract<RangeTableEntry, { kind: "function" }>["functions"];
  readonly ordinality: boolean;
}

/** The row of the table that a cursor stands on; the columns, then the row's key. */
export interface CurrentRowNode extends NodeBase {
  readonly kind: "currentRow";
  readonly table: TableDescriptor;
  readonly alias: string;
  readonly cursor: string;
  readonly columns: readonly number[];
}

/** Reads the rows of a CTE of this statement; a working table is the recursive term's input. */
export interface CteScanNode extends NodeBase {
  readonly kind: "cteScan";
  readonly id: number;
  readonly name: string;
  readonly alias: string;
  readonly working: boolean;
}

/** TABLESAMPLE over the rows of a table. */
export interface SampleNode extends NodeBase {
  readonly kind: "sample";
  readonly child: PlanNode;
  readonly method: "bernoulli" | "system";
  readonly keySlot: number;
  /** Free of slots. */
  readonly percentage: Expr;
  readonly repeatable: Expr | undefined;
}

export interface FilterNode extends NodeBase {
  readonly kind: "filter";
  readonly child: PlanNode;
  readonly condition: Expr;
  /** The alias of the subquery whose rows are filtered, for EXPLAIN. */
  readonly subquery?: string;
}

export interface ProjectNode extends NodeBase {
  readonly kind: "project";
  readonly child: PlanNode;
  readonly exprs: readonly Expr[];
}

/** Expressions with set-returning calls: each call is replaced by a slot behind the child's row. */
export interface ProjectSetNode extends NodeBase {
  readonly kind: "projectSet";
  readonly child: PlanNode;
  /** The calls, over the child's row. */
  readonly calls: readonly Expr[];
  /** Over the child's row followed by one value per call. */
  readonly exprs: readonly Expr[];
}

export type JoinType = "inner" | "left" | "right" | "full" | "semi" | "anti";

/** A value that the outer row passes to the inner plan. */
export interface ParamBinding {
  readonly id: number;
  readonly expr: Expr;
}

export interface NestedLoopNode extends NodeBase {
  readonly kind: "nestedLoop";
  readonly type: JoinType;
  readonly left: PlanNode;
  readonly right: PlanNode;
  readonly condition: Expr | undefined;
  /** Set from each left row before the right side starts; empty: the right side runs once. */
  readonly params: readonly ParamBinding[];
  /** A condition with subqueries about both rows, instead of `condition`. */
  readonly pairs?: PairFilter | undefined;
}

/** Filters a working table of left row, right row and number of the right row. */
export interface PairFilter {
  readonly id: number;
  readonly plan: PlanNode;
  readonly numberSlot: number;
}

/**
 * Right side of a nested loop with parameters: what it yields is kept by the values of the outer row
 * that it depends on.
 */
export interface MemoizeNode extends NodeBase {
  readonly kind: "memoize";
  readonly child: PlanNode;
  /** Over the left row. */
  readonly keys: readonly Expr[];
  /** The same for EXPLAIN. */
  readonly shown: readonly Expr[];
  /** For many left rows at once, where there are so many keys that are not known. */
  readonly batch: SubplanBatch | undefined;
  readonly batchLeast: number;
}

export interface HashJoinNode extends NodeBase {
  readonly kind: "hashJoin";
  readonly type: JoinType;
  /** The probing side; `right` is built into the hash table. */
  readonly left: PlanNode;
  readonly right: PlanNode;
  /** Over the left row. */
  readonly leftKeys: readonly Expr[];
  /** Over the right row. */
  readonly rightKeys: readonly Expr[];
  /** Over both rows. */
  readonly condition: Expr | undefined;
}

/** Both sides are sorted on the keys, ascending and NULLs last. */
export interface MergeJoinNode extends NodeBase {
  readonly kind: "mergeJoin";
  readonly type: JoinType;
  readonly left: PlanNode;
  readonly right: PlanNode;
  /** Over the left row, and over the right one. */
  readonly leftKeys: readonly Expr[];
  readonly rightKeys: readonly Expr[];
  /** Over both rows. */
  readonly condition: Expr | undefined;
}

/** Point reads of `right` for a batch of left rows, by a unique index whose columns are all given. */
export interface LookupJoinNode extends NodeBase {
  readonly kind: "lookupJoin";
  readonly type: "inner" | "left" | "semi" | "anti";
  readonly left: PlanNode;
  readonly right: ScanNode;
  readonly index: IndexDescriptor;
  /** Over the left row, in the order of the index's columns. */
  readonly keys: readonly Expr[];
  readonly condition: Expr | undefined;
}

/** A subquery, or a call that may have to wait, whose value is appended to each row. */
export interface Subplan {
  readonly kind:
    | "scalar"
    | "exists"
    | "any"
    | "all"
    | "array"
    | "multiExpr"
    | "nextval"
    | "routine";
  readonly id: number;
  readonly plan: PlanNode | undefined;
  readonly type: number;
  readonly params: readonly ParamBinding[];
  /** Parameters set further out that the plan reads too: part of what its result depends on. */
  readonly dependencies: readonly number[];
  /** any/all: over the row followed by the subquery's columns. nextval: the sequence's OID. */
  readonly test: Expr | undefined;
  /** any with equality: keys over the row, to look up among the subquery's rows. */
  readonly hashKeys: readonly Expr[] | undefined;
  /** The same keys over the subquery's rows. */
  readonly innerKeys?: readonly Expr[] | undefined;
  /** routine: the call, its arguments over the row. */
  readonly call?: Call;
  /** Evaluated only where this holds (branches of CASE, later arguments of AND and OR). */
  readonly guard: Expr | undefined;
  /** It may have another value for the same parameters. */
  readonly isVolatile?: boolean;
  /** For many rows at once. */
  readonly batch?: SubplanBatch;
}

/** A plan that yields the results for all rows of a working table, each with its row's number. */
export interface SubplanBatch {
  /** Of the working table: a number, then the parameters. */
  readonly id: number;
  readonly plan: PlanNode;
  /** Over the outer row. */
  readonly values: readonly Expr[];
  /** The number of results that count of each row's: over nothing. */
  readonly limit: Expr | undefined;
  /** Rows without results: have none, or one that only the subquery itself tells. */
  readonly empty: "none" | "constant" | "own";
}

export interface ApplyNode extends NodeBase {
  readonly kind: "apply";
  readonly child: PlanNode;
  readonly subplans: readonly Subplan[];
  readonly childWidth: number;
}

/** Uncorrelated subqueries that are evaluated once, before the child starts. */
export interface InitPlansNode extends NodeBase {
  readonly kind: "initPlans";
  readonly child: PlanNode;
  readonly subplans: readonly { readonly subplan: Subplan; readonly param: number }[];
}

export interface AggregateNode extends NodeBase {
  readonly kind: "aggregate";
  readonly child: PlanNode;
  readonly groupBy: readonly Expr[];
  /** Indexes into groupBy, one list per set; output: group values, aggregates, groupings. */
  readonly groupingSets: readonly (readonly number[])[];
  /** Of the only set: what tells its groups apart, where the rest depends on a primary key. */
  readonly telling?: readonly number[];
  readonly aggregates: readonly Aggregate[];
  /** GROUPING(...) calls: indexes into groupBy. */
  readonly groupings: readonly (readonly number[])[];
  /** Rows of a group come one after the other; there is one grouping set. */
  readonly sorted?: boolean;
}

export interface WindowNode extends NodeBase {
  readonly kind: "window";
  /** Sorted by the partition and the order of the clause. */
  readonly child: PlanNode;
  readonly clause: WindowClause;
  /** Values are appended to each row in this order; `clause` and arguments are over the row. */
  readonly calls: readonly WindowCall[];
  readonly run?: WindowRun | undefined;
}

/** Rows of a partition whose value is above the bound are not wanted; values only grow. */
export interface WindowRun {
  readonly call: number;
  /** Free of slots. */
  readonly bound: Expr;
  readonly inclusive: boolean;
  /** For EXPLAIN. */
  readonly condition: Expr;
}

export interface SortNode extends NodeBase {
  readonly kind: "sort";
  readonly child: PlanNode;
  readonly keys: readonly SortKey[];
  /** So many of the keys the child is sorted by already. */
  readonly presorted?: number;
  /** Only the first rows are wanted: offset and limit of the node above, without ties. */
  readonly offset: Expr | undefined;
  readonly limit: Expr | undefined;
}

export interface LimitNode extends NodeBase {
  readonly kind: "limit";
  readonly child: PlanNode;
  readonly offset: Expr | undefined;
  readonly limit: Expr | undefined;
  /** WITH TIES: rows that compare equal on these to the last one come too. */
  readonly ties: readonly SortKey[] | undefined;
}

export interface DistinctNode extends NodeBase {
  readonly kind: "distinct";
  readonly child: PlanNode;
  /** Expressions that make rows equal; of equal rows the first is kept. */
  readonly keys: readonly Expr[];
  /** Equal rows come one after the other. */
  readonly sorted?: boolean;
}

export interface AppendNode extends NodeBase {
  readonly kind: "append";
  readonly children: readonly PlanNode[];
  /** All children are sorted by these keys, and so is what comes out. */
  readonly mergedBy?: readonly SortKey[];
}

export interface SetOperationNode extends NodeBase {
  readonly kind: "setOperation";
  readonly operation: "intersect" | "except";
  readonly all: boolean;
  readonly left: PlanNode;
  readonly right: PlanNode;
  readonly types: readonly number[];
}

export interface RecursiveUnionNode extends NodeBase {
  readonly kind: "recursiveUnion";
  readonly id: number;
  readonly start: PlanNode;
  readonly step: PlanNode;
  readonly distinct: boolean;
  readonly types: readonly number[];
}

export interface PlannedCte {
  readonly id: number;
  readonly name: string;
  readonly plan: PlanNode;
  /** Runs to its end even when nobody reads it. */
  readonly modifies: boolean;
}

export interface WithNode extends NodeBase {
  readonly kind: "with";
  readonly ctes: readonly PlannedCte[];
  readonly child: PlanNode;
}

export interface LockRowsNode extends NodeBase {
  readonly kind: "lockRows";
  readonly child: PlanNode;
  readonly marks: readonly { readonly slot: number; readonly strength: RowMark["strength"] }[];
}

export interface ColumnValue {
  /** Position in table.columns. */
  readonly column: number;
  readonly expr: Expr;
}

/** Subqueries that are run for each conflict: they read a working table of one row. */
export interface ConflictRow {
  readonly id: number;
  /** The existing row followed by the proposed row and by the values of the subqueries. */
  readonly plan: PlanNode;
}

export interface PlannedConflict {
  readonly action: "nothing" | "update";
  /** OIDs of the unique indexes that arbitrate; empty: any. */
  readonly arbiters: readonly number[];
  /** Undefined if there are no correlated subqueries. */
  readonly row: ConflictRow | undefined;
  /** Over the existing row followed by the proposed row, or over the rows of `row`. */
  readonly where: Expr | undefined;
  readonly assignments: readonly ColumnValue[];
  /** Over the new row. */
  readonly generated: readonly ColumnValue[];
  /** The assignments again, where all of them commute; over both rows. */
  readonly deltas?: readonly PlannedDelta[] | undefined;
}

interface ModifyBase extends NodeBase {
  readonly table: TableDescriptor;
  readonly alias: string;
  readonly child: PlanNode;
  /** Whether rows are wanted: RETURNING. */
  readonly returning: boolean;
  /** RETURNING has subqueries, which must not see what the statement writes. */
  readonly defersWrites?: boolean;
}

/** The child yields complete rows, which are also the output. */
export interface InsertNode extends ModifyBase {
  readonly kind: "insert";
  /** Over the complete row; computed after the others. */
  readonly generated: readonly ColumnValue[];
  readonly checks: readonly BoundCheck[];
  readonly conflict: PlannedConflict | undefined;
  /** Whether the source reads tables, so that it is read to its end BEFORE the first write. */
  readonly readsTables: boolean;
  /** The rows are given with one value more: whether ON CONFLICT found them (FOUND_COLUMN). */
  readonly tellsFound: boolean;
}

/** Outputs the child's rows with the target's columns replaced by the new ones. */
/** A sum that an UPDATE assigns: the column's own value, and an amount that no row has a part in. */
export interface PlannedDelta {
  readonly column: number;
  /** INT4, INT8 or NUMERIC. */
  readonly type: number;
  readonly typmod: number;
  readonly amount: Expr;
  readonly negative: boolean;
}

export interface UpdateNode extends ModifyBase {
  readonly kind: "update";
  /** Where the child's row holds the target's columns; -1: dropped. */
  readonly targetSlots: readonly number[];
  readonly keySlot: number;
  /** Over the child's row. */
  readonly assignments: readonly ColumnValue[];
  /** Over the new row. */
  readonly generated: readonly ColumnValue[];
  readonly checks: readonly BoundCheck[];
  /** The assignments again, where all of them commute. */
  readonly deltas?: readonly PlannedDelta[] | undefined;
}

/** Outputs the child's rows. */
export interface DeleteNode extends ModifyBase {
  readonly kind: "delete";
  readonly targetSlots: readonly number[];
  readonly keySlot: number;
}

export interface PlannedMergeAction {
  readonly command: "insert" | "update" | "delete" | "nothing";
  /** UPDATE: over the child's row. */
  readonly assignments: readonly ColumnValue[];
  /** INSERT: the complete row, over the child's row. */
  readonly row: readonly Expr[];
}

/** Does to each row of the child what the action says whose number the row holds; no output. */
export interface MergeNode extends ModifyBase {
  readonly kind: "merge";
  readonly targetSlots: readonly number[];
  /** NULL where no row of the target matched. */
  readonly keySlot: number;
  /** Index into `actions`, -1 for none. */
  readonly actionSlot: number;
  readonly actions: readonly PlannedMergeAction[];
  /** Over the new row. */
  readonly generated: readonly ColumnValue[];
  readonly checks: readonly BoundCheck[];
}

/** Rows known at planning. */
export interface RowsNode extends NodeBase {
  readonly kind: "rows";
  readonly rows: readonly Row[];
}

export type PlanNode =
  | ScanNode
  | ValuesNode
  | VirtualScanNode
  | FunctionScanNode
  | CurrentRowNode
  | CteScanNode
  | FilterNode
  | SampleNode
  | ProjectNode
  | ProjectSetNode
  | NestedLoopNode
  | MemoizeNode
  | HashJoinNode
  | MergeJoinNode
  | LookupJoinNode
  | ApplyNode
  | InitPlansNode
  | AggregateNode
  | WindowNode
  | SortNode
  | LimitNode
  | DistinctNode
  | AppendNode
  | SetOperationNode
  | RecursiveUnionNode
  | WithNode
  | LockRowsNode
  | InsertNode
  | UpdateNode
  | DeleteNode
  | MergeNode
  | RowsNode;
