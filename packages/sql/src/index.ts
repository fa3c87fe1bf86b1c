export { TIMESTAMP_INFINITY, TIMESTAMP_NEGATIVE_INFINITY } from "./values/datum.ts";
export type {
  ArrayValue,
  RangeValue,
  Datum,
  Interval,
  Jsonb,
  JsonbNode,
  Numeric,
  RecordValue,
  Row,
  TimeTz,
} from "./values/datum.ts";
export { DEFAULT_FORMAT } from "./expression/evaluation-context.ts";
export type {
  EvaluationContext,
  FormatSettings,
  SessionEffects,
  SessionFacts,
} from "./expression/evaluation-context.ts";
export type {
  Aggregate,
  ArrayCoerce,
  ArrayConstructor,
  BoolOp,
  BooleanTest,
  Call,
  Case,
  CaseTest,
  CollationName,
  Coalesce,
  CoerceViaIO,
  Const,
  Distinct,
  ExecParam,
  Expr,
  ExprKind,
  FieldSelect,
  Grouping,
  NullTest,
  Param,
  Relabel,
  AggregateRoutine,
  Routine,
  RoutineColumn,
  RowCompare,
  RowConstructor,
  ScalarArrayOp,
  SetToDefault,
  Slot,
  SortKey,
  SqlValueFunction,
  SubLink,
  Subscript,
  Var,
  WindowCall,
} from "./expression/tree.ts";
export type { HashKey, InputSettings, LongOutput, SqlType } from "./types/sql-type.ts";
export { LONG_VALUE, PIECE_LENGTH, isLongText, longText } from "./types/long-text.ts";
export type { LongText } from "./types/long-text.ts";
export { readText } from "./types/binary.ts";
import * as oids from "./types/oids.ts";
export { oids };
export { arrayTypeOf, elementTypeOf } from "./types/oids.ts";
export {
  NUMERIC_INFINITY,
  NUMERIC_NAN,
  NUMERIC_NEGATIVE_INFINITY,
  NUMERIC_ONE,
  NUMERIC_ZERO,
  compareNumeric,
  makeNumeric,
  normalizedNumeric,
  numericFromBigint,
  numericFromFloat,
  numericFromInt,
  numericHashKey,
  numericToFloat8,
  numericToInt2,
  numericToInt4,
  numericToInt8,
  numericToString,
  parseNumeric,
  roundNumeric,
} from "./values/numeric.ts";
export {
  numericAdd,
  numericDivide,
  numericModulo,
  numericMultiply,
  numericNegate,
  numericSubtract,
} from "./values/numeric-arithmetic.ts";
export { compareBpchar, compareBytes, compareText } from "./values/text-order.ts";
export {
  findImplementation,
  findSetImplementation,
  missingFunction,
  registerFunctions,
  registerPolymorphic,
  registerSetReturning,
} from "./functions/registry.ts";
export type {
  CallTypes,
  Implementation,
  ImplementationFactory,
  SetImplementation,
} from "./functions/registry.ts";
export { nameAndList } from "./catalog/registered-names.ts";
export { truncateName } from "./types/text-types.ts";
export { rangeKindOf } from "./types/range-types.ts";
export { compareBounds, lowerOf, upperOf } from "./values/range.ts";
export type { Bound, RangeKind } from "./values/range.ts";
export { jsonRecordReader } from "./functions/json/record-columns.ts";
export type { DefinedColumn, RecordReader } from "./functions/json/record-columns.ts";
export { registerBuiltins } from "./functions/register-builtins.ts";
export { formatType, setVisibleNames, type TypeFinder } from "./catalog/format-type.ts";
export {
  arrayTypeOid,
  baseElementTypeOid,
  baseTypeOid,
  elementTypeOid,
  isComposite,
  isPreferredType,
  rangeOf,
  subscriptedTypeOid,
  typeByName,
  typeCategory,
  typeRow,
  typesByName,
} from "./catalog/type-catalog.ts";
export type { TypeRow } from "./catalog/type-catalog.ts";
export { procByOid, procsByName, requireProc } from "./catalog/proc-catalog.ts";
export { procOf } from "./catalog/proc-of.ts";
export type { ProcRow } from "./catalog/proc-catalog.ts";
export { operatorByOid, operatorsByName } from "./catalog/operator-catalog.ts";
export type { OperatorRow } from "./catalog/operator-catalog.ts";
export { findCast } from "./catalog/cast-catalog.ts";
export type { UserCasts } from "./catalog/cast-catalog.ts";
export type { CastRow } from "./catalog/cast-catalog.ts";
export { aggregateByProc } from "./catalog/aggregate-catalog.ts";
export type { AggregateRow } from "./catalog/aggregate-catalog.ts";
export {
  btreeStrategies,
  equalityOperator,
  familyCompareProc,
  inRangeProcs,
  familyOperator,
  isBinaryCoercible,
  hasOrderClass,
  isSortable,
  isHashable,
  typeOrdering,
} from "./catalog/operator-classes.ts";
export type { OperatorStrategy, TypeOrdering } from "./catalog/operator-classes.ts";
export { CatalogText, CatalogRow } from "./catalog/tsv.ts";
export { systemCatalogText, systemListing } from "./catalog/system-catalogs.ts";
export type { SystemCatalogName, SystemListingName } from "./catalog/system-catalogs.ts";
export { resolveError } from "./resolve/resolve-context.ts";
export type { CoercionContext, ResolveContext } from "./resolve/resolve-context.ts";
export { canCoerceType, findCoercionPathway } from "./resolve/coercion-pathway.ts";
export type { CoercionPathway } from "./resolve/coercion-pathway.ts";
export { canCoerceTypes } from "./resolve/can-coerce.ts";
export { commonTypeOf, selectCommonType, selectCommonTypmod } from "./resolve/common-type.ts";
export {
  applyTypmod,
  assignExpr,
  castExpr,
  coerce,
  coerceToBoolean,
  coerceToCommonType,
  coerceToSpecificType,
  coerceToTarget,
  coerceType,
} from "./resolve/coerce.ts";
export type { CoerceTarget } from "./resolve/coerce.ts";
export { makeFunctionCall, resolveFunction } from "./resolve/function-call.ts";
export { enforceGenericTypeConsistency } from "./resolve/polymorphism.ts";
export type { PlacedProc, RoutineSource } from "./resolve/routine-source.ts";
export type { FunctionCallSyntax, ResolvedFunction } from "./resolve/function-call.ts";
export { resolveOperator } from "./resolve/operator-lookup.ts";
export {
  type OperatorName,
  plainOperatorName,
  writtenOperatorName,
} from "./resolve/operator-name.ts";
export {
  makeDistinct,
  makeOperatorCall,
  makeRowComparison,
  makeScalarArrayOp,
  requireCompareProc,
  requireEquality,
  requireOrdering,
  requireSortOperator,
  returnsSet,
} from "./resolve/operator-call.ts";
export { inputSettings, readLiteral, textWriter } from "./expression/type-io.ts";
export { compileExpr, compilePredicate, compileProjection } from "./expression/compile.ts";
export type {
  CompileOptions,
  CompiledExpr,
  CompiledPredicate,
  CompiledProjection,
} from "./expression/compile.ts";
export { foldConstants } from "./expression/fold.ts";
export {
  allInSteps,
  dividedInSteps,
  atOneGo,
  ListSteps,
  ListUnfinished,
  mapChildrenInSteps,
  mapInSteps,
  onceInSteps,
  someInSteps,
} from "./expression/list-steps.ts";
export type { ListTurns } from "./expression/list-steps.ts";
export { implementationOf, setImplementationOf } from "./expression/implementations.ts";
export { equalExpr, sameDatum } from "./expression/equal.ts";
export {
  deserializeDatum,
  deserializeExpr,
  deserializePlain,
  serializeDatum,
  serializeExpr,
  serializePlain,
} from "./expression/serialize.ts";
export { readsFormat, volatility } from "./expression/volatility.ts";
export type { Volatility } from "./expression/volatility.ts";
export {
  childrenOf,
  joinConjunction,
  mapChildren,
  replaceExpr,
  rewriteExpr,
  someExpr,
  splitConjunction,
  visitExpr,
} from "./expression/walk.ts";
export { aggregateOf } from "./aggregates/find-aggregate.ts";
export type { AggregateFunction, AggregateTypes } from "./aggregates/aggregate-function.ts";
export { systemColumnType } from "./types/system-row-types.ts";
export { findType, typeByOid } from "./types/type-registry.ts";
export { isSameValue } from "./expression/relabelled.ts";
export { noObject } from "./types/scalar-types.ts";
export { packTypmod } from "./types/type-modifiers.ts";
export { definitionOf, defineType } from "./types/user/define-type.ts";
export type { DefinedType } from "./types/user/define-type.ts";
export { isCompositeType } from "./types/user/composite-type.ts";
export type { CompositeType } from "./types/user/composite-type.ts";
export { checkNull, isDomainType } from "./types/user/domain-type.ts";
export { isUserType, typeOid } from "./types/user/type-ids.ts";
export type {
  CompositeAttribute,
  CompositeDefinition,
  DomainChecker,
  DomainDefinition,
  EnumLabel,
  MakeDomainChecker,
  TypeDefinition,
} from "./types/user/type-definition.ts";
export { physicalType } from "./encoding/stored-form.ts";
export { jsonbToString, makeJsonb, parseJsonb } from "./values/jsonb.ts";
export { emptyArray, makeArray, makeArrayWithDims } from "./values/array.ts";
export { makeRecord } from "./values/record.ts";
export { findTimeZone } from "./values/time-zone.ts";
export type { TimeZone } from "./values/time-zone.ts";
export { booleanFromWord } from "./values/boolean.ts";
export {
  compareInterval,
  intervalSpan,
  intervalToString,
  makeInterval,
} from "./values/interval.ts";
export { addDeltas, encodeDeltas } from "./encoding/row-delta.ts";
export type { ColumnDelta } from "./encoding/row-delta.ts";
export type { CollationState } from "./expression/collation.ts";
export { collatedType, collationOfCollated } from "./types/collated-type.ts";
export { isKnownLocale } from "./values/icu-collator.ts";
export type { IcuCollation } from "./values/icu-collator.ts";
export { encodeRow, rowEncoder } from "./encoding/row-encoder.ts";
export { rowFingerprint } from "./encoding/row-fingerprint.ts";
export type { RowFingerprint } from "./encoding/row-fingerprint.ts";
export type { RowEncoder } from "./encoding/row-encoder.ts";
export { LENGTH_BYTES_MAX, UNUSUAL } from "./encoding/column-from-field.ts";
export type { ColumnFromField, FieldWriter } from "./encoding/column-from-field.ts";
export { columnFromBinary } from "./encoding/column-from-binary.ts";
export { columnFromText } from "./encoding/column-from-text.ts";
export { GrowingBytes } from "./encoding/growing-bytes.ts";
export { StoredKeyEncoder } from "./encoding/stored-keys.ts";
export type { StoredKeyColumn } from "./encoding/stored-keys.ts";
export { StoredRows } from "./encoding/stored-rows.ts";
export { rowDecoder } from "./encoding/row-decoder.ts";
export type { RowDecoder } from "./encoding/row-decoder.ts";
export { SpillReader, SpillWriter } from "./encoding/spilled-rows.ts";
export { COLUMN_MISSING, COLUMN_NULL, locateColumns, sliceColumn } from "./encoding/row-layout.ts";
export {
  decodeKeyColumns,
  encodeKeyColumns,
  isKeyExact,
  isKeyType,
  keyDecoder,
  keyEncoder,
} from "./encoding/key-columns.ts";
export type { KeyColumnOrder, KeyDecoder, KeyEncoder } from "./encoding/key-columns.ts";
export { rowPacking } from "./expression/compile/row-packing.ts";
export type { RowPacking } from "./expression/compile/row-packing.ts";
export { rowJoin } from "./expression/compile/row-join.ts";
export type { RowJoin } from "./expression/compile/row-join.ts";
export { buildVectors } from "./columnar/vector-builder.ts";
export type { ColumnVector } from "./columnar/column-vector.ts";
export type { BlockProgram, BlockRun } from "./columnar/block-program.ts";
export { compileScanProgram } from "./pushdown/compile-scan-program.ts";
export type {
  CompiledScanProgram,
  ScanBatch,
  ScanFormat,
  ScanRun,
} from "./pushdown/compile-scan-program.ts";
export {
  isPushableAggregate,
  parseScanProgram,
  scanProgramText,
  storableProgramText,
  scanResultTypes,
} from "./pushdown/scan-program.ts";
export type { PushedAggregate, ScanOutput, ScanProgram } from "./pushdown/scan-program.ts";
export { mergePartials } from "./pushdown/merge-partials.ts";
export type { PartialMerger } from "./pushdown/merge-partials.ts";
export { isPushable, pushableExpr } from "./pushdown/pushable.ts";
export { groupKeyOf } from "./pushdown/group-keys.ts";
export type { GroupKey } from "./pushdown/group-keys.ts";
export {
  C_COLLATION,
  DEFAULT_COLLATION,
  NO_COLLATION,
  collationOfType,
  collationState,
  commonCollation,
  exprCollation,
  implicitMismatch,
  inputCollation,
  isCollatable,
  isConflict,
} from "./expression/collation.ts";
export type { QueryCollation } from "./expression/collation.ts";
export { collationText, displayExpr, operatorText } from "./expression/display.ts";
export type { ExprPrinter, ImplicitCasts } from "./expression/display.ts";
export type { DisplayNames } from "./expression/display.ts";
export { displayConst, quoteLiteral } from "./expression/display-const.ts";
export { quoteIdentifier, quoting } from "./expression/quote-identifier.ts";
export { numericAbs, numericDivideTruncated, numericSqrt } from "./values/numeric-arithmetic.ts";
export {
  numericExp,
  numericLn,
  numericLog,
  numericPower,
} from "./values/numeric-transcendental.ts";
export { applyNumericTypmod, ceilNumeric, floorNumeric, truncNumeric } from "./values/numeric.ts";
export { expressionLocation } from "./expression/location.ts";
export { userAggregate } from "./aggregates/user-aggregate.ts";
export type { AggregateStep, UserAggregate } from "./aggregates/user-aggregate.ts";
export { characterSet } from "./character-sets/character-set.ts";
export type { CharacterSet } from "./character-sets/character-set.ts";
export type { LongCalls, Steps } from "./functions/long-call.ts";
export { TooLongToFold } from "./functions/long-call.ts";
export { flatText, longCall, toEnd } from "./functions/long-call.ts";
export { parseInterval } from "./values/interval-input.ts";
export { parseTimestampTz } from "./values/datetime-input.ts";
