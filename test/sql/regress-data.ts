/**
 * Writes the data files that PostgreSQL's regression scripts COPY (their layout, data of its own):
 * both databases read the same files, so any consistent data serves. Same files at every run.
 *
 *     npx tsx test/sql/regress-data.ts DIRECTORY
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

type Row = readonly (number | string)[];

/** Whole numbers below `bound`, the same ones at every run. */
function numbers(seed: number): (bound: number) => number {
  let state = seed;
  return (bound) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * bound);
  };
}

function shuffled(count: number, seed: number): readonly number[] {
  const next = numbers(seed);
  const order = Array.from({ length: count }, (_, index) => index);
  for (let last = count - 1; last > 0; last--) {
    const other = next(last + 1);
    [order[last], order[other]] = [order[other] ?? 0, order[last] ?? 0];
  }
  return order;
}

/** Base 26, least digit first, as the Wisconsin benchmark's strings. */
function letters(value: number): string {
  let rest = value;
  let text = "";
  for (let place = 0; place < 6; place++) {
    text += String.fromCodePoint(65 + (rest % 26));
    rest = Math.floor(rest / 26);
  }
  return text;
}

/** The Wisconsin table: every column but unique2 and string4 follows from unique1. */
function wisconsin(count: number, seed: number): readonly Row[] {
  const unit = count / 100;
  return shuffled(count, seed).map((u1, u2) => {
    const odd = (u1 % unit) * 2;
    const cycle = "AHOV"[u2 % 4] ?? "A";
    const moduli = [2, 4, 10, 20, unit, unit * 10, unit * 20, unit * 50, unit * 100];
    const text = [letters(u1), letters(u2), `${cycle.repeat(4)}xx`];
    return [u1, u2, ...moduli.map((modulus) => u1 % modulus), odd, odd + 1, ...text];
  });
}

const NAMES = (
  "mike joe sally sandra alex sue denise sarah teresa nan leah wendy lita louise karen melissa " +
  "candy bertha karla zelda anita pamela esme"
).split(" ");

function persons(): readonly Row[] {
  const next = numbers(3);
  return NAMES.map((name) => [name, 8 + next(80), `(${next(12)},${next(90) / 10})`]);
}

const EMP: readonly Row[] = [
  ["sharon", 25, "(15,12)", 1000, "sam"],
  ["sam", 30, "(10,5)", 2000, "bill"],
  ["bill", 20, "(11,10)", 1000, "sharon"],
];
const STUDENT: readonly Row[] = [
  ["fred", 28, "(3.1,-1.5)", 3.7],
  ["larry", 60, "(21.8,4.9)", 3.1],
];
const STUD_EMP: readonly Row[] = [
  ["jeff", 23, "(8,7.7)", 600, "sharon", 3.5, String.raw`\N`],
  ["cim", 30, "(10.5,4.7)", 400, String.raw`\N`, 3.4, String.raw`\N`],
  ["linda", 19, "(0.9,6.1)", 100, String.raw`\N`, 2.9, String.raw`\N`],
];

const ROADS = ["Access Rd", "Foothill Blvd", "Oak St", "100th Ave", "Mission Blvd", "Grizzly Dr"];

function roadName(index: number): string {
  if (index % 17 === 0) return `I- ${[80, 580, 680, 880][(index / 17) % 4] ?? 80}`;
  if (index % 23 === 0) return `State Hwy ${[13, 24, 84, 92, 123][(index / 23) % 5] ?? 13}`;
  if (index % 29 === 0) return `I- ${[80, 580, 680, 880][(index / 29) % 4] ?? 80} Ramp`;
  return `${ROADS[index % ROADS.length] ?? "Oak St"} ${index % 100}`;
}

function streets(): readonly Row[] {
  const next = numbers(5);
  return Array.from({ length: 800 }, (_, index) => {
    const x = -122 + next(5000) / 10_000;
    const y = 37.5 + next(4000) / 10_000;
    const corners = Array.from({ length: 2 + (index % 4) }, (_at, corner) => {
      const [dx, dy] = [corner * 0.003, (corner % 2) * 0.002];
      return `(${(x + dx).toFixed(4)},${(y + dy).toFixed(4)})`;
    });
    return [roadName(index), `[${corners.join(",")}]`];
  });
}

const CITIES: readonly Row[] = [
  [334_000, "Oakland", "((-122.0,37.9),(-121.7,37.9),(-121.7,37.4),(-122.0,37.4))"],
  [102_000, "Berkeley", "((-122.0,37.9),(-121.9,37.9),(-121.9,37.8),(-122.0,37.8))"],
  [68_000, "Hayward", "((-121.8,37.7),(-121.7,37.7),(-121.7,37.6),(-121.8,37.6))"],
];

