/** jsonpath: kept as its syntax tree, sent as its canonical text after a version byte. */
import { SqlError } from "@firstlight/common";
import { checkPathRegex } from "../functions/jsonpath/regex.ts";
import { LONG } from "../functions/long-call.ts";
import type { JsonPath } from "../values/datum.ts";
import { jsonPathSteps, parseJsonPath } from "../values/jsonpath-parser.ts";
import { jsonPathToString } from "../values/jsonpath-text.ts";
import * as binary from "./binary.ts";
import { JSONPATH } from "./oids.ts";
import { keepValue } from "./scalar-types.ts";
import type { SqlType } from "./sql-type.ts";
import { noOrder } from "./text-types.ts";

const VERSION = 1;

export const JSONPATH_TYPE: SqlType = {
  oid: JSONPATH,
  name: "jsonpath",
  input: (text, _typmod, settings) => {
    const longCalls = text.length > LONG ? settings.evaluation?.longCalls : undefined;
    if (longCalls === undefined) return parseJsonPath(text, checkPathRegex);
    return longCalls.run(() => jsonPathSteps(text, checkPathRegex));
  },
  output: (value) => jsonPathToString(value as JsonPath),
  receive(bytes) {
    const [version] = bytes;
    if (version === undefined) throw binary.insufficientData();
    if (version !== VERSION) {
      throw new SqlError("XX000", `unsupported jsonpath version number: ${version}`);
    }
    return parseJsonPath(binary.readForeignText(bytes.subarray(1)), checkPathRegex);
  },
  send(value) {
    const text = binary.textBytes(jsonPathToString(value as JsonPath));
    return Buffer.concat([Buffer.of(VERSION), text]);
  },
  compare: noOrder("jsonpath"),
  hashKey: (value) => jsonPathToString(value as JsonPath),
  applyTypmod: keepValue,
};
