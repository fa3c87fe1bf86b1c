/**
 * Many arms of an OR that compare the same columns with values of the statement, as (a, b) IN of many
 * rows is bound: one look-up among the rows of values instead of a comparison for each.
 */
import { operatorByOid } from "../../catalog/operator-catalog.ts";
import type { Datum } from "../../values/datum.ts";
import type { EvaluationContext } from "../evaluation-context.ts";
import type { Expr } from "../tree.ts";
import { mapInSteps } from "../list-steps.ts";
import { requireSqlType } from "../type-io.ts";
import { splitConjunction } from "../walk.ts";
import type { MembershipKey } from "./membership.ts";
import { integerKey } from "./membership.ts";

type Slot = Extract<Expr, { kind: "slot" }>;
type Value = Extract<Expr, { kind: "const" | "param" }>;

/** From so many arms on, looking up costs less than comparing. */
const ARMS_MIN = 9;

const INTEGERS: ReadonlySet<number> = new Set([20, 21, 23]);
/** Whose values are equal when their keys are, by every = there is: date, text, times, uuid. */
const HASHED: ReadonlySet<number> = new Set([1082, 25, 1114, 1184, 2950]);

interface Comparison {
  readonly slot: Slot;
  readonly value: Value;
  readonly keyOf: MembershipKey;
}

/** Arms that compare the same slots. */
export interface RowsOfArms {
  readonly kind: "rowsOfArms";
  readonly slots: readonly Slot[];
  readonly keysOf: readonly MembershipKey[];
  /** One row for each arm, in the order of the slots. */
  readonly rows: readonly (readonly Value[])[];
}

function slotOf(expr: Expr): Slot | undefined {
  if (expr.kind === "relabel") return slotOf(expr.arg);
  return expr.kind === "slot" ? expr : undefined;
}

function valueOf(expr: Expr): Value | undefined {
  if (expr.kind === "relabel") return valueOf(expr.arg);
  return expr.kind === "const" || expr.kind === "param" ? expr : undefined;
}

function keyOfTypes(left: number, right: number): MembershipKey | undefined {
  if (INTEGERS.has(left) && INTEGERS.has(right)) return integerKey;
  if (left !== right || !HASHED.has(left)) return undefined;
  const type = requireSqlType(left);
  return (value) => type.hashKey(value);
}

function comparisonOf(expr: Expr): Comparison | undefined {
  if (expr.kind !== "call" || expr.display !== "operator") return undefined;
  const operator = operatorByOid(expr.operator);
  const [a, b] = expr.args;
  if (operator?.name !== "=" || a === undefined || b === undefined) return undefined;
  // The operand's own type: a collation of its own makes it another one.
  const keyOf = a.type === operator.left ? keyOfTypes(a.type, b.type) : undefined;
  if (keyOf === undefined || b.type !== operator.right) return undefined;
  const slot = slotOf(a) ?? slotOf(b);
  const value = valueOf(b) ?? valueOf(a);
  return slot === undefined || value === undefined ? undefined : { slot, value, keyOf };
}

/** By slot; undefined where an arm is anything else, or compares a slot twice. */
function comparisonsOf(arm: Expr): readonly Comparison[] | undefined {
  const found: Comparison[] = [];
  for (const each of splitConjunction(arm)) {
    const comparison = comparisonOf(each);
    if (comparison === undefined) return undefined;
    if (found.some(({ slot }) => slot.index === comparison.slot.index)) return undefined;
    found.push(comparison);
  }
  if (found.length === 0) return undefined;
  return found.toSorted((a, b) => a.slot.index - b.slot.index);
}

interface Group {
  readonly arms: Expr[];
  readonly comparisons: (readonly Comparison[])[];
}

function rowsOf({ comparisons }: Group): RowsOfArms {
  const [first = []] = comparisons;
  return {
    kind: "rowsOfArms",
    slots: first.map(({ slot }) => slot),
    keysOf: first.map(({ keyOf }) => keyOf),
    rows: comparisons.map((row) => row.map(({ value }) => value)),
  };
}

/** Of the comparisons that stand between two arms of another kind. */
class Gathering {
  #byShape = new Map<string, Group>();

  add(arm: Expr, comparisons: readonly Comparison[]): void {
    const shape = comparisons.map(({ slot, value }) => `${slot.index}:${value.type}`).join(" ");
    const group = this.#byShape.get(shape) ?? { arms: [], comparisons: [] };
    group.arms.push(arm);
    group.comparisons.push(comparisons);
    this.#byShape.set(shape, group);
  }

