/** `firstlight lint`: what a profile refuses of files of SQL, and what to write instead. */
import { readFileSync, writeFileSync } from "node:fs";
import type { LintCommandOptions } from "../command-line/options.ts";
import type { Finding } from "../lint/finding.ts";
import { asText } from "../lint/finding.ts";
import { lintFiles } from "../lint/lint-files.ts";
import type { LintedFile } from "../lint/linter.ts";
import { chosenProfile } from "./checked-options.ts";

const STANDARD_INPUT = "-";

function read(file: string): string {
  try {
    return readFileSync(file === STANDARD_INPUT ? 0 : file, "utf8");
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`${file} cannot be read: ${reason}`, { cause: error });
  }
}

/** Files of another dialect stay; what they become is put beside them. */
function target(file: string, { dialect, profile }: LintCommandOptions): string {
  return dialect === "postgresql" ? file : `${file.replace(/\.sql$/iu, "")}.${profile}.sql`;
}

/** Writes what has an equivalent; findings without one are left. */
function fix(
  file: string,
  { fixed, findings }: LintedFile,
  options: LintCommandOptions,
): readonly Finding[] {
  if (fixed === undefined) return findings;
  if (file === STANDARD_INPUT) process.stdout.write(fixed);
  else writeFileSync(target(file, options), fixed);
  return findings.filter(({ fixable }) => !fixable);
}

/** Fixed standard input goes to standard output; findings make room for it. */
function print(
  findings: readonly Finding[],
  { format, fix: fixes, files }: LintCommandOptions,
): void {
  const text =
    format === "json"
      ? `${JSON.stringify(findings, undefined, 2)}\n`
      : findings.map((finding) => `${asText(finding)}\n`).join("");
  const isTaken = fixes && files.includes(STANDARD_INPUT);
  (isTaken ? process.stderr : process.stdout).write(text);
}

/** Exit code 1 while anything is refused. */
export async function runLintCommand(options: LintCommandOptions): Promise<void> {
  const { profile, strict, files, dialect } = options;
  chosenProfile({ name: profile });
  const texts = files.map((name) => ({ name, text: read(name) }));
  const linted = await lintFiles(texts, { profile, strict, dialect });
  const findings = linted.flatMap((each, at) =>
    options.fix ? fix(files[at] ?? "", each, options) : each.findings,
  );
  print(findings, options);
  process.exitCode = findings.length === 0 ? 0 : 1;
}
