/**
 * How many of PostgreSQL's functions, aggregates, window functions, operators and casts over the
 * supported types work, and which do not. `npx tsx test/docs/function-coverage.ts` prints it.
 */
import { fileURLToPath } from "node:url";
import { windowFunction } from "../../packages/query-processor/src/execute/window-functions.ts";
import { LARGE_OBJECT_FUNCTIONS } from "../../packages/query-processor/src/large-objects/object-functions.ts";
import { aggregateOf } from "../../packages/sql/src/aggregates/find-aggregate.ts";
import { PG_CAST } from "../../packages/sql/src/catalog-data/pg-cast.ts";
import { PG_OPERATOR } from "../../packages/sql/src/catalog-data/pg-operator.ts";
import { PG_PROC } from "../../packages/sql/src/catalog-data/pg-proc.ts";
import { aggregateByProc } from "../../packages/sql/src/catalog/aggregate-catalog.ts";
import { formatType } from "../../packages/sql/src/catalog/format-type.ts";
import { requireProc } from "../../packages/sql/src/catalog/proc-catalog.ts";
import type { ProcRow } from "../../packages/sql/src/catalog/proc-catalog.ts";
import { CatalogText } from "../../packages/sql/src/catalog/tsv.ts";
import { implementationKey } from "../../packages/sql/src/expression/implementations.ts";
import { jsonRecordReader } from "../../packages/sql/src/functions/json/record-columns.ts";
import { registerBuiltins } from "../../packages/sql/src/functions/register-builtins.ts";
import { registeredNames } from "../../packages/sql/src/functions/registry.ts";
import * as oids from "../../packages/sql/src/types/oids.ts";
import { findType } from "../../packages/sql/src/types/type-registry.ts";
import { OUT_CLASSES, outClassOf } from "./function-classes.ts";

registerBuiltins();
const registered = new Set([...registeredNames(), ...LARGE_OBJECT_FUNCTIONS.keys()]);

/** Whether `attempt` finds an implementation: what is missing throws. */
function succeeds(attempt: () => unknown): boolean {
  try {
    attempt();
    return true;
  } catch {
    return false;
  }
}

/** A type that a polymorphic parameter may stand for. */
const ACTUAL: Readonly<Record<number, number>> = {
  [oids.ANYRANGE]: oids.INT4RANGE,
  [oids.ANYMULTIRANGE]: oids.INT4MULTIRANGE,
};

function aggregateWorks(proc: ProcRow): boolean {
  if (aggregateByProc(proc.oid)?.kind === "h") return true;
  const argTypes = proc.argTypes.map((type) => ACTUAL[type] ?? type);
  return succeeds(() => aggregateOf(proc.oid, { argTypes, resultType: proc.returnType }));
}

export function procWorks(proc: ProcRow): boolean {
  switch (proc.kind) {
    case "a":
      return aggregateWorks(proc);
    case "w":
      return succeeds(() =>
        windowFunction({ proc: proc.oid, args: [] } as unknown as Parameters<
          typeof windowFunction
        >[0]),
      );
    default:
      return (
        registered.has(implementationKey(proc)) || jsonRecordReader(proc.name, []) !== undefined
      );
  }
}

export function signatureOf(proc: ProcRow): string {
  return `${proc.name}(${proc.argTypes.map((type) => formatType(type)).join(", ")})`;
}

interface Entry {
  readonly kind: string;
  readonly area: string;
  readonly text: string;
  readonly works: boolean;
}

function areaOf(proc: ProcRow): string {
  const [first] = proc.argTypes;
  return formatType(first ?? proc.returnType);
}

const KINDS: Readonly<Record<string, string>> = {
  f: "functions",
  p: "procedures",
  a: "aggregates",
  w: "window functions",
};

export const ALL_PROCS: readonly ProcRow[] = new CatalogText(PG_PROC)
  .rows()
  .map((row) => row.number("oid"))
  .filter((oid) => oid > 0)
  .map((oid) => requireProc(oid));

