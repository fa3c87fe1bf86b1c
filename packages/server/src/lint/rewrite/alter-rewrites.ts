/**
 * ALTER TABLE as Aurora DSQL takes it: what would look at all rows is added without a look, and
 * validated by a job. Several actions become statements of their own, which are looked at again.
 */
import type { ParsedStatement, ParseNode } from "@firstlight/query-processor";
import type { Rewrite, Rewriter } from "./rewrite.ts";
import { edited } from "./rewrite.ts";
import { TokenEdits } from "./token-edits.ts";

interface Alteration {
  /** ALTER TABLE [IF EXISTS] [ONLY] name */
  readonly head: string;
  readonly table: string;
  /** Without schema and quotes, for names. */
  readonly plainTable: string;
  /** One for each action, as written. */
  readonly actions: readonly string[];
}

function alterationOf({ text }: ParsedStatement): Alteration {
  const edits = new TokenEdits(text);
  let at = 2;
  if (edits.is(at, "if", "exists")) at += 2;
  if (edits.is(at, "only")) at++;
  const from = at++;
  while (edits.is(at, ".")) at += 2;
  const commas = [...edits.places(",")].filter(({ depth }) => depth === 0).map(({ at: i }) => i);
  const starts = [at, ...commas.map((comma) => comma + 1)];
  const ends = [...commas, edits.tokens.length];
  return {
    head: edits.written(0, at),
    table: edits.written(from, at),
    plainTable: edits.written(at - 1).replaceAll('"', ""),
    actions: starts.map((start, i) => edits.written(start, ends[i])),
  };
}

/** Its actions one by one; undefined where there is only one. */
function split({ head, actions }: Alteration): Rewrite | undefined {
  if (actions.length < 2) return undefined;
  return { statements: actions.map((action) => `${head} ${action}`) };
}

function validate(table: string, constraint: string): string {
  return `ALTER TABLE ASYNC ${table} VALIDATE CONSTRAINT ${constraint}`;
}

function quoted(name: string): string {
  return /^[a-z_][a-z0-9_$]*$/u.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
}

/** A column that is not null as a constraint that can be validated later. */
function notNull({ head, table, plainTable }: Alteration, column: string): string[] {
  const name = quoted(`${plainTable}_${column.replaceAll('"', "")}_not_null`);
  return [
    `${head} ADD CONSTRAINT ${name} CHECK (${column} IS NOT NULL) NOT VALID`,
    validate(table, name),
  ];
}

function setNotNull(statement: ParsedStatement): Rewrite | undefined {
  const alteration = alterationOf(statement);
  const whole = split(alteration);
  if (whole !== undefined) return whole;
  const edits = new TokenEdits(alteration.actions[0] ?? "");
  const column = edits.written(edits.is(1, "column") ? 2 : 1);
  const note = "the column stays nullable in the catalog; a CHECK constraint refuses nulls";
  return { statements: notNull(alteration, column), note };
}

/** ADD [CONSTRAINT name] and what it is. */
function addConstraint(statement: ParsedStatement): Rewrite | undefined {
  const alteration = alterationOf(statement);
  const whole = split(alteration);
  if (whole !== undefined) return whole;
  const { head, table, actions } = alteration;
  const edits = new TokenEdits(actions[0] ?? "");
  const isNamed = edits.is(1, "constraint");
  const name = isNamed ? edits.written(2) : undefined;
  const at = isNamed ? 3 : 1;
  if (edits.is(at, "check") || edits.is(at, "foreign", "key")) {
    const added = `${head} ${edits.append("NOT VALID").result()}`;
    if (name !== undefined) return { statements: [added, validate(table, name)] };
    return { statements: [added], note: "rows that are there already are not looked at" };
  }
  if (!edits.is(at, "unique")) return undefined;
  const rest = edits.written(at + 1, edits.tokens.length);
  const index = name === undefined ? "" : ` ${name}`;
  return {
    statements: [`CREATE UNIQUE INDEX ASYNC${index} ON ${table} ${rest}`],
    note: "once its job has ended: ALTER TABLE ... ADD CONSTRAINT ... UNIQUE USING INDEX",
  };
}

