/** CREATE TYPE ... AS RANGE, over a type that has a default order. */
import { SqlError, featureNotSupported } from "@firstlight/common";
import { formatType, typeRow } from "@firstlight/sql";
import type { RangeType } from "../../catalog/descriptors.ts";
import { defaultOperatorClass } from "../../catalog/virtual/type-facts.ts";
import { asTag, child, list, string } from "../../parse/node.ts";
import type { ParseNode } from "../../parse/parsed-statement.ts";
import type { DdlContext } from "../ddl-context.ts";
import { applyChanges, newOid, ownerOf } from "../ddl-context.ts";
import { newTypePlace, qualifiedNameOf, refuseTakenType, resolveIn } from "./find-type.ts";

interface Options {
  subtype?: number;
  multirange?: string;
  unsupported?: string;
}

function typeNameOf(value: ParseNode | undefined): ParseNode {
  return asTag(value, "TypeName") ?? {};
}

function readOption(context: DdlContext, options: Options, node: ParseNode): void {
  const option = string(node, "defname");
  const value = child(node, "arg");
  switch (option) {
    case "subtype":
      if (options.subtype !== undefined) {
        throw new SqlError("42601", "conflicting or redundant options");
      }
      options.subtype = resolveIn(context, typeNameOf(value)).type;
      return;
    case "multirange_type_name":
      options.multirange = qualifiedNameOf(list(typeNameOf(value), "names")).name;
      return;
    case "subtype_opclass":
    case "collation":
    case "canonical":
    case "subtype_diff":
      options.unsupported ??= option;
      return;
    default:
      throw new SqlError("42601", `type attribute "${option}" not recognized`);
  }
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
    multirange: { oid: await newOid(context), name: multirange },
  };
  const oid = await newOid(context);
  const owner = ownerOf(context);
  applyChanges(context, [
    { put: { kind: "type", oid, name, schema: schema.oid, owner, definition } },
  ]);
}
