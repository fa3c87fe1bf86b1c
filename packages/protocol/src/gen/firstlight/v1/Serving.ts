// Original file: ../../proto/firstlight/v1/exchange.proto

import type { Long } from '@grpc/proto-loader';

export interface Serving {
  'log'?: (string);
  'epoch'?: (number | string | Long);
  'member'?: (string);
}

export interface Serving__Output {
  'log': (string);
  'epoch': (number);
  'member': (string);
}
