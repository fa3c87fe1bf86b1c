/** Installed extensions by name. */
import { SqlError } from "@firstlight/common";
import type { ObjectAddress } from "../../catalog/dependencies/object-address.ts";
import { CLASS, addressOf } from "../../catalog/dependencies/object-address.ts";
import type { ExtensionDescriptor } from "../../catalog/extension-descriptor.ts";
import { stringValue } from "../../parse/node.ts";
import type { ParseNode } from "../../parse/parsed-statement.ts";
import type { NameContext } from "../ddl-context.ts";
import { imageOf } from "../ddl-context.ts";
import type { FindDropTarget } from "../drop-request.ts";

export function extensionNamed(
  context: NameContext,
  name: string,
): ExtensionDescriptor | undefined {
  for (const object of imageOf(context).objects.values()) {
    if (object.kind === "extension" && object.name === name) return object;
  }
  return undefined;
}

export function missingExtension(name: string): SqlError {
  return new SqlError("42704", `extension "${name}" does not exist`);
}

export function lookUpExtension(context: NameContext, object: ParseNode): ObjectAddress {
  const name = stringValue(object) ?? "";
  const found = extensionNamed(context, name);
  if (found === undefined) throw missingExtension(name);
  return addressOf(CLASS.extension, found.oid);
}

export const extensionToDrop: FindDropTarget = (context, { object, ifExists }) => {
  const name = stringValue(object) ?? "";
  const found = extensionNamed(context, name);
  if (found !== undefined) return addressOf(CLASS.extension, found.oid);
  const missing = missingExtension(name);
  if (!ifExists) throw missing;
  context.session.notice("NOTICE", "00000", `${missing.message}, skipping`);
  return undefined;
};
