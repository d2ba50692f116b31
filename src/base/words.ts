import type { Sha256 } from './digest.ts';

/**
 * The PGP word list (Juola and Zimmermann, 1996): bytes at even positions are read as one of 256 words of two
 * syllables, bytes at odd positions as one of 256 of three. Chosen so that no two sound alike over a bad line; and
 * because the lists alternate, a word that was left out, repeated or swapped with its neighbour is found.
 */
const EVEN: readonly string[] = `
  aardvark absurd accrue acme adrift adult afflict ahead aimless Algol allow alone ammo ancient apple artist assume
  Athens atlas Aztec baboon backfield backward banjo beaming bedlamp beehive beeswax befriend Belfast berserk
  billiard bison blackjack blockade blowtorch bluebird bombast bookshelf brackish breadline breakup brickyard
  briefcase Burbank button buzzard cement chairlift chatter checkup chisel choking chopper Christmas clamshell
  classic classroom cleanup clockwork cobra commence concert cowbell crackdown cranky crowfoot crucial crumpled
  crusade cubic dashboard deadbolt deckhand dogsled dragnet drainage dreadful drifter dropper drumbeat drunken
  Dupont dwelling eating edict egghead eightball endorse endow enlist erase escape exceed eyeglass eyetooth facial
  fallout flagpole flatfoot flytrap fracture framework freedom frighten gazelle Geiger glitter glucose goggles
  goldfish gremlin guidance hamlet highchair hockey indoors indulge inverse involve island jawbone keyboard kickoff
  kiwi klaxon locale lockup merit minnow miser Mohawk mural music necklace Neptune newborn nightbird Oakland obtuse
  offload optic orca payday peachy pheasant physique playhouse Pluto preclude prefer preshrunk printer prowler pupil
  puppy python quadrant quiver quota ragtime ratchet rebirth reform regain reindeer rematch repay retouch revenge
  reward rhythm ribcage ringbolt robust rocker ruffled sailboat sawdust scallion scenic scorecard Scotland seabird
  select sentence shadow shamrock showgirl skullcap skydive slingshot slowdown snapline snapshot snowcap snowslide
  solo southward soybean spaniel spearhead spellbind spheroid spigot spindle spyglass stagehand stagnate stairway
  standard stapler steamship sterling stockman stopwatch stormy sugar surmount suspense sweatband swelter tactics
  talon tapeworm tempest tiger tissue tonic topmost tracker transit trauma treadmill Trojan trouble tumor tunnel
  tycoon uncut unearth unwind uproot upset upshot vapor village virus Vulcan waffle wallet watchword wayside willow
  woodlark Zulu
`
  .trim()
  .split(/\s+/);

const ODD: readonly string[] = `
  adroitness adviser aftermath aggregate alkali almighty amulet amusement antenna applicant Apollo armistice article
  asteroid Atlantic atmosphere autopsy Babylon backwater barbecue belowground bifocals bodyguard bookseller
  borderline bottomless Bradbury bravado Brazilian breakaway Burlington businessman butterfat Camelot candidate
  cannonball Capricorn caravan caretaker celebrate cellulose certify chambermaid Cherokee Chicago clergyman
  coherence combustion commando company component concurrent confidence conformist congregate consensus consulting
  corporate corrosion councilman crossover crucifix cumbersome customer Dakota decadence December decimal designing
  detector detergent determine dictator dinosaur direction disable disbelief disruptive distortion document embezzle
  enchanting enrollment enterprise equation equipment escapade Eskimo everyday examine existence exodus fascinate
  filament finicky forever fortitude frequency gadgetry Galveston getaway glossary gossamer graduate gravity
  guitarist hamburger Hamilton handiwork hazardous headwaters hemisphere hesitate hideaway holiness hurricane
  hydraulic impartial impetus inception indigo inertia infancy inferno informant insincere insurgent integrate
  intention inventive Istanbul Jamaica Jupiter leprosy letterhead liberty maritime matchmaker maverick Medusa
  megaton microscope microwave midsummer millionaire miracle misnomer molasses molecule Montana monument mosquito
  narrative nebula newsletter Norwegian October Ohio onlooker opulent Orlando outfielder Pacific pandemic Pandora
  paperweight paragon paragraph paramount passenger pedigree Pegasus penetrate perceptive performance pharmacy
  phonetic photograph pioneer pocketful politeness positive potato processor provincial proximate puberty publisher
  pyramid quantity racketeer rebellion recipe recover repellent replica reproduce resistor responsive retraction
  retrieval retrospect revenue revival revolver sandalwood sardonic Saturday savagery scavenger sensation sociable
  souvenir specialist speculate stethoscope stupendous supportive surrender suspicious sympathy tambourine telephone
  therapist tobacco tolerance tomorrow torpedo tradition travesty trombonist truncated typewriter ultimate undaunted
  underfoot unicorn unify universe unravel upcoming vacancy vagabond vertigo Virginia visitor vocalist voyager
  warranty Waterloo whimsical Wichita Wilmington Wyoming yesteryear Yucatan
`
  .trim()
  .split(/\s+/);

const DIGEST_WORDS = 32;

/** Row of words as it stands on paper and screen. */
export interface WordRow {
  /** From 1, so that people can say "row three". */
  readonly number: number;
  readonly words: readonly string[];
}

export interface WordProblem {
  /** Position of the word, from 1. */
  readonly position: number;
  readonly message: string;
}

