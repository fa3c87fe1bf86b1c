/** Users' functions by name and by OID, for values of regproc and regprocedure. */
import { SqlError } from "@firstlight/common";
import type { ProcRow } from "@firstlight/sql";
import { nameAndList, procsByName, quoteIdentifier, typeOid } from "@firstlight/sql";
import { userRoutine } from "../bind/routine/user-routine.ts";
import { signatureOf } from "../catalog/function-signature.ts";
import type { FunctionDescriptor } from "../catalog/descriptors.ts";
import type { NameScope } from "./object-names.ts";
import { lookUpPath } from "./object-names.ts";
import { refuseFarName } from "../catalog/far-name.ts";
import { parseQualifiedName } from "./relation-lookup.ts";

const key = (types: readonly number[]): string => types.join();

function inSchema({ image }: NameScope, schema: string, name: string): readonly ProcRow[] {
  const oid = image.schemaByName(schema)?.oid;
  const own = image.functionsNamed(name).filter((each) => each.schema === oid);
  const builtIn = procsByName(name).filter((proc) => proc.namespace === oid);
  return [...builtIn, ...own.map(userRoutine)];
}

/** Of those with the same types the first along the path. */
export function routinesNamed(scope: NameScope, text: string): readonly ProcRow[] {
  const parts = parseQualifiedName(text);
  refuseFarName(scope.image, parts);
  const name = parts.at(-1) ?? "";
  const schema = parts.at(-2);
  if (schema !== undefined) return inSchema(scope, schema, name);
  const all = lookUpPath(scope).flatMap((each) => inSchema(scope, each, name));
  return all.filter(
    (proc, at) => all.findIndex((other) => key(other.argTypes) === key(proc.argTypes)) === at,
  );
}

export function isVisibleRoutine(scope: NameScope, descriptor: FunctionDescriptor): boolean {
  const visible = routinesNamed(scope, quoteIdentifier(descriptor.name));
  return visible.some((each) => each.oid === descriptor.oid);
}

/** name, or schema.name where another function would be found or more than one. */
export function routineName(scope: NameScope, descriptor: FunctionDescriptor): string {
  const name = quoteIdentifier(descriptor.name);
  const visible = routinesNamed(scope, name);
  if (visible.length === 1 && visible[0]?.oid === descriptor.oid) return name;
  const schema = scope.image.schemaByOid(descriptor.schema)?.name ?? "";
  return `${quoteIdentifier(schema)}.${name}`;
}

export function routineSignature(scope: NameScope, descriptor: FunctionDescriptor): string {
  if (isVisibleRoutine(scope, descriptor)) return signatureOf(scope.image, descriptor);
  return signatureOf(scope.image, descriptor, []);
}

/** The OID of the only function of that name; the error says that there are more. */
export function procOid(scope: NameScope, text: string): number | undefined {
  const found = routinesNamed(scope, text);
  if (found.length > 1) throw new SqlError("42725", `more than one function named "${text}"`);
  return found[0]?.oid;
}

export function requiredNameAndList(text: string): readonly [name: string, list: string] {
  const parts = nameAndList(text);
  if (parts !== undefined) return parts;
  const missing = text.includes("(") ? "right" : "left";
  throw new SqlError("22P02", `expected a ${missing} parenthesis`);
}

/** f(type, type): types as the caller reads them. */
export function procedureOid(
  scope: NameScope,
  text: string,
  typeOf: (name: string) => number | undefined,
): number | undefined {
  const [name, list] = requiredNameAndList(text);
  const names = list.trim() === "" ? [] : list.split(",");
  const types = names.map((each) => typeOf(each.trim()));
  const found = routinesNamed(scope, name);
  return found.find((proc) => key(proc.argTypes.map(typeOid)) === types.join())?.oid;
}
