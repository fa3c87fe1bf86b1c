// Original file: ../../proto/firstlight/v1/storage.proto

import type { Long } from '@grpc/proto-loader';

export interface StorageStatus {
  'watermark'?: (number | string | Long);
  'horizon'?: (number | string | Long);
  'positions'?: ({[key: string]: number | string | Long});
  'applied'?: ({[key: string]: number | string | Long});
}

export interface StorageStatus__Output {
  'watermark': (number);
  'horizon': (number);
  'positions': ({[key: string]: number});
  'applied': ({[key: string]: number});
}
