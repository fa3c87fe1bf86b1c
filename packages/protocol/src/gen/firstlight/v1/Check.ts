// Original file: ../../proto/firstlight/v1/adjudicator.proto

import type { Intent as _firstlight_v1_Intent, Intent__Output as _firstlight_v1_Intent__Output } from '../../firstlight/v1/Intent.ts';

export interface Check {
  'start'?: (Buffer | Uint8Array | string);
  'end'?: (Buffer | Uint8Array | string);
  'intent'?: (_firstlight_v1_Intent);
  '_end'?: "end";
}

export interface Check__Output {
  'start': (Buffer);
  'end'?: (Buffer);
  'intent': (_firstlight_v1_Intent__Output);
  '_end'?: "end";
}
