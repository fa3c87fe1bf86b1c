/** The routines of `sys`. */
import { oids } from "@firstlight/sql";
import { BOOTSTRAP_SUPERUSER } from "../../../catalog/builtin-objects.ts";
import type { FunctionDescriptor, FunctionParameter } from "../../../catalog/descriptors.ts";
import { DATATYPES } from "./supported-datatypes.ts";
import { SYS_OIDS } from "./sys-schema.ts";

const ROUTINE = {
  kind: "function",
  schema: SYS_OIDS.schema,
  owner: BOOTSTRAP_SUPERUSER,
  routine: "f",
  language: "sql",
  parameters: [],
  returnsSet: false,
  volatility: "stable",
  strict: false,
  leakproof: false,
  securityDefiner: false,
  parallel: "u",
  cost: 100,
  rows: 0,
  source: "",
  searchPath: [],
} as const;

/** The customary question whether a server is Aurora DSQL. */
const MAJOR_VERSION: FunctionDescriptor = {
  ...ROUTINE,
  oid: SYS_OIDS.majorVersion,
  name: "dsql_major_version",
  returnType: oids.INT4,
  source: "SELECT 1",
};

/** The name that its implementation goes by: execute/routine/host-routines.ts. */
export const WAIT_FOR_JOB = "wait_for_job";

const NULL_TREE = JSON.stringify({ A_Const: { isnull: true } });

/** One argument is enough; the row has the other parameter. */
const WAIT: FunctionDescriptor = {
  ...ROUTINE,
  oid: SYS_OIDS.waitForJob,
  name: "wait_for_job",
  routine: "p",
  language: "internal",
  source: WAIT_FOR_JOB,
  volatility: "volatile",
  returnType: oids.RECORD,
  parameters: [
    { name: "job_id", mode: "i", type: oids.TEXT },
    { name: "succeeded", mode: "b", type: oids.BOOL, default: NULL_TREE },
  ],
};

const DATATYPE_COLUMNS: readonly FunctionParameter[] = [
  { name: "datatype", mode: "t", type: oids.TEXT },
  { name: "supported_as_column", mode: "t", type: oids.BOOL },
  { name: "supported_in_key", mode: "t", type: oids.BOOL },
  { name: "supported_in_pushdown", mode: "t", type: oids.BOOL },
];

function datatypeRows(): string {
  const rows = DATATYPES.map(
    ({ name, column, key, pushdown }) => `('${name}', ${column}, ${key}, ${pushdown})`,
  );
  return `VALUES ${rows.join(", ")}`;
}

const SUPPORTED_DATATYPES: FunctionDescriptor = {
  ...ROUTINE,
  oid: SYS_OIDS.supportedDatatypes,
  name: "supported_datatypes",
  returnsSet: true,
  returnType: oids.RECORD,
  rows: DATATYPES.length,
  parameters: DATATYPE_COLUMNS,
  source: datatypeRows(),
};

export const SYS_ROUTINES: readonly FunctionDescriptor[] = [
  MAJOR_VERSION,
  WAIT,
  SUPPORTED_DATATYPES,
];
