/** One schema change in a transaction, and no changes of rows beside it. */
import { list } from "../../parse/node.ts";
import type { ParsedStatement } from "../../parse/parsed-statement.ts";
import { IAM_STATEMENT } from "../../parse/parser.ts";
import { options } from "../../session/parse-fields.ts";
import type { TransactionRules } from "../profile.ts";
import type { RuleBook } from "./rule-book.ts";
import { partsOf } from "./statement-parts.ts";

const DDL = 1;
const DML = 2;

const SCHEMA_CHANGES: ReadonlySet<string> = new Set([
  "CreateStmt",
  "AlterTableStmt",
  "IndexStmt",
  "DropStmt",
  "RenameStmt",
  "AlterObjectSchemaStmt",
  "AlterOwnerStmt",
  "CommentStmt",
  "ViewStmt",
  "CreateSeqStmt",
  "AlterSeqStmt",
  "CreateDomainStmt",
  "AlterDomainStmt",
  "CreateFunctionStmt",
  "CreateSchemaStmt",
  "CreateRoleStmt",
  "AlterRoleStmt",
  "AlterRoleSetStmt",
  "DropRoleStmt",
  "GrantStmt",
  "GrantRoleStmt",
  "AlterDefaultPrivilegesStmt",
  "ReassignOwnedStmt",
  "DropOwnedStmt",
  "CreateStatsStmt",
  "AlterStatsStmt",
  IAM_STATEMENT,
]);

const WRITES = ["InsertStmt", "UpdateStmt", "DeleteStmt"] as const;

/** WITH may hold statements that write. */
function holdsWrites({ node }: ParsedStatement): boolean {
  return WRITES.some((tag) => partsOf(node, tag).length > 0);
}

function analyzes({ node }: ParsedStatement): boolean {
  return options(list(node, "options")).some(({ name }) => name === "analyze");
}

function changesOf(statement: ParsedStatement): number {
  const { tag, node } = statement;
  if (SCHEMA_CHANGES.has(tag)) return DDL;
  switch (tag) {
    case "InsertStmt":
    case "UpdateStmt":
    case "DeleteStmt":
      return DML;
    case "SelectStmt":
      return "withClause" in node && holdsWrites(statement) ? DML : 0;
    case "CopyStmt":
      return node["is_from"] === true || holdsWrites(statement) ? DML : 0;
    case "ExplainStmt":
      return analyzes(statement) && holdsWrites(statement) ? DML : 0;
    default:
      return 0;
  }
}

export class DsqlTransactionRules implements TransactionRules {
  readonly #book: RuleBook;

  constructor(book: RuleBook) {
    this.#book = book;
  }

  admit(held: number, statement: ParsedStatement): number {
    const changes = changesOf(statement);
    if (changes === DDL && (held & DDL) !== 0) this.#book.refuse("multiple-ddl");
    if (((held | changes) & (DDL | DML)) === (DDL | DML)) this.#book.refuse("ddl-and-dml");
    return held | changes;
  }
}
