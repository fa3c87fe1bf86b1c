/**
 * Catalog objects as stored: one JSON document per object under catalogObjectKey(kind, oid). They
 * are immutable; a schema change writes new ones and bumps the catalog's version.
 */
import type { ExtensionDescriptor } from "./extension-descriptor.ts";
import type { CastDescriptor } from "./cast-descriptor.ts";
import type { CollationName } from "@firstlight/sql";
import type { IamMappingDescriptor } from "./iam-mapping.ts";
import type { StoredReference } from "./dependencies/object-address.ts";
import type { StatisticsDescriptor } from "./statistics-descriptor.ts";

export interface SchemaDescriptor {
  readonly kind: "schema";
  readonly oid: number;
  readonly name: string;
  readonly owner: number;
}

export interface ColumnDescriptor {
  /** pg_attribute.attnum: from 1, never reused. Stored rows hold column n at position n - 1. */
  readonly number: number;
  readonly name: string;
  readonly type: number;
  readonly typmod: number;
  readonly notNull: boolean;
  /** If it is not that of the type. */
  readonly collation?: CollationName;
  /** Array dimensions that the declaration spelled, if not one; pg_attribute shows them only. */
  readonly dimensions?: number;
  /**
   * Default or generation expression, bound when needed: SQL text, or the raw parse tree as JSON
   * (what pg_node_tree is to PostgreSQL).
   */
  readonly default?: string;
  /** pg_attrdef.oid of it; absent in tables from before it was kept, and in views. */
  readonly defaultOid?: number;
  readonly generated?: "stored";
  readonly identity?: "always" | "byDefault";
  /** Sequence that feeds an identity or serial column. */
  readonly sequence?: number;
  readonly dropped: boolean;
  /** SET STATISTICS; absent: default_statistics_target. */
  readonly statisticsTarget?: number;
  /** attoptions: `name=value`. */
  readonly options?: readonly string[];
  /** attstorage, if it is not the type's; kept and shown. */
  readonly storage?: string;
  /** attcompression; kept and shown. */
  readonly compression?: string;
  /** Text form of the value of rows stored before the column was added; absent: NULL. */
  readonly missing?: string;
}

/** An indexed expression over the table's columns. */
export interface IndexExpression {
  /** Raw parse tree as JSON, as a default's. */
  readonly text: string;
  readonly type: number;
  readonly typmod: number;
  /** The name of the index's column. */
  readonly name: string;
}

export interface IndexColumn {
  /** ColumnDescriptor.number; 0: `expression`. */
  readonly column: number;
  readonly expression?: IndexExpression;
  /** OID of an operator class other than the type's default one. */
  readonly operatorClass?: number;
  /** If it is not that of the column or expression. */
  readonly collation?: CollationName;
  readonly descending: boolean;
  readonly nullsFirst: boolean;
  /** Of an expression: what ALTER INDEX says that ANALYZE is to gather; kept and shown. */
  readonly statisticsTarget?: number;
}

export interface Deferrable {
  readonly initiallyDeferred: boolean;
}

export interface IndexDescriptor {
  readonly oid: number;
  readonly name: string;
  /** Index number in the key space (keys/keyspace.ts); 0: the rows themselves are in this order. */
  readonly number: number;
  /** No two entries of equal keys, at any moment. */
  readonly unique: boolean;
  /**
   * A unique constraint that is checked when a statement or the transaction ends; `unique` is false
   * then: there may be equal keys meanwhile.
   */
  readonly deferrable?: Deferrable;
  readonly nullsDistinct: boolean;
  readonly primary: boolean;
  /** OID and name of the constraint that it backs, if any. */
  readonly constraint?: { readonly oid: number; readonly name: string };
  readonly columns: readonly IndexColumn[];
  /** INCLUDE columns, by number. */
  readonly include: readonly number[];
  /** WITH (...), as `name=value`: kept and shown, without a meaning here. */
  readonly storage?: readonly string[];
  /** ALTER TABLE ... CLUSTER ON: rows are never put in its order. */
  readonly clustered?: true;
  /** Condition of a partial index, as a CHECK's: rows that fail it have no entry. */
  readonly predicate?: string;
}

