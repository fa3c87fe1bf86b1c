/** MySQL's column types as PostgreSQL's. */
import type { Remark } from "./translation.ts";
import { Untranslatable, plainText, quotedText } from "./translation.ts";

/** Of node-sql-parser. */
export interface Definition {
  readonly dataType: string;
  readonly length?: number;
  readonly scale?: number | null;
  readonly suffix?: readonly string[] | null;
  readonly expr?: { readonly value: readonly { readonly value: string }[] };
}

export interface ColumnType {
  readonly type: string;
  /** For a CHECK constraint on the column. */
  readonly labels?: readonly string[];
  readonly remark?: Remark;
}

const PLAIN: Readonly<Record<string, string>> = {
  BOOLEAN: "boolean",
  BOOL: "boolean",
  FLOAT: "real",
  DOUBLE: "double precision",
  "DOUBLE PRECISION": "double precision",
  REAL: "double precision",
  DATE: "date",
  TIME: "time",
  DATETIME: "timestamp",
  TIMESTAMP: "timestamptz",
  YEAR: "smallint",
  JSON: "jsonb",
  TINYTEXT: "text",
  TEXT: "text",
  MEDIUMTEXT: "text",
  LONGTEXT: "text",
  BINARY: "bytea",
  VARBINARY: "bytea",
  TINYBLOB: "bytea",
  BLOB: "bytea",
  MEDIUMBLOB: "bytea",
  LONGBLOB: "bytea",
};

/** Signed, and what holds all unsigned values. */
const INTEGERS: Readonly<Record<string, readonly [string, string]>> = {
  TINYINT: ["smallint", "smallint"],
  SMALLINT: ["smallint", "integer"],
  MEDIUMINT: ["integer", "integer"],
  INT: ["integer", "bigint"],
  INTEGER: ["integer", "bigint"],
  BIGINT: ["bigint", "numeric(20,0)"],
};

function modified(type: string, { length, scale }: Definition): string {
  if (length === undefined) return type;
  return scale === undefined || scale === null
    ? `${type}(${length})`
    : `${type}(${length},${scale})`;
}

function integerType(definition: Definition): ColumnType | undefined {
  const types = INTEGERS[definition.dataType];
  if (types === undefined) return undefined;
  const isUnsigned = definition.suffix?.includes("UNSIGNED") ?? false;
  if (!isUnsigned) return { type: types[0] };
  const remark = { rule: "mysql-unsigned", message: `UNSIGNED is not kept; ${types[1]} holds it` };
  return { type: types[1], remark };
}

export function columnType(definition: Definition): ColumnType {
  const { dataType } = definition;
  const plain = PLAIN[dataType];
  if (plain !== undefined) return { type: plain };
  const integer = integerType(definition);
  if (integer !== undefined) return integer;
  switch (dataType) {
    case "CHAR":
    case "VARCHAR":
      return { type: modified(dataType.toLowerCase(), definition) };
    case "DECIMAL":
    case "NUMERIC":
      return { type: modified("numeric", definition) };
    case "ENUM": {
      const labels = definition.expr?.value.map(({ value }) => plainText(value)) ?? [];
      const message = "ENUM becomes text with a CHECK; values sort by their text";
      return { type: "text", labels, remark: { rule: "mysql-enum", message } };
    }
    case "SET": {
      const message = "SET becomes text: its values are not checked";
      return { type: "text", remark: { rule: "mysql-set-type", message } };
    }
    default:
      throw new Untranslatable("mysql-type", `MySQL's type ${dataType} has no equivalent`);
  }
}

export function labelCheck(column: string, labels: readonly string[]): string {
  return `CHECK (${column} IN (${labels.map(quotedText).join(", ")}))`;
}
