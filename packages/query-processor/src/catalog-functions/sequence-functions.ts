/** nextval, setval, currval and lastval. */
import { SqlError } from "@firstlight/common";
import type { Datum } from "@firstlight/sql";
import type { SequenceDescriptor } from "../catalog/descriptors.ts";
import { checkSequence } from "../privileges/sequence-access.ts";
import { RIGHT } from "../privileges/rights.ts";
import type { CatalogCall, CatalogFunction } from "./catalog-functions.ts";

function sequenceOf(call: CatalogCall, oid: Datum | undefined): SequenceDescriptor {
  const relation = typeof oid === "number" ? call.image.relationByOid(oid) : undefined;
  if (relation?.kind === "sequence") return relation;
  if (relation === undefined) {
    throw new SqlError("42P01", `could not open relation with OID ${Number(oid)}`);
  }
  throw new SqlError("42809", `"${relation.name}" is not a sequence`);
}

function permitted(call: CatalogCall, oid: Datum | undefined, rights: number): SequenceDescriptor {
  const sequence = sequenceOf(call, oid);
  checkSequence(call.image, sequence, call.currentUser ?? call.session.currentUser, rights);
  return sequence;
}

export const SEQUENCE_FUNCTIONS: Readonly<Record<string, CatalogFunction>> = {
  nextval: (call, [oid]) => call.sequences.next(permitted(call, oid, RIGHT.usage | RIGHT.update)),
  currval: (call, [oid]) =>
    call.sequences.current(permitted(call, oid, RIGHT.usage | RIGHT.select)),
  lastval: (call) =>
    call.sequences.last((oid) => {
      if (call.image.relationByOid(oid)?.kind !== "sequence") return false;
      permitted(call, oid, RIGHT.usage | RIGHT.select);
      return true;
    }),
  pg_sequence_last_value: (call, [oid]) => {
    const sequence = sequenceOf(call, oid);
    const { sequences } = call;
    const read = (): ReturnType<typeof sequences.position> => sequences.position(sequence);
    const { value, called } = sequences.errands.perform(`last value ${sequence.oid}`, read);
    return called ? value : null;
  },
  setval: (call, [oid, value, called]) =>
    call.sequences.set(permitted(call, oid, RIGHT.update), {
      value: typeof value === "bigint" ? value : 0n,
      called: called !== false,
    }),
};