/**
 * The states of an index that is not public, in the order of its life (decisions/0017). Nobody reads
 * it. Writers take entries out of a delete-only one and keep it whole from then on, an enforcing one,
 * whose build has failed, too. They leave an invalid one alone.
 */
export type BuildState =
  | "deleteOnly"
  | "writeOnly"
  | "backfilling"
  | "verifying"
  | "enforcing"
  | "invalid";

export interface BuildingIndex {
  readonly index: IndexDescriptor;
  readonly state: BuildState;
  /** OID of the public index whose place it is to take. */
  readonly replaces?: number;
}

export type ReferentialAction = "noAction" | "restrict" | "cascade" | "setNull" | "setDefault";

/** A foreign key, with the table that has it. */
/** The child's rows need a parent; the parent's rows are needed by children. */
export type KeySide = "child" | "parent";

export interface ForeignKeyDescriptor {
  readonly oid: number;
  readonly name: string;
  /** Numbers of this table's columns, in the order of `parentColumns`. */
  readonly columns: readonly number[];
  /** OID of the table referred to. */
  readonly parent: number;
  readonly parentColumns: readonly number[];
  /** OID of the parent's unique index over `parentColumns`. */
  readonly index: number;
  readonly match: "simple" | "full";
  readonly onUpdate: ReferentialAction;
  readonly onDelete: ReferentialAction;
  /** Columns of ON DELETE SET NULL (...) or SET DEFAULT (...); absent: all. */
  readonly setColumns?: readonly number[];
  readonly deferrable: boolean;
  readonly initiallyDeferred: boolean;
  readonly validated: boolean;
  /** Sides whose triggers are disabled: their changes are not looked at. */
  readonly unchecked?: readonly KeySide[];
}

export interface CheckDescriptor {
  readonly oid: number;
  readonly name: string;
  /** The condition: SQL text or raw parse tree, as a default. */
  readonly expression: string;
  /** Declared NOT VALID: rows from before it may fail it. */
  readonly notValid?: boolean;
  readonly noInherit?: boolean;
}

/**
 * A table. Rows live under indexPrefix(storageId, 0), keyed by the primary key's columns, or by a
 * hidden row id (8 bytes, ascending in insertion order) when no index has number 0.
 */
export interface TableDescriptor {
  readonly kind: "table";
  /** WITH (...), as that of an index. */
  readonly storage?: readonly string[];
  readonly oid: number;
  readonly name: string;
  readonly schema: number;
  readonly owner: number;
  /** Changes when the table is truncated or rewritten. */
  readonly storageId: number;
  readonly columns: readonly ColumnDescriptor[];
  /** Public indexes, the primary key among them. */
  readonly indexes: readonly IndexDescriptor[];
  /** Indexes that are being built, or whose build has failed. */
  readonly building?: readonly BuildingIndex[];
  /** How many online steps the table has made: its parity says which fence is checked. */
  readonly onlineStep?: number;
  readonly checks: readonly CheckDescriptor[];
  readonly foreignKeys?: readonly ForeignKeyDescriptor[];
  readonly nextColumn: number;
  readonly nextIndex: number;
  readonly typeOid: number;
  /** pg_class.relreplident, if not the primary key; and the index where it is that of one. */
  readonly replicaIdentity?: { readonly kind: "f" | "n" | "i"; readonly index?: number };
  /** OID of the composite type that it is a table OF. */
  readonly ofType?: number;
  /** pg_class.relpersistence is u; rows are as durable as any. */
  readonly unlogged?: boolean;
  /** Of temporary tables: what the end of a transaction does to it. */
  readonly onCommit?: "delete" | "drop";
  /** A materialized view: the query that its rows are of. */
  readonly materialized?: MaterializedQuery;
}

/** The query of a materialized view, as that of a view. */
export interface MaterializedQuery {
  readonly query: string;
  readonly searchPath: readonly string[];
  readonly dependsOn: readonly StoredReference[];
  readonly ruleOid: number;
  /** Whether it has been filled since WITH NO DATA. */
  readonly populated: boolean;
}

