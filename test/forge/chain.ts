import type { Faults } from './faults.ts';
import { type Forged, forge } from './forge.ts';

/** Two packs of which each is what it was made to be, and how a chain of packs is given them. */
export interface ChainVector {
  /** Id of the one check between packs that names the fault. */
  readonly check: string;
  readonly title: string;
  readonly packs: () => Promise<readonly (readonly [name: string, pack: Pick<Forged, 'source'>])[]>;
}

export function defineChainVector(vector: ChainVector): ChainVector {
  return vector;
}

let founding: Promise<Forged> | undefined;
/** The complete rehearsal, the same bytes each time: signatures differ from one forging to the next. */
export function firstPack(): Promise<Forged> {
  founding ??= forge();
  return founding;
}

/** The yearly CRL after that pack. */
export const packAfter = ({ files }: Pick<Forged, 'files'>, faults: Faults = {}): Promise<Forged> =>
  forge({ ...faults, record: { ...faults.record, follows: files } });

/** Another yearly CRL after that pack: under another title, since of one script the first event is the same each time. */
export const anotherAfter = (pack: Pick<Forged, 'files'>): Promise<Forged> =>
  packAfter(pack, { record: { script: (text) => text.replace('yearly CRL', 'yearly CRL once more') } });
