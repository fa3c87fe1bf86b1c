/** The registry and pg_proc agree on names. How much of pg_proc is there: test/docs. */
import { describe, expect, it } from "vitest";
import { PG_PROC } from "../catalog-data/pg-proc.ts";
import { requireProc } from "../catalog/proc-catalog.ts";
import { implementationKey } from "../expression/implementations.ts";
import { PGCRYPTO_FUNCTIONS } from "./extensions/pgcrypto.ts";
import { UUID_OSSP_FUNCTIONS } from "./extensions/uuid-ossp.ts";
import { registerBuiltins } from "./register-builtins.ts";
import { registeredNames } from "./registry.ts";

registerBuiltins();

const procs = PG_PROC.split("\n")
  .slice(1)
  .map((line) => Number(line.split("\t")[0]))
  .filter((oid) => oid > 0)
  .map((oid) => requireProc(oid));

describe("implementations", () => {
  it("are registered under names that pg_proc or an extension has", () => {
    const known = new Set([
      ...procs.map((proc) => implementationKey(proc)),
      ...Object.keys({ ...UUID_OSSP_FUNCTIONS, ...PGCRYPTO_FUNCTIONS }),
    ]);
    expect(registeredNames().filter((name) => !known.has(name))).toEqual([]);
  });
});