/** COMMENT ON an object, or on a column of it. */
export interface CommentDescriptor {
  readonly kind: "comment";
  readonly oid: number;
  readonly about: StoredReference;
  readonly text: string;
}

export interface ViewColumn {
  readonly name: string;
  readonly type: number;
  readonly typmod: number;
  readonly collation?: CollationName;
  /** For rows inserted through the view; as ColumnDescriptor.default. */
  readonly default?: string;
}

export interface ViewDescriptor {
  readonly kind: "view";
  readonly oid: number;
  readonly name: string;
  readonly schema: number;
  readonly owner: number;
  readonly columns: readonly ViewColumn[];
  /**
   * The SELECT: SQL text with the search path of its definition, or its raw parse tree as JSON with
   * names pinned (bind/pins.ts).
   */
  readonly query: string;
  readonly searchPath: readonly string[];
  readonly typeOid: number;
  /** OID of its rule _RETURN. */
  readonly ruleOid?: number;
  /** What the query refers to. */
  readonly dependsOn?: readonly StoredReference[];
  /** WITH (...): names with values as written. */
  readonly options?: Readonly<Record<string, string>>;
}

export interface SequenceDescriptor {
  readonly kind: "sequence";
  readonly oid: number;
  readonly name: string;
  readonly schema: number;
  readonly owner: number;
  readonly storageId: number;
  /**
   * Values are taken in transactions of their own: a number that a rolled back CREATE or ALTER
   * SEQUENCE gave back may have values stored, which are not this sequence's.
   */
  readonly incarnation?: string;
  readonly dataType: number;
  /** int8 values as decimal text: JSON has no bigint. */
  readonly start: string;
  readonly increment: string;
  readonly min: string;
  readonly max: string;
  readonly cache: string;
  readonly cycle: boolean;
  /** The first value since it was altered, where that is not `start`. */
  readonly restart?: string;
  /** As that of a table. */
  readonly unlogged?: boolean;
  /** Table and column number that own it. */
  readonly ownedBy?: { readonly table: number; readonly column: number };
}

export interface EnumType {
  readonly kind: "enum";
  /** In their order; `order` is what values are stored as and never changes. */
  readonly labels: readonly {
    readonly oid: number;
    readonly label: string;
    readonly order: number;
    /** Names that it had before; stored expressions may use them, so no other label takes one. */
    readonly former?: readonly string[];
    /** pg_enum.enumsortorder, which PostgreSQL numbers anew when there is no room. */
    readonly sortOrder: number;
    /** In the image of the transaction that adds it only, until it commits: never stored. */
    readonly uncommitted?: true;
  }[];
}

export interface DomainCheckDescriptor {
  readonly oid: number;
  readonly name: string;
  /** The condition over VALUE as a raw parse tree. */
  readonly expression: string;
  /** What the condition refers to. */
  readonly dependsOn: readonly StoredReference[];
  readonly validated: boolean;
}

export interface DomainType {
  readonly kind: "domain";
  readonly baseType: number;
  readonly baseTypmod: number;
  readonly notNull: boolean;
  readonly collation?: CollationName;
  /** As ColumnDescriptor.default. */
  readonly default?: string;
  /** pg_type.typdefault: the default as it was printed when it was set. */
  readonly defaultText?: string;
  readonly checks: readonly DomainCheckDescriptor[];
}

/** Attribute n is at slot n - 1 of a stored value; a dropped one keeps its place. */
export interface CompositeAttributeDescriptor {
  readonly number: number;
  readonly name: string;
  readonly type: number;
  readonly typmod: number;
  readonly collation?: CollationName;
  readonly dropped: boolean;
}

export interface CompositeType {
  readonly kind: "composite";
  /** Its pg_class entry. */
  readonly relation: number;
  readonly attributes: readonly CompositeAttributeDescriptor[];
}

export interface RangeType {
  readonly kind: "range";
  readonly subtype: number;
  readonly opclass: number;
  readonly collation: number;
  /** pg_proc.oid of the function of the distance of two bounds, 0 for none. */
  readonly difference: number;
  readonly multirange: { readonly oid: number; readonly name: string };
}

