/**
 * Reads the command line: one table of options per command, one clear line per mistake. What takes
 * the engine to be checked is left to the commands: most of them do without it.
 */
import { lintCommand } from "./lint-command.ts";
import { UsageError } from "./options.ts";
import type { Command } from "./options.ts";
import { clusterCommand, roleCommand, startCommand } from "./serving-commands.ts";
import { shardsCommand } from "./shards-command.ts";
import {
  CONTROL_OPTIONS,
  certCommand,
  controlCommand,
  rangesCommand,
  replaceCommand,
  tokenCommand,
} from "./tool-commands.ts";

const COMMANDS: Readonly<Record<string, (args: string[]) => Command>> = {
  start: startCommand,
  cluster: clusterCommand,
  role: roleCommand,
  shards: shardsCommand,
  replace: replaceCommand,
  token: tokenCommand,
  cert: certCommand,
  lint: lintCommand,
  ranges: rangesCommand,
};

/** Throws a UsageError. */
export function parseCommand(args: readonly string[]): Command {
  const [command = "help", ...rest] = args;
  const asksForHelp = command === "help" || command === "--help" || rest.includes("--help");
  if (asksForHelp) return { command: "help" };
  if (Object.hasOwn(CONTROL_OPTIONS, command)) return controlCommand(command, rest);
  const read = Object.hasOwn(COMMANDS, command) ? COMMANDS[command] : undefined;
  if (read !== undefined) return read(rest);
  throw new UsageError(`unknown command "${command}"; try "firstlight help"`);
}
