import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonObject } from '../../src/base/canonical-json.ts';
import { sha256 } from '../../src/base/digest.ts';
import { openEnvelope } from '../../src/cms/enveloped-data.ts';
import { contentKeyByRsa } from '../../src/guard/card-opening.ts';
import { recombine } from '../../src/guard/shares.ts';
import type { Ledger, LedgerShareSet } from '../../src/ledger/ledger.ts';
import { readLedger } from '../../src/ledger/read.ts';
import { type Manifest, readManifest } from '../../src/pack/manifest.ts';
import { holdEnvelopeToRecord, type OpenedShare, openShare } from '../../src/quorum/share-envelope.ts';
import { pinFrom, type ShareSet } from '../../src/quorum/share-set.ts';
import { readCast } from '../../src/rehearsal/cast.ts';
import type { Enrolled } from '../../src/rehearsal/enrol.ts';
import { type SetRequest, type StageSet, setStage } from '../../src/rehearsal/stage.ts';
import { PROGRAM_ROOT } from '../../src/supervisor/program.ts';
import { startTokenProcess, type TokenProcess } from '../../src/token/client.ts';

/** Of a yearly CRL: what the script of crypto officers needs, as the core reads it out of the plan. */
export const CAST = {
  seats: {
    administrator: { of: 1, present: 1 },
    'crypto-officer': { of: 5, present: 3 },
    witness: { of: 1, present: 1 },
  },
  tokens: ['root-hsm'],
  media: { envelopes: 1 },
  quorums: { sign: 3 },
  materials: {
    hsm: { kind: 'hsm', sealed: true, each: null, copies: 1 },
    cards: { kind: 'quorum-token', sealed: true, each: 'crypto-officer', copies: 3 },
    envelopes: { kind: 'medium', sealed: true, each: null, copies: 1 },
    inbox: { kind: 'medium', sealed: false, each: null, copies: 1 },
  },
  vendor: [],
  enrols: {},
  stands: {
    tokens: ['root-hsm'],
    uses: [
      { kind: 'key', called: 'root', of: 'example-root-g1' },
      { kind: 'certificate', called: 'root', of: 'example-root-g1' },
      { kind: 'crl', called: 'latest', of: 'example-root-g1' },
    ],
    envelopes: 'envelopes',
  },
};

export function stageIn(folder: string, cast: JsonObject, more: Partial<SetRequest> = {}): Promise<StageSet> {
  return setStage({
    cast: readCast(cast),
    folder,
    script: sha256('script'),
    program: sha256('program'),
    window: { from: '2031-05-06T07:00:00Z', until: '2031-05-07T08:00:00Z' },
    ...more,
  });
}

/** What a following ceremony finds, read as it is read there. */
export interface Found {
  readonly manifest: Manifest;
  readonly manifestBytes: Buffer;
  readonly ledger: Ledger;
  readonly site: {
    readonly previous: { readonly pack: string; readonly head: string };
    readonly tokens: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
    readonly modules: Readonly<
      Record<string, { readonly library: string; readonly environment: Record<string, string> }>
    >;
    readonly materials: Readonly<Record<string, Readonly<Record<string, string>>>>;
    readonly media: Readonly<Record<string, readonly { readonly at: string }[]>>;
    readonly people: Readonly<Record<string, readonly string[]>>;
  };
  readonly authorization: Readonly<Record<string, unknown>>;
  readonly read: (path: string) => Buffer;
}

export function found({ inputs }: StageSet): Found {
  const read = (path: string) => readFileSync(join(inputs, path));
  const manifestBytes = read('previous/manifest.json');
  return {
    manifest: readManifest(manifestBytes),
    manifestBytes,
    ledger: readLedger(read('previous/ledger.json')),
    site: JSON.parse(read('site.yaml').toString()),
    authorization: JSON.parse(read('authorization.json').toString()),
    read: (path) => read(join('previous', path)),
  };
}

/** Has openssl verify a certificate by a root, and a CRL by that certificate; throws with what it says. */
export function verifiedByOpenssl(folder: string, root: Uint8Array, certificate: Uint8Array, crl?: Uint8Array): void {
  const pem = (name: string, der: Uint8Array) => {
    writeFileSync(join(folder, name), der);
    const kind = name.endsWith('.crl') ? 'crl' : 'x509';
    execFileSync('openssl', [kind, '-inform', 'DER', '-in', join(folder, name), '-out', join(folder, `${name}.pem`)]);
    return join(folder, `${name}.pem`);
  };
  const ca = pem('root.crt', root);
  const at = ['-attime', String(Date.parse('2031-05-06T07:00:00Z') / 1000)];
  execFileSync(
    'openssl',
    ['verify', '-check_ss_sig', '-x509_strict', ...at, '-CAfile', ca, pem('one.crt', certificate)],
    {
      stdio: 'pipe',
    },
  );
  if (crl)
    execFileSync('openssl', ['crl', '-verify', '-in', pem('one.crl', crl), '-CAfile', ca, '-noout'], { stdio: 'pipe' });
}

/** The PIN that the first custodians of a set recombine, each of whom opens theirs with their own token. */
export async function recombinedPin(stage: StageSet, set: LedgerShareSet, folder: string): Promise<Buffer> {
  const opened = await openedShares(stage, set, (file) => readFileSync(join(folder, file)));
  return pinFrom(await recombine(set, opened), set, 255);
}

/** The shares of the last custodians of a set, as many as open it, each opened with their own token. */
export async function openedShares(
  stage: StageSet,
  set: ShareSet,
  read: (file: string) => Uint8Array,
): Promise<OpenedShare[]> {
  const [any] = stage.enrolled;
  if (!any) throw new TypeError('nobody is enrolled');
  const { modules } = JSON.parse(Buffer.from(String(stage.start['authorization']), 'base64').toString('utf8'));
  const client = await startTokenProcess({ programRoot: PROGRAM_ROOT, ...modules.cards });
  try {
    const opened = [];
    for (const record of set.shares.slice(-set.threshold)) {
      const holder = stage.enrolled.find(({ person }) => person.seat === record.seat) as Enrolled;
      const envelope = read(`${set.id}-${record.seat}-v1.p7m`);
      holdEnvelopeToRecord(envelope, record);
      opened.push(openShare(await openedBy(client, holder, envelope), set, record));
    }
    return opened;
  } finally {
    await client.end();
  }
}

async function openedBy(client: TokenProcess, holder: Enrolled, envelope: Uint8Array): Promise<Buffer> {
  const token = { serial: holder.serial };
  const { spki, certificate } = holder.encryption;
  await client.login(token, 'user', holder.pin);
  const { plaintext } = await openEnvelope(envelope, {
    recipientCertificate: certificate,
    ecdh: (peer) => client.ecdh(token, spki, peer),
    oaep: (ciphertext) =>
      contentKeyByRsa(
        {
          oaep: () => client.rsaOaepDecrypt(token, spki, 'sha1', ciphertext),
          raw: () => client.rsaRawDecrypt(token, spki, ciphertext),
        },
        true,
      ),
  });
  await client.logout(token);
  return plaintext;
}
