/** What each command is told, as its options say it. */
import type { ProfileChoice } from "@firstlight/query-processor";
import type { AccessOptions } from "../access-options.ts";
import type { LogLevel } from "../adapters/pino-log.ts";
import type { RangesOptions } from "../ranges-options.ts";
import type { ShardsOptions } from "../shards-options.ts";

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
  /** For how long old versions can be read; undefined: as storage has it. */
  readonly retentionMicros: number | undefined;
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
  /** For how long old versions can be read; undefined: as storage has it. */
  readonly retentionMicros: number | undefined;
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
