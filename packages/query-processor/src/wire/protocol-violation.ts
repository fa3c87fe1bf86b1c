/** Errors of the protocol itself. A fatal one ends the connection, because framing is lost. */
import { SqlError } from "@firstlight/common";

export function protocolViolation(message: string): SqlError {
  return new SqlError("08P01", message);
}

export function fatalProtocolViolation(message: string): SqlError {
  return new SqlError("08P01", message, { severity: "FATAL" });
}
