/** nextval, setval, currval and lastval. */
import { SqlError } from "@firstlight/common";
import type { Datum } from "@firstlight/sql";
import type { SequencePosition } from "../sequences/sequence-blocks.ts";
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

type Positions = Map<number, SequencePosition>;

/** Who asks for a second sequence in one statement is given all: each errand begins it anew. */
function positionOf(
  { image, sequences }: CatalogCall,
  sequence: SequenceDescriptor,
): SequencePosition {
  const { errands } = sequences;
  const known = errands.once("positions", (): Positions => new Map()) as Positions;
  const found = known.get(sequence.oid);
  if (found !== undefined) return found;
  const asked = known.size === 0 ? [sequence] : sequencesOf(image);
  return errands.perform(`position ${sequence.oid}`, async () => {
    const positions = await Promise.all(asked.map(async (each) => sequences.position(each)));
    for (const [i, { oid }] of asked.entries()) known.set(oid, positions[i] as SequencePosition);
    return known.get(sequence.oid) as SequencePosition;
  });
}

function sequencesOf(image: CatalogCall["image"]): SequenceDescriptor[] {
  return [...image.objects.values()].filter((object) => object.kind === "sequence");
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
    const { value, called } = positionOf(call, sequence);
    return called ? value : null;
  },
  setval: (call, [oid, value, called]) =>
    call.sequences.set(permitted(call, oid, RIGHT.update), {
      value: typeof value === "bigint" ? value : 0n,
      called: called !== false,
    }),
};
