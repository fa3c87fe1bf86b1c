// Original file: ../../proto/firstlight/v1/journal.proto

import type { Long } from '@grpc/proto-loader';

export interface ReplicaJoin {
  'place'?: (number | string | Long);
  'incarnation'?: (number | string | Long);
}

export interface ReplicaJoin__Output {
  'place': (number);
  'incarnation': (number);
}
