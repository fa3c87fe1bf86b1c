// Original file: ../../proto/firstlight/v1/exchange.proto


export interface RegistrarMessage {
  'body'?: (string);
}

export interface RegistrarMessage__Output {
  'body': (string);
}
