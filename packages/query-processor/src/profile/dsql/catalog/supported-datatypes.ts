/** What types columns and keys may have, and of which storage evaluates conditions. */
export interface SupportedDatatype {
  /** As format_type prints it. */
  readonly name: string;
  /** Others are there while a query runs only. */
  readonly column: boolean;
  readonly key: boolean;
  readonly pushdown: boolean;
}

function keyed(name: string): SupportedDatatype {
  return { name, column: true, key: true, pushdown: true };
}

function plain(name: string): SupportedDatatype {
  return { name, column: true, key: false, pushdown: false };
}

function runtime(name: string): SupportedDatatype {
  return { name, column: false, key: false, pushdown: false };
}

export const DATATYPES: readonly SupportedDatatype[] = [
  ...[
    "smallint",
    "integer",
    "bigint",
    "real",
    "double precision",
    "character",
    "character varying",
    "text",
    "date",
    "time without time zone",
    "timestamp without time zone",
    "timestamp with time zone",
    "boolean",
    "uuid",
  ].map(keyed),
  // A comparison of numerics is the query processor's, as storageFilter has it.
  { name: "numeric", column: true, key: true, pushdown: false },
  ...["bytea", "json", "jsonb", "time with time zone", "interval"].map(plain),
  ...["inet", "oid", "name", "regclass"].map(runtime),
];
