/** What can be set on a storage replica. Every bound of a queue or buffer in this package is here. */
export interface StorageSettings {
  /** How far the horizon stays behind the watermark; longer than a transaction may live. */
  readonly retentionMicros: number;
  /** How long a request waits for the watermark before it is answered "unavailable". */
  readonly patienceMicros: number;
  /** Requests that wait at the same time; one more is answered "overloaded". */
  readonly waitersMax: number;
  /** Mutations applied before the event loop gets its turn. */
  readonly applySliceMutations: number;
  /** Bytes of delivered entries per log that wait to be applied; past it the tail pauses. */
  readonly pendingBytesMax: number;
  /** Bytes in the memory table; past it applying pauses until a flush made room. */
  readonly memoryBytesMax: number;
  /** How long an applied version stays in memory only. */
  readonly flushDelayMicros: number;
  /** Bounds of one write to the disk. */
  readonly flushSliceMutations: number;
  readonly flushSliceBytes: number;
  /** Entries of so many bytes go to the disk without waiting in the memory table. */
  readonly straightBytesMin: number;
  /** Bytes written but not durable; past it flushing waits for the disk. */
  readonly unsyncedBytesMax: number;
  /** What is written into the reserve that a full disk has left; past it versions stay in memory. */
  readonly reserveUsedMax: number;
  /** The stored positions are made durable this often while they move. */
  readonly syncMicros: number;
  /** The horizon moves and versions behind it are collected this often. */
  readonly collectMicros: number;
  /** Logs that are behind the others are asked for a heartbeat this often. */
  readonly heartbeatMicros: number;
  /** What is held is compared with the shard map this often. */
  readonly shardMicros: number;
  /** A shard that was written to is measured again after this long. */
  readonly measureMicros: number;
  /** Reads are counted over so long. */
  readonly loadMicros: number;
  /** Every so many-th key that is read is remembered, for where the middle of the reads is. */
  readonly loadEvery: number;
  /** Between two pages of a span that is copied in: copying leaves the holders to their readers. */
  readonly copyPauseMicros: number;
  /** So many records are read for no other reason than to find what is damaged, this often. */
  readonly scrubMicros: number;
  readonly scrubRecords: number;
  /** Pause before a failed tail or heartbeat is tried again. */
  readonly retryMicros: number;
  /** Keys that one page of a scan looks at before it returns with `rest`. */
  readonly scanKeysMax: number;
  /** Bytes of values that one page looks at before it returns, whatever its program keeps of them. */
  readonly scanBytesMax: number;
  /** Compiled scan programs kept. */
  readonly programsMax: number;
  /** Column vectors of rows on disk that are kept for scans of whole tables; 0: none. */
  readonly columnCacheBytes: number;
  /** Bounds of one block of them: making it takes one turn of the event loop. */
  readonly columnBlockKeys: number;
  readonly columnBlockBytes: number;
  /** Rows that one page looks at in blocks that are there already. */
  readonly columnPageKeys: number;
}

export const DEFAULT_STORAGE_SETTINGS: StorageSettings = {
  retentionMicros: 360_000_000,
  patienceMicros: 5_000_000,
  waitersMax: 10_000,
  applySliceMutations: 1_000,
  pendingBytesMax: 32 << 20,
  memoryBytesMax: 64 << 20,
  flushDelayMicros: 250_000,
  flushSliceMutations: 256,
  flushSliceBytes: 128 << 10,
  straightBytesMin: 1 << 20,
  unsyncedBytesMax: 1 << 20,
  reserveUsedMax: 32 << 20,
  syncMicros: 1_000_000,
  collectMicros: 1_000_000,
  heartbeatMicros: 200_000,
  shardMicros: 200_000,
  measureMicros: 30_000_000,
  loadMicros: 10_000_000,
  loadEvery: 16,
  copyPauseMicros: 10_000,
  scrubMicros: 1_000_000,
  scrubRecords: 2_000,
  retryMicros: 50_000,
  scanKeysMax: 2_000,
  scanBytesMax: 1 << 20,
  programsMax: 256,
  columnCacheBytes: 192 << 20,
  columnBlockKeys: 1_024,
  columnBlockBytes: 512 << 10,
  columnPageKeys: 16_384,
};
