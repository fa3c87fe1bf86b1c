/**
 * Random queries over columns of many types whose equal values do not all look alike (1.0 and 1.00,
 * 24 hours and a day, 0 and -0, 'a' and 'a  '), as trees that can be shrunk. What they show of such a
 * value is the same for all that are equal to it.
 */
import { Choices } from "./random-choices.ts";
import type { Sql } from "./random-sql.ts";
import { listed, orShorter, sql } from "./random-sql.ts";

interface Type {
  readonly column: string;
  readonly type: string;
  readonly values: readonly string[];
  /** The same text for equal values; `$` stands for the value. */
  readonly shown: string;
}

const PLAIN = "$::text";

const TYPES: readonly Type[] = [
  {
    column: "n",
    type: "numeric",
    values: ["0", "0.0", "1", "1.00", "-1.5", "12345678901234567890.123", "'NaN'", "1e-20"],
    shown: "trim_scale($)::text",
  },
  {
    column: "f",
    type: "float8",
    values: ["0", "-0.0", "1", "1.5", "'NaN'", "'Infinity'", "'-Infinity'", "1e-300"],
    shown: "($ + 0::float8)::text",
  },
  {
    column: "r",
    type: "float4",
    values: ["0", "'-0'", "1.1", "'NaN'", "3e38"],
    shown: "($ + 0::float4)::text",
  },
  { column: "s", type: "int2", values: ["0", "1", "-1", "32767", "-32768"], shown: PLAIN },
  {
    column: "l",
    type: "int8",
    values: ["0", "1", "-1", "9007199254740993", "-9223372036854775808"],
    shown: PLAIN,
  },
  { column: "o", type: "oid", values: ["0", "1", "4294967295", "25"], shown: PLAIN },
  {
    column: "d",
    type: "date",
    values: ["'2000-01-01'", "'2024-02-29'", "'infinity'", "'0044-03-15 BC'", "'-infinity'"],
    shown: PLAIN,
  },
  {
    column: "t",
    type: "timestamp",
    values: [
      "'2000-01-01'",
      "'2024-02-29 12:00:00.000001'",
      "'infinity'",
      "'1999-12-31 23:59:59.999999'",
    ],
    shown: PLAIN,
  },
  {
    column: "z",
    type: "timestamptz",
    values: [
      "'2000-01-01 00:00+00'",
      "'2000-01-01 02:00+02'",
      "'2024-02-29 12:00:00+00'",
      "'-infinity'",
    ],
    shown: PLAIN,
  },
  { column: "m", type: "time", values: ["'00:00'", "'24:00'", "'12:30:00.5'"], shown: PLAIN },
  {
    column: "w",
    type: "timetz",
    values: ["'00:00+00'", "'02:00+02'", "'12:30-07'", "'12:30+07'"],
    shown: PLAIN,
  },
  {
    column: "i",
    type: "interval",
    values: ["'1 day'", "'24 hours'", "'1 month'", "'30 days'", "'-1 day +24 hours'", "'0'"],
    shown: "extract(epoch from $)::text",
  },
  {
    column: "c",
    type: "char(4)",
    values: ["'a'", "'a  '", "'b'", "''", "'ä'"],
    shown: "('<' || $ || '>')",
  },
  {
    column: "v",
    type: "varchar(5)",
    values: ["'a'", "'a  '", "'B'", "''", "'ä'", "'日本'"],
    shown: PLAIN,
  },
  { column: "y", type: "bytea", values: ["'\\x00'", "'\\x'", "'\\xff00'", "'abc'"], shown: PLAIN },
  {
    column: "u",
    type: "uuid",
    values: ["'00000000-0000-0000-0000-000000000000'", "'ffffffff-ffff-ffff-ffff-ffffffffffff'"],
    shown: PLAIN,
  },
  {
    column: "x",
    type: "bit varying(6)",
    values: ["B'0'", "B'00'", "B'1'", "B''", "B'101'"],
    shown: PLAIN,
  },
  {
    column: "e",
    type: "inet",
    values: ["'10.0.0.1'", "'10.0.0.0/8'", "'::1'", "'10.0.0.1/32'"],
    shown: PLAIN,
  },
  {
    column: "a",
    type: "numeric[]",
    values: ["'{}'", "'{1}'", "'{1.0}'", "'{1,NULL}'", "'{{1},{2}}'", "'[0:0]={1}'", "'{2}'"],
    shown: "(case when $ = '{1}' then 'one' else $::text end)",
  },
  {
    column: "j",
    type: "jsonb",
    values: ["'1'", "'1.0'", "'\"a\"'", '\'{"b": 1, "a": null}\'', "'[]'", "'[1, 2]'", "'null'"],
    shown: "(case when $ = '1' then 'one' else $::text end)",
  },
  {
    column: "g",
    type: "int4range",
    values: ["'[1,3)'", "'(0,2]'", "'empty'", "'[1,]'", "'(,5)'"],
    shown: PLAIN,
  },
  { column: "b", type: "boolean", values: ["true", "false"], shown: PLAIN },
];

