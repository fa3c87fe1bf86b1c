/** Schema changes and maintenance statements by the tag of their parse node. */
import { dropSubscription, dropTablespace } from "./drop-absent-statement.ts";
import type { ResultColumn } from "../bind/query-tree.ts";
import { featureNotSupported } from "@firstlight/common";
import { withSource } from "../bind/errors.ts";
import { child, string } from "../parse/node.ts";
import { absentStatement } from "./absent-statements.ts";
import type { ParsedStatement, ParseNode } from "../parse/parsed-statement.ts";
import { isVacuum, vacuumOrAnalyze } from "./analyze.ts";
import { alterOwner, setSchema } from "./alter-object.ts";
import { alterSequence } from "./alter-sequence.ts";
import { alterTable } from "./alter-table.ts";
import { JOB_COLUMNS, createIndex } from "./create-index.ts";
import { createTable } from "./create-table.ts";
import { createTableAs } from "./create-table-as.ts";
import { createView } from "./create-view.ts";
import { explainCreation, explanationColumns } from "./explain-creation.ts";
import { comment } from "./comment.ts";
import type { DdlContext } from "./ddl-context.ts";
import { imageOf } from "./ddl-context.ts";
import { functionForm } from "./function/function-utilities.ts";
import { alterDatabase, refreshDatabaseCollation } from "./database/alter-database.ts";
import { createDatabase } from "./database/create-database.ts";
import { dropDatabase } from "./database/drop-database.ts";
import { alterContents, updateExtension } from "./extension/alter-extension.ts";
import { createExtension } from "./extension/create-extension.ts";
import { refuseFarNames } from "./far-names.ts";
import { iamGrant } from "./iam-grant.ts";
import { IAM_STATEMENT } from "../parse/parser.ts";
import { dropTag } from "./drop-absent.ts";
import { drop } from "./drop.ts";
import { alterRole, createRole, dropRole } from "./role.ts";
import { alterDatabaseSet, alterRoleSet } from "./role-settings.ts";
import { createMaterializedView, refreshMaterializedView } from "./materialized-view.ts";
import { alterDefaultPrivileges } from "./privileges/default-privileges.ts";
import { grant } from "./privileges/grant.ts";
import { dropOwned, reassignOwned } from "./privileges/owned.ts";
import { checkUtilityAccess } from "./privileges/utility-access.ts";
import { grantRole } from "./privileges/grant-role.ts";
import { reindex, reindexAlone } from "./reindex.ts";
import { rename } from "./rename.ts";
import { alterStatistics, createStatistics } from "./statistics.ts";
import { createSchema } from "./schema.ts";
import { createSequence } from "./sequence.ts";
import { largeObjectForm } from "./large-object.ts";
import { lockTable } from "./lock-table.ts";
import { setConstraints } from "./set-constraints.ts";
import { truncate } from "./truncate.ts";
import type { UtilityResult } from "./utility-result.ts";
import { validateAsync } from "./validate-job.ts";
import { TYPE_UTILITIES, typeForm } from "./type/type-utilities.ts";

interface Utility {
  /** Command tag, or what makes it. */
  readonly command: string | ((statement: ParseNode) => string);
  readonly readsOnly?: boolean;
  /** Of the rows that it returns, if it does. */
  readonly columns?: (statement: ParseNode) => readonly ResultColumn[] | undefined;
  /** Whether it cannot run in a transaction block, or what it is called when it cannot. */
  readonly outsideTransactionOnly?: (statement: ParseNode) => boolean | string;
  /** `source` is the whole text that the client sent. */
  run(
    context: DdlContext,
    statement: ParseNode,
    source: string,
  ): Promise<UtilityResult | void> | UtilityResult | void;
}

const DROP_COMMANDS: Readonly<Record<string, string>> = {
  OBJECT_TABLE: "DROP TABLE",
  OBJECT_SEQUENCE: "DROP SEQUENCE",
  OBJECT_VIEW: "DROP VIEW",
  OBJECT_MATVIEW: "DROP MATERIALIZED VIEW",
  OBJECT_INDEX: "DROP INDEX",
  OBJECT_SCHEMA: "DROP SCHEMA",
  OBJECT_TYPE: "DROP TYPE",
  OBJECT_DOMAIN: "DROP DOMAIN",
  OBJECT_FUNCTION: "DROP FUNCTION",
  OBJECT_PROCEDURE: "DROP PROCEDURE",
  OBJECT_ROUTINE: "DROP ROUTINE",
  OBJECT_AGGREGATE: "DROP AGGREGATE",
  OBJECT_OPERATOR: "DROP OPERATOR",
  OBJECT_COLLATION: "DROP COLLATION",
  OBJECT_STATISTIC_EXT: "DROP STATISTICS",
};

