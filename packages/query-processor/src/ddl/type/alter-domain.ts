/** ALTER DOMAIN: default, NOT NULL and conditions; stored values are looked at first. */
import { SqlError } from "@firstlight/common";
import type { Datum } from "@firstlight/sql";
import { definitionOf, formatType, inputSettings } from "@firstlight/sql";
import { domainChecker } from "../../bind/domain-checker.ts";
import type {
  DomainCheckDescriptor,
  DomainType,
  TypeDescriptor,
} from "../../catalog/descriptors.ts";
import { addressOf, CLASS } from "../../catalog/dependencies/object-address.ts";
import {
  child,
  flag,
  list,
  optionalString,
  string,
  asTag,
  requiredChild,
} from "../../parse/node.ts";
import type { ParseNode } from "../../parse/parsed-statement.ts";
import { validateRows } from "../backfill.ts";
import type { DdlContext, NameContext } from "../ddl-context.ts";
import { applyChanges, imageOf } from "../ddl-context.ts";
import { dropObjects } from "../drop-objects.ts";
import { domainDefault, draftCheck, withoutPositionsOf } from "./domain.ts";
import { objectNodes, ownedType, typeOfNames } from "./find-type.ts";
import { columnsUsing } from "./type-users.ts";

export interface FoundDomain {
  readonly descriptor: TypeDescriptor;
  readonly domain: DomainType;
  /** Its number in the image. */
  readonly type: number;
}

export function domainNamed(context: NameContext, nodes: readonly ParseNode[]): FoundDomain {
  const type = typeOfNames(context, nodes);
  const refuse = (shown: string): SqlError => new SqlError("42809", `${shown} is not a domain`);
  const descriptor = ownedType(context, type, refuse);
  if (descriptor.definition.kind !== "domain") throw refuse(formatType(type));
  return { descriptor, domain: descriptor.definition, type };
}

function put(context: DdlContext, { descriptor }: FoundDomain, definition: DomainType): void {
  applyChanges(context, [{ put: { ...descriptor, definition } }]);
}

function baseOf({ domain }: FoundDomain): { readonly type: number; readonly typmod: number } {
  return { type: domain.baseType, typmod: domain.baseTypmod };
}

function alterDefault(context: DdlContext, found: FoundDomain, statement: ParseNode): void {
  const { default: _, defaultText: __, ...bare } = found.domain;
  const node = child(statement, "def");
  const facts = { name: found.descriptor.name, base: baseOf(found) };
  const given = node === undefined ? undefined : domainDefault(context, facts, node);
  put(context, found, { ...bare, ...given });
}

/** Every stored value of the domain, or of a domain over it, passes `accept`. */
async function validateValues(
  context: DdlContext,
  { type, descriptor }: FoundDomain,
  accept: (value: Datum, table: string, column: string) => void,
): Promise<void> {
  const users = columnsUsing(context, type);
  for (const { table, column } of users) {
    if (isOver(column.type, type)) continue;
    throw new SqlError(
      "0A000",
      `cannot alter type "${descriptor.name}" because column "${table.name}.${column.name}" uses it`,
    );
  }
  for (const { table, column } of users) {
    await validateRows(context, table, (row) => {
      accept(row[column.number - 1] ?? null, table.name, column.name);
    });
  }
}

function isOver(type: number, domain: number): boolean {
  if (type === domain) return true;
  const definition = definitionOf(type);
  return definition?.kind === "domain" && isOver(definition.baseType, domain);
}

async function setNotNull(context: DdlContext, found: FoundDomain): Promise<void> {
  if (found.domain.notNull) return;
  await validateValues(context, found, (value, table, column) => {
    if (value !== null) return;
    throw new SqlError("23502", `column "${column}" of table "${table}" contains null values`, {
      table,
      column,
    });
  });
  put(context, found, { ...found.domain, notNull: true });
}

async function validateCheck(
  context: DdlContext,
  found: FoundDomain,
  check: DomainCheckDescriptor,
): Promise<void> {
  const definition = definitionOf(found.type);
  if (definition?.kind !== "domain") return;
  const checks = [{ name: check.name, expression: check.expression }];
  const holds = domainChecker({ ...definition, checks }, imageOf(context));
  const settings = inputSettings(context.evaluation());
  await validateValues(context, found, (value, table, column) => {
    if (holds(value, settings) !== undefined) {
      throw new SqlError(
        "23514",
        `column "${column}" of table "${table}" contains values that violate the new constraint`,
        { table, column },
      );
    }
  });
}

