/** The exact decimal digits of floats, of which C prints as many as it is asked for. */

/** value = mantissa * 2^exponent. */
export function exactParts(value: number): [bigint, number] {
  let mantissa = value;
  let exponent = 0;
  while (!Number.isInteger(mantissa)) {
    mantissa *= 2;
    exponent--;
  }
  return [BigInt(mantissa), exponent];
}

/** Digits behind the point that JavaScript prints at most, and that PostgreSQL does before zeros. */
const PRINTED_MAX = 100;
const EXACT_MAX = 350;

/** As toExponential, for any number of digits, and with the sign of zero. */
export function exactExponential(value: number, digits: number): string {
  const sign = value < 0 || Object.is(value, -0) ? "-" : "";
  return sign + exponentialOf(Math.abs(value), digits);
}

function exponentialOf(value: number, digits: number): string {
  if (digits <= PRINTED_MAX) return value.toExponential(digits);
  const [mantissa, exponent] = exactParts(value);
  const scale = Math.max(-exponent, 0);
  const all = String(exponent > 0 ? mantissa << BigInt(exponent) : mantissa * 5n ** BigInt(scale));
  const [shown, carried] = roundedDigits(all, Math.min(digits, EXACT_MAX) + 1);
  const power = value === 0 ? 0 : all.length - 1 - scale + carried;
  const behind = shown.slice(1).padEnd(digits, "0");
  return `${shown.charAt(0)}.${behind}e${power < 0 ? "-" : "+"}${Math.abs(power)}`;
}

/** Half to even; 1 where the first digit has become one more digit. */
function roundedDigits(all: string, count: number): [string, 0 | 1] {
  if (all.length <= count) return [all.padEnd(count, "0"), 0];
  const kept = BigInt(all.slice(0, count));
  const rest = all.slice(count);
  const half = `5${"0".repeat(rest.length - 1)}`;
  const up = rest > half || (rest === half && kept % 2n === 1n);
  const text = String(up ? kept + 1n : kept);
  return text.length > count ? [text.slice(0, count), 1] : [text, 0];
}
