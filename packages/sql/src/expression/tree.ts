/**
 * Typed expression trees, modelled on PostgreSQL's primnodes.h: after binding no name is unresolved
 * and no type unknown. Trees are plain immutable data, so that they can be cached, rewritten and
 * sent to storage as JSON (see expression/serialize.ts). `position` is the 0-based byte offset into
 * the statement's text or -1.
 */
import type { AggregateFunction } from "../aggregates/aggregate-function.ts";
import type { ProcRow } from "../catalog/proc-catalog.ts";
import type { Implementation } from "../functions/registry.ts";
import type { Datum } from "../values/datum.ts";
import type { IcuCollation } from "../values/icu-collator.ts";

/** An entry of pg_collation as trees hold it. */
export interface CollationName {
  readonly oid: number;
  readonly name: string;
  /** Where it is not in pg_catalog. */
  readonly schema?: string;
  /** Where it is not the order of code points. */
  readonly icu?: IcuCollation;
}

interface Base {
  /** Type of the result, an OID of pg_type. */
  readonly type: number;
  /** Type modifier as in pg_attribute.atttypmod; -1 when there is none. */
  readonly typmod: number;
  readonly position: number;
}

export interface Const extends Base {
  readonly kind: "const";
  readonly value: Datum;
}

/** $n, numbered from 1. */
export interface Param extends Base {
  readonly kind: "param";
  readonly number: number;
  /** In the body of a function: that of the call's arguments, where it is one of ICU. */
  readonly collation?: CollationName;
}

/**
 * A column of a range table entry while bound (rte >= 0, column 0-based in that entry,
 * levelsUp queries outwards).
 */
export interface Var extends Base {
  readonly kind: "var";
  readonly rte: number;
  readonly column: number;
  readonly levelsUp: number;
  /** Of the column, where it is not that of its type. */
  readonly collation?: CollationName;
}

/** A position in the input row of the operator that evaluates this; what a plan has for a Var. */
export interface Slot extends Base {
  readonly kind: "slot";
  readonly index: number;
}

/** A value that an enclosing plan sets before the inner one runs (correlation, init plans). */
export interface ExecParam extends Base {
  readonly kind: "execParam";
  readonly id: number;
  /** The column of an outer row that it stands for, for EXPLAIN. */
  readonly label?: string;
}

export interface RoutineColumn {
  readonly name: string;
  readonly type: number;
  readonly typmod: number;
}

/**
 * A function of the user's as a call holds it: its entry, for the built-in catalog does not know it.
 * Written as JSON it is its OID.
 */
export interface Routine extends ProcRow {
  /** How it is computed without reading or writing data; without one it has to be planned. */
  readonly implementation?: Implementation | undefined;
  /** Of the records that it returns; undefined for plain values and where the caller must tell. */
  readonly columns?: readonly RoutineColumn[] | undefined;
  /** As a column of the row that its arguments are the columns of, or as its argument. */
  readonly shownAs?: "column" | "argument";
  toJSON(): number;
}

/**
 * A call of a pg_proc entry: functions, operators and casts alike. `display` tells ruleutils and
 * EXPLAIN how it was written. A strict function is not called with a NULL argument.
 */
/** As which parameter an argument was written, and by which name. */
export interface WrittenArgument {
  readonly at: number;
  readonly name?: string;
}

export interface Call extends Base {
  readonly kind: "call";
  readonly proc: number;
  readonly args: readonly Expr[];
  readonly display: "function" | "operator" | "explicitCast" | "implicitCast";
  /** OID in pg_operator when display is "operator", else 0. */
  readonly operator: number;
  /** Of a user's operator, and its schema. */
  readonly operatorName?: string;
  readonly operatorSchema?: string;
  /** Written as the SQL standard has it, with words between the arguments. */
  readonly sqlSyntax?: true;
  /** VARIADIC array passed as such. */
  readonly variadicArray?: boolean;
  /** Where some arguments are defaults or were named: those that were written, in their order. */
  readonly written?: readonly WrittenArgument[];
  /** What it answers by what is known while binding, whatever the values are. */
  readonly answer?: string | null;
  /** The function when it is one of the user's. */
  readonly routine?: Routine;
  /** Depends on nothing but constants, and is too long to be folded. */
  readonly once?: true;
}

export interface BoolOp extends Base {
  readonly kind: "and" | "or" | "not";
  readonly args: readonly Expr[];
}

export interface NullTest extends Base {
  readonly kind: "isNull" | "isNotNull";
  readonly arg: Expr;
  /** A row is not looked into: it is not NULL, whatever its fields are. */
  readonly shallow?: boolean;
}

