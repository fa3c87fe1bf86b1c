/** Defaults of built-in functions' parameters, which pg_proc has as SQL text of constants. */
import type { ProcRow } from "../catalog/proc-catalog.ts";
import { typeByName } from "../catalog/type-catalog.ts";
import type { Datum } from "../values/datum.ts";
import type { Expr } from "../expression/tree.ts";
import { BOOL, UNKNOWN } from "../types/oids.ts";
import { coerceType } from "./coerce.ts";
import type { ResolveContext } from "./resolve-context.ts";

function constant(type: number, value: Datum): Expr {
  return { kind: "const", type, typmod: -1, position: -1, value };
}

/** Numbers and quoted texts are read by the parameter's own type. */
function literalOf(sql: string): Expr {
  if (sql === "true" || sql === "false") return constant(BOOL, sql === "true");
  if (/^-?[\d.]+$/.test(sql)) return constant(UNKNOWN, sql);
  const match = /^(?:'((?:[^']|'')*)'|NULL)::(.+)$/.exec(sql);
  if (match === null) throw new Error(`unreadable default ${sql}`);
  return constant(UNKNOWN, match[1] === undefined ? null : match[1].replaceAll("''", "'"));
}

/** The default of parameter `index`, coerced to the parameter's type. */
export function defaultArgument(context: ResolveContext, proc: ProcRow, index: number): Expr {
  const sql = proc.argDefaults[index - (proc.argTypes.length - proc.defaultCount)];
  if (sql === undefined) throw new Error(`${proc.name} has no default for parameter ${index}`);
  const type = proc.argTypes[index] ?? typeByName("text")?.oid ?? UNKNOWN;
  return coerceType(context, literalOf(sql), {
    type,
    typmod: -1,
    context: "implicit",
    display: "implicitCast",
    position: -1,
  });
}
