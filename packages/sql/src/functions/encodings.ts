/** Encodings by their numbers in PostgreSQL; texts themselves are UTF-8 here. */
import { encodingName, encodingNumber } from "@firstlight/common";
import { registerFunctions } from "./registry.ts";

/** Bytes of the longest character, by number. */
const LENGTHS_BY_NUMBER: readonly number[] = Array.from(
  "133343441111111111111111111111111112222432",
  Number,
);

export function registerEncodings(): void {
  registerFunctions({
    PG_encoding_to_char: (_, encoding: number) => encodingName(encoding) ?? "",
    PG_char_to_encoding: (_, name: string) => encodingNumber(name),
    pg_encoding_max_length_sql: (_, encoding: number) => LENGTHS_BY_NUMBER[encoding] ?? null,
  });
}
