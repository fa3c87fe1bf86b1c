/**
 * What a schema change works on: the schema as its transaction sees it, and the session's way of
 * resolving names. Schema changes are not on a hot path: they are plain async functions.
 */
import type { OnlineBug } from "../online/online-bug.ts";
import { SqlError, featureNotSupported } from "@firstlight/common";
import type { EvaluationContext, Row } from "@firstlight/sql";
import { FIRST_USER_OID, PUBLIC_OID } from "../catalog/builtin-objects.ts";
import type { CatalogChange, CatalogImage } from "../catalog/catalog-image.ts";
import type { Relation } from "../catalog/catalog.ts";
import type { SchemaDescriptor, TableDescriptor } from "../catalog/descriptors.ts";
import type { SchemaTransaction } from "../engine/schema-transaction.ts";
import type { JobRunner } from "../online/job-runner.ts";
import type { SequenceBlocks } from "../sequences/sequence-blocks.ts";
import type { SessionContext } from "../engine/engine.ts";
import type { ParseNode } from "../parse/parsed-statement.ts";
import { refuseClosed } from "../bind/relation.ts";
import { optionalString, string } from "../parse/node.ts";
import { holds, permissionDenied, schemaTarget } from "../privileges/access-check.ts";
import { RIGHT } from "../privileges/rights.ts";
import { checkSchemaLimits } from "./schema-limits.ts";
import { withAccessChanges } from "./privileges/access-changes.ts";

export interface DdlContext {
  readonly sequences: SequenceBlocks;
  readonly session: SessionContext;
  readonly transaction: SchemaTransaction;
  /** Existing schemas of the search path, in order. */
  readonly searchPath: readonly string[];
  /** For changes that take several transactions. */
  readonly online: OnlineSchema;
  /** For expressions: sees the schema as it is now. */
  evaluation(): EvaluationContext;
  /** Runs a statement other than a utility in this transaction, once; how many rows it was about. */
  run(tag: string, node: ParseNode): Promise<number>;
  /** The same for what it yields. */
  rows(tag: string, node: ParseNode): Promise<readonly Row[]>;
}

/** What the names of objects are looked up in. */
export interface NameContext {
  readonly session: Pick<SessionContext, "notice">;
  readonly transaction: Pick<SchemaTransaction, "image">;
  readonly searchPath: readonly string[];
}

export interface OnlineSchema {
  readonly bugs: ReadonlySet<OnlineBug>;
  readonly jobs: JobRunner;
  newJobId(): string;
  /** Microseconds since the Unix epoch. */
  now(): number;
  /** Runs in a transaction of its own that is never committed. */
  read<T>(work: (context: DdlContext) => Promise<T>): Promise<T>;
  /** Runs in a transaction of its own, once. */
  attempt<T>(work: (context: DdlContext) => Promise<T>): Promise<T>;
  /** Runs in a transaction of its own, again while that one loses conflicts; then it is committed. */
  change<T>(work: (context: DdlContext) => Promise<T>): Promise<T>;
}

/** "a.b" of a RangeVar or a name list. */
export interface QualifiedName {
  readonly schema: string | undefined;
  readonly name: string;
}

/** Whether the statement is all that its transaction is for: it may as well take several. */
export function isAlone({ session, transaction }: DdlContext): boolean {
  return session.inBlock === false && session.isOnlyStatement === true && !transaction.kv.dirty;
}

export function imageOf(context: NameContext): CatalogImage {
  return context.transaction.image;
}

export function applyChanges(context: DdlContext, changes: readonly CatalogChange[]): void {
  if (imageOf(context).profile.isDsql) checkSchemaLimits(imageOf(context), changes);
  context.transaction.apply(withAccessChanges(imageOf(context), changes));
}

export async function newOid(context: DdlContext): Promise<number> {
  return context.transaction.allocateOid();
}

export function nameOfRangeVar(rangeVar: ParseNode): QualifiedName {
  return { schema: optionalString(rangeVar, "schemaname"), name: string(rangeVar, "relname") };
}

export function nameOfParts(parts: readonly string[]): QualifiedName {
  const name = parts[parts.length - 1] ?? "";
  return { schema: parts.length > 1 ? parts[parts.length - 2] : undefined, name };
}

export function ownerOf(context: DdlContext): number {
  return imageOf(context).roleByName(context.session.user)?.oid ?? 10;
}