/** A type of CREATE TYPE or CREATE DOMAIN. The array over it has the mirrored OID (row-types.ts). */
export interface TypeDescriptor {
  readonly kind: "type";
  readonly oid: number;
  readonly name: string;
  readonly schema: number;
  readonly owner: number;
  readonly definition: EnumType | DomainType | CompositeType | RangeType;
}

export interface RoleDescriptor {
  readonly kind: "role";
  readonly oid: number;
  readonly name: string;
  readonly superuser: boolean;
  readonly login: boolean;
  /** SCRAM-SHA-256 verifier as in pg_authid.rolpassword. */
  readonly password?: string;
  readonly noInherit?: boolean;
  readonly createRole?: boolean;
  readonly createDb?: boolean;
  readonly replication?: boolean;
  readonly bypassRls?: boolean;
  /** Absent: as many as there may be. */
  readonly connectionLimit?: number;
  /** timestamptz as decimal text: until then the password holds. */
  readonly validUntil?: string;
}

/** One entry of an access list: who was given what by whom. */
export interface AclItem {
  /** OID of a role; 0: PUBLIC. */
  readonly grantee: number;
  readonly grantor: number;
  /** Rights in the lower 16 bits, grant options for them in the upper ones (privileges/rights.ts). */
  readonly mode: number;
}

/** The access lists of one object and of its columns; what has none has its kind's defaults. */
export interface AclDescriptor {
  readonly kind: "acl";
  /** aclOid of the object: an object has at most one. */
  readonly oid: number;
  readonly about: readonly [classId: number, objectId: number];
  readonly items?: readonly AclItem[];
  readonly columns?: Readonly<Record<number, readonly AclItem[]>>;
}

/** ALTER DEFAULT PRIVILEGES: a row of pg_default_acl. */
export interface DefaultAclDescriptor {
  readonly kind: "defaultAcl";
  readonly oid: number;
  readonly role: number;
  /** 0: all schemas. */
  readonly schema: number;
  readonly objectType: "r" | "S" | "f" | "T" | "n";
  readonly items: readonly AclItem[];
}

export interface DatabaseDescriptor {
  readonly kind: "database";
  readonly oid: number;
  readonly name: string;
  readonly owner: number;
  readonly isTemplate?: boolean;
  /** Nobody may connect. */
  readonly isClosed?: boolean;
  readonly connectionLimit?: number;
}

/** ALTER ROLE and ALTER DATABASE ... SET: a row of pg_db_role_setting. */
export interface RoleSettingDescriptor {
  readonly kind: "roleSetting";
  readonly oid: number;
  /** 0: all roles. */
  readonly role: number;
  /** 0: all databases. */
  readonly database: number;
  /** Each as name=value. */
  readonly config: readonly string[];
}

/** GRANT role TO role: a row of pg_auth_members. */
export interface MembershipDescriptor {
  readonly kind: "membership";
  readonly oid: number;
  readonly role: number;
  readonly member: number;
  readonly grantor: number;
  readonly admin: boolean;
  readonly inherit: boolean;
  readonly set: boolean;
}

/** A schema that is there from the start and was dropped: it takes the place of its OID. */
export interface GoneSchemaDescriptor {
  readonly kind: "goneSchema";
  readonly oid: number;
}

export interface FunctionParameter {
  /** Empty: it has no name. */
  readonly name: string;
  /** As pg_proc.proargmodes: in, out, both, variadic, column of RETURNS TABLE. */
  readonly mode: "i" | "o" | "b" | "v" | "t";
  readonly type: number;
  /** Raw parse tree as JSON. */
  readonly default?: string;
}

export function isInput({ mode }: FunctionParameter): boolean {
  return mode === "i" || mode === "b" || mode === "v";
}

export function inputsOf(
  descriptor: Pick<FunctionDescriptor, "parameters">,
): readonly FunctionParameter[] {
  return descriptor.parameters.filter(isInput);
}

export function outputsOf(
  descriptor: Pick<FunctionDescriptor, "parameters">,
): readonly FunctionParameter[] {
  return descriptor.parameters.filter(({ mode }) => mode === "o" || mode === "b" || mode === "t");
}

