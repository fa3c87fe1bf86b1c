/**
 * Reads the command line: one table of options per command, one clear line per mistake. What takes
 * the engine to be checked is left to the commands: most of them do without it.
 */
import { parseArgs } from "node:util";
import type { ProfileChoice } from "@firstlight/query-processor";
import { ACCESS, ACCESS_HELP, CLUSTER_ACCESS, accessOptions } from "./access-options.ts";
import type { AccessOptions } from "./access-options.ts";
import { RANGES_HELP, RANGES_OPTIONS, rangesOptions } from "./ranges-options.ts";
import type { RangesOptions } from "./ranges-options.ts";
import type { ShardsOptions } from "./shards-options.ts";
import { SHARDS_HELP } from "./shards-help.ts";
import { isLogLevel, LOG_LEVELS } from "./adapters/pino-log.ts";
import type { LogLevel } from "./adapters/pino-log.ts";

/** A mistake of the person who started the program: printed as one line, exit code 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

export interface StartOptions {
  readonly host: string;
  readonly port: number;
  readonly dataDirectory: string;
  readonly logLevel: LogLevel;
  readonly allowUnauthenticated: boolean;
  readonly analyzes: boolean;
  readonly tls: TlsOptions;
  /** Undefined: as many, and as long, as the profile has it. */
  readonly connectionsMax: number | undefined;
  readonly messageBytesMax: number | undefined;
  readonly profile: ProfileChoice;
  readonly access: AccessOptions;
  /** Undefined: nothing beyond SQL can be done to it. */
  readonly testing: TestingOptions | undefined;
}

export interface TestingOptions {
  /** As parseInjection takes it. */
  readonly inject: string;
  /** Of the real clock's; 0: it stands still. */
  readonly clockSpeed: number;
}

export type TlsMode = "off" | "on" | "require";

/**
 * `mode` undefined: as "require" with the dsql profile or tokens; else on beyond loopback or where
 * a certificate was given, off otherwise.
 */
export interface TlsOptions {
  readonly mode: TlsMode | undefined;
  readonly certificatePath: string | undefined;
  readonly keyPath: string | undefined;
}

export interface ClusterOptions {
  readonly dataDirectory: string;
  readonly basePort: number;
  readonly logLevel: LogLevel;
  readonly supervise: boolean;
  /** Undefined: all processes read one monotonic clock of the host. */
  readonly clockErrorMicros: number | undefined;
  /** Whether adjudicators move ranges by load. */
  readonly balances: boolean;
  /** Commits per second below which an adjudicator is not relieved; undefined: as by default. */
  readonly balanceFrom: number | undefined;
  readonly tls: TlsOptions;
  readonly profile: ProfileChoice;
  readonly access: AccessOptions;
}

export interface LintCommandOptions {
  /** "-": standard input. */
  readonly files: readonly string[];
  readonly profile: string;
  readonly fix: boolean;
  /** Whether missing objects and such are findings too. */
  readonly strict: boolean;
  readonly format: "text" | "json";
  /** Whose SQL the files are in. */
  readonly dialect: "postgresql" | "mysql" | "sqlite";
}

/** What a running database is told. */
export interface ControlOptions {
  readonly dataDirectory: string;
  readonly path: string;
  readonly body: Readonly<Record<string, string | number>>;
}

export interface RoleOptions {
  readonly name: string;
  readonly dataDirectory: string;
  readonly logLevel: LogLevel;
}

/** A journal replica of a local cluster gives its place to a new process, for good. */
export interface ReplaceOptions {
  readonly name: string;
  readonly address: string;
  readonly dataDirectory: string;
}

export interface TokenOptions {
  readonly user: string;
  /** Undefined: the cluster's endpoint. */
  readonly host: string | undefined;
  /** Seconds. */
  readonly expiresIn: number;
  readonly access: AccessOptions;
}

