/**
 * Labels of enums that the transaction under way has added (check_safe_enum_use): should it roll
 * back, no row and no index may have them, so they become values when it has committed.
 */
import { SqlError } from "@firstlight/common";
import { formatType } from "../../catalog/format-type.ts";
import type { EnumDefinition } from "./type-definition.ts";

/** Refuses the value at a place of the order that may not be used yet; undefined: all may be. */
export function unsafeLabels(
  type: number,
  definition: EnumDefinition,
): ((order: number) => void) | undefined {
  const unsafe = definition.labels.filter(({ uncommitted }) => uncommitted === true);
  if (unsafe.length === 0) return undefined;
  const labels = new Map(unsafe.map(({ label, order }) => [order, label]));
  return (order) => {
    const label = labels.get(order);
    if (label === undefined) return;
    const text = `unsafe use of new value "${label}" of enum type ${formatType(type)}`;
    throw new SqlError("55P04", text, {
      hint: "New enum values must be committed before they can be used.",
    });
  };
}
