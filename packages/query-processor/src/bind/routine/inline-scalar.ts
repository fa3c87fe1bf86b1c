/**
 * Calls of simple functions replaced by the expression that they are (inline_function): one SELECT
 * of one expression that is as stable and as strict as the function says, and that evaluates no
 * dear or volatile argument more or less often than once.
 */
import type { Call, Expr } from "@firstlight/sql";
import { mapChildren, oids, procOf, returnsSet, volatility } from "@firstlight/sql";
import { CalledRoutine } from "./called-routine.ts";
import { bareResult } from "./pure-routine.ts";

/** Operators that an argument may cost and still be evaluated twice. */
const CHEAP_CALLS_MAX = 10;

function some(expr: Expr, test: (expr: Expr) => boolean): boolean {
  if (test(expr)) return true;
  let found = false;
  mapChildren(expr, (child) => {
    found ||= some(child, test);
    return child;
  });
  return found;
}

function isOutOfPlace(expr: Expr): boolean {
  return (
    expr.kind === "subLink" ||
    expr.kind === "aggregate" ||
    expr.kind === "window" ||
    expr.kind === "grouping" ||
    returnsSet(expr)
  );
}

/** Parameters are no reason to call an expression less stable. */
function ownVolatility(expr: Expr): ReturnType<typeof volatility> {
  const bare = (each: Expr): Expr =>
    each.kind === "param"
      ? { kind: "slot", type: each.type, typmod: each.typmod, position: -1, index: 0 }
      : mapChildren(each, bare);
  return volatility(bare(expr));
}

const STRICT_KINDS: ReadonlySet<Expr["kind"]> = new Set([
  "const",
  "param",
  "var",
  "relabel",
  "coerceViaIO",
  "arrayCoerce",
  "fieldSelect",
  "not",
  "caseTest",
]);

function isNonStrict(expr: Expr): boolean {
  if (expr.kind === "call") return !procOf(expr).strict;
  if (expr.kind === "subscript") return expr.value !== undefined;
  return !STRICT_KINDS.has(expr.kind);
}

function usesOf(expr: Expr, counts: number[]): void {
  if (expr.kind === "param") counts[expr.number - 1] = (counts[expr.number - 1] ?? 0) + 1;
  mapChildren(expr, (child) => {
    usesOf(child, counts);
    return child;
  });
}

function callsIn(expr: Expr): number {
  let count = expr.kind === "call" ? procOf(expr).cost : 0;
  mapChildren(expr, (child) => {
    count += callsIn(child);
    return child;
  });
  return count;
}

function mayRepeat(arg: Expr): boolean {
  if (some(arg, (each) => each.kind === "subLink")) return false;
  return volatility(arg) !== "volatile" && callsIn(arg) <= CHEAP_CALLS_MAX;
}

function argumentsFit(routine: CalledRoutine, body: Expr, args: readonly Expr[]): boolean {
  const counts: number[] = [];
  usesOf(body, counts);
  return args.every((arg, at) => {
    const uses = counts[at] ?? 0;
    if (uses === 0 && routine.strict) return false;
    return uses === 1 || mayRepeat(arg);
  });
}

function isStableEnough(routine: CalledRoutine, body: Expr): boolean {
  if (routine.volatility === "volatile") return true;
  const found = ownVolatility(body);
  return found === "immutable" || (found === "stable" && routine.volatility === "stable");
}

function bodyToInline(routine: CalledRoutine, args: readonly Expr[]): Expr | undefined {
  const { language, config, securityDefiner } = routine.descriptor;
  const isPlain = language === "sql" && config === undefined && !securityDefiner;
  if (!isPlain || routine.returnsSet || routine.kind !== "f") return undefined;
  if (routine.site.resultType === oids.RECORD || routine.bound.result.kind !== "value") {
    return undefined;
  }
  const [body] = bareResult(routine.bound) ?? [];
  if (body === undefined || some(body, isOutOfPlace)) return undefined;
  if (!isStableEnough(routine, body)) return undefined;
  if (routine.strict && some(body, isNonStrict)) return undefined;
  return argumentsFit(routine, body, args) ? body : undefined;
}

function substituted(expr: Expr, args: readonly Expr[]): Expr {
  if (expr.kind === "param") return args[expr.number - 1] ?? expr;
  return mapChildren(expr, (child) => substituted(child, args));
}

/** The value of the call, whose arguments are inlined already. `active`: functions around it. */
export function inlinedCall(call: Call, active: ReadonlySet<number> = new Set()): Expr {
  const { routine } = call;
  if (!(routine instanceof CalledRoutine) || active.has(routine.oid)) return call;
  const body = bodyToInline(routine, call.args);
  if (body === undefined) return call;
  const within = new Set([...active, routine.oid]);
  // The body's own calls BEFORE the arguments take their places: those are done already.
  const inner = inlinedCalls(body, within);
  const { position } = call;
  return { ...substituted(inner, call.args), position };
}

/** All calls in an expression. */
export function inlinedCalls(expr: Expr, active: ReadonlySet<number> = new Set()): Expr {
  const inner = mapChildren(expr, (child) => inlinedCalls(child, active));
  return inner.kind === "call" && inner.routine !== undefined ? inlinedCall(inner, active) : inner;
}
