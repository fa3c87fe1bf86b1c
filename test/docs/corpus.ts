/**
 * The scores of the SQL scripts in test/sql/scripts. The differential test holds the marks true: what
 * has none is answered as PostgreSQL answers it, what has one is not.
 */
import { readFileSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { join } from "node:path";
import type { ScriptStatement } from "../sql/script.ts";
import { statementsOf } from "../sql/script.ts";

const DIRECTORY = fileURLToPath(new URL("../sql/scripts", import.meta.url));

export interface ScriptScore {
  readonly name: string;
  readonly statements: number;
  readonly equal: number;
  /** Reasons of the marks, each once. */
  readonly reasons: readonly string[];
}

function reasonsOf(statements: readonly ScriptStatement[]): string[] {
  const marks = statements.flatMap(({ mark }) => (mark === undefined ? [] : [mark]));
  return [...new Set(marks.map(({ kind, reason }) => `${kind}: ${reason}`))];
}

export function corpusScores(): readonly ScriptScore[] {
  const names = readdirSync(DIRECTORY).filter((name) => name.endsWith(".sql"));
  return names.toSorted().map((file) => {
    const statements = statementsOf(readFileSync(join(DIRECTORY, file), "utf8"));
    return {
      name: file.replace(".sql", ""),
      statements: statements.length,
      equal: statements.filter(({ mark }) => mark === undefined).length,
      reasons: reasonsOf(statements),
    };
  });
}
