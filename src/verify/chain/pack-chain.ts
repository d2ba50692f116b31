import { NO_DIGEST, type Sha256 } from '../../base/digest.ts';
import { CeremonyError } from '../../base/errors.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import { PATH } from '../../pack/layout.ts';
import type { Manifest } from '../../pack/manifest.ts';
import { openPack, type Pack } from '../../pack/pack-reader.ts';
import type { PackSource } from '../../pack/source.ts';
import type { EventOf } from '../parts.ts';

/** A pack as it was given, under the name that people gave it. */
export interface NamedPack {
  readonly name: string;
  readonly source: PackSource;
}

/** A pack that could be read as far as a chain of packs needs it. */
export interface Link {
  readonly name: string;
  readonly pack: Pack;
  /** SHA-256 of its manifest.json: what the first event of the pack that follows names. */
  readonly digest: Sha256;
  readonly manifest: Manifest;
  readonly opening: EventOf<'opening'>;
  readonly ceremony: Sha256;
  readonly ledger: Ledger;
  /** The pack before, where it was given. */
  readonly before: Link | null;
}

export interface Unread {
  readonly name: string;
  readonly where: string;
  readonly because: string;
}

/** Packs in the order in which each names the one before; what was given more than once is in it once. */
export interface PackChain {
  readonly links: readonly Link[];
  readonly unread: readonly Unread[];
  /** Names of those that are the same pack as one of `links`. */
  readonly again: readonly { readonly name: string; readonly as: string }[];
}

type Opened = Omit<Link, 'before'>;

/**
 * Finds the order of packs by itself: the first event of each names the manifest of the one before by its SHA-256, so that
 * there are no rings. After a pack come those that follow it, by the number of their ceremony, each with all of its own.
 */
export function orderPacks(packs: readonly NamedPack[]): PackChain {
  const unread: Unread[] = [];
  const again: { name: string; as: string }[] = [];
  const opened = new Map<Sha256, Opened>();
  for (const named of packs) {
    const one = open(named);
    if ('because' in one) {
      unread.push(one);
      continue;
    }
    const same = opened.get(one.digest);
    if (same) again.push({ name: one.name, as: same.name });
    else opened.set(one.digest, one);
  }
  const followers = Map.groupBy(opened.values(), ({ opening }) =>
    opened.has(opening.previous) ? opening.previous : NO_DIGEST,
  );
  const links: Link[] = [];
  // A list of what is still to come, not recursion: hundreds of packs may be given.
  const waiting: { one: Opened; before: Link | null }[] = byNumber(followers.get(NO_DIGEST)).map(withBefore(null));
  for (let next = waiting.shift(); next; next = waiting.shift()) {
    const link: Link = { ...next.one, before: next.before };
    links.push(link);
    waiting.unshift(...byNumber(followers.get(link.digest)).map(withBefore(link)));
  }
  return { links, unread, again };
}

const withBefore = (before: Link | null) => (one: Opened) => ({ one, before });

function byNumber(packs: readonly Opened[] = []): Opened[] {
  return [...packs].sort((a, b) => a.opening.number - b.opening.number || (a.name < b.name ? -1 : 1));
}

function open({ name, source }: NamedPack): Opened | Unread {
  const pack = openPack(source);
  let where: string = PATH.manifest;
  try {
    const manifest = pack.manifest();
    const digest = pack.digest(PATH.manifest) as Sha256;
    where = `${PATH.events}:1`;
    const opening = pack.eventLines()[0]?.event;
    if (opening?.type !== 'opening') throw new CeremonyError('TRANSCRIPT_BROKEN', 'the first event is not the opening');
    const ceremony = pack.ceremony();
    where = PATH.ledger;
    return { name, pack, digest, manifest, opening, ceremony, ledger: pack.ledger() };
  } catch (error) {
    if (error instanceof CeremonyError) return { name, where, because: error.message };
    throw error;
  }
}

/** `ceremony 3 (packs/2027)`, for findings. */
export const called = ({ opening, name }: Pick<Link, 'opening' | 'name'>): string =>
  `ceremony ${opening.number} (${name})`;
