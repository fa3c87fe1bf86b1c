/**
 * Random queries of a wider grammar than random-queries.ts, as trees that can be shrunk: windows,
 * DISTINCT ON, GROUPING, rows, arrays of subqueries, LATERAL, WITH RECURSIVE with SEARCH and CYCLE,
 * FETCH WITH TIES. Their answers are determined up to the order of rows.
 */
import { Choices } from "./random-choices.ts";
import type { Sql } from "./random-sql.ts";
import { listed, orShorter, sql } from "./random-sql.ts";

export type Kind = "int" | "text" | "bool";

export interface Column {
  readonly sql: string;
  readonly kind: Kind;
}

export type Columns = readonly Column[];

interface Relation {
  readonly sql: Sql;
  readonly columns: Columns;
}

export const TABLES: Readonly<Record<string, Readonly<Record<string, Kind>>>> = {
  emp: { id: "int", name: "text", dept: "int", boss: "int" },
  dept: { id: "int", title: "text", budget: "int" },
  log: { emp: "int", kind: "text", amount: "int", note: "text" },
  wide: { a: "int", b: "int", c: "text" },
};

const KINDS: readonly Kind[] = ["int", "int", "text", "bool"];
const COMPARISONS = ["=", "=", "<>", "<", "<=", ">", ">="];

export class QueryGenerator {
  readonly choices: Choices;
  #aliases = 0;
  readonly #ctes: { readonly name: string; readonly columns: readonly [string, Kind][] }[] = [];

  constructor(seed: number) {
    this.choices = new Choices(seed);
  }

  alias(): string {
    return `t${++this.#aliases}`;
  }

