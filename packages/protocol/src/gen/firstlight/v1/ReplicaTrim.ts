// Original file: ../../proto/firstlight/v1/journal.proto

import type { Long } from '@grpc/proto-loader';

export interface ReplicaTrim {
  'log'?: (string);
  'upTo'?: (number | string | Long);
}

export interface ReplicaTrim__Output {
  'log': (string);
  'upTo': (number);
}
