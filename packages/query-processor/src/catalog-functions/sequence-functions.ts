/** nextval, setval, currval and lastval. */
import { SqlError } from "@firstlight/common";
import type { Datum } from "@firstlight/sql";
import type { SequenceDescriptor } from "../catalog/descriptors.ts";
import type { CatalogCall, CatalogFunction } from "./catalog-functions.ts";

function sequenceOf(call: CatalogCall, oid: Datum | undefined): SequenceDescriptor {
  const relation = typeof oid === "number" ? call.image.relationByOid(oid) : undefined;
  if (relation?.kind === "sequence") return relation;
  if (relation === undefined) {
    throw new SqlError("42P01", `could not open relation with OID ${Number(oid)}`);
  }
  throw new SqlError("42809", `"${relation.name}" is not a sequence`);
}

export const SEQUENCE_FUNCTIONS: Readonly<Record<string, CatalogFunction>> = {
  nextval: (call, [oid]) => call.sequences.next(sequenceOf(call, oid)),
  currval: (call, [oid]) => call.sequences.current(sequenceOf(call, oid)),
  lastval: (call) => call.sequences.last(),
  setval: (call, [oid, value, called]) =>
    call.sequences.set(sequenceOf(call, oid), {
      value: typeof value === "bigint" ? value : 0n,
      called: called !== false,
    }),
};
