/** makeaclitem, comparison and hashes of aclitem values, which are kept as their texts. */
import { SqlError } from "@firstlight/common";
import type { EvaluationContext } from "../expression/evaluation-context.ts";
import type { ArrayValue } from "../values/datum.ts";
import { ACCESS_ITEM, RIGHTS, roleOid } from "./access-lists.ts";
import { extendedHasher } from "./hash/hasher.ts";
import { registerFunctions } from "./registry.ts";
import type { Implementation } from "./registry.ts";
import { quoteRole } from "./role-names.ts";
import { sessionOf } from "./system.ts";

const GRANT_OPTIONS = 32n;

interface AccessItem {
  readonly grantee: string;
  readonly grantor: string;
  /** A bit per right as in AclMode, those that may be granted on 32 bits higher. */
  readonly rights: bigint;
}

function itemOf(text: string): AccessItem {
  const [, grantee = "", letters = "", grantor = ""] = ACCESS_ITEM.exec(text) ?? [];
  let rights = 0n;
  for (const [bit, [letter]] of RIGHTS.entries()) {
    const at = letters.indexOf(letter);
    if (at < 0) continue;
    rights |= 1n << BigInt(bit);
    if (letters[at + 1] === "*") rights |= 1n << (BigInt(bit) + GRANT_OPTIONS);
  }
  return { grantee, grantor, rights };
}

function lettersOf(names: string, grantable: boolean): string {
  const wanted = names.split(",").map((name) => name.trim().toUpperCase());
  const known = RIGHTS.map(([, name]) => name);
  wanted.forEach((name, i) => {
    if (known.includes(name === "TEMP" ? "TEMPORARY" : name)) return;
    const written = names.split(",")[i]?.trim() ?? "";
    throw new SqlError("22023", `unrecognized privilege type: "${written}"`);
  });
  return RIGHTS.filter(
    ([, name]) => wanted.includes(name) || (name === "TEMPORARY" && wanted.includes("TEMP")),
  )
    .map(([letter]) => (grantable ? `${letter}*` : letter))
    .join("");
}

function roleName(context: EvaluationContext, oid: number): string {
  if (oid === 0) return "";
  const name = sessionOf(context).callCatalogFunction("pg_get_userbyid", [oid]);
  return typeof name === "string" ? quoteRole(name) : "";
}

function sumOf(context: EvaluationContext, text: string): bigint {
  const { grantee, grantor, rights } = itemOf(text);
  const roles = [grantee, grantor].map((name) => BigInt(Number(roleOid(context, name))));
  return BigInt.asUintN(32, rights + (roles[0] ?? 0n) + (roles[1] ?? 0n));
}

function obsolete(name: string): Implementation {
  return () => {
    throw new SqlError("0A000", `${name} is no longer supported`);
  };
}

export function registerAccessItems(): void {
  registerFunctions({
    makeaclitem: (context, grantee: number, grantor: number, names: string, grantable: boolean) =>
      `${roleName(context, grantee)}=${lettersOf(names, grantable)}/${grantor === 0 ? "0" : roleName(context, grantor)}`,
    aclitem_eq: (_, a: string, b: string) => {
      const [left, right] = [itemOf(a), itemOf(b)];
      return (
        left.grantee === right.grantee &&
        left.grantor === right.grantor &&
        left.rights === right.rights
      );
    },
    aclcontains: (_, list: ArrayValue, text: string) => {
      const { grantee, grantor, rights } = itemOf(text);
      return list.elements.some((element) => {
        const each = itemOf(element as string);
        const same = each.grantee === grantee && each.grantor === grantor;
        return same && (each.rights & rights) === rights;
      });
    },
    aclinsert: obsolete("aclinsert"),
    aclremove: obsolete("aclremove"),
    hash_aclitem: (context, item: string) => Number(BigInt.asIntN(32, sumOf(context, item))),
    hash_aclitem_extended: (context, item: string, seed: bigint) => {
      const sum = sumOf(context, item);
      if (seed === 0n) return sum;
      return BigInt.asIntN(64, extendedHasher(seed).uint32(Number(sum)));
    },
  });
}
