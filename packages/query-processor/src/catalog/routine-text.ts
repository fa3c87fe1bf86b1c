/** Expressions of functions as SQL text: parameters' defaults, and RETURN (ruleutils.c). */
import { displayExpr, oids, quoteIdentifier } from "@firstlight/sql";
import { BINDERS } from "../bind/binders.ts";
import { makeSchemaContext, topScope } from "../bind/context.ts";
import type { BoundQuery, BoundSelect } from "../bind/query-tree.ts";
import { bodyStatements } from "../bind/routine/routine-body.ts";
import { CalledRoutine } from "../bind/routine/called-routine.ts";
import { CatalogRoutines } from "../bind/routine/routine-source.ts";
import { userRoutine } from "../bind/routine/user-routine.ts";
import type { BindContext } from "../bind/scope.ts";
import { schemaEvaluation } from "../bind/schema-evaluation.ts";
import type { NameScope } from "../catalog-functions/object-names.ts";
import { modificationText, withChanges } from "../deparse/modification-text.ts";
import type { QueryStyle } from "../deparse/query-text.ts";
import { QueryText } from "../deparse/query-text.ts";
import { RuleText } from "../deparse/rule-text.ts";
import { isAtomicBody, storedNodes } from "../bind/stored-node.ts";
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

/** A function's statements are printed as pg_get_viewdef prints queries. */
function bodyStyle(scope: NameScope, descriptor: FunctionDescriptor): QueryStyle {
  const inputs = inputsOf(descriptor);
  const parameter = (number: number, qualified: boolean): string => {
    const name = inputs[number - 1]?.name ?? "";
    if (name === "") return `$${number}`;
    const own = quoteIdentifier(name);
    return qualified ? `${quoteIdentifier(descriptor.name)}.${own}` : own;
  };
  return { scope, pretty: false, parameter };
}

function statementText(style: QueryStyle, query: BoundSelect, indent: number): string {
  const out = new RuleText(indent, 0);
  const place = { parent: undefined, namesVisible: false };
  new QueryText(style, out, query, place).write();
  return out.text;
}

function statementsOf(scope: NameScope, descriptor: FunctionDescriptor): readonly BoundQuery[] {
  const context = contextOf(scope.image, descriptor).derive({ asWritten: true });
  const top = topScope(context);
  const argTypes = inputsOf(descriptor).map(({ type }) => type);
  const site = { argTypes, resultType: descriptor.returnType };
  const routine = new CalledRoutine(userRoutine(descriptor), site, () => top);
  return bodyStatements(routine, top);
}

/** What RETURN yields has no name. */
function unnamed(query: BoundSelect): BoundSelect {
  return { ...query, targets: query.targets.map((each) => ({ ...each, name: "?column?" })) };
}

/** RETURN and BEGIN ATOMIC as text; undefined for a body that is a text itself. */
export function bodyText(scope: NameScope, descriptor: FunctionDescriptor): string | undefined {
  const { body } = descriptor;
  if (body === undefined) return undefined;
  const nodes = storedNodes(body).filter((node) => tagOf(node) !== "");
  const indent = isAtomicBody(body) ? 1 : 0;
  const plain = bodyStyle(scope, descriptor);
  const texts = statementsOf(scope, descriptor).map((query, at) => {
    const node = nodes[at] ?? {};
    const style = withChanges(plain, node);
    if (query.kind !== "select") return modificationText(style, query, node, indent);
    if (tagOf(node) !== "ReturnStmt") return statementText(style, query, indent);
    const text = statementText(style, unnamed(query), indent);
    return text.replace(/^(\s*)SELECT /u, "$1RETURN ");
  });
  if (indent === 0) return texts[0]?.trimStart() ?? "";
  return ["BEGIN ATOMIC", ...texts.map((text) => `${text};`), "END"].join("\n");
}
