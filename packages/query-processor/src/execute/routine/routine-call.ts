/** Calls of users' functions by operators: arguments from a row, one value or the rows of a set. */
import type { MaybePromise } from "@firstlight/common";
import { InvariantError } from "@firstlight/common";
import type { Call, Datum, Row } from "@firstlight/sql";
import { compileExpr } from "@firstlight/sql";
import { CalledRoutine } from "../../bind/routine/called-routine.ts";
import type { Run } from "../operator.ts";
import { runRoutine } from "./run-routine.ts";

export interface RoutineCall {
  value(row: Row, run: Run): MaybePromise<Datum>;
  rows(row: Row, run: Run): MaybePromise<readonly Datum[]>;
}

const NOTHING: readonly Datum[] = [];

export function compileRoutineCall(call: Call): RoutineCall {
  const { routine } = call;
  if (!(routine instanceof CalledRoutine)) throw new InvariantError("no function of a user");
  const args = call.args.map((arg) => compileExpr(arg));
  const argumentsOf = (row: Row, run: Run): readonly Datum[] | undefined => {
    const values = args.map((arg) => arg(row, run.evaluation));
    return routine.strict && values.includes(null) ? undefined : values;
  };
  return {
    value: (row, run) => {
      const values = argumentsOf(row, run);
      if (values === undefined) return null;
      const rows = runRoutine(routine, run, values, "first");
      if (rows instanceof Promise) return rows.then((all) => all[0] ?? null);
      return rows[0] ?? null;
    },
    rows: (row, run) => {
      const values = argumentsOf(row, run);
      return values === undefined ? NOTHING : runRoutine(routine, run, values, "all");
    },
  };
}
