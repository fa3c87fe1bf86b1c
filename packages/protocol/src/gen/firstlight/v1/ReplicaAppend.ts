// Original file: ../../proto/firstlight/v1/journal.proto

import type { LogEntry as _firstlight_v1_LogEntry, LogEntry__Output as _firstlight_v1_LogEntry__Output } from '../../firstlight/v1/LogEntry.ts';
import type { Long } from '@grpc/proto-loader';

export interface ReplicaAppend {
  'log'?: (string);
  'epoch'?: (number | string | Long);
  'previousIndex'?: (number | string | Long);
  'previousEpoch'?: (number | string | Long);
  'entries'?: (_firstlight_v1_LogEntry)[];
  'committed'?: (number | string | Long);
  'members'?: (number | string | Long)[];
}

export interface ReplicaAppend__Output {
  'log': (string);
  'epoch': (number);
  'previousIndex': (number);
  'previousEpoch': (number);
  'entries': (_firstlight_v1_LogEntry__Output)[];
  'committed': (number);
  'members': (number)[];
}
