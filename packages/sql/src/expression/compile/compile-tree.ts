/**
 * Turns an expression tree into one JavaScript function of (row, context, test), where `test` is
 * what a caseTest outside of any CASE stands for. Source text has no statement's values in it, so
 * functions are cached by their source and instantiated with their constants.
 */
import { InvariantError } from "@firstlight/common";
import type { Datum } from "../../values/datum.ts";
import type { EvaluationContext } from "../evaluation-context.ts";
import type { Expr } from "../tree.ts";
import {
  CodeBuilder,
  type Emitter,
  NULL_OPERAND,
  type NodeEmitter,
  type Operand,
} from "./code-builder.ts";
import { emitArray, emitFieldSelect, emitScalarArrayOp, emitSubscript } from "./emit-array.ts";
import { emitCall } from "./emit-call.ts";
import { emitArrayCoerce, emitRelabel, emitViaIO } from "./emit-cast.ts";
import { emitCoerceToDomain, emitFieldStore, emitRow } from "./emit-composite.ts";
import {
  emitAndOr,
  emitBooleanTest,
  emitCase,
  emitCoalesce,
  emitDistinct,
  emitExtreme,
  emitNot,
  emitNullTest,
  emitRowCompare,
} from "./emit-logic.ts";
import { emitJsonConstructor, emitJsonTest } from "./emit-json.ts";
import { emitSqlValue } from "./emit-sql-value.ts";

export type Evaluate = (row: readonly Datum[], context: EvaluationContext, test?: Datum) => Datum;

export class TreeEmitter implements Emitter {
  readonly builder: CodeBuilder = new CodeBuilder();
  readonly #own: NodeEmitter | undefined;
  /** What caseTest stands for, innermost last. */
  readonly caseTests: Operand[] = [{ js: "test", nullable: true }];

  constructor(own?: NodeEmitter) {
    this.#own = own;
  }

  emit(expr: Expr): Operand {
    const operand = this.#own?.emit(this, expr);
    if (operand !== undefined) return operand;
    const emitNode = EMITTERS[expr.kind] as (emitter: TreeEmitter, expr: Expr) => Operand;
    return emitNode(this, expr);
  }
}

/** The member of a union of nodes whose kind may be K. */
type NodeOf<N, K> = N extends { kind: infer Kinds } ? (K extends Kinds ? N : never) : never;

type Emitters = {
  readonly [K in Expr["kind"]]: (emitter: TreeEmitter, expr: NodeOf<Expr, K>) => Operand;
};

function emitConstant({ builder }: Emitter, value: Datum): Operand {
  if (value === null) return NULL_OPERAND;
  if (typeof value === "boolean") return { js: String(value), nullable: false };
  return { js: builder.constant(value), nullable: false };
}

function refuse(_: Emitter, expr: Expr): never {
  throw new InvariantError(`a ${expr.kind} must be replaced before an expression is compiled`);
}

const EMITTERS: Emitters = {
  const: (emitter, expr) => emitConstant(emitter, expr.value),
  param: ({ builder }, expr) => builder.assign(`ctx.params[${expr.number - 1}]`, true),
  execParam: ({ builder }, expr) => builder.assign(`ctx.execParams[${expr.id}]`, true),
  slot: ({ builder }, expr) => builder.assign(`row[${expr.index}]`, true),
  caseTest: ({ caseTests }) => caseTests.at(-1) ?? NULL_OPERAND,
  relabel: emitRelabel,
  call: emitCall,
  and: emitAndOr,
  or: emitAndOr,
  not: (emitter, expr) => emitNot(emitter, requireFirst(expr.args)),
  isNull: emitNullTest,
  isNotNull: emitNullTest,
  booleanTest: emitBooleanTest,
  distinct: emitDistinct,
  notDistinct: emitDistinct,
  nullif: emitDistinct,
  case: (emitter, expr) => emitCase(emitter, expr, emitter.caseTests),
  coalesce: (emitter, expr) => emitCoalesce(emitter, expr.args),
  greatest: emitExtreme,
  least: emitExtreme,
  rowCompare: emitRowCompare,
  coerceViaIO: emitViaIO,
  sqlValue: emitSqlValue,
  jsonConstructor: emitJsonConstructor,
  isJson: emitJsonTest,
  array: emitArray,
  row: emitRow,
  fieldSelect: emitFieldSelect,
  fieldStore: emitFieldStore,
  coerceToDomain: emitCoerceToDomain,
  subscript: emitSubscript,
  scalarArrayOp: (emitter, expr) => emitScalarArrayOp(emitter, expr, compileTree),
  arrayCoerce: (emitter, expr) => emitArrayCoerce(emitter, expr, compileTree(expr.element)),
  var: refuse,
  aggregate: refuse,
  window: refuse,
  grouping: refuse,
  subLink: refuse,
  default: refuse,
};

