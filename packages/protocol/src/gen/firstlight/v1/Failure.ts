// Original file: ../../proto/firstlight/v1/exchange.proto


export interface Failure {
  'kind'?: (string);
  'message'?: (string);
  'sqlstate'?: (string);
  'detail'?: (string);
  'hint'?: (string);
}

export interface Failure__Output {
  'kind': (string);
  'message': (string);
  'sqlstate': (string);
  'detail': (string);
  'hint': (string);
}