export interface BooleanTest extends Base {
  readonly kind: "booleanTest";
  readonly test: "isTrue" | "isNotTrue" | "isFalse" | "isNotFalse" | "isUnknown" | "isNotUnknown";
  readonly arg: Expr;
}

/** IS [NOT] DISTINCT FROM and NULLIF: `proc` is the = operator's function. */
export interface Distinct extends Base {
  readonly kind: "distinct" | "notDistinct" | "nullif";
  readonly proc: number;
  readonly operator: number;
  readonly args: readonly [Expr, Expr];
}

/** `arg` is compared by each `when.condition` already being a boolean over caseTest if present. */
export interface Case extends Base {
  readonly kind: "case";
  readonly arg?: Expr;
  readonly whens: readonly { readonly condition: Expr; readonly result: Expr }[];
  readonly otherwise: Expr;
}

/** Stands for Case.arg inside its conditions, and for the element inside arrayCoerce. */
export interface CaseTest extends Base {
  readonly kind: "caseTest";
  /** Of what it stands for, where that is not its type's. */
  readonly collation?: CollationName | undefined;
}

export interface Coalesce extends Base {
  readonly kind: "coalesce" | "greatest" | "least";
  readonly args: readonly Expr[];
  /** btree comparison proc for greatest and least, else 0. */
  readonly proc: number;
}

/** ARRAY[...]; `multidims` when the elements are arrays themselves. */
export interface ArrayConstructor extends Base {
  readonly kind: "array";
  readonly elementType: number;
  readonly elements: readonly Expr[];
  readonly multidims: boolean;
}

export interface RowConstructor extends Base {
  readonly kind: "row";
  /** Cast to its type in so many words. */
  readonly display?: "explicitCast";
  /** It was a field of another one: what it consists of is not known any more. */
  readonly isField?: true;
  readonly fields: readonly Expr[];
  readonly names: readonly string[];
}

/** (a, b) op (c, d): one comparison function per column. */
export interface RowCompare extends Base {
  readonly kind: "rowCompare";
  readonly operator: "=" | "<>" | "<" | "<=" | ">" | ">=";
  readonly left: readonly Expr[];
  readonly right: readonly Expr[];
  /** btree comparison procs (int4 result), one per column. */
  readonly procs: readonly number[];
}

/** scalar op ANY/ALL (array); IN lists become = ANY(ARRAY[...]). */
export interface ScalarArrayOp extends Base {
  readonly kind: "scalarArrayOp";
  readonly proc: number;
  readonly operator: number;
  /** As a call's. */
  readonly operatorName?: string;
  readonly operatorSchema?: string;
  readonly any: boolean;
  readonly scalar: Expr;
  readonly array: Expr;
}

/** a[i], a[i][j], a[l:u]; assignment has `value`. An omitted slice bound is undefined. */
export interface Subscript extends Base {
  readonly kind: "subscript";
  readonly container: Expr;
  readonly upper: readonly (Expr | undefined)[];
  /** Present (same length as upper) for slices. */
  readonly lower?: readonly (Expr | undefined)[];
  readonly value?: Expr;
}

export interface FieldSelect extends Base {
  readonly kind: "fieldSelect";
  readonly arg: Expr;
  readonly field: number;
  /** Of a record whose type does not tell its fields' names. */
  readonly name?: string;
}

/** The row `arg` with some fields replaced; a NULL row counts as a row of NULLs. */
export interface FieldStore extends Base {
  readonly kind: "fieldStore";
  readonly arg: Expr;
  readonly fields: readonly number[];
  readonly values: readonly Expr[];
}

/** A value of the base type becomes one of the domain `type` if the domain's checks hold. */
export interface CoerceToDomain extends Base {
  readonly kind: "coerceToDomain";
  readonly arg: Expr;
  readonly display: "explicitCast" | "implicitCast";
}

/** Binary-compatible cast: the value stays, the type changes; or COLLATE, which changes neither. */
export interface Relabel extends Base {
  readonly kind: "relabel";
  readonly arg: Expr;
  readonly display: "explicitCast" | "implicitCast";
  /** Tells one target of GROUPING SETS from another of the same expression; nowhere shown. */
  readonly twin?: true;
  readonly collate?: CollationName & { readonly position: number };
}

/** Cast by way of text output and input. */
export interface CoerceViaIO extends Base {
  readonly kind: "coerceViaIO";
  readonly arg: Expr;
  readonly display: "explicitCast" | "implicitCast";
  /** As of a call. */
  readonly once?: true;
}

