import { canonicalBytes } from '../../src/base/canonical-json.ts';
import { sha256 } from '../../src/base/digest.ts';
import { addendumFilePath, addendumFolder, addendumPath, addendumSignaturePath, PATH } from '../../src/pack/layout.ts';
import type { SignTools } from './faults.ts';

type Document = Record<string, unknown> & { files: Record<string, unknown>[] };

export interface ForgedAddendum {
  readonly number?: number;
  readonly kind?: string;
  readonly note?: string;
  /** Name → content; of those whose content is null only a digest comes. */
  readonly files?: Readonly<Record<string, string | null>>;
  readonly signedBy?: readonly string[];
  /** Changes the document in place, before it is signed. */
  readonly change?: (document: Document) => void;
}

/** Adds an addendum to a sealed pack, of which all is right but for what `change` makes wrong. @returns its folder */
export function addAddendum(files: Map<string, Uint8Array>, tools: SignTools, wanted: ForgedAddendum = {}): string {
  const { number = 1, kind = 'video', note = '', signedBy = ['gus', 'alice'] } = wanted;
  const contents = Object.entries(wanted.files ?? { 'film.mp4': 'the film', 'sound.wav': null });
  const folder = addendumFolder(number, kind);
  const entries = contents.map(([name, content]) => {
    const bytes = Buffer.from(content ?? name);
    if (content !== null) files.set(addendumFilePath(folder, name), bytes);
    return { name, sha256: sha256(bytes), size: bytes.length, carried: content !== null };
  });
  const pack = sha256(files.get(PATH.manifest) ?? '');
  const document: Document = {
    type: 'quorate/addendum/1',
    pack,
    number,
    kind,
    time: '2027-03-02T09:00:00Z',
    note,
    files: entries.sort((a, b) => (a.name < b.name ? -1 : 1)),
  };
  wanted.change?.(document);
  const bytes = canonicalBytes(document);
  files.set(addendumPath(folder), bytes);
  for (const seat of signedBy)
    files.set(addendumSignaturePath(folder, seat), tools.signWith(tools.tokenOf(seat), bytes));
  return folder;
}
