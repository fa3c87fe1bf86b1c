/** DROP with IF EXISTS, RESTRICT and CASCADE: all objects are looked up before the first is dropped. */
import { SqlError, featureNotSupported } from "@firstlight/common";
import type { ObjectAddress } from "../catalog/dependencies/object-address.ts";
import { flag, list, string } from "../parse/node.ts";
import type { ParseNode } from "../parse/parsed-statement.ts";
import type { DdlContext } from "./ddl-context.ts";
import { dropObjects } from "./drop-objects.ts";
import type { FindDropTarget } from "./drop-request.ts";
import { DROP_TARGETS } from "./drop-targets.ts";

export async function drop(context: DdlContext, statement: ParseNode): Promise<void> {
  const find = DROP_TARGETS[string(statement, "removeType")];
  if (find === undefined) {
    const what = string(statement, "removeType").replace("OBJECT_", "").replaceAll("_", " ");
    throw featureNotSupported(`DROP ${what}`);
  }
  if (!flag(statement, "concurrent")) return dropNamed(context, statement, find, false);
  refuseConcurrently(statement);
  await context.online.change((own) => dropNamed(own, statement, find, true));
}

function refuseConcurrently(statement: ParseNode): void {
  const what =
    list(statement, "objects").length > 1
      ? "dropping multiple objects"
      : string(statement, "behavior") === "DROP_CASCADE"
        ? "CASCADE"
        : undefined;
  if (what === undefined) return;
  throw new SqlError("0A000", `DROP INDEX CONCURRENTLY does not support ${what}`);
}

async function dropNamed(
  context: DdlContext,
  statement: ParseNode,
  find: FindDropTarget,
  isOnline: boolean,
): Promise<void> {
  const ifExists = flag(statement, "missing_ok");
  const found: ObjectAddress[] = [];
  for (const object of list(statement, "objects")) {
    const address = find(context, { object, ifExists });
    if (address !== undefined) found.push(address);
  }
  const cascade = string(statement, "behavior") === "DROP_CASCADE";
  await dropObjects(context, found, cascade ? "cascade" : "restrict", isOnline);
}
