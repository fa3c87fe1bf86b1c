/** What the linter has to say about a statement. */
import type { Place } from "./sql-file.ts";

export interface Finding extends Place {
  /** As the caller named it. */
  readonly file: string;
  /** Of the profile's rule; "sqlstate-42601" where none has a name. */
  readonly rule: string;
  /** What the server refuses it with; undefined: what another dialect has is not PostgreSQL's. */
  readonly sqlstate?: string;
  readonly message: string;
  readonly hint?: string | undefined;
  /** Whether its statement has an equivalent. */
  readonly fixable: boolean;
  /** The equivalent, with the statement's last finding: none of it if it can be left out. */
  readonly fix?: readonly string[] | undefined;
  /** What is different afterwards. */
  readonly note?: string | undefined;
}

export function asText(finding: Finding): string {
  const { file, line, column, rule, message, sqlstate, hint, fix, note } = finding;
  const state = sqlstate === undefined ? "" : ` (${sqlstate})`;
  const lines = [`${file}:${line}:${column}  ${rule}  ${message}${state}`];
  if (hint !== undefined) lines.push(`    hint: ${hint}`);
  if (fix?.length === 0) lines.push("    fix:  leave it out");
  for (const statement of fix ?? []) lines.push(`    fix:  ${statement};`);
  if (note !== undefined) lines.push(`    note: ${note}`);
  return lines.join("\n");
}
