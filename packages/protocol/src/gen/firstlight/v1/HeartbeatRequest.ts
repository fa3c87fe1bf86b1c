// Original file: ../../proto/firstlight/v1/adjudicator.proto

import type { Long } from '@grpc/proto-loader';

export interface HeartbeatRequest {
  'atLeast'?: (number | string | Long);
}

export interface HeartbeatRequest__Output {
  'atLeast': (number);
}
