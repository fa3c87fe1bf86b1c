// Original file: ../../proto/firstlight/v1/adjudicator.proto


export interface OutcomeRequest {
  'transaction'?: (string);
}

export interface OutcomeRequest__Output {
  'transaction': (string);
}
