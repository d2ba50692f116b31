import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { canonicalBytes } from '../base/canonical-json.ts';
import { type Sha256, sha256 } from '../base/digest.ts';
import { PATH } from '../pack/layout.ts';
import { readManifest } from '../pack/manifest.ts';
import { memberOf, readRoster } from '../quorum/roster.ts';
import { nextRosterSignaturePath, rosterSignaturePath } from '../quorum/roster-files.ts';
import { startTokenProcess, type TokenProcess } from '../token/client.ts';
import { parseCertificate } from '../x509/certificate.ts';
import { asHolder } from './as-holder.ts';
import { type CardPersonality, cardNamed } from './card-personalities.ts';
import { asSeated, type Cast, people as castPeople, isFounding, type Person, peopleOf } from './cast.ts';
import { rosterDocument } from './documents.ts';
import { type Card, cardToEnrol, type Enrolled, enrol } from './enrol.ts';
import { custodianSeats } from './hsms.ts';
import type { PackBefore } from './pack-before.ts';
import { playCards } from './played-cards.ts';
import type { PreviousPack } from './previous-pack.ts';
import { makeSoftHsm, type SoftHsm } from './soft-hsm.ts';

/** This file is `<root>/src/rehearsal/company.ts`, or built in `dist`. */
const PROGRAM_ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** The people of a rehearsal with their tokens, and the roster that these have signed. They stay from ceremony to ceremony. */
export interface Company {
  readonly people: readonly Person[];
  /** Tokens with keys: none before a first enrolment. */
  readonly enrolled: readonly Enrolled[];
  /** Tokens that are to be enrolled. */
  readonly toEnrol: readonly Card[];
  /** The module by which the stage reaches the tokens, and the one by which documents say that they are reached. */
  readonly soft: SoftHsm;
  readonly reached: { readonly soft: SoftHsm; readonly librarySha256: Sha256 };
  /** What kind of card they are played as; undefined for tokens of SoftHSM. */
  readonly played: CardPersonality | undefined;
  /** What a SoftHSM calls its model. */
  readonly model: string;
  /** Null before a first enrolment. */
  readonly roster: Uint8Array | null;
  /** Seat → its signature over the roster, as CMS. */
  readonly signatures: ReadonlyMap<string, Uint8Array>;
}

export interface CompanyRequest {
  /** Of all ceremonies that these people will hold. */
  readonly cast: Cast;
  readonly folder: string;
  /** UTC: when the members' certificates hold. */
  readonly window: { readonly from: string; readonly until: string };
  /** The pack before the first ceremony: its roster says who they are. */
  readonly previous: PreviousPack | null;
  /** What kind of card the quorum tokens are played as; SoftHSM tokens where it is not said. */
  readonly cardsAs?: string;
}

/** Makes throw-away tokens, enrols who has one, and has them sign the roster. @throws CeremonyError REHEARSAL_SETUP */
export async function assembleCompany(request: CompanyRequest): Promise<Company> {
  const { cast, folder, window, previous } = request;
  const people = whoComes(cast, previous);
  const founds = isFounding(cast);
  const soft = makeSoftHsm(join(folder, 'cards'));
  const card = request.cardsAs === undefined ? undefined : cardNamed(request.cardsAs);
  const client = await atCards(soft);
  try {
    const enrolled: Enrolled[] = [];
    const toEnrol: Card[] = [];
    for (const person of people) {
      if (person.evidence !== 'token') continue;
      if (!founds) enrolled.push(await enrol(client, person, enrolled.length, window, card));
      else
        for (let token = 0; token < (cast.enrols.get(person.role) ?? 0); token++)
          toEnrol.push(await cardToEnrol(client, person, toEnrol.length, card));
    }
    const roster = founds ? null : canonicalBytes(rosterDocument(cast, people, enrolled, previous?.roster ?? null));
    const signatures = new Map<string, Uint8Array>();
    if (roster)
      for (const one of enrolled)
        await asHolder(client, one, async (sign) => void signatures.set(one.person.seat, await sign(roster)));
    return {
      ...{ people, enrolled, toEnrol, soft, model: [...enrolled, ...toEnrol][0]?.model ?? '', roster, signatures },
      played: card,
      reached: card
        ? playCards(soft, join(folder, 'cards'), join(folder, 'played-cards'), card)
        : { soft, librarySha256: sha256(readFileSync(soft.library)) },
    };
  } finally {
    await client.end();
  }
}

/** A token process for their tokens; the caller ends it. */
export function atCards(soft: SoftHsm): Promise<TokenProcess> {
  return startTokenProcess({ programRoot: PROGRAM_ROOT, library: soft.library, environment: soft.environment });
}

/** The same people once a ceremony is over: by the roster in force at its end, which that ceremony may have made or changed. */
export function companyAfter(company: Company, { files, manifest }: Pick<PackBefore, 'files' | 'manifest'>): Company {
  const next = files.get(PATH.nextRoster);
  const isChanged = next !== undefined && sha256(next) === readManifest(manifest).roster;
  const bytes = isChanged ? next : files.get(PATH.roster);
  if (!bytes || (company.roster && sha256(bytes) === sha256(company.roster))) return company;
  const cards = [...company.enrolled, ...company.toEnrol];
  const roster = readRoster(bytes);
  const enrolled = roster.members.flatMap(({ seat, tokens }) =>
    tokens.flatMap(({ serial, origin, signing, encryption }): Enrolled[] => {
      const at = cards.findIndex((one) => one.person.seat === seat && one.shown.serial === serial);
      const [card] = at < 0 ? [] : cards.splice(at, 1);
      if (!card) return [];
      const part = (certificate: Buffer) => ({ certificate, spki: parseCertificate(certificate).spki.der });
      const made = origin === 'adopted' ? 'adopted' : 'generated-here';
      return [{ ...card, origin: made, signing: part(signing), encryption: part(encryption) }];
    }),
  );
  const signatures = new Map(
    roster.members.flatMap(({ seat }) => {
      const signature = files.get(isChanged ? nextRosterSignaturePath(seat) : rosterSignaturePath(seat));
      return signature ? [[seat, signature] as const] : [];
    }),
  );
  if (!isChanged) return { ...company, enrolled, toEnrol: cards, roster: bytes, signatures };
  // Those who left come no more, and who joined has their place among the people, who come in that order.
  const stay = company.people.filter(({ seat }) => memberOf(roster, seat) || !isOn(company, seat));
  const joined = stay.filter(({ seat }) => !isOn(company, seat) && memberOf(roster, seat));
  const people = [...joined, ...stay.filter((person) => !joined.includes(person))].map((person) => ({
    ...person,
    role: memberOf(roster, person.seat)?.role ?? person.role,
  }));
  const held = enrolled.map((card) => ({
    ...card,
    person: people.find(({ seat }) => seat === card.person.seat) ?? card.person,
  }));
  return { ...company, people, enrolled: held, toEnrol: [], roster: bytes, signatures };
}

function isOn({ roster }: Company, seat: string): boolean {
  return roster !== null && memberOf(readRoster(roster), seat) !== undefined;
}

function whoComes(cast: Cast, previous: PreviousPack | null): readonly Person[] {
  const { room } = cast;
  const known = previous?.roster ? peopleOf(cast, previous.roster, custodianSeats(previous.ledger)) : castPeople(cast);
  const rostered = new Set(previous?.roster?.members.map(({ seat }) => seat));
  return room ? asSeated(known, room.people, rostered) : known;
}
