/**
 * INSERT, UPDATE, DELETE and MERGE as SQL text (get_insert_query_def and its kin): statements of functions
 * with BEGIN ATOMIC. What the bound form no longer tells, such as the target of ON CONFLICT, is read
 * from the statement's parse tree; forms that neither tells are refused, never printed otherwise.
 */
import { SqlError } from "@firstlight/common";
import type { Expr } from "@firstlight/sql";
import { quoteIdentifier } from "@firstlight/sql";
import { pinnedName, pinOf } from "../bind/pins.ts";
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
  OnConflict,
} from "../bind/query-tree.ts";
import { relationName } from "../catalog-functions/object-names.ts";
import { asTag, child, fieldsOf, int, list, string } from "../parse/node.ts";
import type { ParseNode } from "../parse/parsed-statement.ts";
import { type AssignedPart, assignedParts, sharedSubquery } from "./assigned-parts.ts";
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

function targetOf(node: ParseNode | undefined): ParseNode {
  return asTag(node, "ResTarget") ?? {};
}

/** Of SET (a, b) = ...: undefined for other assignments. */
function multiOf(target: ParseNode): ParseNode | undefined {
  return asTag(child(target, "val"), "MultiAssignRef");
}

/** DEFAULT was written, and stands no longer in the bound form. */
function isDefault(target: ParseNode): boolean {
  const multi = multiOf(target);
  if (multi === undefined) return asTag(child(target, "val"), "SetToDefault") !== undefined;
  const row = asTag(child(multi, "source"), "RowExpr") ?? {};
  return asTag(list(row, "args")[int(multi, "colno") - 1], "SetToDefault") !== undefined;
}

/** How many columns share a subquery, from this one on. */
function sharing(target: ParseNode): number {
  const multi = multiOf(target);
  const link = asTag(child(multi ?? {}, "source"), "SubLink");
  return multi === undefined || link === undefined ? 1 : int(multi, "ncolumns");
}

/** What is left to be said of each column, by its position. */
type Remaining = Map<number, AssignedPart[]>;

interface Place {
  readonly text: string;
  readonly value: Expr | undefined;
}

function onlyOf(fields: ParseNode): string {
  return child(fields, "relation")?.["inh"] === true ? "" : " ONLY";
}

class ModificationText {
  readonly #text: QueryText;
  readonly #out: RuleText;
  readonly #query: BoundModification;
  readonly #isTop: boolean;
  /** The target as parsed. */
  #relation: ParseNode = {};

  constructor(style: QueryStyle, out: RuleText, query: BoundModification, parent?: Level) {
    this.#out = out;
    this.#query = query;
    this.#isTop = parent === undefined;
    const place = { parent, namesVisible: !this.#isTop };
    this.#text = new QueryText(style, out, asSelect(query), place);
  }

  write(fields: ParseNode): void {
    const query = this.#query;
    this.#relation = child(fields, "relation") ?? {};
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

  /** Position of a column by the name that it had when the statement was stored. */
  #position(name: string): number {
    const number = pinOf(this.#relation)?.columns.find((each) => each[1] === name)?.[0];
    if (number !== undefined) return number - 1;
    return this.#query.table.columns.findIndex((each) => !each.dropped && each.name === name);
  }

  #remaining(columns: readonly number[], values: readonly Expr[]): Remaining {
    const print = (expr: Expr): string => this.#text.expr(expr, "hide");
    return new Map(
      columns.map((column, at) => {
        const value = values[at];
        return [column, value === undefined ? [] : assignedParts(value, print)];
      }),
    );
  }

  #take(remaining: Remaining, target: ParseNode): Place {
    const position = this.#position(string(target, "name"));
    const part = remaining.get(position)?.shift();
    return { text: this.#columnName(position) + (part?.path ?? ""), value: part?.value };
  }

  #insert(query: BoundInsert, fields: ParseNode): void {
    const out = this.#out;
    this.#target("INSERT INTO", " AS");
    out.add(" ");
    const overriding = string(fields, "override");
    const written = list(fields, "cols").map(targetOf);
    const { columns, source } = query;
    const first = source.kind === "values" ? (source.rows[0] ?? []) : [];
    const places = this.#insertPlaces(columns, first, written, query);
    if (places.length > 0) out.add(`(${places.join(", ")}) `);
    if (overriding === "OVERRIDING_SYSTEM_VALUE") out.add("OVERRIDING SYSTEM VALUE ");
    if (overriding === "OVERRIDING_USER_VALUE") out.add("OVERRIDING USER VALUE ");
    this.#source(source, (row) => this.#rowValues(columns, row, written));
    this.#onConflict(query, fields);
  }

