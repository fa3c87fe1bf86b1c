/** pg_operator: PostgreSQL's own operators and those of users. */
import { typeOid } from "@firstlight/sql";
import type { Catalog, VirtualTable } from "../catalog.ts";
import { linkedOperator } from "../linked-operator.ts";
import { eachSystemRow } from "./system-rows.ts";
import type { NamedRow } from "./virtual-table.ts";
import { systemTable } from "./virtual-table.ts";

function* rows(catalog: Catalog): Iterable<NamedRow> {
  yield* eachSystemRow("pg_operator");
  for (const object of catalog.objects.values()) {
    if (object.kind !== "operator") continue;
    const { leftType, rightType, commutator, negator } = object;
    const turned = [rightType, leftType] as const;
    yield {
      oid: object.oid,
      oprname: object.name,
      oprnamespace: object.schema,
      oprowner: object.owner,
      oprkind: object.leftType === 0 ? "l" : "b",
      oprcanmerge: object.canMerge,
      oprcanhash: object.canHash,
      oprleft: typeOid(object.leftType),
      oprright: typeOid(object.rightType),
      oprresult: typeOid(object.resultType),
      oprcom: (commutator && linkedOperator(catalog, commutator, turned)) ?? 0,
      oprnegate: (negator && linkedOperator(catalog, negator, [leftType, rightType])) ?? 0,
      oprcode: object.proc,
      oprrest: object.restriction ?? 0,
      oprjoin: object.join ?? 0,
    };
  }
}

export const PG_OPERATOR: VirtualTable = systemTable("pg_operator", rows);
