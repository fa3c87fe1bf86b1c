// Original file: ../../proto/firstlight/v1/adjudicator.proto

import type { Long } from '@grpc/proto-loader';

export interface Heartbeat {
  'log'?: (string);
  'epoch'?: (number | string | Long);
  'watermark'?: (number | string | Long);
  'index'?: (number | string | Long);
}

export interface Heartbeat__Output {
  'log': (string);
  'epoch': (number);
  'watermark': (number);
  'index': (number);
}
