/**
 * pg_extension and what may be installed. plpgsql is in neither: they tell people what they may use,
 * and there is no PL/pgSQL.
 */
import { EXTENSIONS } from "../../ddl/extension/extensions.ts";
import type { Catalog, VirtualTable } from "../catalog.ts";
import type { ExtensionDescriptor } from "../extension-descriptor.ts";
import { systemTable } from "./virtual-table.ts";

function* installed(catalog: Catalog): Iterable<ExtensionDescriptor> {
  for (const object of catalog.objects.values()) if (object.kind === "extension") yield object;
}

export const PG_EXTENSION: VirtualTable = systemTable("pg_extension", (catalog) =>
  Array.from(installed(catalog), ({ oid, name, owner, schema, version }) => ({
    oid,
    extname: name,
    extowner: owner,
    extnamespace: schema,
    extrelocatable: true,
    extversion: version,
  })),
);

export const PG_AVAILABLE_EXTENSIONS: VirtualTable = systemTable(
  "pg_available_extensions",
  (catalog) =>
    Array.from(EXTENSIONS, ([name, { version, comment }]) => ({
      name,
      default_version: version,
      installed_version:
        [...installed(catalog)].find((each) => each.name === name)?.version ?? null,
      comment,
    })),
);

export const PG_AVAILABLE_EXTENSION_VERSIONS: VirtualTable = systemTable(
  "pg_available_extension_versions",
  (catalog) =>
    Array.from(EXTENSIONS, ([name, { version, comment }]) => ({
      name,
      version,
      installed: [...installed(catalog)].some((each) => each.name === name),
      superuser: true,
      trusted: true,
      relocatable: true,
      comment,
    })),
);
