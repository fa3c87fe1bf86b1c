/**
 * The clusters that a server stands for. The first is there from the start and is the database
 * `postgres`; each further one has a database of its own, made BEFORE the cluster is ACTIVE and
 * dropped AFTER nobody can connect to it any more. All have the same roles. What is known of them is
 * kept in a file, replaced as a whole.
 */
import type { Clock, Log, Random } from "@firstlight/common";
import type { ClusterDirectory, ClusterPlace } from "@firstlight/query-processor";
import { IDENTIFIER, arnOf, clusterNamed, identifierOf } from "./cluster-name.ts";
import { conflict, notFound, tooManyClusters } from "./service-error.ts";

/** Per account and Region, as the service has it. */
const CLUSTERS_MAX = 20;
const IDENTIFIER_BYTES = 16;

export type ClusterStatus = "CREATING" | "ACTIVE" | "DELETING" | "FAILED";

export interface ClusterPolicy {
  readonly text: string;
  readonly version: number;
}

export interface Cluster {
  readonly identifier: string;
  readonly status: ClusterStatus;
  /** Inside of this server. */
  readonly database: string;
  /** Seconds since the Unix epoch. */
  readonly createdAt: number;
  readonly isProtected: boolean;
  readonly kmsKey: string | undefined;
  readonly tags: Readonly<Record<string, string>>;
  readonly policy: ClusterPolicy | undefined;
  /** Of the request that made it: the same again is answered with what it made. */
  readonly clientToken: string | undefined;
}

/** What a new cluster is asked to be. */
export type ClusterWish = Pick<
  Cluster,
  "isProtected" | "kmsKey" | "tags" | "policy" | "clientToken"
>;

/** Where clusters have their rows. */
export interface DatabaseSpace {
  names(): Promise<readonly string[]>;
  create(database: string): Promise<void>;
  /** Ends the sessions that are in it. */
  drop(database: string): Promise<void>;
}

export interface ClusterFile {
  /** Undefined when there is none yet. */
  read(): readonly Cluster[] | undefined;
  write(clusters: readonly Cluster[]): void;
}

export interface RegistryParts {
  readonly region: string;
  readonly file: ClusterFile;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

export class ClusterRegistry implements ClusterDirectory {
  readonly region: string;
  readonly #parts: RegistryParts;
  readonly #clusters = new Map<string, Cluster>();
  readonly #first: string;
  #space: DatabaseSpace | undefined;
  /** Creations and deletions, one after the other. */
  #work: Promise<void> = Promise.resolve();

  /** `first`: the identifier of the cluster that is there from the start. */
  constructor(parts: RegistryParts, first: string) {
    this.region = parts.region;
    this.#parts = parts;
    this.#first = first;
    for (const cluster of parts.file.read() ?? []) {
      if (cluster.database !== FIRST_DATABASE) this.#clusters.set(cluster.identifier, cluster);
      else if (cluster.identifier === first) this.#clusters.set(first, cluster);
    }
    if (!this.#clusters.has(first))
      this.#put(this.#newCluster(first, FIRST_DATABASE, NOTHING_ASKED));
  }

  /** From now on clusters can be made and deleted; what was under way when the process ended goes on. */
  open(space: DatabaseSpace): void {
    this.#space = space;
    for (const cluster of this.#clusters.values()) {
      if (cluster.status === "CREATING") this.#build(cluster);
      if (cluster.status === "DELETING") this.#demolish(cluster);
    }
  }

  /**
   * The databases were put back to an earlier state: clusters that had none then are gone, and those
   * that were deleted since are back, with nothing known of them but their name.
   */
  async adoptDatabases(): Promise<void> {
    this.#schedule(async (space) => {
      const names = new Set(await space.names());
      for (const { identifier, database } of this.all) {
        if (database !== FIRST_DATABASE && !names.delete(database)) {
          this.#clusters.delete(identifier);
        }
      }
      for (const name of names) this.#adopt(name);
      this.#keep();
    });
    await this.#work;
  }

