// Original file: ../../proto/firstlight/v1/adjudicator.proto

import type { Long } from '@grpc/proto-loader';

// Original file: ../../proto/firstlight/v1/adjudicator.proto

export const _firstlight_v1_OutcomeReply_Outcome = {
  UNKNOWN: 0,
  COMMITTED: 1,
  ABORTED: 2,
} as const;

export type _firstlight_v1_OutcomeReply_Outcome =
  | 'UNKNOWN'
  | 0
  | 'COMMITTED'
  | 1
  | 'ABORTED'
  | 2

export type _firstlight_v1_OutcomeReply_Outcome__Output = typeof _firstlight_v1_OutcomeReply_Outcome[keyof typeof _firstlight_v1_OutcomeReply_Outcome]

export interface OutcomeReply {
  'outcome'?: (_firstlight_v1_OutcomeReply_Outcome);
  'timestamp'?: (number | string | Long);
}

export interface OutcomeReply__Output {
  'outcome': (_firstlight_v1_OutcomeReply_Outcome__Output);
  'timestamp': (number);
}
