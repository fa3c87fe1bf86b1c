/** CURRENT_DATE, CURRENT_USER and their kin, in terms of the functions of the same meaning. */
import { InvariantError } from "@firstlight/common";
import type { Datum } from "../../values/datum.ts";
import type { EvaluationContext, SessionFacts } from "../evaluation-context.ts";
import { implementationOf } from "../implementations.ts";
import type { SqlValueFunction } from "../tree.ts";
import type { Emitter, Operand } from "./code-builder.ts";

export type Compute = (context: EvaluationContext) => Datum;

function session(context: EvaluationContext): SessionFacts {
  if (context.session === undefined) {
    throw new InvariantError("a pushed-down expression asks for its session");
  }
  return context.session;
}

const SESSION_VALUES: Readonly<Partial<Record<SqlValueFunction["name"], Compute>>> = {
  current_role: (context) => session(context).currentUser,
  current_user: (context) => session(context).currentUser,
  user: (context) => session(context).currentUser,
  session_user: (context) => session(context).sessionUser,
  current_catalog: (context) => session(context).database,
  current_schema: (context) => session(context).currentSchemas(false)[0] ?? null,
};

interface TimeValue {
  /** pg_proc cast from timestamptz; 0 for timestamptz itself. */
  readonly cast: number;
  /** pg_proc length coercion of the result type. */
  readonly scale: number;
}

const TIME_VALUES: Readonly<Partial<Record<SqlValueFunction["name"], TimeValue>>> = {
  current_date: { cast: 1178, scale: 0 },
  current_time: { cast: 1388, scale: 1969 },
  current_timestamp: { cast: 0, scale: 1967 },
  localtime: { cast: 2019, scale: 1968 },
  localtimestamp: { cast: 2027, scale: 1961 },
};

const TIMESTAMPTZ = 1184;
const INT4 = 23;

function timeValue({ cast, scale }: TimeValue, expr: SqlValueFunction): Compute {
  const convert =
    cast === 0
      ? undefined
      : implementationOf(cast, { argTypes: [TIMESTAMPTZ], resultType: expr.type });
  const round =
    expr.typmod < 0 || scale === 0
      ? undefined
      : implementationOf(scale, { argTypes: [expr.type, INT4], resultType: expr.type });
  return (context) => {
    const value =
      convert === undefined ? context.transactionTime : convert(context, context.transactionTime);
    return round === undefined ? value : round(context, value, expr.typmod);
  };
}

export function sqlValueOf(expr: SqlValueFunction): Compute {
  const time = TIME_VALUES[expr.name];
  const compute = time === undefined ? SESSION_VALUES[expr.name] : timeValue(time, expr);
  if (compute === undefined) throw new InvariantError(`no value for ${expr.name}`);
  return compute;
}

export function emitSqlValue({ builder }: Emitter, expr: SqlValueFunction): Operand {
  return builder.assign(`${builder.constant(sqlValueOf(expr))}(ctx)`, true);
}
