// Original file: ../../proto/firstlight/v1/journal.proto

import type { Long } from '@grpc/proto-loader';

export interface ReplicaTail {
  'log'?: (string);
  'from'?: (number | string | Long);
}

export interface ReplicaTail__Output {
  'log': (string);
  'from': (number);
}