/** AlterObjectTypeCommandTag. */
const ALTER_TAGS: Readonly<Record<string, string>> = {
  OBJECT_COLUMN: "ALTER TABLE",
  OBJECT_TABCONSTRAINT: "ALTER TABLE",
  OBJECT_MATVIEW: "ALTER MATERIALIZED VIEW",
  OBJECT_STATISTIC_EXT: "ALTER STATISTICS",
};

function alterTag(kind: string): string {
  return ALTER_TAGS[kind] ?? `ALTER ${kind.replace("OBJECT_", "").replaceAll("_", " ")}`;
}

/** A column is renamed by ALTER of its relation. */
function renamedKind(statement: ParseNode): string {
  const kind = string(statement, "renameType");
  return kind === "OBJECT_COLUMN" ? string(statement, "relationType") : kind;
}

function alterCommand(statement: ParseNode): string {
  return alterTag(string(statement, "objectType"));
}

function isMaterialized(statement: ParseNode): boolean {
  return string(statement, "objtype") === "OBJECT_MATVIEW";
}

/** One of the objects that CREATE SCHEMA brings along. */
async function runElement(context: DdlContext, tag: string, fields: ParseNode): Promise<void> {
  const utility = UTILITIES[tag];
  if (utility === undefined) throw featureNotSupported(`CREATE SCHEMA with ${tag}`);
  await utility.run(context, fields, "");
}

const nothing = (): void => {};

const VACUUM: Utility = {
  command: (statement) => (isVacuum(statement) ? "VACUUM" : "ANALYZE"),
  readsOnly: true,
  outsideTransactionOnly: isVacuum,
  run: vacuumOrAnalyze,
};

const UTILITIES: Readonly<Record<string, Utility>> = {
  ...TYPE_UTILITIES,
  CreateStmt: { command: "CREATE TABLE", run: createTable },
  CreateTableAsStmt: {
    command: (statement) =>
      statement["is_select_into"] === true
        ? "SELECT INTO"
        : isMaterialized(statement)
          ? "CREATE MATERIALIZED VIEW"
          : "CREATE TABLE AS",
    run: (context, statement) =>
      isMaterialized(statement)
        ? createMaterializedView(context, statement)
        : createTableAs(context, statement),
  },
  ExplainCreationStmt: {
    command: "EXPLAIN",
    columns: explanationColumns,
    run: explainCreation,
  },
  RefreshMatViewStmt: { command: "REFRESH MATERIALIZED VIEW", run: refreshMaterializedView },
  CommentStmt: { command: "COMMENT", run: comment },
  AlterOwnerStmt: { command: alterCommand, run: alterOwner },
  AlterObjectSchemaStmt: { command: alterCommand, run: setSchema },
  ViewStmt: {
    command: "CREATE VIEW",
    run: (context, statement, source) => {
      imageOf(context).profile.limits.check("view-text", Buffer.byteLength(source, "utf8"));
      return createView(context, statement);
    },
  },
  CreateSchemaStmt: {
    command: "CREATE SCHEMA",
    run: (context, statement) => createSchema(context, statement, runElement),
  },
  AlterSeqStmt: { command: "ALTER SEQUENCE", run: alterSequence },
  CreateSeqStmt: { command: "CREATE SEQUENCE", run: createSequence },
  IndexStmt: {
    command: "CREATE INDEX",
    outsideTransactionOnly: (statement) =>
      statement["concurrent"] === true && "CREATE INDEX CONCURRENTLY",
    columns: (statement) => (statement["async"] === true ? JOB_COLUMNS : undefined),
    run: createIndex,
  },
  DropStmt: {
    command: (statement) =>
      DROP_COMMANDS[string(statement, "removeType")] ?? dropTag(string(statement, "removeType")),
    outsideTransactionOnly: (statement) =>
      statement["concurrent"] === true && "DROP INDEX CONCURRENTLY",
    run: drop,
  },
  ReindexStmt: { command: "REINDEX", outsideTransactionOnly: reindexAlone, run: reindex },
  AlterTableStmt: {
    command: (statement) => alterTag(string(statement, "objtype")),
    columns: (statement) => (statement["async"] === true ? JOB_COLUMNS : undefined),
    run: (context, statement) =>
      statement["async"] === true
        ? validateAsync(context, statement)
        : alterTable(context, statement),
  },
  RenameStmt: {
    command: (statement) => alterTag(renamedKind(statement)),
    run: rename,
  },
  TruncateStmt: { command: "TRUNCATE TABLE", run: truncate },
  CreateRoleStmt: { command: "CREATE ROLE", run: createRole },
  AlterRoleSetStmt: { command: "ALTER ROLE", run: alterRoleSet },
  CreatedbStmt: {
    command: "CREATE DATABASE",
    outsideTransactionOnly: () => "CREATE DATABASE",
    run: createDatabase,
  },
  DropdbStmt: {
    command: "DROP DATABASE",
    outsideTransactionOnly: () => "DROP DATABASE",
    run: dropDatabase,
  },
  AlterDatabaseStmt: { command: "ALTER DATABASE", run: alterDatabase },
  AlterDatabaseRefreshCollStmt: { command: "ALTER DATABASE", run: refreshDatabaseCollation },
  AlterDatabaseSetStmt: { command: "ALTER DATABASE", run: alterDatabaseSet },
  AlterRoleStmt: { command: "ALTER ROLE", run: alterRole },
  CreateStatsStmt: { command: "CREATE STATISTICS", run: createStatistics },
  AlterStatsStmt: { command: "ALTER STATISTICS", run: alterStatistics },
  DropRoleStmt: { command: "DROP ROLE", run: dropRole },
  DropTableSpaceStmt: { command: "DROP TABLESPACE", run: dropTablespace },
  DropSubscriptionStmt: { command: "DROP SUBSCRIPTION", run: dropSubscription },
  GrantStmt: {
    command: (statement) => (statement["is_grant"] === true ? "GRANT" : "REVOKE"),
    run: grant,
  },
  GrantRoleStmt: {
    command: (statement) => (statement["is_grant"] === true ? "GRANT ROLE" : "REVOKE ROLE"),
    run: grantRole,
  },
  [IAM_STATEMENT]: {
    command: (statement) => (statement["isGrant"] === true ? "AWS IAM GRANT" : "AWS IAM REVOKE"),
    run: iamGrant,
  },
  AlterDefaultPrivilegesStmt: { command: "ALTER DEFAULT PRIVILEGES", run: alterDefaultPrivileges },
  CreateExtensionStmt: { command: "CREATE EXTENSION", run: createExtension },
  AlterExtensionStmt: { command: "ALTER EXTENSION", run: updateExtension },
  AlterExtensionContentsStmt: { command: "ALTER EXTENSION", run: alterContents },
  ReassignOwnedStmt: { command: "REASSIGN OWNED", run: reassignOwned },
  DropOwnedStmt: { command: "DROP OWNED", run: dropOwned },
  VacuumStmt: VACUUM,
  ConstraintsSetStmt: { command: "SET CONSTRAINTS", readsOnly: true, run: setConstraints },
  LockStmt: { command: "LOCK TABLE", readsOnly: true, run: lockTable },
  CheckPointStmt: { command: "CHECKPOINT", readsOnly: true, run: nothing },
};

