export { StorageNode } from "./storage-node.ts";
export type { StorageNodeParts } from "./storage-node.ts";
export type { HeartbeatSource } from "./apply/heartbeat-requester.ts";
export { DEFAULT_STORAGE_SETTINGS } from "./settings.ts";
export type { StorageSettings } from "./settings.ts";
export { NO_STORAGE_BUGS } from "./bugs.ts";
export type { StorageBug, StorageBugs } from "./bugs.ts";
export { STORED_KEY_BYTES_MAX } from "./layout/disk-keys.ts";
