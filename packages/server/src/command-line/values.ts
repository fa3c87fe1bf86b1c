/** Readers of options that several commands have; each throws a UsageError that names the option. */
import { parseArgs } from "node:util";
import type { ProfileChoice } from "@firstlight/query-processor";
import { accessOptions } from "../access-options.ts";
import type { AccessOptions } from "../access-options.ts";
import { isLogLevel, LOG_LEVELS } from "../adapters/pino-log.ts";
import type { LogLevel } from "../adapters/pino-log.ts";
import { UsageError } from "./options.ts";
import type { TestingOptions, TlsMode, TlsOptions } from "./options.ts";

export type Values = Readonly<Record<string, string | boolean | readonly string[] | undefined>>;

export function text(values: Values, name: string, fallback: string): string {
  const value = values[name];
  return typeof value === "string" ? value : fallback;
}

export function port(values: Values, name: string, fallback: number): number {
  const given = text(values, name, String(fallback));
  const value = Number(given);
  if (/^\d+$/u.test(given) && value <= 65_535) return value;
  throw new UsageError(`--${name} must be a port number from 0 to 65535, not "${given}"`);
}

export function logLevel(values: Values): LogLevel {
  const given = text(values, "log-level", "warn");
  if (isLogLevel(given)) return given;
  throw new UsageError(`--log-level must be one of ${LOG_LEVELS.join(", ")}, not "${given}"`);
}

const TLS_MODES: readonly TlsMode[] = ["off", "on", "require"];

export function tlsOptions(values: Values): TlsOptions {
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

export function numberFrom(values: Values, name: string, max: number, min = 1): number | undefined {
  if (values[name] === undefined) return undefined;
  const given = text(values, name, "");
  const value = Number(given);
  if (/^\d+$/u.test(given) && value >= min && value <= max) return value;
  throw new UsageError(
    `--${name} must be a number from ${String(min)} to ${String(max)}, not "${given}"`,
  );
}

/** Six minutes are what everything else is made for; a week of old versions is much already. */
const RETENTION = { minutes: { least: 6, most: 10_080 } };

/** Microseconds; undefined: as by default. */
export function retention(values: Values): number | undefined {
  const { least, most } = RETENTION.minutes;
  const minutes = numberFrom(values, "retention", most, least);
  return minutes === undefined ? undefined : minutes * 60_000_000;
}

const LIMIT = /^([a-z-]+)=(\d{1,15})$/u;

export function profileChoice(values: Values): ProfileChoice {
  const given = values["limit"];
  const limits = (Array.isArray(given) ? (given as readonly string[]) : []).map((each) => {
    const [, name, value] = LIMIT.exec(each) ?? [];
    if (name !== undefined) return [name, Number(value)] as const;
    throw new UsageError(`--limit must be NAME=NUMBER, not "${each}"`);
  });
  return { name: text(values, "profile", "firstlight"), limits: new Map(limits) };
}

export function clockSpeed(values: Values, name: string): number {
  const given = text(values, name, "1");
  const speed = given === "frozen" ? 0 : Number(given);
  if (speed >= 0 && speed <= 100_000) return speed;
  throw new UsageError(`--${name} must be a number up to 100000 or "frozen", not "${given}"`);
}

export function testingOptions(values: Values): TestingOptions | undefined {
  const asked = ["testing", "inject", "clock"].some((name) => values[name] !== undefined);
  if (!asked) return undefined;
  return {
    inject: text(values, "inject", ""),
    clockSpeed: clockSpeed(values, "clock"),
  };
}

export const STRING: { readonly type: "string" } = { type: "string" };
export const FLAG: { readonly type: "boolean" } = { type: "boolean" };
export const PROFILE: {
  readonly profile: typeof STRING;
  readonly limit: { readonly type: "string"; readonly multiple: true };
} = { profile: STRING, limit: { type: "string", multiple: true } };
export const TLS: Readonly<Record<"tls" | "tls-cert" | "tls-key", typeof STRING>> = {
  tls: STRING,
  "tls-cert": STRING,
  "tls-key": STRING,
};

/** Those of `accessOptions`, whose mistakes are the user's. */
export function accessChoice(values: Values): AccessOptions {
  return asUsage(() => accessOptions(values));
}

export function asUsage<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof RangeError ? new UsageError(error.message) : error;
  }
}

export function parse(
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
