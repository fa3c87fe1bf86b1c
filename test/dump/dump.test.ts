/** Databases move between PostgreSQL and Firstlight by pg_dump and pg_restore, and stay the same. */
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { oracleAvailable, startOracle } from "../oracle/oracle.ts";
import {
  buildMissing,
  removeDirectory,
  startEmbedded,
  temporaryDirectory,
} from "../support/processes.ts";
import type { DumpServer } from "./dump-tools.ts";
import {
  dump,
  dumpAll,
  dumpRoles,
  dumpToFile,
  dumpToolsMissing,
  dumpVersion,
  restoreFile,
  restorePlain,
} from "./dump-tools.ts";
import { startVersionProxy } from "./version-proxy.ts";

const missing = buildMissing() ?? oracleAvailable() ?? dumpToolsMissing();
if (missing !== undefined) console.warn(`dumps are not tried: ${missing}`);

const SCHEMA = readFileSync(resolve(import.meta.dirname, "../psql/schema.sql"), "utf8");
/** Objects that depend on nothing are in an order that depends on their numbers. */
const lines = (text: string): readonly string[] => text.split("\n").toSorted();

describe.skipIf(missing !== undefined)("pg_dump and pg_restore", () => {
  const directory = temporaryDirectory("dump");
  const ends: (() => Promise<unknown>)[] = [];
  let postgres: DumpServer;
  let roles = "";
  let whole = "";

  async function behindProxy(port: number): Promise<DumpServer> {
    const proxy = await startVersionProxy(port, dumpVersion());
    ends.push(() => proxy.stop());
    return { port, dumpPort: proxy.port };
  }

  async function newPostgres(): Promise<DumpServer> {
    const oracle = await startOracle();
    ends.push(() => oracle.stop());
    return behindProxy(oracle.port);
  }

  /** A server of its own for every restore: roles and schemas of another would be in the way. */
  async function newFirstlight(): Promise<DumpServer> {
    const running = await startEmbedded(temporaryDirectory("dump-data"));
    ends.push(async () => {
      await running.stop();
      removeDirectory(running.directory);
    });
    const port = running.ports[0] ?? 0;
    return { port, dumpPort: port, toldVersion: dumpVersion() };
  }

  async function withRoles(server: Promise<DumpServer>): Promise<DumpServer> {
    const made = await server;
    await restorePlain(made, roles);
    return made;
  }

  beforeAll(async () => {
    postgres = await newPostgres();
    await restorePlain(postgres, SCHEMA);
    roles = await dumpRoles(postgres);
    whole = await dump(postgres);
  });

  afterAll(async () => {
    for (const end of ends.toReversed()) await end();
    removeDirectory(directory);
  });

  it("move a plain dump from PostgreSQL to Firstlight and on to PostgreSQL", async () => {
    const firstlight = await withRoles(newFirstlight());
    await restorePlain(firstlight, whole);
    expect(lines(await dumpRoles(firstlight))).toEqual(lines(roles));
    const again = await dump(firstlight);
    expect(lines(again)).toEqual(lines(whole));
    const back = await withRoles(newPostgres());
    await restorePlain(back, again);
    expect(lines(await dump(back))).toEqual(lines(whole));
  });

  it("move the custom format, written and read by Firstlight", async () => {
    const first = await withRoles(newFirstlight());
    await restorePlain(first, whole);
    const file = join(directory, "custom.dump");
    await dumpToFile(first, "--format=custom", `--file=${file}`);
    const second = await withRoles(newFirstlight());
    await restoreFile(second, file);
    expect(lines(await dump(second))).toEqual(lines(whole));
    const clean = ["--clean", "--if-exists", file];
    await restoreFile(second, ...clean);
    // Not as before: the default privileges are there when schemas are made anew.
    const other = await withRoles(newPostgres());
    await restorePlain(other, whole);
    await restoreFile(other, ...clean);
    expect(lines(await dump(second))).toEqual(lines(await dump(other)));
  });

  it("move the directory format over several connections that share a snapshot", async () => {
    const first = await withRoles(newFirstlight());
    await restorePlain(first, whole);
    const folder = join(directory, "folder");
    await dumpToFile(first, "--format=directory", "--jobs=3", `--file=${folder}`);
    const second = await withRoles(newFirstlight());
    await restoreFile(second, "--jobs=3", folder);
    expect(lines(await dump(second))).toEqual(lines(whole));
  });

  it("move what all databases share and each of them, by pg_dumpall", async () => {
    const firstlight = await withRoles(newFirstlight());
    await restorePlain(firstlight, whole);
    for (const form of [["--globals-only"], [], ["--schema-only", "--quote-all-identifiers"]]) {
      const expected = lines(await dumpAll(postgres, ...form));
      expect(lines(await dumpAll(firstlight, ...form)), form.join(" ")).toEqual(expected);
    }
  });

  it("write the same text in all of pg_dump's forms", async () => {
    const firstlight = await withRoles(newFirstlight());
    await restorePlain(firstlight, whole);
    const forms = [
      ["--schema-only"],
      ["--data-only", "--inserts"],
      ["--data-only", "--column-inserts", "--rows-per-insert=2"],
      ["--clean", "--if-exists", "--no-owner", "--no-privileges"],
      ["--schema=app"],
      ['--table="Order Line"'],
      ["--exclude-table=customer", "--no-comments"],
      ["--serializable-deferrable", "--schema-only"],
      ["--section=pre-data"],
      ["--section=post-data"],
      ["--section=data", "--quote-all-identifiers"],
      ["--quote-all-identifiers"],
      ["--data-only", "--inserts", "--on-conflict-do-nothing", "--quote-all-identifiers"],
      ["--data-only", "--disable-triggers", "--enable-row-security"],
      ["--clean", "--lock-wait-timeout=1000"],
      ["--schema-only", "--encoding=LATIN1", "--no-toast-compression"],
      ["--extra-float-digits=2", "--exclude-table-data=customer"],
    ];
    for (const form of forms) {
      const expected = lines(await dump(postgres, ...form));
      expect(lines(await dump(firstlight, ...form)), form.join(" ")).toEqual(expected);
    }
  });
});