  /** The columns as listed; where there is no list, those that are given values. */
  #insertPlaces(
    columns: readonly number[],
    row: readonly Expr[],
    written: readonly ParseNode[],
    { source }: BoundInsert,
  ): readonly string[] {
    if (source.kind === "defaults") return [];
    if (written.length === 0) return columns.map((position) => this.#columnName(position));
    const remaining = this.#remaining(columns, source.kind === "query" ? outputsOf(source) : row);
    return written.map((target) => this.#take(remaining, target).text);
  }

  #rowValues(
    columns: readonly number[],
    row: readonly Expr[],
    written: readonly ParseNode[],
  ): readonly Expr[] {
    if (written.length === 0) return row;
    const remaining = this.#remaining(columns, row);
    return written.flatMap((target) => this.#take(remaining, target).value ?? []);
  }

  #source(
    source: BoundInsert["source"],
    valuesOf: (row: readonly Expr[]) => readonly Expr[],
  ): void {
    const out = this.#out;
    if (source.kind === "defaults") out.add("DEFAULT VALUES");
    else if (source.kind === "query") {
      const place = { namesVisible: false, isArm: true };
      out.add(out.piece((into) => this.#text.nested(into, unwrapped(source.query), place)));
    } else if (source.rows.length === 1) {
      out.keyword("VALUES (", -standard, standard, 2);
      const values = valuesOf(source.rows[0] ?? []);
      out.add(values.map((each) => this.#value(each)).join(", ")).add(")");
    } else out.add(this.#text.values(source.rows.map(valuesOf)));
  }

  #value(expr: Expr): string {
    if (expr.kind !== "default") return this.#text.expr(expr, "hide", this.#out.indent);
    return expr.written === undefined ? "DEFAULT" : this.#value(expr.written);
  }

  #onConflict({ onConflict }: BoundInsert, fields: ParseNode): void {
    if (onConflict === undefined) return;
    const out = this.#out;
    out.add(" ON CONFLICT");
    const infer = child(child(fields, "onConflictClause") ?? {}, "infer");
    if (infer !== undefined) this.#conflictTarget(onConflict, infer);
    if (onConflict.action === "nothing") {
      out.add(" DO NOTHING");
      return;
    }
    out.add(" DO UPDATE SET ");
    const clause = child(fields, "onConflictClause") ?? {};
    this.#assignments(onConflict.assignments, list(clause, "targetList"));
    this.#where(onConflict.where);
  }

  #conflictTarget({ inference }: OnConflict, infer: ParseNode): void {
    const out = this.#out;
    const constraint = string(infer, "conname");
    if (constraint !== "") {
      const { arbiter } = pinnedName(infer);
      const index = this.#query.table.indexes.find(({ oid }) => oid === arbiter);
      out.add(` ON CONSTRAINT ${quoteIdentifier(index?.constraint?.name ?? constraint)}`);
      return;
    }
    if (inference === undefined) throw refused("ON CONFLICT without its elements");
    const { elements, suffixes } = inference;
    const texts = elements.map((each, at) => this.#element(each) + (suffixes[at] ?? ""));
    out.add(`(${texts.join(", ")})`);
    if (inference.where === undefined) return;
    out.keyword(" WHERE ", -standard, standard, 1).add(this.#unqualified(inference.where));
  }

  #element(expr: Expr): string {
    const isPlain = expr.kind === "var" || (expr.kind === "call" && expr.display === "function");
    return isPlain ? this.#unqualified(expr) : `(${this.#unqualified(expr)})`;
  }

  /** The target's columns by their names alone. */
  #unqualified(expr: Expr): string {
    const { parameter: _, ...style } = this.#text.style;
    const own = { ...asSelect(this.#query), rangeTable: this.#query.rangeTable.slice(0, 1) };
    const place = { parent: undefined, namesVisible: false };
    return new QueryText(style, new RuleText(0, -1), own, place).expr(expr, "hide");
  }

  /** `written` says where DEFAULT stands, whose value has been filled in, and what goes together. */
  #assignments(assignments: readonly ColumnAssignment[], written: readonly ParseNode[]): void {
    const columns = assignments.map(({ column }) => column);
    const values = assignments.map(({ expr }) => expr);
    const remaining = this.#remaining(columns, values);
    const texts: string[] = [];
    for (let at = 0; at < written.length;) {
      const width = sharing(targetOf(written[at]));
      const targets = written.slice(at, at + width).map(targetOf);
      texts.push(this.#assignment(remaining, targets));
      at += width;
    }
    this.#out.add(texts.join(", "));
  }

  #assignment(remaining: Remaining, targets: readonly ParseNode[]): string {
    const places = targets.map((target) => this.#take(remaining, target));
    const [target, place] = [targets[0] ?? {}, places[0]];
    const shared = targets.length === 1 ? undefined : sharedSubquery(place?.value);
    if (shared !== undefined) {
      return `(${places.map(({ text }) => text).join(", ")}) = ${this.#value(shared)}`;
    }
    const { text = "", value } = place ?? {};
    return `${text} = ${value === undefined || isDefault(target) ? "DEFAULT" : this.#value(value)}`;
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
    const written = list(fields, "values");
    if (written.length === 0) {
      out.add("INSERT DEFAULT VALUES");
      return;
    }
    const targets = list(fields, "targetList").map(targetOf);
    const remaining = this.#remaining(columns, values);
    const places =
      targets.length === 0
        ? values.map((value, at): Place => ({ text: this.#columnName(columns[at] ?? 0), value }))
        : targets.map((target) => this.#take(remaining, target));
    out.add(`INSERT (${places.map(({ text }) => text).join(", ")})`);
    const overriding = string(fields, "override");
    if (overriding === "OVERRIDING_SYSTEM_VALUE") out.add(" OVERRIDING SYSTEM VALUE");
    if (overriding === "OVERRIDING_USER_VALUE") out.add(" OVERRIDING USER VALUE");
    out.keyword(" VALUES (", -standard, standard, 4);
    const texts = places.map(({ value }, at) =>
      value === undefined || asTag(written[at], "SetToDefault") !== undefined
        ? "DEFAULT"
        : this.#value(value),
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

function outputsOf({ query }: { readonly query: BoundSelect }): readonly Expr[] {
  return query.targets.filter(({ junk }) => !junk).map(({ expr }) => expr);
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