/** A row of pg_aggregate. */
export interface AggregateDetails {
  /** OIDs in pg_proc; 0: there is no final or combine function. */
  readonly transition: number;
  readonly final: number;
  readonly combine: number;
  /** The final function gets NULLs for the aggregated arguments, too. */
  readonly finalExtra: boolean;
  readonly finalModify: "r" | "s" | "w";
  readonly stateType: number;
  readonly stateSpace: number;
  /** Text of the first state; absent: NULL. */
  readonly initial?: string;
  readonly sortOperator: number;
}

/** A function or procedure of a user. */
export interface FunctionDescriptor {
  readonly kind: "function";
  readonly oid: number;
  readonly name: string;
  readonly schema: number;
  readonly owner: number;
  /** pg_proc.prokind. */
  readonly routine: "f" | "p" | "a";
  /** Internal: `source` names the implementation of a built-in function. */
  readonly language: "sql" | "internal";
  readonly parameters: readonly FunctionParameter[];
  readonly returnType: number;
  readonly returnsSet: boolean;
  readonly volatility: "immutable" | "stable" | "volatile";
  readonly strict: boolean;
  readonly leakproof: boolean;
  readonly securityDefiner: boolean;
  readonly parallel: "s" | "r" | "u";
  readonly cost: number;
  readonly rows: number;
  /** Settings while it runs, each as name=value. */
  readonly config?: readonly string[];
  /** pg_proc.prosrc: the body as a text, empty when `body` has it. */
  readonly source: string;
  /** RETURN or BEGIN ATOMIC: raw parse trees of the statements as a JSON array. */
  readonly body?: string;
  /** Where names in `body` and in defaults were found. */
  readonly searchPath: readonly string[];
  /** What it is made of, for an aggregate: its language is internal, and `source` says nothing. */
  readonly aggregate?: AggregateDetails;
  /** What `body` and the defaults refer to; a body that is a text may refer to anything. */
  readonly dependsOn?: readonly StoredReference[];
}

/** An operator of a user; `leftType` is 0 for a prefix operator. */
export interface OperatorDescriptor {
  readonly kind: "operator";
  readonly oid: number;
  readonly name: string;
  readonly schema: number;
  readonly owner: number;
  readonly leftType: number;
  readonly rightType: number;
  readonly resultType: number;
  /** OID of its function in pg_proc. */
  readonly proc: number;
  readonly canMerge: boolean;
  readonly canHash: boolean;
  readonly commutator?: OperatorLink;
  readonly negator?: OperatorLink;
  /** OIDs of functions that estimate; kept and shown. */
  readonly restriction?: number;
  readonly join?: number;
}

/** Another operator, over the same operands or, of a commutator, these turned round; it may not be there. */
export interface OperatorLink {
  readonly schema: number;
  readonly name: string;
}

export interface CollationDescriptor {
  readonly kind: "collation";
  readonly oid: number;
  readonly name: string;
  readonly schema: number;
  readonly owner: number;
  /** pg_collation.collprovider. */
  readonly provider: "c" | "i";
  readonly deterministic: boolean;
  /** pg_collation.collencoding. */
  readonly encoding: number;
  readonly collate?: string;
  readonly ctype?: string;
  readonly icuLocale?: string;
  readonly icuRules?: string;
}

/**
 * Which database an object lives in, as it is stored; absent in the first one, `postgres`, and for
 * what all databases share.
 */
export interface InDatabase {
  readonly inDatabase?: number;
}

export type CatalogObject = InDatabase & AnyDescriptor;

type AnyDescriptor =
  | CommentDescriptor
  | AclDescriptor
  | DefaultAclDescriptor
  | MembershipDescriptor
  | IamMappingDescriptor
  | RoleSettingDescriptor
  | StatisticsDescriptor
  | GoneSchemaDescriptor
  | DatabaseDescriptor
  | SchemaDescriptor
  | TableDescriptor
  | ViewDescriptor
  | SequenceDescriptor
  | TypeDescriptor
  | RoleDescriptor
  | FunctionDescriptor
  | OperatorDescriptor
  | CastDescriptor
  | ExtensionDescriptor
  | CollationDescriptor;
