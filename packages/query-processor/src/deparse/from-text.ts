/** FROM as ruleutils prints it (get_from_clause). */
import type { Expr } from "@firstlight/sql";
import { formatType, quoteIdentifier, procOf } from "@firstlight/sql";
import type { BoundSelect, FromItem, RangeTableEntry } from "../bind/query-tree.ts";
import { visitExpr } from "../bind/walk.ts";
import { relationName } from "../catalog-functions/object-names.ts";
import type { ColumnNames } from "./column-names.ts";
import type { QueryText } from "./query-text.ts";
import type { RuleText } from "./rule-text.ts";
import { INDENT } from "./rule-text.ts";

type FunctionEntry = Extract<RangeTableEntry, { kind: "function" }>;
type CalledFunction = FunctionEntry["functions"][number];

const { standard, join: joinIndent } = INDENT;

const JOIN_WORDS = {
  inner: " JOIN ",
  cross: " CROSS JOIN ",
  left: " LEFT JOIN ",
  right: " RIGHT JOIN ",
  full: " FULL JOIN ",
} as const;

/** Functions are where they refer to what is on their left, written or not. */
function isShownLateral(entry: RangeTableEntry): boolean {
  if (entry.kind !== "function") return entry.kind === "subquery" && entry.lateral;
  return entry.explicitLateral === true || entry.functions.some(({ call }) => hasOwnVar(call));
}

function hasOwnVar(call: Expr): boolean {
  let found = false;
  visitExpr(call, (expr, depth) => {
    found ||= expr.kind === "var" && expr.levelsUp === depth;
    return !found;
  });
  return found;
}

export class FromText {
  readonly #query: QueryText;

  constructor(query: QueryText) {
    this.#query = query;
  }

  write({ from }: Pick<BoundSelect, "from">, word = " FROM "): void {
    const { out } = this.#query;
    from.forEach((item, index) => {
      if (index === 0) {
        out.keyword(word, -standard, standard, 2);
        this.#item(out, item);
        return;
      }
      out.add(", ");
      const text = out.piece((into) => this.#item(into, item));
      if (text.startsWith("\n")) out.trimSpaces();
      else if (out.wrap >= 0 && out.lineLength + text.length > out.wrap) out.breakItem();
      out.add(text);
    });
  }

  #columns(rte: number): ColumnNames {
    const columns = this.#query.level.columns[rte];
    if (columns === undefined) throw new Error("an entry of this query");
    return columns;
  }

