// Original file: ../../proto/firstlight/v1/exchange.proto

import type { Frame as _firstlight_v1_Frame, Frame__Output as _firstlight_v1_Frame__Output } from '../../firstlight/v1/Frame.ts';

export interface Envelope {
  'frames'?: (_firstlight_v1_Frame)[];
  'piece'?: (Buffer | Uint8Array | string);
  'left'?: (number);
}

export interface Envelope__Output {
  'frames': (_firstlight_v1_Frame__Output)[];
  'piece': (Buffer);
  'left': (number);
}