function literal(value: string, type: string): string {
  return value.startsWith("B'") ? `${value}::${type}` : `${quoted(value)}::${type}`;
}

function quoted(value: string): string {
  return value.startsWith("'") || /^(true|false)$/u.test(value) ? value : `'${value}'`;
}

const ROWS = 120;

/** Two tables of the same columns; the one with indexes on most of them, the other with few rows. */
export function typedTables(): readonly string[] {
  const choices = new Choices(17);
  const columns = TYPES.map(({ column, type }) => `${column} ${type}`).join(", ");
  const row = (id: number): string => {
    const values = TYPES.map(({ values: own, type }) =>
      choices.chance(0.15) ? "null" : literal(choices.pick(own), type),
    );
    return `(${id}, ${values.join(", ")})`;
  };
  const rows = (count: number): string =>
    Array.from({ length: count }, (_, at) => row(at + 1)).join(", ");
  return [
    `create table many (id int primary key, ${columns})`,
    `create table few (id int primary key, ${columns})`,
    `insert into many values ${rows(ROWS)}`,
    `insert into few values ${rows(12)}`,
    ...TYPES.filter((_, at) => at % 4 !== 3).map(
      ({ column }, at) => `create index on many (${column}${at % 3 === 1 ? " desc" : ""})`,
    ),
    "create index on many (s, n, i)",
    "create index on many (c, f desc)",
    "analyze many",
    "analyze few",
  ];
}

const COMPARISONS = [
  "=",
  "=",
  "<>",
  "<",
  "<=",
  ">",
  ">=",
  "is distinct from",
  "is not distinct from",
];
/** Of types that are compared with each other as they stand. */
const RELATED: Readonly<Record<string, readonly string[]>> = {
  n: ["n", "s", "l", "f"],
  f: ["f", "r", "s", "l"],
  s: ["s", "l", "n"],
  d: ["d", "t", "z"],
  t: ["t", "d"],
  c: ["c", "v"],
};

/** Without min and max. */
const UNORDERED: ReadonlySet<string> = new Set(["u", "b", "j", "y", "x", "g"]);

class TypedQueries {
  readonly #choices: Choices;

  constructor(seed: number) {
    this.#choices = new Choices(seed);
  }

  statement(): Sql {
    const forms = [
      () => this.#rows(),
      () => this.#rows(),
      () => this.#joined(),
      () => this.#joined(),
      () => this.#grouped(),
      () => this.#ordered(),
      () => this.#setOperation(),
      () => this.#subquery(),
      () => this.#windowed(),
      () => this.#extremes(),
      () => this.#firstOfEach(),
      () => this.#nearby(),
    ];
    return this.#choices.pick(forms)();
  }

