/**
 * A bound query as SQL text, in ruleutils' format: what pg_get_viewdef prints. Names are those that
 * relations and columns have now.
 */
import type { SearchAndCycle } from "../bind/search-cycle.ts";
import type { Expr, ExprPrinter, ImplicitCasts, SortKey } from "@firstlight/sql";
import { displayExpr, operatorText, formatType, oids, quoteIdentifier } from "@firstlight/sql";
import { InvariantError } from "@firstlight/common";
import type {
  BoundCte,
  BoundModification,
  BoundSelect,
  FrameBound,
  GroupElement,
  SetOperation,
  SortClause,
  TargetEntry,
  WindowClause,
} from "../bind/query-tree.ts";
import { queryOf, sameExpr } from "../bind/walk.ts";
import type { NameScope } from "../catalog-functions/object-names.ts";
import { registeredObjectName } from "../catalog-functions/registered-objects.ts";
import type { Level } from "./column-names.ts";
import { bare, levelOf } from "./column-names.ts";
import { entryAsWritten } from "../bind/whole-row.ts";
import { columnText, mergedColumn, wholeRowText } from "./column-text.ts";
import { FromText } from "./from-text.ts";
import { INDENT, RuleText } from "./rule-text.ts";

export interface QueryStyle {
  readonly scope: NameScope;
  /** Without needless parentheses. */
  readonly pretty: boolean;
  /** Parameters of the function whose body it is; `qualified` where columns may be meant. */
  readonly parameter?: (number: number, qualified: boolean) => string;
  /** Writes the query of a CTE that changes data, where there can be one. */
  writeChange?(out: RuleText, query: BoundModification, cte: string, parent: Level): void;
}

export interface QueryPlace {
  readonly parent: Level | undefined;
  /** Names of the result, where something else than the query says them. */
  readonly names?: readonly string[] | undefined;
  /** Whether the names of its columns matter to anyone. */
  readonly namesVisible: boolean;
  /** Of UNION, INTERSECT or EXCEPT. */
  readonly isArm?: boolean;
}

type Var = Extract<Expr, { kind: "var" }>;

/** ctid */
function isRowPosition(expr: Expr): expr is Extract<Expr, { kind: "relabel" }> & { arg: Var } {
  return expr.kind === "relabel" && expr.arg.kind === "var" && expr.arg.column === -1;
}

const { standard } = INDENT;

export class QueryText {
  readonly style: QueryStyle;
  readonly out: RuleText;
  readonly level: Level;
  readonly #query: BoundSelect;
  readonly #place: QueryPlace;
  /** Columns are named with their relation. */
  readonly #prefix: boolean;
  #inOrderBy = false;
  #inGroupBy = false;

  constructor(style: QueryStyle, out: RuleText, bound: BoundSelect, place: QueryPlace) {
    const query = { ...bound, rangeTable: bound.rangeTable.map(entryAsWritten) };
    this.style = style;
    this.out = out;
    this.#query = query;
    this.#place = place;
    this.level = levelOf(style.scope.image, query, place.parent);
    const isAlone = place.parent === undefined && style.parameter === undefined;
    this.#prefix = !isAlone || query.rangeTable.length !== 1;
  }

  /** A query inside this one, written into `out`. */
  nested(out: RuleText, query: BoundSelect, place: Omit<QueryPlace, "parent">): void {
    new QueryText(this.style, out, query, { ...place, parent: this.level }).write();
  }

  nestedText(indent: number, query: BoundSelect, namesVisible: boolean): string {
    const out = new RuleText(indent, this.out.wrap);
    this.nested(out, query, { namesVisible });
    return out.text;
  }

  expr(expr: Expr, implicit: ImplicitCasts, indent: number = this.out.indent): string {
    const { scope, pretty } = this.style;
    return displayExpr(
      expr,
      {
        column: (each) => (each.kind === "var" ? this.column(each) : "?"),
        special: (each, printer) => this.#special(each, printer),
        subLink: (each, printer) => this.#subLink(each, printer),
        window: (each, printer) => this.#over(each.window, printer.indent),
        sortKey: (each) => this.#sortExpr(each),
        objectName: (type, oid) => registeredObjectName(scope, type, oid),
        format: scope.format,
        pretty,
        lines: true,
        indent,
      },
      implicit,
    );
  }