/**
 * The words of a digest, one for each byte.
 * @param hex an even number of hexadecimal digits
 * @throws TypeError for anything else: digests come from our own code
 */
export function digestWords(hex: string): string[] {
  if (!/^([0-9a-fA-F]{2})*$/.test(hex)) throw new TypeError('words: not a whole number of bytes in hexadecimal');
  const words: string[] = [];
  for (let at = 0; at < hex.length; at += 2) {
    const list = (at / 2) % 2 === 0 ? EVEN : ODD;
    words.push(list[Number.parseInt(hex.slice(at, at + 2), 16)] as string);
  }
  return words;
}

/** The same in numbered rows: a SHA-256 digest fills eight rows of four. */
export function wordRows(hex: string, perRow = 4): WordRow[] {
  const words = digestWords(hex);
  const rows: WordRow[] = [];
  for (let at = 0; at < words.length; at += perRow) {
    rows.push({ number: rows.length + 1, words: words.slice(at, at + perRow) });
  }
  return rows;
}

/** The last row of a digest's words, which people type: the words with one blank between them; empty for no digest. */
export function lastRowOf(hex: string): string {
  return wordRows(hex).at(-1)?.words.join(' ') ?? '';
}

/** Whether this is the last row of a digest's words, however it is spaced and written. */
export function isLastRow(typed: string, hex: string): boolean {
  return splitWords(typed).join(' ').toLowerCase() === lastRowOf(hex).toLowerCase();
}

/** The words that people typed: row numbers and punctuation between them are left out. */
export function splitWords(text: string): string[] {
  return text.split(/[\s,;.:0-9]+/).filter((word) => word !== '');
}

/**
 * Reads the 32 words of a SHA-256 digest back, in any case of letters.
 * @returns the digest, or null and every problem, in the order of the words
 */
export function wordsToDigest(words: readonly string[]): {
  readonly digest: Sha256 | null;
  readonly problems: readonly WordProblem[];
} {
  const problems: WordProblem[] = [];
  const read = words.map(lookUp);
  // Which list the next word should be from. A word that is missing shifts all that follow, and is reported once.
  let list: List = 'even';
  for (let at = 0; at < read.length; at++) {
    const word = read[at] as Found;
    const report = (message: string) => problems.push({ position: at + 1, message });
    const shown = `word ${at + 1} "${words[at]}"`;
    if (word.list === null) {
      report(`${shown} is not on the list${suggestion(words[at] as string, list)}`);
    } else if (word.list === list) {
      list = other(list);
      continue;
    } else if (isSwapped(read, at, list)) {
      report(`${shown} and word ${at + 2} "${words[at + 1]}" are swapped`);
      at++;
      continue;
    } else {
      report(`${shown} has ${SYLLABLES[word.list]} syllables, expected ${SYLLABLES[list]}: ${slipOf(words, at)}`);
      list = word.list;
    }
    list = other(list);
  }
  if (words.length !== DIGEST_WORDS) {
    problems.push({ position: words.length, message: `expected ${DIGEST_WORDS} words, found ${words.length}` });
  }
  if (problems.length > 0) return { digest: null, problems };
  return { digest: read.map(({ byte }) => byte.toString(16).padStart(2, '0')).join(''), problems };
}

type List = 'even' | 'odd';
type Found = { readonly list: List; readonly byte: number } | { readonly list: null; readonly byte: number };

const SYLLABLES: Readonly<Record<List, string>> = { even: 'two', odd: 'three' };

const BY_WORD: ReadonlyMap<string, Found> = new Map([
  ...EVEN.map((word, byte): [string, Found] => [word.toLowerCase(), { list: 'even', byte }]),
  ...ODD.map((word, byte): [string, Found] => [word.toLowerCase(), { list: 'odd', byte }]),
]);

function lookUp(word: string): Found {
  return BY_WORD.get(word.toLowerCase()) ?? { list: null, byte: 0 };
}

function other(list: List): List {
  return list === 'even' ? 'odd' : 'even';
}

/** Two neighbours of the wrong lists, after which the order holds again; at the end, the number of words decides. */
function isSwapped(read: readonly Found[], at: number, list: List): boolean {
  const next = read[at + 1];
  const after = read[at + 2];
  if (next?.list !== list) return false;
  return after === undefined ? read.length === DIGEST_WORDS : after.list === null || after.list === list;
}

function slipOf(words: readonly string[], at: number): string {
  const before = words[at - 1];
  if (before?.toLowerCase() === words[at]?.toLowerCase()) return 'it stands twice';
  return before === undefined ? 'the first word is missing' : `a word is missing after "${before}"`;
}

/** The one word of the expected list that is nearest, if it is near: one letter wrong, missing or too many, or two. */
function suggestion(word: string, list: List): string {
  const typed = word.toLowerCase();
  let best: string | undefined;
  let least = 3;
  for (const candidate of list === 'even' ? EVEN : ODD) {
    const distance = editDistance(typed, candidate.toLowerCase());
    if (distance < least) {
      least = distance;
      best = candidate;
    }
  }
  return best === undefined ? '' : `; nearest is "${best}"`;
}

/** Levenshtein, by two rows. Longer words than any on the list are not compared: a paste must not take minutes. */
function editDistance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 2) return 3;
  let before = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const replace = (before[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(replace, (before[j] as number) + 1, (row[j - 1] as number) + 1));
    }
    before = row;
  }
  return before[b.length] as number;
}
