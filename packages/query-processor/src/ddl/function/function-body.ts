/**
 * The body of a new function: found among the options or as statements, and checked by binding it
 * (interpret_AS_clause, fmgr_sql_validator).
 */
import { isInput } from "../../catalog/descriptors.ts";
import { SqlError } from "@firstlight/common";
import { findImplementation, oids, registerBuiltins, typeRow } from "@firstlight/sql";
import { queryReferences } from "../../catalog/dependencies/references.ts";
import type { StoredReference } from "../../catalog/dependencies/object-address.ts";
import type { BoundQuery } from "../../bind/query-tree.ts";
import { BINDERS } from "../../bind/binders.ts";
import { withPins } from "../../bind/pins.ts";
import { makeSchemaContext, topScope } from "../../bind/context.ts";
import { CalledRoutine } from "../../bind/routine/called-routine.ts";
import { type BodyToStore, checkRoutineBody } from "../../bind/routine/routine-body.ts";
import { userRoutine } from "../../bind/routine/user-routine.ts";
import type { FunctionDescriptor } from "../../catalog/descriptors.ts";
import { child, items, tagOf } from "../../parse/node.ts";
import type { ParseNode } from "../../parse/parsed-statement.ts";
import { parse } from "../../parse/parser.ts";
import type { DdlContext } from "../ddl-context.ts";
import { imageOf } from "../ddl-context.ts";
import { PinnedMeanings } from "../pin-meanings.ts";
import { pinTypes } from "../pin-types.ts";
import { bodyOffset } from "./body-offset.ts";
import { invalidDefinition } from "./function-errors.ts";
import type { FunctionOptions } from "./function-options.ts";

export type WrittenBody = Pick<FunctionDescriptor, "source" | "body">;

/** BEGIN ATOMIC gives a list in a list. */
function statementNodes(body: ParseNode): readonly ParseNode[] {
  if (tagOf(body) !== "List") return [body];
  return items(body).flatMap((inner) => (tagOf(inner) === "List" ? items(inner) : [inner]));
}

const ALLOWED: ReadonlySet<string> = new Set([
  "SelectStmt",
  "InsertStmt",
  "UpdateStmt",
  "DeleteStmt",
  "MergeStmt",
  "ReturnStmt",
]);

function refuseUtility(node: ParseNode): void {
  const tag = tagOf(node);
  if (tag === "" || ALLOWED.has(tag)) return;
  const words = tag.replace(/Stmt$/u, "").replace(/([a-z])([A-Z])/gu, "$1 $2");
  const command = tag === "CreateStmt" ? "CREATE TABLE" : words.toUpperCase();
  throw new SqlError("0A000", `${command} is not yet supported in unquoted SQL function body`);
}

export function writtenBody(
  statement: ParseNode,
  options: FunctionOptions,
  language: string,
): WrittenBody {
  const nodes = child(statement, "sql_body");
  if (options.as !== undefined && nodes !== undefined) {
    throw invalidDefinition("duplicate function body specified");
  }
  if (nodes !== undefined) {
    if (language !== "sql") {
      throw invalidDefinition("inline SQL function body only valid for language SQL");
    }
    const statements = statementNodes(nodes);
    for (const each of statements) refuseUtility(each);
    const isAtomic = tagOf(nodes) === "List";
    return { source: "", body: JSON.stringify(isAtomic ? [statements] : statements) };
  }
  const [source, second] = options.as ?? [];
  if (source === undefined) throw invalidDefinition("no function body specified");
  if (second !== undefined) {
    throw invalidDefinition(`only one AS item needed for language "${language}"`);
  }
  return { source };
}

const FIRST_POLYMORPHIC: ReadonlySet<number> = new Set([
  2277, 2283, 2776, 3500, 3831, 4537, 5077, 5078, 5079, 5080, 4538,
]);

export function isPolymorphicType(type: number): boolean {
  return FIRST_POLYMORPHIC.has(type);
}

function checkTypes(descriptor: FunctionDescriptor): void {
  const { returnType: returns, parameters } = descriptor;
  const isPseudo = (type: number): boolean => typeRow(type)?.kind === "p";
  if (isPseudo(returns) && returns !== oids.RECORD && returns !== VOID) {
    if (!isPolymorphicType(returns)) {
      throw invalidDefinition(`SQL functions cannot return type ${typeRow(returns)?.name}`);
    }
  }
  for (const { type, mode } of parameters) {
    if (mode === "o" || mode === "t" || !isPseudo(type) || isPolymorphicType(type)) continue;
    throw invalidDefinition(`SQL functions cannot have arguments of type ${typeRow(type)?.name}`);
  }
}

