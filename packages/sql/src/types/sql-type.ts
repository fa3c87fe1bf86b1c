/**
 * What a type can do with its values: text and binary forms, order, hashing and type modifiers.
 * NULL never reaches any of these functions.
 */
import type { Datum } from "../values/datum.ts";
import type { EvaluationContext, FormatSettings } from "../expression/evaluation-context.ts";
import type { Steps } from "../functions/long-call.ts";
import type { LongText } from "./long-text.ts";

/** Settings that input functions read; `now` is the transaction's time for 'now' and 'today'. */
export interface InputSettings extends FormatSettings {
  /** Microseconds since 2000-01-01 UTC. */
  readonly now: bigint;
  /** Tables, schemas and roles by name, for values of reg* types; throws when there is none. */
  readonly objectOid?: (type: number, text: string) => number | undefined;
  /** What the conditions of domains are evaluated with. */
  readonly evaluation?: EvaluationContext;
  /** Labels of enums that were renamed since are read as well (EvaluationContext.isSchema). */
  readonly isSchema?: boolean;
}

export type HashKey = string | number | bigint | boolean;

/** How long values of a type are printed: `output` in steps. */
export interface LongOutput {
  isLong(value: Datum): boolean;
  text(value: Datum, format: FormatSettings): Steps<LongText>;
}

/** How long values of a type become keys: `hashKey` in steps. */
export interface LongKey {
  isLong(value: Datum): boolean;
  key(value: Datum): Steps<HashKey>;
}

export interface SqlType {
  readonly oid: number;
  /** pg_type.typname. */
  readonly name: string;
  input(text: string, typmod: number, settings: InputSettings): Datum;
  output(value: Datum, format: FormatSettings): string;
  /** What printing takes long; absent: nothing does. */
  readonly long?: LongOutput | undefined;
  /** Reads the binary form; `bytes` is exactly one value. */
  receive(bytes: Uint8Array, typmod: number): Datum;
  send(value: Datum): Uint8Array;
  /** btree order; 0 for equal. Types without an order throw 42883. */
  compare(a: Datum, b: Datum): number;
  /** What = says, where the order may refuse what equality allows; else compare() is 0. */
  equals?(a: Datum, b: Datum): boolean;
  /** Equal values have equal keys, different values different ones. */
  hashKey(value: Datum): HashKey;
  /** Of which values that takes long; absent: of none. */
  readonly longKey?: LongKey | undefined;
  /** The length coercion of a column; `explicit` casts truncate where assignment refuses. */
  applyTypmod(value: Datum, typmod: number, explicit: boolean): Datum;
}
