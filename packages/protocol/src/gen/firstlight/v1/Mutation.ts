// Original file: ../../proto/firstlight/v1/adjudicator.proto

import type { Intent as _firstlight_v1_Intent, Intent__Output as _firstlight_v1_Intent__Output } from '../../firstlight/v1/Intent.ts';

export interface Mutation {
  'key'?: (Buffer | Uint8Array | string);
  'value'?: (Buffer | Uint8Array | string);
  'intent'?: (_firstlight_v1_Intent);
  '_value'?: "value";
}

export interface Mutation__Output {
  'key': (Buffer);
  'value'?: (Buffer);
  'intent': (_firstlight_v1_Intent__Output);
  '_value'?: "value";
}
