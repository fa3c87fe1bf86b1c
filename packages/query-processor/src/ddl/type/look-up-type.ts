/** Types, domains and constraints of domains as COMMENT ON and its kin name them. */
import { SqlError } from "@firstlight/common";
import { definitionOf, formatType, typeOid } from "@firstlight/sql";
import type { ObjectAddress } from "../../catalog/dependencies/object-address.ts";
import { addressOf, CLASS } from "../../catalog/dependencies/object-address.ts";
import { asTag, list, stringValue } from "../../parse/node.ts";
import type { ParseNode } from "../../parse/parsed-statement.ts";
import type { NameContext } from "../ddl-context.ts";
import { domainNamed } from "./alter-domain.ts";
import { resolveIn, shownTypeName } from "./find-type.ts";

function typeNamed(context: NameContext, object: ParseNode): number {
  const typeName = { ...asTag(object, "TypeName"), location: -1 } as ParseNode;
  return resolveIn(context, typeName).type;
}

export function lookUpType(context: NameContext, object: ParseNode): ObjectAddress {
  return addressOf(CLASS.type, typeOid(typeNamed(context, object)));
}

export function lookUpDomain(context: NameContext, object: ParseNode): ObjectAddress {
  const type = typeNamed(context, object);
  if (definitionOf(type)?.kind === "domain") return addressOf(CLASS.type, typeOid(type));
  const shown = shownTypeName(asTag(object, "TypeName") ?? {});
  throw new SqlError("42809", `"${shown}" is not a domain`);
}

export function lookUpDomainConstraint(context: NameContext, object: ParseNode): ObjectAddress {
  const [domain, constraint] = list(asTag(object, "List") ?? {}, "items");
  lookUpDomain(context, domain ?? {});
  const found = domainNamed(context, list(asTag(domain, "TypeName") ?? {}, "names"));
  const name = stringValue(constraint) ?? "";
  const check = found.domain.checks.find((each) => each.name === name);
  if (check !== undefined) return addressOf(CLASS.constraint, check.oid);
  const text = `constraint "${name}" for domain ${formatType(found.type)} does not exist`;
  throw new SqlError("42704", text);
}
