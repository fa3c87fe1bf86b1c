/** Statements about types and collations, and those parts of ALTER and RENAME that concern them. */
import { moveOperator } from "../function/move-operator.ts";
import { string } from "../../parse/node.ts";
import type { ParseNode } from "../../parse/parsed-statement.ts";
import type { DdlContext } from "../ddl-context.ts";
import { createCollation } from "../collation/create-collation.ts";
import {
  giveCollation,
  moveCollation,
  refreshCollation,
  renameCollation,
} from "../collation/alter-collation.ts";
import { alterDomain, renameCheck } from "./alter-domain.ts";
import { alterComposite, createComposite, renameAttribute } from "./composite.ts";
import { createDomain } from "./domain.ts";
import { alterEnum, createEnum } from "./enum.ts";
import { createRange } from "./range.ts";
import { renameType, setTypeOwner, setTypeSchema } from "./rename-type.ts";

type Run = (context: DdlContext, statement: ParseNode) => Promise<void> | void;

interface TypeUtility {
  readonly command: string;
  readonly run: Run;
}

export const TYPE_UTILITIES: Readonly<Record<string, TypeUtility>> = {
  CreateEnumStmt: { command: "CREATE TYPE", run: createEnum },
  CompositeTypeStmt: { command: "CREATE TYPE", run: createComposite },
  CreateRangeStmt: { command: "CREATE TYPE", run: createRange },
  CreateDomainStmt: { command: "CREATE DOMAIN", run: createDomain },
  AlterEnumStmt: { command: "ALTER TYPE", run: alterEnum },
  AlterDomainStmt: { command: "ALTER DOMAIN", run: alterDomain },
  AlterCollationStmt: { command: "ALTER COLLATION", run: refreshCollation },
};

/** A form of a statement by what it is about. */
type Forms = Readonly<Record<string, TypeUtility>>;

const RENAME: Forms = {
  OBJECT_TYPE: { command: "ALTER TYPE", run: renameType },
  OBJECT_DOMAIN: { command: "ALTER DOMAIN", run: renameType },
  OBJECT_ATTRIBUTE: { command: "ALTER TYPE", run: renameAttribute },
  OBJECT_DOMCONSTRAINT: { command: "ALTER DOMAIN", run: renameCheck },
  OBJECT_COLLATION: { command: "ALTER COLLATION", run: renameCollation },
};

const DEFINE: Forms = { OBJECT_COLLATION: { command: "CREATE COLLATION", run: createCollation } };

const ALTER: Forms = { OBJECT_TYPE: { command: "ALTER TYPE", run: alterComposite } };

const SET_SCHEMA: Forms = {
  OBJECT_TYPE: { command: "ALTER TYPE", run: setTypeSchema },
  OBJECT_DOMAIN: { command: "ALTER DOMAIN", run: setTypeSchema },
  OBJECT_COLLATION: { command: "ALTER COLLATION", run: moveCollation },
  OBJECT_OPERATOR: { command: "ALTER OPERATOR", run: moveOperator },
};

const SET_OWNER: Forms = {
  OBJECT_TYPE: { command: "ALTER TYPE", run: setTypeOwner },
  OBJECT_DOMAIN: { command: "ALTER DOMAIN", run: setTypeOwner },
  OBJECT_COLLATION: { command: "ALTER COLLATION", run: giveCollation },
};

/** By the tag of the statement: the field that says what it is about, and the forms for types. */
const FORMS: Readonly<Record<string, readonly [field: string, forms: Forms]>> = {
  RenameStmt: ["renameType", RENAME],
  AlterTableStmt: ["objtype", ALTER],
  AlterObjectSchemaStmt: ["objectType", SET_SCHEMA],
  AlterOwnerStmt: ["objectType", SET_OWNER],
  DefineStmt: ["kind", DEFINE],
};

/** What a statement of that tag does when it is about a type. */
export function typeForm(tag: string, statement: ParseNode): TypeUtility | undefined {
  const found = FORMS[tag];
  return found === undefined ? undefined : found[1][string(statement, found[0])];
}
