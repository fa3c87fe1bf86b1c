/**
 * cluster.json: what runs where. Written by whoever starts a process, under a lock, and replaced as a
 * whole, so that a reader sees a complete file at any time.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { ProfileChoice } from "@firstlight/query-processor";
import type { AccessOptions } from "../access-options.ts";
import { accessOptions } from "../access-options.ts";
import type { TlsMode, TlsOptions } from "../command-line/options.ts";
import type { AddedMember, ClusterLayout, Member, ReplacedJournal, Role } from "./layout.ts";
import { localCluster, membersOf, withReplacements } from "./layout.ts";

export interface ProcessEntry {
  readonly role: Role;
  readonly pid: number;
  readonly addresses: readonly string[];
  readonly log: string;
  /** A shell command that starts it again, alone and in the background. */
  readonly restart: string;
}

export interface ClusterFile {
  readonly basePort: number;
  /** How far wall clocks may be from true time; left out: one monotonic clock for all. */
  readonly clockErrorMicros?: number;
  readonly processes: Readonly<Record<string, ProcessEntry>>;
  /** The places of the journal that were given to other processes; left out: none. */
  readonly journals?: readonly ReplacedJournal[];
  /** How query processors encrypt; left out: as they do by themselves. */
  readonly tls?: ClusterTls;
  /** What query processors offer; left out: everything. */
  readonly profile?: ClusterProfile;
  /** Whether adjudicators move ranges by load; left out: they do. */
  readonly balances?: boolean;
  /** Commits per second below which none is relieved; left out: as by default. */
  readonly balanceFrom?: number;
  /** For how long old versions can be read; left out: as storage has it. */
  readonly retentionMicros?: number;
  /** Who may connect to them; left out: as they decide by themselves. */
  readonly access?: ClusterAccess;
  /** Storage replicas beyond those that every local cluster has. */
  readonly added?: readonly AddedMember[];
}

export type ClusterAccess = Partial<
  Pick<AccessOptions, "auth" | "region" | "clusterId" | "credentialsPath">
>;

export function clusterAccess(options: AccessOptions): ClusterAccess {
  const { auth, region, clusterId, credentialsPath } = options;
  const path = credentialsPath === undefined ? undefined : resolve(credentialsPath);
  return { auth, region, clusterId, credentialsPath: path };
}

export function accessOf({ access }: ClusterFile): AccessOptions {
  return { ...accessOptions({}), ...access };
}

export interface ClusterProfile {
  readonly name: string;
  readonly limits: Readonly<Record<string, number>>;
}

export function clusterProfile({ name, limits = new Map() }: ProfileChoice): ClusterProfile {
  return { name, limits: Object.fromEntries(limits) };
}

export function profileChoice({ profile }: ClusterFile): ProfileChoice {
  const { name = "firstlight", limits = {} } = profile ?? {};
  return { name, limits: new Map(Object.entries(limits)) };
}

export interface ClusterTls {
  readonly mode?: TlsMode;
  readonly certificatePath?: string;
  readonly keyPath?: string;
}

/** Paths become absolute: processes may be restarted from anywhere. */
export function clusterTls({ mode, certificatePath, keyPath }: TlsOptions): ClusterTls {
  return {
    ...(mode === undefined ? {} : { mode }),
    ...(certificatePath === undefined ? {} : { certificatePath: resolve(certificatePath) }),
    ...(keyPath === undefined ? {} : { keyPath: resolve(keyPath) }),
  };
}

const LOCK_ATTEMPTS = 500;
const LOCK_PAUSE_MILLIS = 10;

function pathOf(directory: string): string {
  return join(directory, "cluster.json");
}

export function logPath(directory: string, name: string): string {
  return join(resolve(directory), "logs", `${name}.log`);
}

export function readClusterFile(directory: string): ClusterFile {
  return JSON.parse(readFileSync(pathOf(directory), "utf8")) as ClusterFile;
}

/** What runs in a cluster with this file. */
export function layoutOf({ basePort, added, journals = [] }: ClusterFile): ClusterLayout {
  return withReplacements(localCluster(basePort, added), journals);
}

/** Of a cluster that was started before; none where there was none. */
export function replacedJournals(directory: string): readonly ReplacedJournal[] {
  return existsSync(pathOf(directory)) ? (readClusterFile(directory).journals ?? []) : [];
}

