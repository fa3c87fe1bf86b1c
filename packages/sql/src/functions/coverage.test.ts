/** The registry and pg_proc agree on names; how much of pg_proc has an implementation. */
import { describe, expect, it } from "vitest";
import { PG_PROC } from "../catalog-data/pg-proc.ts";
import { requireProc } from "../catalog/proc-catalog.ts";
import type { ProcRow } from "../catalog/proc-catalog.ts";
import { implementationKey } from "../expression/implementations.ts";
import { registerBuiltins } from "./register-builtins.ts";
import { registeredNames } from "./registry.ts";

registerBuiltins();

const lines = PG_PROC.split("\n").slice(1);
const procs = lines
  .map((line) => Number(line.split("\t")[0]))
  .filter((oid) => oid > 0)
  .map((oid) => requireProc(oid));
const functions = procs.filter((proc) => proc.kind === "f");

/** Catalog types whose functions a client can call with values of a stored type. */
const VALUE_TYPES = new Set([
  16, 17, 18, 19, 20, 21, 23, 25, 26, 114, 700, 701, 1042, 1043, 1082, 1083, 1114, 1184, 1186, 1266,
  1700, 2950, 3802,
]);
const overValues = (proc: ProcRow): boolean =>
  proc.argTypes.length > 0 && proc.argTypes.every((type) => VALUE_TYPES.has(type));

describe("implementations", () => {
  it("are registered under names that pg_proc has", () => {
    const known = new Set(procs.map((proc) => implementationKey(proc)));
    expect(registeredNames().filter((name) => !known.has(name))).toEqual([]);
  });

  it("cover seven tenths of the functions over values of stored types", () => {
    const registered = new Set(registeredNames());
    const has = (proc: ProcRow): boolean => registered.has(implementationKey(proc));
    const covered = functions.filter(has).length;
    const candidates = functions.filter(overValues);
    const missing = candidates.filter((proc) => !has(proc)).map((proc) => proc.source);
    const share = 1 - missing.length / candidates.length;
    if (process.env["FIRSTLIGHT_LIST_MISSING"] !== undefined) {
      console.log(`${covered} of ${functions.length} functions; missing: ${missing.join(" ")}`);
    }
    expect(share).toBeGreaterThan(0.7);
  });
});
