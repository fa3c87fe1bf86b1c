// Original file: ../../proto/firstlight/v1/adjudicator.proto

import type { Verdict as _firstlight_v1_Verdict, Verdict__Output as _firstlight_v1_Verdict__Output } from '../../firstlight/v1/Verdict.ts';
import type { Conflict as _firstlight_v1_Conflict, Conflict__Output as _firstlight_v1_Conflict__Output } from '../../firstlight/v1/Conflict.ts';
import type { Long } from '@grpc/proto-loader';

export interface VerdictReply {
  'verdict'?: (_firstlight_v1_Verdict);
  'timestamp'?: (number | string | Long);
  'leaseEnd'?: (number | string | Long);
  'conflict'?: (_firstlight_v1_Conflict | null);
  'floor'?: (number | string | Long);
  'reason'?: (string);
  'ranges'?: (Buffer | Uint8Array | string);
}

export interface VerdictReply__Output {
  'verdict': (_firstlight_v1_Verdict__Output);
  'timestamp': (number);
  'leaseEnd': (number);
  'conflict': (_firstlight_v1_Conflict__Output | null);
  'floor': (number);
  'reason': (string);
  'ranges': (Buffer);
}
