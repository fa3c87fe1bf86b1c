/** Which operator `left op right` means: PostgreSQL's oper() and left_oper(), and their errors. */
import type { UserCasts } from "../catalog/cast-catalog.ts";
import type { SqlError } from "@firstlight/common";
import { formatType } from "../catalog/format-type.ts";
import { type OperatorRow, operatorsByName } from "../catalog/operator-catalog.ts";
import { baseTypeOid } from "../catalog/type-catalog.ts";
import { UNKNOWN } from "../types/oids.ts";
import { matchArgTypes, sameTypes, selectCandidate } from "./candidates.ts";
import { resolveError } from "./resolve-context.ts";

interface OperatorCandidate {
  readonly operator: OperatorRow;
  readonly argTypes: readonly number[];
}

function describe(name: string, left: number, right: number): string {
  const prefix = left === 0 ? "" : `${formatType(left)} `;
  return `${prefix}${name} ${formatType(right)}`;
}

function undefinedOperator(name: string, left: number, right: number, position: number): SqlError {
  const hint =
    left === 0
      ? "No operator matches the given name and argument type. You might need to add an explicit type cast."
      : "No operator matches the given name and argument types. You might need to add explicit type casts.";
  return resolveError(
    "42883",
    `operator does not exist: ${describe(name, left, right)}`,
    position,
    { hint },
  );
}

function ambiguousOperator(name: string, left: number, right: number, position: number): SqlError {
  return resolveError("42725", `operator is not unique: ${describe(name, left, right)}`, position, {
    hint: "Could not choose a best candidate operator. You might need to add explicit type casts.",
  });
}

/** An unknown literal is first supposed to be of the other side's type. */
function exactMatch(
  candidates: readonly OperatorCandidate[],
  left: number,
  right: number,
): OperatorCandidate | undefined {
  const wasUnknown = (left === UNKNOWN || right === UNKNOWN) && left !== 0;
  const a = left === UNKNOWN ? right : left;
  const b = right === UNKNOWN && left !== 0 ? left : right;
  const find = (types: readonly number[]): OperatorCandidate | undefined =>
    candidates.find((each) => sameTypes(each.argTypes, types));
  const types = left === 0 ? [b] : [a, b];
  const found = find(types);
  if (found !== undefined || !wasUnknown) return found;
  const base = baseTypeOid(a);
  return base === a ? undefined : find([base, base]);
}

const cache = new Map<string, OperatorRow>();
const CACHE_ENTRIES_MAX = 4096;

/** What is looked at beside or, with `exclusive`, in place of the built-in operators. */
export interface OperatorSource {
  readonly own?: readonly OperatorRow[] | undefined;
  readonly exclusive?: readonly OperatorRow[];
  readonly casts?: UserCasts | undefined;
}

/** `left` is 0 for a prefix operator. Types of unknown literals are UNKNOWN. */
export function resolveOperator(
  name: string,
  left: number,
  right: number,
  position: number,
  source: OperatorSource = {},
): OperatorRow {
  const { own = [], exclusive, casts } = source;
  if (own.length > 0 || exclusive !== undefined || casts !== undefined) {
    return lookupOperator(name, left, right, position, source);
  }
  const key = `${name} ${left} ${right}`;
  const cached = cache.get(key);
  if (cached !== undefined) return cached;
  const operator = lookupOperator(name, left, right, position, source);
  if (cache.size >= CACHE_ENTRIES_MAX) cache.clear();
  cache.set(key, operator);
  return operator;
}

/** Built-in operators come first where the types are the same. */
function lookupOperator(
  name: string,
  left: number,
  right: number,
  position: number,
  { own = [], exclusive, casts }: OperatorSource,
): OperatorRow {
  const candidates = (exclusive ?? [...operatorsByName(name), ...own])
    .filter((operator) => (operator.left === 0) === (left === 0))
    .map((operator) => ({
      operator,
      argTypes: left === 0 ? [operator.right] : [operator.left, operator.right],
    }));
  const exact = exactMatch(candidates, left, right);
  if (exact !== undefined) return exact.operator;
  const argTypes = left === 0 ? [right] : [left, right];
  const matching = matchArgTypes(argTypes, candidates, casts);
  const [only] = matching;
  if (only === undefined) throw undefinedOperator(name, left, right, position);
  if (matching.length === 1) return only.operator;
  const selected = selectCandidate(argTypes, matching, casts);
  if (selected === undefined) throw ambiguousOperator(name, left, right, position);
  return selected.operator;
}
