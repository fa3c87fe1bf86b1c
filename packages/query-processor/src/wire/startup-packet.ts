/** The packets that may open a connection: requests for encryption, cancellation, or a session. */
import { SqlError } from "@firstlight/common";
import { fatalProtocolViolation } from "./protocol-violation.ts";
import type { MessageReader } from "./message-reader.ts";

const CANCEL_REQUEST = 80877102;
const SSL_REQUEST = 80877103;
const GSSENC_REQUEST = 80877104;
export const NEWEST_MINOR_VERSION = 0;

export type StartupPacket =
  | { readonly kind: "ssl" }
  | { readonly kind: "gssenc" }
  | { readonly kind: "cancel"; readonly pid: number; readonly secret: number }
  | {
      readonly kind: "startup";
      readonly minor: number;
      readonly parameters: ReadonlyMap<string, string>;
      /** Names that begin with "_pq_.": protocol options, none of which is known. */
      readonly protocolOptions: readonly string[];
    };

/** `asked`: encryption that the client may not ask for once more. */
export function readStartupPacket(
  reader: MessageReader,
  asked: ReadonlySet<"ssl" | "gssenc">,
): StartupPacket {
  const code = reader.int32();
  if (code === SSL_REQUEST && !asked.has("ssl")) return { kind: "ssl" };
  if (code === GSSENC_REQUEST && !asked.has("gssenc")) return { kind: "gssenc" };
  if (code === CANCEL_REQUEST) return readCancel(reader);
  const major = code >>> 16;
  const minor = code & 0xffff;
  if (major !== 3) {
    throw new SqlError(
      "0A000",
      `unsupported frontend protocol ${String(major)}.${String(minor)}: server supports 3.0 to 3.${String(NEWEST_MINOR_VERSION)}`,
      { severity: "FATAL" },
    );
  }
  return { kind: "startup", minor, ...readParameters(reader) };
}

function readCancel(reader: MessageReader): StartupPacket {
  if (reader.remaining !== 8) throw fatalProtocolViolation("invalid length of startup packet");
  return { kind: "cancel", pid: reader.int32(), secret: reader.int32() };
}

function readParameters(reader: MessageReader): {
  readonly parameters: ReadonlyMap<string, string>;
  readonly protocolOptions: readonly string[];
} {
  const parameters = new Map<string, string>();
  const protocolOptions: string[] = [];
  for (;;) {
    const name = cstring(reader);
    if (name === "") break;
    const value = cstring(reader);
    if (name.startsWith("_pq_.")) protocolOptions.push(name);
    else parameters.set(name, value);
  }
  if (reader.remaining !== 0) throw invalidLayout();
  return { parameters, protocolOptions };
}

function cstring(reader: MessageReader): string {
  if (reader.remaining === 0) throw invalidLayout();
  return reader.cstring();
}

function invalidLayout(): SqlError {
  return fatalProtocolViolation("invalid startup packet layout: expected terminator as last byte");
}

/**
 * The "options" parameter as PostgreSQL's command line: -c name=value, -cname=value,
 * --name=value; a backslash keeps the next character.
 */
export function parseCommandLineOptions(options: string): ReadonlyMap<string, string> {
  const words = splitWords(options);
  const settings = new Map<string, string>();
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? "";
    let assignment: string;
    if (word === "-c") assignment = words[++at] ?? "";
    else if (word.startsWith("-c")) assignment = word.slice(2);
    else if (word.startsWith("--")) assignment = word.slice(2);
    else throw invalidOption(word);
    const equals = assignment.indexOf("=");
    if (equals < 0) throw missingValue(word.startsWith("--") ? "--" : "-c ", assignment);
    settings.set(assignment.slice(0, equals).replaceAll("-", "_"), assignment.slice(equals + 1));
  }
  return settings;
}

function missingValue(prefix: string, name: string): SqlError {
  return new SqlError("42601", `${prefix}${name} requires a value`, { severity: "FATAL" });
}

function invalidOption(word: string): SqlError {
  return new SqlError("42601", `invalid command-line argument for server process: ${word}`, {
    severity: "FATAL",
  });
}

function splitWords(options: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  for (let at = 0; at < options.length; at++) {
    const char = options.charAt(at);
    if (/\s/.test(char)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else if (char === "\\") {
      at++;
      word = (word ?? "") + options.charAt(at);
    } else {
      word = (word ?? "") + char;
    }
  }
  if (word !== undefined) words.push(word);
  return words;
}
