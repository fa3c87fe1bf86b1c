// Original file: ../../proto/firstlight/v1/adjudicator.proto

import type { Long } from '@grpc/proto-loader';

export interface RangesRequest {
  'atLeast'?: (number | string | Long);
}

export interface RangesRequest__Output {
  'atLeast': (number);
}
