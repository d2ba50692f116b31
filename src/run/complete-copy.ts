import { NO_DIGEST } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import { PATH } from '../pack/layout.ts';
import type { CopyFiles } from '../ports.ts';
import { type Committed, committedPart } from '../transcript/committed.ts';

/** One of two folders that are to hold the same record. */
export interface Copy {
  /** Where it lies, as people know it. */
  readonly at: string;
  readonly files: CopyFiles;
}

const FOLDER = 'recovered';
const TRANSCRIPT: readonly string[] = [PATH.events, PATH.chain];

/** What a folder holds: its files but the transcript, and that, with what of it is committed. */
interface Holding {
  readonly paths: readonly string[];
  readonly events: Uint8Array | undefined;
  readonly chain: Uint8Array | undefined;
  readonly committed: Committed;
}

/**
 * After an interruption: which of two folders is ahead is found by their chains, and the one behind is completed from
 * it. What it holds besides, and no event of the other can name, is kept aside in both, as after any crash.
 * @returns whether something was changed
 * @throws CeremonyError COPY_DIFFERS where one is not the beginning of the other; TRANSCRIPT_BROKEN. Nothing has been
 *   changed then
 */
export async function alignCopies(one: Copy, other: Copy): Promise<boolean> {
  const [mine, theirs] = [await look(one), await look(other)];
  const isBehind = theirs.committed.events.length > mine.committed.events.length;
  return isBehind
    ? await complete({ from: other, source: theirs, to: one, target: mine, keepsAside: true })
    : await complete({ from: one, source: mine, to: other, target: theirs, keepsAside: true });
}

/**
 * While the ceremony goes on: the one that was lost, or an empty one in its place, becomes what the other is.
 * @throws CeremonyError COPY_DIFFERS where it holds what the other does not; TRANSCRIPT_BROKEN
 */
export async function completeCopy(from: Copy, to: Copy): Promise<void> {
  await complete({ from, source: await look(from), to, target: await look(to), keepsAside: false });
}

interface Completion {
  readonly from: Copy;
  readonly source: Holding;
  readonly to: Copy;
  readonly target: Holding;
  /** Whether what is in `to` alone is kept, in both, instead of refused. */
  readonly keepsAside: boolean;
}

async function complete({ from, source, to, target, keepsAside }: Completion): Promise<boolean> {
  holdToOneRecord(from, source, to, target);
  const isClosed = source.committed.events.at(-1)?.type === 'close';
  const [there, here] = [new Set(source.paths), new Set(target.paths)];
  const missing: [string, Uint8Array][] = [];
  for (const path of source.paths) {
    const bytes = await from.files.read(path);
    if (!here.has(path)) missing.push([path, bytes]);
    else if (!isSame(bytes, await to.files.read(path)))
      throw differs(from, to, `"${path}" is not the same in both`, 'keep both as they are, and find out why');
  }
  const surplus = target.paths.filter((path) => !there.has(path));
  // A folder in which nothing of this ceremony is committed is none that it may put in order.
  if (surplus.length > 0 && (!keepsAside || target.committed.events.length === 0))
    throw differs(from, to, `"${surplus[0]}" is in "${to.at}" alone`, `name an empty folder instead of "${to.at}"`);
  const tails = [
    [PATH.events, source.events, target.events, target.committed.eventBytes],
    [PATH.chain, source.chain, target.chain, target.committed.chainBytes],
  ] as const;
  const torn = tails.filter(([, whole, part]) => part !== undefined && !isBeginning(part, whole ?? NOTHING));
  if (torn.length > 0 && (!keepsAside || isClosed))
    throw differs(from, to, `"${torn[0]?.[0]}" of "${to.at}" is not the beginning of the other`, KEEP);

  const aside = nextAside([...source.paths, ...target.paths]);
  for (const path of surplus) {
    const bytes = await to.files.read(path);
    // A closed record takes nothing up any more, and what was made of it to seal it is the same whoever makes it.
    if (isClosed || path.startsWith(`${FOLDER}/`)) await from.files.create(path, bytes);
    else {
      await from.files.create(aside(path), bytes);
      await to.files.setAside(path, aside(path));
    }
  }
  for (const [path, , part = NOTHING, length] of torn) {
    const tail = part.subarray(length);
    await from.files.create(aside(`${path}.tail`), tail);
    await to.files.create(aside(`${path}.tail`), tail);
    await to.files.truncate(path, length);
  }
  await to.files.createAll(missing);
  let isLonger = false;
  // The events first: a chain line counts only what stands there already.
  for (const [path, whole = NOTHING, part, length] of tails) {
    const cut = torn.some(([one]) => one === path) ? length : part?.length;
    if (cut === whole.length || (cut === undefined && whole.length === 0)) continue;
    isLonger = true;
    if (cut === undefined) await to.files.create(path, whole);
    else await to.files.extend(path, whole.subarray(cut));
  }
  return isLonger || surplus.length + torn.length + missing.length > 0;
}

const NOTHING = new Uint8Array(0);
const KEEP = 'keep both as they are, and find out which one people wrote the head of';

/** The heads are of everything before them: where the last common one is the same, so is all that was committed. */
function holdToOneRecord(from: Copy, source: Holding, to: Copy, target: Holding): void {
  const common = target.committed.events.length;
  const headOf = ({ committed }: Holding, count: number) => committed.heads[count - 1] ?? NO_DIGEST;
  if (common > source.committed.events.length)
    throw differs(from, to, `"${to.at}" has ${common} events, more than the other`, KEEP);
  if (headOf(source, common) === headOf(target, common)) return;
  const first = target.committed.heads.findIndex((head, index) => head !== source.committed.heads[index]);
  throw differs(from, to, `their records part at event ${first + 1}`, KEEP);
}

async function look({ files }: Copy): Promise<Holding> {
  const all = await files.list();
  const events = all.includes(PATH.events) ? await files.read(PATH.events) : undefined;
  const chain = all.includes(PATH.chain) ? await files.read(PATH.chain) : undefined;
  const paths = all.filter((path) => !TRANSCRIPT.includes(path));
  return { paths, events, chain, committed: committedPart(events ?? NOTHING, chain ?? NOTHING) };
}

function nextAside(paths: readonly string[]): (path: string) => string {
  const number = 1 + Math.max(0, ...paths.map((path) => Number(/^recovered\/([0-9]+)\//.exec(path)?.[1] ?? 0)));
  return (path) => `${FOLDER}/${number}/copy.${path.replaceAll('/', '.')}`;
}

function isSame(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && isBeginning(one, other);
}

function isBeginning(part: Uint8Array, whole: Uint8Array): boolean {
  return part.length <= whole.length && Buffer.compare(part, whole.subarray(0, part.length)) === 0;
}

function differs(from: Copy, to: Copy, what: string, hint: string): CeremonyError {
  return new CeremonyError(
    'COPY_DIFFERS',
    `"${from.at}" and "${to.at}" do not hold one record: ${what}; nothing was changed`,
    { hint },
  );
}
