/** The command line as a user runs it, for commands that end by themselves. */
import { execFileSync, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const MAIN = fileURLToPath(new URL("../../packages/server/dist/main.js", import.meta.url));
const MILLIS_MAX = 120_000;

export interface CommandResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Why a program cannot be run here; undefined: it can. */
export function programMissing(name: string, ...args: string[]): string | undefined {
  try {
    execFileSync(name, args.length === 0 ? ["--version"] : args, { stdio: "ignore" });
    return undefined;
  } catch {
    return `${name} is not installed`;
  }
}

export function runProgram(
  file: string,
  args: readonly string[],
  options: { readonly input?: string; readonly env?: NodeJS.ProcessEnv } = {},
): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, {
      env: { ...process.env, ...options.env },
      timeout: MILLIS_MAX,
      killSignal: "SIGKILL",
    });
    let stdout = "";
    let stderr = "";
    child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString("utf8")));
    child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString("utf8")));
    child.stdin.on("error", () => {});
    child.stdin.end(options.input ?? "");
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, stdout, stderr }));
  });
}

export function runFirstlight(...args: string[]): Promise<CommandResult> {
  return runProgram(process.execPath, [MAIN, ...args]);
}
