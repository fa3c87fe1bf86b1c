// Original file: ../../proto/firstlight/v1/adjudicator.proto

import type { Conflict as _firstlight_v1_Conflict, Conflict__Output as _firstlight_v1_Conflict__Output } from '../../firstlight/v1/Conflict.ts';
import type { Long } from '@grpc/proto-loader';

export interface LostConflict {
  'conflict'?: (_firstlight_v1_Conflict | null);
  'at'?: (number | string | Long);
}

export interface LostConflict__Output {
  'conflict': (_firstlight_v1_Conflict__Output | null);
  'at': (number);
}
