/** Random nested expressions from a seed: mostly ill-typed, as users' first tries are. */

const LEAVES = [
  "1",
  "2.5",
  "3000000000",
  "'4'",
  "null",
  "true",
  "5::smallint",
  "1.5::real",
  "2.25::float8",
  "'ab'::text",
  "'cd'::varchar",
  "'ef '::char(4)",
  "date '2024-02-29'",
  "timestamp '2024-02-29 10:20:30'",
  "timestamptz '2024-02-29 10:20:30+00'",
  "interval '1 month 2 days'",
  "array[1,2]",
  "array['x','y']",
  "'{\"a\":1}'::jsonb",
  "0",
  "'-3'",
  "'{1,5}'",
  "false",
  "10::int8",
  "'2024-01-05'",
];
const OPERATORS = ["+", "-", "*", "/", "=", "<>", "<", ">=", "||"];
const TYPES = [
  "int4",
  "int8",
  "text",
  "numeric",
  "numeric(5,1)",
  "float8",
  "varchar(2)",
  "date",
  "timestamp",
  "bool",
];
const FUNCTIONS = [
  "abs",
  "length",
  "upper",
  "round",
  "to_jsonb",
  "pg_typeof",
  "not",
  "floor",
  "md5",
  "array_length",
];
const TESTS = ["is null", "is not null", "is true"];

type Sub = () => string;
type Pick = (list: readonly string[]) => string;

const FORMS: readonly ((sub: Sub, pick: Pick) => string)[] = [
  (sub, pick) => `(${sub()} ${pick(OPERATORS)} ${sub()})`,
  (sub, pick) => `(${sub()} ${pick(OPERATORS)} ${sub()})`,
  (sub, pick) => `(${sub()} ${pick(OPERATORS)} ${sub()})`,
  (sub) => `coalesce(${sub()}, ${sub()})`,
  (sub) => `case when ${sub()} = ${sub()} then ${sub()} else ${sub()} end`,
  (sub) => `case ${sub()} when ${sub()} then ${sub()} end`,
  (sub) => `nullif(${sub()}, ${sub()})`,
  (sub, pick) => `(${sub()})::${pick(TYPES)}`,
  (sub) => `(${sub()} in (${sub()}, ${sub()}))`,
  (sub) => `(${sub()} = any(${sub()}))`,
  (sub) => `(${sub()} is distinct from ${sub()})`,
  (sub, pick) => `${pick(FUNCTIONS)}(${sub()})`,
  (sub) => `greatest(${sub()}, ${sub()})`,
  (sub) => `array[${sub()}, ${sub()}]`,
  (sub, pick) => `(${sub()} ${pick(TESTS)})`,
];

/** Numerical Recipes' generator: the same seed gives the same expressions on every machine. */
function generator(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

export function* randomExpressions(seed: number, count: number): Generator<string> {
  const below = generator(seed);
  const pick: Pick = (list) => list[below(list.length)] ?? "null";
  const nested = (depth: number): string => {
    const form = FORMS[below(FORMS.length)];
    if (depth === 0 || form === undefined) return pick(LEAVES);
    return form(() => nested(depth - 1), pick);
  };
  for (let index = 0; index < count; index += 1) yield nested(1 + below(3));
}
