/**
 * Writes packages/common/src/settings/gen/postgres-settings.ts from PostgreSQL's own pg_settings: one
 * tab-separated line per setting, with the values that it has when nobody sets it.
 * Run with: npx tsx test/oracle/dump-settings.ts
 */
import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import pg from "pg";
import { startOracle } from "./oracle.ts";

const TARGET = resolve(
  import.meta.dirname,
  "../../packages/common/src/settings/gen/postgres-settings.ts",
);

const COLUMNS = [
  "name",
  "vartype",
  "context",
  "unit",
  "min_val",
  "max_val",
  "enumvals",
  "boot_val",
  "flags",
  "category",
  "short_desc",
  "extra_desc",
];

const HEADER = `/**
 * PostgreSQL 16's settings, from its pg_settings: written by test/oracle/dump-settings.ts. Columns:
 * ${COLUMNS.join(", ")}.
 */
export const POSTGRES_SETTINGS: string = String.raw\``;

function fieldOf(value: string | readonly string[] | null): string {
  if (value === null) return "\\N";
  const text = typeof value === "string" ? value : value.join(",");
  return text.replaceAll("\t", " ").replaceAll("`", "'").replaceAll("${", "$ {");
}

const oracle = await startOracle();
try {
  const client = new pg.Client(oracle.url);
  await client.connect();
  const { rows } = await client.query<Record<string, string | string[] | null>>(
    `select *, pg_settings_get_flags(name) as flags from pg_settings order by name collate "C"`,
  );
  const lines = rows.map((row) => COLUMNS.map((name) => fieldOf(row[name] ?? null)).join("\t"));
  writeFileSync(TARGET, `${HEADER}${lines.join("\n")}\`;\n`);
  await client.end();
} finally {
  await oracle.stop();
}
