/** CREATE DOMAIN: base type, default, NOT NULL and conditions. */
import type { Pins } from "../../bind/pins.ts";
import { SqlError } from "@firstlight/common";
import type { Expr } from "@firstlight/sql";
import { definitionOf, displayExpr, isUserType, typeOid, typeRow } from "@firstlight/sql";
import { registeredObjectName } from "../../catalog-functions/registered-objects.ts";
import { bindDomainCondition } from "../../bind/domain-checker.ts";
import { withoutPositions } from "../../bind/errors.ts";
import { bindColumnExpression } from "../../bind/schema-expressions.ts";
import { expressionReferences } from "../../catalog/dependencies/references.ts";
import type { DomainCheckDescriptor, DomainType } from "../../catalog/descriptors.ts";
import {
  asTag,
  child,
  flag,
  list,
  optionalString,
  requiredChild,
  string,
} from "../../parse/node.ts";
import type { ParseNode } from "../../parse/parsed-statement.ts";
import type { ResolvedType } from "../../parse/type-name.ts";
import { collateClauseOf } from "../collation-clause.ts";
import type { DdlContext } from "../ddl-context.ts";
import { applyChanges, imageOf, newOid, ownerOf } from "../ddl-context.ts";
import { chooseName } from "../object-names.ts";
import { pinned } from "../stored-expression.ts";
import { newTypePlace, resolveIn, shownTypeName } from "./find-type.ts";

const BASE_KINDS: ReadonlySet<string> = new Set(["b", "c", "d", "e", "r", "m"]);

interface Draft {
  notNull: boolean | undefined;
  /** Undefined: none was written; null: DEFAULT NULL. */
  default: DomainDefault | null | undefined;
  readonly checks: DomainCheckDescriptor[];
}

export interface DomainFacts {
  readonly name: string;
  readonly base: ResolvedType;
}

/** A default as it is stored, and as it is shown for as long as it stands. */
export type DomainDefault = Pick<DomainType, "default" | "defaultText">;

/** Undefined for DEFAULT NULL. */
export function domainDefault(
  context: DdlContext,
  { name, base }: DomainFacts,
  node: ParseNode,
): DomainDefault | undefined {
  const nowhere = emptyRow();
  const pins: Pins = new Map();
  const bound = bindColumnExpression(node, nowhere, {
    pins,
    catalog: imageOf(context),
    kind: "default",
    searchPath: context.searchPath,
    evaluation: context.evaluation(),
    column: { name, ...base },
  });
  if (bound.kind === "const" && bound.value === null) return undefined;
  return {
    default: JSON.stringify(pinned(context, node, bound, pins)),
    defaultText: shownDefault(context, bound),
  };
}

function shownDefault(context: DdlContext, bound: Expr): string {
  const scope = { image: imageOf(context), searchPath: context.searchPath };
  return displayExpr(bound, {
    column: () => "VALUE",
    objectName: (type, oid) => registeredObjectName(scope, type, oid),
  });
}

function emptyRow(): Parameters<typeof bindColumnExpression>[1] {
  const numbers = { oid: 0, schema: 0, owner: 0, storageId: 0, typeOid: 0 };
  const lists = { columns: [], indexes: [], checks: [], nextColumn: 1, nextIndex: 1 };
  return { kind: "table", name: "", ...numbers, ...lists };
}

export function chooseCheckName(domain: string, checks: readonly DomainCheckDescriptor[]): string {
  return chooseName(domain, undefined, "check", (name) =>
    checks.some((check) => check.name === name),
  );
}

/** A CHECK clause, checked and ready to be stored. */
export async function draftCheck(
  context: DdlContext,
  { name: domain, base }: DomainFacts,
  constraint: ParseNode,
  others: readonly DomainCheckDescriptor[],
): Promise<DomainCheckDescriptor> {
  if (flag(constraint, "is_no_inherit")) {
    throw new SqlError("42P17", "check constraints for domains cannot be marked NO INHERIT");
  }
  const name = optionalString(constraint, "conname") ?? chooseCheckName(domain, others);
  if (others.some((check) => check.name === name)) {
    throw new SqlError("42710", `constraint "${name}" for domain "${domain}" already exists`);
  }
  const node = requiredChild(constraint, "raw_expr");
  const pins: Pins = new Map();
  const bound = bindDomainCondition(node, base, {
    pins,
    catalog: imageOf(context),
    searchPath: context.searchPath,
    evaluation: context.evaluation(),
  });
  return {
    oid: await newOid(context),
    name,
    expression: JSON.stringify(pinned(context, node, bound, pins)),
    dependsOn: expressionReferences(bound, imageOf(context).casts),
    validated: !flag(constraint, "skip_validation"),
  };
}

