// Original file: ../../proto/firstlight/v1/adjudicator.proto

import type { Intent as _firstlight_v1_Intent, Intent__Output as _firstlight_v1_Intent__Output } from '../../firstlight/v1/Intent.ts';
import type { Long } from '@grpc/proto-loader';

export interface Conflict {
  'key'?: (Buffer | Uint8Array | string);
  'intent'?: (_firstlight_v1_Intent);
  'winnerIntent'?: (_firstlight_v1_Intent);
  'winnerTimestamp'?: (number | string | Long);
  '_winnerTimestamp'?: "winnerTimestamp";
}

export interface Conflict__Output {
  'key': (Buffer);
  'intent': (_firstlight_v1_Intent__Output);
  'winnerIntent': (_firstlight_v1_Intent__Output);
  'winnerTimestamp'?: (number);
  '_winnerTimestamp'?: "winnerTimestamp";
}
