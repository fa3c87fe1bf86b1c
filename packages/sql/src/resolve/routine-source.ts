/** How resolution gets at the functions that users have made: the caller brings them along. */
import type { UserCasts } from "../catalog/cast-catalog.ts";
import type { ProcRow } from "../catalog/proc-catalog.ts";
import type { OperatorRow } from "../catalog/operator-catalog.ts";
import type { Expr, Routine } from "../expression/tree.ts";

export interface PlacedProc {
  readonly proc: ProcRow;
  readonly place: number;
}

/** Functions of the users' schemas, as one session sees them. */
export interface RoutineSource {
  /** Along the search path. */
  onPath(name: string): readonly PlacedProc[];
  /** Where pg_catalog is in the search path; -1: in front. */
  readonly builtInPlace: number;
  /** Undefined: there is no such schema. */
  inSchema(schema: string, name: string): readonly ProcRow[] | undefined;
  /** The default of an input parameter, of the parameter's type. */
  defaultOf(proc: ProcRow, parameter: number): Expr;
  /** Users' operators along the search path. */
  operators(name: string): readonly OperatorRow[];
  /** Those of a schema; undefined: there is no such schema. */
  operatorsIn(schema: string, name: string): readonly OperatorRow[] | undefined;
  /** A user's operator by OID. */
  operatorAt(oid: number): OperatorRow | undefined;
  /** Undefined where there are none. */
  readonly casts: UserCasts | undefined;
  /** A user's function at a call; undefined for built-in ones. */
  routineAt(proc: number, argTypes: readonly number[], resultType: number): Routine | undefined;
}