interface ColumnConstraint {
  readonly type: string;
  readonly text: string;
}

function nodes(node: unknown, field: string): readonly ParseNode[] {
  const value = (node as ParseNode | undefined)?.[field];
  return Array.isArray(value) ? (value as ParseNode[]) : [];
}

/** Constraints of the column that is added, as written. */
function constraintsOf({ node, source, text }: ParsedStatement): readonly ColumnConstraint[] {
  const [command] = nodes(node, "cmds");
  const action = command?.["AlterTableCmd"] as ParseNode | undefined;
  const column = (action?.["def"] as ParseNode | undefined)?.["ColumnDef"];
  const bytes = Buffer.from(source, "utf8");
  const offset = source.indexOf(text);
  const found = nodes(column, "constraints").map((each) => {
    const { contype, location } = each["Constraint"] as { contype: string; location?: number };
    return { type: contype, start: bytes.subarray(0, location ?? 0).toString().length - offset };
  });
  return found.map(({ type, start }, at) => ({
    type,
    text: text.slice(start, found[at + 1]?.start).trim(),
  }));
}

/** What a constraint of a new column is as an action, or actions, of its own. */
function asStatements(
  { type, text }: ColumnConstraint,
  alteration: Alteration,
  column: string,
): readonly string[] | undefined {
  const { head, table } = alteration;
  const bare = text.replace(/^constraint\s+\S+\s+/iu, "");
  switch (type) {
    case "CONSTR_NULL":
      return [];
    case "CONSTR_DEFAULT":
      return [
        `${head} ALTER COLUMN ${column} SET ${text}`,
        `UPDATE ${table} SET ${column} = DEFAULT`,
      ];
    case "CONSTR_NOTNULL":
      return notNull(alteration, column);
    case "CONSTR_CHECK":
      return [`${head} ADD ${text} NOT VALID`];
    case "CONSTR_FOREIGN":
      return [`${head} ADD FOREIGN KEY (${column}) ${bare} NOT VALID`];
    case "CONSTR_UNIQUE":
      return [`CREATE UNIQUE INDEX ASYNC ON ${table} (${column})`];
    default:
      return undefined;
  }
}

/** Rows get their values BEFORE nulls are refused. */
const ORDER = ["CONSTR_NULL", "CONSTR_DEFAULT"];

function addColumn(statement: ParsedStatement): Rewrite | undefined {
  const alteration = alterationOf(statement);
  const whole = split(alteration);
  if (whole !== undefined) return whole;
  const [action = ""] = alteration.actions;
  const constraints = constraintsOf(statement);
  const [first] = constraints;
  if (first === undefined) return undefined;
  const bare = action.slice(0, action.lastIndexOf(constraints.map(({ text }) => text)[0] ?? ""));
  const edits = new TokenEdits(action);
  let at = edits.is(1, "column") ? 2 : 1;
  if (edits.is(at, "if", "not", "exists")) at += 3;
  const column = edits.written(at);
  const rank = ({ type }: ColumnConstraint): number => (ORDER.includes(type) ? 0 : 1);
  const statements = [`${alteration.head} ${bare.trim()}`];
  for (const constraint of constraints.toSorted((a, b) => rank(a) - rank(b))) {
    const own = asStatements(constraint, alteration, column);
    if (own === undefined) return undefined;
    statements.push(...own);
  }
  return { statements, note: "an UPDATE changes at most 3,000 rows in a transaction" };
}

export const ALTER_REWRITES: Readonly<Record<string, Rewriter>> = {
  "set-not-null": setNotNull,
  "add-constraint": addConstraint,
  "add-column-constraint": addColumn,
  "validate-constraint": edited((edits) => edits.insertAfter(edits.find(["table"]), "ASYNC")),
};
