/**
 * Registers every implementation that this package has. Idempotent: the registry is filled once.
 */
import { registerArrayChanges } from "./array/change.ts";
import { registerArrayComparison } from "./array/compare.ts";
import { registerArrayShape } from "./array/shape.ts";
import { registerBytea } from "./bytea/operators.ts";
import { registerDatetime } from "./datetime/register.ts";
import { registerFloat } from "./float.ts";
import { registerFloatMath } from "./float-math.ts";
import { registerInt } from "./int.ts";
import { registerInt8 } from "./int8.ts";
import { registerJsonAccess } from "./json/json-access.ts";
import { registerJsonRecords } from "./json/record-columns.ts";
import { registerJsonBuilding } from "./json/build.ts";
import { registerJsonbAccess } from "./json/jsonb-access.ts";
import { registerJsonbChanges } from "./json/jsonb-change.ts";
import { registerJsonbOperators } from "./json/jsonb-operators.ts";
import { registerNumeric } from "./numeric.ts";
import { registerScalarIdentity } from "./scalar-identity.ts";
import { registerRegex } from "./regex/functions.ts";
import { registerRecords } from "./record.ts";
import { registerSeries } from "./series.ts";
import { registerAccessLists } from "./access-lists.ts";
import { registerInformationSchema } from "./information-schema.ts";
import { registerStatistics } from "./statistics.ts";
import { registerServerFiles } from "./server-files.ts";
import { registerSystem } from "./system.ts";
import { registerDateTemplates } from "./to-char/dates.ts";
import { registerDateReading } from "./to-char/to-timestamp.ts";
import { registerNumberReading } from "./to-char/to-number.ts";
import { registerNumberTemplates } from "./to-char/numbers.ts";
import { registerValueTypes } from "./register-value-types.ts";
import { registerPgcrypto } from "./extensions/pgcrypto.ts";
import { registerUuidOssp } from "./extensions/uuid-ossp.ts";
import { registerUuid } from "./uuid.ts";
import { registerFormat } from "./text/format.ts";
import { registerLike } from "./text/like.ts";
import { registerQuoting } from "./text/quote-functions.ts";
import { registerTextArrays } from "./text/arrays.ts";
import { registerTextBasics } from "./text/basics.ts";
import { registerTextCasts } from "./text/casts.ts";
import { registerTextComparison } from "./text/compare.ts";
import { registerUnicode } from "./text/unicode.ts";

const FAMILIES: readonly (() => void)[] = [
  registerInt,
  registerInt8,
  registerFloat,
  registerFloatMath,
  registerNumeric,
  registerScalarIdentity,
  registerTextComparison,
  registerTextBasics,
  registerTextCasts,
  registerTextArrays,
  registerLike,
  registerFormat,
  registerQuoting,
  registerUnicode,
  registerBytea,
  registerJsonAccess,
  registerJsonRecords,
  registerJsonBuilding,
  registerJsonbAccess,
  registerJsonbChanges,
  registerJsonbOperators,
  registerUuid,
  registerDateTemplates,
  registerNumberReading,
  registerRecords,
  registerDateReading,
  registerNumberTemplates,
  registerSeries,
  registerArrayShape,
  registerArrayComparison,
  registerArrayChanges,
  registerDatetime,
  registerRegex,
  registerServerFiles,
  registerSystem,
  registerValueTypes,
  registerInformationSchema,
  registerStatistics,
  registerAccessLists,
  registerUuidOssp,
  registerPgcrypto,
];

let registered = false;

export function registerBuiltins(): void {
  if (registered) return;
  registered = true;
  for (const register of FAMILIES) register();
}
