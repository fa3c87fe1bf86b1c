// Original file: ../../proto/firstlight/v1/journal.proto

import type { JoinedLog as _firstlight_v1_JoinedLog, JoinedLog__Output as _firstlight_v1_JoinedLog__Output } from '../../firstlight/v1/JoinedLog.ts';
import type { Long } from '@grpc/proto-loader';

export interface ReplicaJoinReply {
  'members'?: (number | string | Long)[];
  'logs'?: (_firstlight_v1_JoinedLog)[];
}

export interface ReplicaJoinReply__Output {
  'members': (number)[];
  'logs': (_firstlight_v1_JoinedLog__Output)[];
}
