// Original file: ../../proto/firstlight/v1/adjudicator.proto

import type { Long } from '@grpc/proto-loader';

export interface HotKey {
  'key'?: (Buffer | Uint8Array | string);
  'conflicts'?: (number | string | Long);
  'overestimate'?: (number | string | Long);
  'lastAt'?: (number | string | Long);
}

export interface HotKey__Output {
  'key': (Buffer);
  'conflicts': (number);
  'overestimate': (number);
  'lastAt': (number);
}
