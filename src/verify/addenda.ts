import { CeremonyError } from '../base/errors.ts';
import { addendumPath, addendumSignaturePath } from '../pack/layout.ts';
import type { Pack } from '../pack/pack-reader.ts';
import { type Addendum, readAddendum } from '../quorum/addendum.ts';
import type { SeatSignature } from './signatures-in.ts';

const FOLDER = /^addenda\/(?:0[1-9]|[1-9][0-9])-[a-z][a-z-]{0,31}(?=\/)/;

/** A folder of addenda/, as far as it could be read. */
export interface AddendumRead {
  /** `addenda/01-video`; number and kind are those that its name says. */
  readonly folder: string;
  readonly number: number;
  readonly kind: string;
  /** Every file below the folder, sorted. */
  readonly paths: readonly string[];
  /** What people sign; undefined where there is no addendum.json. */
  readonly bytes: Uint8Array | undefined;
  /** Undefined where it cannot be read; `problem` says why. */
  readonly content: Addendum | undefined;
  readonly problem: string | undefined;
  /** The files `signatures/<seat>.p7s`, whatever is in them. */
  readonly signatures: readonly SeatSignature[];
}

/** Every addendum, in the order of the folders' names. Files that are in none are of no known layout. */
export function addendaIn(pack: Pack): readonly AddendumRead[] {
  const folders = Map.groupBy(pack.paths, (path) => FOLDER.exec(path)?.[0]);
  folders.delete(undefined);
  return [...folders].map(([folder = '', paths]) => {
    const [, number, kind = ''] = /^addenda\/(\d+)-(.*)$/.exec(folder) ?? [];
    const name = { folder, number: Number(number), kind };
    return { ...name, paths, ...read(pack, name), signatures: signaturesBelow(pack, folder, paths) };
  });
}

function read(pack: Pack, { folder, number, kind }: Pick<AddendumRead, 'folder' | 'number' | 'kind'>) {
  const bytes = pack.file(addendumPath(folder));
  const unread = (problem: string) => ({ bytes, content: undefined, problem });
  if (!bytes) return unread('there is no addendum.json that says what these files are');
  try {
    const content = readAddendum(bytes);
    if (content.number !== number)
      return unread(`addendum.json says that it is number ${content.number}, and its folder that it is ${number}`);
    if (content.kind !== kind)
      return unread(`addendum.json says that it is "${content.kind}", and its folder that it is "${kind}"`);
    return { bytes, content, problem: undefined };
  } catch (error) {
    if (error instanceof CeremonyError) return unread(error.message);
    throw error;
  }
}

function signaturesBelow(pack: Pack, folder: string, paths: readonly string[]): readonly SeatSignature[] {
  return paths.flatMap((path) => {
    const seat = /\/signatures\/([a-z][a-z0-9-]*)\.p7s$/.exec(path)?.[1];
    const signature = seat !== undefined && path === addendumSignaturePath(folder, seat) ? pack.file(path) : undefined;
    return seat !== undefined && signature ? [{ seat, path, signature }] : [];
  });
}
