/** Refused statements about objects other than tables and indexes. */
import { child, flag, list, string } from "../../../parse/node.ts";
import type { ParseNode } from "../../../parse/parsed-statement.ts";
import { constantText, options } from "../../../session/parse-fields.ts";
import { GOLD, PATTERN, when } from "../rule.ts";
import type { Finder, Rule } from "../rule.ts";
import { hasCache } from "./column-parts.ts";

const DROPPABLE = new Set(
  [
    "TABLE",
    "SEQUENCE",
    "VIEW",
    "INDEX",
    "SCHEMA",
    "DOMAIN",
    "FUNCTION",
    "ROUTINE",
    "STATISTIC_EXT",
  ].map((each) => `OBJECT_${each}`),
);

const RENAMED = new Set(
  [
    "TABLE",
    "COLUMN",
    "TABCONSTRAINT",
    "INDEX",
    "VIEW",
    "SEQUENCE",
    "DOMAIN",
    "FUNCTION",
    "ROUTINE",
    "SCHEMA",
    "ROLE",
    "STATISTIC_EXT",
  ].map((each) => `OBJECT_${each}`),
);

const OWNED = new Set(
  ["DOMAIN", "FUNCTION", "ROUTINE", "SCHEMA", "STATISTIC_EXT"].map((each) => `OBJECT_${each}`),
);

const MOVED = new Set(
  ["TABLE", "VIEW", "SEQUENCE", "DOMAIN", "FUNCTION", "ROUTINE", "STATISTIC_EXT"].map(
    (each) => `OBJECT_${each}`,
  ),
);

/** Of a name of another kind. */
function isNoneOf(field: string, kinds: ReadonlySet<string>): Finder {
  return when((node) => !kinds.has(string(node, field)));
}

function language(node: ParseNode): string | undefined {
  const option = options(list(node, "options")).find(({ name }) => name === "language");
  return option?.value === undefined ? undefined : constantText(option.value);
}

function foreignLanguage(node: ParseNode): string | undefined {
  const name = language(node);
  return name === undefined || name.toLowerCase() === "sql" ? undefined : name;
}

function isTemporary(relation: ParseNode | undefined): boolean {
  return string(relation ?? {}, "relpersistence") === "t";
}

const SPELLINGS: Readonly<Record<string, string>> = { int2: "smallint", int4: "integer" };

/** AS type of a sequence that is not bigint. */
function sequenceType(node: ParseNode): string | undefined {
  const option = options(list(node, "options")).find(({ name }) => name === "as");
  const type = option?.value === undefined ? undefined : child(option.value, "TypeName");
  const last = type === undefined ? undefined : list(type, "names").at(-1);
  const name = last === undefined ? undefined : constantText(last);
  return name === undefined || name === "int8" ? undefined : (SPELLINGS[name] ?? name);
}

const ROLE_OPTIONS: Readonly<Record<string, string>> = {
  password: "PASSWORD",
  connectionlimit: "CONNECTION LIMIT",
  validUntil: "VALID UNTIL",
};

function roleOption(node: ParseNode): string | undefined {
  for (const { name } of options(list(node, "options"))) {
    const refused = ROLE_OPTIONS[name];
    if (refused !== undefined) return refused;
  }
  return undefined;
}

const DOMAIN_FORMS: Readonly<Record<string, string>> = {
  O: "SET NOT NULL",
  C: "ADD CONSTRAINT",
  V: "VALIDATE CONSTRAINT",
};

