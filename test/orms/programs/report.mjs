/** What the programs share: where the server is, and printing what came out in a stable way. */
export const port = Number(process.argv[2]);
export const connection = {
  host: "127.0.0.1",
  port,
  user: "postgres",
  password: "",
  database: "postgres",
};
export const url = `postgresql://postgres@127.0.0.1:${port}/postgres?sslmode=disable`;

function stable(_key, value) {
  if (typeof value === "bigint") return String(value);
  if (value === null || typeof value !== "object" || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

export function print(label, value) {
  console.log(`${label}: ${JSON.stringify(value, stable)}`);
}

/** Runs it again for as long as the server says that the transaction lost a conflict. */
export async function retrying(work, codeOf) {
  for (let lost = 0; ; lost++) {
    try {
      return { result: await work(lost), lost };
    } catch (error) {
      if (codeOf(error) !== "40001" || lost > 5) throw error;
    }
  }
}

export async function failing(label, work, codeOf) {
  try {
    await work();
    print(label, "no error");
  } catch (error) {
    print(label, codeOf(error));
  }
}
