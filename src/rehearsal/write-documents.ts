import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { canonicalBytes, type JsonObject } from '../base/canonical-json.ts';
import { NO_DIGEST, sha256 } from '../base/digest.ts';
import { readRoster } from '../quorum/roster.ts';
import { rosterSignaturePath } from '../quorum/roster-files.ts';
import { asHolder } from './as-holder.ts';
import { POLICY_AUTHORITY } from './cast.ts';
import { atCards, type Company } from './company.ts';
import {
  authorizationDocument,
  BEFORE,
  peopleDocument,
  previousDigest,
  type Stage,
  sheetFile,
  siteDocument,
  WEAK_KEYS_FILE,
} from './documents.ts';
import type { Lasting } from './lasting.ts';
import { writePack } from './pack-before.ts';
import type { CeremonyRequest, StageSet } from './stage.ts';
import { windowAfter } from './standing.ts';

function typedPins({ hsms }: Stage): Map<string, string> {
  return new Map(
    [...hsms].flatMap(([name, { played }]) =>
      played && played.personality.activation.means !== 'device-quorum' ? [[name, played.typed]] : [],
    ),
  );
}

/** The libraries that the guard may read. */
function librariesOf({ cards, hsms }: Stage): string[] {
  return [...new Set([cards.library, ...[...hsms.values()].map(({ soft }) => soft.library)])];
}

/** The stage, once its documents are written. */
export type Documents = Omit<
  StageSet,
  'keyFiles' | 'bags' | 'usedBags' | 'used' | 'references' | 'tools' | 'notes' | 'printer' | 'papers'
>;

/** Writes them into the folder of the inputs, signed by those who have a token. */
export async function writeDocuments(
  request: CeremonyRequest,
  { people, enrolled, toEnrol, soft, signatures: signed }: Company,
  within: Lasting['window'],
  stage: Stage,
  roster: Uint8Array,
): Promise<Documents> {
  const inputs = request.inputs ?? join(request.folder, 'inputs');
  for (const name of ['roster', 'authorization']) mkdirSync(join(inputs, name), { recursive: true });
  const write = (path: string, bytes: Uint8Array | string) => writeFileSync(join(inputs, path), bytes, { flag: 'wx' });

  const cards = [...enrolled, ...toEnrol];
  const site = Buffer.from(siteDocument(request.cast, people, stage, toEnrol));
  const digests = { script: request.script, site: sha256(site), roster: sha256(roster), program: request.program };
  const window = stage.before ? windowAfter(stage.before.ledger, within) : within;
  const authorization = canonicalBytes(authorizationDocument(digests, window, stage, cards));
  write('roster.json', roster);
  if (stage.before) writePack(stage.before, join(inputs, BEFORE));
  write('site.yaml', site);
  for (const [sheet, text] of stage.sheets) write(sheetFile(sheet), text);
  const { weakKeys } = request.cast.room ?? {};
  // As it is: the core holds it to its digest.
  if (weakKeys) write(WEAK_KEYS_FILE, readFileSync(weakKeys.file));
  write('people.json', canonicalBytes(peopleDocument(people)));
  write('authorization.json', authorization);
  const signatures: Record<string, string> = {};
  const authorizes = readRoster(roster).classes.get('authorize')?.role ?? POLICY_AUTHORITY;
  for (const [seat, signature] of signed) write(rosterSignaturePath(seat), signature);
  const client = await atCards(soft);
  try {
    for (const one of enrolled) {
      const { seat, role } = one.person;
      if (role !== authorizes || signatures[seat] !== undefined) continue;
      await asHolder(client, one, async (sign) => {
        const signature = await sign(authorization);
        write(`authorization/${seat}.p7s`, signature);
        signatures[seat] = Buffer.from(signature).toString('base64');
      });
    }
  } finally {
    await client.end();
  }
  return {
    start: {
      authorization: Buffer.from(authorization).toString('base64'),
      roster: Buffer.from(roster).toString('base64'),
      expectedRoster: digests.roster,
      signatures,
      script: digests.script,
      site: digests.site,
      program: digests.program,
      previous: previousDigest(stage),
      ...beforeFiles(stage),
      mode: 'rehearsal',
      people: 'played',
      resumes: false,
    },
    modules: librariesOf(stage),
    media: [...stage.media.values()].flat(),
    inputs,
    cards,
    enrolled,
    people,
    authorization: sha256(authorization),
    hsmPins: typedPins(stage),
  };
}

/** What the guard reads of the pack that the ceremony follows. */
function beforeFiles({ before }: Stage): JsonObject {
  if (!before) return { manifest: null, ledger: null };
  const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');
  return { manifest: base64(before.manifest), ledger: base64(before.ledgerBytes) };
}

/** Of a first enrolment: there is no roster, and so nobody who could sign the authorization. */
export function writeFoundingDocuments(
  request: CeremonyRequest,
  { people, toEnrol: cards }: Company,
  window: Lasting['window'],
  stage: Stage,
): Documents {
  const inputs = request.inputs ?? join(request.folder, 'inputs');
  mkdirSync(inputs, { recursive: true });
  const write = (path: string, bytes: Uint8Array | string) => writeFileSync(join(inputs, path), bytes, { flag: 'wx' });
  const site = Buffer.from(siteDocument(request.cast, people, stage, cards));
  const digests = { script: request.script, site: sha256(site), roster: NO_DIGEST, program: request.program };
  const authorization = canonicalBytes(authorizationDocument(digests, window, stage, cards));
  write('site.yaml', site);
  for (const [sheet, text] of stage.sheets) write(sheetFile(sheet), text);
  write('people.json', canonicalBytes(peopleDocument(people)));
  write('authorization.json', authorization);
  return {
    start: {
      authorization: Buffer.from(authorization).toString('base64'),
      roster: null,
      expectedRoster: NO_DIGEST,
      signatures: {},
      script: digests.script,
      site: digests.site,
      program: digests.program,
      previous: NO_DIGEST,
      mode: 'rehearsal',
      people: 'played',
      resumes: false,
      manifest: null,
      ledger: null,
    },
    modules: librariesOf(stage),
    media: [...stage.media.values()].flat(),
    inputs,
    cards,
    enrolled: [],
    people,
    authorization: sha256(authorization),
    hsmPins: typedPins(stage),
  };
}