export function schemaNamed(context: NameContext, name: string): SchemaDescriptor {
  const schema = imageOf(context).schemaByName(name);
  if (schema === undefined) throw new SqlError("3F000", `schema "${name}" does not exist`);
  return schema;
}

/** The schema that a new object goes to: as named, else the first of the search path. */
const TEMPORARY = "pg_temp";

/** Whether a schema that a statement names, or that comes first in the path, is the session's own. */
export function isTemporaryName(context: DdlContext, schema: string | undefined): boolean {
  if (schema === undefined) return false;
  return schema === TEMPORARY || schema === imageOf(context).temporarySchema?.name;
}

/** For what all sessions see: of temporary objects there are relations only. */
export function creationSchema(context: DdlContext, name: QualifiedName): SchemaDescriptor {
  if (isTemporaryName(context, name.schema ?? context.searchPath[0])) {
    throw featureNotSupported("making anything but relations in the temporary schema");
  }
  if (name.schema !== undefined) return checked(context, schemaNamed(context, name.schema), name);
  const [first] = context.searchPath;
  const schema = first === undefined ? undefined : imageOf(context).schemaByName(first);
  if (schema === undefined) {
    throw new SqlError("3F000", "no schema has been selected to create in");
  }
  return checked(context, schema, name);
}

function checked(
  context: DdlContext,
  schema: SchemaDescriptor,
  { name }: QualifiedName,
): SchemaDescriptor {
  const image = imageOf(context);
  refuseSystemSchema(schema, name);
  if (holds(image, schemaTarget(schema), ownerOf(context), RIGHT.create)) return schema;
  throw permissionDenied("schema", schema.name);
}

function refuseSystemSchema(schema: SchemaDescriptor, name: string): SchemaDescriptor {
  if (schema.oid === PUBLIC_OID || schema.oid >= 16384) return schema;
  throw new SqlError("42501", `permission denied to create "${schema.name}.${name}"`, {
    detail: "System catalog modifications are currently disallowed.",
  });
}

export function findRelation(context: NameContext, name: QualifiedName): Relation | undefined {
  const image = imageOf(context);
  if (name.schema === undefined) return image.findRelation(name.name, context.searchPath);
  return image.relationInSchema(name.schema, name.name);
}

export function displayName(name: QualifiedName): string {
  return name.schema === undefined ? name.name : `${name.schema}.${name.name}`;
}

export function relationNamed(context: NameContext, name: QualifiedName): Relation {
  const relation = findRelation(context, name);
  if (relation !== undefined) return relation;
  if (name.schema !== undefined) schemaNamed(context, name.schema);
  refuseClosed({ catalog: imageOf(context), searchPath: context.searchPath }, name, -1);
  throw new SqlError("42P01", `relation "${displayName(name)}" does not exist`);
}

export function refuseSystemRelation(relation: Relation): Exclude<Relation, { kind: "virtual" }> {
  if (relation.kind !== "virtual" && relation.oid >= FIRST_USER_OID) return relation;
  throw new SqlError("42501", `permission denied: "${relation.name}" is a system catalog`);
}

/** 42809 with PostgreSQL's words for relations that are no table. */
export function tableNamed(context: DdlContext, name: QualifiedName): TableDescriptor {
  const relation = relationNamed(context, name);
  if (relation.kind === "table" && relation.materialized === undefined) return relation;
  if (relation.kind === "virtual") {
    throw new SqlError("42501", `permission denied: "${relation.name}" is a system catalog`);
  }
  throw new SqlError("42809", `"${relation.name}" is not a table`);
}

/** A table or a materialized view: what may have indexes. */
export function indexableNamed(context: DdlContext, name: QualifiedName): TableDescriptor {
  const relation = relationNamed(context, name);
  if (relation.kind === "table") return relation;
  if (relation.kind === "virtual") return tableNamed(context, name);
  throw new SqlError("42809", `cannot create index on relation "${relation.name}"`, {
    detail: `This operation is not supported for ${relation.kind}s.`,
  });
}

export function refuseTakenName(
  context: DdlContext,
  schema: number,
  name: string,
  inSchema?: string,
): void {
  if (!imageOf(context).nameTaken(schema, name)) return;
  if (inSchema !== undefined) {
    const text = `relation "${name}" already exists in schema "${inSchema}"`;
    throw new SqlError("42P07", text);
  }
  throw new SqlError("42P07", `relation "${name}" already exists`);
}