  #entry(rte: number): RangeTableEntry {
    const entry = this.#query.level.query.rangeTable[rte];
    if (entry === undefined) throw new Error("an entry of this query");
    return entry;
  }

  #item(out: RuleText, item: FromItem): void {
    if (item.kind === "join") this.#join(out, item);
    else this.#leaf(out, item.rte);
  }

  #join(out: RuleText, item: Extract<FromItem, { kind: "join" }>): void {
    const { pretty } = this.#query.style;
    const { written } = this.#entry(item.rte);
    const outer = !pretty || written !== undefined;
    if (outer) out.add("(");
    this.#item(out, item.left);
    out.keyword(JOIN_WORDS[item.type], -standard, standard, joinIndent);
    const rightAlias = item.right.kind === "join" && this.#entry(item.right.rte).written;
    const nests = pretty && item.right.kind === "join" && rightAlias === undefined;
    if (nests) out.add("(");
    this.#item(out, item.right);
    if (nests) out.add(")");
    this.#condition(out, item);
    if (outer) out.add(")");
    if (written === undefined) return;
    out.add(` ${quoteIdentifier(this.#query.level.relationNames[item.rte] ?? "")}`);
    this.#columnAliases(out, item.rte);
  }

  #condition(out: RuleText, item: Extract<FromItem, { kind: "join" }>): void {
    const { using, usingAlias, condition } = item;
    if (using !== undefined) {
      const names = this.#columns(item.rte).usingNames.map(quoteIdentifier);
      out.add(` USING (${names.join(", ")})`);
      if (usingAlias !== undefined) out.add(` AS ${quoteIdentifier(usingAlias)}`);
    } else if (condition !== undefined) {
      const text = this.#query.expr(condition, "hide", out.indent);
      out.add(this.#query.style.pretty ? ` ON ${text}` : ` ON (${text})`);
    } else if (item.type !== "cross" && item.type !== "inner") out.add(" ON TRUE");
  }

  #leaf(out: RuleText, rte: number): void {
    const entry = this.#entry(rte);
    if (isShownLateral(entry)) out.add("LATERAL ");
    out.add(this.#source(out, entry));
    this.#alias(out, rte, entry);
    const defined = definedFunction(entry);
    if (defined === undefined) this.#columnAliases(out, rte);
    else out.add(this.#definitions(defined, this.#columns(rte)));
    this.#sample(out, entry);
  }

  #source(out: RuleText, entry: RangeTableEntry): string {
    const { scope } = this.#query.style;
    switch (entry.kind) {
      case "table":
      case "virtual":
        return relationName(scope, entry.table.oid) ?? quoteIdentifier(entry.alias);
      case "subquery":
        if (entry.view !== undefined) {
          return relationName(scope, entry.view) ?? quoteIdentifier(entry.alias);
        }
        return `(${this.#query.nestedText(out.indent, entry.query, true)})`;
      case "values":
        return `(${this.#query.values(entry.rows)})`;
      case "function":
        return this.#functions(out, entry);
      case "cte":
        return quoteIdentifier(this.#cteName(entry));
      case "join":
        return "";
    }
  }

  #cteName(entry: Extract<RangeTableEntry, { kind: "cte" }>): string {
    let { level } = this.#query;
    for (let n = 0; n < entry.levelsUp && level.parent !== undefined; n++) level = level.parent;
    return level.query.ctes[entry.cte]?.name ?? entry.alias;
  }

  #functions(out: RuleText, entry: FunctionEntry): string {
    const { functions, ordinality } = entry;
    const [only] = functions;
    const call = (expr: Expr): string => {
      const text = this.#query.expr(expr, "hide", out.indent);
      if (looksLikeFunction(expr)) return text;
      return `CAST(${text} AS ${formatType(expr.type, expr.typmod)})`;
    };
    const suffix = ordinality ? " WITH ORDINALITY" : "";
    if (only !== undefined && functions.length === 1 && !(only.defined === true && ordinality)) {
      return call(only.call) + suffix;
    }
    const unnested = functions.map(unnestArgument);
    if (unnested.every((each) => each !== undefined)) {
      const args = unnested.map((each) => this.#query.expr(each, "show", out.indent));
      return `UNNEST(${args.join(", ")})${suffix}`;
    }
    const parts = functions.map((each) =>
      each.defined === true ? `${call(each.call)} AS ${this.#definitions(each)}` : call(each.call),
    );
    return `ROWS FROM(${parts.join(", ")})${suffix}`;
  }

  #definitions({ columns }: CalledFunction, names?: ColumnNames): string {
    const texts = columns.map(({ name, type, typmod }, index) => {
      const shown = quoteIdentifier(names?.names[index] ?? name);
      return `${shown} ${formatType(type, typmod)}`;
    });
    return `(${texts.join(", ")})`;
  }

  #alias(out: RuleText, rte: number, entry: RangeTableEntry): void {
    const name = this.#query.level.relationNames[rte];
    if (name === undefined) return;
    const plain = this.#plainName(entry);
    const prints =
      entry.written !== undefined ||
      this.#columns(rte).printAliases ||
      plain === undefined ||
      plain !== name;
    if (prints) out.add(` ${quoteIdentifier(name)}`);
  }

  /** By which the entry is known without an alias; undefined: it always has one. */
  #plainName(entry: RangeTableEntry): string | undefined {
    const { image } = this.#query.style.scope;
    if (entry.kind === "table" || entry.kind === "virtual") {
      return image.relationByOid(entry.table.oid)?.name;
    }
    if (entry.kind === "cte") return this.#cteName(entry);
    if (entry.kind !== "subquery" || entry.view === undefined) return undefined;
    return image.relationByOid(entry.view)?.name;
  }

  #columnAliases(out: RuleText, rte: number): void {
    const { present, printAliases } = this.#columns(rte);
    if (!printAliases) return;
    out.add(`(${present.map(({ name }) => quoteIdentifier(name)).join(", ")})`);
  }

  #sample(out: RuleText, entry: RangeTableEntry): void {
    if (entry.kind !== "table" || entry.sample === undefined) return;
    const { method, percentage, repeatable } = entry.sample;
    out.add(` TABLESAMPLE ${method} (${this.#query.expr(percentage, "hide")})`);
    if (repeatable === undefined) return;
    out.add(` REPEATABLE (${this.#query.expr(repeatable, "hide")})`);
  }
}

/** The only function, with a column definition list that is printed after the alias. */
function definedFunction(entry: RangeTableEntry): CalledFunction | undefined {
  if (entry.kind !== "function" || entry.functions.length !== 1 || entry.ordinality) {
    return undefined;
  }
  const [only] = entry.functions;
  return only?.defined === true ? only : undefined;
}

const FUNCTION_LIKE: ReadonlySet<Expr["kind"]> = new Set([
  "coalesce",
  "greatest",
  "least",
  "nullif",
  "sqlValue",
  "jsonConstructor",
]);

/** looks_like_function */
function looksLikeFunction(expr: Expr): boolean {
  if (expr.kind !== "call") return FUNCTION_LIKE.has(expr.kind);
  return expr.display === "function";
}

function unnestArgument({ call, defined }: CalledFunction): Expr | undefined {
  if (call.kind !== "call" || defined === true) return undefined;
  return procOf(call).name === "unnest" ? call.args[0] : undefined;
}