export const OBJECT_RULES: readonly Rule[] = [
  {
    id: "create-enum",
    refuses: "CREATE TYPE AS ENUM",
    statements: ["CreateEnumStmt"],
    text: "CREATE TYPE not supported",
    refused: ["CREATE TYPE examples.mood AS ENUM ('sad', 'ok')"],
    accepted: ["CREATE DOMAIN examples.mood AS text CHECK (VALUE IN ('sad', 'ok'))"],
    ...GOLD,
  },
  {
    id: "alter-enum",
    refuses: "ALTER TYPE ADD VALUE",
    statements: ["AlterEnumStmt"],
    text: "ALTER TYPE not supported",
    refused: ["ALTER TYPE examples.mood ADD VALUE 'meh'"],
    accepted: ["ALTER DOMAIN examples.label SET DEFAULT 'meh'"],
    ...GOLD,
  },
  {
    id: "alter-domain",
    refuses: "ALTER DOMAIN SET NOT NULL, ADD CONSTRAINT, VALIDATE CONSTRAINT",
    statements: ["AlterDomainStmt"],
    text: "unsupported ALTER DOMAIN {} statement",
    find: (node) => DOMAIN_FORMS[string(node, "subtype")],
    refused: [
      "ALTER DOMAIN examples.label SET NOT NULL",
      "ALTER DOMAIN examples.label ADD CONSTRAINT c CHECK (VALUE <> '')",
    ],
    accepted: [
      "ALTER DOMAIN examples.label DROP NOT NULL",
      "ALTER DOMAIN examples.label DROP CONSTRAINT IF EXISTS c",
      "ALTER DOMAIN examples.label RENAME TO tag",
    ],
    ...PATTERN,
    source: "PIST",
  },
  {
    id: "sequence-cache",
    refuses: "CREATE SEQUENCE without CACHE 1 or at least 65536",
    statements: ["CreateSeqStmt"],
    text: "CREATE SEQUENCE is not supported without an explicit cache size. please define CACHE greater than or equal to 65536 or equal to 1",
    find: when((node) => !hasCache(list(node, "options"))),
    refused: ["CREATE SEQUENCE examples.s", "CREATE SEQUENCE examples.s CACHE 100"],
    accepted: ["CREATE SEQUENCE examples.s CACHE 65536", "CREATE SEQUENCE examples.s CACHE 1"],
    ...GOLD,
  },
  {
    id: "sequence-type",
    refuses: "sequences of other types than bigint",
    statements: ["CreateSeqStmt"],
    text: "datatype {} not supported, sequence type must be bigint",
    find: sequenceType,
    refused: ["CREATE SEQUENCE examples.s AS integer CACHE 1"],
    accepted: ["CREATE SEQUENCE examples.s AS bigint CACHE 1"],
    ...PATTERN,
  },
  {
    id: "temporary-sequence",
    refuses: "CREATE TEMPORARY SEQUENCE",
    statements: ["CreateSeqStmt"],
    text: "TEMPORARY or TEMP sequence not supported for CREATE SEQUENCE",
    find: when((node) => isTemporary(child(node, "sequence"))),
    refused: ["CREATE TEMP SEQUENCE s CACHE 1"],
    accepted: ["CREATE SEQUENCE examples.s CACHE 1"],
    ...PATTERN,
  },
  {
    id: "temporary-view",
    refuses: "CREATE TEMPORARY VIEW",
    statements: ["ViewStmt"],
    text: "TEMPORARY or TEMP view not supported for CREATE VIEW",
    find: when((node) => isTemporary(child(node, "view"))),
    refused: ["CREATE TEMP VIEW v AS SELECT 1 AS x"],
    accepted: [
      "CREATE OR REPLACE VIEW examples.v AS SELECT 1 AS x",
      "CREATE RECURSIVE VIEW examples.v (n) AS VALUES (1) UNION ALL SELECT n + 1 FROM v WHERE n < 3",
    ],
    ...PATTERN,
  },
  {
    id: "create-procedure",
    refuses: "CREATE PROCEDURE",
    statements: ["CreateFunctionStmt"],
    text: "CREATE PROCEDURE not supported",
    find: when((node) => flag(node, "is_procedure")),
    refused: ["CREATE PROCEDURE examples.p() LANGUAGE sql AS 'SELECT 1'"],
    accepted: ["CREATE FUNCTION examples.f() RETURNS int LANGUAGE sql AS 'SELECT 1'"],
    ...PATTERN,
  },
  {
    id: "function-language",
    refuses: "functions in other languages than SQL",
    statements: ["CreateFunctionStmt"],
    text: "CREATE FUNCTION with language {} not supported",
    find: foreignLanguage,
    refused: [
      "CREATE FUNCTION examples.f() RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN 1; END $$",
    ],
    accepted: ["CREATE FUNCTION examples.f() RETURNS int LANGUAGE sql RETURN 1"],
    ...GOLD,
  },
  {
    id: "alter-function",
    refuses: "ALTER FUNCTION with properties",
    statements: ["AlterFunctionStmt"],
    text: "unsupported statement: AlterFunction",
    refused: ["ALTER FUNCTION examples.one() IMMUTABLE"],
    accepted: [
      "ALTER FUNCTION examples.one() RENAME TO eins",
      "ALTER ROUTINE examples.one() SET SCHEMA public",
    ],
    ...PATTERN,
  },
  {
    id: "create-trigger",
    refuses: "CREATE TRIGGER",
    statements: ["CreateTrigStmt"],
    text: "CREATE TRIGGER not supported",
    refused: ["CREATE TRIGGER t AFTER INSERT ON examples.parent EXECUTE FUNCTION examples.one()"],
    accepted: ["ALTER TABLE examples.parent ENABLE TRIGGER ALL"],
    ...GOLD,
  },
  {
    id: "drop-object",
    refuses:
      "DROP of other objects than tables, sequences, views, indexes, schemas, domains, functions, statistics; DROP TRIGGER without IF EXISTS",
    statements: ["DropStmt"],
    text: "unsupported object in DROP statement",
    find: when((node) => {
      const kind = string(node, "removeType");
      if (kind === "OBJECT_TRIGGER") return !flag(node, "missing_ok");
      return !DROPPABLE.has(kind);
    }),
    refused: [
      "DROP TYPE IF EXISTS examples.mood",
      "DROP MATERIALIZED VIEW examples.m",
      "DROP POLICY p ON examples.parent",
      "DROP TRIGGER t ON examples.parent",
    ],
    accepted: [
      "DROP TRIGGER IF EXISTS t ON examples.parent",
      "DROP DOMAIN examples.label",
      "DROP VIEW examples.names",
      "DROP FUNCTION examples.one",
    ],
    ...GOLD,
  },
  {
    id: "rename-object",
    refuses:
      "RENAME of other objects than tables and what they consist of, views, sequences, domains, functions, schemas, roles",
    statements: ["RenameStmt"],
    text: "unsupported object in RENAME statement",
    find: isNoneOf("renameType", RENAMED),
    refused: ["ALTER TYPE examples.mood RENAME TO feeling"],
    accepted: [
      "ALTER TABLE examples.child RENAME CONSTRAINT child_parent_fkey TO c",
      "ALTER SEQUENCE examples.numbers RENAME TO n",
      "ALTER VIEW examples.names RENAME TO n",
    ],
    ...GOLD,
  },
  {
    id: "alter-owner",
    refuses: "OWNER TO of other objects than relations, domains, functions, schemas, statistics",
    statements: ["AlterOwnerStmt"],
    text: "unsupported object in ALTER OWNER statement",
    find: isNoneOf("objectType", OWNED),
    refused: ["ALTER TYPE examples.mood OWNER TO CURRENT_USER"],
    accepted: [
      "ALTER SCHEMA examples OWNER TO CURRENT_USER",
      "ALTER TABLE examples.parent OWNER TO CURRENT_USER",
    ],
    ...PATTERN,
  },
  {
    id: "set-schema",
    refuses: "SET SCHEMA of other objects than relations, domains, functions, statistics",
    statements: ["AlterObjectSchemaStmt"],
    text: "unsupported object in SET SCHEMA statement",
    find: isNoneOf("objectType", MOVED),
    refused: ["ALTER TYPE examples.mood SET SCHEMA public"],
    accepted: ["ALTER DOMAIN examples.label SET SCHEMA public"],
    ...PATTERN,
  },
  {
    id: "role-option",
    refuses: "PASSWORD, CONNECTION LIMIT and VALID UNTIL of a role",
    statements: ["CreateRoleStmt", "AlterRoleStmt"],
    text: "{} not supported for roles",
    find: roleOption,
    refused: [
      "CREATE ROLE examples_app PASSWORD 'secret'",
      "ALTER ROLE CURRENT_USER CONNECTION LIMIT 3",
    ],
    accepted: [["BEGIN", "CREATE ROLE examples_app WITH LOGIN"]],
    ...PATTERN,
  },
  {
    id: "role-setting",
    refuses: "ALTER ROLE SET",
    statements: ["AlterRoleSetStmt"],
    text: "unsupported statement: AlterRoleSet",
    find: when((node) => {
      const set = child(node, "setstmt") ?? {};
      return !["VAR_RESET", "VAR_RESET_ALL"].includes(string(set, "kind"));
    }),
    refused: ["ALTER ROLE CURRENT_USER SET search_path = public"],
    accepted: ["ALTER ROLE CURRENT_USER RESET search_path"],
    ...PATTERN,
  },
  {
    id: "vacuum",
    refuses: "VACUUM",
    statements: ["VacuumStmt"],
    text: "unsupported VACUUM statement",
    find: when((node) => flag(node, "is_vacuumcmd")),
    refused: ["VACUUM examples.parent", "VACUUM"],
    accepted: ["ANALYZE examples.parent"],
    ...GOLD,
  },
];
