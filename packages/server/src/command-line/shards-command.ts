/** `firstlight shards`: what to do, to which shard or member, and how. */
import type { ShardsOptions } from "../shards-options.ts";
import { UsageError } from "./options.ts";
import type { Command } from "./options.ts";
import { FLAG, STRING, numberFrom, parse, text } from "./values.ts";
import type { Values } from "./values.ts";

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

const POLICY = {
  automatic: STRING,
  merges: STRING,
  moves: STRING,
  "max-bytes": STRING,
  "max-reads": STRING,
  "max-moves": STRING,
  pause: STRING,
} as const;
const CHANGE = { from: STRING, to: STRING, at: STRING, force: FLAG, port: STRING } as const;

export function shardsCommand(args: string[]): Command {
  const words = args.slice(0, args.findIndex((each) => each.startsWith("--")) >>> 0);
  const values = parse(args.slice(words.length), { "data-dir": STRING, ...CHANGE, ...POLICY });
  const options: ShardsOptions = {
    dataDirectory: text(values, "data-dir", "./data/cluster"),
    ...subjectOf(words),
    ...changeOf(values),
    ...policyOf(values),
  };
  return { command: "shards", options };
}

function subjectOf([action = "list", name = "", ...rest]: readonly string[]): Pick<
  ShardsOptions,
  "action" | "name"
> {
  if (!SHARD_ACTIONS.has(action)) throw new UsageError(`firstlight shards cannot "${action}"`);
  const isNameless = action === "list" || action === "policy";
  if ((name === "") === isNameless && rest.length === 0) return { action, name };
  throw new UsageError(`firstlight shards ${action} takes ${isNameless ? "no name" : "one name"}`);
}

function changeOf(values: Values): Pick<ShardsOptions, "from" | "to" | "at" | "force" | "port"> {
  const at = given(values, "at");
  if (at !== undefined && !/^([\da-f]{2})+$/iu.test(at)) {
    throw new UsageError(`--at must be the bytes of a key in hexadecimal, not "${at}"`);
  }
  return {
    from: given(values, "from"),
    to: given(values, "to"),
    at,
    force: values["force"] === true,
    port: numberFrom(values, "port", 65_535),
  };
}

type Policy = Omit<
  ShardsOptions,
  "dataDirectory" | "action" | "name" | "from" | "to" | "at" | "force" | "port"
>;

function policyOf(values: Values): Policy {
  return {
    automatic: isOn(values, "automatic"),
    merges: isOn(values, "merges"),
    moves: isOn(values, "moves"),
    movesMax: numberFrom(values, "max-moves", 1_000),
    bytesMax: numberFrom(values, "max-bytes", Number.MAX_SAFE_INTEGER),
    readsMax: numberFrom(values, "max-reads", 1_000_000_000),
    pauseSeconds: numberFrom(values, "pause", 86_400),
  };
}

function given(values: Values, option: string): string | undefined {
  return values[option] === undefined ? undefined : text(values, option, "");
}

function isOn(values: Values, option: string): boolean | undefined {
  const word = given(values, option);
  if (word === undefined) return undefined;
  if (word === "on" || word === "off") return word === "on";
  throw new UsageError(`--${option} must be on or off, not "${word}"`);
}
