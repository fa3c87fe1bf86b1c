/**
 * What a storage node does with the stored rows of a scan: filter, project, limit, or aggregate
 * partially. Plain data; its JSON text travels in ScanRequest.program. Expressions are immutable
 * (no parameter, no session) and their slots are the columns of the stored row.
 */
import { InvariantError } from "@firstlight/common";
import { aggregateOf } from "../aggregates/find-aggregate.ts";
import type { AggregateFunction } from "../aggregates/aggregate-function.ts";
import { deserializePlain, serializePlain } from "../expression/serialize.ts";
import type { Expr } from "../expression/tree.ts";
import type { Datum } from "../values/datum.ts";
import { withoutUserTypes } from "./lower-types.ts";

export interface PushedAggregate {
  /** pg_proc of the aggregate; DISTINCT and ORDER BY cannot be pushed down. */
  readonly proc: number;
  readonly args: readonly Expr[];
  readonly type: number;
  readonly filter?: Expr;
}

export type ScanOutput =
  | { readonly kind: "columns"; readonly columns: readonly number[] }
  | { readonly kind: "expressions"; readonly exprs: readonly Expr[] }
  | {
      readonly kind: "aggregate";
      readonly groupBy: readonly Expr[];
      readonly aggregates: readonly PushedAggregate[];
    };

export interface ScanProgram {
  /** Types of the stored row's columns, by position. */
  readonly columnTypes: readonly number[];
  /** What a column has in rows that were written before it existed; null where left out. */
  readonly defaults?: readonly Datum[];
  readonly filter?: Expr;
  readonly output: ScanOutput;
  /** At most this many rows per scan request; never with aggregates. */
  readonly limit?: number;
}

/** Undefined when storage has no type for what the program reads (lower-types.ts). */
export function storableProgramText(program: ScanProgram): string | undefined {
  const storable = withoutUserTypes(program);
  return storable && serializePlain(storable);
}

/** Of a program over built-in types only. */
export function scanProgramText(program: ScanProgram): string {
  const text = storableProgramText(program);
  if (text === undefined) throw new InvariantError("storage knows no user-defined types");
  return text;
}

/** Only for text that scanProgramText wrote. */
export function parseScanProgram(text: string): ScanProgram {
  return deserializePlain(text) as ScanProgram;
}

export function pushedAggregate({ proc, args, type }: PushedAggregate): AggregateFunction {
  return aggregateOf(proc, { argTypes: args.map((arg) => arg.type), resultType: type });
}

/** Whether partial states of the aggregate can be sent and merged. */
export function isPushableAggregate(aggregate: PushedAggregate): boolean {
  return aggregate.args.length <= 1 && pushedAggregate(aggregate).toPartial !== undefined;
}

/**
 * Types of the rows that a scan with this program gives: the output's columns, or the group's
 * values followed by each aggregate's partial state.
 */
export function scanResultTypes(program: ScanProgram): readonly number[] {
  const { output, columnTypes } = program;
  switch (output.kind) {
    case "columns":
      return output.columns.map((column) => columnTypes[column] ?? 0);
    case "expressions":
      return output.exprs.map((expr) => expr.type);
    case "aggregate":
      return [
        ...output.groupBy.map((expr) => expr.type),
        ...output.aggregates.flatMap((each) => partialTypes(each)),
      ];
  }
}

export function partialTypes(aggregate: PushedAggregate): readonly number[] {
  const types = pushedAggregate(aggregate).partialTypes;
  if (types === undefined) throw new InvariantError("an aggregate without partial form was pushed");
  return types;
}
