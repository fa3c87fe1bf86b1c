/** pg_type: the built-in types, and a row type with its array type for every table and view. */
import { typeTarget } from "../../privileges/access-check.ts";
import { grantedOnBuiltins, shownAccess } from "../../privileges/access-text.ts";
import { CLASS } from "../dependencies/object-address.ts";
import type { VirtualTable } from "../catalog.ts";
import type { RowTyped } from "./row-types.ts";
import { rowArrayTypeOid, rowTyped } from "./row-types.ts";
import { eachSystemRow, systemRows } from "./system-rows.ts";
import { enumRows, rangeRows, userTypeRows } from "./user-type-rows.ts";
import type { NamedRow } from "./virtual-table.ts";
import { systemTable } from "./virtual-table.ts";

const COMMON: NamedRow = {
  typlen: -1,
  typbyval: false,
  typispreferred: false,
  typisdefined: true,
  typdelim: ",",
  typmodin: 0,
  typmodout: 0,
  typalign: "d",
  typstorage: "x",
  typnotnull: false,
  typbasetype: 0,
  typtypmod: -1,
  typndims: 0,
  typcollation: 0,
};

/** record_in, record_out, record_recv, record_send and no typanalyze. */
const COMPOSITE: NamedRow = {
  ...COMMON,
  typtype: "c",
  typcategory: "C",
  typsubscript: 0,
  typelem: 0,
  typinput: 2290,
  typoutput: 2291,
  typreceive: 2402,
  typsend: 2403,
  typanalyze: 0,
};

/** array_subscript_handler, array_in, array_out, array_recv, array_send, array_typanalyze. */
const ARRAY: NamedRow = {
  ...COMMON,
  typtype: "b",
  typcategory: "A",
  typrelid: 0,
  typsubscript: 6179,
  typarray: 0,
  typinput: 750,
  typoutput: 751,
  typreceive: 2400,
  typsend: 2401,
  typanalyze: 3816,
};

function* rowTypeRows(relation: RowTyped, arrayName: string | undefined): Iterable<NamedRow> {
  const place = { typnamespace: relation.schema, typowner: relation.owner };
  const array = rowArrayTypeOid(relation.typeOid);
  yield {
    ...COMPOSITE,
    ...place,
    oid: relation.typeOid,
    typname: relation.name,
    typrelid: relation.oid,
    typarray: array,
  };
  yield {
    ...ARRAY,
    ...place,
    oid: array,
    typname: arrayName ?? `_${relation.name}`,
    typelem: relation.typeOid,
  };
}

export const PG_TYPE: VirtualTable = systemTable("pg_type", function* (catalog, made) {
  const acls = grantedOnBuiltins(catalog, CLASS.type);
  for (const row of eachSystemRow("pg_type")) {
    const oid = row["oid"];
    const isGranted = typeof oid === "number" && acls.has(oid);
    if (isGranted) yield { ...row, typacl: shownAccess(catalog, typeTarget(catalog, oid)) };
    else yield* made.of(row, [], () => [row]);
  }
  for (const relation of rowTyped(catalog)) {
    const arrayName = catalog.arrayTypeName(rowArrayTypeOid(relation.typeOid));
    yield* made.of(relation, [arrayName], () => rowTypeRows(relation, arrayName));
  }
  yield* userTypeRows(catalog);
});

export const PG_ENUM: VirtualTable = systemTable("pg_enum", enumRows);

export const PG_RANGE: VirtualTable = systemTable("pg_range", function* (catalog) {
  yield* systemRows("pg_range");
  yield* rangeRows(catalog);
});
