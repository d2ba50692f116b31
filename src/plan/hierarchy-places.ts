import { parseUtc } from '../base/dates.ts';
import type { Fault } from './hierarchy.ts';
import { listed, type Read } from './hierarchy-facts.ts';

/** Where a CRL and the certificate of an issuer lie, and the field of the profile that says so. */
const PLACES_OF = [
  { what: 'crl', words: 'CRL', field: 'crl' },
  { what: 'CA certificate', words: 'CA certificate', field: 'ca-issuers' },
] as const;

/** CAs below one key. */
interface Family {
  /** Of those that were there before; the last to have become valid. */
  newest: Read | undefined;
  /** Those that are signed now, by the places that they name. */
  readonly now: Map<string, Read[]>;
  /** Fields of the profile that one of them was issued again for. */
  readonly moved: Set<string>;
}

/**
 * Who fetches the CRL of an issuer, or its certificate, finds each at one place; the CRL that is partitioned at one for each
 * partition. One that is issued again may say another, by
 * the script's own word; from then on that is the place. So all that is signed now has one, and of those that were there
 * before the newest counts, unless something has moved since.
 */
export class Siblings {
  readonly #families = new Map<string, Family>();
  readonly #partitions: ReadonlySet<string>;

  /** @param partitions URIs of those of which CAs sign, or have signed, a CRL */
  constructor(partitions: readonly string[] = []) {
    this.#partitions = new Set(partitions.map((uri) => listed([uri])));
  }

  /** What is wrong with the places that this one names, beside those that were added before. */
  faults(member: Read): Fault[] {
    const family = member.signer === undefined ? undefined : this.#families.get(member.signer);
    if (!family || !isBelow(member)) return [];
    const mine = placesOf(member);
    const others = [...family.now].flatMap(([places, those]) => (places === mine ? [] : those));
    return [...(family.newest ? [family.newest] : []), ...others]
      .sort((one, other) => one.order - other.order)
      .flatMap((other) =>
        PLACES_OF.flatMap(({ what, words, field }) => {
          const isMoved = member.changes?.includes(field) || family.moved.has(field);
          if ((other.signedAt === null && isMoved) || member.urls[what] === other.urls[what]) return [];
          if (what === 'crl' && [member, other].every(({ urls }) => this.#partitions.has(urls.crl))) return [];
          const message = `names the ${words} ${member.urls[what]}, and "${other.name}" of the same issuer names ${other.urls[what]}`;
          return [{ of: 'profile' as const, message }];
        }),
      );
  }

  add(member: Read): void {
    if (member.signer === undefined || !isBelow(member)) return;
    const family = this.#families.get(member.signer) ?? { newest: undefined, now: new Map(), moved: new Set() };
    this.#families.set(member.signer, family);
    for (const field of member.changes ?? []) family.moved.add(field);
    if (member.signedAt === null) {
      if (!family.newest || since(family.newest) < since(member)) family.newest = member;
      return;
    }
    const places = placesOf(member);
    const those = family.now.get(places);
    if (those) those.push(member);
    else family.now.set(places, [member]);
  }
}

function since({ certificate }: Read): number {
  return parseUtc(certificate.notBefore.at);
}

function placesOf({ urls }: Read): string {
  return JSON.stringify(PLACES_OF.map(({ what }) => urls[what]));
}

function isBelow({ isCa, isSelfSigned }: Read): boolean {
  return isCa && !isSelfSigned;
}
