// Original file: ../../proto/firstlight/v1/journal.proto

import type { Long } from '@grpc/proto-loader';

export interface LogEntry {
  'index'?: (number | string | Long);
  'epoch'?: (number | string | Long);
  'timestamp'?: (number | string | Long);
  'payload'?: (Buffer | Uint8Array | string);
}

export interface LogEntry__Output {
  'index': (number);
  'epoch': (number);
  'timestamp': (number);
  'payload': (Buffer);
}
