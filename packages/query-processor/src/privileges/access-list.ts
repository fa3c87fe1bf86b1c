/** Access lists and how GRANT and REVOKE change them (acl.c): lists are immutable. */
import { SqlError } from "@firstlight/common";
import type { AclItem } from "../catalog/descriptors.ts";
import type { Objects } from "./memberships.ts";
import { hasPrivilegesOf, isSuperuser, rolesOf } from "./memberships.ts";
import type { AclKind } from "./rights.ts";
import { ALL_RIGHTS, PUBLIC_RIGHTS, optionFor, optionsOf } from "./rights.ts";

export type AccessList = readonly AclItem[];

export const PUBLIC_ROLE = 0;

/** acldefault. */
export function defaultAccess(kind: AclKind, owner: number): AccessList {
  const items: AclItem[] = [];
  const everybody = PUBLIC_RIGHTS[kind];
  if (everybody !== 0) items.push({ grantee: PUBLIC_ROLE, grantor: owner, mode: everybody });
  if (kind !== "column") items.push({ grantee: owner, grantor: owner, mode: ALL_RIGHTS[kind] });
  return items;
}

export interface Asked {
  readonly role: number;
  readonly owner: number;
  readonly mask: number;
}

/** aclmask: which bits of the mask the role has, by itself, as everybody, or by membership. */
export function heldOf(catalog: Objects, list: AccessList, { role, owner, mask }: Asked): number {
  let held = 0;
  if (optionsOf(mask) !== 0 && hasPrivilegesOf(catalog, role, owner)) {
    held = optionFor(optionsOf(mask));
  }
  const roles = rolesOf(catalog, role, "privileges");
  for (const { grantee, mode } of list) {
    if (grantee === PUBLIC_ROLE || roles.has(grantee)) held |= mode & mask;
  }
  return held;
}

function heldDirectly(list: AccessList, { role, owner, mask }: Asked): number {
  let held = role === owner ? optionFor(optionsOf(mask)) : 0;
  for (const { grantee, mode } of list) if (grantee === role) held |= mode & mask;
  return held;
}

export interface Grantor {
  readonly grantor: number;
  /** The rights of those asked for that it may grant. */
  readonly grantable: number;
}

function bitCount(bits: number): number {
  let count = 0;
  for (let rest = bits; rest !== 0; rest &= rest - 1) count++;
  return count;
}

/** select_best_grantor. */
export function bestGrantor(
  catalog: Objects,
  list: AccessList,
  asked: { readonly role: number; readonly owner: number; readonly rights: number },
): Grantor {
  const { role, owner, rights } = asked;
  if (role === owner || isSuperuser(catalog, role)) return { grantor: owner, grantable: rights };
  let best: Grantor = { grantor: role, grantable: 0 };
  for (const other of rolesOf(catalog, role, "privileges")) {
    const held = optionsOf(heldDirectly(list, { role: other, owner, mask: optionFor(rights) }));
    if (held === rights) return { grantor: other, grantable: rights };
    if (bitCount(held) > bitCount(best.grantable)) best = { grantor: other, grantable: held };
  }
  return best;
}

export interface Change {
  readonly catalog: Objects;
  readonly owner: number;
  readonly cascade: boolean;
}

/** aclupdate. */
export function changed(
  list: AccessList,
  item: AclItem,
  how: "add" | "remove",
  change: Change,
): AccessList {
  if (how === "add") refuseCircle(list, item, change);
  const { grantee, grantor } = item;
  const at = list.findIndex((each) => each.grantee === grantee && each.grantor === grantor);
  const before = list[at]?.mode ?? 0;
  const mode = how === "add" ? before | item.mode : before & ~item.mode;
  const result = [...list];
  const entry = { grantee, grantor, mode };
  if (mode === 0 && at >= 0) result.splice(at, 1);
  else if (mode !== 0 && at >= 0) result[at] = entry;
  else if (mode !== 0) result.push(entry);
  const lost = optionsOf(before) & ~optionsOf(mode);
  return lost === 0 ? result : withoutGrantsOf(result, grantee, lost, change);
}

/** recursive_revoke: what a role has granted goes with its grant option. */
function withoutGrantsOf(list: AccessList, role: number, lost: number, change: Change): AccessList {
  const { catalog, owner, cascade } = change;
  if (role === owner) return list;
  const left = lost & ~optionsOf(heldOf(catalog, list, { role, owner, mask: optionFor(lost) }));
  let result = list;
  for (;;) {
    const granted = result.find((each) => each.grantor === role && (each.mode & left) !== 0);
    if (left === 0 || granted === undefined) return result;
    if (!cascade) {
      throw new SqlError("2BP01", "dependent privileges exist", {
        hint: "Use CASCADE to revoke them too.",
      });
    }
    const item = { grantee: granted.grantee, grantor: role, mode: left | optionFor(left) };
    result = changed(result, item, "remove", change);
  }
}

/** check_circularity: a grant option must not come from the one that it is given to. */
function refuseCircle(list: AccessList, item: AclItem, change: Change): void {
  const { catalog, owner } = change;
  const options = optionsOf(item.mode);
  if (item.grantor === owner || options === 0) return;
  let rest = list;
  for (;;) {
    const given = rest.find((each) => each.grantee === item.grantee && optionsOf(each.mode) !== 0);
    if (given === undefined) break;
    rest = changed(rest, given, "remove", { ...change, cascade: true });
  }
  const asked = { role: item.grantor, owner, mask: optionFor(options) };
  if ((options & ~optionsOf(heldOf(catalog, rest, asked))) === 0) return;
  throw new SqlError("0LP01", "grant options cannot be granted back to your own grantor");
}

export interface Grant {
  readonly isGrant: boolean;
  readonly grantOption: boolean;
  readonly grantees: readonly number[];
  readonly rights: number;
  readonly grantor: number;
}

/** merge_acl_with_grant. */
export function withGrant(list: AccessList, grant: Grant, change: Change): AccessList {
  const { isGrant, grantOption, rights, grantor } = grant;
  const mode =
    (isGrant || !grantOption ? rights : 0) | (!isGrant || grantOption ? optionFor(rights) : 0);
  let result = list;
  for (const grantee of grant.grantees) {
    if (isGrant && grantOption && grantee === PUBLIC_ROLE) {
      throw new SqlError("0LP01", "grant options can only be granted to roles");
    }
    result = changed(result, { grantee, grantor, mode }, isGrant ? "add" : "remove", change);
  }
  return result;
}

function order(a: AclItem, b: AclItem): number {
  return a.grantee - b.grantee || a.grantor - b.grantor || a.mode - b.mode;
}

export function sorted(list: AccessList): AccessList {
  return list.toSorted(order);
}

export function sameAccess(a: AccessList, b: AccessList): boolean {
  if (a.length !== b.length) return false;
  const [left, right] = [sorted(a), sorted(b)];
  return left.every((item, at) => {
    const other = right[at];
    return other !== undefined && order(item, other) === 0;
  });
}

/** The list after another owner has taken over (aclnewowner). */
export function withOwner(list: AccessList, from: number, to: number): AccessList {
  const result: AclItem[] = [];
  for (const item of list) {
    const grantee = item.grantee === from ? to : item.grantee;
    const grantor = item.grantor === from ? to : item.grantor;
    const at = result.findIndex((each) => each.grantee === grantee && each.grantor === grantor);
    const mode = item.mode | (result[at]?.mode ?? 0);
    if (at < 0) result.push({ grantee, grantor, mode });
    else result[at] = { grantee, grantor, mode };
  }
  return result;
}
