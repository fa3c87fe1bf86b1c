/** What the simulator uses of the query processor: transactions at key and value level, and SQL. */
export {
  ChannelListener,
  NotificationHub,
  DEFAULT_SERVER_LIMITS,
  IndexInspector,
  ReferenceInspector,
  SessionServer,
  SqlEngine,
  decodeJob,
  KvTransaction,
  ShardedStorage,
  Admission,
  measuredView,
  commitTransaction,
  loadParser,
} from "@firstlight/query-processor";
export type { ClientSocket, ClusterView, Job, OnlineBug } from "@firstlight/query-processor";
export type { AdmissionBounds, AdmissionBug, NotificationBug } from "@firstlight/query-processor";
