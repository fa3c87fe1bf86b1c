/** The word lists of TPC-H's data and the text that comments are cut from. */
import { RandomStream } from "./random.ts";

const list = (words: string): readonly string[] => words.trim().split(/\s+/u);

export const COLORS: readonly string[] = list(`
  almond antique aquamarine azure beige bisque black blanched blue blush brown burlywood burnished
  chartreuse chiffon chocolate coral cornflower cornsilk cream cyan dark deep dim dodger drab
  firebrick floral forest frosted gainsboro ghost goldenrod green grey honeydew hot indian ivory
  khaki lace lavender lawn lemon light lime linen magenta maroon medium metallic midnight mint misty
  moccasin navajo navy olive orange orchid pale papaya peach peru pink plum powder puff purple red
  rose rosy royal saddle salmon sandy seashell sienna sky slate smoke snow spring steel tan thistle
  tomato turquoise violet wheat white yellow`);

export const TYPES: readonly (readonly string[])[] = [
  list("STANDARD SMALL MEDIUM LARGE ECONOMY PROMO"),
  list("ANODIZED BURNISHED PLATED POLISHED BRUSHED"),
  list("TIN NICKEL BRASS STEEL COPPER"),
];

export const CONTAINERS: readonly (readonly string[])[] = [
  list("SM LG MED JUMBO WRAP"),
  list("CASE BOX BAG JAR PKG PACK CAN DRUM"),
];

export const SEGMENTS: readonly string[] = list(
  "AUTOMOBILE BUILDING FURNITURE MACHINERY HOUSEHOLD",
);
export const PRIORITIES: readonly string[] = [
  "1-URGENT",
  "2-HIGH",
  "3-MEDIUM",
  "4-NOT SPECIFIED",
  "5-LOW",
];
export const INSTRUCTIONS: readonly string[] = [
  "DELIVER IN PERSON",
  "COLLECT COD",
  "NONE",
  "TAKE BACK RETURN",
];
export const MODES: readonly string[] = ["REG AIR", "AIR", "RAIL", "SHIP", "TRUCK", "MAIL", "FOB"];
export const REGIONS: readonly string[] = ["AFRICA", "AMERICA", "ASIA", "EUROPE", "MIDDLE EAST"];

/** Each with the number of its region. */
export const NATIONS: readonly (readonly [string, number])[] = [
  ["ALGERIA", 0],
  ["ARGENTINA", 1],
  ["BRAZIL", 1],
  ["CANADA", 1],
  ["EGYPT", 4],
  ["ETHIOPIA", 0],
  ["FRANCE", 3],
  ["GERMANY", 3],
  ["INDIA", 2],
  ["INDONESIA", 2],
  ["IRAN", 4],
  ["IRAQ", 4],
  ["JAPAN", 2],
  ["JORDAN", 4],
  ["KENYA", 0],
  ["MOROCCO", 0],
  ["MOZAMBIQUE", 0],
  ["PERU", 1],
  ["CHINA", 2],
  ["ROMANIA", 3],
  ["SAUDI ARABIA", 4],
  ["VIETNAM", 2],
  ["RUSSIA", 3],
  ["UNITED KINGDOM", 3],
  ["UNITED STATES", 1],
];

const NOUNS = list(`
  foxes ideas theodolites pinto-beans instructions dependencies excuses platelets asymptotes courts
  dolphins multipliers sauternes warthogs frets dinos attainments somas braids hockey-players
  frays warhorses dugouts notornis epitaphs pearls tithes waters orbits gifts sheaves depths
  sentiments decoys realms pains grouches escapades requests accounts packages deposits`);
const VERBS = list(`
  sleep wake are cajole haggle nag use boost affix detect integrate maintain nod was lose sublate
  solve thrash promise engage hinder print x-ray breach eat grow impress mold poach serve run dazzle
  snooze doze unwind kindle play hang believe doubt`);
const ADJECTIVES = list(`
  furious sly careful blithe quick fluffy slow quiet ruthless thin close dogged daring brave stealthy
  permanent enticing idle busy regular final ironic even bold silent special pending express
  unusual`);
const ADVERBS = list(`
  sometimes always never furiously slyly carefully blithely quickly fluffily slowly quietly
  ruthlessly thinly closely doggedly daringly bravely stealthily permanently enticingly idly busily
  regularly finally ironically evenly boldly silently`);
const PREPOSITIONS = list(`
  about above across after against along among around at before behind beneath beside besides
  between beyond by despite during except for from inside into near of on outside over past since
  through throughout to toward under until up upon without with within`);

const TEXT_CHARACTERS = 300_000;

function nounPhrase(random: RandomStream): string {
  const noun = random.pick(NOUNS);
  switch (random.between(0, 3)) {
    case 0:
      return noun;
    case 1:
      return `${random.pick(ADJECTIVES)} ${noun}`;
    case 2:
      return `${random.pick(ADJECTIVES)}, ${random.pick(ADJECTIVES)} ${noun}`;
    default:
      return `${random.pick(ADVERBS)} ${random.pick(ADJECTIVES)} ${noun}`;
  }
}

function sentence(random: RandomStream): string {
  const verb = random.between(0, 2) === 0 ? `${random.pick(ADVERBS)} ` : "";
  const first = `${nounPhrase(random)} ${verb}${random.pick(VERBS)}`;
  const second = `${random.pick(PREPOSITIONS)} the ${nounPhrase(random)}`;
  return `${first} ${second}${random.pick([".", ".", ".", ";", "?", "!"])}`;
}

/** Comments are cut out of one long text, as dbgen does. */
export class CommentText {
  readonly #text: string;

  constructor(seed: number) {
    const random = new RandomStream(seed, 99, 0);
    let text = "";
    while (text.length < TEXT_CHARACTERS) text += `${sentence(random)} `;
    this.#text = text;
  }

  /** About `average` characters: between two fifths and eight fifths of it. */
  cut(random: RandomStream, average: number): string {
    const length = random.between(Math.floor(average * 0.4), Math.floor(average * 1.6));
    const from = random.between(0, TEXT_CHARACTERS - length - 1);
    return this.#text.slice(from, from + length);
  }
}
