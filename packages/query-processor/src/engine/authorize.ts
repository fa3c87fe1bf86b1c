/** Before a plan starts: may the current user do what it does? */
import type { AccessRequirements } from "../bind/access-requirements.ts";
import { accessRequirements } from "../bind/access-requirements.ts";
import { withSource } from "../bind/errors.ts";
import type { BoundQuery } from "../bind/query-tree.ts";
import type { CatalogImage } from "../catalog/catalog-image.ts";
import { checkRequirements } from "../privileges/check-requirements.ts";
import type { PreparedPlan } from "./prepared.ts";

/** Superusers may everything but what owners of views may not. */
export function mayEverything(
  image: CatalogImage,
  user: string,
  access: AccessRequirements,
): boolean {
  return !access.isOfOthers && image.roleByName(user)?.superuser === true;
}

/** Nobody's rights: of a role that is gone. */
const NO_ROLE = 0;

export function authorize(plan: PreparedPlan, image: CatalogImage, user: string): void {
  if (mayEverything(image, user, plan.access)) return;
  const oid = image.roleByName(user)?.oid ?? NO_ROLE;
  if (plan.image === image && plan.allowed.has(oid)) return;
  withSource(plan.statement.source, () => checkRequirements(image, plan.access, oid));
  if (plan.image === image) plan.allowed.add(oid);
}

const known = new WeakMap<BoundQuery, AccessRequirements>();

/** The same for one statement of a function's body. */
export function authorizeQuery(query: BoundQuery, image: CatalogImage, user: string): void {
  let requirements = known.get(query);
  if (requirements === undefined) {
    requirements = accessRequirements(query, image, undefined);
    known.set(query, requirements);
  }
  if (mayEverything(image, user, requirements)) return;
  checkRequirements(image, requirements, image.roleByName(user)?.oid ?? NO_ROLE);
}
