/** Asks PostgreSQL to parse and describe a statement without running it. */
import pg from "pg";

export type Analysis =
  | {
      readonly kind: "ok";
      readonly params: readonly number[];
      readonly columns: readonly {
        readonly name: string;
        readonly type: number;
        readonly typmod: number;
        readonly columnNumber: number;
      }[];
    }
  | {
      readonly kind: "error";
      readonly sqlstate: string;
      readonly message: string;
      readonly position: number;
      readonly detail: string;
      readonly hint: string;
    };

interface Wire {
  parse(query: { text: string; name: string; types: number[] }): void;
  describe(target: { type: string; name: string }): void;
  sync(): void;
  on(event: "parameterDescription", listener: (message: { dataTypeIDs: number[] }) => void): void;
}

interface Fields {
  readonly fields: readonly {
    readonly name: string;
    readonly dataTypeID: number;
    readonly dataTypeModifier: number;
    readonly columnID: number;
  }[];
}

/** What node-postgres calls back while one query is active. */
class Description {
  columns: Fields["fields"] = [];
  failure: pg.DatabaseError | undefined;
  done: () => void = () => undefined;
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  submit(wire: Wire): void {
    wire.parse({ text: this.#text, name: "", types: [] });
    wire.describe({ type: "S", name: "" });
    wire.sync();
  }

  handleRowDescription(message: Fields): void {
    this.columns = message.fields;
  }

  handleError(error: pg.DatabaseError): void {
    this.failure = error;
    // node-postgres forgets a query that failed before the server is ready again.
    this.done();
  }

  handleReadyForQuery(): void {
    this.done();
  }
}

export class Analyst {
  readonly #client: pg.Client;
  #params: readonly number[] = [];

  private constructor(client: pg.Client) {
    this.#client = client;
    const wire = (client as unknown as { connection: Wire }).connection;
    wire.on("parameterDescription", (message) => {
      this.#params = message.dataTypeIDs;
    });
  }

  static async connect(url: string): Promise<Analyst> {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    return new Analyst(client);
  }

  async run(text: string): Promise<void> {
    await this.#client.query(text);
  }

  async analyse(text: string): Promise<Analysis> {
    this.#params = [];
    const description = new Description(text);
    await new Promise<void>((done) => {
      description.done = done;
      this.#client.query(description as unknown as pg.Submittable);
    });
    const { failure, columns } = description;
    if (failure !== undefined) {
      return {
        kind: "error",
        sqlstate: failure.code ?? "",
        message: failure.message,
        position: Number(failure.position ?? 0),
        detail: failure.detail ?? "",
        hint: failure.hint ?? "",
      };
    }
    return {
      kind: "ok",
      params: this.#params,
      columns: columns.map((field) => ({
        name: field.name,
        type: field.dataTypeID,
        typmod: field.dataTypeModifier,
        columnNumber: field.columnID,
      })),
    };
  }

  async end(): Promise<void> {
    await this.#client.end();
  }
}
