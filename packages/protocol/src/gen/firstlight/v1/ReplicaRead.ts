// Original file: ../../proto/firstlight/v1/journal.proto

import type { Long } from '@grpc/proto-loader';

export interface ReplicaRead {
  'log'?: (string);
  'from'?: (number | string | Long);
  'maxBytes'?: (number | string | Long);
  'uncommitted'?: (boolean);
}

export interface ReplicaRead__Output {
  'log': (string);
  'from': (number);
  'maxBytes': (number);
  'uncommitted': (boolean);
}
