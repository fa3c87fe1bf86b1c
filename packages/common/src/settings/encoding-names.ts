/** PostgreSQL's encodings, by name and number, and which of them texts can be converted to. */

/** In the order of their numbers in pg_wchar.h. */
const ENCODINGS: readonly string[] = [
  "SQL_ASCII",
  "EUC_JP",
  "EUC_CN",
  "EUC_KR",
  "EUC_TW",
  "EUC_JIS_2004",
  "UTF8",
  "MULE_INTERNAL",
  "LATIN1",
  "LATIN2",
  "LATIN3",
  "LATIN4",
  "LATIN5",
  "LATIN6",
  "LATIN7",
  "LATIN8",
  "LATIN9",
  "LATIN10",
  "WIN1256",
  "WIN1258",
  "WIN866",
  "WIN874",
  "KOI8R",
  "WIN1251",
  "WIN1252",
  "ISO_8859_5",
  "ISO_8859_6",
  "ISO_8859_7",
  "ISO_8859_8",
  "WIN1250",
  "WIN1253",
  "WIN1254",
  "WIN1255",
  "WIN1257",
  "KOI8U",
  "SJIS",
  "BIG5",
  "GBK",
  "UHC",
  "GB18030",
  "JOHAB",
  "SHIFT_JIS_2004",
];

export function encodingName(encoding: number): string | undefined {
  return ENCODINGS[encoding];
}

const ALIASES: Readonly<Record<string, string>> = {
  abc: "win1258",
  alt: "win866",
  iso88591: "latin1",
  iso885910: "latin6",
  iso885913: "latin7",
  iso885914: "latin8",
  iso885915: "latin9",
  iso885916: "latin10",
  iso88592: "latin2",
  iso88593: "latin3",
  iso88594: "latin4",
  iso88599: "latin5",
  koi8: "koi8r",
  mskanji: "sjis",
  shiftjis: "sjis",
  tcvn: "win1258",
  tcvn5712: "win1258",
  unicode: "utf8",
  vscii: "win1258",
  win: "win1251",
  win932: "sjis",
  win936: "gbk",
  win949: "uhc",
  win950: "big5",
};

/** -1 when there is none of that name. */
export function encodingNumber(name: string): number {
  const plain = (text: string): string => text.toLowerCase().replace(/[^a-z0-9]/g, "");
  const given = plain(name).replace(/^windows/, "win");
  const wanted = ALIASES[given] ?? given;
  return ENCODINGS.findIndex((encoding) => plain(encoding) === wanted);
}

/** No tables of these are here. */
const NOT_CONVERTED: ReadonlySet<string> = new Set(["MULE_INTERNAL"]);

export function isConvertedEncoding(encoding: string): boolean {
  return !NOT_CONVERTED.has(encoding);
}
