/** Kills, stops and restarts members of a local cluster by their names, as cluster.json describes them. */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { eventually } from "./eventually.ts";
import { clusterProcesses } from "./processes.ts";

export function signalMember(directory: string, name: string, signal: NodeJS.Signals): void {
  const entry = clusterProcesses(directory)[name];
  if (entry === undefined) throw new Error(`no process ${name}`);
  process.kill(entry.pid, signal);
}

export function killMember(directory: string, name: string): void {
  signalMember(directory, name, "SIGKILL");
}

/** Runs the command that cluster.json gives, and waits until the file names the new process. */
export async function restartMember(directory: string, name: string): Promise<void> {
  const before = clusterProcesses(directory)[name];
  spawn("sh", ["-c", before?.restart ?? "false"], { stdio: "ignore", detached: true });
  const restarted = (): boolean => clusterProcesses(directory)[name]?.pid !== before?.pid;
  await eventually(`${name} in cluster.json`, restarted).catch((error: unknown) => {
    throw new Error(`${String(error)}; the end of its log: ${memberLog(directory, name)}`, {
      cause: error,
    });
  });
}

export function memberLog(directory: string, name: string): string {
  return readFileSync(clusterProcesses(directory)[name]?.log ?? "", "utf8").slice(-2_000);
}
