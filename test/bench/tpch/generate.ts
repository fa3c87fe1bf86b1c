/**
 * Data for TPC-H's tables, deterministic from a seed, with dbgen's row counts, keys and distributions
 * and a simpler grammar for comments. Rows come as lines of COPY's text format; nothing in them needs
 * an escape.
 */
import { CURRENT_DAY, LAST_ORDER_DAY, dateText } from "./dates.ts";
import { RandomStream } from "./random.ts";
import {
  COLORS,
  CONTAINERS,
  CommentText,
  INSTRUCTIONS,
  MODES,
  NATIONS,
  PRIORITIES,
  REGIONS,
  SEGMENTS,
  TYPES,
} from "./words.ts";

const SUPPLIERS = 10_000;
const CUSTOMERS = 150_000;
const PARTS = 200_000;
const ORDERS_PER_CUSTOMER = 10;
const SUPPLIERS_PER_PART = 4;
const CLERKS = 1_000;

const TABLE = { supplier: 1, part: 2, partsupp: 3, customer: 4, orders: 5, nation: 6 };

interface Line {
  readonly text: string;
  readonly cents: number;
  readonly isShipped: boolean;
}

interface Order {
  readonly text: string;
  readonly lines: readonly Line[];
}

function money(cents: number): string {
  const digits = String(Math.abs(cents)).padStart(3, "0");
  return `${cents < 0 ? "-" : ""}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

function numbered(name: string, number: number): string {
  return `${name}#${String(number).padStart(9, "0")}`;
}

const ADDRESS = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ ,";

function address(random: RandomStream): string {
  const length = random.between(10, 40);
  let text = "";
  for (let i = 0; i < length; i++) text += ADDRESS[random.between(0, ADDRESS.length - 1)];
  return text;
}

function phone(random: RandomStream, nation: number): string {
  const part = (digits: number): number => random.between(10 ** (digits - 1), 10 ** digits - 1);
  return `${nation + 10}-${part(3)}-${part(3)}-${part(4)}`;
}

function retailCents(part: number): number {
  return 90_000 + (Math.floor(part / 10) % 20_001) + 100 * (part % 1_000);
}

/** Eight of every 32 keys are used. */
function orderKey(number: number): number {
  return Math.floor((number - 1) / 8) * 32 + ((number - 1) % 8) + 1;
}

export class TpchData {
  readonly #seed: number;
  readonly #text: CommentText;
  readonly #suppliers: number;
  readonly #customers: number;
  readonly #parts: number;
  readonly #clerks: number;

  constructor(scale: number, seed = 1) {
    this.#seed = seed;
    this.#text = new CommentText(seed);
    this.#suppliers = Math.max(10, Math.round(scale * SUPPLIERS));
    this.#customers = Math.max(30, Math.round(scale * CUSTOMERS));
    this.#parts = Math.max(40, Math.round(scale * PARTS));
    this.#clerks = Math.max(10, Math.round(scale * CLERKS));
  }

