/**
 * `firstlight cert`: the certificate of the authority that a data directory's servers are signed by,
 * printed, copied, or made known to the system.
 */
import { spawnSync } from "node:child_process";
import { accessSync, constants, copyFileSync, readFileSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import { ownAuthorityFile } from "../adapters/tls/certificate-files.ts";
import type { CertOptions } from "../command-line/options.ts";
import { openDataDirectory } from "./data-directory.ts";

type CommandLine = readonly [program: string, ...args: string[]];

const DEBIAN_STORE = "/usr/local/share/ca-certificates/firstlight.crt";
const MACOS_STORE = "/Library/Keychains/System.keychain";

/** What makes a certificate known to the system; undefined: it is not known how. */
export function installCommands(
  platform: string,
  has: (program: string) => boolean,
  file: string,
): readonly CommandLine[] | undefined {
  if (platform === "darwin") {
    const options = ["-d", "-r", "trustRoot", "-k", MACOS_STORE];
    return [["security", "add-trusted-cert", ...options, file]];
  }
  if (platform === "win32") return [["certutil", "-addstore", "-f", "Root", file]];
  if (has("update-ca-certificates")) {
    return [["install", "-m", "644", file, DEBIAN_STORE], ["update-ca-certificates"]];
  }
  return has("trust") ? [["trust", "anchor", file]] : undefined;
}

function isOnPath(program: string): boolean {
  return (process.env["PATH"] ?? "").split(delimiter).some((directory) => {
    try {
      accessSync(join(directory, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

function install(file: string): void {
  const commands = installCommands(process.platform, isOnPath, file);
  if (commands === undefined) {
    throw new Error(`it is not known how to install certificates here; the file is ${file}`);
  }
  for (const [program, ...args] of commands) {
    const { status } = spawnSync(program, args, { stdio: "inherit" });
    if (status !== 0) {
      throw new Error(
        `this did not work, and may take an administrator: ${program} ${args.join(" ")}`,
      );
    }
  }
}

export function runCertCommand({ dataDirectory, exportPath, installs }: CertOptions): void {
  openDataDirectory(dataDirectory);
  const file = resolve(ownAuthorityFile(join(dataDirectory, "tls")));
  if (exportPath !== undefined) copyFileSync(file, exportPath);
  if (installs) install(file);
  if (exportPath === undefined && !installs) process.stdout.write(readFileSync(file, "utf8"));
}
