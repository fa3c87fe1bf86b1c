// Original file: ../../proto/firstlight/v1/adjudicator.proto

import type { Check as _firstlight_v1_Check, Check__Output as _firstlight_v1_Check__Output } from '../../firstlight/v1/Check.ts';
import type { Long } from '@grpc/proto-loader';

export interface PrepareRequest {
  'transaction'?: (string);
  'coordinator'?: (string);
  'snapshot'?: (number | string | Long);
  'writes'?: (Buffer | Uint8Array | string);
  'checks'?: (_firstlight_v1_Check)[];
  'ranges'?: (Buffer | Uint8Array | string);
  '_ranges'?: "ranges";
}

export interface PrepareRequest__Output {
  'transaction': (string);
  'coordinator': (string);
  'snapshot': (number);
  'writes': (Buffer);
  'checks': (_firstlight_v1_Check__Output)[];
  'ranges'?: (Buffer);
  '_ranges'?: "ranges";
}
