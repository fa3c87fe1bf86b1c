/**
 * A statement that was parsed and analysed, named or not. The session's own statements (transaction
 * control, settings, cursors, COPY) have a utility instead of an engine query.
 */
import { DEFAULT_FORMAT, type FormatSettings } from "@firstlight/sql";
import type { ResultColumn } from "../bind/query-tree.ts";
import type { PreparedQuery } from "../engine/engine.ts";
import type { ParsedStatement } from "../parse/parsed-statement.ts";
import type { FormatCode } from "../wire/row-encoder.ts";
import { RowEncoder } from "../wire/row-encoder.ts";
import type { CodecByOid } from "../wire/value-codec.ts";
import type { Utility } from "./utility.ts";

export type StatementBody =
  | { readonly kind: "empty" }
  | { readonly kind: "utility"; readonly utility: Utility; readonly statement: ParsedStatement }
  | { readonly kind: "query"; readonly query: PreparedQuery; readonly statement: ParsedStatement };

const NO_FORMATS: readonly FormatCode[] = [];

export class PreparedStatement {
  readonly name: string;
  readonly body: StatementBody;
  readonly paramTypes: readonly number[];
  /** The search path that it was analysed with: another one means another analysis. */
  readonly searchPath: readonly string[];
  /** PREPARE made it, with this text; else the extended protocol. */
  preparedBy: string | undefined;
  preparedAt = 0n;
  /** What its literals were read by. */
  readBy: FormatSettings = DEFAULT_FORMAT;
  /** Encoders by formats, for the columns that they were made for. */
  #encoder: RowEncoder | undefined;
  #encoderFormats: readonly FormatCode[] = NO_FORMATS;

  constructor(
    name: string,
    body: StatementBody,
    paramTypes: readonly number[],
    searchPath: readonly string[],
  ) {
    this.name = name;
    this.body = body;
    this.paramTypes = paramTypes;
    this.searchPath = searchPath;
  }

  get columns(): readonly ResultColumn[] | undefined {
    return this.body.kind === "query" ? this.body.query.columns : undefined;
  }

  /** What the client sent. */
  get text(): string {
    return this.body.kind === "empty" ? "" : this.body.statement.source;
  }

  encoder(
    columns: readonly ResultColumn[],
    formats: readonly FormatCode[],
    codecs: CodecByOid,
  ): RowEncoder {
    const cached = this.#encoder;
    if (
      cached !== undefined &&
      cached.columns === columns &&
      sameFormats(this.#encoderFormats, formats)
    ) {
      return cached;
    }
    const encoder = new RowEncoder(columns, formats, codecs);
    this.#encoder = encoder;
    this.#encoderFormats = formats;
    return encoder;
  }
}

function sameFormats(a: readonly FormatCode[], b: readonly FormatCode[]): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let at = 0; at < a.length; at++) if (a[at] !== b[at]) return false;
  return true;
}
