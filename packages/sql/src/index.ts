export { TIMESTAMP_INFINITY, TIMESTAMP_NEGATIVE_INFINITY } from "./values/datum.ts";
export type {
  ArrayValue,
  Datum,
  Interval,
  Jsonb,
  JsonbNode,
  Numeric,
  RecordValue,
  Row,
  TimeTz,
} from "./values/datum.ts";
export { DEFAULT_FORMAT } from "./expression/evaluation-context.ts";
export type {
  EvaluationContext,
  FormatSettings,
  SessionFacts,
} from "./expression/evaluation-context.ts";
export type {
  Aggregate,
  ArrayCoerce,
  ArrayConstructor,
  BoolOp,
  BooleanTest,
  Call,
  Case,
  CaseTest,
  Coalesce,
  CoerceViaIO,
  Const,
  Distinct,
  ExecParam,
  Expr,
  ExprKind,
  FieldSelect,
  Grouping,
  NullTest,
  Param,
  Relabel,
  RowCompare,
  RowConstructor,
  ScalarArrayOp,
  SetToDefault,
  Slot,
  SortKey,
  SqlValueFunction,
  SubLink,
  Subscript,
  Var,
  WindowCall,
} from "./expression/tree.ts";
export type { HashKey, InputSettings, SqlType } from "./types/sql-type.ts";
export * as oids from "./types/oids.ts";
export { arrayTypeOf, elementTypeOf } from "./types/oids.ts";
export {
  NUMERIC_INFINITY,
  NUMERIC_NAN,
  NUMERIC_NEGATIVE_INFINITY,
  NUMERIC_ONE,
  NUMERIC_ZERO,
  compareNumeric,
  makeNumeric,
  normalizedNumeric,
  numericFromBigint,
  numericFromFloat,
  numericFromInt,
  numericHashKey,
  numericToFloat8,
  numericToInt2,
  numericToInt4,
  numericToInt8,
  numericToString,
  parseNumeric,
  roundNumeric,
} from "./values/numeric.ts";
export {
  numericAdd,
  numericDivide,
  numericModulo,
  numericMultiply,
  numericNegate,
  numericSubtract,
} from "./values/numeric-arithmetic.ts";
export { compareBpchar, compareBytes, compareText } from "./values/text-order.ts";
export {
  findImplementation,
  findSetImplementation,
  missingFunction,
  registerFunctions,
  registerPolymorphic,
  registerSetReturning,
} from "./functions/registry.ts";
export type {
  CallTypes,
  Implementation,
  ImplementationFactory,
  SetImplementation,
} from "./functions/registry.ts";
export { registerBuiltins } from "./functions/register-builtins.ts";
