/**
 * How values of user-defined types are stored: an enum as its place in the order, a domain as its
 * base type, a composite by attribute number. Nothing stored depends on a label, a name or a number
 * of this process, so renaming rewrites no row and attributes can come and go.
 */
import { baseElementTypeOid } from "../catalog/type-catalog.ts";
import { makeArrayType } from "../types/array-types.ts";
import * as binary from "../types/binary.ts";
import { FLOAT8 } from "../types/oids.ts";
import { typeByOid } from "../types/type-registry.ts";
import { type CompositeType, isCompositeType } from "../types/user/composite-type.ts";
import { definitionOf } from "../types/user/define-type.ts";
import { isUserType } from "../types/user/type-ids.ts";
import type { Datum, RecordValue } from "../values/datum.ts";

/**
 * The built-in type whose values and stored form a user-defined one has; the type itself where there
 * is none: composites, and arrays and ranges over user-defined types.
 */
export function physicalType(type: number): number {
  if (!isUserType(type)) return type;
  const definition = definitionOf(type);
  if (definition?.kind === "enum") return FLOAT8;
  return definition?.kind === "domain" ? physicalType(definition.baseType) : type;
}

export interface StoredForm {
  send(value: Datum): Uint8Array;
  receive(bytes: Uint8Array): Datum;
}

export function storedForm(type: number): StoredForm {
  const physical = physicalType(type);
  const sqlType = typeByOid(physical);
  if (isUserType(physical)) {
    if (isCompositeType(sqlType)) return compositeForm(sqlType);
    const element = baseElementTypeOid(physical);
    if (element !== 0) return arrayForm(physical, element);
  }
  return {
    send: (value) => sqlType.send(value),
    receive: (bytes) => sqlType.receive(bytes, -1),
  };
}

function arrayForm(array: number, element: number): StoredForm {
  const type = makeArrayType(array, { ...typeByOid(element), ...storedForm(element) });
  return { send: (value) => type.send(value), receive: (bytes) => type.receive(bytes, -1) };
}

/** A count of slots, then each slot's length (-1: NULL) and bytes; slot n is attribute n + 1. */
function compositeForm(type: CompositeType): StoredForm {
  const { attributes } = type;
  const forms = attributes.map((attribute) => storedForm(attribute.type));
  const slots = attributes.reduce((most, { number }) => Math.max(most, number), 0);
  const fieldOf = new Map(attributes.map(({ number }, field) => [number - 1, field]));
  return {
    send(value) {
      const { fields } = value as RecordValue;
      const chunks: Uint8Array[] = [binary.int4Bytes(slots)];
      for (let slot = 0; slot < slots; slot++) {
        const field = fieldOf.get(slot);
        const datum = field === undefined ? null : (fields[field] ?? null);
        const bytes = datum === null ? undefined : forms[field ?? 0]?.send(datum);
        chunks.push(binary.int4Bytes(bytes?.length ?? -1));
        if (bytes !== undefined) chunks.push(bytes);
      }
      return Buffer.concat(chunks);
    },
    receive(bytes) {
      const fields: Datum[] = attributes.map(() => null);
      let at = 4;
      for (let slot = 0; slot < binary.readInt4(bytes, 0); slot++) {
        const length = binary.readInt4(bytes, at);
        at += 4;
        if (length < 0) continue;
        const field = fieldOf.get(slot);
        if (field !== undefined) {
          fields[field] = forms[field]?.receive(bytes.subarray(at, at + length)) ?? null;
        }
        at += length;
      }
      return type.make(fields);
    },
  };
}
