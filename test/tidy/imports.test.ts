/** Who may import whom: the architecture as a table (docs/ARCHITECTURE.md). */
import { describe, expect, test } from "vitest";
import { isTestCode, packageOf, trackedFiles } from "./source-files.ts";

const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  common: [],
  sql: ["common"],
  protocol: ["common"],
  adjudicator: ["common"],
  journal: ["common"],
  storage: ["common", "sql"],
  "query-processor": ["common", "sql"],
  simulator: ["common", "sql", "protocol", "adjudicator", "journal", "storage", "query-processor"],
  server: ["common", "sql", "protocol", "adjudicator", "journal", "storage", "query-processor"],
};

/** Packages from outside, beside Node's own modules. */
const OUTSIDE: Readonly<Record<string, readonly string[]>> = {
  protocol: ["@grpc/grpc-js", "@grpc/proto-loader", "protobufjs"],
  "query-processor": ["libpg-query", "pg-protocol"],
  server: ["lmdb", "pg-protocol", "pino", "node-sql-parser", "esbuild"],
};

/** Node's modules that are pure computation. */
const PURE_NODE = new Set(["node:crypto", "node:url", "node:util", "node:zlib", "node:buffer"]);

function importsOf(text: string): string[] {
  const found = text.matchAll(/^(?:import|export)\s[^;]*?from\s+"([^"]+)"/gmu);
  return [...found].map((match) => match[1] ?? "");
}

function forbidden(owner: string, path: string, target: string): boolean {
  if (target.startsWith("./") || target.startsWith("../")) return false;
  const own = /^@firstlight\/([^/]+)(\/.*)?$/u.exec(target);
  if (own !== null) {
    return own[2] !== undefined || !(ALLOWED[owner] ?? []).includes(own[1] ?? "");
  }
  if (target.startsWith("node:")) return owner !== "server" && !PURE_NODE.has(target);
  const name = target.startsWith("@")
    ? target.split("/").slice(0, 2).join("/")
    : target.split("/")[0];
  return !(OUTSIDE[owner] ?? []).includes(name ?? "") && !isTestCode(path);
}

describe("imports", () => {
  test("every package imports only what the table allows", () => {
    const wrong: string[] = [];
    for (const { path, text } of trackedFiles(/^packages\/[^/]+\/src\/.*\.ts$/u)) {
      const owner = packageOf(path) ?? "";
      if (isTestCode(path)) continue;
      for (const target of importsOf(text)) {
        if (forbidden(owner, path, target)) wrong.push(`${path} imports ${target}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  test("no relative import leaves its package", () => {
    const wrong: string[] = [];
    for (const { path, text } of trackedFiles(/^packages\/[^/]+\/src\/.*\.ts$/u)) {
      const depth = path.split("/").length - 4;
      for (const target of importsOf(text)) {
        const ups = target.split("/").filter((part) => part === "..").length;
        if (target.startsWith("../") && ups > depth) wrong.push(`${path} imports ${target}`);
      }
    }
    expect(wrong).toEqual([]);
  });
});
