/**
 * Enum types: enum_in, enum_out, enum_recv and enum_send. A value is its place in the order, a
 * number, so comparing, hashing, storing and keys need no look-up; only its text needs the labels.
 */
import { SqlError } from "@firstlight/common";
import { formatType } from "../../catalog/format-type.ts";
import type { Datum } from "../../values/datum.ts";
import { keepValue } from "../scalar-types.ts";
import type { SqlType } from "../sql-type.ts";
import * as binary from "../binary.ts";
import { unsafeLabels } from "./unsafe-labels.ts";
import type { EnumDefinition } from "./type-definition.ts";

export function makeEnumType(id: number, definition: EnumDefinition): SqlType {
  const labels = new Map(definition.labels.map(({ label, order }) => [order, label]));
  const orders = new Map(definition.labels.map(({ label, order }) => [label, order]));
  const former = new Map(
    definition.labels.flatMap(({ former: names = [], order }) =>
      names.map((name) => [name, order]),
    ),
  );
  const refuseUnsafe = unsafeLabels(id, definition);
  const orderOf = (label: string, isSchema = false): number => {
    const order = orders.get(label) ?? (isSchema ? former.get(label) : undefined);
    if (order !== undefined) {
      refuseUnsafe?.(order);
      return order;
    }
    throw new SqlError("22P02", `invalid input value for enum ${formatType(id)}: "${label}"`);
  };
  const labelOf = (value: Datum): string => {
    const label = labels.get(value as number);
    if (label !== undefined) return label;
    throw new SqlError("22P03", `invalid internal value for enum: ${value as number}`);
  };
  return {
    oid: id,
    name: definition.name,
    input: (text, _typmod, settings) => orderOf(text, settings.isSchema),
    output: labelOf,
    receive: (bytes) => orderOf(binary.readForeignText(bytes)),
    send: (value) => binary.textBytes(labelOf(value)),
    compare: (a, b) => (a as number) - (b as number),
    hashKey: (value) => value as number,
    applyTypmod: keepValue,
  };
}
