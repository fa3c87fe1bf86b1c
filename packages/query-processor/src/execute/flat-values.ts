/**
 * Texts that expressions put together are made flat where they are computed, each in a turn of its
 * own: JavaScript would do so where they are compared, hashed or stored, with all of them at once.
 */
import type {
  CompiledExpr,
  CompiledProjection,
  Datum,
  EvaluationContext,
  Expr,
} from "@firstlight/sql";
import { compileExpr, compileProjection, flatText, oids, volatility } from "@firstlight/sql";

const TEXTS: ReadonlySet<number> = new Set([oids.TEXT, oids.VARCHAR, oids.BPCHAR, oids.JSON_TYPE]);
/** Their values were made flat before, or came as they are. */
const TAKEN: ReadonlySet<Expr["kind"]> = new Set(["slot", "const", "param", "execParam"]);

function mayBePutTogether(expr: Expr): boolean {
  return TEXTS.has(expr.type) && !TAKEN.has(expr.kind);
}

function flat(context: EvaluationContext, value: Datum): Datum {
  return typeof value === "string" ? flatText(context, value) : value;
}

/** A value that is looked into next, wherever it comes from. */
export function compileFlat(expr: Expr): CompiledExpr {
  const value = compileExpr(expr);
  if (!TEXTS.has(expr.type) || expr.kind === "const") return value;
  return (row, context) => flat(context, value(row, context));
}

/** Whether a key of these may be a long text, and may be computed again. */
export function hasLongKey(exprs: readonly Expr[]): boolean {
  return (
    exprs.some(({ type }) => TEXTS.has(type)) &&
    exprs.every((expr) => volatility(expr) !== "volatile")
  );
}

export function compileFlatProjection(exprs: readonly Expr[]): CompiledProjection {
  const project = compileProjection(exprs);
  const texts = [...exprs.keys()].filter((at) => {
    const expr = exprs[at];
    return expr !== undefined && mayBePutTogether(expr);
  });
  if (texts.length === 0) return project;
  return (row, context) => {
    const projected = project(row, context) as Datum[];
    for (const at of texts) projected[at] = flat(context, projected[at] ?? null);
    return projected;
  };
}
