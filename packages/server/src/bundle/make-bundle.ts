/**
 * Puts the build's own modules together in few files, those of others left where they are: Node needs
 * half a millisecond for each module, and query processors have 1,500. Entries are what is started
 * by its path: the command line, threads, and the process that looks at an LMDB file first.
 */
import { renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { BuildOptions } from "esbuild";
import { build } from "esbuild";
import { BUNDLE, PACKAGES, isBundleCurrent } from "./bundle-files.ts";

const ENTRIES = {
  cli: "server/dist/cli.js",
  "worker-main": "server/dist/adapters/worker-main.js",
  "lmdb-probe": "server/dist/adapters/lmdb-probe.js",
  "parse-work": "query-processor/dist/parse/parse-work.js",
};

/** Somebody who starts meanwhile finds all of it or nothing. */
const UNFINISHED = `${BUNDLE}.new`;

const OWN = ["common", "sql", "protocol", "query-processor", "adjudicator", "journal", "storage"];

function options(): BuildOptions {
  const paths = Object.entries(ENTRIES).map(([name, path]) => [name, join(PACKAGES, path)]);
  const own = OWN.map((name) => [`@firstlight/${name}`, join(PACKAGES, name, "dist", "index.js")]);
  return {
    entryPoints: Object.fromEntries(paths) as Record<string, string>,
    alias: Object.fromEntries(own) as Record<string, string>,
    packages: "external",
    outdir: UNFINISHED,
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node20",
    logLevel: "warning",
  };
}

if (!isBundleCurrent()) {
  rmSync(UNFINISHED, { recursive: true, force: true });
  await build(options());
  rmSync(BUNDLE, { recursive: true, force: true });
  renameSync(UNFINISHED, BUNDLE);
}
