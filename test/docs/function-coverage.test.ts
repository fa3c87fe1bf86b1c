/** How much of pg_proc, pg_operator and pg_cast works, and what the rest answers. */
import { SqlError } from "@firstlight/common";
import { describe, expect, it } from "vitest";
import { isCatalogFunction } from "../../packages/query-processor/src/catalog-functions/catalog-functions.ts";
import { implementationOf } from "../../packages/sql/src/expression/implementations.ts";
import { CATALOG_FUNCTIONS } from "../../packages/sql/src/functions/catalog-functions.ts";
import { ALL_PROCS, coverage, procWorks, signatureOf } from "./function-coverage.ts";

describe("functions, operators and casts over the supported types", () => {
  it("work, at least 97 of 100", () => {
    expect(coverage().share).toBeGreaterThanOrEqual(0.97);
  });

  it("that are not there answer 0A000 with their signature", () => {
    const missing = ALL_PROCS.filter((proc) => proc.kind === "f" && !procWorks(proc));
    for (const proc of missing) {
      const call = (): unknown =>
        implementationOf(proc.oid, { argTypes: proc.argTypes, resultType: proc.returnType });
      expect(call).toThrow(SqlError);
      expect(call).toThrow(`function ${signatureOf(proc)} is not supported`);
    }
  });

  it("that the catalog answers are there", () => {
    const names = new Set(CATALOG_FUNCTIONS.map(([, name]) => name));
    expect([...names].filter((name) => !isCatalogFunction(name))).toEqual([]);
  });
});
