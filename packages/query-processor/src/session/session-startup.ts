/**
 * From the first byte of a connection to its session: encryption, authentication, the checks that
 * decide whether there is room and right for it, and the settings that it begins with. Nothing is
 * told about databases and limits BEFORE the client has proved who it is.
 */
import { SqlError } from "@firstlight/common";
import type { LoginFacts } from "../engine/engine.ts";
import { backendKeyData, negotiateProtocolVersion } from "../wire/messages.ts";
import { NEWEST_MINOR_VERSION, parseCommandLineOptions } from "../wire/startup-packet.ts";
import { accessDenied, notEncrypted, withoutServerName } from "../iam/access-denied.ts";
import type { ClusterDirectory, ClusterPlace } from "../iam/cluster-directory.ts";
import { authenticate } from "./authenticate.ts";
import type { LoginProof } from "./authenticate.ts";
import type { SessionRequest } from "./session-request.ts";
import { sessionRequest } from "./session-request.ts";
import type { DatabaseDescriptor } from "../catalog/descriptors.ts";
import type { GatheringBudget } from "../execute/gathering-budget.ts";
import type { OtherSessions, SessionParts } from "./session-parts.ts";
import { Session } from "./session.ts";
import type { SessionSettings } from "./session-settings.ts";
import type { SchemaTurns } from "./schema-turns.ts";
import type { TransactionOutcomes } from "./transaction-outcomes.ts";
import type { Task } from "./task.ts";

export interface Visitor extends LoginFacts {
  readonly user: string;
  readonly database: DatabaseDescriptor;
}

/** Who gets a session, and where host names lead. */
export interface AccessRules {
  readonly proof: LoginProof;
  /** Whether only encrypted connections get a session. */
  readonly requiresTls: boolean;
  /** Whether those have to name the host that they want. */
  readonly requiresServerName: boolean;
  /** Undefined: whatever the host is called, there is one place to go to. */
  readonly clusters: ClusterDirectory | undefined;
}

export interface StartupOptions extends OtherSessions {
  readonly access: AccessRules;
  readonly pid: number;
  readonly serverStart: number;
  readonly outcomes: TransactionOutcomes;
  readonly schemaTurns: SchemaTurns;
  readonly gathering: GatheringBudget;
  readonly secret: number;
  cancel(pid: number, secret: number): void;
  /** Throws while the server takes no sessions; a cancel request needs none. */
  checkOpen(): void;
  /** Throws when there is no room for another session of this role. */
  admit(visitor: Visitor): void;
}

/** Undefined when the connection only carried a cancel request. */
export function* startSession(
  parts: SessionParts,
  options: StartupOptions,
): Task<Session | undefined> {
  const request = yield* sessionRequest(parts, (pid, secret) => options.cancel(pid, secret));
  if (request === undefined) return undefined;
  options.checkOpen();
  const { user, database } = namesIn(request);
  tellVersion(parts, request);
  const { clusters, proof } = options.access;
  const place = placeOf(parts, options.access, { user, database });
  const facts = yield* authenticate(parts, { user, database, place, clusters }, proof);
  const found = openDatabase(facts, database);
  const visitor: Visitor = { ...facts, user, database: found };
  options.admit(visitor);
  const { pid, serverStart, outcomes, schemaTurns, gathering } = options;
  const { signal, sessions, countIn } = options;
  const shared = { serverStart, outcomes, schemaTurns, gathering, signal, sessions, countIn };
  const session = new Session(parts, { user, database, databaseOid: found.oid, pid, ...shared });
  applySettings(session, facts, request.parameters);
  session.reportSettings();
  backendKeyData(parts.output, options.pid, options.secret);
  session.ready();
  return session;
}

function namesIn({ parameters }: SessionRequest): { user: string; database: string } {
  const user = parameters.get("user") ?? "";
  if (user === "") {
    throw fatal("28000", "no PostgreSQL user name specified in startup packet");
  }
  const database = parameters.get("database") ?? "";
  return { user, database: database === "" ? user : database };
}

function tellVersion({ output }: SessionParts, { minor, protocolOptions }: SessionRequest): void {
  if (minor <= NEWEST_MINOR_VERSION && protocolOptions.length === 0) return;
  negotiateProtocolVersion(output, NEWEST_MINOR_VERSION, protocolOptions);
}

