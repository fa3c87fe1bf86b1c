/** ALTER EXTENSION ... UPDATE and SET SCHEMA. */
import { SqlError, featureNotSupported } from "@firstlight/common";
import type { CatalogChange } from "../../catalog/catalog-image.ts";
import type { ExtensionDescriptor } from "../../catalog/extension-descriptor.ts";
import { asTag, child, list, requiredChild, string, stringValue } from "../../parse/node.ts";
import type { ParseNode } from "../../parse/parsed-statement.ts";
import { notOwner, owns } from "../../privileges/access-check.ts";
import type { DdlContext } from "../ddl-context.ts";
import { applyChanges, imageOf, ownerOf, schemaNamed } from "../ddl-context.ts";
import { ASSUMED_EXTENSION } from "./extensions.ts";
import { extensionNamed, missingExtension } from "./find-extension.ts";

function ownExtension(context: DdlContext, name: string): ExtensionDescriptor {
  const found = extensionNamed(context, name);
  if (found === undefined) throw missingExtension(name);
  if (owns(imageOf(context), found.owner, ownerOf(context))) return found;
  throw notOwner("extension", name);
}

export function updateExtension(context: DdlContext, statement: ParseNode): void {
  const name = string(statement, "extname");
  const { version } =
    name === ASSUMED_EXTENSION.name ? ASSUMED_EXTENSION : ownExtension(context, name);
  const [option] = list(statement, "options");
  const wanted = stringValue(child(asTag(option, "DefElem") ?? {}, "arg")) ?? version;
  if (wanted !== version) {
    const text = `extension "${name}" has no update path from version "${version}" to version "${wanted}"`;
    throw new SqlError("22023", text);
  }
  const text = `version "${version}" of extension "${name}" is already installed`;
  context.session.notice("NOTICE", "00000", text);
}

/** Its functions move along. */
export function moveExtension(context: DdlContext, statement: ParseNode): void {
  const name = stringValue(requiredChild(statement, "object")) ?? "";
  if (name === ASSUMED_EXTENSION.name) {
    throw new SqlError("0A000", `extension "${name}" does not support SET SCHEMA`);
  }
  const extension = ownExtension(context, name);
  const schema = schemaNamed(context, string(statement, "newschema")).oid;
  const changes: CatalogChange[] = [{ put: { ...extension, schema } }];
  for (const [, oid] of extension.members) {
    const member = imageOf(context).objects.get(oid);
    if (member?.kind === "function") changes.push({ put: { ...member, schema } });
  }
  applyChanges(context, changes);
}

export function alterContents(): never {
  throw featureNotSupported("ALTER EXTENSION ... ADD or DROP");
}
