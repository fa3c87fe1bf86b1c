/**
 * From the first byte to the first ReadyForQuery: encryption requests, protocol version, the role,
 * its proof, and the settings that the client asked for. Every error here is fatal.
 */
import { SqlError, isPromise } from "@firstlight/common";
import type { Engine } from "../engine/engine.ts";
import {
  authenticationOk,
  authenticationSasl,
  authenticationSaslContinue,
  authenticationSaslFinal,
  backendKeyData,
  negotiateProtocolVersion,
} from "../wire/messages.ts";
import { fatalProtocolViolation } from "../wire/protocol-violation.ts";
import { SCRAM_MECHANISM, ScramExchange } from "../wire/scram.ts";
import {
  NEWEST_MINOR_VERSION,
  parseCommandLineOptions,
  readStartupPacket,
} from "../wire/startup-packet.ts";
import type { StartupPacket } from "../wire/startup-packet.ts";
import type { SessionParts } from "./session.ts";
import { Session } from "./session.ts";
import { INPUT, settled } from "./task.ts";
import type { Task } from "./task.ts";

const PASSWORD_MESSAGE = 0x70;
const REFUSED = Buffer.from("N");
/** Clients that may ask for encryption more than once: GSS, then SSL. */
const ENCRYPTION_REQUESTS_MAX = 2;

export interface StartupOptions {
  readonly databases: ReadonlySet<string>;
  /** Whether a role without password may log in. */
  readonly trust: boolean;
  readonly pid: number;
  readonly serverStart: number;
  signal(pid: number, signal: "cancel" | "terminate"): boolean;
  readonly secret: number;
  cancel(pid: number, secret: number): void;
  /** Throws when there is no room for another session; a cancel request needs none. */
  admit(): void;
}

type SessionRequest = Extract<StartupPacket, { kind: "startup" }>;
type Role = NonNullable<Awaited<ReturnType<Engine["role"]>>>;

/** Undefined when the connection only carried a cancel request. */
export function* startSession(
  parts: SessionParts,
  options: StartupOptions,
): Task<Session | undefined> {
  const request = yield* sessionRequest(parts, options);
  if (request === undefined) return undefined;
  options.admit();
  const { parameters, minor, protocolOptions } = request;
  const { output } = parts;
  if (minor > NEWEST_MINOR_VERSION || protocolOptions.length > 0) {
    negotiateProtocolVersion(output, NEWEST_MINOR_VERSION, protocolOptions);
  }
  const user = parameters.get("user") ?? "";
  if (user === "") {
    throw fatal("28000", "no PostgreSQL user name specified in startup packet");
  }
  const role = yield* authenticate(parts, options, user);
  authenticationOk(output);
  const database = parameters.get("database") ?? "";
  const session = new Session(parts, {
    user,
    database: database === "" ? user : database,
    pid: options.pid,
    serverStart: options.serverStart,
    signal: (pid, signal) => options.signal(pid, signal),
  });
  checkDatabase(session, options);
  applyParameters(session, role, parameters);
  session.reportSettings();
  backendKeyData(output, options.pid, options.secret);
  session.ready();
  return session;
}

function* packet(parts: SessionParts): Task<StartupPacket> {
  const { framer, reader } = parts;
  while (!framer.nextStartup()) yield INPUT;
  reader.reset(framer.buffer, framer.bodyStart, framer.bodyEnd);
  return readStartupPacket(reader);
}

function* sessionRequest(
  parts: SessionParts,
  options: StartupOptions,
): Task<SessionRequest | undefined> {
  for (let refused = 0; ; refused++) {
    const request = yield* packet(parts);
    if (request.kind === "startup") return request;
    if (request.kind === "cancel") {
      options.cancel(request.pid, request.secret);
      return undefined;
    }
    if (refused >= ENCRYPTION_REQUESTS_MAX) {
      throw fatalProtocolViolation("too many encryption requests");
    }
    // Bytes that came before our answer could not have been meant for an unencrypted session.
    if (parts.framer.buffered > 0) {
      throw fatalProtocolViolation("received unencrypted data after encryption request");
    }
    parts.connection.writeRaw(REFUSED);
  }
}

function fatal(sqlstate: string, message: string): SqlError {
  return new SqlError(sqlstate, message, { severity: "FATAL" });
}

function* authenticate(parts: SessionParts, options: StartupOptions, user: string): Task<Role> {
  const found = parts.engine.role(user);
  const role = isPromise(found) ? yield* settled(found) : found;
  const needsProof = role?.verifier !== undefined || !options.trust;
  if (needsProof) yield* proveByScram(parts, role?.verifier, user);
  if (role === undefined) throw fatal("28000", `role "${user}" does not exist`);
  if (!role.login) throw fatal("28000", `role "${user}" is not permitted to log in`);
  return role;
}

function* proveByScram(
  parts: SessionParts,
  verifier: string | undefined,
  user: string,
): Task<void> {
  const { output, reader, runtime } = parts;
  authenticationSasl(output, [SCRAM_MECHANISM]);
  output.release();
  const exchange = new ScramExchange(verifier, runtime.random);
  yield* passwordMessage(parts);
  const mechanism = reader.cstring();
  if (mechanism !== SCRAM_MECHANISM) {
    throw fatalProtocolViolation("client selected an invalid SASL authentication mechanism");
  }
  const length = reader.int32();
  const clientFirst = reader.text(length);
  reader.finish();
  authenticationSaslContinue(output, exchange.first(clientFirst));
  output.release();
  yield* passwordMessage(parts);
  const answer = exchange.final(reader.text(reader.remaining));
  if (answer === undefined) {
    throw fatal("28P01", `password authentication failed for user "${user}"`);
  }
  authenticationSaslFinal(output, answer);
}

function* passwordMessage(parts: SessionParts): Task<void> {
  const { framer, reader } = parts;
  while (!framer.next()) yield INPUT;
  if (framer.type !== PASSWORD_MESSAGE) {
    throw fatalProtocolViolation(`expected SASL response, got message type ${String(framer.type)}`);
  }
  reader.reset(framer.buffer, framer.bodyStart, framer.bodyEnd);
}

function checkDatabase(session: Session, options: StartupOptions): void {
  if (options.databases.has(session.database)) return;
  throw fatal("3D000", `database "${session.database}" does not exist`);
}

const NOT_SETTINGS = new Set(["user", "database", "options", "replication"]);

function applyParameters(
  session: Session,
  role: Role,
  parameters: ReadonlyMap<string, string>,
): void {
  const { settings } = session;
  settings.set("is_superuser", role.superuser ? "on" : "off", "session", "server");
  settings.set("session_authorization", session.user, "session", "server");
  const replication = parameters.get("replication") ?? "false";
  if (!["false", "off", "no", "0"].includes(replication)) {
    throw fatal("0A000", "replication connections are not supported");
  }
  try {
    for (const [name, value] of parseCommandLineOptions(parameters.get("options") ?? "")) {
      settings.set(name, value, "session", "startup");
    }
    for (const [name, value] of parameters) {
      if (!NOT_SETTINGS.has(name)) settings.set(name, value, "session", "startup");
    }
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    throw new SqlError(error.sqlstate, error.message, { ...error.fields, severity: "FATAL" });
  }
}
