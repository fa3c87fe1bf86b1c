/** REG_ETOOBIG: what compiling a regular expression says of too large a one. */
import { SqlError } from "@firstlight/common";

export function tooComplex(): SqlError {
  return new SqlError("2201B", "invalid regular expression: regular expression is too complex");
}
