/** What a session is made of, and who it is among the others of its server. */
import type { Engine } from "../engine/engine.ts";
import type { GatheringBudget } from "../execute/gathering-budget.ts";
import type { Framer } from "../wire/framer.ts";
import type { MessageReader } from "../wire/message-reader.ts";
import type { Output } from "../wire/output.ts";
import type { CodecByOid } from "../wire/value-codec.ts";
import type { Connection } from "./connection.ts";
import type { SchemaTurns } from "./schema-turns.ts";
import type { Session } from "./session.ts";
import type { TransactionOutcomes } from "./transaction-outcomes.ts";
import type { Utility } from "./utility.ts";
import type { NodeRuntime } from "@firstlight/common";

export interface DatabaseQuestion {
  readonly database: number;
  readonly terminate: boolean;
}

/** What a session may ask of those beside it: functions of the server, the same for all. */
export interface OtherSessions {
  /** To another session of this server; false when there is none. */
  readonly signal: (pid: number, signal: "cancel" | "terminate") => boolean;
  /** Every session of this server. */
  readonly sessions: () => Iterable<Session>;
  /** Sessions of this server in a database, but for one; they are ended if asked. */
  readonly countIn: (where: DatabaseQuestion, except: number) => number;
}

export interface SessionIdentity extends OtherSessions {
  readonly user: string;
  readonly database: string;
  readonly databaseOid: number;
  readonly pid: number;
  /** Microseconds since the Unix epoch. */
  readonly serverStart: number;
  /** Of all sessions of this server, as are the next two. */
  readonly outcomes: TransactionOutcomes;
  readonly schemaTurns: SchemaTurns;
  readonly gathering: GatheringBudget;
}

export interface SessionParts {
  readonly runtime: NodeRuntime;
  readonly engine: Engine;
  readonly codecs: CodecByOid;
  readonly framer: Framer;
  readonly reader: MessageReader;
  readonly output: Output;
  readonly connection: Connection;
  /** Statements that the session carries out itself, by parse tag. */
  readonly utilities: ReadonlyMap<string, Utility>;
  /** What the server says of itself: settings that are the same in all its sessions. */
  readonly serverSettings: ReadonlyMap<string, string>;
}
