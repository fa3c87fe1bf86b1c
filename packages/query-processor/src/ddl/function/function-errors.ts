/** Errors that several statements about functions share. */
import { SqlError } from "@firstlight/common";

export { SqlError } from "@firstlight/common";

export function invalidAttribute(location: number): SqlError {
  return new SqlError("42P13", "invalid attribute in procedure definition", {
    position: location + 1,
  });
}

export function invalidDefinition(message: string, hint?: string, detail?: string): SqlError {
  return new SqlError("42P13", message, {
    ...(hint === undefined ? {} : { hint }),
    ...(detail === undefined ? {} : { detail }),
  });
}
