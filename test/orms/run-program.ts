/** One program of an object mapper against the server at a port. */
import type { CommandResult } from "../support/command.ts";
import { runProgram } from "../support/command.ts";
import { PYTHON } from "./program-missing.ts";

export function runMapper(file: string, port: number): Promise<CommandResult> {
  const isPython = file.endsWith(".py");
  const args = isPython ? ["-W", "ignore", file, String(port)] : [file, String(port)];
  return runProgram(isPython ? PYTHON : process.execPath, args, {});
}
