/**
 * INSERT, UPDATE, DELETE and MERGE as SQL text (get_insert_query_def and its kin): statements of functions
 * with BEGIN ATOMIC. What the bound form no longer tells, such as the target of ON CONFLICT, is read
 * from the statement's parse tree; forms that neither tells are refused, never printed otherwise.
 */
import { SqlError } from "@firstlight/common";
import type { Expr } from "@firstlight/sql";
import { quoteIdentifier } from "@firstlight/sql";
import { BARE_QUERY } from "../bind/bare-query.ts";
import type {
  BoundDelete,
  BoundInsert,
  BoundMerge,
  BoundModification,
  BoundSelect,
  BoundUpdate,
  ColumnAssignment,
  FromItem,
  MergeAction,
} from "../bind/query-tree.ts";
import { relationName } from "../catalog-functions/object-names.ts";
import { asTag, child, fieldsOf, list, string } from "../parse/node.ts";
import type { ParseNode } from "../parse/parsed-statement.ts";
import type { Level } from "./column-names.ts";
import { FromText } from "./from-text.ts";
import type { QueryStyle } from "./query-text.ts";
import { QueryText, unwrapped } from "./query-text.ts";
import { INDENT, RuleText } from "./rule-text.ts";

const { standard } = INDENT;

function refused(what: string): SqlError {
  return new SqlError("0A000", `the text of a function with ${what} is not supported`);
}

function fromOf(query: BoundModification): readonly FromItem[] {
  if (query.kind === "insert") return [];
  return query.kind === "merge" ? [query.source] : query.from;
}

/** Its relations, and what it returns as targets: as far as a query's printing goes. */
function asSelect(query: BoundModification): BoundSelect {
  const { ctes, returning } = query;
  const excluded = query.kind === "insert" ? query.onConflict?.excludedRte : undefined;
  const rangeTable = query.rangeTable.map((entry, rte) =>
    rte === excluded ? { ...entry, written: { name: "excluded", columns: [] } } : entry,
  );
  const from = fromOf(query);
  return { ...BARE_QUERY, ctes, rangeTable, from, targets: returning };
}

/** A view that is written through has been replaced by its table. */
function refuseView({ rangeTable, table }: BoundModification, fields: ParseNode): void {
  const relation = child(fields, "relation") ?? {};
  const isAliased = child(relation, "alias") !== undefined;
  const renamed = rangeTable[0]?.written !== undefined;
  const isOther = isAliased ? string(relation, "relname") !== table.name : renamed;
  if (isOther) throw refused("changes of a view");
}

function refuseParts(targets: readonly ParseNode[]): void {
  for (const node of targets) {
    const target = asTag(node, "ResTarget") ?? {};
    if (list(target, "indirection").length > 0) throw refused("assignments to parts of a column");
    if (asTag(child(target, "val"), "MultiAssignRef") !== undefined) {
      throw refused("assignments to several columns at once");
    }
  }
}

function onlyOf(fields: ParseNode): string {
  return child(fields, "relation")?.["inh"] === true ? "" : " ONLY";
}

class ModificationText {
  readonly #text: QueryText;
  readonly #out: RuleText;
  readonly #query: BoundModification;

  constructor(style: QueryStyle, out: RuleText, query: BoundModification, parent?: Level) {
    this.#out = out;
    this.#query = query;
    const place = { parent, namesVisible: true };
    this.#text = new QueryText(style, out, asSelect(query), place);
  }

  write(fields: ParseNode): void {
    const query = this.#query;
    refuseView(query, fields);
    this.#text.writeWith();
    this.#out.indent += standard;
    this.#out.add(" ");
    if (query.kind === "insert") this.#insert(query, fields);
    else if (query.kind === "update") this.#update(query, fields);
    else if (query.kind === "delete") this.#delete(query, fields);
    else this.#merge(query, fields);
    this.#returning();
  }

