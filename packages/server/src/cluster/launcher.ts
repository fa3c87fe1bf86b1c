/**
 * Starts the local cluster's processes and watches over them: reports one that dies, restarts it only
 * when asked to supervise, stops all on a signal.
 */
import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { mkdirSync, openSync } from "node:fs";
import { join, resolve } from "node:path";
import { sharedAnchor } from "../adapters/system-clock.ts";
import type { ClusterOptions } from "../command-line/options.ts";
import {
  MAIN_PATH,
  NODE_OPTIONS,
  addedMembers,
  clusterAccess,
  clusterProfile,
  clusterTls,
  logPath,
  readClusterFile,
  recordProcess,
  replacedJournals,
  writeClusterFile,
} from "./cluster-file.ts";
import type { AddedMember, ClusterLayout, Member, ReplacedJournal, Role } from "./layout.ts";
import { isFree, terminate } from "./local-processes.ts";
import { markNewJournals } from "./new-journals.ts";
import { localCluster, membersOf, withReplacements } from "./layout.ts";

const START_TIMEOUT_MILLIS = 60_000;
const RESTART_PAUSE_MILLIS = 1_000;

interface Child {
  readonly member: Member;
  readonly process: ChildProcess;
  readonly ready: Promise<void>;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

export class Launcher {
  readonly #options: ClusterOptions;
  readonly #directory: string;
  readonly #added: readonly AddedMember[];
  readonly #layout: ClusterLayout;
  readonly #journals: readonly ReplacedJournal[];
  readonly #children = new Map<string, Child>();
  #stopping = false;
  /** What cluster.json says is of this start, not of an earlier one. */
  #recorded = false;

  constructor(options: ClusterOptions) {
    this.#options = options;
    this.#directory = resolve(options.dataDirectory);
    this.#added = addedMembers(this.#directory);
    this.#journals = replacedJournals(this.#directory);
    const layout = localCluster(options.basePort, this.#added);
    this.#layout = withReplacements(layout, this.#journals);
  }

  /** Resolves when every process is ready. */
  async start(): Promise<void> {
    mkdirSync(join(this.#directory, "logs"), { recursive: true });
    await refuseUsedPorts(this.#layout);
    sharedAnchor(this.#directory);
    markNewJournals(this.#directory, this.#layout);
    const { basePort, clockErrorMicros, tls, profile, access, balances, balanceFrom } =
      this.#options;
    const { retentionMicros } = this.#options;
    const cluster = {
      basePort,
      balances,
      ...(balanceFrom === undefined ? {} : { balanceFrom }),
      ...(retentionMicros === undefined ? {} : { retentionMicros }),
      ...(clockErrorMicros === undefined ? {} : { clockErrorMicros }),
      tls: clusterTls(tls),
      profile: clusterProfile(profile),
      access: clusterAccess(access),
      added: this.#added,
      journals: this.#journals,
    };
    writeClusterFile(this.#directory, cluster, this.#layout, new Map());
    this.#recorded = true;
    for (const member of this.#layout.members) this.#spawn(member);
    const pids = new Map(
      [...this.#children].map(([name, child]) => [name, child.process.pid ?? 0]),
    );
    writeClusterFile(this.#directory, cluster, this.#layout, pids);
    await Promise.all([...this.#children.values()].map((child) => child.ready));
    for (const member of membersOf(this.#layout, "query-processor")) {
      say(`ready: psql postgresql://postgres@${member.address}/postgres`);
    }
  }

  #spawn(member: Member): Child {
    const { name } = member;
    const log = openSync(logPath(this.#directory, name), "a");
    const args = [MAIN_PATH, "role", "--name", name, "--data-dir", this.#directory];
    const level = ["--log-level", this.#options.logLevel];
    const stdio = ["ignore", log, log, "ipc"] as ["ignore", number, number, "ipc"];
    const child = spawn(process.execPath, [...NODE_OPTIONS, ...args, ...level], {
      stdio,
      detached: true,
    });
    const ready = readiness(child, name, logPath(this.#directory, name));
    const entry: Child = { member, process: child, ready };
    this.#children.set(name, entry);
    child.on("exit", (code, signal) => this.#exited(entry, code, signal));
    return entry;
  }

  #exited(child: Child, code: number | null, signal: string | null): void {
    const { name } = child.member;
    if (this.#stopping || this.#children.get(name) !== child) return;
    this.#children.delete(name);
    const how = signal === null ? `with code ${code ?? "?"}` : `by ${signal}`;
    say(`${name} ended ${how}; its log is ${logPath(this.#directory, name)}`);
    if (!this.#options.supervise || !this.#isMember(name)) return;
    setTimeout(() => this.#restart(child.member), RESTART_PAUSE_MILLIS);
  }

  /** Not if another process was given its place. */
  #isMember(name: string): boolean {
    return readClusterFile(this.#directory).processes[name] !== undefined;
  }

  #restart(member: Member): void {
    if (this.#stopping || !this.#isMember(member.name)) return;
    const child = this.#spawn(member);
    recordProcess(this.#directory, member.name, child.process.pid ?? 0);
    child.ready.then(
      () => say(`${member.name} runs again`),
      (error: unknown) => say(String(error)),
    );
  }

  /** Stops every process of the cluster, those that were started by hand included. */
  async stop(): Promise<void> {
    if (this.#stopping) return;
    this.#stopping = true;
    // Numbers of processes that an earlier start has left there may be anybody's by now.
    const recorded = this.#recorded
      ? Object.values(readClusterFile(this.#directory).processes)
      : [];
    const order = ["query-processor", "storage", "adjudicator", "journal"] as const;
    for (const role of order) {
      const pids = new Set(recorded.filter((each) => each.role === role).map(({ pid }) => pid));
      for (const pid of this.#childrenOf(role)) pids.add(pid);
      await Promise.all([...pids].map((pid) => terminate(pid)));
    }
  }

  /** Those that have not been written down yet included. */
  #childrenOf(role: Role): readonly number[] {
    return [...this.#children.values()]
      .filter(({ member, process: { exitCode } }) => member.role === role && exitCode === null)
      .map((child) => child.process.pid ?? 0);
  }
}

/** One clear line instead of the first of eleven processes that fails. */
async function refuseUsedPorts(layout: ClusterLayout): Promise<void> {
  for (const { name, address } of layout.members) {
    const [host = "", port = ""] = address.split(":");
    if (await isFree(host, Number(port))) continue;
    throw new Error(`port ${port}, meant for ${name}, is in use; choose another --base-port`);
  }
}

function readiness(child: ChildProcess, name: string, log: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(
        new Error(
          `${name} is not ready after ${START_TIMEOUT_MILLIS / 1_000} s; its log is ${log}`,
        ),
      );
    }, START_TIMEOUT_MILLIS);
    child.once("message", () => {
      clearTimeout(timer);
      // The channel stays open: its end tells the process that this one is gone.
      child.unref();
      resolve();
    });
    child.once("exit", () => {
      clearTimeout(timer);
      reject(new Error(`${name} could not be started; its log is ${log}`));
    });
  });
}
