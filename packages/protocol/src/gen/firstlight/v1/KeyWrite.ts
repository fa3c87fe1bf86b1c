// Original file: ../../proto/firstlight/v1/adjudicator.proto

import type { Intent as _firstlight_v1_Intent, Intent__Output as _firstlight_v1_Intent__Output } from '../../firstlight/v1/Intent.ts';

export interface KeyWrite {
  'key'?: (Buffer | Uint8Array | string);
  'intent'?: (_firstlight_v1_Intent);
}

export interface KeyWrite__Output {
  'key': (Buffer);
  'intent': (_firstlight_v1_Intent__Output);
}
