/** Expressions of functions as SQL text: parameters' defaults, and RETURN (ruleutils.c). */
import { SqlError } from "@firstlight/common";
import type { Expr } from "@firstlight/sql";
import { displayExpr, mapChildren, oids, quoteIdentifier } from "@firstlight/sql";
import { BINDERS } from "../bind/binders.ts";
import { makeSchemaContext, topScope } from "../bind/context.ts";
import { outputTargets } from "../bind/output-columns.ts";
import { CalledRoutine } from "../bind/routine/called-routine.ts";
import { CatalogRoutines } from "../bind/routine/routine-source.ts";
import { userRoutine } from "../bind/routine/user-routine.ts";
import type { BindContext } from "../bind/scope.ts";
import { schemaEvaluation } from "../bind/schema-evaluation.ts";
import { storedNodes } from "../bind/stored-node.ts";
import { tagOf } from "../parse/node.ts";
import type { Catalog } from "./catalog.ts";
import { type FunctionDescriptor, inputsOf } from "./descriptors.ts";

export type ObjectName = (type: number, oid: number) => string | undefined;

function fullName(catalog: Catalog): ObjectName {
  return (type, oid) => {
    const relation = type === oids.REGCLASS ? catalog.relationByOid(oid) : undefined;
    if (relation === undefined) return undefined;
    const schema = catalog.schemaByOid(relation.schema)?.name ?? "";
    return `${quoteIdentifier(schema)}.${quoteIdentifier(relation.name)}`;
  };
}

function contextOf(catalog: Catalog, { searchPath }: FunctionDescriptor): BindContext {
  const evaluation = schemaEvaluation(catalog, searchPath);
  return makeSchemaContext(BINDERS, catalog, searchPath, evaluation);
}

/** One text per default, for the last input parameters. */
export function defaultTexts(
  catalog: Catalog,
  descriptor: FunctionDescriptor,
  objectName: ObjectName = fullName(catalog),
): readonly string[] {
  const routine = userRoutine(descriptor);
  const context = contextOf(catalog, descriptor);
  const source = new CatalogRoutines(() => context);
  return inputsOf(descriptor).flatMap((parameter, at) => {
    if (parameter.default === undefined) return [];
    const expr = source.defaultOf(routine, at);
    return [displayExpr(expr, { column: () => "?column?", pretty: false, objectName })];
  });
}

/** Parameters stand for columns whose names are known. */
function asColumns(expr: Expr): Expr {
  if (expr.kind !== "param") return mapChildren(expr, asColumns);
  const { type, typmod, position, number } = expr;
  return { kind: "var", type, typmod, position, rte: 0, column: number - 1, levelsUp: 0 };
}

function returnText(catalog: Catalog, descriptor: FunctionDescriptor): string {
  const inputs = inputsOf(descriptor);
  const scope = topScope(contextOf(catalog, descriptor));
  const site = { argTypes: inputs.map(({ type }) => type), resultType: descriptor.returnType };
  const routine = new CalledRoutine(userRoutine(descriptor), site, () => scope);
  const [query] = routine.bound.statements;
  const target = query === undefined ? undefined : outputTargets(query)[0];
  if (target === undefined) return "RETURN NULL";
  const text = displayExpr(asColumns(target.expr), {
    column: (each) => {
      const at = "column" in each ? (each.column ?? 0) : 0;
      const name = inputs[at]?.name ?? "";
      return name === "" ? `$${at + 1}` : quoteIdentifier(name);
    },
    pretty: false,
    objectName: fullName(catalog),
  });
  return `RETURN ${text}`;
}

/** RETURN as text; statements have no text of their own. */
export function bodyText(catalog: Catalog, descriptor: FunctionDescriptor): string | null {
  if (descriptor.body === undefined) return null;
  const nodes = storedNodes(descriptor.body);
  const [first] = nodes;
  if (nodes.length === 1 && first !== undefined && tagOf(first) === "ReturnStmt") {
    return returnText(catalog, descriptor);
  }
  throw new SqlError("0A000", "the text of a function body of statements is not supported");
}
