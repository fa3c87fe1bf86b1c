/** DROP TABLESPACE and DROP SUBSCRIPTION: statements of their own, for what there is none of. */
import { SqlError } from "@firstlight/common";
import { flag, string } from "../parse/node.ts";
import type { ParseNode } from "../parse/parsed-statement.ts";
import type { DdlContext } from "./ddl-context.ts";

const BUILTIN: readonly string[] = ["pg_default", "pg_global"];

function absent(context: DdlContext, statement: ParseNode, text: string): void {
  if (!flag(statement, "missing_ok")) throw new SqlError("42704", text);
  context.session.notice("NOTICE", "00000", `${text}, skipping`);
}

export function dropTablespace(context: DdlContext, statement: ParseNode): void {
  const name = string(statement, "tablespacename");
  if (BUILTIN.includes(name)) {
    throw new SqlError("42501", `permission denied for tablespace ${name}`);
  }
  absent(context, statement, `tablespace "${name}" does not exist`);
}

export function dropSubscription(context: DdlContext, statement: ParseNode): void {
  absent(context, statement, `subscription "${string(statement, "subname")}" does not exist`);
}