/** Throws for connections of a kind that is not served, and for hosts that are not there. */
function placeOf(
  parts: SessionParts,
  { clusters, requiresTls, requiresServerName }: AccessRules,
  names: { readonly user: string; readonly database: string },
): ClusterPlace | undefined {
  const { tls } = parts.connection;
  if (requiresTls && tls === undefined) {
    throw clusters === undefined ? unencrypted(parts, names) : notEncrypted();
  }
  const host = tls?.serverName;
  if (requiresServerName && tls !== undefined && host === undefined) throw withoutServerName();
  const place = clusters?.find(host);
  if (clusters !== undefined && place === undefined) {
    throw accessDenied(`There is no cluster at '${host ?? ""}'.`);
  }
  return place;
}

/** As PostgreSQL with only hostssl lines in pg_hba.conf. */
function unencrypted(
  { connection }: SessionParts,
  { user, database }: { readonly user: string; readonly database: string },
): SqlError {
  const host = connection.remoteAddress.replace(/:\d+$/, "");
  return fatal(
    "28000",
    `no pg_hba.conf entry for host "${host}", user "${user}", database "${database}", no encryption`,
  );
}

function fatal(sqlstate: string, message: string, detail?: string): SqlError {
  return new SqlError(sqlstate, message, { severity: "FATAL", detail });
}

/** As PostgreSQL's CheckMyDatabase, but for the limit. */
function openDatabase(facts: LoginFacts, name: string): DatabaseDescriptor {
  const { database, mayConnect } = facts;
  if (database === undefined) throw fatal("3D000", `database "${name}" does not exist`);
  if (database.isClosed === true) {
    throw fatal("55000", `database "${name}" is not currently accepting connections`);
  }
  if (mayConnect !== false) return database;
  const detail = "User does not have CONNECT privilege.";
  throw fatal("42501", `permission denied for database "${name}"`, detail);
}

const NOT_SETTINGS = new Set(["user", "database", "options", "replication"]);

function applySettings(
  session: Session,
  facts: LoginFacts,
  parameters: ReadonlyMap<string, string>,
): void {
  const { settings } = session;
  settings.set("is_superuser", facts.superuser ? "on" : "off", "session", "server");
  settings.set("session_authorization", session.user, "session", "server");
  applyRoleSettings(session, facts);
  const replication = parameters.get("replication") ?? "false";
  if (!["false", "off", "no", "0"].includes(replication)) {
    throw fatal("0A000", "replication connections are not supported");
  }
  try {
    applyParameters(session, parameters);
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    throw new SqlError(error.sqlstate, error.message, { ...error.fields, severity: "FATAL" });
  }
}

/** What was stored and is no longer valid must not lock anybody out. */
function applyRoleSettings(session: Session, { settings }: LoginFacts): void {
  for (const { name, value, source } of settings ?? []) {
    try {
      session.settings.set(name, value, "session", source);
    } catch (error) {
      if (!(error instanceof SqlError)) throw error;
      session.notice("WARNING", error.sqlstate, error.message, error.fields);
    }
  }
}

function setAtStart({ engine, settings }: Session, name: string, value: string): void {
  const refused = engine.profile.parameters?.refusal(name);
  if (refused !== undefined) throw refused;
  settings.set(name, value, "session", "startup");
}

/** pg_dump refuses servers that are newer than it is. */
function tellOlderVersion(settings: SessionSettings): void {
  const version = settings.get("firstlight.server_version") ?? "";
  if (version === "") return;
  const [major = 0, minor = 0] = version.split(".").map(Number);
  settings.override("server_version", version);
  settings.override("server_version_num", String(major * 10_000 + minor));
}

function applyParameters(session: Session, parameters: ReadonlyMap<string, string>): void {
  for (const [name, value] of parseCommandLineOptions(parameters.get("options") ?? "")) {
    setAtStart(session, name, value);
  }
  for (const [name, value] of parameters) {
    if (!NOT_SETTINGS.has(name)) setAtStart(session, name, value);
  }
  tellOlderVersion(session.settings);
}
