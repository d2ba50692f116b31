import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { combine } from 'shamir-secret-sharing';
import { openEnvelope } from '../../src/cms/enveloped-data.ts';
import { readRoster } from '../../src/quorum/roster.ts';
import { pinFrom, readShareSet, type ShareSet } from '../../src/quorum/share-set.ts';
import { PROGRAM_ROOT } from '../../src/supervisor/program.ts';
import { startTokenProcess } from '../../src/token/client.ts';
import { parseCertificate } from '../../src/x509/certificate.ts';
import type { Session } from './table.ts';

/** What was sealed at the table, as bytes in texts of one character each (latin1). */
export interface Opened {
  /** Seat → its shares of both sets, without their points. */
  readonly shares: ReadonlyMap<string, readonly string[]>;
  /** The recombined secrets of the HSM, and the PINs that come out of them. */
  readonly secrets: readonly string[];
}

/** Opens every envelope on the medium with its custodian's token and PIN: what only the quorum together could do. */
export async function openEnvelopes(session: Session): Promise<Opened> {
  const { table } = session;
  const proposed = session.events().find((event) => event.type === 'proposed' && event.operation === 'prepare-token');
  const sets = (proposed as unknown as { descriptor: { sets: never[] } }).descriptor.sets;
  const medium = join(table.folder, 'media', 'envelopes.1');
  const configuration = join(table.folder, 'cards', 'softhsm2.conf');
  const { modules } = JSON.parse(readFileSync(join(table.folder, 'authorization.json'), 'utf8'));
  const roster = readRoster(readFileSync(join(table.folder, 'roster.json')));
  const cards = await startTokenProcess({
    programRoot: PROGRAM_ROOT,
    library: modules.cards.library,
    environment: { SOFTHSM2_CONF: configuration },
  });
  const shares = new Map<string, string[]>();
  const secrets: string[] = [];

  async function open(set: ShareSet, seat: string): Promise<Uint8Array> {
    const member = roster.members.find((one) => one.seat === seat);
    const [token] = member?.tokens ?? [];
    if (!token) throw new Error(`"${seat}" has no token`);
    const card = { serial: token.serial };
    const { spki } = parseCertificate(token.encryption);
    await cards.login(card, 'user', Buffer.from(table.pins.get(token.serial) ?? ''));
    const { plaintext } = await openEnvelope(readFileSync(join(medium, `${set.id}-${seat}-v1.p7m`)), {
      recipientCertificate: token.encryption,
      ecdh: (peer) => cards.ecdh(card, spki.der, peer),
      oaep: (ciphertext) => cards.rsaOaepDecrypt(card, spki.der, 'sha1', ciphertext),
    });
    await cards.logout(card);
    return Uint8Array.from(Buffer.from(JSON.parse(plaintext.toString('utf8')).share, 'hex'));
  }

  try {
    for (const set of sets.map((one) => readShareSet(one, 'the set'))) {
      const pieces: Uint8Array[] = [];
      for (const { seat } of set.shares) {
        const piece = await open(set, seat);
        pieces.push(piece);
        shares.set(seat, [...(shares.get(seat) ?? []), latin1(piece.subarray(0, -1))]);
      }
      const secret = await combine(pieces.slice(0, set.threshold));
      secrets.push(latin1(secret), latin1(pinFrom(secret, set, 255)));
    }
  } finally {
    await cards.end();
  }
  return { shares, secrets };
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1');
}
