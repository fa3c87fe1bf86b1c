/** Where the build's modules are put together in few files, and whether that is done. */
import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

export const PACKAGES: string = fileURLToPath(new URL("../../..", import.meta.url));

/** As deep as the directories of a package's build: what is found by its place is found from here. */
export const BUNDLE: string = join(PACKAGES, "server", "dist", "bundled");

const COMMAND_LINE = join(BUNDLE, "cli.js");

/** Of each package the file that is written whenever one of its modules is built. */
function buildInfos(): readonly string[] {
  return readdirSync(PACKAGES)
    .map((name) => join(PACKAGES, name, "dist", ".tsbuildinfo"))
    .filter((path) => existsSync(path));
}

/** Whether nothing was built since; a package without traces of a build is as it was delivered. */
export function isBundleCurrent(): boolean {
  if (!existsSync(COMMAND_LINE)) return false;
  const { mtimeMs } = statSync(COMMAND_LINE);
  return buildInfos().every((path) => statSync(path).mtimeMs < mtimeMs);
}

/** Undefined: there is none, or an older one. */
export function bundledCommandLine(): string | undefined {
  return isBundleCurrent() ? pathToFileURL(COMMAND_LINE).href : undefined;
}