async function addCheck(
  context: DdlContext,
  found: FoundDomain,
  statement: ParseNode,
): Promise<void> {
  const constraint = asTag(requiredChild(statement, "def"), "Constraint") ?? {};
  refuseOthers(constraint);
  const facts = { name: found.descriptor.name, base: baseOf(found) };
  const { checks } = found.domain;
  const check = await draftCheck(context, facts, constraint, checks);
  if (check.validated) await validateCheck(context, found, check);
  put(context, found, { ...found.domain, checks: [...checks, check] });
}

const IMPOSSIBLE: Readonly<Record<string, string>> = {
  CONSTR_UNIQUE: "unique",
  CONSTR_PRIMARY: "primary key",
  CONSTR_EXCLUSION: "exclusion",
  CONSTR_FOREIGN: "foreign key",
};

function refuseOthers(constraint: ParseNode): void {
  const kind = string(constraint, "contype");
  if (kind === "CONSTR_CHECK") return;
  const what = IMPOSSIBLE[kind];
  if (what !== undefined) {
    throw new SqlError("42601", `${what} constraints not possible for domains`);
  }
  throw new SqlError("0A000", "specifying constraint deferrability not supported for domains");
}

function checkNamed(found: FoundDomain, name: string): DomainCheckDescriptor | undefined {
  return found.domain.checks.find((check) => check.name === name);
}

function noSuchCheck({ type }: FoundDomain, name: string): string {
  return `constraint "${name}" of domain "${formatType(type)}" does not exist`;
}

async function dropCheck(
  context: DdlContext,
  found: FoundDomain,
  statement: ParseNode,
): Promise<void> {
  const name = string(statement, "name");
  const check = checkNamed(found, name);
  if (check === undefined) {
    const text = noSuchCheck(found, name);
    if (!flag(statement, "missing_ok")) throw new SqlError("42704", text);
    context.session.notice("NOTICE", "00000", `${text}, skipping`);
    return;
  }
  const cascade = string(statement, "behavior") === "DROP_CASCADE";
  const address = addressOf(CLASS.constraint, check.oid);
  await dropObjects(context, [address], cascade ? "cascade" : "restrict");
}

async function validate(
  context: DdlContext,
  found: FoundDomain,
  statement: ParseNode,
): Promise<void> {
  const name = string(statement, "name");
  const check = checkNamed(found, name);
  if (check === undefined) throw new SqlError("42704", noSuchCheck(found, name));
  if (check.validated) return;
  await validateCheck(context, found, check);
  const checks = found.domain.checks.map((each) =>
    each === check ? { ...each, validated: true } : each,
  );
  put(context, found, { ...found.domain, checks });
}

export function renameCheck(context: DdlContext, statement: ParseNode): void {
  const found = domainNamed(context, objectNodes(statement));
  const from = optionalString(statement, "subname") ?? "";
  const to = string(statement, "newname");
  const check = checkNamed(found, from);
  if (check === undefined) {
    const shown = found.descriptor.name;
    throw new SqlError("42704", `constraint "${from}" for domain ${shown} does not exist`);
  }
  if (checkNamed(found, to) !== undefined) {
    const shown = found.descriptor.name;
    throw new SqlError("42710", `constraint "${to}" for domain ${shown} already exists`);
  }
  const checks = found.domain.checks.map((each) => (each === check ? { ...each, name: to } : each));
  put(context, found, { ...found.domain, checks });
}

/** Subtypes are single letters in the grammar. */
export async function alterDomain(context: DdlContext, statement: ParseNode): Promise<void> {
  await withoutPositionsOf(async () => alter(context, statement));
}

async function alter(context: DdlContext, statement: ParseNode): Promise<void> {
  const found = domainNamed(context, list(statement, "typeName"));
  switch (string(statement, "subtype")) {
    case "T":
      return alterDefault(context, found, statement);
    case "N":
      return put(context, found, { ...found.domain, notNull: false });
    case "O":
      return setNotNull(context, found);
    case "C":
      return addCheck(context, found, statement);
    case "X":
      return dropCheck(context, found, statement);
    case "V":
      return validate(context, found, statement);
  }
}
