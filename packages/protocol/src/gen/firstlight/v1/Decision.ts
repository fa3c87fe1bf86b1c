// Original file: ../../proto/firstlight/v1/adjudicator.proto

import type { Long } from '@grpc/proto-loader';

export interface Decision {
  'transaction'?: (string);
  'committed'?: (boolean);
  'timestamp'?: (number | string | Long);
}

export interface Decision__Output {
  'transaction': (string);
  'committed': (boolean);
  'timestamp': (number);
}
