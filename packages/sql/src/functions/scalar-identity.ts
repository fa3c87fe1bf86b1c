/**
 * Comparisons of the types whose Datum orders as JavaScript orders it: bool, oid, xid, cid, uuid
 * (canonical hexadecimal text sorts as its bytes do) and "char".
 */
import { registerFunctions } from "./registry.ts";
import type { Implementation } from "./registry.ts";

type Plain = number | string | boolean;

/** The six operators and the btree comparison of `names` = [eq, ne, lt, le, gt, ge, cmp]. */
function comparisons(names: readonly string[]): Record<string, Implementation> {
  const functions: Implementation[] = [
    (_, a: Plain, b: Plain) => a === b,
    (_, a: Plain, b: Plain) => a !== b,
    (_, a: Plain, b: Plain) => a < b,
    (_, a: Plain, b: Plain) => a <= b,
    (_, a: Plain, b: Plain) => a > b,
    (_, a: Plain, b: Plain) => a >= b,
    (_, a: Plain, b: Plain) => (a < b ? -1 : a > b ? 1 : 0),
  ];
  const entries: Record<string, Implementation> = {};
  for (const [index, name] of names.entries()) {
    const implementation = functions[index];
    if (implementation !== undefined) entries[name] = implementation;
  }
  return entries;
}

/** PostgreSQL names these functions with one prefix for operators and its own for the comparison. */
function named(prefix: string, cmp: string): Record<string, Implementation> {
  return comparisons([..."eq ne lt le gt ge".split(" ").map((op) => prefix + op), cmp]);
}

export function registerScalarIdentity(): void {
  registerFunctions(named("bool", "btboolcmp"));
  registerFunctions(named("oid", "btoidcmp"));
  registerFunctions(named("uuid_", "uuid_cmp"));
  registerFunctions(named("xid8", "xid8cmp"));
  registerFunctions({
    xideq: (_, a: number, b: number) => a === b,
    xidneq: (_, a: number, b: number) => a !== b,
    cideq: (_, a: number, b: number) => a === b,
    oidlarger: (_, a: number, b: number) => (a > b ? a : b),
    oidsmaller: (_, a: number, b: number) => (a < b ? a : b),
    booland_statefunc: (_, a: boolean, b: boolean) => a && b,
    boolor_statefunc: (_, a: boolean, b: boolean) => a || b,
    booltext: (_, a: boolean) => (a ? "true" : "false"),
  });
}
