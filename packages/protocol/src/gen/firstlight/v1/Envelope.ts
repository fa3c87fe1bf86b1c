// Original file: ../../proto/firstlight/v1/exchange.proto

import type { Frame as _firstlight_v1_Frame, Frame__Output as _firstlight_v1_Frame__Output } from '../../firstlight/v1/Frame.ts';
import type { Long } from '@grpc/proto-loader';

export interface Envelope {
  'frames'?: (_firstlight_v1_Frame)[];
  'piece'?: (Buffer | Uint8Array | string);
  'left'?: (number);
  'lag'?: (number | string | Long);
}

export interface Envelope__Output {
  'frames': (_firstlight_v1_Frame__Output)[];
  'piece': (Buffer);
  'left': (number);
  'lag': (number);
}
