/**
 * Abbreviations of zone offsets as tzdata has them ("CET", "EST", "+03"), for the output styles
 * that print a name. Intl knows the names of few regions, so the others are in a table.
 */
/** Zone prefix or name: standard abbreviation, and the one of daylight saving time if any. */
const NAMES: readonly (readonly [RegExp, string, string])[] = [
  [/^Europe\/(London|Belfast|Jersey|Guernsey|Isle_of_Man)$|^GB(-Eire)?$/, "GMT", "BST"],
  [/^Europe\/Dublin$|^Eire$/, "GMT", "IST"],
  [/^Europe\/(Lisbon)$|^Atlantic\/(Madeira|Canary|Faroe|Faeroe)$|^WET$|^Portugal$/, "WET", "WEST"],
  [
    /^Europe\/(Athens|Bucharest|Chisinau|Helsinki|Kiev|Kyiv|Mariehamn|Riga|Sofia|Tallinn|Vilnius|Nicosia)$|^EET$|^Asia\/(Nicosia|Beirut|Famagusta)$|^Africa\/(Cairo|Tripoli)$|^Egypt$|^Libya$/,
    "EET",
    "EEST",
  ],
  [/^Europe\/Kaliningrad$/, "EET", "EEST"],
  [/^Europe\/(Moscow|Simferopol|Kirov|Volgograd)$|^W-SU$/, "MSK", "MSD"],
  [/^Europe\/(Istanbul|Minsk|Samara|Saratov|Astrakhan|Ulyanovsk)$/, "", ""],
  [/^Europe\/|^CET$|^MET$|^Arctic\/|^Poland$|^Africa\/(Ceuta|Tunis|Algiers)$/, "CET", "CEST"],
  [/^Asia\/(Kolkata|Calcutta)$/, "IST", ""],
  [/^Asia\/(Tokyo)$|^Japan$/, "JST", "JDT"],
  [/^Asia\/(Seoul|Pyongyang)$|^ROK$/, "KST", "KDT"],
  [/^Asia\/(Shanghai|Taipei|Macau|Chongqing|Harbin)$|^PRC$|^ROC$/, "CST", "CDT"],
  [/^Asia\/Hong_Kong$|^Hongkong$/, "HKT", "HKST"],
  [/^Asia\/(Jerusalem|Tel_Aviv)$|^Israel$/, "IST", "IDT"],
  [/^Asia\/Karachi$/, "PKT", "PKST"],
  [/^Asia\/Manila$/, "PST", "PDT"],
  [/^Asia\/Jakarta$/, "WIB", ""],
  [/^Asia\/(Gaza|Hebron)$/, "EET", "EEST"],
  [/^Australia\/(Sydney|Melbourne|Hobart|Canberra|ACT|NSW|Victoria|Tasmania)$/, "AEST", "AEDT"],
  [/^Australia\/(Brisbane|Lindeman|Queensland)$/, "AEST", "AEDT"],
  [/^Australia\/(Adelaide|Broken_Hill|South|Darwin|North)$/, "ACST", "ACDT"],
  [/^Australia\/(Perth|West)$/, "AWST", "AWDT"],
  [/^Pacific\/Auckland$|^NZ$|^Antarctica\/McMurdo$/, "NZST", "NZDT"],
  [/^Pacific\/(Guam|Saipan)$/, "ChST", ""],
  [/^Pacific\/(Pago_Pago|Midway)$/, "SST", ""],
  [/^Africa\/(Johannesburg|Maseru|Mbabane)$/, "SAST", ""],
  [/^Africa\/(Lagos|Luanda|Kinshasa|Niamey|Ndjamena|Bangui|Douala|Libreville|Malabo)$/, "WAT", ""],
  [/^Africa\/(Nairobi|Addis_Ababa|Kampala|Dar_es_Salaam|Mogadishu|Djibouti|Asmara)$/, "EAT", ""],
  [/^Africa\/(Maputo|Harare|Lusaka|Lubumbashi|Kigali|Gaborone|Windhoek|Khartoum)$/, "CAT", ""],
  [/^Africa\/(Abidjan|Accra|Dakar|Monrovia|Bamako)$|^Atlantic\/Reykjavik$|^Iceland$/, "GMT", ""],
  [/^America\/(Havana)$|^Cuba$/, "CST", "CDT"],
  [/^America\/St_Johns$|^Canada\/Newfoundland$/, "NST", "NDT"],
];

const YEAR_SECONDS = 31_556_952;
/** Mid-January and mid-July 2024: Intl has no names for times long ago. */
const REFERENCE_TIMES = [1_705_276_800, 1_721_001_600] as const;

const formats = new Map<string, Intl.DateTimeFormat>();

/** `identifier` is Intl's name of the zone; times are in seconds since the Unix epoch. */
export function abbreviationOf(
  identifier: string,
  utc: number,
  offset: number,
  offsetAt: (utc: number) => number,
): string {
  if (offset % 60 !== 0) return "LMT";
  for (const [pattern, standard, daylight] of NAMES) {
    if (!pattern.test(identifier)) continue;
    if (standard === "") return numericName(offset);
    return daylight !== "" && isDaylight(utc, offset, offsetAt) ? daylight : standard;
  }
  for (const time of [utc, ...REFERENCE_TIMES]) {
    const short = offsetAt(time) === offset ? shortName(identifier, time) : "";
    if (/^[A-Z]{3,5}$/.test(short)) return short;
  }
  return numericName(offset);
}

/** In daylight saving time the offset was smaller within a year before, and will be so after. */
function isDaylight(utc: number, offset: number, offsetAt: (utc: number) => number): boolean {
  const isSmaller = (quarters: number): boolean =>
    offsetAt(utc + (quarters * YEAR_SECONDS) / 4) < offset;
  return [-1, -2, -3, -4].some(isSmaller) && [1, 2, 3, 4].some(isSmaller);
}

function shortName(identifier: string, utc: number): string {
  let format = formats.get(identifier);
  if (format === undefined) {
    format = new Intl.DateTimeFormat("en-US", { timeZone: identifier, timeZoneName: "short" });
    if (formats.size < 1000) formats.set(identifier, format);
  }
  const part = format.formatToParts(utc * 1000).find((each) => each.type === "timeZoneName");
  return part?.value ?? "";
}

export function numericName(offset: number): string {
  const minutes = Math.floor((Math.abs(offset) % 3600) / 60);
  const hours = Math.floor(Math.abs(offset) / 3600);
  const tail = minutes === 0 ? "" : String(minutes).padStart(2, "0");
  return (offset < 0 ? "-" : "+") + String(hours).padStart(2, "0") + tail;
}