/** Cast of each element; `element` works on a caseTest. */
export interface ArrayCoerce extends Base {
  readonly kind: "arrayCoerce";
  readonly arg: Expr;
  readonly element: Expr;
  readonly display: "explicitCast" | "implicitCast";
}

/** JSON_OBJECT (keys and values in turn) and JSON_ARRAY; `type` is json or jsonb. */
export interface JsonConstructor extends Base {
  readonly kind: "jsonConstructor";
  readonly construct: "object" | "array";
  readonly args: readonly Expr[];
  readonly absentOnNull: boolean;
  readonly uniqueKeys: boolean;
}

/** IS JSON; `arg` is text, json or jsonb. */
export interface JsonTest extends Base {
  readonly kind: "isJson";
  readonly arg: Expr;
  readonly item: "any" | "object" | "array" | "scalar";
  readonly uniqueKeys: boolean;
}

/** CURRENT_DATE, CURRENT_USER and their kin. */
export interface SqlValueFunction extends Base {
  readonly kind: "sqlValue";
  readonly name:
    | "current_date"
    | "current_time"
    | "current_timestamp"
    | "localtime"
    | "localtimestamp"
    | "current_role"
    | "current_user"
    | "user"
    | "session_user"
    | "current_catalog"
    | "current_schema";
}

export interface SortKey {
  readonly expr: Expr;
  readonly descending: boolean;
  readonly nullsFirst: boolean;
  /** btree comparison proc of the sort type. */
  readonly proc: number;
}

/** An aggregate of a user's, as a call holds it. */
export interface AggregateRoutine extends ProcRow {
  compile(resultType: number): AggregateFunction;
  toJSON(): number;
}

/** An aggregate call while bound; the planner replaces it by a slot of the aggregation's output. */
export interface Aggregate extends Base {
  readonly kind: "aggregate";
  readonly proc: number;
  readonly args: readonly Expr[];
  readonly star: boolean;
  readonly distinct: boolean;
  readonly orderBy: readonly SortKey[];
  /** Direct arguments of ordered-set aggregates. */
  readonly directArgs: readonly Expr[];
  readonly filter?: Expr;
  readonly levelsUp: number;
  /** The aggregate when it is one of a user's. */
  readonly routine?: AggregateRoutine;
}

/** A window function call while bound; `window` indexes the query's window clauses. */
export interface WindowCall extends Base {
  readonly kind: "window";
  readonly proc: number;
  readonly isAggregate: boolean;
  readonly args: readonly Expr[];
  readonly star: boolean;
  readonly distinct: boolean;
  readonly filter?: Expr;
  readonly window: number;
  /** The aggregate when it is one of a user's. */
  readonly routine?: AggregateRoutine;
}

/** GROUPING(...): indexes into the group clause of the query `levelsUp` levels outwards. */
export interface Grouping extends Base {
  readonly kind: "grouping";
  readonly refs: readonly number[];
  /** As written: never evaluated, no children. */
  readonly args: readonly Expr[];
  readonly levelsUp: number;
}

/**
 * A subquery in an expression. `query` is the binder's BoundQuery (opaque here). For any/all,
 * `test` compares `left` values with the subquery's columns, which appear as Slots 0..n-1 in it.
 */
export interface SubLink extends Base {
  readonly kind: "subLink";
  readonly link: "exists" | "scalar" | "any" | "all" | "array" | "multiExpr";
  readonly query: object;
  readonly test?: Expr;
}

/** DEFAULT in VALUES and UPDATE SET; replaced before execution. */
export interface SetToDefault extends Base {
  readonly kind: "default";
  /** What was written, where OVERRIDING USER VALUE lets the default be taken all the same. */
  readonly written?: Expr;
}

export type Expr =
  | Const
  | Param
  | Var
  | Slot
  | ExecParam
  | Call
  | BoolOp
  | NullTest
  | BooleanTest
  | Distinct
  | Case
  | CaseTest
  | Coalesce
  | ArrayConstructor
  | RowConstructor
  | RowCompare
  | ScalarArrayOp
  | Subscript
  | FieldSelect
  | FieldStore
  | CoerceToDomain
  | Relabel
  | CoerceViaIO
  | ArrayCoerce
  | JsonConstructor
  | JsonTest
  | SqlValueFunction
  | Aggregate
  | WindowCall
  | Grouping
  | SubLink
  | SetToDefault;

export type ExprKind = Expr["kind"];
