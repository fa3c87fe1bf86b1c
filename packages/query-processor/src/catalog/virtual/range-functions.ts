/**
 * Constructor functions and the cast that come with a range type, as pg_proc and pg_cast list them.
 * They are numbered anew with every schema change: only joins within one query use the numbers.
 */
import type { Datum, ProcRow } from "@firstlight/sql";
import { makeArray, oids, typeOid } from "@firstlight/sql";
import { BOOTSTRAP_SUPERUSER } from "../builtin-objects.ts";
import type { Catalog } from "../catalog.ts";
import type { RangeType, TypeDescriptor } from "../descriptors.ts";
import { oidVector } from "./arrays.ts";
import { rowArrayTypeOid } from "./row-types.ts";
import type { NamedRow } from "./virtual-table.ts";

/** No object is numbered in this range (attribute-defaults.ts). */
const FIRST_OID = 0xe0000000;
const INTERNAL = 12;
const CHAR = 18;

export interface RangeFunction {
  readonly oid: number;
  /** The type that it goes with. */
  readonly type: number;
  readonly name: string;
  readonly schema: number;
  readonly source: string;
  readonly result: number;
  readonly args: readonly number[];
  /** OID of the element type if the only argument is VARIADIC. */
  readonly variadic: number;
}

type Draft = Omit<RangeFunction, "oid">;

function functionsOf(type: TypeDescriptor, range: RangeType): readonly Draft[] {
  const subtype = typeOid(range.subtype);
  const { multirange } = range;
  const own = { type: type.oid, name: type.name, schema: type.schema, variadic: 0 };
  const of = { ...own, type: multirange.oid, name: multirange.name, result: multirange.oid };
  const array = rowArrayTypeOid(type.oid);
  const made = { ...own, result: type.oid };
  return [
    { ...made, source: "range_constructor2", args: [subtype, subtype] },
    { ...made, source: "range_constructor3", args: [subtype, subtype, oids.TEXT] },
    { ...of, source: "multirange_constructor0", args: [] },
    { ...of, source: "multirange_constructor1", args: [type.oid] },
    { ...of, source: "multirange_constructor2", args: [array], variadic: type.oid },
  ];
}

const known = new WeakMap<Catalog, readonly RangeFunction[]>();

export function rangeFunctions(catalog: Catalog): readonly RangeFunction[] {
  let functions = known.get(catalog);
  if (functions === undefined) {
    const drafts: Draft[] = [];
    for (const object of catalog.objects.values()) {
      if (object.kind !== "type" || object.definition.kind !== "range") continue;
      drafts.push(...functionsOf(object, object.definition));
    }
    functions = drafts.map((draft, at) => ({ oid: FIRST_OID + at, ...draft }));
    known.set(catalog, functions);
  }
  return functions;
}

export function rangeFunctionRow(each: RangeFunction): NamedRow {
  const isVariadic = each.variadic !== 0;
  return {
    oid: each.oid,
    proname: each.name,
    pronamespace: each.schema,
    proowner: BOOTSTRAP_SUPERUSER,
    prolang: INTERNAL,
    procost: 1,
    prorows: 0,
    provariadic: each.variadic,
    prosupport: 0,
    prokind: "f",
    prosecdef: false,
    proleakproof: false,
    proisstrict: each.source.startsWith("multirange"),
    proretset: false,
    provolatile: "i",
    proparallel: "s",
    pronargs: each.args.length,
    pronargdefaults: 0,
    prorettype: each.result,
    proargtypes: oidVector(each.args),
    proallargtypes: isVariadic ? makeArray(oids.OID, each.args) : null,
    proargmodes: isVariadic ? makeArray(CHAR, ["v"]) : null,
    prosrc: each.source,
  };
}

/** As functions of signatures read it. */
export function rangeProc(catalog: Catalog, oid: number): ProcRow | undefined {
  const found = rangeFunctions(catalog).find((each) => each.oid === oid);
  if (found === undefined) return undefined;
  const isVariadic = found.variadic !== 0;
  return {
    oid,
    name: found.name,
    namespace: found.schema,
    language: INTERNAL,
    cost: 1,
    rows: 0,
    variadic: found.variadic,
    kind: "f",
    strict: found.source.startsWith("multirange"),
    returnsSet: false,
    volatility: "immutable",
    defaultCount: 0,
    returnType: found.result,
    argTypes: found.args,
    allArgTypes: isVariadic ? found.args : null,
    argModes: isVariadic ? ["v"] : null,
    argNames: null,
    argDefaults: [],
    source: found.source,
    body: null,
  };
}

/** OID of the type that a function comes with, if it does. */
export function rangeTypeOf(catalog: Catalog, oid: number): number | undefined {
  if (oid < FIRST_OID) return undefined;
  return rangeFunctions(catalog).find((each) => each.oid === oid)?.type;
}

export function rangeProcsNamed(
  catalog: Catalog,
  schema: number,
  name: string,
): readonly ProcRow[] {
  const found = rangeFunctions(catalog).filter(
    (each) => each.schema === schema && each.name === name,
  );
  return found.flatMap(({ oid }) => rangeProc(catalog, oid) ?? []);
}

/** From each range type to its multirange type. */
export function* rangeCasts(catalog: Catalog): Iterable<Record<string, Datum>> {
  for (const each of rangeFunctions(catalog)) {
    if (each.source !== "multirange_constructor1") continue;
    yield {
      oid: each.oid,
      castsource: each.args[0] ?? 0,
      casttarget: each.result,
      castfunc: each.oid,
      castcontext: "e",
      castmethod: "f",
    };
  }
}
