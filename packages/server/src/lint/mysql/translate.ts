/** One statement of MySQL in PostgreSQL's words. Schemas are read by node-sql-parser. */
import mariadbParser from "node-sql-parser/build/mariadb.js";
import mysqlParser from "node-sql-parser/build/mysql.js";
import type { Node } from "./expressions.ts";
import { SchemaStatements } from "./schema-statements.ts";
import { StatementWords } from "./statement-words.ts";
import type { Translation } from "./translation.ts";
import { Untranslatable, quotedName } from "./translation.ts";

const parser = new mysqlParser.Parser();
const mariadb = new mariadbParser.Parser();

/** What a session or a server of MySQL is told, and PostgreSQL need not be. */
const LEFT_OUT =
  /^(?:set\s|lock\s+tables|unlock\s+tables|use\s|create\s+(?:database|schema)\s|drop\s+(?:database|schema)\s|flush\s|analyze\s|optimize\s|show\s|delimiter\s)/iu;
const SCHEMA =
  /^(?:create\s+(?:temporary\s+)?table|create\s+(?:\w+\s+)?index|alter\s+table|rename\s+table|drop\s+index)\b/iu;
const ROUTINE = /^create\s+(?:definer\s*=\s*\S+\s+)?(procedure|function|trigger|event)\b/iu;

function only(tree: unknown): Node {
  return (Array.isArray(tree) ? tree[0] : tree) as Node;
}

/** What MariaDB has on top, ADD COLUMN IF NOT EXISTS for example. */
function ofMariadb(text: string): Node | undefined {
  try {
    return only(mariadb.astify(text, { database: "MariaDB" }));
  } catch {
    return undefined;
  }
}

function treeOf(text: string): Node {
  try {
    return only(parser.astify(text, { database: "MySQL" }));
  } catch (error) {
    const other = ofMariadb(text);
    if (other !== undefined) return other;
    const what = error instanceof Error ? (error.message.split("\n")[0] ?? "") : "";
    const found = /but (.*) found/u.exec(what)?.[1] ?? "it";
    throw new Untranslatable("mysql-syntax", `MySQL's grammar does not take ${found} here`);
  }
}

function renamed(tree: Node): string[] {
  const pairs = tree["table"] as readonly (readonly Node[])[];
  const name = (node: Node | undefined): string => quotedName(String(node?.["table"]));
  return pairs.map(([from, to]) => `ALTER TABLE ${name(from)} RENAME TO ${name(to)}`);
}

function droppedIndex(tree: Node): string[] {
  const index = String((tree["name"] as Node)["column"]);
  const table = String((tree["table"] as Node)["table"]);
  return [`DROP INDEX ${quotedName(`${table}_${index}`)}`];
}

function schemaStatement(text: string): Translation {
  const tree = treeOf(text);
  const { type, keyword } = tree;
  if (type === "rename") return { statements: renamed(tree), remarks: [] };
  if (type === "drop") return { statements: droppedIndex(tree), remarks: [] };
  const table = tree["table"];
  const schema = new SchemaStatements((Array.isArray(table) ? table[0] : table) as Node);
  if (tree["like"] !== undefined || (tree["as"] ?? null) !== null) {
    throw new Untranslatable(
      "mysql-create-like",
      "CREATE TABLE from another one has no equivalent",
    );
  }
  const statements =
    type === "alter"
      ? schema.alter(tree)
      : keyword === "index"
        ? schema.index(tree)
        : schema.create(tree);
  return { statements, remarks: schema.remarks };
}

function translated(text: string): Translation {
  if (LEFT_OUT.test(text)) return { statements: [], remarks: [] };
  const routine = ROUTINE.exec(text)?.[1];
  if (routine !== undefined) {
    const message = `MySQL's CREATE ${routine.toUpperCase()} has no equivalent`;
    throw new Untranslatable("mysql-routine", message);
  }
  if (SCHEMA.test(text)) return schemaStatement(text);
  const words = new StatementWords(text);
  return { statements: [words.translate()], remarks: words.remarks };
}

export function translateMysql(text: string): Translation {
  try {
    return translated(text);
  } catch (error) {
    if (!(error instanceof Untranslatable)) throw error;
    const remark = { rule: error.rule, message: error.message };
    return { statements: undefined, remarks: [remark] };
  }
}
