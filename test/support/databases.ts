/** The two compositions that system tests run against, started once per test file. */
import pg from "pg";
import type { Running } from "./processes.ts";
import { removeDirectory, startCluster, startServer, temporaryDirectory } from "./processes.ts";

export type Composition = "embedded" | "cluster";
export const COMPOSITIONS: readonly Composition[] = ["embedded", "cluster"];

export interface TestDatabase {
  readonly running: Running;
  /** Session number `n` goes to a query processor in turn. */
  connect(n?: number): Promise<pg.Client>;
  /** Ends the processes and removes the data. */
  destroy(): Promise<void>;
}

export async function connectTo(port: number, extra: pg.ClientConfig = {}): Promise<pg.Client> {
  const client = new pg.Client({
    host: "127.0.0.1",
    port,
    user: "postgres",
    database: "postgres",
    ...extra,
  });
  // A killed server ends idle connections; the test's next query reports it.
  client.on("error", () => {});
  await client.connect();
  return client;
}

/** The dsql profile for tests that are not about who may connect. */
const OPEN_ACCESS = ["--auth", "trust", "--tls", "off"];

/** With more options of the command line than it needs. */
export async function startDatabase(
  composition: Composition,
  given: string[] = [],
): Promise<TestDatabase> {
  const directory = temporaryDirectory(composition);
  const opens = given.includes("--profile") && !given.includes("--auth");
  const options = opens ? [...given, ...OPEN_ACCESS] : given;
  const running =
    composition === "embedded"
      ? await startServer(directory, options)
      : await startCluster(directory, options);
  return {
    running,
    connect: (n = 0) => connectTo(running.ports[n % running.ports.length] ?? 0),
    destroy: async () => {
      await running.stop();
      removeDirectory(directory);
    },
  };
}

/** Values as the server sent them. */
export const AS_TEXT: pg.CustomTypesConfig = {
  getTypeParser: () => (value: string) => value,
};
