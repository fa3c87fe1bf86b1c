/**
 * Random SELECT statements over the schema of query-world.ts, from a seed: joins, subqueries,
 * grouping, set operations and window functions over columns with NULLs. Their answers are
 * determined up to the order of rows: LIMIT only comes with a total order.
 */

type Kind = "int" | "text";

interface Column {
  readonly sql: string;
  readonly kind: Kind;
}

type Columns = readonly Column[];

interface Relation {
  readonly sql: string;
  readonly columns: Columns;
}

const TABLES: Readonly<Record<string, Readonly<Record<string, Kind>>>> = {
  emp: { id: "int", name: "text", dept: "int", boss: "int" },
  dept: { id: "int", title: "text", budget: "int" },
  log: { emp: "int", kind: "text", amount: "int", note: "text" },
  wide: { a: "int", b: "int", c: "text" },
};

const KINDS: readonly Kind[] = ["int", "int", "text"];
const COMPARISONS = ["=", "=", "<>", "<", "<=", ">", ">="];

/** mulberry32 */
function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

class Generator {
  readonly #random: () => number;
  #aliases = 0;
  #ctes: { readonly name: string; readonly kinds: readonly Kind[] }[] = [];

  constructor(seed: number) {
    this.#random = randomNumbers(seed);
  }

  #below(bound: number): number {
    return Math.floor(this.#random() * bound);
  }

