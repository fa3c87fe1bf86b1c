export { AdjudicatorStub } from "./client/adjudicator-stub.ts";
export { DirectoryStub } from "./client/directory-stub.ts";
export { JournalReplicaStub } from "./client/journal-replica-stub.ts";
export { RegistrarStub } from "./client/registrar-stub.ts";
export { ShardStub } from "./client/shard-stub.ts";
export { ClockStub } from "./client/clock-stub.ts";
export { StorageStub } from "./client/storage-stub.ts";
export { GrpcNetwork } from "./grpc/grpc-network.ts";
export { decodeEnvelope, encodeEnvelope } from "./rpc/envelope.ts";
export { DEFAULT_RPC_SETTINGS, RpcClient } from "./rpc/rpc-client.ts";
export type { RpcSettings } from "./rpc/rpc-client.ts";
export { serveChannel } from "./rpc/rpc-server.ts";
export type { RpcHandlers } from "./rpc/rpc-server.ts";
export {
  adjudicatorHandlers,
  bothHandlers,
  clockHandlers,
  directoryHandlers,
  journalReplicaHandlers,
  registrarHandlers,
  shardHandlers,
  storageHandlers,
} from "./server/handlers.ts";
