/** pg_proc: PostgreSQL's own functions and those of users. */
import type { ArrayValue, Datum, Row } from "@firstlight/sql";
import { makeArray, oids, typeOid } from "@firstlight/sql";
import { userRoutine } from "../../bind/routine/user-routine.ts";
import type { Catalog, VirtualTable } from "../catalog.ts";
import { type FunctionDescriptor, inputsOf } from "../descriptors.ts";
import { defaultTexts } from "../routine-text.ts";
import { functionTarget } from "../../privileges/access-check.ts";
import { initialAccessLists } from "../../privileges/initial-access.ts";
import { grantedOnBuiltins, shownAccess } from "../../privileges/access-text.ts";
import { CLASS } from "../dependencies/object-address.ts";
import { oidVector } from "./arrays.ts";
import { rangeFunctionRow, rangeFunctions } from "./range-functions.ts";
import { eachSystemRow, systemRows } from "./system-rows.ts";
import type { MadeRows, NamedRow } from "./virtual-table.ts";
import { systemTable } from "./virtual-table.ts";

const CHAR = 18;
const VOLATILITY = { immutable: "i", stable: "s", volatile: "v" } as const;

function texts(values: readonly string[] | null | undefined): ArrayValue | null {
  return values === null || values === undefined ? null : makeArray(oids.TEXT, values);
}

function defaultsText(catalog: Catalog, descriptor: FunctionDescriptor): Datum {
  const all = defaultTexts(catalog, descriptor);
  return all.length === 0 ? null : all.join(", ");
}

function rowOf(catalog: Catalog, descriptor: FunctionDescriptor): NamedRow {
  const routine = userRoutine(descriptor);
  const { allArgTypes, argModes } = routine;
  return {
    oid: descriptor.oid,
    proname: descriptor.name,
    pronamespace: descriptor.schema,
    proowner: descriptor.owner,
    prolang: routine.language,
    procost: descriptor.cost,
    prorows: descriptor.rows,
    provariadic: typeOid(routine.variadic),
    prosupport: 0,
    prokind: descriptor.routine,
    prosecdef: descriptor.securityDefiner,
    proleakproof: descriptor.leakproof,
    proisstrict: descriptor.strict,
    proretset: descriptor.returnsSet,
    provolatile: VOLATILITY[descriptor.volatility],
    proparallel: descriptor.parallel,
    pronargs: routine.argTypes.length,
    pronargdefaults: routine.defaultCount,
    prorettype: typeOid(descriptor.returnType),
    proargtypes: oidVector(inputsOf(descriptor).map(({ type }) => typeOid(type))),
    proallargtypes: allArgTypes === null ? null : makeArray(oids.OID, allArgTypes.map(typeOid)),
    proargmodes: argModes === null ? null : makeArray(CHAR, argModes),
    proargnames: texts(routine.argNames),
    proargdefaults: defaultsText(catalog, descriptor),
    protrftypes: null,
    prosrc: descriptor.source,
    probin: null,
    prosqlbody: descriptor.body ?? null,
    proconfig: texts(descriptor.config),
    proacl: shownAccess(catalog, functionTarget(catalog, descriptor.oid)),
  };
}

function* rows(catalog: Catalog, made: MadeRows): Iterable<NamedRow | Row> {
  const acls = new Set(grantedOnBuiltins(catalog, CLASS.function));
  for (const { classId, objectId } of initialAccessLists().values()) {
    if (classId === CLASS.function) acls.add(objectId);
  }
  for (const row of eachSystemRow("pg_proc")) {
    const oid = row["oid"];
    const isGranted = typeof oid === "number" && acls.has(oid);
    if (isGranted) yield { ...row, proacl: shownAccess(catalog, functionTarget(catalog, oid)) };
    else yield* made.of(row, [], () => [row]);
  }
  for (const object of catalog.objects.values()) {
    if (object.kind === "function") yield rowOf(catalog, object);
  }
  for (const each of rangeFunctions(catalog)) yield rangeFunctionRow(each);
}

/** The row of one function. */
export function procRow(catalog: Catalog, oid: number): NamedRow | undefined {
  const own = catalog.objects.get(oid);
  if (own?.kind === "function") return rowOf(catalog, own);
  const ofRange = rangeFunctions(catalog).find((each) => each.oid === oid);
  if (ofRange !== undefined) return rangeFunctionRow(ofRange);
  return systemRows("pg_proc").find((each) => each["oid"] === oid);
}

export const PG_PROC: VirtualTable = systemTable("pg_proc", rows);
