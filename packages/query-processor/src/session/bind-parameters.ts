/** The parameters and formats of a Bind message. */
import { SqlError } from "@firstlight/common";
import type { Datum } from "@firstlight/sql";
import { checkNull, isUserType, typeByOid } from "@firstlight/sql";
import type { MessageReader } from "../wire/message-reader.ts";
import { protocolViolation } from "../wire/protocol-violation.ts";
import { type FormatCode, NAMED_TYPES } from "../wire/row-encoder.ts";
import type { CodecInputSettings } from "../wire/value-codec.ts";
import { BPCHAR, INT4, INT8, TEXT, VARCHAR } from "../wire/type-oids.ts";
import type { PreparedStatement } from "./prepared-statement.ts";
import type { Session } from "./session.ts";

const NONE: readonly FormatCode[] = [];
const ALL_TEXT: readonly FormatCode[] = [0];
const ALL_BINARY: readonly FormatCode[] = [1];
const NO_PARAMETERS: readonly Datum[] = [];

export function readFormats(reader: MessageReader): readonly FormatCode[] {
  const count = reader.count();
  if (count === 0) return NONE;
  if (count === 1) return readFormat(reader) === 0 ? ALL_TEXT : ALL_BINARY;
  const formats: FormatCode[] = [];
  for (let at = 0; at < count; at++) formats.push(readFormat(reader));
  return formats;
}

export function readFormat(reader: MessageReader): FormatCode {
  const format = reader.int16();
  if (format === 0 || format === 1) return format;
  throw new SqlError("22023", `unsupported format code: ${String(format)}`);
}

export function readParameters(
  session: Session,
  statement: PreparedStatement,
  formats: readonly FormatCode[],
  portal: string,
): readonly Datum[] {
  const { reader } = session;
  const count = reader.count();
  if (formats.length > 1 && formats.length !== count) {
    throw protocolViolation(
      `bind message has ${String(formats.length)} parameter formats but ${String(count)} parameters`,
    );
  }
  const types = statement.paramTypes;
  if (count !== types.length) {
    throw protocolViolation(
      `bind message supplies ${String(count)} parameters, but prepared statement "${statement.name}" requires ${String(types.length)}`,
    );
  }
  if (count === 0) return NO_PARAMETERS;
  const parameters: Datum[] = [];
  for (let at = 0; at < count; at++) {
    const format = (formats.length > 1 ? formats[at] : formats[0]) ?? 0;
    parameters.push(parameterOf(session, types[at] ?? 0, format, { portal, number: at + 1 }));
  }
  return parameters;
}

interface ParameterPlace {
  readonly portal: string;
  readonly number: number;
}

function parameterOf(
  session: Session,
  type: number,
  format: FormatCode,
  place: ParameterPlace,
): Datum {
  try {
    return readParameter(session, type, format, place.number);
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    const portal = place.portal === "" ? "unnamed portal" : `portal "${place.portal}"`;
    // What is no text of the client's encoding cannot be shown.
    const value = format === 0 && error.sqlstate !== "22021" ? " = '...'" : "";
    const where = `${portal} parameter $${String(place.number)}${value}`;
    throw new SqlError(error.sqlstate, error.message, { where, ...error.fields });
  }
}

const LEFT_OVER = "incorrect binary data format";

function readParameter(session: Session, type: number, format: FormatCode, number: number): Datum {
  const length = session.reader.int32();
  if (length === -1) return nullOf(session, type);
  return readValue(session, { type, format, length }, `bind parameter ${String(number)}`);
}

/** The next `length` bytes of the message; `what` they are is for errors. */
export function readValue(
  session: Session,
  { type, format, length }: { type: number; format: FormatCode; length: number },
  what: string,
): Datum {
  const { reader } = session;
  if (format === 0) return fromText(session, type, reader.text(length));
  if (type === INT4 && length === 4) return reader.int32();
  if (type === INT8 && length === 8) return reader.bytes(8).readBigInt64BE(0);
  // The bytes belong to the message; a value may outlive it.
  const bytes = Buffer.from(reader.bytes(length));
  const codec = session.codecs(type);
  if (codec === undefined) throw unknownType(type);
  try {
    return codec.receive(bytes, -1);
  } catch (error) {
    // Bytes left over are reported with the parameter's number, as all that is no SqlError.
    if (error instanceof SqlError && error.message !== LEFT_OVER) throw error;
    throw new SqlError("22P03", `incorrect binary data format in ${what}`, { cause: error });
  }
}

/** A domain may refuse NULL. */
export function nullOf(session: Session, type: number): null {
  if (isUserType(type)) checkNull(typeByOid(type), session.inputSettings);
  return null;
}

export function fromText(session: Session, type: number, text: string): Datum {
  if (type === TEXT || type === VARCHAR || type === BPCHAR || type === 0) return text;
  const codec = session.codecs(type);
  if (codec === undefined) throw unknownType(type);
  return codec.input(text, -1, settingsFor(session, type));
}

/** Names of tables and such mean what they mean in the transaction. */
function settingsFor(session: Session, type: number): CodecInputSettings {
  const { engine, inputSettings } = session;
  if (!NAMED_TYPES.has(type) || engine.objectOids === undefined) return inputSettings;
  return { ...inputSettings, objectOid: engine.objectOids(session, session.block.transaction) };
}

function unknownType(type: number): SqlError {
  return new SqlError("42704", `type with OID ${String(type)} does not exist`);
}
