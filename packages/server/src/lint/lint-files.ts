/** Lints files of SQL, one after the other, on one server of a profile in this process. */
import { RULE_SETS, findProfile } from "@firstlight/query-processor";
import { start } from "../testing/start.ts";
import type { LintOptions, LintedFile } from "./linter.ts";
import { Linter } from "./linter.ts";
import { ScratchSession } from "./scratch-session.ts";

export interface SqlFile {
  /** For findings. */
  readonly name: string;
  readonly text: string;
}

export interface LintFilesOptions extends Partial<LintOptions> {
  /** "dsql" by default. */
  readonly profile?: string;
}

/** In the order of the files: later ones find what earlier ones have created. */
export async function lintFiles(
  files: readonly SqlFile[],
  options: LintFilesOptions = {},
): Promise<LintedFile[]> {
  const { profile = "dsql", strict = false } = options;
  const { name } = findProfile({ name: profile });
  const set = RULE_SETS.find(({ version }) => name === `dsql-${version}`);
  await using database = await start({ profile: name, logLevel: "silent" });
  const session = await ScratchSession.open(database.port, "postgres");
  const linter = new Linter(session, set?.rules ?? [], { strict });
  const linted: LintedFile[] = [];
  try {
    for (const file of files) linted.push(await linter.lint(file.name, file.text));
  } finally {
    session.close();
  }
  return linted;
}
