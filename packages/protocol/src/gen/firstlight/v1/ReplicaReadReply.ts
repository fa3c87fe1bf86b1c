// Original file: ../../proto/firstlight/v1/journal.proto

import type { LogEntry as _firstlight_v1_LogEntry, LogEntry__Output as _firstlight_v1_LogEntry__Output } from '../../firstlight/v1/LogEntry.ts';
import type { Long } from '@grpc/proto-loader';

export interface ReplicaReadReply {
  'entries'?: (_firstlight_v1_LogEntry)[];
  'next'?: (number | string | Long);
}

export interface ReplicaReadReply__Output {
  'entries': (_firstlight_v1_LogEntry__Output)[];
  'next': (number);
}