  #kinds(count: number): Kind[] {
    return Array.from({ length: count }, () => this.choices.pick(KINDS));
  }

  statement(): Sql {
    const depth = 1 + this.choices.below(3);
    const kinds = this.#kinds(1 + this.choices.below(3));
    const withs: Sql[] = [];
    while (this.choices.chance(0.25)) {
      withs.push(this.choices.chance(0.4) ? this.#recursiveCte() : this.#cte(depth));
    }
    const body = this.query(kinds, [], depth);
    if (withs.length === 0) return body;
    return orShorter(sql`with recursive ${listed(withs, ", ")} ${body}`, body);
  }

  #cte(depth: number): Sql {
    const name = `w${this.#ctes.length}`;
    const kinds = this.#kinds(1 + this.choices.below(2));
    const how = this.choices.pick(["", "", "materialized ", "not materialized "]);
    const columns = kinds.map((_, at) => `c${at}`);
    const text = sql`${name}(${columns.join(", ")}) as ${how}(${this.query(kinds, [], depth - 1)})`;
    this.#ctes.push({ name, columns: kinds.map((kind, at) => [`c${at}`, kind]) });
    return text;
  }

  /** Counts up to a bound; so it ends whatever else it does. */
  #recursiveCte(): Sql {
    const name = `w${this.#ctes.length}`;
    const own: Columns = [
      { sql: "r.c0", kind: "int" },
      { sql: "r.c1", kind: "text" },
    ];
    const start = sql`select ${String(this.choices.below(3))}, ${this.expression("text", [], 1)}`;
    const all = this.choices.pick([" all", " all", ""]);
    const value = this.expression("text", own, 1);
    const more = orShorter(sql` and ${this.condition(own, 1)}`, "");
    const step = sql`select r.c0 + 1, ${value} from ${name} r where r.c0 < 4${more}`;
    const search = this.choices.pick(["", "", " search depth first by c0 set s"]);
    const cycle = this.choices.pick(["", "", " cycle c1 set y using p"]);
    const clauses = sql`${orShorter(search, "")}${orShorter(cycle, "")}`;
    this.#ctes.push({
      name,
      columns: [
        ["c0", "int"],
        ["c1", "text"],
        ...(cycle === "" ? [] : [["y", "bool"] as [string, Kind]]),
      ],
    });
    return sql`${name}(c0, c1) as (${start} union${all} ${step})${clauses}`;
  }

  /** A query expression with columns of these kinds. */
  query(kinds: readonly Kind[], outer: Columns, depth: number): Sql {
    if (depth > 0 && this.choices.chance(0.15)) return this.#setOperation(kinds, outer, depth);
    const form = this.choices.below(13);
    if (form < 2) return this.#grouped(kinds, outer, depth);
    if (form < 4) return this.#windowed(kinds, outer, depth);
    if (form === 4) return this.#distinctOn(kinds, outer, depth);
    if (form === 5) return this.#valuesQuery(kinds, outer);
    if (form === 12 && outer.length > 0) return this.#withoutFrom(kinds, outer, depth);
    return this.#plain(kinds, outer, depth);
  }

  #ordered(kinds: readonly Kind[]): Sql {
    if (!this.choices.chance(0.25)) return "";
    const keys = kinds.map(
      (_, at) =>
        `${at + 1}${this.choices.pick(["", "", " desc", " nulls first", " desc nulls last"])}`,
    );
    const count = this.choices.below(6);
    const by = ` order by ${keys.join(", ")}`;
    if (this.choices.chance(0.2)) return orShorter(`${by} fetch first ${count} rows with ties`, "");
    const offset = this.choices.chance(0.3) ? ` offset ${this.choices.below(3)}` : "";
    return orShorter(`${by} limit ${count}${offset}`, "");
  }

  #setOperation(kinds: readonly Kind[], outer: Columns, depth: number): Sql {
    const word = this.choices.pick(["union", "intersect", "except"]);
    const all = this.choices.pick(["", " all"]);
    const left = this.query(kinds, outer, depth - 1);
    const right = this.query(kinds, outer, depth - 1);
    return orShorter(sql`(${left}) ${word}${all} (${right})${this.#ordered(kinds)}`, left, right);
  }

  #valuesQuery(kinds: readonly Kind[], outer: Columns): Sql {
    const rows = Array.from({ length: 1 + this.choices.below(3) }, () => {
      const values = kinds.map((kind) => this.expression(kind, outer, 1));
      return sql`(${listedAll(values)})`;
    });
    return sql`values ${listed(rows, ", ")}${this.#ordered(kinds)}`;
  }

  #plain(kinds: readonly Kind[], outer: Columns, depth: number): Sql {
    const from = this.#from(outer, depth);
    const scope = [...from.columns, ...outer];
    const list = listedAll(kinds.map((kind) => this.expression(kind, scope, depth)));
    const distinct = orShorter(this.choices.chance(0.1) ? "distinct " : "", "");
    return sql`select ${distinct}${list}${from.sql}${this.#where(scope, depth)}${this.#ordered(kinds)}`;
  }

  /** One row, or none, of what the row around it says. */
  #withoutFrom(kinds: readonly Kind[], outer: Columns, depth: number): Sql {
    const list = listedAll(kinds.map((kind) => this.expression(kind, outer, depth)));
    return sql`select ${list}${this.#where(outer, depth)}`;
  }

  #distinctOn(kinds: readonly Kind[], outer: Columns, depth: number): Sql {
    const from = this.#from(outer, depth);
    const scope = [...from.columns, ...outer];
    const list = listedAll(kinds.map((kind) => this.expression(kind, scope, depth)));
    const keys = kinds.map((_, at) => String(at + 1)).join(", ");
    // All columns are keys of the order: which row is the first one makes no difference.
    return sql`select distinct on (1) ${list}${from.sql}${this.#where(scope, depth)} order by ${keys}`;
  }

  #where(scope: Columns, depth: number): Sql {
    if (!this.choices.chance(0.6)) return "";
    return orShorter(sql` where ${this.condition(scope, depth)}`, "");
  }

  /** WHERE of a subquery, mostly by an equality with the query around it. */
  #tied(own: Columns, outer: Columns, depth: number): Sql {
    const pairs = own.flatMap((a) =>
      outer.filter((b) => b.kind === a.kind).map((b) => `${a.sql} = ${b.sql}`),
    );
    const scope = [...own, ...outer];
    if (pairs.length === 0 || this.choices.chance(0.4)) return this.#where(scope, depth);
    const tie = this.choices.pick(pairs);
    if (this.choices.chance(0.6)) return ` where ${tie}`;
    return orShorter(sql` where ${tie} and ${this.condition(scope, depth)}`, ` where ${tie}`);
  }

  #grouped(kinds: readonly Kind[], outer: Columns, depth: number): Sql {
    const from = this.#from(outer, depth);
    const scope = [...from.columns, ...outer];
    const keys = from.columns.filter(() => this.choices.chance(0.3)).slice(0, 3);
    const results = [...keys, ...outer];
    const list = kinds.map((kind) => {
      const fitting = results.filter((key) => key.kind === kind);
      const form = this.choices.below(6);
      if (fitting.length > 0 && form < 3) return this.choices.pick(fitting).sql;
      if (form === 3 && keys.length > 0 && kind === "int") {
        return `grouping(${keys.map((key) => key.sql).join(", ")})`;
      }
      if (form === 4) return this.#expressionOver(kind, results, from.columns, depth);
      return this.#aggregate(kind, from.columns, scope, depth);
    });
    const having = this.choices.chance(0.3)
      ? sql` having ${this.#aggregate("int", from.columns, scope, depth)} ${this.choices.pick(COMPARISONS)} ${String(this.choices.below(6))}`
      : "";
    const where = this.#where(scope, depth);
    return sql`select ${listedAll(list)}${from.sql}${where}${this.#grouping(keys)}${orShorter(having, "")}${this.#ordered(kinds)}`;
  }

  /** Something computed from keys and an aggregate. */
  #expressionOver(kind: Kind, keys: Columns, own: Columns, depth: number): Sql {
    const aggregate = this.#aggregate(kind, own, own, 0);
    if (this.choices.chance(0.5)) {
      return orShorter(sql`coalesce(${aggregate}, ${this.constant(kind)})`, aggregate);
    }
    const value = this.expression(kind, keys, Math.min(depth, 1));
    return orShorter(
      sql`case when ${this.#aggregate("int", own, own, 0)} > 1 then ${value} else ${aggregate} end`,
      aggregate,
      value,
    );
  }

  #grouping(keys: Columns): Sql {
    if (keys.length === 0) return this.choices.chance(0.2) ? " group by ()" : "";
    const list = keys.map((key) => key.sql).join(", ");
    const plain = ` group by ${list}`;
    const form = this.choices.below(10);
    if (form === 0) return orShorter(` group by rollup (${list})`, plain);
    if (form === 1) return orShorter(` group by cube (${list})`, plain);
    if (form === 2) {
      return orShorter(` group by grouping sets ((${list}), (), (${keys[0]?.sql ?? ""}))`, plain);
    }
    if (form === 3) return orShorter(` group by distinct rollup (${list}), ${list}`, plain);
    return plain;
  }

  #aggregate(kind: Kind, own: Columns, scope: Columns, depth: number): Sql {
    const filter = this.choices.chance(0.15)
      ? orShorter(sql` filter (where ${this.condition(own, 0)})`, "")
      : "";
    const distinct = orShorter(this.choices.chance(0.15) ? "distinct " : "", "");
    const argument = (of: Kind): Sql =>
      this.expression(
        of,
        this.choices.chance(0.1) ? scope : own,
        this.choices.chance(0.1) ? depth - 1 : 0,
      );
    if (kind === "bool")
      return sql`${this.choices.pick(["bool_and", "bool_or"])}(${argument("bool")})${filter}`;
    if (kind === "text") return this.#textAggregate(argument, distinct, filter);
    const form = this.choices.below(8);
    if (form === 0) return sql`count(*)${filter}`;
    if (form === 1) return sql`count(${distinct}${argument(this.choices.pick(KINDS))})${filter}`;
    if (form === 2)
      return sql`percentile_disc(0.5) within group (order by ${argument("int")})${filter}`;
    if (form === 3) return sql`rank(2) within group (order by ${argument("int")})${filter}`;
    const name = this.choices.pick(["sum", "min", "max"]);
    return sql`${name}(${distinct}${argument("int")})${filter}`;
  }

  #textAggregate(argument: (of: Kind) => Sql, distinct: Sql, filter: Sql): Sql {
    const form = this.choices.below(4);
    if (form === 0) {
      const value = argument("text");
      return sql`string_agg(${value}, '-' order by ${value})${filter}`;
    }
    if (form === 1) {
      const value = argument("int");
      return sql`array_agg(${value} order by ${value})::text${filter === "" ? "" : ""}`;
    }
    return sql`${this.choices.pick(["min", "max"])}(${distinct}${argument("text")})${filter}`;
  }

  #windowed(kinds: readonly Kind[], outer: Columns, depth: number): Sql {
    const from = this.#from(outer, depth);
    const scope = [...from.columns, ...outer];
    const list = kinds.map((kind) => {
      const call = sql`${this.#windowCall(kind, from.columns)} over (${this.#window(from.columns, kind)})`;
      return this.choices.chance(0.3)
        ? orShorter(sql`coalesce(${call}, ${this.constant(kind)})`, call)
        : call;
    });
    return sql`select ${listedAll(list)}${from.sql}${this.#where(scope, depth)}${this.#ordered(kinds)}`;
  }

  #windowCall(kind: Kind, columns: Columns): Sql {
    const argument = (of: Kind): Sql => this.expression(of, columns, 0);
    if (kind === "bool") return sql`bool_or(${argument("bool")})`;
    if (kind === "text") return sql`${this.choices.pick(["min", "max"])}(${argument("text")})`;
    const form = this.choices.below(6);
    if (form === 0) return "rank()";
    if (form === 1) return "dense_rank()";
    if (form === 2) return sql`count(*) filter (where ${this.condition(columns, 0)})`;
    if (form === 3) return sql`count(${argument("text")})`;
    return sql`${this.choices.pick(["sum", "max", "min"])}(${argument("int")})`;
  }

  #window(columns: Columns, kind: Kind): Sql {
    const partition = this.choices.chance(0.5)
      ? orShorter(sql`partition by ${this.expression(kind, columns, 0)}`, "")
      : "";
    if (columns.length === 0 || !this.choices.chance(0.7)) return partition;
    const key = this.choices.pick(columns);
    const order = ` order by ${key.sql}${this.choices.pick(["", " desc", " nulls first"])}`;
    const mode = this.choices.pick(["range", "groups"]);
    const from = this.choices.pick(["unbounded preceding", "current row"]);
    const to = this.choices.pick(["current row", "unbounded following"]);
    const near = key.kind === "int" ? `${mode} between 1 preceding and 2 following` : "";
    const frame = this.choices.pick(["", "", near, `${mode} between ${from} and ${to}`]);
    const exclude = this.choices.pick(["", "", " exclude group", " exclude ties"]);
    return sql`${partition}${order}${orShorter(frame === "" ? "" : ` ${frame}${exclude}`, "")}`;
  }

  #from(outer: Columns, depth: number): Relation {
    if (this.choices.chance(0.03)) return { sql: "", columns: [] };
    let relation = this.#item(outer, depth);
    while (depth > 0 && this.choices.chance(0.45)) relation = this.#join(relation, outer, depth);
    if (depth > 0 && this.choices.chance(0.1)) {
      const other = this.#item(outer, depth - 1);
      relation = {
        sql: orShorter(sql`${relation.sql}, ${other.sql}`, relation.sql, other.sql),
        columns: [...relation.columns, ...other.columns],
      };
    }
    return { sql: sql` from ${relation.sql}`, columns: relation.columns };
  }

  #join(left: Relation, outer: Columns, depth: number): Relation {
    const types = ["join", "left join", "left join", "right join", "full join", "cross join"];
    const type = this.choices.pick(types);
    const mayBeLateral = depth > 0 && type !== "right join" && type !== "full join";
    const right =
      mayBeLateral && this.choices.chance(0.25)
        ? this.#derived([...left.columns, ...outer], depth, "lateral ")
        : this.#item(outer, depth - 1);
    const columns = [...left.columns, ...right.columns];
    const condition =
      type === "cross join"
        ? ""
        : sql` on ${this.#joinCondition(left.columns, right.columns, type, [...columns, ...outer], depth)}`;
    const joined = sql`${left.sql} ${type} ${right.sql}${condition}`;
    const nested = this.choices.chance(0.2) ? sql`(${joined})` : joined;
    return { sql: orShorter(nested, left.sql, right.sql), columns };
  }

  #joinCondition(left: Columns, right: Columns, type: string, scope: Columns, depth: number): Sql {
    const pairs = left.flatMap((a) =>
      right.filter((b) => b.kind === a.kind).map((b) => `${a.sql} = ${b.sql}`),
    );
    // Anything else is beyond PostgreSQL's FULL JOIN.
    if (type === "full join") return pairs.length === 0 ? "true" : this.choices.pick(pairs);
    if (pairs.length === 0 || this.choices.chance(0.25)) return this.condition(scope, depth - 1);
    const pair = this.choices.pick(pairs);
    if (!this.choices.chance(0.3)) return pair;
    return orShorter(sql`${pair} and ${this.condition(scope, depth - 1)}`, pair);
  }

  #item(outer: Columns, depth: number): Relation {
    const form = this.choices.below(12);
    if (form <= 1 && this.#ctes.length > 0) {
      const { name, columns } = this.choices.pick(this.#ctes);
      return this.named(name, columns);
    }
    if (form <= 3 && depth > 0) return this.#derived([], depth, "");
    if (form === 4) return this.#series(outer, depth);
    const table = this.choices.pick(["emp", "emp", "dept", "log", "log", "wide"]);
    return this.named(table, Object.entries(TABLES[table] ?? {}));
  }

  named(name: string, columns: readonly (readonly [string, Kind])[]): Relation {
    const alias = this.alias();
    return {
      sql: `${name} ${alias}`,
      columns: columns.map(([column, kind]) => ({ sql: `${alias}.${column}`, kind })),
    };
  }

  #derived(outer: Columns, depth: number, prefix: string): Relation {
    const kinds = this.#kinds(1 + this.choices.below(3));
    const alias = this.alias();
    const names = kinds.map((_, at) => `c${at}`).join(", ");
    return {
      sql: sql`${prefix}(${this.query(kinds, outer, depth - 1)}) ${alias}(${names})`,
      columns: kinds.map((kind, at) => ({ sql: `${alias}.c${at}`, kind })),
    };
  }

  #series(outer: Columns, depth: number): Relation {
    const end = depth > 0 ? this.expression("int", outer, depth - 1) : "3";
    const alias = this.alias();
    return {
      sql: sql`generate_series(1, least(4, ${end})) ${alias}(c0)`,
      columns: [{ sql: `${alias}.c0`, kind: "int" }],
    };
  }

  constant(kind: Kind): string {
    if (this.choices.chance(0.1)) return `null::${kind}`;
    if (kind === "bool") return this.choices.pick(["true", "false"]);
    return kind === "int"
      ? String(this.choices.below(10) - 1)
      : `'${this.choices.pick(["ann", "bob", "in", "c", "c3", "eng", "", "x"])}'::text`;
  }

  expression(kind: Kind, scope: Columns, depth: number): Sql {
    const fitting = scope.filter((column) => column.kind === kind);
    if (fitting.length > 0 && this.choices.chance(0.55)) return this.choices.pick(fitting).sql;
    if (kind === "bool") {
      return depth > 0
        ? orShorter(sql`(${this.condition(scope, depth - 1)})`, "true", "false")
        : this.constant(kind);
    }
    if (depth <= 0 || this.choices.chance(0.25)) {
      const column = fitting.length > 0 && this.choices.chance(0.7);
      return column ? this.choices.pick(fitting).sql : this.constant(kind);
    }
    const sub = (of: Kind): Sql => this.expression(of, scope, depth - 1);
    const constant = kind === "int" ? "1" : "'x'::text";
    const [a, b] = [sub(kind), sub(kind)];
    const form = this.choices.below(8);
    if (form === 0) return orShorter(sql`coalesce(${a}, ${b})`, a, b, constant);
    if (form === 1) {
      const condition = this.condition(scope, depth - 1);
      return orShorter(sql`case when ${condition} then ${a} else ${b} end`, a, b, constant);
    }
    if (form === 2) return orShorter(sql`nullif(${a}, ${b})`, a, b, constant);
    if (form <= 4) return orShorter(this.#scalar(kind, scope, depth), constant);
    if (kind === "text") {
      return this.choices.chance(0.5)
        ? orShorter(sql`upper(${a})`, a)
        : orShorter(sql`(${a} || ${b})`, a, b);
    }
    const operator = this.choices.pick(["+", "-", "*"]);
    if (form < 7) return orShorter(sql`(${a} ${operator} ${b})`, a, b, constant);
    return this.choices.chance(0.5)
      ? orShorter(sql`length(${sub("text")})`, constant)
      : orShorter(sql`cardinality(array(${this.query(["int"], scope, depth - 1)}))`, constant);
  }

  #scalar(kind: Kind, scope: Columns, depth: number): Sql {
    const from = this.#from(scope, depth - 1);
    const inner = [...from.columns, ...scope];
    const where = this.#tied(from.columns, scope, depth - 1);
    const own = from.columns.length === 0 ? inner : from.columns;
    if (from.sql !== "" && this.choices.chance(0.3)) {
      const value = this.expression(kind, inner, depth - 1);
      return sql`(select ${value}${from.sql}${where} order by 1 limit 1)`;
    }
    return sql`(select ${this.#aggregate(kind, own, inner, 0)}${from.sql}${where})`;
  }

  condition(scope: Columns, depth: number): Sql {
    const form = this.choices.below(depth > 0 ? 16 : 7);
    const kind = this.choices.pick(["int", "int", "text"] as const);
    const value = (): Sql => this.expression(kind, scope, depth - 1);
    const not = this.choices.pick(["", "not "]);
    const comparison = this.choices.pick(COMPARISONS);
    const short = (text: Sql): Sql => orShorter(text, "true", "false");
    if (form < 3) return short(sql`${value()} ${comparison} ${value()}`);
    if (form === 3) return short(sql`${value()} is ${not}null`);
    if (form === 4) return short(sql`${value()} ${not}in (${this.constant(kind)}, ${value()})`);
    if (form === 5) return short(sql`${value()} is ${not}distinct from ${value()}`);
    if (form === 6) return short(sql`${value()} between ${value()} and ${value()}`);
    const sub = (): Sql => this.condition(scope, depth - 1);
    if (form === 7) {
      const inner = sub();
      return orShorter(sql`not (${inner})`, sql`(${inner})`, "true");
    }
    if (form <= 9) {
      const [a, b] = [sub(), sub()];
      const word = form === 8 ? "or" : "and";
      return orShorter(sql`((${a}) ${word} (${b}))`, sql`(${a})`, sql`(${b})`, "true");
    }
    return short(this.#subqueryCondition(kind, scope, depth, { not, comparison }, value));
  }

  #subqueryCondition(
    kind: Kind,
    scope: Columns,
    depth: number,
    { not, comparison }: { readonly not: string; readonly comparison: string },
    value: () => Sql,
  ): Sql {
    const form = this.choices.below(7);
    const other = this.expression("int", scope, 0);
    if (form === 6) {
      const from = this.#from(scope, depth - 1);
      return sql`${not}exists (select 1${from.sql}${this.#tied(from.columns, scope, depth - 1)})`;
    }
    if (form === 0) return sql`${not}exists (${this.query([kind], scope, depth - 1)})`;
    if (form === 1) return sql`${value()} ${not}in (${this.query([kind], scope, depth - 1)})`;
    if (form === 2) {
      const quantifier = this.choices.pick(["any", "all"]);
      return sql`${value()} ${comparison} ${quantifier} (${this.query([kind], scope, depth - 1)})`;
    }
    if (form === 3) {
      return sql`(${value()}, ${other}) ${not}in (${this.query([kind, "int"], scope, depth - 1)})`;
    }
    if (form === 4) {
      const second = this.expression("int", scope, 0);
      return sql`(${value()}, ${other}) ${comparison} (${value()}, ${second})`;
    }
    return sql`${value()} ${comparison} any (array(${this.query([kind], scope, depth - 1)}))`;
  }
}

/** A list that has to keep its length. */
function listedAll(items: readonly Sql[]): Sql {
  const [first = "", ...rest] = items;
  return rest.reduce<Sql>((list, item) => sql`${list}, ${item}`, first);
}

export function randomWideQuery(seed: number): Sql {
  return new QueryGenerator(seed).statement();
}
