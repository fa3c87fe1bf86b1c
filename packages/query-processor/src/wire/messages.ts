/** Messages from server to client, one function each. PostgreSQL 16 manual, section 55.7. */
import type { Notification, SqlErrorFields } from "@firstlight/common";
import { SqlError } from "@firstlight/common";
import { typeOid } from "@firstlight/sql";
import type { Output } from "./output.ts";

const code = (char: string): number => char.charCodeAt(0);

const AUTHENTICATION = code("R");
const BACKEND_KEY_DATA = code("K");
const BIND_COMPLETE = code("2");
const CLOSE_COMPLETE = code("3");
const COMMAND_COMPLETE = code("C");
export const COPY_DATA: number = code("d");
const COPY_DONE = code("c");
const COPY_IN_RESPONSE = code("G");
const COPY_OUT_RESPONSE = code("H");
const EMPTY_QUERY_RESPONSE = code("I");
export const ERROR_RESPONSE: number = code("E");
const NEGOTIATE_PROTOCOL_VERSION = code("v");
const NO_DATA = code("n");
const NOTICE_RESPONSE = code("N");
const NOTIFICATION_RESPONSE = code("A");
const PARAMETER_DESCRIPTION = code("t");
const PARAMETER_STATUS = code("S");
const PARSE_COMPLETE = code("1");
const PORTAL_SUSPENDED = code("s");
const READY_FOR_QUERY = code("Z");

export function authenticationOk(output: Output): void {
  output.begin(AUTHENTICATION);
  output.int32(0);
  output.end();
}

export function authenticationCleartextPassword(output: Output): void {
  output.begin(AUTHENTICATION);
  output.int32(3);
  output.end();
}

export function authenticationSasl(output: Output, mechanisms: readonly string[]): void {
  output.begin(AUTHENTICATION);
  output.int32(10);
  for (const mechanism of mechanisms) output.cstring(mechanism);
  output.byte(0);
  output.end();
}

export function authenticationSaslContinue(output: Output, message: string): void {
  output.begin(AUTHENTICATION);
  output.int32(11);
  output.bytes(Buffer.from(message, "utf8"));
  output.end();
}

export function authenticationSaslFinal(output: Output, message: string): void {
  output.begin(AUTHENTICATION);
  output.int32(12);
  output.bytes(Buffer.from(message, "utf8"));
  output.end();
}

export function negotiateProtocolVersion(
  output: Output,
  newestMinor: number,
  unknownOptions: readonly string[],
): void {
  output.begin(NEGOTIATE_PROTOCOL_VERSION);
  output.int32(newestMinor);
  output.int32(unknownOptions.length);
  for (const option of unknownOptions) output.cstring(option);
  output.end();
}

export function backendKeyData(output: Output, pid: number, secret: number): void {
  output.begin(BACKEND_KEY_DATA);
  output.int32(pid);
  output.int32(secret);
  output.end();
}

export function notificationResponse(
  output: Output,
  { pid, channel, payload }: Pick<Notification, "pid" | "channel" | "payload">,
): void {
  output.begin(NOTIFICATION_RESPONSE);
  output.int32(pid);
  output.cstring(channel);
  output.cstring(payload);
  output.end();
}

export function parameterStatus(output: Output, name: string, value: string): void {
  output.begin(PARAMETER_STATUS);
  output.cstring(name);
  output.cstring(value);
  output.end();
}

export type TransactionStatus = "I" | "T" | "E";

export function readyForQuery(output: Output, status: TransactionStatus): void {
  const at = output.reserve(6);
  const { buffer } = output;
  buffer[at] = READY_FOR_QUERY;
  buffer[at + 1] = 0;
  buffer[at + 2] = 0;
  buffer[at + 3] = 0;
  buffer[at + 4] = 5;
  buffer[at + 5] = status.charCodeAt(0);
}

export function parseComplete(output: Output): void {
  output.empty(PARSE_COMPLETE);
}

export function bindComplete(output: Output): void {
  output.empty(BIND_COMPLETE);
}

export function closeComplete(output: Output): void {
  output.empty(CLOSE_COMPLETE);
}

export function noData(output: Output): void {
  output.empty(NO_DATA);
}

export function portalSuspended(output: Output): void {
  output.empty(PORTAL_SUSPENDED);
}

export function emptyQueryResponse(output: Output): void {
  output.empty(EMPTY_QUERY_RESPONSE);
}

export function commandComplete(output: Output, tag: string): void {
  output.begin(COMMAND_COMPLETE);
  output.cstring(tag);
  output.end();
}

export function parameterDescription(output: Output, types: readonly number[]): void {
  output.begin(PARAMETER_DESCRIPTION);
  output.int16(types.length);
  for (const type of types) output.int32(typeOid(type));
  output.end();
}

export function copyInResponse(output: Output, format: 0 | 1, columns: number): void {
  copyResponse(output, COPY_IN_RESPONSE, format, columns);
}

export function copyOutResponse(output: Output, format: 0 | 1, columns: number): void {
  copyResponse(output, COPY_OUT_RESPONSE, format, columns);
}

function copyResponse(output: Output, type: number, format: 0 | 1, columns: number): void {
  output.begin(type);
  output.byte(format);
  output.int16(columns);
  for (let column = 0; column < columns; column++) output.int16(format);
  output.end();
}

export function beginCopyData(output: Output): void {
  output.begin(COPY_DATA);
}

export function copyDone(output: Output): void {
  output.empty(COPY_DONE);
}

export type Severity =
  | "ERROR"
  | "FATAL"
  | "PANIC"
  | "WARNING"
  | "NOTICE"
  | "DEBUG"
  | "INFO"
  | "LOG";

export interface Report {
  readonly severity: Severity;
  readonly sqlstate: string;
  readonly message: string;
  readonly fields: SqlErrorFields;
}

/** An error that the client's encoding has no characters for is another error. */
export function errorResponse(output: Output, report: Report): void {
  output.abandon();
  try {
    writeReport(output, ERROR_RESPONSE, report);
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    output.abandon();
    const { sqlstate, message, fields } = error;
    writeReport(output, ERROR_RESPONSE, { severity: report.severity, sqlstate, message, fields });
  }
}

export function noticeResponse(output: Output, report: Report): void {
  writeReport(output, NOTICE_RESPONSE, report);
}

/** The fields of a report in their order, by their codes. */
export function* fieldsOf(report: Report): Generator<readonly [string, string | undefined]> {
  const { fields } = report;
  yield ["S", report.severity];
  yield ["V", report.severity];
  yield ["C", report.sqlstate];
  yield ["M", report.message];
  yield ["D", fields.detail];
  yield ["H", fields.hint];
  yield ["P", fields.position === undefined ? undefined : String(fields.position)];
  yield ["W", fields.where];
  yield ["s", fields.schema];
  yield ["t", fields.table];
  yield ["c", fields.column];
  yield ["d", fields.dataType];
  yield ["n", fields.constraint];
  yield ["R", fields.routine];
}

function writeReport(output: Output, type: number, report: Report): void {
  output.begin(type);
  for (const [kind, value] of fieldsOf(report)) field(output, kind, value);
  output.byte(0);
  output.end();
}

/** A zero byte would end the field early and break the client's framing. */
function field(output: Output, kind: string, value: string | undefined): void {
  if (value === undefined) return;
  output.byte(code(kind));
  output.cstring(withoutZeros(value));
}

export function withoutZeros(text: string): string {
  return text.includes("\0") ? text.replaceAll("\0", "") : text;
}
