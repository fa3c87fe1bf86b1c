/** The parameters and formats of a Bind message. */
import { SqlError, isPromise } from "@firstlight/common";
import type { Datum, EvaluationContext } from "@firstlight/sql";
import { checkNull, isUserType, typeByOid } from "@firstlight/sql";
import { computedInTurns } from "../execute/statement-long-calls.ts";
import type { MessageReader } from "../wire/message-reader.ts";
import { protocolViolation } from "../wire/protocol-violation.ts";
import { type FormatCode, NAMED_TYPES } from "../wire/row-encoder.ts";
import type { CodecInputSettings } from "../wire/value-codec.ts";
import { BPCHAR, INT4, INT8, TEXT, VARCHAR } from "../wire/type-oids.ts";
import type { PreparedStatement } from "./prepared-statement.ts";
import type { Session } from "./session.ts";
import type { Task } from "./task.ts";

const NONE: readonly FormatCode[] = [];
const ALL_TEXT: readonly FormatCode[] = [0];
const ALL_BINARY: readonly FormatCode[] = [1];

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

/** A value that takes long to read: it is, once the message is no longer needed. */
interface LongParameter {
  readonly type: number;
  readonly text: string;
  readonly place: ParameterPlace;
}

export interface ReadParameters {
  /** In place of long ones NULL. */
  readonly values: Datum[];
  readonly long: readonly LongParameter[];
}

/** Characters from which on arrays and documents are long. */
const LONG_TEXT = 1 << 16;

/** Reads the values into their places, with turns for others in between. */
export function* readLong(session: Session, { values, long }: ReadParameters): Task<void> {
  for (const { type, text, place } of long) {
    const evaluation = session.evaluation([]);
    const read = (): Datum => fromText(session, type, text, evaluation);
    try {
      const value = computedInTurns(evaluation.longCalls, read);
      values[place.number - 1] = isPromise(value) ? yield* session.wait(value) : value;
    } catch (error) {
      throw parameterError(error, { type, format: 0, length: text.length }, place);
    }
  }
}

/** Parameters between two looks at the clock. */
const PARAMETERS_PER_STEP = 256;

/** Of all parameters of a Bind message, read some at a time. */
export interface ParameterReading extends ReadParameters {
  /** False once all are read. */
  more(): boolean;
}

export function readParameters(
  session: Session,
  statement: PreparedStatement,
  formats: readonly FormatCode[],
  portal: string,
): ParameterReading {
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
  const values: Datum[] = [];
  const long: LongParameter[] = [];
  const more = (): boolean => {
    const end = Math.min(count, values.length + PARAMETERS_PER_STEP);
    for (let at = values.length; at < end; at++) {
      const format = (formats.length > 1 ? formats[at] : formats[0]) ?? 0;
      const about = { type: types[at] ?? 0, format, length: reader.int32() };
      values.push(parameterOf(session, about, { portal, number: at + 1 }, long));
    }
    return end < count;
  };
  return { values, long, more };
}

interface ParameterPlace {
  readonly portal: string;
  readonly number: number;
}

interface ParameterForm {
  readonly type: number;
  readonly format: FormatCode;
  /** In bytes; -1: NULL. */
  readonly length: number;
}

/** Long ones are added to `long`; what comes behind one is no reason to leave it unread. */
function parameterOf(
  session: Session,
  form: ParameterForm,
  place: ParameterPlace,
  long: LongParameter[],
): Datum {
  try {
    return readParameter(session, form, place, long);
  } catch (error) {
    for (const each of long) checkNow(session, each);
    throw parameterError(error, form, place);
  }
}

function checkNow(session: Session, { type, text, place }: LongParameter): void {
  try {
    fromText(session, type, text);
  } catch (error) {
    throw parameterError(error, { type, format: 0, length: text.length }, place);
  }
}

function parameterError(
  error: unknown,
  { format, length }: ParameterForm,
  place: ParameterPlace,
): unknown {
  if (!(error instanceof SqlError) || error.sqlstate === "57014") return error;
  const portal = place.portal === "" ? "unnamed portal" : `portal "${place.portal}"`;
  // What is no text of the client's encoding cannot be shown.
  const shown = length === 0 ? " = ''" : " = '...'";
  const value = format === 0 && error.sqlstate !== "22021" ? shown : "";
  const own = `${portal} parameter $${String(place.number)}${value}`;
  const { where } = error.fields;
  const fields = { ...error.fields, where: where === undefined ? own : `${where}\n${own}` };
  return new SqlError(error.sqlstate, error.message, fields);
}

const LEFT_OVER = "incorrect binary data format";

function readParameter(
  session: Session,
  { type, format, length }: ParameterForm,
  place: ParameterPlace,
  long: LongParameter[],
): Datum {
  const { reader } = session;
  if (length === -1) return nullOf(session, type);
  if (format === 0 && length > LONG_TEXT && !PLAIN_TEXTS.has(type)) {
    long.push({ type, text: reader.text(length), place });
    return null;
  }
  return readValue(session, { type, format, length }, `bind parameter ${String(place.number)}`);
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

/** Types whose values are their texts. */
const PLAIN_TEXTS: ReadonlySet<number> = new Set([TEXT, VARCHAR, BPCHAR, 0]);

export function fromText(
  session: Session,
  type: number,
  text: string,
  evaluation?: EvaluationContext,
): Datum {
  if (PLAIN_TEXTS.has(type)) return text;
  const codec = session.codecs(type);
  if (codec === undefined) throw unknownType(type);
  const settings = settingsFor(session, type);
  return codec.input(
    text,
    -1,
    evaluation === undefined ? settings : { ...settings, now: settings.now, evaluation },
  );
}

/** Names of tables and such mean what they mean in the transaction. */
function settingsFor(session: Session, type: number): CodecInputSettings {
  const { engine, inputSettings } = session;
  if (!NAMED_TYPES.has(type) || engine.objectOids === undefined) return inputSettings;
  const objectOid = engine.objectOids(session, session.block.transaction);
  return { ...inputSettings, now: inputSettings.now, objectOid };
}

function unknownType(type: number): SqlError {
  return new SqlError("42704", `type with OID ${String(type)} does not exist`);
}
