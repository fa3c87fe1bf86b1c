// Original file: ../../proto/firstlight/v1/journal.proto

import type { Long } from '@grpc/proto-loader';

export interface ReplicaState {
  'promisedEpoch'?: (number | string | Long);
  'lastIndex'?: (number | string | Long);
  'lastEpoch'?: (number | string | Long);
  'lastTimestamp'?: (number | string | Long);
  'committed'?: (number | string | Long);
  'firstIndex'?: (number | string | Long);
  'members'?: (number | string | Long)[];
  'baseEpoch'?: (number | string | Long);
  'baseTimestamp'?: (number | string | Long);
}

export interface ReplicaState__Output {
  'promisedEpoch': (number);
  'lastIndex': (number);
  'lastEpoch': (number);
  'lastTimestamp': (number);
  'committed': (number);
  'firstIndex': (number);
  'members': (number)[];
  'baseEpoch': (number);
  'baseTimestamp': (number);
}