function nullability(draft: Draft, notNull: boolean): void {
  if (draft.notNull !== undefined && draft.notNull !== notNull) {
    throw new SqlError("42601", "conflicting NULL/NOT NULL constraints");
  }
  draft.notNull = notNull;
}

function impossible(what: string): SqlError {
  return new SqlError("42601", `${what} constraints not possible for domains`);
}

async function applyConstraint(
  context: DdlContext,
  facts: DomainFacts,
  draft: Draft,
  constraint: ParseNode,
): Promise<void> {
  switch (string(constraint, "contype")) {
    case "CONSTR_DEFAULT": {
      if (draft.default !== undefined) throw new SqlError("42601", "multiple default expressions");
      const raw = child(constraint, "raw_expr");
      draft.default = raw === undefined ? null : (domainDefault(context, facts, raw) ?? null);
      return;
    }
    case "CONSTR_NOTNULL":
      return nullability(draft, true);
    case "CONSTR_NULL":
      return nullability(draft, false);
    case "CONSTR_CHECK":
      draft.checks.push(await draftCheck(context, facts, constraint, draft.checks));
      return;
    case "CONSTR_UNIQUE":
      throw impossible("unique");
    case "CONSTR_PRIMARY":
      throw impossible("primary key");
    case "CONSTR_EXCLUSION":
      throw impossible("exclusion");
    case "CONSTR_FOREIGN":
      throw impossible("foreign key");
    default:
      throw new SqlError("0A000", "specifying constraint deferrability not supported for domains");
  }
}

function checkBase(typeName: ParseNode, base: ResolvedType): void {
  if (BASE_KINDS.has(typeRow(base.type)?.kind ?? "")) return;
  const shown = shownTypeName(typeName);
  throw new SqlError("42804", `"${shown}" is not a valid base type for a domain`);
}

export async function createDomain(context: DdlContext, statement: ParseNode): Promise<void> {
  await withoutPositionsOf(() => create(context, statement));
}

/** PostgreSQL has no place to point at in what is said of domains. */
export async function withoutPositionsOf(step: () => Promise<void>): Promise<void> {
  try {
    await step();
  } catch (error) {
    withoutPositions(() => {
      throw error;
    });
  }
}

/** A domain begins with the default of the domain that it is over. */
function defaultOf(context: DdlContext, base: number): DomainDefault | undefined {
  const owner = isUserType(base) ? imageOf(context).typeOwner(typeOid(base)) : undefined;
  const isDomain = definitionOf(base)?.kind === "domain";
  if (!isDomain || owner?.kind !== "type" || owner.definition.kind !== "domain") return undefined;
  const { default: tree, defaultText } = owner.definition;
  if (tree === undefined) return undefined;
  return { default: tree, ...(defaultText === undefined ? {} : { defaultText }) };
}

async function create(context: DdlContext, statement: ParseNode): Promise<void> {
  const { name, schema } = newTypePlace(context, list(statement, "domainname"));
  const typeName = requiredChild(statement, "typeName");
  const base = resolveIn(context, typeName);
  checkBase(typeName, base);
  imageOf(context).profile.schema?.columnType(base.type, base.typmod);
  const collation = collateClauseOf(context, child(statement, "collClause"), base.type);
  const draft: Draft = { notNull: undefined, default: undefined, checks: [] };
  for (const node of list(statement, "constraints")) {
    await applyConstraint(context, { name, base }, draft, asTag(node, "Constraint") ?? {});
  }
  const given = draft.default === undefined ? defaultOf(context, base.type) : draft.default;
  const definition: DomainType = {
    kind: "domain",
    baseType: base.type,
    baseTypmod: base.typmod,
    notNull: draft.notNull === true,
    ...collation,
    checks: draft.checks,
    ...given,
  };
  const oid = await newOid(context);
  const owner = ownerOf(context);
  applyChanges(context, [
    { put: { kind: "type", oid, name, schema: schema.oid, owner, definition } },
  ]);
}