  #chance(probability: number): boolean {
    return this.#random() < probability;
  }

  #pick<T>(list: readonly T[]): T {
    const picked = list[this.#below(list.length)];
    if (picked === undefined) throw new Error("nothing to pick");
    return picked;
  }

  #alias(): string {
    return `t${++this.#aliases}`;
  }

  #kinds(count: number): Kind[] {
    return Array.from({ length: count }, () => this.#pick(KINDS));
  }

  statement(): string {
    const depth = 1 + this.#below(3);
    const kinds = this.#kinds(1 + this.#below(3));
    const withs: string[] = [];
    while (this.#chance(0.2)) withs.push(this.#cte(depth));
    const body = this.#query(kinds, [], depth);
    return `${withs.length === 0 ? "" : `with ${withs.join(", ")} `}${body}`;
  }

  #cte(depth: number): string {
    const name = `w${this.#ctes.length}`;
    const kinds = this.#kinds(1 + this.#below(2));
    const materialized = this.#pick(["", "", "materialized ", "not materialized "]);
    const columns = kinds.map((_, at) => `c${at}`).join(", ");
    const text = `${name}(${columns}) as ${materialized}(${this.#query(kinds, [], depth - 1)})`;
    this.#ctes.push({ name, kinds });
    return text;
  }

  /** A query expression with columns of these kinds. */
  #query(kinds: readonly Kind[], outer: Columns, depth: number): string {
    if (depth > 0 && this.#chance(0.15)) return this.#setOperation(kinds, outer, depth);
    const form = this.#below(10);
    if (form < 2) return this.#grouped(kinds, outer, depth);
    if (form < 3) return this.#windowed(kinds, outer, depth);
    return this.#plain(kinds, outer, depth);
  }

  #ordered(kinds: readonly Kind[]): string {
    if (!this.#chance(0.25)) return "";
    const keys = kinds.map(
      (_, at) => `${at + 1}${this.#pick(["", "", " desc", " nulls first", " desc nulls last"])}`,
    );
    const offset = this.#chance(0.3) ? ` offset ${this.#below(3)}` : "";
    return ` order by ${keys.join(", ")} limit ${this.#below(8)}${offset}`;
  }

  #setOperation(kinds: readonly Kind[], outer: Columns, depth: number): string {
    const operation = this.#pick([
      "union",
      "union all",
      "intersect",
      "except",
      "intersect all",
      "except all",
    ]);
    const left = this.#query(kinds, outer, depth - 1);
    const right = this.#query(kinds, outer, depth - 1);
    return `(${left}) ${operation} (${right})${this.#ordered(kinds)}`;
  }

  #plain(kinds: readonly Kind[], outer: Columns, depth: number): string {
    const from = this.#from(outer, depth);
    const scope = [...from.columns, ...outer];
    const list = kinds.map((kind) => this.#expression(kind, scope, depth)).join(", ");
    const distinct = this.#chance(0.1) ? "distinct " : "";
    return `select ${distinct}${list}${from.sql}${this.#where(scope, depth)}${this.#ordered(kinds)}`;
  }

  #where(scope: Columns, depth: number): string {
    return this.#chance(0.6) ? ` where ${this.#condition(scope, depth)}` : "";
  }

  #grouped(kinds: readonly Kind[], outer: Columns, depth: number): string {
    const from = this.#from(outer, depth);
    const scope = [...from.columns, ...outer];
    const keys = from.columns.filter(() => this.#chance(0.3)).slice(0, 3);
    const grouping = this.#grouping(keys);
    const results = [...keys, ...outer];
    const aggregate = (kind: Kind): string => this.#aggregate(kind, from.columns, scope, depth);
    const list = kinds.map((kind) => {
      const fitting = results.filter((key) => key.kind === kind);
      return fitting.length > 0 && this.#chance(0.5) ? this.#pick(fitting).sql : aggregate(kind);
    });
    const having = this.#chance(0.3)
      ? ` having ${aggregate("int")} ${this.#pick(COMPARISONS)} ${this.#below(6)}`
      : "";
    const where = this.#where(scope, depth);
    return `select ${list.join(", ")}${from.sql}${where}${grouping}${having}${this.#ordered(kinds)}`;
  }

  #grouping(keys: Columns): string {
    if (keys.length === 0) return this.#chance(0.2) ? " group by ()" : "";
    const list = keys.map((key) => key.sql).join(", ");
    const form = this.#below(8);
    if (form === 0) return ` group by rollup (${list})`;
    if (form === 1) return ` group by cube (${list})`;
    if (form === 2) return ` group by grouping sets ((${list}), (), (${keys[0]?.sql}))`;
    return ` group by ${list}`;
  }

  #aggregate(kind: Kind, own: Columns, scope: Columns, depth: number): string {
    const filter = this.#chance(0.15) ? ` filter (where ${this.#condition(own, 0)})` : "";
    const distinct = this.#chance(0.15) ? "distinct " : "";
    const argument = (of: Kind): string =>
      this.#expression(of, this.#chance(0.1) ? scope : own, this.#chance(0.1) ? depth - 1 : 0);
    if (kind === "text")
      return `${this.#pick(["min", "max"])}(${distinct}${argument("text")})${filter}`;
    const form = this.#below(6);
    if (form === 0) return `count(*)${filter}`;
    if (form === 1) return `count(${distinct}${argument(this.#pick(KINDS))})${filter}`;
    return `${this.#pick(["sum", "min", "max"])}(${distinct}${argument("int")})${filter}`;
  }

  #windowed(kinds: readonly Kind[], outer: Columns, depth: number): string {
    const from = this.#from(outer, depth);
    const scope = [...from.columns, ...outer];
    const list = kinds.map(
      (kind) => `${this.#windowCall(kind, from.columns)} over (${this.#window(from.columns)})`,
    );
    return `select ${list.join(", ")}${from.sql}${this.#where(scope, depth)}${this.#ordered(kinds)}`;
  }

  #windowCall(kind: Kind, columns: Columns): string {
    const argument = (of: Kind): string => this.#expression(of, columns, 0);
    if (kind === "text") return `${this.#pick(["min", "max"])}(${argument("text")})`;
    return this.#pick([
      "rank()",
      "dense_rank()",
      "count(*)",
      `count(${argument("text")})`,
      `sum(${argument("int")})`,
      `max(${argument("int")})`,
    ]);
  }

  #window(columns: Columns): string {
    const partition = this.#chance(0.5)
      ? `partition by ${this.#expression(this.#pick(KINDS), columns, 0)}`
      : "";
    if (columns.length === 0 || !this.#chance(0.7)) return partition;
    // A constant would be read as nothing, or as a position.
    const order = `order by ${this.#pick(columns).sql}${this.#pick(["", " desc", " nulls first"])}`;
    const bounds = this.#pick([
      "unbounded preceding",
      "unbounded preceding and current row",
      "current row and unbounded following",
      "unbounded preceding and unbounded following",
    ]);
    const frame = bounds.includes(" and ") ? `between ${bounds}` : bounds;
    const exclude = this.#pick(["", "", " exclude group", " exclude ties"]);
    const groups = "groups between 1 preceding and 1 following";
    const clause = this.#pick([
      "",
      "",
      `range ${frame}${exclude}`,
      `groups ${frame}${exclude}`,
      `${groups}${exclude}`,
    ]);
    return `${partition} ${order} ${clause}`;
  }

  #from(outer: Columns, depth: number): Relation {
    if (this.#chance(0.03)) return { sql: "", columns: [] };
    let relation = this.#item(outer, depth);
    while (depth > 0 && this.#chance(0.4)) relation = this.#join(relation, outer, depth);
    if (depth > 0 && this.#chance(0.1)) {
      const other = this.#item(outer, depth - 1);
      relation = {
        sql: `${relation.sql}, ${other.sql}`,
        columns: [...relation.columns, ...other.columns],
      };
    }
    return { sql: ` from ${relation.sql}`, columns: relation.columns };
  }

  #join(left: Relation, outer: Columns, depth: number): Relation {
    const type = this.#pick([
      "join",
      "join",
      "left join",
      "left join",
      "right join",
      "full join",
      "cross join",
    ]);
    const isLateral = depth > 0 && this.#chance(0.2) && !["right join", "full join"].includes(type);
    const right = isLateral
      ? this.#derived([...left.columns, ...outer], depth, "lateral ")
      : this.#item(outer, depth - 1);
    const columns = [...left.columns, ...right.columns];
    if (type === "cross join") return { sql: `${left.sql} cross join ${right.sql}`, columns };
    const condition = this.#joinCondition(
      left.columns,
      right.columns,
      type,
      [...columns, ...outer],
      depth,
    );
    return { sql: `${left.sql} ${type} ${right.sql} on ${condition}`, columns };
  }

  #joinCondition(
    left: Columns,
    right: Columns,
    type: string,
    scope: Columns,
    depth: number,
  ): string {
    const pairs = left.flatMap((a) =>
      right.filter((b) => b.kind === a.kind).map((b) => `${a.sql} = ${b.sql}`),
    );
    // Anything else is beyond PostgreSQL's FULL JOIN.
    if (type === "full join") return pairs.length === 0 ? "true" : this.#pick(pairs);
    if (pairs.length === 0 || this.#chance(0.25)) return this.#condition(scope, depth - 1);
    const more = this.#chance(0.3) ? ` and ${this.#condition(scope, depth - 1)}` : "";
    return `${this.#pick(pairs)}${more}`;
  }

  #item(outer: Columns, depth: number): Relation {
    const form = this.#below(12);
    if (form === 0 && this.#ctes.length > 0) {
      const { name, kinds } = this.#pick(this.#ctes);
      return this.#named(
        name,
        kinds.map((kind, at) => [`c${at}`, kind]),
      );
    }
    if (form <= 2 && depth > 0) return this.#derived([], depth, "");
    if (form === 3) return this.#values();
    if (form === 4) return this.#series(outer, depth);
    const table = this.#pick(["emp", "emp", "dept", "log", "log", "wide"]);
    return this.#named(table, Object.entries(TABLES[table] ?? {}));
  }

  #named(name: string, columns: readonly (readonly [string, Kind])[]): Relation {
    const alias = this.#alias();
    return {
      sql: `${name} ${alias}`,
      columns: columns.map(([column, kind]) => ({ sql: `${alias}.${column}`, kind })),
    };
  }

  #renamed(body: string, kinds: readonly Kind[]): Relation {
    const alias = this.#alias();
    const names = kinds.map((_, at) => `c${at}`);
    return {
      sql: `${body} ${alias}(${names.join(", ")})`,
      columns: kinds.map((kind, at) => ({ sql: `${alias}.c${at}`, kind })),
    };
  }

  #derived(outer: Columns, depth: number, prefix: string): Relation {
    const kinds = this.#kinds(1 + this.#below(3));
    return this.#renamed(`${prefix}(${this.#query(kinds, outer, depth - 1)})`, kinds);
  }

  #values(): Relation {
    const kinds = this.#kinds(1 + this.#below(2));
    const rows = Array.from(
      { length: 1 + this.#below(3) },
      () => `(${kinds.map((kind) => this.#constant(kind)).join(", ")})`,
    );
    return this.#renamed(`(values ${rows.join(", ")})`, kinds);
  }

  #series(outer: Columns, depth: number): Relation {
    const end = depth > 0 && this.#chance(0.5) ? this.#expression("int", outer, depth - 1) : "3";
    return this.#renamed(`generate_series(1, least(5, ${end}))`, ["int"]);
  }

  #constant(kind: Kind): string {
    if (this.#chance(0.1)) return kind === "int" ? "null::int" : "null::text";
    return kind === "int"
      ? String(this.#below(10) - 1)
      : `'${this.#pick(["ann", "bob", "in", "c", "c3", "eng", "", "x"])}'::text`;
  }

  #expression(kind: Kind, scope: Columns, depth: number): string {
    const fitting = scope.filter((column) => column.kind === kind);
    if (fitting.length > 0 && this.#chance(0.6)) return this.#pick(fitting).sql;
    if (depth <= 0 || this.#chance(0.3)) {
      return fitting.length > 0 && this.#chance(0.7)
        ? this.#pick(fitting).sql
        : this.#constant(kind);
    }
    const sub = (of: Kind): string => this.#expression(of, scope, depth - 1);
    const form = this.#below(7);
    if (form === 0) return `coalesce(${sub(kind)}, ${sub(kind)})`;
    if (form === 1)
      return `case when ${this.#condition(scope, depth - 1)} then ${sub(kind)} else ${sub(kind)} end`;
    if (form === 2) return `nullif(${sub(kind)}, ${sub(kind)})`;
    if (form === 3) return this.#scalar(kind, scope, depth);
    if (kind === "text")
      return this.#pick([`upper(${sub("text")})`, `(${sub("text")} || ${sub("text")})`]);
    return this.#pick([
      `(${sub("int")} + ${sub("int")})`,
      `(${sub("int")} - ${sub("int")})`,
      `length(${sub("text")})`,
      `abs(${sub("int")})`,
    ]);
  }

  #scalar(kind: Kind, scope: Columns, depth: number): string {
    const from = this.#from(scope, depth - 1);
    const inner = [...from.columns, ...scope];
    const where = this.#chance(0.8) ? ` where ${this.#condition(inner, depth - 1)}` : "";
    const own = from.columns.length === 0 ? inner : from.columns;
    if (from.sql !== "" && this.#chance(0.3)) {
      const value = this.#expression(kind, inner, depth - 1);
      return `(select ${value}${from.sql}${where} order by 1 limit 1)`;
    }
    return `(select ${this.#aggregate(kind, own, inner, 0)}${from.sql}${where})`;
  }

  #condition(scope: Columns, depth: number): string {
    const form = this.#below(depth > 0 ? 13 : 7);
    const kind = this.#pick(KINDS);
    const value = (): string => this.#expression(kind, scope, depth - 1);
    if (form < 3) return `${value()} ${this.#pick(COMPARISONS)} ${value()}`;
    if (form === 3) return `${value()} is ${this.#pick(["", "not "])}null`;
    if (form === 4) {
      const list = [this.#constant(kind), this.#constant(kind), value()];
      return `${value()} ${this.#pick(["", "not "])}in (${list.join(", ")})`;
    }
    if (form === 5) return `${value()} is ${this.#pick(["", "not "])}distinct from ${value()}`;
    if (form === 6) return `${value()} between ${value()} and ${value()}`;
    if (form === 7) return `not (${this.#condition(scope, depth - 1)})`;
    if (form === 8)
      return `(${this.#condition(scope, depth - 1)} or ${this.#condition(scope, depth - 1)})`;
    if (form === 9)
      return `${this.#condition(scope, depth - 1)} and ${this.#condition(scope, depth - 1)}`;
    const query = this.#query([kind], scope, depth - 1);
    if (form === 10) return `${this.#pick(["", "not "])}exists (${query})`;
    if (form === 11) return `${value()} ${this.#pick(["", "not "])}in (${query})`;
    return `${value()} ${this.#pick(COMPARISONS)} ${this.#pick(["any", "all"])} (${query})`;
  }
}

export function randomQuery(seed: number): string {
  return new Generator(seed).statement();
}
