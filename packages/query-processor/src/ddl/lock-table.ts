/**
 * LOCK TABLE in the modes that keep nobody from reading and writing rows: a transaction reads at its
 * snapshot, so what they protect it from cannot happen. The others make everybody else wait, which
 * nobody does here.
 */
import { SqlError, featureNotSupported } from "@firstlight/common";
import type { Relation } from "../catalog/catalog.ts";
import { relationKind } from "../catalog/dependencies/object-description.ts";
import { asTag, int, list } from "../parse/node.ts";
import type { ParseNode } from "../parse/parsed-statement.ts";
import {
  held,
  permissionDenied,
  relationTarget,
  relationWord,
} from "../privileges/access-check.ts";
import { RIGHT } from "../privileges/rights.ts";
import type { DdlContext } from "./ddl-context.ts";
import { refuseFarNames } from "./far-names.ts";
import { imageOf, nameOfRangeVar, ownerOf, relationNamed } from "./ddl-context.ts";

const ACCESS_SHARE = 1;
const ROW_EXCLUSIVE = 3;
/** By number, from 4. */
const STRONG_MODES = [
  "SHARE UPDATE EXCLUSIVE",
  "SHARE",
  "SHARE ROW EXCLUSIVE",
  "EXCLUSIVE",
  "ACCESS EXCLUSIVE",
];

/** LockTableAclCheck. */
function rightsFor(mode: number): number {
  const always = RIGHT.update | RIGHT.delete | RIGHT.truncate;
  return always | RIGHT.insert | (mode === ACCESS_SHARE ? RIGHT.select : 0);
}

function checkLock(context: DdlContext, relation: Relation, mode: number): void {
  if (relation.kind === "sequence") {
    throw new SqlError("42809", `cannot lock relation "${relation.name}"`, {
      detail: `This operation is not supported for ${relationKind(relation)}s.`,
    });
  }
  const target = relationTarget(relation);
  if (held(imageOf(context), target, ownerOf(context), rightsFor(mode)) !== 0) return;
  throw permissionDenied(relationWord(relation), relation.name);
}

const INSTEAD = {
  hint: "Advisory locks keep those apart that ask for them; no transaction sees what others change while it runs.",
};

export function lockTable(context: DdlContext, statement: ParseNode): void {
  if (context.session.inBlock === false) {
    throw new SqlError("25P01", "LOCK TABLE can only be used in transaction blocks");
  }
  const mode = int(statement, "mode");
  refuseFarNames(imageOf(context), "", statement);
  const strong = STRONG_MODES[mode - ROW_EXCLUSIVE - 1];
  if (strong !== undefined) throw featureNotSupported(`LOCK TABLE in ${strong} mode`, INSTEAD);
  for (const each of list(statement, "relations")) {
    const range = asTag(each, "RangeVar") ?? {};
    checkLock(context, relationNamed(context, nameOfRangeVar(range)), mode);
  }
}
