/** Refused clauses of CREATE TABLE, and types that no column has. */
import { child, list, optionalString, string } from "../../../parse/node.ts";
import type { ParseNode } from "../../../parse/parsed-statement.ts";
import { GOLD, PATTERN, PIST, when } from "../rule.ts";
import type { Rule } from "../rule.ts";
import {
  addedColumns,
  allConstraints,
  columnsOf,
  constraintsOf,
  contype,
  hasCache,
  typeNameOf,
} from "./column-parts.ts";

const TABLE = ["CreateStmt"];
const TABLES = ["CreateStmt", "AlterTableStmt"];

const SERIALS = new Set(["serial", "serial2", "serial4", "serial8", "bigserial", "smallserial"]);

const DEFERRABLE = ["CONSTR_ATTR_DEFERRABLE", "CONSTR_ATTR_DEFERRED"];

/** Of CREATE TABLE, or added by ALTER TABLE. */
function declaredColumns(statement: ParseNode): readonly ParseNode[] {
  return [...columnsOf(statement), ...addedColumns(statement)];
}

function identities(column: ParseNode): readonly ParseNode[] {
  return constraintsOf(column).filter((each) => contype(each) === "CONSTR_IDENTITY");
}

const SPELLINGS: Readonly<Record<string, string>> = { int2: "smallint", int4: "integer" };

/** The type of an identity column that is not bigint, as it is displayed. */
function identityType(statement: ParseNode): string | undefined {
  const column = declaredColumns(statement).find(
    (each) => identities(each).length > 0 && typeNameOf(each) !== "int8",
  );
  if (column === undefined) return undefined;
  const name = typeNameOf(column);
  return SPELLINGS[name] ?? name;
}

function isDeferrable(constraint: ParseNode): boolean {
  return constraint["deferrable"] === true || constraint["initdeferred"] === true;
}

/** Attributes of a column's constraint are nodes of their own, behind it. */
function deferrableKey(statement: ParseNode): boolean {
  const isKey = (each: ParseNode): boolean =>
    ["CONSTR_PRIMARY", "CONSTR_UNIQUE"].includes(contype(each));
  if (allConstraints(statement).some((each) => isKey(each) && isDeferrable(each))) return true;
  return columnsOf(statement).some((column) =>
    constraintsOf(column).some((each, at, all) => {
      const before = all
        .slice(0, at)
        .findLast((other) => !contype(other).startsWith("CONSTR_ATTR_"));
      return DEFERRABLE.includes(contype(each)) && before !== undefined && isKey(before);
    }),
  );
}