  column(expr: Extract<Expr, { kind: "var" }>): string {
    const prefix = this.#prefix || this.#isAmbiguous(expr);
    return columnText(this.level, expr, prefix);
  }

  /** In ORDER BY a name means a column of the result first. */
  #isAmbiguous(expr: Extract<Expr, { kind: "var" }>): boolean {
    if (!this.#inOrderBy) return false;
    const name = columnText(this.level, expr, false);
    return this.#query.targets.some(
      (target) =>
        !target.junk && quoteIdentifier(target.name) === name && !sameExpr(target.expr, expr),
    );
  }

  #special(expr: Expr, printer: ExprPrinter): string | undefined {
    if (expr.kind === "grouping" && this.#query.groupBy.length > 0) {
      const args = expr.refs.flatMap((ref) => this.#query.groupBy[ref] ?? []);
      return `GROUPING(${args.map((arg) => printer(arg, "show")).join(", ")})`;
    }
    if (expr.kind === "param") {
      const qualified = this.#place.parent !== undefined || this.#query.rangeTable.length > 0;
      return this.style.parameter?.(expr.number, qualified);
    }
    if (expr.kind === "row") return this.#rowText(expr, printer);
    if (expr.kind === "case") return wholeRowText(this.level, expr);
    if (isRowPosition(expr)) return this.column(expr.arg);
    return mergedColumn(this.level, expr);
  }

  /** Whole rows in a row are cast to what they are: else they would be read as their columns. */
  #rowText(row: Extract<Expr, { kind: "row" }>, printer: ExprPrinter): string | undefined {
    const whole = wholeRowText(this.level, row);
    if (whole !== undefined) return whole;
    const fields = row.fields.map((field) => this.#castWholeRow(field));
    if (fields.every((field) => field === undefined)) return undefined;
    const texts = row.fields.map((field, at) => fields[at] ?? printer(field, "show"));
    const type = row.type === oids.RECORD ? "" : `::${formatType(row.type)}`;
    return `ROW(${texts.join(", ")})${type}`;
  }

  #castWholeRow(expr: Expr): string | undefined {
    const whole = wholeRowText(this.level, expr);
    return whole === undefined ? undefined : `${whole}::${formatType(expr.type, expr.typmod)}`;
  }

  write(): void {
    const { out } = this;
    const query = this.#query;
    this.writeWith();
    const isSet = query.setOperation !== undefined;
    if (query.setOperation !== undefined) this.#setOperation(query.setOperation, this.#place);
    else this.#basic();
    if (query.orderBy.length > 0) {
      out.keyword(" ORDER BY ", -standard, standard, 1);
      out.add(this.#orderBy(query.orderBy, isSet));
    }
    this.#limits();
    this.#locking();
  }

  writeWith(): void {
    const { out } = this;
    const { ctes } = this.#query;
    if (ctes.length === 0) return;
    out.indent += standard;
    out.add(" ");
    let separator = ctes.some((cte) => cte.recursive) ? "WITH RECURSIVE " : "WITH ";
    for (const cte of ctes) {
      out.add(`${separator}${quoteIdentifier(cte.name)}${cteAliases(cte)} AS `);
      if (cte.materialized === "always") out.add("MATERIALIZED ");
      if (cte.materialized === "never") out.add("NOT MATERIALIZED ");
      out.add("(").keyword("", 0, 0, 0);
      out.add(this.#cteText(cte));
      out.keyword("", 0, 0, 0).add(")");
      if (cte.clauses !== undefined) out.add(this.#clauses(cte.clauses));
      separator = ", ";
    }
    out.indent -= standard;
    out.keyword("", 0, 0, 0);
  }

  #clauses({ search, cycle }: SearchAndCycle): string {
    const names = (columns: readonly string[]): string => columns.map(quoteIdentifier).join(", ");
    let text = "";
    if (search !== undefined) {
      const order = search.breadthFirst ? "BREADTH" : "DEPTH";
      text += ` SEARCH ${order} FIRST BY ${names(search.columns)}`;
      text += ` SET ${quoteIdentifier(search.sequence)}`;
    }
    if (cycle === undefined) return text;
    text += ` CYCLE ${names(cycle.columns)} SET ${quoteIdentifier(cycle.mark)}`;
    const isPlain = isBoolean(cycle.value, true) && isBoolean(cycle.initial, false);
    if (!isPlain) {
      text += ` TO ${this.expr(cycle.value, "hide")} DEFAULT ${this.expr(cycle.initial, "hide")}`;
    }
    return `${text} USING ${quoteIdentifier(cycle.path)}`;
  }

  #cteText({ name, query }: BoundCte): string {
    const { out, level, style } = this;
    if (query.kind === "select") return this.nestedText(out.indent, query, true);
    if (style.writeChange === undefined)
      throw new InvariantError("no query of a view changes data");
    const into = new RuleText(out.indent, out.wrap);
    style.writeChange(into, query, name, level);
    return into.text;
  }

  #setOperation(node: SetOperation, place: QueryPlace): void {
    const { out } = this;
    if (node.kind === "arm") {
      this.#arm(node.rte, place);
      return;
    }
    const { left, right } = node;
    const nestsLeft = left.kind !== "arm" && !(left.kind === node.kind && left.all === node.all);
    if (nestsLeft) out.add("(").keyword("", standard, 0, 0);
    this.#setOperation(left, place);
    if (nestsLeft) out.keyword(") ", -standard, 0, 0);
    else out.keyword("", 0, 0, 0);
    out.add(`${node.kind.toUpperCase()} ${node.all ? "ALL " : ""}`);
    const nestsRight = right.kind !== "arm";
    if (nestsRight) out.add("(");
    const indent = nestsRight ? standard : 0;
    out.keyword("", indent, 0, 0);
    this.#setOperation(right, { ...place, namesVisible: false });
    out.indent -= indent;
    if (nestsRight) out.keyword(")", 0, 0, 0);
  }

  #arm(rte: number, place: QueryPlace): void {
    const entry = this.#query.rangeTable[rte];
    if (entry?.kind !== "subquery") throw new Error("an arm is a subquery");
    const query = unwrapped(entry.query);
    const needsParentheses =
      query.ctes.length > 0 ||
      query.orderBy.length > 0 ||
      (query.lockedEntries?.length ?? 0) > 0 ||
      query.offset !== undefined ||
      query.limit !== undefined;
    const text = this.out.piece((out) => {
      const { names, namesVisible } = place;
      const named = names === undefined ? {} : { names };
      this.nested(out, query, { namesVisible, isArm: true, ...named });
    });
    this.out.add(needsParentheses ? `(${text})` : text);
  }

  #basic(): void {
    const { out } = this;
    const query = this.#query;
    out.indent += standard;
    out.add(" ");
    const values = this.#plainValues();
    if (values !== undefined) {
      out.add(this.values(values));
      return;
    }
    out.add("SELECT");
    if (query.distinct === true) out.add(" DISTINCT");
    else if (query.distinct !== false) {
      const on = query.distinct.map((index) => this.#sortTarget(index, false));
      out.add(` DISTINCT ON (${on.join(", ")})`);
    }
    this.writeTargets();
    new FromText(this).write(query);
    if (query.where !== undefined) {
      out.keyword(" WHERE ", -standard, standard, 1).add(this.expr(query.where, "hide"));
    }
    this.#groupBy();
    if (query.having !== undefined) {
      out.keyword(" HAVING ", -standard, standard, 0).add(this.expr(query.having, "hide"));
    }
    this.#windows();
  }

  /** VALUES alone, unless its columns are called otherwise. */
  #plainValues(): readonly (readonly Expr[])[] | undefined {
    const { rangeTable, targets } = this.#query;
    const [entry] = rangeTable;
    if (entry?.kind !== "values" || rangeTable.length !== 1) return undefined;
    const names = this.#place.names ?? targets.map((target) => target.name);
    const same = entry.columns.every((column, index) => column.name === names[index]);
    return same ? entry.rows : undefined;
  }

  values(rows: readonly (readonly Expr[])[]): string {
    const texts = rows.map(
      (row) =>
        `(${row.map((each) => this.#castWholeRow(each) ?? this.expr(each, "hide")).join(",")})`,
    );
    return `VALUES ${texts.join(", ")}`;
  }

  writeTargets(): void {
    const { out } = this;
    const shown = this.#query.targets.filter((target) => !target.junk);
    let separator = " ";
    let wasMultiline = false;
    shown.forEach((target, index) => {
      out.add(separator);
      separator = ", ";
      const text = this.#targetText(target, this.#place.names?.[index] ?? target.name);
      if (text.startsWith("\n")) out.trimSpaces();
      else {
        const overflows = out.lineLength + text.length > out.wrap;
        if (out.wrap >= 0 && index > 0 && (overflows || wasMultiline)) out.breakItem();
        wasMultiline = text.includes("\n");
      }
      out.add(text);
    });
  }

  #targetText({ expr }: TargetEntry, name: string): string {
    const own = this.#ownName(expr);
    const text = this.#topTarget(expr);
    const fallback = this.#place.namesVisible ? undefined : "?column?";
    return (own ?? fallback) === name ? text : `${text} AS ${quoteIdentifier(name)}`;
  }

  #topTarget(expr: Expr): string {
    // What an arm's column becomes for the others is not part of it.
    const implicit = this.#place.isArm === true ? "hide" : "show";
    return this.#castWholeRow(expr) ?? this.expr(expr, implicit);
  }

  /** The name that a plain column has by itself. */
  #ownName(expr: Expr): string | undefined {
    if (isRowPosition(expr)) return "ctid";
    if (expr.kind === "call" && expr.routine?.shownAs === "column") return expr.routine.name;
    const text =
      expr.kind === "var" ? columnText(this.level, expr, false) : mergedColumn(this.level, expr);
    if (text === undefined) return undefined;
    return text.startsWith('"') ? text.slice(1, -1).replaceAll('""', '"') : text;
  }

  #sortTarget(index: number, byNumber: boolean): string {
    const target = this.#query.targets[index];
    if (target === undefined) throw new Error("a target that is sorted by");
    if (byNumber) return String(index + 1);
    return this.#sortExpr(target.expr);
  }

  /** get_rule_sortgroupclause. */
  #sortExpr(expr: Expr): string {
    const [shown] = expr.kind === "call" && expr.routine?.shownAs === "argument" ? expr.args : [];
    if (shown !== undefined) return this.#sortExpr(shown);
    if (expr.kind === "const") return this.#labelled(expr);
    if (expr.kind === "var") return this.#sortColumn(expr);
    const text = this.expr(expr, "show");
    const isCall = expr.kind === "call" && expr.display === "function";
    const needs =
      this.style.pretty || isCall || expr.kind === "aggregate" || expr.kind === "window";
    return needs ? `(${text})` : text;
  }

  /** A name alone means a column of the result first: within an expression it does not. */
  #sortColumn(expr: Var): string {
    const before = this.#inOrderBy;
    this.#inOrderBy = !this.#inGroupBy;
    const text = this.expr(expr, "show");
    this.#inOrderBy = before;
    return text;
  }

  #labelled(expr: Expr): string {
    const text = this.expr(expr, "show");
    return text.includes("::") ? text : `${text}::${formatType(expr.type, expr.typmod)}`;
  }

  #orderBy(clauses: readonly SortClause[], byNumber: boolean): string {
    const texts = clauses.map(({ target, descending, nullsFirst }) =>
      this.#sorted(this.#sortTarget(target, byNumber), descending, nullsFirst),
    );
    return texts.join(", ");
  }

  #sorted(text: string, descending: boolean, nullsFirst: boolean): string {
    const nulls = nullsFirst === descending ? "" : nullsFirst ? " NULLS FIRST" : " NULLS LAST";
    return `${text}${descending ? " DESC" : ""}${nulls}`;
  }

  #limits(): void {
    const { out } = this;
    const { offset, limit, withTies } = this.#query;
    if (offset !== undefined) {
      out.keyword(" OFFSET ", -standard, standard, 0).add(this.expr(offset, "hide"));
    }
    if (limit === undefined) return;
    out.keyword(withTies ? " FETCH FIRST " : " LIMIT ", -standard, standard, 0);
    const count = this.expr(limit, "hide");
    out.add(withTies ? `(${count}) ROWS WITH TIES` : count);
  }

  #locking(): void {
    const words = {
      update: " FOR UPDATE",
      noKeyUpdate: " FOR NO KEY UPDATE",
      share: " FOR SHARE",
      keyShare: " FOR KEY SHARE",
    };
    for (const { rte, strength } of this.#query.lockedEntries ?? []) {
      this.out.keyword(words[strength], -standard, standard, 0);
      this.out.add(` OF ${quoteIdentifier(this.level.relationNames[rte] ?? "")}`);
    }
  }

  #groupBy(): void {
    const { groupBy, groupingSets } = this.#query;
    if (groupBy.length === 0 && groupingSets === undefined) return;
    this.#inGroupBy = true;
    this.#groupKeys();
    this.#inGroupBy = false;
  }

  #groupKeys(): void {
    const { groupBy, groupClause } = this.#query;
    this.out.keyword(" GROUP BY ", -standard, standard, 1);
    if (groupClause === undefined) {
      this.out.add(groupBy.map((expr) => this.#sortExpr(expr)).join(", "));
      return;
    }
    if (groupClause.distinct) this.out.add("DISTINCT ");
    this.out.add(groupClause.elements.map((each) => this.#groupElement(each, true)).join(", "));
  }

  #groupElement(element: GroupElement, isTop: boolean): string {
    if (element.kind === "simple") {
      const texts = element.refs.map((ref) => {
        const expr = this.#query.groupBy[ref];
        return expr === undefined ? "" : this.#sortExpr(expr);
      });
      const bareItem = texts.length === 1 && (isTop || !element.row);
      return bareItem ? (texts[0] ?? "") : `(${texts.join(", ")})`;
    }
    const words = { rollup: "ROLLUP", cube: "CUBE", sets: "GROUPING SETS" };
    const isSets = element.kind === "sets";
    const content = element.content.map((each) =>
      isSets && each.kind === "simple" && each.refs.length === 1
        ? `(${this.#groupElement(each, true)})`
        : this.#groupElement(each, false),
    );
    const space = isSets ? " " : "";
    return `${words[element.kind]}${space}(${content.join(", ")})`;
  }

  #windows(): void {
    let first = true;
    for (const clause of this.#query.windows) {
      if (clause.name === undefined) continue;
      if (first) this.out.keyword(" WINDOW ", -standard, standard, 1);
      else this.out.add(", ");
      first = false;
      this.out.add(`${quoteIdentifier(clause.name)} AS ${this.#windowSpec(clause)}`);
    }
  }

  #over(index: number, _indent: number): string {
    const clause = this.#query.windows[index];
    if (clause === undefined) return "(?)";
    return clause.name === undefined ? this.#windowSpec(clause) : quoteIdentifier(clause.name);
  }

  #windowSpec({ base, partitionBy, orderBy, frame }: WindowClause): string {
    const parts: string[] = [];
    if (base !== undefined) parts.push(quoteIdentifier(base.name));
    if (partitionBy.length > 0 && base === undefined) {
      parts.push(`PARTITION BY ${partitionBy.map((expr) => this.#sortExpr(expr)).join(", ")}`);
    }
    if (orderBy.length > 0 && base?.ordered !== true) {
      parts.push(`ORDER BY ${orderBy.map((key) => this.#sortKey(key)).join(", ")}`);
    }
    const text = this.#frame(frame);
    if (text !== undefined) parts.push(text);
    return `(${parts.join(" ")})`;
  }

  #sortKey({ expr, descending, nullsFirst }: SortKey): string {
    return this.#sorted(this.#sortExpr(expr), descending, nullsFirst);
  }

  #frame(frame: WindowClause["frame"]): string | undefined {
    if (frame.written === "default" || frame.written === undefined) return undefined;
    const start = this.#bound(frame.start);
    const range =
      frame.written === "between" ? `BETWEEN ${start} AND ${this.#bound(frame.end)}` : start;
    const exclusions = {
      none: "",
      currentRow: " EXCLUDE CURRENT ROW",
      group: " EXCLUDE GROUP",
      ties: " EXCLUDE TIES",
    };
    return `${frame.mode.toUpperCase()} ${range}${exclusions[frame.exclusion]}`;
  }

  #bound(bound: FrameBound): string {
    switch (bound.kind) {
      case "unboundedPreceding":
        return "UNBOUNDED PRECEDING";
      case "unboundedFollowing":
        return "UNBOUNDED FOLLOWING";
      case "currentRow":
        return "CURRENT ROW";
      case "preceding":
      case "following":
        return `${this.expr(bound.offset, "hide")} ${bound.kind.toUpperCase()}`;
    }
  }

  #subLink(link: Extract<Expr, { kind: "subLink" }>, printer: ExprPrinter): string {
    const query = this.nestedText(printer.indent, queryOf(link), false);
    switch (link.link) {
      case "exists":
        return `(EXISTS (${query}))`;
      case "array":
        return `ARRAY(${query})`;
      case "scalar":
      case "multiExpr":
        return `(${query})`;
      case "any":
      case "all": {
        const { left, operator } = testOf(link.test, printer);
        if (link.link === "all") return `(${left} ${operator} ALL (${query}))`;
        return operator === "="
          ? `(${left} IN (${query}))`
          : `(${left} ${operator} ANY (${query}))`;
      }
    }
  }
}

