// Original file: ../../proto/firstlight/v1/exchange.proto

import type { Long } from '@grpc/proto-loader';

export interface JournalSeat {
  'place'?: (number | string | Long);
  'generation'?: (number | string | Long);
  'address'?: (string);
}

export interface JournalSeat__Output {
  'place': (number);
  'generation': (number);
  'address': (string);
}
