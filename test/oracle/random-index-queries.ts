/**
 * Random queries whose conditions, groups and orders are on columns that indexes of query-world.ts
 * have: ORs over several of them, ranges behind unconstrained columns, first rows of groups, orders
 * that are partly there, numbers of rows up to a bound. All columns of a row are keys of its order,
 * so that the first rows are determined.
 */
import type { Column, Columns, Kind } from "./random-queries-wide.ts";
import { QueryGenerator, TABLES } from "./random-queries-wide.ts";
import type { Sql } from "./random-sql.ts";
import { listed, orShorter, sql } from "./random-sql.ts";

interface Source {
  readonly sql: Sql;
  readonly columns: Columns;
}

class IndexQueries {
  readonly #generator: QueryGenerator;

  constructor(seed: number) {
    this.#generator = new QueryGenerator(seed);
  }

  statement(): Sql {
    const forms = [
      () => this.#rows(),
      () => this.#rows(),
      () => this.#groups(),
      () => this.#firstRows(),
      () => this.#union(),
      () => this.#numbered(),
    ];
    return this.#generator.choices.pick(forms)();
  }

  #table(): Source {
    const { choices } = this.#generator;
    const name = choices.pick(["emp", "log", "wide", "wide", "dept"]);
    return this.#generator.named(name, Object.entries(TABLES[name] ?? {}));
  }

  #from(): Source {
    const { choices } = this.#generator;
    let source = this.#table();
    for (let count = 0; count < 2 && choices.chance(0.35); count++) {
      const other = this.#table();
      const type = choices.pick(["join", "join", "left join", "right join", "full join"]);
      const pairs = this.#pairs(source.columns, other.columns);
      const [first = "true"] = pairs;
      const more = type === "full join" ? "" : this.#joinCondition(source, other, pairs);
      source = {
        sql: sql`${source.sql} ${type} ${other.sql} on ${first}${more}`,
        columns: [...source.columns, ...other.columns],
      };
    }
    return source;
  }

  #pairs(left: Columns, right: Columns): string[] {
    const { choices } = this.#generator;
    const all = left.flatMap((a) =>
      right.filter((b) => b.kind === a.kind).map((b) => `${a.sql} = ${b.sql}`),
    );
    return Array.from({ length: Math.min(2, all.length) }, () => choices.pick(all));
  }

  #joinCondition(left: Source, right: Source, [, second]: readonly string[]): Sql {
    const { choices } = this.#generator;
    if (second === undefined || choices.chance(0.4)) return "";
    const word = choices.pick(["and", "or"]);
    const extra = choices.chance(0.5)
      ? second
      : sql`(${this.#comparison([...left.columns, ...right.columns])})`;
    return orShorter(sql` ${word} ${extra}`, "");
  }

  #constant(kind: Kind): string {
    const { choices } = this.#generator;
    if (kind !== "int") return this.#generator.constant(kind);
    return choices.chance(0.05) ? "null::int" : String(choices.below(60) - 1);
  }

  #comparison(columns: Columns): Sql {
    const { choices } = this.#generator;
    const { sql: name, kind } = choices.pick(columns);
    const value = (): string => this.#constant(kind);
    const form = choices.below(9);
    if (form < 4) return `${name} = ${value()}`;
    if (form === 4) return `${name} in (${value()}, ${value()}, ${value()})`;
    if (form === 5) return `${name} between ${value()} and ${value()}`;
    if (form === 6) return `${name} is ${choices.pick(["", "not "])}null`;
    return `${name} ${choices.pick(["<", "<=", ">", ">="])} ${value()}`;
  }

  #condition(columns: Columns, depth: number): Sql {
    const { choices } = this.#generator;
    if (depth === 0 || choices.chance(0.3)) return this.#comparison(columns);
    const parts = Array.from({ length: 2 + choices.below(2) }, () =>
      this.#condition(columns, depth - 1),
    );
    return sql`(${listed(parts, choices.pick([" or ", " and ", " or "]))})`;
  }

  #where(columns: Columns): Sql {
    if (!this.#generator.choices.chance(0.8)) return "";
    return orShorter(sql` where ${this.#condition(columns, 2)}`, "");
  }

  #direction(): string {
    return this.#generator.choices.pick([
      "",
      "",
      " desc",
      " desc",
      " nulls first",
      " desc nulls last",
    ]);
  }

  /** All of the columns in some order, so that no two rows that differ are equal in it. */
  #orderBy(columns: readonly string[]): Sql {
    const { choices } = this.#generator;
    const from = choices.below(columns.length);
    const turned = [...columns.slice(from), ...columns.slice(0, from)];
    const same = choices.chance(0.5) ? this.#direction() : undefined;
    const keys = turned.map((name) => `${name}${same ?? this.#direction()}`);
    return sql` order by ${keys.join(", ")}`;
  }

  #limit(): Sql {
    const { choices } = this.#generator;
    if (choices.chance(0.3)) return "";
    const offset = choices.chance(0.3) ? ` offset ${choices.below(4)}` : "";
    return orShorter(` limit ${choices.below(9)}${offset}`, "");
  }

  #some(columns: Columns): Column[] {
    const { choices } = this.#generator;
    const some = columns.filter(() => choices.chance(0.4)).slice(0, 3);
    return some.length > 0 ? some : [choices.pick(columns)];
  }

  #rows(): Sql {
    const { choices } = this.#generator;
    const from = this.#from();
    const own = this.#some(from.columns);
    const list = own.map((column) => column.sql);
    const distinct = choices.chance(0.3) ? "distinct " : "";
    const ordered = sql`${this.#orderBy(list)}${this.#limit()}`;
    return sql`select ${distinct}${list.join(", ")} from ${from.sql}${this.#where(from.columns)}${ordered}`;
  }

  #groups(): Sql {
    const { choices } = this.#generator;
    const from = choices.chance(0.6) ? this.#table() : this.#from();
    const keys = this.#some(from.columns).map((column) => column.sql);
    const value = choices.pick(from.columns.filter(({ kind }) => kind !== "bool")).sql;
    const aggregates = Array.from({ length: choices.below(3) }, () =>
      choices.pick([`min(${value})`, `max(${value})`, `count(distinct ${value})`, "count(*)"]),
    );
    const list = [...keys, ...aggregates];
    const by = keys.join(", ");
    const where = this.#where(from.columns);
    return sql`select ${list.join(", ")} from ${from.sql}${where} group by ${by}${this.#orderBy(keys)}${this.#limit()}`;
  }

  #firstRows(): Sql {
    const from = this.#table();
    const [first] = this.#some(from.columns);
    const others = from.columns.filter((column) => column !== first);
    const name = first?.sql ?? "1";
    const keys = [`${name}${this.#direction()}`];
    const rest = others.map((column) => `${column.sql}${this.#direction()}`);
    const list = [name, ...others.map((column) => column.sql)].join(", ");
    const order = [...keys, ...rest].join(", ");
    return sql`select distinct on (${name}) ${list} from ${from.sql}${this.#where(from.columns)} order by ${order}${this.#limit()}`;
  }

  #union(): Sql {
    const arms = Array.from({ length: 2 }, () => {
      const from = this.#table();
      const ints = from.columns.filter(({ kind }) => kind === "int");
      const pick = (): string => this.#generator.choices.pick(ints).sql;
      return sql`select ${pick()}, ${pick()} from ${from.sql}${this.#where(from.columns)}`;
    });
    const [left = "", right = ""] = arms;
    const word = this.#generator.choices.pick(["union all", "union all", "union all", "union"]);
    return sql`${left} ${word} ${right}${this.#orderBy(["1", "2"])}${this.#limit()}`;
  }

  #numbered(): Sql {
    const { choices } = this.#generator;
    const from = this.#table();
    const [key] = this.#some(from.columns);
    const names = from.columns.map((column) => column.sql);
    const partition = choices.chance(0.6) ? `partition by ${key?.sql ?? "1"}` : "";
    const call = choices.pick(["row_number()", "rank()", "dense_rank()"]);
    const other = choices.pick([
      "",
      "",
      ", count(*) over w as c",
      ", sum(1) over (partition by 1) as c",
    ]);
    const window = sql`${partition}${this.#orderBy(names)}`;
    const inner = sql`select ${names.map((name, at) => `${name} as x${at}`).join(", ")}, ${call} over w as n${other} from ${from.sql}${this.#where(from.columns)} window w as (${window})`;
    const bound = choices.pick([
      `n <= ${choices.below(4)}`,
      `n < ${choices.below(5)}`,
      `n = ${choices.below(3)}`,
      `${choices.below(4)} >= n`,
    ]);
    const more = choices.chance(0.3) ? orShorter(" and x0 is not null", "") : "";
    return sql`select * from (${inner}) s where ${bound}${more}`;
  }
}

export function randomIndexQuery(seed: number): Sql {
  return new IndexQueries(seed).statement();
}
