/**
 * Conversations with PostgreSQL 16 as text: `= name`, `> ["Q", "select 1"]` for what the client
 * sends, `< C:SELECT 1` for what it gets. They were recorded from the real server.
 */
import { message } from "./raw-client.ts";
import type { RawMessage } from "./raw-client.ts";

export type TranscriptMessage =
  | readonly ["Q" | "D" | "C" | "d" | "f", string]
  | readonly ["P", string, string, readonly number[]]
  | readonly ["B", string, string, readonly (string | null)[], readonly number[], readonly number[]]
  | readonly ["E", string, number]
  | readonly ["S" | "H" | "c" | "F"];

export interface Transcript {
  readonly name: string;
  readonly sent: readonly TranscriptMessage[];
  readonly answers: readonly string[];
}

function cstring(text: string): Buffer {
  return Buffer.from(`${text}\0`);
}

function int16s(values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(2 + values.length * 2);
  bytes.writeInt16BE(values.length, 0);
  for (const [at, value] of values.entries()) bytes.writeInt16BE(value, 2 + at * 2);
  return bytes;
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value, 0);
  return bytes;
}

function field(value: string | null): Buffer {
  if (value === null) return int32(-1);
  return Buffer.concat([int32(Buffer.byteLength(value)), Buffer.from(value)]);
}

export function encodeMessage(sent: TranscriptMessage): Buffer {
  switch (sent[0]) {
    case "Q":
    case "D":
    case "C":
    case "f":
      return message(sent[0], cstring(sent[1]));
    case "d":
      return message("d", Buffer.from(sent[1]));
    case "P": {
      const count = Buffer.alloc(2);
      count.writeInt16BE(sent[3].length, 0);
      return message(
        "P",
        Buffer.concat([cstring(sent[1]), cstring(sent[2]), count, ...sent[3].map(int32)]),
      );
    }
    case "B": {
      const count = Buffer.alloc(2);
      count.writeInt16BE(sent[3].length, 0);
      const parts = [
        cstring(sent[1]),
        cstring(sent[2]),
        int16s(sent[5]),
        count,
        ...sent[3].map(field),
      ];
      return message("B", Buffer.concat([...parts, int16s(sent[4])]));
    }
    case "E":
      return message("E", Buffer.concat([cstring(sent[1]), int32(sent[2])]));
    case "F":
      return message("F", Buffer.alloc(10));
    case "S":
    case "H":
    case "c":
      return message(sent[0]);
  }
}

const REPORT_FIELDS = "SCMDHWP";

/** One message on one line: what a test compares. */
export function showMessage({ type, body }: RawMessage): string {
  switch (type) {
    case "E":
    case "N": {
      const fields = body.toString().split("\0");
      const shown = fields.filter((text) => text !== "" && REPORT_FIELDS.includes(text.charAt(0)));
      return `${type}:${JSON.stringify(shown)}`;
    }
    case "T":
      return `T:${String(body.readInt16BE(0))}`;
    case "S":
    case "C":
    case "Z":
      return `${type}:${body.toString().replaceAll("\0", "|")}`;
    case "D":
    case "t":
    case "d":
    case "G":
    case "H":
      return `${type}:${body.toString("hex")}`;
    default:
      return type;
  }
}

export function parseTranscripts(text: string): readonly Transcript[] {
  return text
    .split("\n= ")
    .slice(1)
    .map((part) => {
      const [name = "", ...lines] = part.split("\n");
      const after = (mark: string): string[] =>
        lines.filter((line) => line.startsWith(mark)).map((line) => line.slice(mark.length));
      return {
        name,
        sent: after("> ").map((line) => JSON.parse(line) as TranscriptMessage),
        answers: after("< "),
      };
    });
}
