/** CREATE EXTENSION: the functions of one that is known, as objects that go with it. */
import { SqlError } from "@firstlight/common";
import { BOOTSTRAP_SUPERUSER } from "../../catalog/builtin-objects.ts";
import type { StoredReference } from "../../catalog/dependencies/object-address.ts";
import { CLASS, addressOf } from "../../catalog/dependencies/object-address.ts";
import type { SchemaDescriptor } from "../../catalog/descriptors.ts";
import type { ExtensionDescriptor } from "../../catalog/extension-descriptor.ts";
import { bindError } from "../../bind/errors.ts";
import { asTag, child, flag, list, locationOf, string, stringValue } from "../../parse/node.ts";
import type { ParseNode } from "../../parse/parsed-statement.ts";
import { parse } from "../../parse/parser.ts";
import { holds, ownDatabaseTarget } from "../../privileges/access-check.ts";
import { isSuperuser } from "../../privileges/memberships.ts";
import { RIGHT } from "../../privileges/rights.ts";
import { setComment } from "../comment.ts";
import type { DdlContext } from "../ddl-context.ts";
import { applyChanges, imageOf, newOid, ownerOf, schemaNamed } from "../ddl-context.ts";
import { createFunction } from "../function/create-function.ts";
import type { Extension } from "./extensions.ts";
import { ASSUMED_EXTENSION, EXTENSIONS, extensionScript } from "./extensions.ts";
import { extensionNamed } from "./find-extension.ts";

function optionsOf(statement: ParseNode): ReadonlyMap<string, string> {
  const options = new Map<string, string>();
  for (const each of list(statement, "options")) {
    const option = asTag(each, "DefElem") ?? {};
    const name = string(option, "defname");
    if (options.has(name)) {
      throw bindError("42601", "conflicting or redundant options", locationOf(option));
    }
    options.set(name, stringValue(child(option, "arg")) ?? "");
  }
  return options;
}

function isInstalled(context: DdlContext, name: string): boolean {
  return name === ASSUMED_EXTENSION.name || extensionNamed(context, name) !== undefined;
}

function knownExtension(name: string): Extension {
  const found = EXTENSIONS.get(name);
  if (found !== undefined) return found;
  throw new SqlError("0A000", `extension "${name}" is not available`, {
    hint: `Available extensions: ${[...EXTENSIONS.keys()].join(", ")}.`,
  });
}

/** Those that are known are trusted: who may create in the database may have them. */
function requireCreate(context: DdlContext, name: string): void {
  const target = ownDatabaseTarget(imageOf(context));
  if (holds(imageOf(context), target, ownerOf(context), RIGHT.create)) return;
  throw new SqlError("42501", `permission denied to create extension "${name}"`, {
    hint: "Must have CREATE privilege on current database to create this extension.",
  });
}

function schemaFor(context: DdlContext, given: string | undefined): SchemaDescriptor {
  if (given !== undefined) return schemaNamed(context, given);
  const [first] = context.searchPath;
  const schema = first === undefined ? undefined : imageOf(context).schemaByName(first);
  if (schema !== undefined) return schema;
  throw new SqlError("3F000", "no schema has been selected to create in");
}

/** Its functions, made by the bootstrap superuser unless it is one who asks. */
async function makeMembers(
  context: DdlContext,
  extension: Extension,
  schema: SchemaDescriptor,
): Promise<readonly StoredReference[]> {
  const before = imageOf(context);
  const user = ownerOf(context);
  const inSchema = { ...context, searchPath: [schema.name, "pg_catalog"] };
  const source = extensionScript(extension);
  for (const { node } of parse(source)) await createFunction(inSchema, node, source);
  const owner = isSuperuser(before, user) ? user : BOOTSTRAP_SUPERUSER;
  const made = [...imageOf(context).objects.values()].filter(({ oid }) => !before.objects.has(oid));
  applyChanges(
    context,
    made.flatMap((each) => (each.kind === "function" ? [{ put: { ...each, owner } }] : [])),
  );
  return made.flatMap(({ kind, oid }) => (kind === "function" ? [[CLASS.function, oid, 0]] : []));
}

async function install(context: DdlContext, statement: ParseNode, name: string): Promise<void> {
  const options = optionsOf(statement);
  const extension = knownExtension(name);
  const schema = schemaFor(context, options.get("schema"));
  requireCreate(context, name);
  const version = options.get("new_version") ?? extension.version;
  if (version !== extension.version) {
    const text = `extension "${name}" has no installation script nor update path for version "${version}"`;
    throw new SqlError("22023", text);
  }
  const oid = await newOid(context);
  const members = await makeMembers(context, extension, schema);
  const put: ExtensionDescriptor = {
    kind: "extension",
    oid,
    name,
    schema: schema.oid,
    owner: ownerOf(context),
    version,
    members,
  };
  applyChanges(context, [{ put }]);
  await setComment(context, addressOf(CLASS.extension, oid), extension.comment);
}

export async function createExtension(context: DdlContext, statement: ParseNode): Promise<void> {
  const name = string(statement, "extname");
  if (!isInstalled(context, name)) {
    await install(context, statement, name);
    return;
  }
  const text = `extension "${name}" already exists`;
  if (!flag(statement, "if_not_exists")) throw new SqlError("42710", text);
  context.session.notice("NOTICE", "42710", `${text}, skipping`);
}
