/** ALTER FUNCTION, PROCEDURE and ROUTINE: attributes, settings, name, owner, schema. */
import { isInput } from "../../catalog/descriptors.ts";
import { SqlError } from "@firstlight/common";
import { formatType } from "@firstlight/sql";

import type { FunctionDescriptor } from "../../catalog/descriptors.ts";
import { asTag, list, requiredChild, string } from "../../parse/node.ts";
import type { ParseNode } from "../../parse/parsed-statement.ts";
import type { DdlContext } from "../ddl-context.ts";
import { applyChanges, imageOf, schemaNamed } from "../ddl-context.ts";
import { findUserRoutine, type RoutineKind, ROUTINE_KINDS } from "./find-function.ts";
import { readFunctionOptions, refuseLeakproof } from "./function-options.ts";
import { changedSettings } from "../setting-changes.ts";
import { sameFunction } from "./replace-function.ts";

function put(context: DdlContext, descriptor: FunctionDescriptor): void {
  applyChanges(context, [{ put: descriptor }]);
}

export function isRoutineKind(objectType: string): boolean {
  return Object.hasOwn(ROUTINE_KINDS, objectType);
}

function kindOf(objectType: string): RoutineKind {
  return ROUTINE_KINDS[objectType] ?? "function";
}

export function alterFunction(context: DdlContext, statement: ParseNode): void {
  const kind = kindOf(string(statement, "objtype"));
  const func = requiredChild(statement, "func");
  const before = findUserRoutine(context, func, kind, "alter");
  const options = readFunctionOptions(list(statement, "actions"), before.routine === "p");
  refuseLeakproof(context, options.leakproof);
  if (options.rows !== undefined && !before.returnsSet) {
    throw new SqlError("22023", "ROWS is not applicable when function does not return a set");
  }
  const { config: old, ...rest } = before;
  const config = changedSettings(context, old, options.settings);
  put(context, {
    ...rest,
    volatility: options.volatility ?? before.volatility,
    strict: options.strict ?? before.strict,
    securityDefiner: options.securityDefiner ?? before.securityDefiner,
    leakproof: options.leakproof ?? before.leakproof,
    parallel: options.parallel ?? before.parallel,
    cost: options.cost ?? before.cost,
    rows: options.rows ?? before.rows,
    ...(config === undefined ? {} : { config }),
  });
}

function refuseTaken(context: DdlContext, moved: FunctionDescriptor): void {
  if (sameFunction(imageOf(context), moved) === undefined) return;
  const types = moved.parameters.filter(isInput).map(({ type }) => formatType(type));
  const schema = imageOf(context).schemaByOid(moved.schema)?.name ?? "";
  throw new SqlError(
    "42723",
    `function ${moved.name}(${types.join(", ")}) already exists in schema "${schema}"`,
  );
}

function objectOf(context: DdlContext, statement: ParseNode, type: string): FunctionDescriptor {
  const fields = asTag(requiredChild(statement, "object"), "ObjectWithArgs") ?? {};
  return findUserRoutine(context, fields, kindOf(type), "alter");
}

export function renameFunction(context: DdlContext, statement: ParseNode): void {
  const before = objectOf(context, statement, string(statement, "renameType"));
  const renamed = { ...before, name: string(statement, "newname") };
  refuseTaken(context, renamed);
  put(context, renamed);
}

export function moveFunction(context: DdlContext, statement: ParseNode): void {
  const before = objectOf(context, statement, string(statement, "objectType"));
  const schema = schemaNamed(context, string(statement, "newschema"));
  if (schema.oid === before.schema) return;
  const moved = { ...before, schema: schema.oid };
  refuseTaken(context, moved);
  put(context, moved);
}

export function giveFunction(context: DdlContext, statement: ParseNode): void {
  const before = objectOf(context, statement, string(statement, "objectType"));
  const spec = requiredChild(statement, "newowner");
  const isNamed = string(spec, "roletype") === "ROLESPEC_CSTRING" || spec["roletype"] === undefined;
  const name = isNamed ? string(spec, "rolename") : context.session.user;
  const role = imageOf(context).roleByName(name);
  if (role === undefined) throw new SqlError("42704", `role "${name}" does not exist`);
  put(context, { ...before, owner: role.oid });
}