  #target(words: string, as: string): void {
    const { style, level } = this.#text;
    const { table, rangeTable } = this.#query;
    const name = relationName(style.scope, table.oid) ?? quoteIdentifier(table.name);
    this.#out.add(`${words} ${name}`);
    const shown = level.relationNames[0] ?? table.name;
    const isNamed = rangeTable[0]?.written !== undefined || shown !== table.name;
    if (isNamed) this.#out.add(`${as} ${quoteIdentifier(shown)}`);
  }

  #columnName(position: number): string {
    return quoteIdentifier(this.#query.table.columns[position]?.name ?? "");
  }

  #insert(query: BoundInsert, fields: ParseNode): void {
    const out = this.#out;
    refuseParts(list(fields, "cols"));
    this.#target("INSERT INTO", " AS");
    out.add(" ");
    const { columns } = query;
    if (columns.length > 0) {
      out.add(`(${columns.map((position) => this.#columnName(position)).join(", ")}) `);
    }
    const overriding = string(fields, "override");
    if (overriding === "OVERRIDING_SYSTEM_VALUE") out.add("OVERRIDING SYSTEM VALUE ");
    if (overriding === "OVERRIDING_USER_VALUE") throw refused("OVERRIDING USER VALUE");
    this.#source(query.source);
    this.#onConflict(query, fields);
  }

  #source(source: BoundInsert["source"]): void {
    const out = this.#out;
    if (source.kind === "defaults") out.add("DEFAULT VALUES");
    else if (source.kind === "query") {
      const place = { namesVisible: false, isArm: true };
      out.add(out.piece((into) => this.#text.nested(into, unwrapped(source.query), place)));
    } else if (source.rows.length === 1) {
      out.keyword("VALUES (", -standard, standard, 2);
      out.add((source.rows[0] ?? []).map((each) => this.#value(each)).join(", ")).add(")");
    } else out.add(this.#text.values(source.rows));
  }

  #value(expr: Expr): string {
    return expr.kind === "default" ? "DEFAULT" : this.#text.expr(expr, "hide");
  }

  #onConflict({ onConflict }: BoundInsert, fields: ParseNode): void {
    if (onConflict === undefined) return;
    const out = this.#out;
    out.add(" ON CONFLICT");
    const infer = child(child(fields, "onConflictClause") ?? {}, "infer");
    if (infer !== undefined) out.add(conflictTarget(infer));
    if (onConflict.action === "nothing") {
      out.add(" DO NOTHING");
      return;
    }
    out.add(" DO UPDATE SET ");
    const clause = child(fields, "onConflictClause") ?? {};
    this.#assignments(onConflict.assignments, list(clause, "targetList"));
    this.#where(onConflict.where);
  }

  /** `written` says where DEFAULT stands, whose value has been filled in. */
  #assignments(assignments: readonly ColumnAssignment[], written: readonly ParseNode[]): void {
    refuseParts(written);
    const texts = assignments.map(({ column, expr }, at) => {
      const value = child(asTag(written[at], "ResTarget") ?? {}, "val");
      const isDefault = asTag(value, "SetToDefault") !== undefined;
      return `${this.#columnName(column)} = ${isDefault ? "DEFAULT" : this.#value(expr)}`;
    });
    this.#out.add(texts.join(", "));
  }

  #update(query: BoundUpdate, fields: ParseNode): void {
    this.#target(`UPDATE${onlyOf(fields)}`, "");
    this.#out.add(" SET ");
    this.#assignments(query.assignments, list(fields, "targetList"));
    new FromText(this.#text).write(query);
    this.#where(query.where);
  }

  #delete(query: BoundDelete, fields: ParseNode): void {
    this.#target(`DELETE FROM${onlyOf(fields)}`, "");
    new FromText(this.#text).write(query, " USING ");
    this.#where(query.where);
  }

  #merge({ source, condition, actions }: BoundMerge, fields: ParseNode): void {
    const out = this.#out;
    this.#target(`MERGE INTO${onlyOf(fields)}`, "");
    new FromText(this.#text).write({ from: [source] }, " USING ");
    out.keyword(" ON ", -standard, standard, 2).add(this.#text.expr(condition, "hide"));
    const clauses = list(fields, "mergeWhenClauses");
    actions.forEach((action, at) => {
      out.keyword(" WHEN ", -standard, standard, 2).add(action.matched ? "MATCHED" : "NOT MATCHED");
      if (action.condition !== undefined) {
        out.keyword(" AND ", -standard, standard, 3);
        out.add(this.#text.expr(action.condition, "hide"));
      }
      out.keyword(" THEN ", -standard, standard, 3);
      this.#action(action, asTag(clauses[at], "MergeWhenClause") ?? {});
    });
  }

  #action(action: MergeAction, fields: ParseNode): void {
    const out = this.#out;
    if (action.command === "nothing") out.add("DO NOTHING");
    else if (action.command === "delete") out.add("DELETE");
    else if (action.command === "update") {
      out.add("UPDATE SET ");
      this.#assignments(action.assignments, list(fields, "targetList"));
    } else this.#insertAction(action, fields);
  }

  #insertAction({ columns, values }: MergeAction, fields: ParseNode): void {
    const out = this.#out;
    refuseParts(list(fields, "targetList"));
    const written = list(fields, "values");
    if (written.length === 0) {
      out.add("INSERT DEFAULT VALUES");
      return;
    }
    out.add(`INSERT (${columns.map((position) => this.#columnName(position)).join(", ")})`);
    const overriding = string(fields, "override");
    if (overriding === "OVERRIDING_SYSTEM_VALUE") out.add(" OVERRIDING SYSTEM VALUE");
    if (overriding === "OVERRIDING_USER_VALUE") out.add(" OVERRIDING USER VALUE");
    out.keyword(" VALUES (", -standard, standard, 4);
    const texts = values.map((value, at) =>
      asTag(written[at], "SetToDefault") === undefined ? this.#value(value) : "DEFAULT",
    );
    out.add(`${texts.join(", ")})`);
  }

  #where(where: Expr | undefined): void {
    if (where === undefined) return;
    this.#out.keyword(" WHERE ", -standard, standard, 1).add(this.#text.expr(where, "hide"));
  }

  #returning(): void {
    if (this.#query.returning.length === 0) return;
    this.#out.keyword(" RETURNING", -standard, standard, 1);
    this.#text.writeTargets();
  }
}

