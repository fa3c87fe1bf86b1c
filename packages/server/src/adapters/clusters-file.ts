/** What a server knows of its clusters, in clusters.json of the data directory. */
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Cluster, ClusterFile } from "../control-plane/cluster-registry.ts";

const FORMAT = 1;

function clustersIn(text: string): readonly Cluster[] | undefined {
  const value: unknown = JSON.parse(text);
  if (typeof value !== "object" || value === null || !("format" in value)) return undefined;
  if (value.format !== FORMAT || !("clusters" in value)) return undefined;
  return Array.isArray(value.clusters) ? (value.clusters as readonly Cluster[]) : undefined;
}

export class LocalClusterFile implements ClusterFile {
  readonly #path: string;

  constructor(dataDirectory: string) {
    this.#path = join(dataDirectory, "clusters.json");
  }

  read(): readonly Cluster[] | undefined {
    if (!existsSync(this.#path)) return undefined;
    const clusters = clustersIn(readFileSync(this.#path, "utf8"));
    if (clusters === undefined) throw new Error(`${this.#path} is not a list of clusters`);
    return clusters;
  }

  /** A reader sees all of it or none. */
  write(clusters: readonly Cluster[]): void {
    const temporary = `${this.#path}.${String(process.pid)}`;
    writeFileSync(temporary, `${JSON.stringify({ format: FORMAT, clusters }, undefined, 2)}\n`);
    renameSync(temporary, this.#path);
  }
}