export interface CertOptions {
  readonly dataDirectory: string;
  readonly exportPath: string | undefined;
  /** Whether the system is to trust it. */
  readonly installs: boolean;
}

export type Command =
  | { readonly command: "start"; readonly options: StartOptions }
  | { readonly command: "cluster"; readonly options: ClusterOptions }
  | { readonly command: "token"; readonly options: TokenOptions }
  | { readonly command: "cert"; readonly options: CertOptions }
  | { readonly command: "role"; readonly options: RoleOptions }
  | { readonly command: "shards"; readonly options: ShardsOptions }
  | { readonly command: "replace"; readonly options: ReplaceOptions }
  | { readonly command: "control"; readonly options: ControlOptions }
  | { readonly command: "lint"; readonly options: LintCommandOptions }
  | { readonly command: "ranges"; readonly options: RangesOptions }
  | { readonly command: "help" };

export const HELP: string = `firstlight: a distributed SQL database that speaks PostgreSQL

  firstlight start    the embedded database in one process
      --port N            TCP port for SQL clients (5432; 0 picks a free one)
      --host ADDRESS      address to listen on (127.0.0.1)
      --data-dir PATH     where the data is kept (./data)
      --log-level LEVEL   ${LOG_LEVELS.join(", ")} (warn)
      --allow-unauthenticated
                          listen beyond loopback though roles have no password
      --no-analyze        take statistics of tables only when ANALYZE says so
      --max-connections N sessions at a time (1000)
      --max-message-size MB
                          how long a message of a client may be (256)
      --profile NAME      what is offered: firstlight, everything; dsql, what Aurora DSQL
                          does, as it does it; dsql-2026.09, as it did then (firstlight)
      --limit NAME=VALUE  another limit than the profile's, rows=10 for example; repeatable
      --tls MODE          off; on: clients may encrypt; require: they must (require with
                          --profile dsql or --auth token; else off on loopback, on beyond
                          it or with --tls-cert)
      --tls-cert FILE     certificate and its chain, PEM (one of its own, made at first
                          start: tls/server.crt in the data directory, for clients tls/ca.crt)
      --tls-key FILE      private key of the certificate, PEM
${ACCESS_HELP}
      --testing           let the commands below keep and reset its state, inject failures
                          and put its clock forward
      --inject SPEC       failures from the start: oc000=5%,oc001=every:3,disconnect=1%,
                          tables=a+b,seed=7 (implies --testing)
      --clock SPEED       how fast time goes by: 60, or frozen (implies --testing)

  firstlight checkpoint --name NAME    keep the present state of a database under a name
  firstlight reset [--to NAME]         back to it, or to the empty database
  firstlight inject SPEC               failures from now on; none without SPEC
  firstlight clock --advance 5m        put the clock forward; --speed 60, --speed frozen
      --data-dir PATH     of a database started with --testing (./data)

  firstlight lint FILE...  what a profile refuses of files of SQL, and what to write instead
      --profile NAME      dsql or one of its dates (dsql)
      --fix               write what has an equivalent into the files
      --dialect mysql     the files are of MySQL or MariaDB (mysql) or of SQLite (sqlite);
                          with --fix FILE.sql becomes FILE.dsql.sql beside it
      --strict            report what an empty database lacks, too
      --format json       findings for programs

  firstlight cluster  the local cluster: one process per service
      --data-dir PATH     where the data is kept (./data/cluster)
      --base-port N       SQL on N and N + 1, services on the ports after (5432)
      --log-level LEVEL   as above
      --supervise         restart a process that dies
      --clock-error MILLIS
                          processes read the wall clock and trust it within so much; one whose
                          clock is further away from most others stops (one clock for all)
      --no-balance        ranges of adjudicators are moved by command only
      --balance-from N    from how many commits a second on they are moved by load (200)
      --profile NAME, --limit NAME=VALUE
                          as above
      --tls MODE, --tls-cert FILE, --tls-key FILE
                          as above
      --auth MODE, --cluster-id ID, --region REGION, --iam-credentials FILE
                          as above

${SHARDS_HELP}

${RANGES_HELP}

  firstlight token    a password for servers that take tokens of IAM
      --user NAME, --host NAME, --expires-in SECONDS
                          (admin, the cluster's endpoint, 900)
      --cluster-id ID, --region REGION, --iam-credentials FILE, --iam-secret KEY=SECRET
                          as above; without a secret that of AWS_ACCESS_KEY_ID and
                          AWS_SECRET_ACCESS_KEY, or any

  firstlight cert     prints the certificate of the authority that a server's own is signed by
      --data-dir PATH     of the server (./data)
      --export FILE       writes it
      --install           makes it known to the system

  firstlight replace  a journal replica of a local cluster by a new process, for good
      --name NAME         of the replica, such as journal-2
      --address HOST:PORT where the new process listens
      --data-dir PATH     of the cluster (./data/cluster)

  firstlight role     one process of a local cluster
      --name NAME --data-dir PATH`;

