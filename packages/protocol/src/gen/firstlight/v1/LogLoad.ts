// Original file: ../../proto/firstlight/v1/exchange.proto


export interface LogLoad {
  'log'?: (string);
  'commits'?: (number);
}

export interface LogLoad__Output {
  'log': (string);
  'commits': (number);
}
