/** The schemas of a session's search path that exist, "$user" resolved. */
import { type TypeFinder, setVisibleNames } from "@firstlight/sql";
import type { CatalogImage } from "../catalog/catalog-image.ts";
import { holds, schemaTarget } from "../privileges/access-check.ts";
import { typeNamed } from "../parse/type-name.ts";
import { RIGHT } from "../privileges/rights.ts";
import type { SessionContext } from "./engine.ts";

interface Cached {
  readonly setting: readonly string[];
  readonly user: string;
  readonly path: readonly string[];
  readonly findType: TypeFinder;
}

const cache = new WeakMap<CatalogImage, Cached>();

/** Remembers the last answer per image: sessions mostly share one search path. */
export function effectivePath(session: SessionContext, image: CatalogImage): readonly string[] {
  const { searchPath: setting, user } = session;
  const cached = cache.get(image);
  if (cached !== undefined && cached.user === user && sameList(cached.setting, setting)) {
    setVisibleNames(visible(image, cached.path), cached.findType);
    return cached.path;
  }
  const path: string[] = [];
  for (const entry of setting) {
    const name = entry === "$user" ? user : entry;
    if (!path.includes(name) && mayUse(image, name, user)) path.push(name);
  }
  const findType: TypeFinder = (name) => typeNamed(image, path, name);
  cache.set(image, { setting, user, path, findType });
  setVisibleNames(visible(image, path), findType);
  return path;
}

/** Schemas that the user may not look into are left out. */
function mayUse(image: CatalogImage, name: string, user: string): boolean {
  const schema = image.schemaByName(name);
  if (schema === undefined) return false;
  const role = image.roleByName(user);
  return role === undefined || holds(image, schemaTarget(schema), role.oid, RIGHT.usage);
}

function visible({ temporarySchema }: CatalogImage, path: readonly string[]): readonly string[] {
  return temporarySchema === undefined ? path : [...path, temporarySchema.name];
}

export function sameList(a: readonly string[], b: readonly string[]): boolean {
  return a === b || (a.length === b.length && a.every((each, i) => each === b[i]));
}
