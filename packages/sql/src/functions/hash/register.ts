/**
 * hashtext, hashint4, hash_array and all other hash support functions, and their extended variants
 * with a 64-bit seed.
 */
import { registerPolymorphic } from "../registry.ts";
import type { CallTypes, ImplementationFactory } from "../registry.ts";
import type { Datum } from "../../values/datum.ts";
import { longCall } from "../long-call.ts";
import * as oids from "../../types/oids.ts";
import { extendedHasher, type HashValue, PLAIN_HASHER } from "./hasher.ts";
import { hashSteps, isLongToHash } from "./hash-steps.ts";
import { hashOfType } from "./hash-values.ts";

function lazily(type: (types: CallTypes) => number, types: CallTypes): () => HashValue {
  let found: HashValue | undefined;
  return () => (found ??= hashOfType(type(types)));
}

function plain(type: (types: CallTypes) => number): ImplementationFactory {
  return (types) => {
    const hash = lazily(type, types);
    return (context, value: Datum) => {
      const found = isLongToHash(value)
        ? longCall(context, () => hashSteps(PLAIN_HASHER, type(types), value, hashOfType))
        : hash()(PLAIN_HASHER, value);
      return Number(BigInt.asIntN(32, found));
    };
  };
}

function extended(type: (types: CallTypes) => number): ImplementationFactory {
  return (types) => {
    const hash = lazily(type, types);
    return (context, value: Datum, seed: bigint) => {
      const hasher = extendedHasher(seed);
      const found = isLongToHash(value)
        ? longCall(context, () => hashSteps(hasher, type(types), value, hashOfType))
        : hash()(hasher, value);
      return BigInt.asIntN(64, found);
    };
  };
}

/** The extended function of hashX is hashXextended, that of x_hash is x_hash_extended. */
const OF_TYPE: Readonly<Record<string, number>> = {
  hashint2: oids.INT2,
  hashint4: oids.INT4,
  hashint8: oids.INT8,
  hashfloat4: oids.FLOAT4,
  hashfloat8: oids.FLOAT8,
  hashoid: oids.OID,
  hashchar: oids.CHAR,
  hashname: oids.NAME,
  hashtext: oids.TEXT,
  hashbpchar: oids.BPCHAR,
  hashoidvector: oids.OIDVECTOR,
  hashinet: oids.INET,
  hashmacaddr: oids.MACADDR,
  hashmacaddr8: oids.MACADDR8,
  hash_numeric: oids.NUMERIC,
  timestamp_hash: oids.TIMESTAMP,
  time_hash: oids.TIME,
  timetz_hash: oids.TIMETZ,
  interval_hash: oids.INTERVAL,
  uuid_hash: oids.UUID,
  jsonb_hash: oids.JSONB,
  hashtid: oids.TID,
  pg_lsn_hash: oids.PG_LSN,
};

/** The type of the call decides. */
const OF_ARGUMENT = ["hash_array", "hash_record", "hash_range", "hash_multirange"];

export function registerHashing(): void {
  for (const [name, type] of Object.entries(OF_TYPE)) {
    const long = name.includes("_") ? `${name}_extended` : `${name}extended`;
    registerPolymorphic({ [name]: plain(() => type), [long]: extended(() => type) });
  }
  const first = ({ argTypes }: CallTypes): number => argTypes[0] ?? 0;
  registerPolymorphic({ hashenum: plain(first), hashenumextended: extended(first) });
  for (const name of OF_ARGUMENT) {
    registerPolymorphic({ [name]: plain(first), [`${name}_extended`]: extended(first) });
  }
}