export interface UtilityPlan {
  readonly command: string;
  readonly readsOnly: boolean;
  readonly outsideTransactionOnly: boolean | string;
  /** Undefined: it returns no rows. */
  readonly columns: readonly ResultColumn[] | undefined;
  run(context: DdlContext): Promise<UtilityResult | undefined>;
}

function utilityOf({ tag, node }: ParsedStatement): Utility | undefined {
  return (
    largeObjectForm(tag, node) ?? typeForm(tag, node) ?? functionForm(tag, node) ?? UTILITIES[tag]
  );
}

/** CREATE of what only its own session has: it conflicts with nobody. */
export function makesTemporary({ node }: ParsedStatement): boolean {
  const made = ["relation", "view", "sequence"].map((field) => child(node, field));
  const relations = [...made, child(child(node, "into") ?? {}, "rel")];
  return relations.some((relation) => string(relation ?? {}, "relpersistence") === "t");
}

/** A schema change that does all that it does in its transaction. */
export function isRepeatableChange(statement: ParsedStatement): boolean {
  const utility = utilityOf(statement);
  if (utility === undefined || utility.readsOnly === true) return false;
  if (makesTemporary(statement)) return false;
  return (utility.outsideTransactionOnly?.(statement.node) ?? false) === false;
}

/** 0A000 with the statement's name for what is not there. */
export function planUtility(statement: ParsedStatement): UtilityPlan {
  const { tag, node } = statement;
  const utility = utilityOf(statement);
  if (utility === undefined) throw absentStatement(statement);
  const { command, outsideTransactionOnly, readsOnly, columns }: Utility = utility;
  return {
    command: typeof command === "string" ? command : command(statement.node),
    readsOnly: readsOnly ?? false,
    outsideTransactionOnly: outsideTransactionOnly?.(statement.node) ?? false,
    columns: columns?.(statement.node),
    run: (context) =>
      positioned(statement.source, async () => {
        refuseFarNames(imageOf(context), tag, node);
        checkUtilityAccess(context, tag, node);
        return utility.run(context, node, statement.source);
      }),
  };
}

/** Errors of binding leave with character positions. */
async function positioned(
  source: string,
  step: () => Promise<UtilityResult | void>,
): Promise<UtilityResult | undefined> {
  let failure: unknown;
  try {
    return (await step()) ?? undefined;
  } catch (error) {
    failure = error;
  }
  return withSource(source, () => {
    throw failure;
  });
}
