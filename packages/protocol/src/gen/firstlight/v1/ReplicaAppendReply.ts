// Original file: ../../proto/firstlight/v1/journal.proto

import type { Long } from '@grpc/proto-loader';

export interface ReplicaAppendReply {
  'accepted'?: (boolean);
  'promisedEpoch'?: (number | string | Long);
  'lastIndex'?: (number | string | Long);
  'outdated'?: (boolean);
  'members'?: (number | string | Long)[];
  'roomBytes'?: (number | string | Long);
  '_roomBytes'?: "roomBytes";
}

export interface ReplicaAppendReply__Output {
  'accepted': (boolean);
  'promisedEpoch': (number);
  'lastIndex': (number);
  'outdated': (boolean);
  'members': (number)[];
  'roomBytes'?: (number);
  '_roomBytes'?: "roomBytes";
}
