/** The operator that another one names as its commutator or negator. */
import { operatorsByName } from "@firstlight/sql";
import type { Catalog } from "./catalog.ts";
import type { OperatorLink } from "./descriptors.ts";

/** Its OID; undefined if there is none of this name over these operands. */
export function linkedOperator(
  catalog: Catalog,
  { schema, name }: OperatorLink,
  [left, right]: readonly [number, number],
): number | undefined {
  const own = catalog
    .operatorsNamed(name)
    .find((each) => each.schema === schema && each.leftType === left && each.rightType === right);
  if (own !== undefined) return own.oid;
  return operatorsByName(name).find(
    (each) => each.namespace === schema && each.left === left && each.right === right,
  )?.oid;
}