function shellQuote(text: string): string {
  return /^[\w@%+=:,./-]+$/u.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** Young objects of a request die young: a larger nursery halves the collector's work. */
export const NODE_OPTIONS: readonly string[] = ["--max-semi-space-size=32"];

export const MAIN_PATH: string = fileURLToPath(new URL("../main.js", import.meta.url));

function restartCommand(directory: string, name: string): string {
  const words = [
    process.execPath,
    ...NODE_OPTIONS,
    MAIN_PATH,
    "role",
    "--name",
    name,
    "--data-dir",
    resolve(directory),
  ];
  const log = shellQuote(logPath(directory, name));
  return `nohup ${words.map(shellQuote).join(" ")} >> ${log} 2>&1 < /dev/null &`;
}

function entryOf(directory: string, member: Member, pid: number): ProcessEntry {
  return {
    role: member.role,
    pid,
    addresses: [member.address],
    log: logPath(directory, member.name),
    restart: restartCommand(directory, member.name),
  };
}

function writeWhole(directory: string, file: ClusterFile): void {
  const temporary = `${pathOf(directory)}.${process.pid}`;
  writeFileSync(temporary, `${JSON.stringify(file, undefined, 2)}\n`);
  renameSync(temporary, pathOf(directory));
}

export function writeClusterFile(
  directory: string,
  cluster: Omit<ClusterFile, "processes">,
  layout: ClusterLayout,
  pids: ReadonlyMap<string, number>,
): void {
  const entries = layout.members.map((member) => {
    const entry = entryOf(directory, member, pids.get(member.name) ?? 0);
    return [member.name, entry] as const;
  });
  writeWhole(directory, { ...cluster, processes: Object.fromEntries(entries) });
}

function pause(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LOCK_PAUSE_MILLIS);
}

function withLock(directory: string, change: () => void): void {
  const lock = join(directory, "cluster.json.lock");
  for (let attempt = 0; attempt < LOCK_ATTEMPTS; attempt++) {
    try {
      mkdirSync(lock);
      break;
    } catch {
      // Its holder died if it is still there after all attempts: go on without it.
      pause();
    }
  }
  try {
    change();
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
}

/** Those that an earlier start, or a command, has added. */
export function addedMembers(directory: string): readonly AddedMember[] {
  return existsSync(pathOf(directory)) ? (readClusterFile(directory).added ?? []) : [];
}

/** Returns the shell command that starts it. */
export function addMember(directory: string, { name, address }: AddedMember): string {
  const member: Member = { name, role: "storage", address };
  const entry = entryOf(directory, member, 0);
  withLock(directory, () => {
    const file = readClusterFile(directory);
    const added = [...(file.added ?? []).filter((each) => each.name !== name), { name, address }];
    writeWhole(directory, { ...file, added, processes: { ...file.processes, [name]: entry } });
  });
  return entry.restart;
}

export function removeMember(directory: string, name: string): void {
  withLock(directory, () => {
    const file = readClusterFile(directory);
    const { [name]: _, ...processes } = file.processes;
    const added = (file.added ?? []).filter((each) => each.name !== name);
    writeWhole(directory, { ...file, added, processes });
  });
}

/** Who has a place now, and the shell command that starts it. */
export interface JournalSuccessor {
  readonly member: Member;
  readonly restart: string;
}

/** Who has been given the place of the journal replica `name`. */
export function journalSuccessor(directory: string, name: string): JournalSuccessor | undefined {
  const file = readClusterFile(directory);
  const found = file.journals?.find(({ replaces }) => replaces === name);
  const member = membersOf(layoutOf(file), "journal").find((each) => each.name === found?.name);
  return member === undefined
    ? undefined
    : { member, restart: entryOf(directory, member, 0).restart };
}

/** Gives the place of the journal replica `name` to a process that does not exist yet, for good. */
export function replaceJournal(directory: string, name: string, address: string): JournalSuccessor {
  let given: JournalSuccessor | undefined;
  withLock(directory, () => {
    const file = readClusterFile(directory);
    const journals = membersOf(layoutOf(file), "journal");
    const place = journals.findIndex((member) => member.name === name);
    const before = journals[place];
    if (before === undefined) throw new RangeError(`the cluster has no journal replica "${name}"`);
    const others = (file.journals ?? []).filter((each) => each.place !== place);
    const generation = (before.generation ?? 0) + 1;
    const successor = newName(file, journals);
    const replaced = { place, generation, name: successor, address, replaces: name };
    const member = { name: replaced.name, role: "journal", address, generation } as const;
    const { [name]: _, ...left } = file.processes;
    const entry = entryOf(directory, member, 0);
    writeWhole(directory, {
      ...file,
      journals: [...others, replaced],
      processes: { ...left, [member.name]: entry },
    });
    given = { member, restart: entry.restart };
  });
  if (given === undefined) throw new Error("cluster.json could not be changed");
  return given;
}

/** One that no process has had: its directory may still be there. */
function newName({ journals = [] }: ClusterFile, members: readonly Member[]): string {
  const total = members.length + journals.reduce((sum, { generation }) => sum + generation, 0);
  return `journal-${total + 1}`;
}

/** Records that this process is now `name`. */
export function recordProcess(directory: string, name: string, pid: number): void {
  withLock(directory, () => {
    const file = readClusterFile(directory);
    const entry = file.processes[name];
    if (entry === undefined || entry.pid === pid) return;
    const processes = { ...file.processes, [name]: { ...entry, pid } };
    writeWhole(directory, { ...file, processes });
  });
}