/** A set operation's arm whose columns were converted around it. */
export function unwrapped(query: BoundSelect): BoundSelect {
  const [entry] = query.rangeTable;
  const isWrapper =
    entry?.kind === "subquery" && entry.alias === "*SELECT*" && entry.written === undefined;
  return isWrapper && query.rangeTable.length === 1 ? entry.query : query;
}

function isBoolean(expr: Expr, value: boolean): boolean {
  return expr.kind === "const" && expr.type === oids.BOOL && expr.value === value;
}

function cteAliases({ aliases = [] }: BoundCte): string {
  return aliases.length === 0 ? "" : `(${aliases.map(quoteIdentifier).join(", ")})`;
}

/** Left side and operator of a comparison with a subquery's rows. */
function testOf(
  test: Expr | undefined,
  printer: ExprPrinter,
): { readonly left: string; readonly operator: string } {
  if (test?.kind === "call") {
    const [left] = test.args;
    const text = left === undefined ? "" : printer(left, "show");
    return { left: text, operator: operatorText(test) };
  }
  if (test?.kind === "and" || test?.kind === "or") {
    const parts = test.args.map((each) => testOf(each, printer));
    return {
      left: `(${parts.map((part) => part.left).join(", ")})`,
      operator: parts[0]?.operator ?? "=",
    };
  }
  if (test?.kind === "rowCompare") {
    const left = test.left.map((each) => printer(each, "show")).join(", ");
    return { left: `(${left})`, operator: test.operator };
  }
  if (test?.kind === "not") return testOf(test.args[0], printer);
  const inner = test === undefined ? undefined : bare(test);
  return inner === undefined || inner === test
    ? { left: "", operator: "=" }
    : testOf(inner, printer);
}
