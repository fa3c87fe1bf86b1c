/**
 * Random INSERT, UPDATE, DELETE and MERGE statements over the schema of query-world.ts, with
 * RETURNING, ON CONFLICT, joins and data-modifying WITH, as trees that can be shrunk. A row is never
 * reached in two ways, so that what is stored and returned is determined.
 */
import type { Columns, Kind } from "./random-queries-wide.ts";
import { QueryGenerator, TABLES } from "./random-queries-wide.ts";
import type { Sql } from "./random-sql.ts";
import { orShorter, sql } from "./random-sql.ts";

export interface RandomChange {
  readonly statement: Sql;
  readonly table: string;
}

/** Changed tables have a primary key of these columns. */
const KEYS: Readonly<Record<string, readonly string[]>> = {
  emp: ["id"],
  dept: ["id"],
  wide: ["a", "b"],
};

class ChangeGenerator extends QueryGenerator {
  #columns(table: string, alias: string): Columns {
    return Object.entries(TABLES[table] ?? {}).map(([column, kind]) => ({
      sql: `${alias}.${column}`,
      kind,
    }));
  }

  #values(table: string, scope: Columns, changesKey: boolean): readonly [string, Sql][] {
    const keys = KEYS[table] ?? [];
    const columns = Object.entries(TABLES[table] ?? {}).filter(
      ([column]) => changesKey || !keys.includes(column),
    );
    const chosen = columns.filter(() => this.choices.chance(0.5));
    const some = chosen.length > 0 ? chosen : columns.slice(0, 1);
    return some.map(([column, kind]) => [column, this.#value(kind, scope)]);
  }

  #value(kind: Kind, scope: Columns): Sql {
    if (this.choices.chance(0.08)) return "default";
    return this.expression(kind, scope, 1 + this.choices.below(2));
  }

  #assignments(table: string, scope: Columns): Sql {
    const values = this.#values(table, scope, this.choices.chance(0.1));
    if (values.length > 1 && this.choices.chance(0.3)) {
      const names = values.map(([column]) => column).join(", ");
      return sql`(${names}) = ${this.choices.chance(0.5) ? "row" : ""}(${joined(values.map(([, value]) => value))})`;
    }
    if (values.length > 1 && this.choices.chance(0.2)) {
      const kinds = values.map(([column]) => TABLES[table]?.[column] ?? "int");
      const names = values.map(([column]) => column).join(", ");
      const order = kinds.map((_, at) => String(at + 1)).join(", ");
      return sql`(${names}) = (select * from (${this.query(kinds, scope, 1)}) q order by ${order} limit 1)`;
    }
    return joined(values.map(([column, value]) => sql`${column} = ${value}`));
  }

  #returning(scope: Columns): Sql {
    if (!this.choices.chance(0.6)) return "";
    if (this.choices.chance(0.3)) return orShorter(" returning *", "");
    const values = [this.expression("int", scope, 2), this.expression("text", scope, 1)];
    return orShorter(sql` returning ${joined(values)}`, "");
  }

  /** Another table, joined by its key, so that a row of the target finds one row at most. */
  #source(target: Columns): { readonly sql: Sql; readonly columns: Columns; readonly on: Sql } {
    const table = this.choices.pick(["emp", "dept"]);
    const relation = this.named(table, Object.entries(TABLES[table] ?? {}));
    const key = relation.columns[0]?.sql ?? "";
    const of = this.choices.pick(target.filter((column) => column.kind === "int"));
    return { ...relation, on: `${key} = ${of.sql}` };
  }

  change(): RandomChange {
    const table = this.choices.pick(["emp", "dept", "wide"]);
    const form = this.choices.below(10);
    if (form < 3) return { table, statement: this.#insert(table) };
    if (form < 6) return { table, statement: this.#update(table) };
    if (form < 8) return { table, statement: this.#delete(table) };
    if (form === 8) return { table, statement: this.#merge(table) };
    return { table, statement: this.#within(table) };
  }

  #insert(table: string): Sql {
    const alias = this.alias();
    const columns = this.#columns(table, alias);
    const names = Object.keys(TABLES[table] ?? {});
    const kinds = Object.values(TABLES[table] ?? {});
    const constant = (kind: Kind): Sql => this.expression(kind, [], 1);
    const row = (): Sql => sql`(${joined(kinds.map(constant))})`;
    const order = names.map((_, at) => String(at + 1)).join(", ");
    // In their order: of rows with the same key the first one is stored.
    const source = this.choices.chance(0.5)
      ? sql`values ${row()}${orShorter(sql`, ${row()}`, "")}`
      : sql`select * from (${this.query(kinds, [], 1 + this.choices.below(2))}) q order by ${order}`;
    const conflict = this.choices.chance(0.6) ? this.#conflict(table, columns) : "";
    const into = `insert into ${table} as ${alias} (${names.join(", ")}) `;
    return sql`${into}${source}${conflict}${this.#returning(columns)}`;
  }

  #conflict(table: string, columns: Columns): Sql {
    const keys = (KEYS[table] ?? []).join(", ");
    if (this.choices.chance(0.3)) return orShorter(` on conflict (${keys}) do nothing`, "");
    const excluded = this.#columns(table, "excluded");
    const scope = [...columns, ...excluded];
    const where = this.choices.chance(0.4)
      ? orShorter(sql` where ${this.condition(scope, 2)}`, "")
      : "";
    return orShorter(
      sql` on conflict (${keys}) do update set ${this.#assignments(table, scope)}${where}`,
      "",
    );
  }

  #update(table: string): Sql {
    const alias = this.alias();
    const own = this.#columns(table, alias);
    const source = this.choices.chance(0.4) ? this.#source(own) : undefined;
    const scope = [...own, ...(source?.columns ?? [])];
    const from = source === undefined ? "" : sql` from ${source.sql}`;
    const condition = orShorter(this.condition(scope, 2), "true");
    const where =
      source === undefined
        ? orShorter(sql` where ${condition}`, "")
        : sql` where ${source.on} and ${condition}`;
    return sql`update ${table} ${alias} set ${this.#assignments(table, scope)}${from}${where}${this.#returning(scope)}`;
  }

  #delete(table: string): Sql {
    const alias = this.alias();
    const own = this.#columns(table, alias);
    const source = this.choices.chance(0.4) ? this.#source(own) : undefined;
    const scope = [...own, ...(source?.columns ?? [])];
    const using = source === undefined ? "" : sql` using ${source.sql}`;
    const condition = orShorter(this.condition(scope, 2), "true");
    const where =
      source === undefined
        ? orShorter(sql` where ${condition}`, "")
        : sql` where ${source.on} and ${condition}`;
    return sql`delete from ${table} ${alias}${using}${where}${this.#returning(scope)}`;
  }

  #merge(table: string): Sql {
    const alias = this.alias();
    const own = this.#columns(table, alias);
    const source = this.#source(own);
    const both = [...own, ...source.columns];
    const and = (scope: Columns): Sql =>
      this.choices.chance(0.5) ? orShorter(sql` and ${this.condition(scope, 1)}`, "") : "";
    const matched = this.choices.chance(0.6)
      ? sql` when matched${and(both)} then update set ${this.#assignments(table, both)}`
      : sql` when matched${and(both)} then delete`;
    const rest = orShorter(this.choices.chance(0.3) ? " when matched then do nothing" : "", "");
    const names = Object.keys(TABLES[table] ?? {});
    const kinds = Object.values(TABLES[table] ?? {});
    const values = joined(kinds.map((kind) => this.#value(kind, source.columns)));
    const insert = sql` when not matched${and(source.columns)} then insert (${names.join(", ")}) values (${values})`;
    const actions = sql`${orShorter(matched, "")}${rest}${orShorter(insert, "")}`;
    return sql`merge into ${table} ${alias} using ${source.sql} on ${source.on}${actions}`;
  }

  /** The change in WITH, read by a query. */
  #within(table: string): Sql {
    const form = this.choices.below(2);
    const alias = this.alias();
    const own = this.#columns(table, alias);
    const condition = this.condition(own, 1);
    const change =
      form === 0
        ? sql`update ${table} ${alias} set ${this.#assignments(table, own)} where ${condition}`
        : sql`delete from ${table} ${alias} where ${condition}`;
    const columns = Object.entries(TABLES[table] ?? {}).map(([column, kind]) => ({
      sql: `x.${column}`,
      kind,
    }));
    const list = joined([this.expression("int", columns, 2), this.expression("text", columns, 2)]);
    const where = orShorter(sql` where ${this.condition(columns, 2)}`, "");
    return sql`with x as (${change} returning *) select ${list} from x${where}`;
  }
}

function joined(items: readonly Sql[]): Sql {
  const [first = "", ...rest] = items;
  return rest.reduce<Sql>((list, item) => sql`${list}, ${item}`, first);
}

export function randomChange(seed: number): RandomChange {
  return new ChangeGenerator(seed).change();
}