type Values = Readonly<Record<string, string | boolean | readonly string[] | undefined>>;

function text(values: Values, name: string, fallback: string): string {
  const value = values[name];
  return typeof value === "string" ? value : fallback;
}

function port(values: Values, name: string, fallback: number): number {
  const given = text(values, name, String(fallback));
  const value = Number(given);
  if (/^\d+$/u.test(given) && value <= 65_535) return value;
  throw new UsageError(`--${name} must be a port number from 0 to 65535, not "${given}"`);
}

function logLevel(values: Values): LogLevel {
  const given = text(values, "log-level", "warn");
  if (isLogLevel(given)) return given;
  throw new UsageError(`--log-level must be one of ${LOG_LEVELS.join(", ")}, not "${given}"`);
}

const TLS_MODES: readonly TlsMode[] = ["off", "on", "require"];

function tlsOptions(values: Values): TlsOptions {
  const given = values["tls"];
  const mode = TLS_MODES.find((each) => each === given);
  if (given !== undefined && mode === undefined) {
    throw new UsageError(`--tls must be one of ${TLS_MODES.join(", ")}, not "${String(given)}"`);
  }
  const certificatePath = text(values, "tls-cert", "");
  const keyPath = text(values, "tls-key", "");
  if ((certificatePath === "") !== (keyPath === "")) {
    throw new UsageError("--tls-cert and --tls-key belong together");
  }
  if (certificatePath === "") return { mode, certificatePath: undefined, keyPath: undefined };
  return { mode, certificatePath, keyPath };
}

function numberFrom(values: Values, name: string, max: number): number | undefined {
  if (values[name] === undefined) return undefined;
  const given = text(values, name, "");
  const value = Number(given);
  if (/^\d+$/u.test(given) && value >= 1 && value <= max) return value;
  throw new UsageError(`--${name} must be a number from 1 to ${String(max)}, not "${given}"`);
}

const LIMIT = /^([a-z-]+)=(\d{1,15})$/u;

function profileChoice(values: Values): ProfileChoice {
  const given = values["limit"];
  const limits = (Array.isArray(given) ? (given as readonly string[]) : []).map((each) => {
    const [, name, value] = LIMIT.exec(each) ?? [];
    if (name !== undefined) return [name, Number(value)] as const;
    throw new UsageError(`--limit must be NAME=NUMBER, not "${each}"`);
  });
  return { name: text(values, "profile", "firstlight"), limits: new Map(limits) };
}

function clockSpeed(values: Values, name: string): number {
  const given = text(values, name, "1");
  const speed = given === "frozen" ? 0 : Number(given);
  if (speed >= 0 && speed <= 100_000) return speed;
  throw new UsageError(`--${name} must be a number up to 100000 or "frozen", not "${given}"`);
}

