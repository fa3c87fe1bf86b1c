// Original file: ../../proto/firstlight/v1/adjudicator.proto

import type { Long } from '@grpc/proto-loader';

export interface OutcomeRequest {
  'transaction'?: (string);
  'after'?: (number | string | Long);
}

export interface OutcomeRequest__Output {
  'transaction': (string);
  'after': (number);
}
