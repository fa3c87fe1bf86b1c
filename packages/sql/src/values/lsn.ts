/** The text form of pg_lsn: two hexadecimal numbers of 32 bits. */
import { SqlError } from "@firstlight/common";

const LSN = /^([0-9a-fA-F]{1,8})\/([0-9a-fA-F]{1,8})$/u;

export function parseLsn(text: string): bigint {
  const [, high, low] = LSN.exec(text) ?? [];
  if (high === undefined || low === undefined) {
    throw new SqlError("22P02", `invalid input syntax for type pg_lsn: "${text}"`);
  }
  return (BigInt(`0x${high}`) << 32n) | BigInt(`0x${low}`);
}

export function lsnToString(lsn: bigint): string {
  const half = (value: bigint): string => value.toString(16).toUpperCase();
  return `${half(lsn >> 32n)}/${half(lsn & 0xffffffffn)}`;
}