function testingOptions(values: Values): TestingOptions | undefined {
  const asked = ["testing", "inject", "clock"].some((name) => values[name] !== undefined);
  if (!asked) return undefined;
  return {
    inject: text(values, "inject", ""),
    clockSpeed: clockSpeed(values, "clock"),
  };
}

const STRING = { type: "string" } as const;
const FLAG = { type: "boolean" } as const;
const PROFILE = { profile: STRING, limit: { type: "string", multiple: true } } as const;
const TLS = { tls: STRING, "tls-cert": STRING, "tls-key": STRING } as const;

/** Those of `accessOptions`, whose mistakes are the user's. */
function accessChoice(values: Values): AccessOptions {
  return asUsage(() => accessOptions(values));
}

function asUsage<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof RangeError ? new UsageError(error.message) : error;
  }
}

function parse(
  args: string[],
  options: NonNullable<Parameters<typeof parseArgs>[0]>["options"],
): Values {
  try {
    return parseArgs({ args, options: options ?? {}, strict: true, allowPositionals: false })
      .values as Values;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new UsageError(message.split(/\.\s/u)[0] ?? message);
  }
}

function startCommand(args: string[]): Command {
  const values = parse(args, {
    port: STRING,
    host: STRING,
    "data-dir": STRING,
    "log-level": STRING,
    "allow-unauthenticated": FLAG,
    "no-analyze": FLAG,
    "max-connections": STRING,
    "max-message-size": STRING,
    testing: FLAG,
    inject: STRING,
    clock: STRING,
    ...ACCESS,
    ...PROFILE,
    ...TLS,
  });
  const mebibytes = numberFrom(values, "max-message-size", 1023);
  return {
    command: "start",
    options: {
      host: text(values, "host", "127.0.0.1"),
      port: port(values, "port", 5432),
      dataDirectory: text(values, "data-dir", "./data"),
      logLevel: logLevel(values),
      allowUnauthenticated: values["allow-unauthenticated"] === true,
      analyzes: values["no-analyze"] !== true,
      tls: tlsOptions(values),
      connectionsMax: numberFrom(values, "max-connections", 262_143),
      messageBytesMax: mebibytes === undefined ? undefined : mebibytes * 2 ** 20,
      profile: profileChoice(values),
      testing: testingOptions(values),
      access: accessChoice(values),
    },
  };
}

/** Every commit waits for about twice as long. */
const CLOCK_ERROR_MILLIS_MAX = 10_000;

function clusterCommand(args: string[]): Command {
  const values = parse(args, {
    "base-port": STRING,
    "clock-error": STRING,
    "data-dir": STRING,
    "log-level": STRING,
    supervise: FLAG,
    "no-balance": FLAG,
    "balance-from": STRING,
    ...CLUSTER_ACCESS,
    ...PROFILE,
    ...TLS,
  });
  const clockErrorMillis = numberFrom(values, "clock-error", CLOCK_ERROR_MILLIS_MAX);
  return {
    command: "cluster",
    options: {
      dataDirectory: text(values, "data-dir", "./data/cluster"),
      basePort: port(values, "base-port", 5432),
      logLevel: logLevel(values),
      supervise: values["supervise"] === true,
      clockErrorMicros: clockErrorMillis === undefined ? undefined : clockErrorMillis * 1_000,
      balances: values["no-balance"] !== true,
      balanceFrom: numberFrom(values, "balance-from", 1_000_000),
      tls: tlsOptions(values),
      profile: profileChoice(values),
      access: accessChoice(values),
    },
  };
}

function roleCommand(args: string[]): Command {
  const values = parse(args, { name: STRING, "data-dir": STRING, "log-level": STRING });
  const name = text(values, "name", "");
  if (name === "") throw new UsageError("firstlight role needs --name");
  const dataDirectory = text(values, "data-dir", "./data/cluster");
  return { command: "role", options: { name, dataDirectory, logLevel: logLevel(values) } };
}

