export { SqlError, featureNotSupported } from "./errors/sql-error.ts";
export type { SqlErrorFields } from "./errors/sql-error.ts";
export { InvariantError, ServiceError, invariant, isServiceError } from "./errors/service-error.ts";
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