export const PROCS_IN_SCOPE: readonly ProcRow[] = ALL_PROCS.filter(
  (proc) => outClassOf(proc) === undefined,
);

function procEntries(): readonly Entry[] {
  return PROCS_IN_SCOPE.map((proc) => ({
    kind: KINDS[proc.kind] ?? proc.kind,
    area: areaOf(proc),
    text: `${signatureOf(proc)} → ${formatType(proc.returnType)}`,
    works: procWorks(proc),
  }));
}

function operatorEntries(): readonly Entry[] {
  return new CatalogText(PG_OPERATOR).rows().flatMap((row) => {
    const code = row.number("oprcode");
    if (code === 0) return [];
    const proc = requireProc(code);
    if (outClassOf(proc) !== undefined) return [];
    const [left, right] = [row.number("oprleft"), row.number("oprright")];
    const text = `${left === 0 ? "" : `${formatType(left)} `}${row.text("oprname")} ${formatType(right)}`;
    return [{ kind: "operators", area: areaOf(proc), text, works: procWorks(proc) }];
  });
}

function castEntries(): readonly Entry[] {
  return new CatalogText(PG_CAST).rows().flatMap((row) => {
    const [source, target] = [row.number("castsource"), row.number("casttarget")];
    if (findType(source) === undefined || findType(target) === undefined) return [];
    const code = row.number("castfunc");
    if (code !== 0 && outClassOf(requireProc(code)) !== undefined) return [];
    const text = `${formatType(source)} as ${formatType(target)}`;
    const works = code === 0 || procWorks(requireProc(code));
    return [{ kind: "casts", area: formatType(source), text, works }];
  });
}

export interface Coverage {
  readonly entries: readonly Entry[];
  /** Of all entries in scope, how many work: 0 … 1. */
  readonly share: number;
  readonly outOfScope: readonly (readonly [name: string, reason: string, count: number])[];
}

export function coverage(): Coverage {
  const entries = [...procEntries(), ...operatorEntries(), ...castEntries()];
  const counts = new Map<string, number>();
  for (const proc of ALL_PROCS) {
    const out = outClassOf(proc);
    if (out !== undefined) counts.set(out.name, (counts.get(out.name) ?? 0) + 1);
  }
  return {
    entries,
    share: entries.filter((entry) => entry.works).length / entries.length,
    outOfScope: OUT_CLASSES.map(({ name, reason }) => [name, reason, counts.get(name) ?? 0]),
  };
}

export interface KindCount {
  readonly kind: string;
  readonly inScope: number;
  readonly works: number;
}

export function countsByKind({ entries }: Coverage): readonly KindCount[] {
  const kinds = [...new Set(entries.map((entry) => entry.kind))];
  return kinds.map((kind) => {
    const ofKind = entries.filter((entry) => entry.kind === kind);
    return { kind, inScope: ofKind.length, works: ofKind.filter((entry) => entry.works).length };
  });
}

/** What is missing, by the type of the first argument. */
export function missingByArea({ entries }: Coverage): ReadonlyMap<string, readonly string[]> {
  const areas = new Map<string, string[]>();
  for (const { area, text, works, kind } of entries) {
    if (works || kind === "operators") continue;
    areas.set(area, [...(areas.get(area) ?? []), text]);
  }
  return new Map([...areas].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function print(): void {
  const all = coverage();
  for (const { kind, inScope, works } of countsByKind(all)) {
    console.log(`${kind}: ${works} of ${inScope} (${((100 * works) / inScope).toFixed(1)} %)`);
  }
  console.log(`share: ${(100 * all.share).toFixed(2)} %`);
  for (const [name, reason, count] of all.outOfScope) {
    console.log(`out of scope: ${name}: ${count} (${reason})`);
  }
  for (const [area, texts] of missingByArea(all)) {
    console.log(`\nmissing over ${area}`);
    for (const text of texts) console.log(`  ${text}`);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) print();
