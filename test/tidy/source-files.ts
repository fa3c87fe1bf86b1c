/** The sources that the tidy tests read: everything tracked by git that is not generated. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

export const ROOT: string = fileURLToPath(new URL("../../", import.meta.url));

export interface SourceFile {
  /** Relative to the root. */
  readonly path: string;
  readonly text: string;
}

const GENERATED = /\/(catalog-data|gen)\//u;

export function trackedFiles(pattern: RegExp): SourceFile[] {
  const listed = execFileSync("git", ["ls-files", "-co", "--exclude-standard"], { cwd: ROOT });
  return listed
    .toString("utf8")
    .split("\n")
    .filter((path) => pattern.test(path) && !GENERATED.test(path))
    .flatMap((path) => {
      try {
        return [{ path, text: readFileSync(ROOT + path, "utf8") }];
      } catch {
        return [];
      }
    });
}

export function packageOf(path: string): string | undefined {
  return /^packages\/([^/]+)\//u.exec(path)?.[1];
}

export function isTestCode(path: string): boolean {
  return path.startsWith("test/") || /\.test\.ts$|\/testing\//u.test(path);
}
