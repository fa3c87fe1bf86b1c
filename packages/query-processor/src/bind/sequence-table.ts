/** A sequence as a relation of one row: SELECT last_value FROM it. */
import { oids } from "@firstlight/sql";
import type { VirtualTable } from "../catalog/catalog.ts";
import type { SequenceDescriptor } from "../catalog/descriptors.ts";

export function sequenceTable(sequence: SequenceDescriptor): VirtualTable {
  return {
    kind: "virtual",
    oid: sequence.oid,
    name: sequence.name,
    schema: sequence.schema,
    columns: [
      { name: "last_value", type: oids.INT8 },
      { name: "log_cnt", type: oids.INT8 },
      { name: "is_called", type: oids.BOOL },
    ],
    eachRow: () => [],
    sequence,
  };
}
