/** The commands that serve: the embedded database, the local cluster, and one of its processes. */
import { ACCESS, CLUSTER_ACCESS } from "../access-options.ts";
import { UsageError } from "./options.ts";
import type { Command } from "./options.ts";
import {
  FLAG,
  PROFILE,
  STRING,
  TLS,
  accessChoice,
  logLevel,
  numberFrom,
  parse,
  port,
  profileChoice,
  retention,
  testingOptions,
  text,
  tlsOptions,
} from "./values.ts";

export function startCommand(args: string[]): Command {
  const values = parse(args, {
    port: STRING,
    host: STRING,
    "data-dir": STRING,
    "log-level": STRING,
    "allow-unauthenticated": FLAG,
    "no-analyze": FLAG,
    "max-connections": STRING,
    "max-message-size": STRING,
    retention: STRING,
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
      retentionMicros: retention(values),
      messageBytesMax: mebibytes === undefined ? undefined : mebibytes * 2 ** 20,
      profile: profileChoice(values),
      testing: testingOptions(values),
      access: accessChoice(values),
    },
  };
}

/** Every commit waits for about twice as long. */
const CLOCK_ERROR_MILLIS_MAX = 10_000;

export function clusterCommand(args: string[]): Command {
  const values = parse(args, {
    "base-port": STRING,
    "clock-error": STRING,
    "data-dir": STRING,
    "log-level": STRING,
    supervise: FLAG,
    "no-balance": FLAG,
    "balance-from": STRING,
    retention: STRING,
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
      retentionMicros: retention(values),
      balanceFrom: numberFrom(values, "balance-from", 1_000_000),
      tls: tlsOptions(values),
      profile: profileChoice(values),
      access: accessChoice(values),
    },
  };
}

export function roleCommand(args: string[]): Command {
  const values = parse(args, { name: STRING, "data-dir": STRING, "log-level": STRING });
  const name = text(values, "name", "");
  if (name === "") throw new UsageError("firstlight role needs --name");
  const dataDirectory = text(values, "data-dir", "./data/cluster");
  return { command: "role", options: { name, dataDirectory, logLevel: logLevel(values) } };
}
