/**
 * The errors of date, time and interval input: DateTimeParseError.
 */
import { SqlError } from "@firstlight/common";

export type DateTimeFault =
  | { readonly kind: "format" }
  | { readonly kind: "overflow" }
  | { readonly kind: "monthDayOverflow" }
  | { readonly kind: "intervalOverflow" }
  | { readonly kind: "zoneOverflow" }
  | { readonly kind: "unknownZone"; readonly zone: string };

/** Thrown inside the decoders only; inputs turn it into the user's error. */
export class DateTimeFailure extends Error {
  readonly fault: DateTimeFault;

  constructor(fault: DateTimeFault) {
    super(fault.kind);
    this.fault = fault;
  }
}

export function badFormat(): DateTimeFailure {
  return new DateTimeFailure({ kind: "format" });
}

export function fieldOverflow(): DateTimeFailure {
  return new DateTimeFailure({ kind: "overflow" });
}

export function intervalOverflow(): DateTimeFailure {
  return new DateTimeFailure({ kind: "intervalOverflow" });
}

function errorOf(fault: DateTimeFault, text: string, typeName: string): SqlError {
  switch (fault.kind) {
    case "format":
      return new SqlError("22007", `invalid input syntax for type ${typeName}: "${text}"`);
    case "overflow":
      return new SqlError("22008", `date/time field value out of range: "${text}"`);
    case "monthDayOverflow":
      return new SqlError("22008", `date/time field value out of range: "${text}"`, {
        hint: 'Perhaps you need a different "datestyle" setting.',
      });
    case "intervalOverflow":
      return new SqlError("22015", `interval field value out of range: "${text}"`);
    case "zoneOverflow":
      return new SqlError("22009", `time zone displacement out of range: "${text}"`);
    case "unknownZone":
      return new SqlError("22023", `time zone "${fault.zone}" not recognized`);
  }
}

/** Runs a decoder; its failures become SqlErrors about `text`. */
export function decoding<T>(text: string, typeName: string, decode: () => T): T {
  try {
    return decode();
  } catch (error) {
    if (error instanceof DateTimeFailure) throw errorOf(error.fault, text, typeName);
    throw error;
  }
}