  taken(): readonly (RowsOfArms | Expr)[] {
    const groups = [...this.#byShape.values()];
    this.#byShape = new Map();
    const isLarge = ({ arms }: Group): boolean => arms.length >= ARMS_MIN;
    const small = groups.filter((group) => !isLarge(group)).flatMap(({ arms }) => arms);
    return [...groups.filter(isLarge).map(rowsOf), ...small];
  }
}

/**
 * The arms in an order in which they can be evaluated. Comparisons meet no error: they change places
 * among themselves, but not with other arms, which are only asked if none before them is true.
 */
export function dividedArms(arms: readonly Expr[]): readonly (RowsOfArms | Expr)[] {
  if (arms.length < ARMS_MIN) return arms;
  const divided: (RowsOfArms | Expr)[] = [];
  const gathering = new Gathering();
  const compared = mapInSteps("comparisons", arms, (arm) => ({
    arm,
    comparisons: comparisonsOf(arm),
  }));
  for (const { arm, comparisons } of compared) {
    if (comparisons === undefined) divided.push(...gathering.taken(), arm);
    else gathering.add(arm, comparisons);
  }
  return [...divided, ...gathering.taken()];
}

export type RowMembershipTest = (
  context: EvaluationContext,
  values: readonly Datum[],
) => boolean | null;

/** No text has it. */
const SEPARATOR = "\0";

/** Keys of the rows at the positions of a mask. */
class RowKeys {
  readonly #keysOf: readonly MembershipKey[];
  readonly #rows: readonly (readonly Datum[])[];
  readonly #byMask = new Map<string, ReadonlySet<string>>();

  constructor(keysOf: readonly MembershipKey[], rows: readonly (readonly Datum[])[]) {
    this.#keysOf = keysOf;
    this.#rows = rows;
  }

  keyOf(values: readonly Datum[], mask: string): string {
    let key = "";
    for (let i = 0; i < values.length; i++) {
      if (mask[i] === "1") key += `${String(this.#keysOf[i]?.(values[i] ?? null))}${SEPARATOR}`;
    }
    return key;
  }

  at(mask: string): ReadonlySet<string> {
    let found = this.#byMask.get(mask);
    if (found === undefined) {
      found = new Set(this.#rows.map((row) => this.keyOf(row, mask)));
      this.#byMask.set(mask, found);
    }
    return found;
  }
}

function maskOf(values: readonly Datum[]): string {
  let mask = "";
  for (const value of values) mask += value === null ? "0" : "1";
  return mask;
}

/** Unknown where what is not null on both sides is equal. */
function isUnknown(
  keysOf: readonly MembershipKey[],
  row: readonly Datum[],
  values: readonly Datum[],
): boolean {
  return row.every((each, at) => {
    const value = values[at] ?? null;
    return each === null || value === null || keysOf[at]?.(each) === keysOf[at]?.(value);
  });
}

function membershipAmong(
  keysOf: readonly MembershipKey[],
  rows: readonly (readonly Datum[])[],
): (values: readonly Datum[]) => boolean | null {
  const withNulls = rows.filter((row) => row.includes(null));
  const keys = new RowKeys(
    keysOf,
    rows.filter((row) => !row.includes(null)),
  );
  const whole = keysOf.map(() => "1").join("");
  return (values) => {
    const mask = maskOf(values);
    if (keys.at(mask).has(keys.keyOf(values, mask))) return mask === whole ? true : null;
    return withNulls.some((row) => isUnknown(keysOf, row, values)) ? null : false;
  };
}

/** The rows are those of the last parameters, which are the same for a statement. */
export function rowMembership({ keysOf, rows }: RowsOfArms): RowMembershipTest {
  let last: readonly Datum[] | undefined;
  let test: ((values: readonly Datum[]) => boolean | null) | undefined;
  const hasParams = rows.some((row) => row.some(({ kind }) => kind === "param"));
  return ({ params }, values) => {
    if (test === undefined || (hasParams && last !== params)) {
      last = params;
      const given = rows.map((row) =>
        row.map((each) => (each.kind === "const" ? each.value : (params[each.number - 1] ?? null))),
      );
      test = membershipAmong(keysOf, given);
    }
    return test(values);
  };
}
