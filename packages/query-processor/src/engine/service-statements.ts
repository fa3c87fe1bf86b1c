/** Statements that only Aurora DSQL has: to the default profile they are no SQL. */
import { SqlError } from "@firstlight/common";
import { locationOf } from "../parse/node.ts";
import type { ParsedStatement } from "../parse/parsed-statement.ts";
import { IAM_STATEMENT } from "../parse/parser.ts";
import { characterPosition } from "../parse/source-position.ts";
import type { Profile } from "../profile/profile.ts";

/** Throws what the grammar would. */
export function refuseServiceStatement(profile: Profile, statement: ParsedStatement): void {
  if (statement.tag !== IAM_STATEMENT || profile.isDsql) return;
  const { source, text, node } = statement;
  const [word = ""] = text.split(/\s/u);
  const position = characterPosition(source, locationOf(node));
  throw new SqlError("42601", `syntax error at or near "${word}"`, { position });
}