function requireFirst(args: readonly Expr[]): Expr {
  const [first] = args;
  if (first === undefined) throw new InvariantError("an operator without operand");
  return first;
}

type Instantiate = (constants: readonly unknown[]) => unknown;

const INSTANTIATE_ENTRIES_MAX = 2048;
/** Longer sources are rare shapes, not worth their memory. */
const CACHED_SOURCE_MAX = 8192;
const instantiateBySource = new Map<string, Instantiate>();

/** The least recently made is forgotten first; compiled functions in use stay alive by themselves. */
function remember(source: string, make: Instantiate): void {
  if (source.length > CACHED_SOURCE_MAX) return;
  if (instantiateBySource.size >= INSTANTIATE_ENTRIES_MAX) {
    const [oldest] = instantiateBySource.keys();
    if (oldest !== undefined) instantiateBySource.delete(oldest);
  }
  instantiateBySource.set(source, make);
}

function instantiate(body: string, constants: readonly unknown[]): Evaluate {
  return instantiateFunction("row, ctx, test", body, constants) as Evaluate;
}

/** The function with these parameters and this body; the caller knows its type. */
export function instantiateFunction(
  parameters: string,
  body: string,
  constants: readonly unknown[],
): unknown {
  const names = constants.map((_, index) => `k${index}`).join(", ");
  const source = `const [${names}] = constants;\nreturn (${parameters}) => {\n${body}\n};`;
  let make = instantiateBySource.get(source);
  if (make === undefined) {
    // oxlint-disable-next-line typescript/no-implied-eval -- the source holds no value that a user wrote
    make = new Function("constants", source) as Instantiate;
    remember(source, make);
  }
  return make(constants);
}

export function compileTree(expr: Expr): Evaluate {
  const emitter = new TreeEmitter();
  const result = emitter.emit(expr);
  const body = `${emitter.builder.source()}\nreturn ${result.js};`;
  return instantiate(body, emitter.builder.constants);
}

/** The conditions one after the other, the first that is not true ends it. */
export function compileConjunction(conditions: readonly Expr[]): Evaluate {
  const emitter = new TreeEmitter();
  for (const condition of conditions) {
    const operand = emitter.emit(condition);
    emitter.builder.line(`if (${operand.js} !== true) return false;`);
  }
  return instantiate(`${emitter.builder.source()}\nreturn true;`, emitter.builder.constants);
}

/** Several expressions of one row at once: a function that gives the new row. */
export function compileList(
  exprs: readonly Expr[],
): (row: readonly Datum[], context: EvaluationContext) => Datum[] {
  const emitter = new TreeEmitter();
  const operands = exprs.map((expr) => emitter.emit(expr));
  const body = `${emitter.builder.source()}\nreturn [${operands.map((each) => each.js).join(", ")}];`;
  const evaluate: unknown = instantiate(body, emitter.builder.constants);
  return evaluate as (row: readonly Datum[], context: EvaluationContext) => Datum[];
}
