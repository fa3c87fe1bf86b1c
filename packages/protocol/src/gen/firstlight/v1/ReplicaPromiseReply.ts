// Original file: ../../proto/firstlight/v1/journal.proto

import type { ReplicaState as _firstlight_v1_ReplicaState, ReplicaState__Output as _firstlight_v1_ReplicaState__Output } from '../../firstlight/v1/ReplicaState.ts';

export interface ReplicaPromiseReply {
  'granted'?: (boolean);
  'state'?: (_firstlight_v1_ReplicaState | null);
}

export interface ReplicaPromiseReply__Output {
  'granted': (boolean);
  'state': (_firstlight_v1_ReplicaState__Output | null);
}
