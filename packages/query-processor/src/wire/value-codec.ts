/** How one type's values cross the wire: the part of @firstlight/sql's SqlType that a session needs. */
import type { Datum, EvaluationContext, FormatSettings, LongOutput } from "@firstlight/sql";

/** `now` is the transaction's time for 'now' and 'today', in microseconds since 2000-01-01 UTC. */
export interface CodecInputSettings extends FormatSettings {
  readonly now: bigint;
  readonly objectOid?: (type: number, text: string) => number | undefined;
  /** By which long values are read in steps. */
  readonly evaluation?: EvaluationContext;
}

export interface ValueCodec {
  readonly name: string;
  output(value: Datum, format: FormatSettings): string;
  /** What is printed in steps. */
  readonly long?: LongOutput | undefined;
  send(value: Datum): Uint8Array;
  /** -1 is no type modifier. Throws 22P02 and its kin. */
  input(text: string, typmod: number, settings: CodecInputSettings): Datum;
  /** `bytes` is exactly one value. Throws 22P03 and its kin. */
  receive(bytes: Uint8Array, typmod: number): Datum;
}

/** Undefined when there is no such type. */
export type CodecByOid = (oid: number) => ValueCodec | undefined;