/** Numbers and texts that the scripts look for are among the frequent ones. */
const OFTEN = [32, 17, 38, 34, 89, 47, 77];
const TEXTS = (
  "AAAAAAAA72908 AAAAAAAAAA646 AAAAAAAAAAAAAAAAAAA17075 AA88409 AAAAAAAAAAAAAAAAAA36842 " +
  "AAAAAAA48038 AAAAAAAAAAAAAA10611 A87088 AAAAAAA80240"
).split(" ");

function arrays(): readonly Row[] {
  const next = numbers(7);
  const number = (): number => (next(3) === 0 ? (OFTEN[next(OFTEN.length)] ?? 0) : next(100));
  const text = (): string =>
    next(3) === 0
      ? (TEXTS[next(TEXTS.length)] ?? "")
      : `${"A".repeat(1 + next(18))}${next(99_999)}`;
  const rows: Row[] = Array.from({ length: 100 }, (_, index) => {
    const i = Array.from({ length: 1 + next(9) }, number);
    const t = Array.from({ length: 1 + next(12) }, text);
    return [index + 1, `{${i.join(",")}}`, `{${t.join(",")}}`];
  });
  const lists = ["{47,77}", "{AAAAAAAAAA646,A87088}"];
  return [...rows, [101, ...lists], [102, "{}", "{}"], [103, "{NULL}", "{NULL}"]];
}

function jsonDocuments(): readonly string[] {
  const next = numbers(11);
  const waits = ["null", '"CC"', '"CB"', '"CA"', '"AA"', '"CQ"'];
  return Array.from({ length: 1012 }, (_, index) => {
    if (index % 337 === 0) return "{}";
    const fields = [`"line":${index + 1}`];
    if (next(3) === 0) fields.push(`"wait":${waits[next(waits.length)] ?? "null"}`);
    if (next(3) === 0) fields.push(`"public":${next(2) === 0}`);
    if (next(3) === 0) fields.push(`"disabled":${next(2) === 0}`);
    if (next(3) === 0) fields.push(`"age":${next(10) === 0 ? "25" : next(100)}`);
    if (next(4) === 0) fields.push(`"pos":${next(100)},"node":"CB${next(9)}"`);
    if (index % 100 === 7) fields.push('"array":["foo","bar","baz"]');
    if (index % 100 === 57) fields.push('"array":["bar",5,{"a":1}],"bar":[1,2]');
    return `{${fields.join(",")}}`;
  });
}

function pairs(count: number, descending: boolean): readonly Row[] {
  const next = numbers(13);
  const values = new Set<number>();
  while (values.size < count) values.add(next(2 ** 31 - 1));
  const list = [...values];
  const ordered = descending ? list.toSorted((a, b) => b - a) : list;
  return ordered.map((value, index) => [index + 1, value]);
}

function rectangles(): readonly Row[] {
  const next = numbers(17);
  return Array.from({ length: 3100 }, (_, index) => {
    if (index % 1000 === 999) return [String.raw`\N`];
    const [x, y] = [next(60_000), next(60_000)];
    return [`(${x + next(900)},${y + next(900)}),(${x},${y})`];
  });
}

const lines = (rows: readonly Row[]): string => rows.map((row) => `${row.join("\t")}\n`).join("");

const FILES: Readonly<Record<string, () => string>> = {
  "onek.data": () => lines(wisconsin(1000, 1)),
  "tenk.data": () => lines(wisconsin(10_000, 2)),
  "agg.data": () => "56\t7.8\n100\t99.097\n0\t0.09561\n42\t324.78\n",
  "person.data": () => lines(persons()),
  "emp.data": () => lines(EMP),
  "student.data": () => lines(STUDENT),
  "stud_emp.data": () => lines(STUD_EMP),
  "streets.data": () => lines(streets()),
  "real_city.data": () => lines(CITIES),
  "array.data": () => lines(arrays()),
  "jsonb.data": () => `${jsonDocuments().join("\n")}\n`,
  "hash.data": () => lines(pairs(10_000, false)),
  "hashovfl.data": () =>
    lines(pairs(10_000, false).map(([at, value]) => [at ?? 0, Number(value) % 100])),
  "desc.data": () => lines(pairs(10_000, true)),
  "rect.data": () => lines(rectangles()),
  "constro.data": () => "4\t!check failed\t5\n6\tOK\t4\n",
  "constrf.data": () => "6\t!check failed\t5\n4\tcheck failed\t5\n5\tOK\t6\n",
};

function main(): void {
  const directory = process.argv[2];
  if (directory === undefined) throw new Error("usage: regress-data.ts DIRECTORY");
  mkdirSync(directory, { recursive: true });
  for (const [name, text] of Object.entries(FILES)) writeFileSync(join(directory, name), text());
}

main();
