export { SqlError, featureNotSupported } from "./errors/sql-error.ts";
export type { SqlErrorFields } from "./errors/sql-error.ts";
export {
  InvariantError,
  MovedError,
  ServiceError,
  invariant,
  isServiceError,
} from "./errors/service-error.ts";
export type { ServiceErrorKind } from "./errors/service-error.ts";
export { andThen, isPromise } from "./maybe-promise.ts";
export type { MaybePromise } from "./maybe-promise.ts";
export {
  TIMESTAMP_MAX,
  TIMESTAMP_ZERO,
  compareTimestamps,
  earlierOf,
  isAtOrBefore,
  isBefore,
  laterOf,
  nextTimestamp,
  plusMicros,
  timestamp,
} from "./time/timestamp.ts";
export type { Timestamp } from "./time/timestamp.ts";
export { SegmentedMap, SegmentedSet } from "./collections/segmented-map.ts";
export { sortInSteps } from "./collections/sort-in-steps.ts";
export type { SegmentedKey } from "./collections/segmented-map.ts";
export { parsePosixZone } from "./time/posix-zone.ts";
export type { PosixRule, PosixZone } from "./time/posix-zone.ts";
export {
  KEY_MAX,
  KEY_MIN,
  intersectSpans,
  keyAfter,
  keyFromBytes,
  keyFromLatin1,
  keyToBytes,
  prefixEnd,
  prefixSpan,
  spanContains,
  spansOverlap,
} from "./keys/key.ts";
export type { Key, Span } from "./keys/key.ts";
export type { Clock, ClockBound, Timer } from "./ports/clock.ts";
export type { ClockSource } from "./time/clock-watch.ts";
export { ClockWatch } from "./time/clock-watch.ts";
export { ManualClock } from "./ports/manual-clock.ts";
export type { Random } from "./ports/random.ts";
export type { Channel, Listener, Network } from "./ports/network.ts";
export { DISK_KEY_BYTES_MAX, DamagedStoreError } from "./ports/disk.ts";
export type { Disk, DiskEntry, DiskRange, DiskStore, DiskWrite } from "./ports/disk.ts";
export { NO_METRICS, SILENT_LOG } from "./ports/log.ts";
export type { Log, LogFields, Metrics } from "./ports/log.ts";
export type { NodeRuntime } from "./ports/node-runtime.ts";
export type { ServerFileReader, ServerFileWriter, ServerFiles } from "./ports/server-files.ts";
export type { TemporaryFile, TemporaryFiles } from "./ports/temporary-files.ts";
export type { ThreadedWork, Threads } from "./ports/threads.ts";
export { MemoryTemporaryFiles } from "./ports/memory-temporary-files.ts";
export { logId, transactionId } from "./contracts/ids.ts";
export type {
  DirectoryNews,
  DirectorySource,
  JournalSeat,
  LogLoad,
  Serving,
} from "./contracts/directory.ts";
export { ClusterDirectory } from "./directory/cluster-directory.ts";
export type { DirectoryBug, DirectoryParts } from "./directory/cluster-directory.ts";
export { Route } from "./directory/route.ts";
export { SeatedReplica } from "./directory/seated-replica.ts";
export { RoutedAdjudicator, RoutedRegistrar } from "./directory/routed-services.ts";
export type { LogId, TransactionId } from "./contracts/ids.ts";
export type {
  AppendEntry,
  Journal,
  LogEnd,
  LogEntry,
  ReadResult,
  Subscription,
  TailListener,
} from "./contracts/journal.ts";
export type {
  Incarnations,
  JoinedLog,
  JournalReplica,
  ReplicaAppend,
  ReplicaAppendReply,
  ReplicaJoin,
  ReplicaJoinReply,
  ReplicaPromiseReply,
  ReplicaState,
} from "./contracts/journal-replica.ts";
export type {
  Adjudicator,
  Check,
  CommitReply,
  CommitRequest,
  Conflict,
  ConflictReport,
  Decision,
  Heartbeat,
  HotKey,
  Intent,
  LostConflict,
  Mutation,
  MutationList,
  ReadonlyList,
  Notification,
  Outcome,
  PrepareReply,
  PrepareRequest,
  WriteIntent,
} from "./contracts/adjudicator.ts";
export type {
  KeyBits,
  Lag,
  KeyRestriction,
  PointRead,
  RowBatch,
  ScanPage,
  ScanRequest,
  Storage,
  StorageStatus,
} from "./contracts/storage.ts";
export type {
  AskRequest,
  AttendRequest,
  HeldLock,
  ListedLock,
  LockMode,
  LockRequest,
  LockTag,
  Registrar,
  RegistrarReplies,
  RegistrarRequest,
  UnlockRequest,
  WithdrawRequest,
} from "./contracts/registrar.ts";
export { firstLog, logsOf } from "./contracts/topology.ts";
export {
  RANGES_MAX,
  changedRanges,
  movedSpans,
  ownerOf,
  ownersOf,
  rangeIndex,
  unfitRanges,
} from "./contracts/range-map.ts";
export type { MovedSpan, RangeChange, RangeMap } from "./contracts/range-map.ts";
export { decodeRangeMap, encodeRangeMap } from "./records/range-maps.ts";
export { KnownRanges } from "./directory/known-ranges.ts";
export { DEFAULT_SHARD_POLICY, SHARDS_MAX } from "./contracts/shards.ts";
export type {
  MappedShard,
  ReportedShard,
  ShardChange,
  ShardCommand,
  ShardKeeper,
  ShardMap,
  ShardMapSource,
  ShardPolicy,
  ShardReplica,
  ShardReplicaState,
  ShardReport,
  StorageMember,
} from "./contracts/shards.ts";
export { decodeShardMap, encodeShardMap } from "./records/shard-map-record.ts";
export {
  changedShardMap,
  firstShardMap,
  haveSameReplicas,
  mayLeave,
} from "./directory/shard-changes.ts";
export { ShardDirectory, askable } from "./directory/shard-directory.ts";
export type { ShardDirectoryParts } from "./directory/shard-directory.ts";
export type { AdjudicatorRange, ShardRange, Topology } from "./contracts/topology.ts";
export {
  CATALOG_OBJECT_SPAN,
  CATALOG_SPAN,
  CATALOG_VERSION_KEY,
  DROPPED_SPAN,
  droppedIndexKey,
  droppedSpan,
  droppedStorageKey,
  isDroppedStorageKey,
  JOB_SPAN,
  jobKey,
  schemaFenceKey,
  databaseFenceKey,
  KEY_BYTES_MAX,
  NEXT_OID_KEY,
  RANGES_KEY,
  SHARD_MAP_KEY,
  catalogObjectKey,
  columnStatisticsKey,
  evenSpans,
  INDEX_PREFIX_LENGTH,
  indexPrefix,
  isGlobalKey,
  parseDataKey,
  uint32Text,
  TABLE_STATISTICS_SPAN,
  movedToStorage,
  tableStatisticsKey,
} from "./keys/keyspace.ts";
export { allocateWithRoom, takeRoom } from "./bytes/room-in-front.ts";
export { ByteWriter } from "./bytes/byte-writer.ts";
export { ByteReader, CorruptBytes } from "./bytes/byte-reader.ts";
export {
  MutationReader,
  decodeLogRecord,
  encodeLogRecord,
  isRangesRecord,
  notificationsOf,
} from "./records/log-record.ts";
export type {
  LeaseRecord,
  LogRecord,
  RangesRecord,
  TransactionRecord,
} from "./records/log-record.ts";
export { SortedKeys } from "./keys/sorted-keys.ts";
export { orderOfKeys } from "./keys/sort-keys.ts";
export type { KeyList } from "./keys/sort-keys.ts";
export type { KeyCursor } from "./keys/key-cursor.ts";
export { encodingName, encodingNumber, isConvertedEncoding } from "./settings/encoding-names.ts";
export { SETTING_TABLE } from "./settings/setting-table.ts";
export type { SettingContext, SettingDefinition, SettingUnit } from "./settings/setting.ts";
export {
  invalidValue,
  parseBoolean,
  parseSetting,
  boundText,
  showSetting,
} from "./settings/setting-value.ts";
export { splitDateStyle } from "./settings/date-style.ts";
export type { DateOrder, DateStyleName } from "./settings/date-style.ts";
export { canonicalTimeZone, posixOffset } from "./settings/time-zone-name.ts";
export {
  MutationPacker,
  inFront,
  packMutation,
  packedBytesMax,
  numbered,
  packMutations,
  unpackMutations,
  withoutNumber,
} from "./records/mutations.ts";
export { PackedMutations } from "./records/packed-mutations.ts";
export { packNotifications, unpackNotifications } from "./records/notifications.ts";
