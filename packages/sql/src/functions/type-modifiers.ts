/** varchartypmodin('{10}') and the like: type modifiers from texts to numbers and back. */
import { SqlError } from "@firstlight/common";
import * as oids from "../types/oids.ts";
import { packTypmod, typmodText } from "../types/type-modifiers.ts";
import type { ArrayValue } from "../values/datum.ts";
import { parseInt4 } from "../values/integer.ts";
import { registerFunctions } from "./registry.ts";

const TYPES: Readonly<Record<string, number>> = {
  bpchar: oids.BPCHAR,
  varchar: oids.VARCHAR,
  numeric: oids.NUMERIC,
  time: oids.TIME,
  timetz: oids.TIMETZ,
  timestamp: oids.TIMESTAMP,
  timestamptz: oids.TIMESTAMPTZ,
  interval: oids.INTERVAL,
  bit: oids.BIT,
  varbit: oids.VARBIT,
};

function integersOf({ dims, elements }: ArrayValue): readonly number[] {
  if (dims.length !== 1) throw new SqlError("2202E", "typmod array must be one-dimensional");
  if (elements.includes(null)) {
    throw new SqlError("22004", "typmod array must not contain nulls");
  }
  return elements.map((text) => parseInt4(text as string));
}

export function registerTypeModifiers(): void {
  for (const [name, type] of Object.entries(TYPES)) {
    registerFunctions({
      [`${name}typmodin`]: (_, values: ArrayValue) => packTypmod(type, integersOf(values)) ?? -1,
      [`${name}typmodout`]: (_, typmod: number) => typmodText(type, typmod),
    });
  }
}