  /** Each table with its rows, in an order that foreign keys allow. */
  tables(): readonly (readonly [name: string, rows: () => Iterable<string>])[] {
    return [
      ["region", () => this.#region()],
      ["nation", () => this.#nation()],
      ["part", () => this.#rows(this.#parts, (number) => this.#part(number))],
      ["supplier", () => this.#rows(this.#suppliers, (number) => this.#supplier(number))],
      ["partsupp", () => this.#partSuppliers()],
      ["customer", () => this.#rows(this.#customers, (number) => this.#customer(number))],
      ["orders", () => this.#rows(this.#orderCount, (number) => this.#order(number).text)],
      ["lineitem", () => this.#lineItems()],
    ];
  }

  get #orderCount(): number {
    return this.#customers * ORDERS_PER_CUSTOMER;
  }

  *#rows(count: number, row: (number: number) => string): Generator<string> {
    for (let number = 1; number <= count; number++) yield row(number);
  }

  *#region(): Generator<string> {
    for (const [key, name] of REGIONS.entries()) {
      const random = new RandomStream(this.#seed, TABLE.nation, 100 + key);
      yield `${key}\t${name}\t${this.#text.cut(random, 72)}`;
    }
  }

  *#nation(): Generator<string> {
    for (const [key, [name, region]] of NATIONS.entries()) {
      const random = new RandomStream(this.#seed, TABLE.nation, key);
      yield `${key}\t${name}\t${region}\t${this.#text.cut(random, 72)}`;
    }
  }

  #part(number: number): string {
    const random = new RandomStream(this.#seed, TABLE.part, number);
    const colors = new Set<string>();
    while (colors.size < 5) colors.add(random.pick(COLORS));
    const maker = random.between(1, 5);
    const brand = maker * 10 + random.between(1, 5);
    const type = TYPES.map((words) => random.pick(words)).join(" ");
    const container = CONTAINERS.map((words) => random.pick(words)).join(" ");
    const what = `${[...colors].join(" ")}\tManufacturer#${maker}\tBrand#${brand}\t${type}`;
    const price = money(retailCents(number));
    const comment = this.#text.cut(random, 14);
    return `${number}\t${what}\t${random.between(1, 50)}\t${container}\t${price}\t${comment}`;
  }

  #supplier(number: number): string {
    const random = new RandomStream(this.#seed, TABLE.supplier, number);
    const nation = random.between(0, NATIONS.length - 1);
    const name = numbered("Supplier", number);
    const where = `${address(random)}\t${nation}\t${phone(random, nation)}`;
    const balance = money(random.between(-99_999, 999_999));
    const comment = this.#supplierComment(number, this.#text.cut(random, 63));
    return `${number}\t${name}\t${where}\t${balance}\t${comment}`;
  }

  /** Five suppliers of 10,000 have complaints, five recommendations; at least one has each. */
  #supplierComment(number: number, comment: string): string {
    const opinion = ["Complaints", "Recommends"][
      number % 2_000 === 4 ? 0 : number % 2_000 === 7 ? 1 : 2
    ];
    if (opinion === undefined) return comment;
    const middle = comment.length >> 1;
    return `${comment.slice(0, middle)}Customer ${comment.slice(middle, middle + 4)}${opinion}`;
  }

  /** The nth of a part's suppliers. */
  #supplierOf(part: number, nth: number): number {
    const count = this.#suppliers;
    const step = Math.floor(count / SUPPLIERS_PER_PART) + Math.floor((part - 1) / count);
    return ((part + nth * step) % count) + 1;
  }

  *#partSuppliers(): Generator<string> {
    for (let part = 1; part <= this.#parts; part++) {
      const random = new RandomStream(this.#seed, TABLE.partsupp, part);
      const seen = new Set<number>();
      for (let nth = 0; nth < SUPPLIERS_PER_PART; nth++) {
        const supplier = this.#supplierOf(part, nth);
        const what = `${random.between(1, 9_999)}\t${money(random.between(100, 100_000))}`;
        const comment = this.#text.cut(random, 124);
        if (!seen.has(supplier)) yield `${part}\t${supplier}\t${what}\t${comment}`;
        seen.add(supplier);
      }
    }
  }

  #customer(number: number): string {
    const random = new RandomStream(this.#seed, TABLE.customer, number);
    const nation = random.between(0, NATIONS.length - 1);
    const where = `${address(random)}\t${nation}\t${phone(random, nation)}`;
    const balance = money(random.between(-99_999, 999_999));
    const segment = random.pick(SEGMENTS);
    const comment = this.#text.cut(random, 73);
    return `${number}\t${numbered("Customer", number)}\t${where}\t${balance}\t${segment}\t${comment}`;
  }

  #order(number: number): Order {
    const random = new RandomStream(this.#seed, TABLE.orders, number);
    const key = orderKey(number);
    const day = random.between(0, LAST_ORDER_DAY);
    const lines = Array.from({ length: random.between(1, 7) }, (_, at) =>
      this.#line(random, key, at + 1, day),
    );
    // Every third customer has no order.
    const thirds = Math.floor(this.#customers / 3);
    const customer = random.between(0, thirds - 1) * 3 + random.between(1, 2);
    const shipped = lines.filter((line) => line.isShipped).length;
    const status = shipped === lines.length ? "F" : shipped === 0 ? "O" : "P";
    const total = money(lines.reduce((sum, line) => sum + line.cents, 0));
    const priority = random.pick(PRIORITIES);
    const clerk = numbered("Clerk", random.between(1, this.#clerks));
    const comment = this.#text.cut(random, 49);
    const head = `${key}\t${customer}\t${status}\t${total}\t${dateText(day)}`;
    return { text: `${head}\t${priority}\t${clerk}\t0\t${comment}`, lines };
  }

  #line(random: RandomStream, order: number, number: number, day: number): Line {
    const part = random.between(1, this.#parts);
    const supplier = this.#supplierOf(part, random.between(0, SUPPLIERS_PER_PART - 1));
    const quantity = random.between(1, 50);
    const price = quantity * retailCents(part);
    const discount = random.between(0, 10);
    const tax = random.between(0, 8);
    const ship = day + random.between(1, 121);
    const commit = day + random.between(30, 90);
    const receipt = ship + random.between(1, 30);
    const isShipped = ship <= CURRENT_DAY;
    const returned = receipt <= CURRENT_DAY ? random.pick(["R", "A"]) : "N";
    const how = `${random.pick(INSTRUCTIONS)}\t${random.pick(MODES)}\t${this.#text.cut(random, 27)}`;
    const amounts = `${quantity}\t${money(price)}\t${money(discount)}\t${money(tax)}`;
    const flags = `${returned}\t${isShipped ? "F" : "O"}`;
    const dates = `${dateText(ship)}\t${dateText(commit)}\t${dateText(receipt)}`;
    return {
      text: `${order}\t${part}\t${supplier}\t${number}\t${amounts}\t${flags}\t${dates}\t${how}`,
      cents: Math.round((price * (100 + tax) * (100 - discount)) / 10_000),
      isShipped,
    };
  }

  *#lineItems(): Generator<string> {
    for (let number = 1; number <= this.#orderCount; number++) {
      for (const line of this.#order(number).lines) yield line.text;
    }
  }
}
