// Original file: ../../proto/firstlight/v1/storage.proto

import type { KeySpan as _firstlight_v1_KeySpan, KeySpan__Output as _firstlight_v1_KeySpan__Output } from '../../firstlight/v1/KeySpan.ts';
import type { Long } from '@grpc/proto-loader';

export interface ScanRequest {
  'snapshot'?: (number | string | Long);
  'catalogVersion'?: (number | string | Long);
  'span'?: (_firstlight_v1_KeySpan | null);
  'reverse'?: (boolean);
  'program'?: (string);
  'rowLimit'?: (number);
  'pageBytes'?: (number);
  'withKeys'?: (boolean);
  'holdsHorizon'?: (boolean);
  '_catalogVersion'?: "catalogVersion";
  '_program'?: "program";
  '_rowLimit'?: "rowLimit";
}

export interface ScanRequest__Output {
  'snapshot': (number);
  'catalogVersion'?: (number);
  'span': (_firstlight_v1_KeySpan__Output | null);
  'reverse': (boolean);
  'program'?: (string);
  'rowLimit'?: (number);
  'pageBytes': (number);
  'withKeys': (boolean);
  'holdsHorizon': (boolean);
  '_catalogVersion'?: "catalogVersion";
  '_program'?: "program";
  '_rowLimit'?: "rowLimit";
}