  #type(): Type {
    return this.#choices.pick(TYPES);
  }

  #shown({ shown, column }: Type, table: string): string {
    return shown.replaceAll("$", `${table}.${column}`);
  }

  #constant({ values, type }: Type): string {
    return this.#choices.chance(0.05) ? `null::${type}` : literal(this.#choices.pick(values), type);
  }

  #condition(table: string, depth = 1): Sql {
    if (depth > 0 && this.#choices.chance(0.4)) {
      const word = this.#choices.pick([" and ", " or "]);
      const left = this.#condition(table, depth - 1);
      const right = this.#condition(table, depth - 1);
      const both = sql`(${left}${word}${right})`;
      return orShorter(this.#choices.chance(0.2) ? sql`(not ${both})` : both, left, right);
    }
    const type = this.#type();
    const column = `${table}.${type.column}`;
    const form = this.#choices.below(8);
    if (form === 0) return `${column} is ${this.#choices.pick(["", "not "])}null`;
    if (form === 1) {
      const list = Array.from({ length: 1 + this.#choices.below(4) }, () => this.#constant(type));
      return sql`${column} ${this.#choices.pick(["in", "in", "not in"])} (${listed(list, ", ")})`;
    }
    if (form === 2) return `${column} between ${this.#constant(type)} and ${this.#constant(type)}`;
    if (form === 3) {
      const list = [this.#constant(type), this.#constant(type)].join(", ");
      const test = this.#choices.pick(["= any", "<> all", "< any", ">= all"]);
      return type.column === "a"
        ? `${column} = ${this.#constant(type)}`
        : `${column} ${test} (array[${list}])`;
    }
    return `${column} ${this.#choices.pick(COMPARISONS)} ${this.#constant(type)}`;
  }

  #where(table: string): Sql {
    return this.#choices.chance(0.6) ? orShorter(sql` where ${this.#condition(table)}`, "") : "";
  }

  #rows(): Sql {
    const table = this.#choices.pick(["many", "many", "few"]);
    return sql`select ${table}.id, ${this.#shown(this.#type(), table)} from ${table} where ${this.#condition(table, 2)}`;
  }

  #tie(left: string, right: string): string {
    const { column } = this.#type();
    const other = this.#choices.pick(RELATED[column] ?? [column]);
    return `${left}.${column} = ${right}.${other}`;
  }

  #joined(): Sql {
    const type = this.#choices.pick(["join", "left join", "right join", "full join"]);
    const [left, right] = this.#choices.chance(0.5) ? ["many", "few"] : ["few", "many"];
    const tie = this.#tie("l", "r");
    const isFull = type === "full join";
    const more =
      !isFull && this.#choices.chance(0.3)
        ? orShorter(sql` and ${this.#condition("r", 0)}`, "")
        : "";
    return sql`select l.id, r.id, ${this.#shown(this.#type(), "l")} from ${left} l ${type} ${right} r on ${tie}${more}${this.#where("l")}`;
  }

  #grouped(): Sql {
    const keys = [this.#type(), ...(this.#choices.chance(0.4) ? [this.#type()] : [])];
    const by = [...new Set(keys.map(({ column }) => `many.${column}`))].join(", ");
    const shown = keys.map((key) => this.#shown(key, "many")).join(", ");
    const counted = this.#type();
    const having = this.#choices.chance(0.3) ? orShorter(" having count(*) > 3", "") : "";
    return sql`select ${shown}, count(*), sum(id), count(distinct many.${counted.column}) from many${this.#where("many")} group by ${by}${having}`;
  }

  /** All of the order's keys but the last may tie. */
  #ordered(): Sql {
    const { column } = this.#type();
    const second = this.#type().column;
    const way = this.#choices.pick(["", " desc", " nulls first", " desc nulls last"]);
    const limit = this.#choices.chance(0.7)
      ? orShorter(` limit ${this.#choices.below(20)}${this.#choices.pick(["", " offset 3"])}`, "")
      : "";
    return sql`select id from many${this.#where("many")} order by many.${column}${way}, many.${second}, id${limit}`;
  }

  #setOperation(): Sql {
    const type = this.#type();
    const word = this.#choices.pick([
      "union",
      "intersect",
      "except",
      "union all",
      "intersect all",
      "except all",
    ]);
    const arm = (table: string): Sql =>
      sql`select ${table}.${type.column} as k from ${table}${this.#where(table)}`;
    return sql`select ${type.shown.replaceAll("$", "q.k")} from (${arm("many")} ${word} ${arm("few")}) q`;
  }

  #subquery(): Sql {
    const { column } = this.#type();
    const inner = sql`select few.${column} from few${this.#where("few")}`;
    const form = this.#choices.below(4);
    if (form === 0)
      return sql`select id from many where many.${column} ${this.#choices.pick(["in", "not in"])} (${inner})`;
    if (form === 1)
      return sql`select id from many where ${this.#choices.pick(["", "not "])}exists (select from few where ${this.#tie("many", "few")})`;
    if (form === 2)
      return sql`select id, (select count(*) from few where ${this.#tie("few", "many")}) from many${this.#where("many")}`;
    return sql`select id from many where many.${column} ${this.#choices.pick([">= all", "= any", "< any"])} (${inner})`;
  }

  #extremes(): Sql {
    const type = this.#choices.pick(TYPES.filter(({ column }) => !UNORDERED.has(column)));
    const call = (name: string): string =>
      type.shown.replaceAll("$", `${name}(many.${type.column})`);
    const key = this.#type();
    const by = this.#choices.chance(0.5)
      ? orShorter(` group by many.${key.column}`, "")
      : orShorter(` group by rollup (many.${key.column}, many.s)`, "");
    return sql`select ${call("min")}, ${call("max")}, count(many.${type.column}) from many${this.#where("many")}${by}`;
  }

  /** The first by an identifier: which one it is does not depend on how values look. */
  #firstOfEach(): Sql {
    const type = this.#type();
    const way = this.#choices.pick(["", " desc", " nulls first"]);
    return sql`select distinct on (many.${type.column}) ${this.#shown(type, "many")}, id from many${this.#where("many")} order by many.${type.column}${way}, id`;
  }

  /** Pairs by an order, not by equality. */
  #nearby(): Sql {
    const { column } = this.#type();
    const other = this.#choices.pick(RELATED[column] ?? [column]);
    const test = this.#choices.pick(["<", "<=", ">", ">=", "<>", "is not distinct from"]);
    const more = orShorter(sql` and ${this.#condition("many", 1)}`, "");
    return sql`select few.id, count(*), sum(many.id) from few left join many on many.${column} ${test} few.${other}${more} group by few.id`;
  }

  #windowed(): Sql {
    const { column } = this.#type();
    const other = this.#type().column;
    const call = this.#choices.pick(["rank()", "dense_rank()", "count(*)", "sum(id)", "max(id)"]);
    const part = orShorter(this.#choices.chance(0.6) ? `partition by many.${other} ` : "", "");
    const way = this.#choices.pick(["", " desc", " nulls first"]);
    return sql`select id, ${call} over (${part}order by many.${column}${way}) from many${this.#where("many")}`;
  }
}

export function randomTypedQuery(seed: number): Sql {
  return new TypedQueries(seed).statement();
}
