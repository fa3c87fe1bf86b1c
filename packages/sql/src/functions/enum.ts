/** enum_first, enum_last, enum_range, and the order of enums: values are their places in it. */
import { SqlError } from "@firstlight/common";
import { baseElementTypeOid } from "../catalog/type-catalog.ts";
import { formatType } from "../catalog/format-type.ts";
import { definitionOf } from "../types/user/define-type.ts";
import type { EnumDefinition } from "../types/user/type-definition.ts";
import { unsafeLabels } from "../types/user/unsafe-labels.ts";
import { makeArray } from "../values/array.ts";
import type { Datum } from "../values/datum.ts";
import { registerFunctions, registerPolymorphic } from "./registry.ts";

function enumOf(type: number): EnumDefinition {
  const definition = definitionOf(type);
  if (definition?.kind === "enum") return definition;
  throw new SqlError("0A000", "could not determine actual enum type");
}

/** Places of the labels that are asked for, in order; read when called: an error is the call's. */
function ordersOf(
  type: number,
  choose: (orders: readonly number[]) => readonly number[],
): readonly number[] {
  const definition = enumOf(type);
  const chosen = choose(definition.labels.map(({ order }) => order));
  const refuseUnsafe = unsafeLabels(type, definition);
  if (refuseUnsafe !== undefined) chosen.forEach(refuseUnsafe);
  return chosen;
}

function edge(type: number, at: 0 | -1): Datum {
  const [order] = ordersOf(type, (orders) => (at === 0 ? orders.slice(0, 1) : orders.slice(-1)));
  if (order !== undefined) return order;
  throw new SqlError("55000", `enum ${formatType(type)} contains no values`);
}

function between(type: number, from: Datum, to: Datum): Datum {
  const inside = (order: number): boolean =>
    (from === null || order >= (from as number)) && (to === null || order <= (to as number));
  return makeArray(
    type,
    ordersOf(type, (orders) => orders.filter(inside)),
  );
}

export function registerEnums(): void {
  registerFunctions({
    enum_eq: (_, a: number, b: number) => a === b,
    enum_ne: (_, a: number, b: number) => a !== b,
    enum_lt: (_, a: number, b: number) => a < b,
    enum_le: (_, a: number, b: number) => a <= b,
    enum_gt: (_, a: number, b: number) => a > b,
    enum_ge: (_, a: number, b: number) => a >= b,
    enum_cmp: (_, a: number, b: number) => Math.sign(a - b),
    enum_smaller: (_, a: number, b: number) => Math.min(a, b),
    enum_larger: (_, a: number, b: number) => Math.max(a, b),
  });
  registerPolymorphic({
    enum_first:
      ({ argTypes }) =>
      () =>
        edge(argTypes[0] ?? 0, 0),
    enum_last:
      ({ argTypes }) =>
      () =>
        edge(argTypes[0] ?? 0, -1),
    enum_range_bounds:
      ({ resultType }) =>
      (_, from: Datum, to: Datum) =>
        between(baseElementTypeOid(resultType), from, to),
    enum_range_all:
      ({ argTypes }) =>
      () =>
        between(argTypes[0] ?? 0, null, null),
  });
}
