/**
 * A statement with its parameters, being run: a portal of the extended protocol or a cursor. It
 * lives no longer than its transaction.
 */
import type { Datum, Row } from "@firstlight/sql";
import type { ResultColumn } from "../bind/query-tree.ts";
import type { Execution } from "../execute/executable.ts";
import type { FormatCode } from "../wire/row-encoder.ts";
import type { PreparedStatement } from "./prepared-statement.ts";

export interface CursorDeclaration {
  readonly text: string;
  readonly isBinary: boolean;
  readonly isScrollable: boolean;
  /** NO SCROLL. */
  readonly isForwardOnly: boolean;
  readonly at: bigint;
}

export interface PortalFields {
  readonly name: string;
  readonly statement: PreparedStatement;
  readonly parameters: readonly Datum[];
  readonly formats: readonly FormatCode[];
  readonly columns: readonly ResultColumn[] | undefined;
  readonly declared?: CursorDeclaration;
  readonly followsSchema?: boolean;
}

export class Portal {
  readonly name: string;
  readonly number: number;
  readonly statement: PreparedStatement;
  readonly parameters: readonly Datum[];
  readonly formats: readonly FormatCode[];
  /** Of the query, or of what the utility will return; undefined for no rows. */
  readonly columns: readonly ResultColumn[] | undefined;
  /** What it was declared with, and when. */
  readonly declared: CursorDeclaration | undefined;
  /** DECLARE CURSOR made it: FETCH and the protocol's Execute may both read on. */
  readonly isCursor: boolean;
  /** WITH HOLD: stays when its transaction commits, and goes when it is rolled back. */
  isHeld = false;
  /** Its transaction has committed. */
  isCommitted = false;
  /** Nobody was told the columns yet: they may be others when it runs. */
  followsSchema: boolean;
  /** The columns that it turned out to have, if they changed. */
  revisedColumns: readonly ResultColumn[] | undefined;
  execution: Execution | undefined;
  /** The tag's command once it runs: EXECUTE takes it from what it executes. */
  command = "";
  state: "ready" | "open" | "done" = "ready";
  /** The row that it stands on, for WHERE CURRENT OF. */
  current: Row | undefined;
  /** A row of it could not be computed: nothing more is read. */
  hasFailed = false;
  /** Rows handed out so far. */
  position = 0;

  constructor(number: number, fields: PortalFields) {
    this.name = fields.name;
    this.number = number;
    this.statement = fields.statement;
    this.parameters = fields.parameters;
    this.formats = fields.formats;
    this.columns = fields.columns;
    this.declared = fields.declared;
    this.isCursor = fields.declared !== undefined;
    this.followsSchema = fields.followsSchema ?? false;
  }

  /** It has rows to read on: not the one whose statement runs at this moment. */
  get isOpen(): boolean {
    return this.state === "open" && this.execution !== undefined;
  }

  /** Gives up its execution; it can then be run again from the start. */
  rewind(): void {
    const { execution } = this;
    this.execution = undefined;
    this.state = "ready";
    this.position = 0;
    execution?.close();
  }

  close(): void {
    const { execution } = this;
    this.execution = undefined;
    this.state = "done";
    execution?.close();
  }
}
