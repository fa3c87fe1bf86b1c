// Original file: ../../proto/firstlight/v1/adjudicator.proto

import type { Check as _firstlight_v1_Check, Check__Output as _firstlight_v1_Check__Output } from '../../firstlight/v1/Check.ts';
import type { Long } from '@grpc/proto-loader';

export interface CommitRequest {
  'transaction'?: (string);
  'snapshot'?: (number | string | Long);
  'mutations'?: (Buffer | Uint8Array | string);
  'checks'?: (_firstlight_v1_Check)[];
  'participants'?: (string)[];
  'notifications'?: (Buffer | Uint8Array | string);
  'sent'?: (number | string | Long);
  '_notifications'?: "notifications";
}

export interface CommitRequest__Output {
  'transaction': (string);
  'snapshot': (number);
  'mutations': (Buffer);
  'checks': (_firstlight_v1_Check__Output)[];
  'participants': (string)[];
  'notifications'?: (Buffer);
  'sent': (number);
  '_notifications'?: "notifications";
}
