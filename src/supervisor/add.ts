import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { formatUtc } from '../base/dates.ts';
import { hexGroups, sha256 } from '../base/digest.ts';
import { CeremonyError, EXIT } from '../base/errors.ts';
import { addendumFilePath, addendumFolder, addendumPath, addendumSignaturePath, kindOf } from '../pack/layout.ts';
import { buildAddendum, LARGEST_NUMBER } from '../quorum/addendum.ts';
import { type AddArguments, readAddArguments } from './add-arguments.ts';
import { type EvidenceFile, lookAtFiles, takeFile } from './evidence-files.ts';
import { claimWorkFolder, incomingIn } from './output-folder.ts';
import { readSealedPack, type SealedPack } from './sealed-pack.ts';
import { haveVouched, type Vouched } from './vouch.ts';

/**
 * Adds evidence that came after the close to a sealed pack. The addendum is made whole and durable beside the pack, and
 * comes into it by one rename: whenever this ends, the pack has all of it or nothing.
 * @returns the exit code
 */
export async function add(args: readonly string[]): Promise<number> {
  const wanted = readAddArguments(args);
  holdToPromises(wanted, readSealedPack(wanted.pack));
  const limit = wanted.carried ? kindOf(addendumFilePath(addendumFolder(1, wanted.kind), 'x'))?.limit : undefined;
  const files = lookAtFiles(wanted.files, limit);
  const { folder } = readSealedPack(wanted.pack);
  const work = join(dirname(folder), `.${basename(folder)}.adding`);
  const claim = await claimWorkFolder(work);
  const staged = incomingIn(work, 'addendum');
  try {
    // Once more: another run may have added something until now.
    const pack = readSealedPack(wanted.pack);
    requireSameDisk(pack, work);
    const number = Math.max(0, ...pack.numbers) + 1;
    if (number > LARGEST_NUMBER)
      throw new CeremonyError('ADDENDUM_REFUSED', `the pack has addendum ${LARGEST_NUMBER}, the last that it can have`);
    const bytes = stage(staged, wanted, files, pack, number);
    const vouched = wanted.sign ? await sign(staged, bytes, pack, wanted.roster ?? pack.roster) : undefined;
    const into = addendumFolder(number, wanted.kind);
    enter(staged, pack.folder, into);
    tell(join(pack.folder, into), bytes, wanted, pack, vouched);
    return EXIT.done;
  } catch (error) {
    throw refusal(error, wanted.pack);
  } finally {
    rmSync(staged, { recursive: true, force: true });
    claim.release();
  }
}

/** A kind that is mistyped would leave the promised one open for ever, so that another one has to be meant. */
function holdToPromises({ kind, undeclared }: AddArguments, { promised }: SealedPack): void {
  const isPromised = promised.includes(kind);
  if (isPromised && undeclared)
    throw new CeremonyError('ADDENDUM_REFUSED', `the script promises "${kind}"`, { hint: 'leave --undeclared out' });
  if (isPromised || undeclared) return;
  throw new CeremonyError('ADDENDUM_REFUSED', `the script does not promise "${kind}"`, {
    hint: `it promises ${promised.join(', ') || 'nothing'}; if "${kind}" is meant all the same, say --undeclared`,
  });
}

/** Said before anything is copied: a rename does not lead from one file system to another. */
function requireSameDisk({ folder }: SealedPack, work: string): void {
  if (statSync(folder).dev === statSync(work).dev) return;
  throw new CeremonyError(
    'OUTPUT_UNWRITABLE',
    `"${folder}" is a file system of its own, and nothing can be made beside it`,
    {
      hint: 'copy the pack into a folder, add to that copy, and copy the addendum back',
    },
  );
}

