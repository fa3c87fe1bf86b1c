// Original file: ../../proto/firstlight/v1/exchange.proto

import type { Serving as _firstlight_v1_Serving, Serving__Output as _firstlight_v1_Serving__Output } from '../../firstlight/v1/Serving.ts';

export interface Failure {
  'kind'?: (string);
  'message'?: (string);
  'sqlstate'?: (string);
  'detail'?: (string);
  'hint'?: (string);
  'serving'?: (_firstlight_v1_Serving)[];
}

export interface Failure__Output {
  'kind': (string);
  'message': (string);
  'sqlstate': (string);
  'detail': (string);
  'hint': (string);
  'serving': (_firstlight_v1_Serving__Output)[];
}
