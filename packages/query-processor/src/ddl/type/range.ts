/** CREATE TYPE ... AS RANGE, over a type that has a default order. */
import { SqlError, featureNotSupported } from "@firstlight/common";
import { formatType, oids, typeRow } from "@firstlight/sql";
import type { RangeType } from "../../catalog/descriptors.ts";
import { defaultOperatorClass, typeFacts } from "../../catalog/virtual/type-facts.ts";
import { asTag, child, list, string } from "../../parse/node.ts";
import type { ParseNode } from "../../parse/parsed-statement.ts";
import type { DdlContext } from "../ddl-context.ts";
import { applyChanges, newOid, ownerOf } from "../ddl-context.ts";
import { candidates } from "../function/find-function.ts";
import {
  newTypePlace,
  qualifiedNameOf,
  refuseTakenType,
  resolveIn,
  stringsOf,
} from "./find-type.ts";

interface Options {
  subtype?: number;
  multirange?: string;
  difference?: readonly string[];
  collation?: string;
  unsupported?: string;
}

function typeNameOf(value: ParseNode | undefined): ParseNode {
  return asTag(value, "TypeName") ?? {};
}

function readOption(context: DdlContext, options: Options, node: ParseNode): void {
  const option = string(node, "defname");
  const typeName = typeNameOf(child(node, "arg"));
  switch (option) {
    case "subtype":
      refuseTwice(options.subtype);
      options.subtype = resolveIn(context, { ...typeName, location: -1 } as ParseNode).type;
      return;
    case "multirange_type_name":
      refuseTwice(options.multirange);
      options.multirange = qualifiedNameOf(list(typeName, "names")).name;
      return;
    case "subtype_diff":
      refuseTwice(options.difference);
      options.difference = stringsOf(list(typeName, "names"));
      return;
    case "collation":
      refuseTwice(options.collation);
      options.collation = stringsOf(list(typeName, "names")).at(-1) ?? "";
      return;
    case "subtype_opclass":
    case "canonical":
      options.unsupported ??= option;
      return;
    default:
      throw new SqlError("42601", `type attribute "${option}" not recognized`);
  }
}

function refuseTwice(given: unknown): void {
  if (given !== undefined) throw new SqlError("42601", "conflicting or redundant options");
}

/** Text sorts by code point here, as these say. */
const COLLATIONS: Readonly<Record<string, number>> = {
  C: 950,
  POSIX: 951,
  default: 100,
  ucs_basic: 962,
};

function collationOf({ collation }: Options, subtype: number): number {
  const own = typeFacts(subtype).collation;
  if (collation === undefined) return own;
  const oid = COLLATIONS[collation];
  if (oid === undefined) throw featureNotSupported(`collation "${collation}"`);
  if (own !== 0) return oid;
  throw new SqlError("42809", "range collation specified but subtype does not support collation");
}

/** findRangeSubtypeDiffFunction: only indexes by space use it. */
function differenceFunction(
  context: DdlContext,
  parts: readonly string[] | undefined,
  subtype: number,
): number {
  if (parts === undefined) return 0;
  const taken = [subtype, subtype];
  const proc = candidates(context, parts).find(({ argTypes }) => argTypes.join() === taken.join());
  const shown = `${parts.join(".")}(${taken.map((type) => formatType(type)).join(", ")})`;
  if (proc === undefined) throw new SqlError("42883", `function ${shown} does not exist`);
  const must = `range subtype diff function ${shown} must`;
  if (proc.returnType !== oids.FLOAT8) {
    throw new SqlError("42P17", `${must} return type double precision`);
  }
  if (proc.volatility !== "immutable") throw new SqlError("42P17", `${must} be immutable`);
  return proc.oid;
}

/** makeMultirangeTypeName. */
function multirangeName(range: string): string {
  const at = range.indexOf("range");
  if (at < 0) return `${range}_multirange`;
  return `${range.slice(0, at)}multirange${range.slice(at + "range".length)}`;
}

function checkSubtype(subtype: number): void {
  if (typeRow(subtype)?.kind === "p") {
    throw new SqlError("42804", `range subtype cannot be ${formatType(subtype)}`);
  }
  if (defaultOperatorClass(subtype) !== 0) return;
  throw new SqlError(
    "42704",
    `data type ${formatType(subtype)} has no default operator class for access method "btree"`,
    {
      hint: "You must specify an operator class for the range type or define a default operator class for the subtype.",
    },
  );
}

export async function createRange(context: DdlContext, statement: ParseNode): Promise<void> {
  const { name, schema } = newTypePlace(context, list(statement, "typeName"));
  const options: Options = {};
  for (const node of list(statement, "params")) {
    readOption(context, options, asTag(node, "DefElem") ?? {});
  }
  const { subtype } = options;
  if (subtype === undefined) {
    throw new SqlError("42601", 'type attribute "subtype" is required');
  }
  if (options.unsupported !== undefined) {
    throw featureNotSupported(`range type option "${options.unsupported}"`);
  }
  checkSubtype(subtype);
  const multirange = options.multirange ?? multirangeName(name);
  refuseTakenType(context, schema.oid, multirange);
  const definition: RangeType = {
    kind: "range",
    subtype,
    opclass: defaultOperatorClass(subtype),
    collation: collationOf(options, subtype),
    difference: differenceFunction(context, options.difference, subtype),
    multirange: { oid: await newOid(context), name: multirange },
  };
  const oid = await newOid(context);
  const owner = ownerOf(context);
  applyChanges(context, [
    { put: { kind: "type", oid, name, schema: schema.oid, owner, definition } },
  ]);
}
