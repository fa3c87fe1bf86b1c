/** What the simulator uses of the query processor: transactions at key and value level, no SQL. */
export {
  KvTransaction,
  ShardedStorage,
  commitTransaction,
  loadParser,
} from "@firstlight/query-processor";
export type { ClusterView } from "@firstlight/query-processor";
