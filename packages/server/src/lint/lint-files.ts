/** Lints files of SQL, one after the other, on one server of a profile in this process. */
import type { MaybePromise } from "@firstlight/common";
import { RULE_SETS, findProfile } from "@firstlight/query-processor";
import { start } from "../testing/start.ts";
import type { Dialect, LintOptions, LintedFile } from "./linter.ts";
import { Linter, POSTGRESQL } from "./linter.ts";
import { ScratchSession } from "./scratch-session.ts";

export interface SqlFile {
  /** For findings. */
  readonly name: string;
  readonly text: string;
}

export interface LintFilesOptions extends Partial<LintOptions> {
  /** "dsql" by default. */
  readonly profile?: string;
  /** "postgresql" by default. */
  readonly dialect?: DialectName;
}

export type DialectName = "postgresql" | "mysql" | "sqlite";

/** Loaded only where it is asked for. */
async function mysql(): Promise<Dialect> {
  const { betweenStatements, mysqlStatementsIn } = await import("./mysql/mysql-file.ts");
  const { translateMysql } = await import("./mysql/translate.ts");
  return {
    statementsIn: mysqlStatementsIn,
    translate: translateMysql,
    between: betweenStatements,
  };
}

async function sqlite(): Promise<Dialect> {
  const { sqliteStatementsIn } = await import("./sqlite/sqlite-file.ts");
  const { translateSqlite } = await import("./sqlite/translate.ts");
  return { statementsIn: sqliteStatementsIn, translate: translateSqlite };
}

const DIALECTS: Readonly<Record<DialectName, () => MaybePromise<Dialect>>> = {
  postgresql: () => POSTGRESQL,
  mysql,
  sqlite,
};

/** In the order of the files: later ones find what earlier ones have created. */
export async function lintFiles(
  files: readonly SqlFile[],
  options: LintFilesOptions = {},
): Promise<LintedFile[]> {
  const { profile = "dsql", strict = false, dialect = "postgresql" } = options;
  const { name } = findProfile({ name: profile });
  const set = RULE_SETS.find(({ version }) => name === `dsql-${version}`);
  await using database = await start({ profile: name, logLevel: "silent" });
  const session = await ScratchSession.open(database.port, "postgres");
  const spoken = await DIALECTS[dialect]();
  const linter = new Linter(session, set?.rules ?? [], { strict }, spoken);
  const linted: LintedFile[] = [];
  try {
    for (const file of files) linted.push(await linter.lint(file.name, file.text));
  } finally {
    session.close();
  }
  return linted;
}
