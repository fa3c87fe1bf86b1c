/**
 * Calls of pg_proc functions by implementation, without parser or planner, for comparison with the
 * oracle's answer to the same call. A call is written `name | type:text | type:text`; the text \N
 * stands for NULL.
 */
import { SqlError } from "@firstlight/common";
import {
  DEFAULT_FORMAT,
  elementTypeOf,
  implementationOf,
  procsByName,
  setImplementationOf,
  typeByName,
  typeByOid,
} from "@firstlight/sql";
import type { Datum, EvaluationContext } from "@firstlight/sql";

interface Argument {
  readonly typeName: string;
  readonly text: string | null;
}

export interface FunctionCall {
  readonly name: string;
  readonly args: readonly Argument[];
}

export function parseCall(line: string): FunctionCall {
  const [name = "", ...rest] = line.split(" | ");
  const args = rest.map((part) => {
    const colon = part.indexOf(":");
    const text = part.slice(colon + 1);
    return { typeName: part.slice(0, colon), text: text === "\\N" ? null : text };
  });
  return { name: name.trim(), args };
}

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

export function callSql({ name, args }: FunctionCall): string {
  const list = args.map(({ typeName, text }) =>
    text === null ? `NULL::${typeName}` : `${quoted(text)}::${typeName}`,
  );
  return `select "${name}"(${list.join(", ")})`;
}

export const TIME_ZONE = "America/New_York";

const context: EvaluationContext = {
  params: [],
  execParams: [],
  format: { ...DEFAULT_FORMAT, timeZone: TIME_ZONE },
  transactionTime: 646315200000000n,
  statementTime: 646315200000000n,
  clockTime: () => 646315200000000n,
  random: () => 0.5,
  randomBytes: (length) => new Uint8Array(length),
  session: undefined,
};

function typeOid(name: string): number {
  const element = name.endsWith("[]") ? name.slice(0, -2) : undefined;
  const row = typeByName(element === undefined ? name : `_${element}`);
  if (row === undefined) throw new Error(`no type ${name}`);
  return row.oid;
}

const POLYMORPHIC: ReadonlySet<number> = new Set([2276, 2277, 2283, 2776, 5077, 5078, 5079]);
const ARRAYS: ReadonlySet<number> = new Set([2277, 5078]);

function accepts(declared: number, actual: number): boolean {
  if (ARRAYS.has(declared)) return elementTypeOf(actual) !== 0;
  return declared === actual || POLYMORPHIC.has(declared);
}

function findProc(name: string, types: readonly number[]): ReturnType<typeof procsByName>[number] {
  const matching = procsByName(name).filter(
    (proc) =>
      (proc.variadic === 2276 && types.length >= proc.argTypes.length) ||
      (proc.argTypes.length === types.length &&
        proc.argTypes.every((declared, index) => accepts(declared, types[index] ?? 0))),
  );
  const exact = matching.find((proc) => proc.argTypes.every((type, at) => type === types[at]));
  const found = exact ?? matching[0];
  if (found === undefined) throw new Error(`no function ${name}(${types.join()})`);
  return found;
}

/** The printed rows of our answer. */
export function ourAnswer(call: FunctionCall, resultType: number): string {
  const argTypes = call.args.map(({ typeName }) => typeOid(typeName));
  const settings = { ...context.format, now: context.transactionTime };
  try {
    const args = call.args.map(({ text }, index) =>
      text === null ? null : typeByOid(argTypes[index] ?? 0).input(text, -1, settings),
    );
    const proc = findProc(call.name, argTypes);
    const types = { argTypes, resultType };
    if (proc.strict && args.includes(null)) return proc.returnsSet ? "" : "NULL";
    if (proc.returnsSet) {
      const rows = [...setImplementationOf(proc.oid, types)(context, ...args)];
      return rows.map((row) => print(row, resultType)).join("\n");
    }
    return print(implementationOf(proc.oid, types)(context, ...args), resultType);
  } catch (error) {
    if (error instanceof SqlError) return `${error.sqlstate} ${error.message}`;
    return error instanceof Error ? `defect: ${error.message}` : "defect";
  }
}

function print(value: Datum, type: number): string {
  return value === null ? "NULL" : typeByOid(type).output(value, context.format);
}
