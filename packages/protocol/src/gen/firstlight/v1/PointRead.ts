// Original file: ../../proto/firstlight/v1/storage.proto

import type { Long } from '@grpc/proto-loader';

export interface PointRead {
  'snapshot'?: (number | string | Long);
  'catalogVersion'?: (number | string | Long);
  'keys'?: (Buffer | Uint8Array | string)[];
  '_catalogVersion'?: "catalogVersion";
}

export interface PointRead__Output {
  'snapshot': (number);
  'catalogVersion'?: (number);
  'keys': (Buffer)[];
  '_catalogVersion'?: "catalogVersion";
}
