/** Values of a foreign key's column as those of the parent's: what a child's row looks its parent up by. */
import { SqlError } from "@firstlight/common";
import type { Datum } from "@firstlight/sql";
import { DEFAULT_FORMAT, baseTypeOid, oids, typeByOid } from "@firstlight/sql";
import { comparisonOf } from "../../catalog/foreign-key-types.ts";

/** Undefined: no parent's value is equal to it. */
export type Converter = (value: Datum) => Datum | undefined;

const asItIs: Converter = (value) => value;

const BLANKS_BEHIND = / +$/u;
const OID_MAX = 0xff_ff_ff_ffn;
const INPUT = { ...DEFAULT_FORMAT, now: 0n };

function asText(value: Datum, type: number): string {
  return value === null ? "" : typeByOid(type).output(value, DEFAULT_FORMAT);
}

function throughText(from: number, to: number): (value: Datum) => Datum {
  return (value) => typeByOid(to).input(asText(value, from), -1, INPUT);
}

/** Where the parent's type has a value that is the same again as the child's type. */
function exactly(from: number, to: number): Converter {
  const there = throughText(from, to);
  const back = throughText(to, from);
  const type = typeByOid(from);
  return (value) => {
    if (value === null) return null;
    try {
      const converted = there(value);
      return type.compare(back(converted), value) === 0 ? converted : undefined;
    } catch (error) {
      if (error instanceof SqlError) return undefined;
      throw error;
    }
  };
}

function asOid(value: Datum): Datum {
  if (typeof value !== "bigint") return value;
  if (value < 0n || value > OID_MAX) throw new SqlError("22003", "OID out of range");
  return Number(value);
}

function asSingle(value: Datum): Datum | undefined {
  if (typeof value !== "number" || Object.is(Math.fround(value), value)) return value;
  return undefined;
}

function cast(from: number, to: number): Converter {
  if (to === oids.OID || to === oids.REGCLASS) return asOid;
  if (to === oids.FLOAT4 || to === oids.FLOAT8) {
    const convert = throughText(from, to);
    return (value) => (value === null ? null : convert(value));
  }
  if (from !== oids.BPCHAR) return asItIs;
  return (value) => (typeof value === "string" ? value.replace(BLANKS_BEHIND, "") : value);
}

export function converter(child: number, parent: number): Converter {
  const [from, to] = [baseTypeOid(child), baseTypeOid(parent)];
  const comparison = comparisonOf(from, to);
  if (comparison === "cast") return cast(from, to);
  // Wider values of one kind of number or time are stored in another way.
  if (comparison === "narrow" && to === oids.FLOAT4) return asSingle;
  if (comparison === "narrow" || from === oids.DATE)
    return from === to ? asItIs : exactly(from, to);
  if (to === oids.NUMERIC && from !== to) {
    const convert = throughText(from, to);
    return (value) => (value === null ? null : convert(value));
  }
  return asItIs;
}

/** Its name as SQL has it without a length. */
export function castName(parent: number): string {
  return CAST_NAMES.get(baseTypeOid(parent)) ?? "";
}

const CAST_NAMES: ReadonlyMap<number, string> = new Map([
  [oids.FLOAT4, "float4"],
  [oids.FLOAT8, "float8"],
  [oids.OID, "oid"],
  [oids.REGCLASS, "oid"],
  [oids.TEXT, "text"],
  [oids.VARCHAR, "text"],
  [oids.NAME, "name"],
  [oids.BPCHAR, "bpchar"],
  [oids.BIT, '"bit"'],
  [oids.VARBIT, "varbit"],
]);