const SHARD_ACTIONS = new Set([
  "list",
  "split",
  "merge",
  "move",
  "leave",
  "add",
  "drain",
  "remove",
  "policy",
]);

function shardsCommand(args: string[]): Command {
  const words = args.slice(0, args.findIndex((each) => each.startsWith("--")) >>> 0);
  const [action = "list", name = "", ...rest] = words;
  if (!SHARD_ACTIONS.has(action)) throw new UsageError(`firstlight shards cannot "${action}"`);
  const isNameless = action === "list" || action === "policy";
  if ((name === "") !== isNameless || rest.length > 0) {
    throw new UsageError(
      `firstlight shards ${action} takes ${isNameless ? "no name" : "one name"}`,
    );
  }
  const shape = { from: STRING, to: STRING, at: STRING, force: FLAG, port: STRING };
  const limits = { "max-bytes": STRING, "max-reads": STRING, "max-moves": STRING, pause: STRING };
  const policy = { automatic: STRING, merges: STRING, moves: STRING, ...limits };
  const values = parse(args.slice(words.length), { "data-dir": STRING, ...shape, ...policy });
  const given = (option: string): string | undefined =>
    values[option] === undefined ? undefined : text(values, option, "");
  const isOn = (option: string): boolean | undefined => {
    const word = given(option);
    if (word !== undefined && word !== "on" && word !== "off") {
      throw new UsageError(`--${option} must be on or off, not "${word}"`);
    }
    return word === undefined ? undefined : word === "on";
  };
  const at = given("at");
  if (at !== undefined && !/^([\da-f]{2})+$/iu.test(at)) {
    throw new UsageError(`--at must be the bytes of a key in hexadecimal, not "${at}"`);
  }
  return {
    command: "shards",
    options: {
      dataDirectory: text(values, "data-dir", "./data/cluster"),
      action,
      name,
      from: given("from"),
      to: given("to"),
      at,
      force: values["force"] === true,
      port: numberFrom(values, "port", 65_535),
      automatic: isOn("automatic"),
      merges: isOn("merges"),
      moves: isOn("moves"),
      movesMax: numberFrom(values, "max-moves", 1_000),
      bytesMax: numberFrom(values, "max-bytes", Number.MAX_SAFE_INTEGER),
      readsMax: numberFrom(values, "max-reads", 1_000_000_000),
      pauseSeconds: numberFrom(values, "pause", 86_400),
    },
  };
}

function lintCommand(args: string[]): Command {
  const files: string[] = [];
  const options: string[] = [];
  for (const [at, each] of args.entries()) {
    const isValue =
      args[at - 1] === "--profile" || args[at - 1] === "--format" || args[at - 1] === "--dialect";
    (each.startsWith("--") || isValue ? options : files).push(each);
  }
  const shape = { profile: STRING, fix: FLAG, strict: FLAG, format: STRING, dialect: STRING };
  const values = parse(options, shape);
  const format = text(values, "format", "text");
  if (files.length === 0) throw new UsageError("firstlight lint needs files; - is standard input");
  if (format !== "text" && format !== "json") {
    throw new UsageError(`--format must be text or json, not "${format}"`);
  }
  const dialect = text(values, "dialect", "postgresql");
  if (dialect !== "postgresql" && dialect !== "mysql" && dialect !== "sqlite") {
    throw new UsageError(`--dialect must be postgresql, mysql or sqlite, not "${dialect}"`);
  }
  const [fix, strict] = [values["fix"] === true, values["strict"] === true];
  const profile = text(values, "profile", "dsql");
  return { command: "lint", options: { files, profile, fix, strict, format, dialect } };
}

/** One command of a running database: what it says to which control. */
function controlCommand(command: string, args: string[]): Command {
  const [first] = args;
  const takesSpec = command === "inject" && first !== undefined && !first.startsWith("--");
  const values = parse(takesSpec ? args.slice(1) : args, {
    "data-dir": STRING,
    ...CONTROL_OPTIONS[command],
  });
  const dataDirectory = text(values, "data-dir", "./data");
  const body = controlBody(command, values, takesSpec ? first : "");
  return { command: "control", options: { dataDirectory, path: `/${command}`, body } };
}

