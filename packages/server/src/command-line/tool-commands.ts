/** The commands that do something to a database or a cluster, or with its certificates and tokens. */
import { ACCESS } from "../access-options.ts";
import { RANGES_OPTIONS, rangesOptions } from "../ranges-options.ts";
import { UsageError } from "./options.ts";
import type { Command, ControlOptions } from "./options.ts";
import { FLAG, STRING, accessChoice, asUsage, clockSpeed, parse, text } from "./values.ts";
import type { Values } from "./values.ts";

/** One command of a running database: what it says to which control. */
export function controlCommand(command: string, args: string[]): Command {
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

export const CONTROL_OPTIONS: Readonly<Record<string, Readonly<Record<string, typeof STRING>>>> = {
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

export function tokenCommand(args: string[]): Command {
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

export function replaceCommand(args: string[]): Command {
  const values = parse(args, { "data-dir": STRING, name: STRING, address: STRING });
  const [name, address] = [text(values, "name", ""), text(values, "address", "")];
  if (name === "") throw new UsageError("replace needs --name, the replica that is gone");
  if (!/^[^:]+:\d+$/u.test(address)) throw new UsageError("replace needs --address HOST:PORT");
  const dataDirectory = text(values, "data-dir", "./data/cluster");
  return { command: "replace", options: { name, address, dataDirectory } };
}

export function certCommand(args: string[]): Command {
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

export function rangesCommand(args: string[]): Command {
  const [first] = args;
  const change = first === undefined || first.startsWith("--") ? undefined : first;
  const values = parse(change === undefined ? args : args.slice(1), RANGES_OPTIONS);
  return { command: "ranges", options: asUsage(() => rangesOptions(change, values)) };
}
