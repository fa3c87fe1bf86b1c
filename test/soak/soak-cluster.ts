/**
 * A real local cluster that can be harmed: processes are killed, stopped, continued and started
 * again by their names; pairs of services are cut off from each other by proxies.
 */
import { spawn } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { lives } from "../../packages/server/src/cluster/local-processes.ts";
import type { ClusterProcess } from "../support/processes.ts";
import { clusterProcesses, freePorts, startClusterAt } from "../support/processes.ts";
import type { Running } from "../support/processes.ts";
import { PairProxies } from "./pair-proxies.ts";
import { SmallDisks } from "./small-disks.ts";

const PORTS = 24;
const START_MILLIS_MAX = 30_000;

export interface SoakMember extends ClusterProcess {
  readonly name: string;
}

interface Harm {
  readonly proxies: PairProxies;
  readonly disks: SmallDisks;
}

export class SoakCluster {
  readonly directory: string;
  readonly proxies: PairProxies;
  readonly disks: SmallDisks;
  readonly #running: Running;
  /** Killed and not started again by us. */
  readonly #dead = new Set<string>();
  readonly #stopped = new Set<string>();

  private constructor(directory: string, running: Running, harm: Harm) {
    this.directory = directory;
    this.#running = running;
    this.proxies = harm.proxies;
    this.disks = harm.disks;
  }

  /** Starts it once without proxies to learn who its members are. */
  static async start(directory: string): Promise<SoakCluster> {
    const base = await freePorts(PORTS);
    const first = await startClusterAt(directory, base);
    const members = membersIn(directory);
    await first.stop();
    const services = members.filter(({ role }) => role !== "query-processor");
    const proxies = new PairProxies();
    const addressed = (each: SoakMember): { name: string; address: string } => ({
      name: each.name,
      address: each.addresses[0] ?? "",
    });
    await proxies.open(directory, members.map(addressed), services.map(addressed));
    const disks = new SmallDisks();
    for (const { name, role } of services) {
      if (role !== "adjudicator") disks.mount(name, join(directory, name));
    }
    return new SoakCluster(directory, await startClusterAt(directory, base), { proxies, disks });
  }

  get ports(): readonly number[] {
    return this.#running.ports;
  }

  get members(): readonly SoakMember[] {
    return membersIn(this.directory);
  }

  member(name: string): SoakMember {
    const found = this.members.find((each) => each.name === name);
    if (found === undefined) throw new Error(`no member ${name}`);
    return found;
  }

  /** Members of a role that run. */
  healthy(...roles: readonly string[]): readonly SoakMember[] {
    return this.members.filter(
      ({ name, role }) => roles.includes(role) && !this.#dead.has(name) && !this.#stopped.has(name),
    );
  }

  kill(name: string): void {
    signal(this.member(name).pid, "SIGKILL");
    this.#dead.add(name);
    this.#stopped.delete(name);
  }

  stop(name: string): void {
    signal(this.member(name).pid, "SIGSTOP");
    this.#stopped.add(name);
  }

  continue(name: string): void {
    if (this.#stopped.delete(name)) signal(this.member(name).pid, "SIGCONT");
  }

  /** Removes what a dead member stored. */
  wipe(name: string): void {
    if (!this.#dead.has(name)) throw new Error(`${name} runs`);
    for (const store of ["storage", "journal"]) {
      rmSync(join(this.directory, name, store), { recursive: true, force: true });
    }
  }

  /** Resolves when it is there again; a process that ends at once is started again. */
  async restart(name: string): Promise<void> {
    const giveUp = Date.now() + START_MILLIS_MAX;
    for (;;) {
      const before = this.member(name);
      spawn("sh", ["-c", before.restart], { stdio: "ignore", detached: true }).unref();
      const cameUp = (): boolean => {
        const { pid } = this.member(name);
        return pid !== before.pid && lives(pid);
      };
      const until = Math.min(giveUp, Date.now() + 5_000);
      while (Date.now() < until) {
        await pause(50);
        if (!cameUp()) continue;
        this.#dead.delete(name);
        return;
      }
      if (Date.now() >= giveUp) throw new Error(`${name} does not start:\n${this.logOf(name)}`);
    }
  }

  /** Members that ended by themselves. */
  fallen(): readonly SoakMember[] {
    return this.members.filter(({ name, pid }) => !this.#dead.has(name) && !lives(pid));
  }

  markDead(name: string): void {
    this.#dead.add(name);
  }

  logOf(name: string): string {
    const { log } = this.member(name);
    return existsSync(log) ? readFileSync(log, "utf8").slice(-3_000) : "";
  }

  async heal(): Promise<void> {
    for (const { name } of this.members) {
      this.proxies.mend(name);
      this.proxies.slow(name, 0);
      this.continue(name);
      if (this.disks.canBeFilled(name)) this.disks.empty(name);
    }
    for (const { name } of this.fallen()) this.#dead.add(name);
    await Promise.all([...this.#dead].map((name) => this.restart(name)));
  }

  async destroy(): Promise<void> {
    for (const { name } of this.members) this.continue(name);
    await this.#running.stop();
    await this.proxies.close();
    this.disks.unmount();
  }
}

export function membersIn(directory: string): readonly SoakMember[] {
  return Object.entries(clusterProcesses(directory)).map(([name, entry]) => ({ ...entry, name }));
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It ended by itself meanwhile.
  }
}

function pause(millis: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, millis);
  });
}
