// Original file: ../../proto/firstlight/v1/journal.proto

import type { ReplicaState as _firstlight_v1_ReplicaState, ReplicaState__Output as _firstlight_v1_ReplicaState__Output } from '../../firstlight/v1/ReplicaState.ts';

export interface JoinedLog {
  'log'?: (string);
  'state'?: (_firstlight_v1_ReplicaState | null);
}

export interface JoinedLog__Output {
  'log': (string);
  'state': (_firstlight_v1_ReplicaState__Output | null);
}