  #adopt(database: string): void {
    const identifier = database.slice(DATABASE_PREFIX.length);
    if (!database.startsWith(DATABASE_PREFIX) || !IDENTIFIER.test(identifier)) return;
    this.#clusters.set(identifier, this.#newCluster(identifier, database, NOTHING_ASKED));
  }

  /** Resolves when nothing is under way. */
  settled(): Promise<void> {
    return this.#work;
  }

  find(host: string | undefined): ClusterPlace | undefined {
    const named = host === undefined ? undefined : clusterNamed(host);
    if (named === undefined) return this.#clusters.get(this.#first);
    if (named.region !== undefined && named.region !== this.region) return undefined;
    const cluster = this.#clusters.get(named.identifier);
    return cluster?.status === "ACTIVE" ? cluster : undefined;
  }

  get first(): Cluster {
    return this.cluster(this.#first);
  }

  get firstArn(): string {
    return arnOf(this.#first, this.region);
  }

  /** In the order in which they were made. */
  get all(): readonly Cluster[] {
    return [...this.#clusters.values()];
  }

  /** Throws ResourceNotFoundException. */
  cluster(identifier: string): Cluster {
    const cluster = this.#clusters.get(identifier);
    if (cluster === undefined) throw notFound("cluster", identifier);
    return cluster;
  }

  create(wish: ClusterWish): Cluster {
    const known = wish.clientToken === undefined ? undefined : this.#madeBy(wish.clientToken);
    if (known !== undefined) return known;
    if (this.#clusters.size >= CLUSTERS_MAX) throw tooManyClusters();
    const identifier = identifierOf(this.#parts.random.bytes(IDENTIFIER_BYTES));
    const cluster = this.#newCluster(identifier, DATABASE_PREFIX + identifier, wish);
    this.#put({ ...cluster, status: "CREATING" });
    this.#build(cluster);
    return this.cluster(identifier);
  }

  #madeBy(clientToken: string): Cluster | undefined {
    return this.all.find((each) => each.clientToken === clientToken);
  }

  #newCluster(identifier: string, database: string, wish: ClusterWish): Cluster {
    const createdAt = Math.floor(this.#parts.clock.now().latest / 1000) / 1000;
    return { identifier, status: "ACTIVE", database, createdAt, ...wish };
  }

  change(cluster: Cluster): void {
    this.#put(cluster);
  }

  /** The first one stays: it is the server itself. */
  delete(identifier: string): Cluster {
    const cluster = this.cluster(identifier);
    if (identifier === this.#first) {
      throw conflict(identifier, "The cluster that this server began with cannot be deleted.");
    }
    if (cluster.status === "DELETING") return cluster;
    if (cluster.status === "CREATING") {
      throw conflict(identifier, "The cluster is being created.");
    }
    this.#put({ ...cluster, status: "DELETING" });
    this.#demolish(cluster);
    return this.cluster(identifier);
  }

  #build({ identifier, database }: Cluster): void {
    this.#schedule(async (space) => {
      const failure = await space.create(database).then(() => undefined, this.#reported);
      const status = failure === undefined ? "ACTIVE" : "FAILED";
      this.#put({ ...this.cluster(identifier), status });
    });
  }

  #demolish({ identifier, database }: Cluster): void {
    this.#schedule(async (space) => {
      const failure = await space.drop(database).then(() => undefined, this.#reported);
      if (failure !== undefined)
        return this.#put({ ...this.cluster(identifier), status: "FAILED" });
      this.#clusters.delete(identifier);
      this.#keep();
    });
  }

  readonly #reported = (error: unknown): unknown => {
    this.#parts.log.error("the database of a cluster could not be made or dropped", { error });
    return error ?? "unknown";
  };

  #schedule(step: (space: DatabaseSpace) => Promise<void>): void {
    const space = this.#space;
    if (space !== undefined) this.#work = this.#work.then(() => step(space));
  }

  #put(cluster: Cluster): void {
    this.#clusters.set(cluster.identifier, cluster);
    this.#keep();
  }

  #keep(): void {
    this.#parts.file.write(this.all);
  }
}

const FIRST_DATABASE = "postgres";
/** Before the identifier. */
const DATABASE_PREFIX = "cluster_";

const NOTHING_ASKED: ClusterWish = {
  isProtected: true,
  kmsKey: undefined,
  tags: {},
  policy: undefined,
  clientToken: undefined,
};