function conflictTarget(infer: ParseNode): string {
  const constraint = string(infer, "conname");
  if (constraint !== "") return ` ON CONSTRAINT ${quoteIdentifier(constraint)}`;
  if (child(infer, "whereClause") !== undefined) throw refused("ON CONFLICT ... WHERE");
  const names = list(infer, "indexElems").map((node) => {
    const fields = asTag(node, "IndexElem") ?? {};
    const name = string(fields, "name");
    const isPlain = list(fields, "collation").length + list(fields, "opclass").length === 0;
    if (name === "" || !isPlain) throw refused("expressions in ON CONFLICT");
    return quoteIdentifier(name);
  });
  return `(${names.join(", ")})`;
}

/** `node` is the statement as parsed, with its tag. */
export function modificationText(
  style: QueryStyle,
  query: BoundModification,
  node: ParseNode,
  indent: number,
): string {
  const out = new RuleText(indent, 0);
  new ModificationText(style, out, query).write(fieldsOf(node));
  return out.text;
}

function cteNode(statement: ParseNode, name: string): ParseNode {
  const ctes = list(child(fieldsOf(statement), "withClause") ?? {}, "ctes");
  const found = ctes
    .map((each) => asTag(each, "CommonTableExpr") ?? {})
    .find((each) => string(each, "ctename") === name);
  return child(found ?? {}, "ctequery") ?? {};
}

/** A style for a statement whose WITH may change data; only that of a whole statement may. */
export function withChanges(style: QueryStyle, statement: ParseNode): QueryStyle {
  const changing: QueryStyle = {
    ...style,
    writeChange: (out, query, cte, parent) => {
      const text = new ModificationText(changing, out, query, parent);
      text.write(fieldsOf(cteNode(statement, cte)));
    },
  };
  return changing;
}
