// Original file: ../../proto/firstlight/v1/exchange.proto


export interface Failure {
  'kind'?: (string);
  'message'?: (string);
}

export interface Failure__Output {
  'kind': (string);
  'message': (string);
}
