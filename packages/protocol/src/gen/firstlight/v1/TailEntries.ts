// Original file: ../../proto/firstlight/v1/journal.proto

import type { LogEntry as _firstlight_v1_LogEntry, LogEntry__Output as _firstlight_v1_LogEntry__Output } from '../../firstlight/v1/LogEntry.ts';

export interface TailEntries {
  'entries'?: (_firstlight_v1_LogEntry)[];
}

export interface TailEntries__Output {
  'entries': (_firstlight_v1_LogEntry__Output)[];
}
