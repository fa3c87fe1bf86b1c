// Original file: ../../proto/firstlight/v1/journal.proto

import type { Long } from '@grpc/proto-loader';

export interface ReplicaPromise {
  'log'?: (string);
  'epoch'?: (number | string | Long);
  'members'?: (number | string | Long)[];
}

export interface ReplicaPromise__Output {
  'log': (string);
  'epoch': (number);
  'members': (number)[];
}