/** @returns the bytes of addendum.json; all of it is durable */
function stage(
  staged: string,
  { kind, note, carried }: AddArguments,
  files: readonly EvidenceFile[],
  { manifest }: SealedPack,
  number: number,
): Uint8Array {
  mkdirSync(staged);
  const within = join(staged, 'files');
  if (carried) mkdirSync(within);
  const taken = files.map((file) => takeFile(file, carried ? addendumFilePath(staged, file.name) : undefined));
  const time = formatUtc(Math.floor(Date.now() / 1000) * 1000);
  const bytes = buildAddendum({ pack: manifest, number, kind, time, note, files: taken });
  writeFileSync(addendumPath(staged), bytes, { flag: 'wx', mode: 0o600, flush: true });
  if (carried) sync(within);
  sync(staged);
  return bytes;
}

/**
 * Members sign what lies there, and their signatures lie with it.
 * @throws CeremonyError OFFICER_DECLINED, ADDENDUM_REFUSED when nobody has: it is not added then
 */
async function sign(staged: string, bytes: Uint8Array, { folder }: SealedPack, roster: string): Promise<Vouched> {
  const vouched = await haveVouched(folder, bytes, roster);
  const [declined] = vouched.declined;
  if (vouched.signatures.size === 0)
    throw new CeremonyError(
      declined ? 'OFFICER_DECLINED' : 'ADDENDUM_REFUSED',
      declined ? `"${declined[0]}" declined to sign the addendum: ${declined[1]}` : 'nobody has signed the addendum',
      { hint: 'nothing was added; without --sign it is added, and asserted by nobody' },
    );
  mkdirSync(join(staged, 'signatures'));
  for (const [seat, signature] of vouched.signatures)
    writeFileSync(addendumSignaturePath(staged, seat), signature, { flag: 'wx', mode: 0o600, flush: true });
  sync(join(staged, 'signatures'));
  sync(staged);
  return vouched;
}

/** By one rename; a folder of that name that holds anything is not replaced (rename(2): ENOTEMPTY). */
function enter(staged: string, pack: string, into: string): void {
  const addenda = join(pack, dirname(into));
  if (mkdirSync(addenda, { recursive: true }) !== undefined) sync(pack);
  renameSync(staged, join(pack, into));
  sync(addenda);
}

function sync(path: string): void {
  const fd = openSync(path, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

function refusal(error: unknown, pack: string): unknown {
  if (error instanceof CeremonyError) return error;
  const { code } = error as NodeJS.ErrnoException;
  const nothing = { cause: error, hint: 'nothing was added' };
  switch (code) {
    case undefined:
      return error;
    case 'ENOSPC':
    case 'EDQUOT':
      return new CeremonyError('OUTPUT_FULL', `there is no room beside "${pack}" for the files`, nothing);
    case 'EEXIST':
    case 'ENOTEMPTY':
      return new CeremonyError(
        'OUTPUT_EXISTS',
        `the addendum exists already in "${pack}"; nothing is overwritten`,
        nothing,
      );
    default:
      return new CeremonyError('OUTPUT_UNWRITABLE', `nothing can be added to "${pack}": ${code}`, nothing);
  }
}

function tell(
  folder: string,
  bytes: Uint8Array,
  { kind, carried, files }: AddArguments,
  { promised }: SealedPack,
  vouched: Vouched | undefined,
): void {
  const count = `${files.length} file${files.length === 1 ? '' : 's'}`;
  const [first = '', ...rows] = hexGroups(sha256(bytes));
  process.stdout.write(
    [
      `addendum    ${folder}`,
      `evidence    ${kind}${promised.includes(kind) ? '' : ', which the script does not promise'}`,
      `files       ${count}${carried ? '' : ', only their digests'}`,
      `signatures  ${[...(vouched?.signatures.keys() ?? [])].sort().join(', ') || 'none: so far it is asserted by nobody'}`,
      ...[...(vouched?.declined ?? [])].map(([seat, reason]) => `declined    ${seat}: ${reason}`),
      `SHA-256     ${first}`,
      ...rows.map((row) => `            ${row}`),
      '',
    ].join('\n'),
  );
}
