// Original file: ../../proto/firstlight/v1/exchange.proto

import type { Long } from '@grpc/proto-loader';

export interface ClockReading {
  'earliest'?: (number | string | Long);
  'latest'?: (number | string | Long);
}

export interface ClockReading__Output {
  'earliest': (number);
  'latest': (number);
}