const CONTROL_OPTIONS: Readonly<Record<string, Readonly<Record<string, typeof STRING>>>> = {
  checkpoint: { name: STRING },
  reset: { to: STRING },
  inject: {},
  clock: { advance: STRING, speed: STRING },
};

function controlBody(command: string, values: Values, spec: string): ControlOptions["body"] {
  if (command === "inject") return { spec };
  if (command === "reset") {
    const to = text(values, "to", "");
    return to === "" ? {} : { to };
  }
  if (command === "checkpoint") {
    const name = text(values, "name", "");
    if (name === "") throw new UsageError("firstlight checkpoint needs --name");
    return { name };
  }
  const advance = text(values, "advance", "");
  if (advance === "" && values["speed"] === undefined) {
    throw new UsageError("firstlight clock needs --advance or --speed");
  }
  const forward: ControlOptions["body"] = advance === "" ? {} : { advance };
  return values["speed"] === undefined
    ? forward
    : { ...forward, speed: clockSpeed(values, "speed") };
}

function tokenCommand(args: string[]): Command {
  const values = parse(args, { user: STRING, host: STRING, "expires-in": STRING, ...ACCESS });
  const host = text(values, "host", "");
  const expires = text(values, "expires-in", "900");
  if (!/^\d{1,9}$/u.test(expires)) {
    throw new UsageError(`--expires-in must be a number of seconds, not "${expires}"`);
  }
  return {
    command: "token",
    options: {
      user: text(values, "user", "admin"),
      host: host === "" ? undefined : host,
      expiresIn: Number(expires),
      access: accessChoice(values),
    },
  };
}

function replaceCommand(args: string[]): Command {
  const values = parse(args, { "data-dir": STRING, name: STRING, address: STRING });
  const [name, address] = [text(values, "name", ""), text(values, "address", "")];
  if (name === "") throw new UsageError("replace needs --name, the replica that is gone");
  if (!/^[^:]+:\d+$/u.test(address)) throw new UsageError("replace needs --address HOST:PORT");
  const dataDirectory = text(values, "data-dir", "./data/cluster");
  return { command: "replace", options: { name, address, dataDirectory } };
}

function certCommand(args: string[]): Command {
  const values = parse(args, { "data-dir": STRING, export: STRING, install: FLAG });
  const path = text(values, "export", "");
  return {
    command: "cert",
    options: {
      dataDirectory: text(values, "data-dir", "./data"),
      exportPath: path === "" ? undefined : path,
      installs: values["install"] === true,
    },
  };
}

function rangesCommand(args: string[]): Command {
  const [first] = args;
  const change = first === undefined || first.startsWith("--") ? undefined : first;
  const values = parse(change === undefined ? args : args.slice(1), RANGES_OPTIONS);
  return { command: "ranges", options: asUsage(() => rangesOptions(change, values)) };
}

export function parseCommand(args: readonly string[]): Command {
  const [command, ...rest] = args;
  if (command === undefined || command === "help" || command === "--help")
    return { command: "help" };
  if (rest.includes("--help")) return { command: "help" };
  if (command === "start") return startCommand(rest);
  if (command === "cluster") return clusterCommand(rest);
  if (command === "role") return roleCommand(rest);
  if (command === "shards") return shardsCommand(rest);
  if (command === "replace") return replaceCommand(rest);
  if (command === "token") return tokenCommand(rest);
  if (command === "cert") return certCommand(rest);
  if (command === "lint") return lintCommand(rest);
  if (command === "ranges") return rangesCommand(rest);
  if (command in CONTROL_OPTIONS) return controlCommand(command, rest);
  throw new UsageError(`unknown command "${command}"; try "firstlight help"`);
}
