/** Drivers of other languages log in with tokens, certificates verified, at the cluster's own name. */
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { programMissing, runFirstlight, runProgram } from "../support/command.ts";
import { buildMissing } from "../support/processes.ts";
import type { LocalCluster } from "./local-cluster.ts";
import { ENDPOINT, startLocalCluster } from "./local-cluster.ts";

const PROGRAMS = resolve(import.meta.dirname, "programs");
const PYTHON = existsSync("/usr/bin/python3") ? "/usr/bin/python3" : "python3";
const JDBC = "/usr/share/java/postgresql.jar";
const noJava =
  programMissing("java", "-version") ??
  programMissing("javac", "-version") ??
  (existsSync(JDBC) ? undefined : "pgjdbc is not installed");

describe.skipIf(buildMissing() !== undefined)("with a token", () => {
  let cluster: LocalCluster;
  let env: NodeJS.ProcessEnv;

  beforeAll(async () => {
    cluster = await startLocalCluster(["--iam-secret", "AKIALOCAL=a/secret"]);
    const { stdout } = await runFirstlight("token", "--iam-secret", "AKIALOCAL=a/secret");
    env = {
      ENDPOINT,
      PORT: String(cluster.port),
      TOKEN: stdout.trim(),
      AUTHORITY: join(cluster.directory, "tls/ca.crt"),
    };
  });
  afterAll(async () => {
    await cluster?.destroy();
  });

  const output = async (file: string, ...words: string[]): Promise<string> => {
    const { stdout, stderr } = await runProgram(file, words, { env });
    return stdout === "" ? stderr : stdout.trim();
  };

  it.each(["psycopg", "psycopg2"])("%s logs in", async (module) => {
    if (programMissing(PYTHON, "-c", `import ${module}`) !== undefined) {
      console.warn(`skipped: python has no ${module}`);
      return;
    }
    expect(await output(PYTHON, join(PROGRAMS, "login.py"), module)).toBe("admin, PostgreSQL 16");
  });

  it.skipIf(noJava !== undefined)("pgjdbc logs in", async () => {
    const source = join(PROGRAMS, "Login.java");
    expect(await output("javac", "-cp", JDBC, "-d", cluster.directory, source)).toBe("");
    const path = `${cluster.directory}:${JDBC}`;
    expect(await output("java", "-cp", path, "Login")).toBe("admin, PostgreSQL 16");
  });
});