export const TABLE_RULES: readonly Rule[] = [
  {
    id: "temporary-table",
    refuses: "CREATE TEMPORARY TABLE",
    statements: TABLE,
    text: "TEMPORARY or TEMP table not supported for CREATE TABLE",
    find: when((node) => string(child(node, "relation") ?? {}, "relpersistence") === "t"),
    refused: ["CREATE TEMPORARY TABLE a (id int)", "CREATE TEMP TABLE a (id int)"],
    accepted: ["CREATE TABLE examples.a (id int)", "CREATE TABLE IF NOT EXISTS examples.parent ()"],
    ...GOLD,
  },
  {
    id: "unlogged-table",
    refuses: "CREATE UNLOGGED TABLE",
    statements: TABLE,
    text: "UNLOGGED table not supported for CREATE TABLE",
    find: when((node) => string(child(node, "relation") ?? {}, "relpersistence") === "u"),
    refused: ["CREATE UNLOGGED TABLE examples.a (id int)"],
    accepted: ["CREATE TABLE examples.a (id int)"],
    ...GOLD,
  },
  {
    id: "partition-by",
    refuses: "PARTITION BY",
    statements: TABLE,
    text: "PARTITION BY clause not supported for CREATE TABLE",
    find: when((node) => child(node, "partspec") !== undefined),
    refused: ["CREATE TABLE examples.a (id int) PARTITION BY RANGE (id)"],
    accepted: ["CREATE TABLE examples.a (id int, PRIMARY KEY (id))"],
    ...PIST,
  },
  {
    id: "partition-of",
    refuses: "PARTITION OF",
    statements: TABLE,
    text: "PARTITION OF clause not supported for CREATE TABLE",
    find: when((node) => child(node, "partbound") !== undefined),
    refused: ["CREATE TABLE examples.a PARTITION OF examples.parent DEFAULT"],
    accepted: ["CREATE TABLE examples.a (LIKE examples.parent)"],
    ...PIST,
  },
  {
    id: "inherits",
    refuses: "INHERITS",
    statements: TABLE,
    text: "INHERITS clause not supported for CREATE TABLE",
    find: when((node) => list(node, "inhRelations").length > 0),
    refused: ["CREATE TABLE examples.a () INHERITS (examples.parent)"],
    accepted: ["CREATE TABLE examples.a (LIKE examples.parent INCLUDING ALL)"],
    ...PATTERN,
    source: "DOC",
  },
  {
    id: "table-of-type",
    refuses: "CREATE TABLE OF",
    statements: TABLE,
    text: "OF clause not supported for CREATE TABLE",
    find: when((node) => child(node, "ofTypename") !== undefined),
    refused: ["CREATE TABLE examples.a OF examples.parent"],
    accepted: ["CREATE TABLE examples.a (LIKE examples.parent)"],
    ...PATTERN,
  },
  {
    id: "table-options",
    refuses: "WITH (storage parameters)",
    statements: TABLE,
    text: "WITH clause not supported for CREATE TABLE",
    find: when((node) => list(node, "options").length > 0),
    refused: ["CREATE TABLE examples.a (id int) WITH (fillfactor = 70)"],
    accepted: ["CREATE TABLE examples.a (id int) WITHOUT OIDS"],
    ...PIST,
    source: "DOC",
  },
  {
    id: "on-commit",
    refuses: "ON COMMIT",
    statements: TABLE,
    text: "ON COMMIT clause not supported for CREATE TABLE",
    find: when((node) => !["", "ONCOMMIT_NOOP"].includes(string(node, "oncommit"))),
    refused: ["CREATE TABLE examples.a (id int) ON COMMIT DROP"],
    accepted: ["CREATE TABLE examples.a (id int)"],
    ...PATTERN,
  },
  {
    id: "table-tablespace",
    refuses: "TABLESPACE of a table",
    statements: TABLE,
    text: "TABLESPACE clause not supported for CREATE TABLE",
    find: when((node) => optionalString(node, "tablespacename") !== undefined),
    refused: ["CREATE TABLE examples.a (id int) TABLESPACE pg_default"],
    accepted: ["CREATE TABLE examples.a (id int)"],
    ...PATTERN,
  },
  {
    id: "table-access-method",
    refuses: "USING of a table",
    statements: TABLE,
    text: "USING clause not supported for CREATE TABLE",
    find: when((node) => optionalString(node, "accessMethod") !== undefined),
    refused: ["CREATE TABLE examples.a (id int) USING heap"],
    accepted: ["CREATE TABLE examples.a (id int)"],
    ...PATTERN,
  },
  {
    id: "serial",
    refuses: "serial and its kin as column types",
    statements: TABLES,
    text: 'type "{}" does not exist',
    find: (node) =>
      declaredColumns(node)
        .map(typeNameOf)
        .find((name) => SERIALS.has(name)),
    refused: [
      "CREATE TABLE examples.a (id serial PRIMARY KEY)",
      "CREATE TABLE examples.a (id bigserial)",
      "ALTER TABLE examples.parent ADD COLUMN bad serial",
    ],
    accepted: [
      "CREATE TABLE examples.a (id bigint GENERATED BY DEFAULT AS IDENTITY (CACHE 1) PRIMARY KEY)",
    ],
    source: "GOLD",
    observed: "2026-09-18",
    sqlstate: "42704",
  },
  {
    id: "identity-cache",
    refuses: "an identity column of CREATE TABLE without CACHE 1 or at least 65536",
    statements: TABLE,
    text: "identity column is not supported without an explicit cache size. please define CACHE greater than or equal to 65536 or equal to 1",
    find: when((node) =>
      columnsOf(node)
        .flatMap(identities)
        .some((each) => !hasCache(list(each, "options"))),
    ),
    refused: [
      "CREATE TABLE examples.a (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY)",
      "CREATE TABLE examples.a (id bigint GENERATED ALWAYS AS IDENTITY (CACHE 100))",
    ],
    accepted: [
      "CREATE TABLE examples.a (id bigint GENERATED ALWAYS AS IDENTITY (CACHE 65536) PRIMARY KEY)",
      "CREATE TABLE examples.a (id bigint GENERATED ALWAYS AS IDENTITY (START 5 CACHE 1))",
    ],
    ...GOLD,
  },
  {
    id: "identity-type",
    refuses: "an identity column of CREATE TABLE that is not bigint",
    statements: TABLE,
    text: "datatype {} not supported, identity column type must be bigint",
    find: identityType,
    refused: [
      "CREATE TABLE examples.a (id integer GENERATED BY DEFAULT AS IDENTITY (CACHE 1))",
      "CREATE TABLE examples.a (id smallint GENERATED BY DEFAULT AS IDENTITY (CACHE 1))",
    ],
    accepted: ["CREATE TABLE examples.a (id bigint GENERATED BY DEFAULT AS IDENTITY (CACHE 1))"],
    ...GOLD,
  },
  {
    id: "collate",
    refuses: "COLLATE of a column",
    statements: TABLES,
    text: "COLLATE clause not supported",
    find: when((node) =>
      declaredColumns(node).some((column) => child(column, "collClause") !== undefined),
    ),
    refused: [
      'CREATE TABLE examples.a (name text COLLATE "C")',
      'ALTER TABLE examples.parent ADD COLUMN a text COLLATE "C"',
    ],
    accepted: ["CREATE TABLE examples.a (name text)"],
    ...PIST,
  },
  {
    id: "compression",
    refuses: "COMPRESSION of a column",
    statements: TABLES,
    text: "COMPRESSION clause not supported",
    find: when((node) =>
      declaredColumns(node).some((each) => optionalString(each, "compression") !== undefined),
    ),
    refused: ["CREATE TABLE examples.a (name text COMPRESSION lz4)"],
    accepted: ["CREATE TABLE examples.a (name text STORAGE PLAIN)"],
    ...PATTERN,
    source: "PIST",
  },
  {
    id: "exclude",
    refuses: "EXCLUDE constraints",
    statements: TABLE,
    text: "EXCLUDE constraint not supported",
    find: when((node) => allConstraints(node).some((each) => contype(each) === "CONSTR_EXCLUSION")),
    refused: ["CREATE TABLE examples.a (id int, EXCLUDE (id WITH =))"],
    accepted: ["CREATE TABLE examples.a (id int, UNIQUE (id))"],
    ...PATTERN,
    source: "DOC",
  },
  {
    id: "deferrable-key",
    refuses: "DEFERRABLE of other than foreign keys",
    statements: TABLE,
    text: "DEFERRABLE clause not supported for PRIMARY KEY or UNIQUE constraints",
    find: when(deferrableKey),
    refused: [
      "CREATE TABLE examples.a (id int UNIQUE DEFERRABLE)",
      "CREATE TABLE examples.a (id int, PRIMARY KEY (id) INITIALLY DEFERRED)",
    ],
    accepted: [
      "CREATE TABLE examples.a (id int REFERENCES examples.parent DEFERRABLE INITIALLY DEFERRED)",
      "CREATE TABLE examples.a (id int, UNIQUE NULLS NOT DISTINCT (id) INCLUDE (id))",
    ],
    ...PATTERN,
    source: "DOC",
  },
  {
    id: "constraint-options",
    refuses: "WITH (storage parameters) of a key",
    statements: TABLE,
    text: "WITH clause not supported for PRIMARY KEY or UNIQUE constraints",
    find: when((node) =>
      allConstraints(node).some(
        (each) => contype(each) !== "CONSTR_IDENTITY" && list(each, "options").length > 0,
      ),
    ),
    refused: ["CREATE TABLE examples.a (id int PRIMARY KEY WITH (fillfactor = 70))"],
    accepted: ["CREATE TABLE examples.a (id int PRIMARY KEY)"],
    ...PATTERN,
  },
  {
    id: "column-type",
    refuses: "columns of types other than those of the user guide's list, arrays among them",
    statements: [],
    text: "datatype {} not supported",
    refused: [
      "CREATE TABLE examples.a (v money)",
      "CREATE TABLE examples.a (v int[])",
      "CREATE TABLE examples.a (v varbit(8))",
      "CREATE TABLE examples.a (v int4range)",
      "CREATE TABLE examples.a (v inet)",
      "CREATE DOMAIN examples.numbers AS int[]",
      "ALTER TABLE examples.parent ADD COLUMN v text[]",
    ],
    accepted: [
      "CREATE TABLE examples.a (a numeric(1000, 5), b char(9), c timetz, d bytea, e jsonb, f uuid)",
      "CREATE DOMAIN examples.mood AS text CHECK (VALUE IN ('sad', 'ok'))",
    ],
    ...GOLD,
  },
  {
    id: "column-length",
    refuses: "char(n) beyond 4096 and varchar(n) beyond 65535",
    statements: [],
    sqlstate: "22023",
    text: "length for type {}",
    refused: [
      "CREATE TABLE examples.a (v char(4097))",
      "CREATE TABLE examples.a (v varchar(65536))",
    ],
    accepted: ["CREATE TABLE examples.a (v char(4096), w varchar(65535), x varchar)"],
    source: "DOC",
    pattern: true,
    observed: "2026-08-28",
  },
  {
    id: "key-type",
    refuses: "bytea, json, jsonb, timetz and interval in keys",
    statements: [],
    sqlstate: "42704",
    text: 'data type {} has no default operator class for access method "btree_index"',
    refused: [
      "CREATE TABLE examples.a (id bytea PRIMARY KEY)",
      "CREATE TABLE examples.a (id interval UNIQUE)",
      "CREATE INDEX ASYNC ON examples.things (document)",
    ],
    accepted: [
      "CREATE TABLE examples.a (id numeric PRIMARY KEY, b date UNIQUE, UNIQUE (id) INCLUDE (b))",
      "CREATE INDEX ASYNC ON examples.things ((document ->> 'a'))",
    ],
    source: "DOC",
    pattern: true,
    observed: "2026-08-28",
  },
];