const VOID = 2278;

function checkInternal({ source }: FunctionDescriptor): void {
  registerBuiltins();
  if (findImplementation(source, { argTypes: [], resultType: 0 }) !== undefined) return;
  throw new SqlError("42883", `there is no built-in function named "${source}"`);
}

function hasPolymorphic({ parameters }: FunctionDescriptor): boolean {
  return parameters.some((each) => isInput(each) && isPolymorphicType(each.type));
}

/** Where the body stands in the statement, errors in it get their place there. */
function withPlace(source: string, descriptor: FunctionDescriptor, step: () => void): void {
  try {
    step();
  } catch (error) {
    if (!(error instanceof SqlError) || descriptor.body !== undefined) throw error;
    const { position, ...fields } = error.fields;
    const byte = position === undefined ? undefined : position - 1;
    const place = byte === undefined ? undefined : bodyOffset(source, descriptor.source, byte);
    const where = place === undefined ? `SQL function "${descriptor.name}"` : undefined;
    throw new SqlError(error.sqlstate, error.message, {
      ...fields,
      ...(place === undefined ? {} : { position: place + 1 }),
      ...(where === undefined || fields.where !== undefined ? {} : { where }),
    });
  }
}

/** Errors of the grammar count characters; those of binding count bytes. */
function parsedForBytes(body: string): void {
  try {
    parse(body);
  } catch (error) {
    if (!(error instanceof SqlError) || error.fields.position === undefined) throw error;
    const before = Array.from(body)
      .slice(0, error.fields.position - 1)
      .join("");
    throw new SqlError(error.sqlstate, error.message, {
      ...error.fields,
      position: Buffer.byteLength(before) + 1,
    });
  }
}

/** What a body of statements refers to, and itself with what its names mean. */
export interface CheckedBody {
  readonly references: readonly StoredReference[];
  readonly body?: string;
}

const NO_REFERENCES: CheckedBody = { references: [] };

/** Throws what PostgreSQL's validator says of the body. */
export function checkBody(
  context: DdlContext,
  descriptor: FunctionDescriptor,
  source: string,
): CheckedBody {
  if (descriptor.language === "internal") {
    checkInternal(descriptor);
    return NO_REFERENCES;
  }
  checkTypes(descriptor);
  const { searchPath } = context;
  const isChecked = context.evaluation().session?.getSetting("check_function_bodies") !== "off";
  if (!isChecked && descriptor.body === undefined) return NO_REFERENCES;
  const written = descriptor.body === undefined ? undefined : bodyToStore(descriptor.body);
  let statements: readonly BoundQuery[] = [];
  withPlace(source, descriptor, () => {
    if (descriptor.body === undefined) parsedForBytes(descriptor.source);
    if (hasPolymorphic(descriptor)) return;
    const bindContext = makeSchemaContext(
      BINDERS,
      imageOf(context),
      searchPath,
      context.evaluation(),
    );
    const site = {
      argTypes: descriptor.parameters.filter(isInput).map(({ type }) => type),
      resultType: descriptor.returnType,
    };
    const scope = topScope(bindContext);
    const called = new CalledRoutine(userRoutine(descriptor), site, () => scope);
    statements = checkRoutineBody(called, scope, written);
  });
  if (written === undefined) return NO_REFERENCES;
  const pinned = new PinnedMeanings();
  const references = statements.flatMap((query) => {
    const found = queryReferences(query, imageOf(context).casts);
    for (const each of found.named) pinned.collect(each);
    return found.references;
  });
  const tree = pinned.applyTo(withPins(written.tree, written.pins));
  return { references, body: JSON.stringify(pinTypes(tree, imageOf(context), searchPath)) };
}

interface WrittenStatements extends BodyToStore {
  /** As it is stored, with the nodes in it. */
  readonly tree: unknown;
}

function bodyToStore(body: string): WrittenStatements {
  const tree: unknown = JSON.parse(body);
  const all = (Array.isArray(tree) ? tree.flat() : []) as readonly ParseNode[];
  return { tree, nodes: all.filter((node) => tagOf(node) !== ""), pins: new Map() };
}
