import { wrappedKeyName } from '../../src/quorum/key-backup.ts';
import { envelopeName } from '../../src/quorum/share-envelope.ts';
import type { Event } from '../../src/transcript/event.ts';
import { destroyingScript } from './destroying.ts';
import { onEvent } from './edit.ts';
import { WRAPPED } from './guard-double.ts';
import type { RecordOptions } from './record.ts';

const LOCK = /^ +- \{ id: lock,.*\n/m;

const BACKED_UP = `  - title: Backup
    steps:
      - { id: backup, step: back-up-key, by: administrator, check: witness, with: { key: root, token: root-hsm, holders: crypto-officer, envelopes: kek-envelopes, backups: backups } }
`;

const MEDIA = `  kek-envelopes: [{ at: /media/k1 }, { at: /media/k2 }]
  backups: [{ at: /media/b1 }, { at: /media/b2 }]
`;

function backingUpScript(text: string): string {
  const [lock] = LOCK.exec(text) ?? [];
  if (lock === undefined) throw new Error('the script of the forge is another');
  return text
    .replace('algorithm: ecdsa-p384 }', 'algorithm: ecdsa-p384, wrappable: true }')
    .replace(lock, `${lock}${BACKED_UP}`)
    .replace('sign: 3', 'sign: 3, backup: 3, restore: 3');
}

const withMedia = (site: string): string => site.replace('media:\n', `media:\n${MEDIA}`);

/** The forge's ceremony, at the end of which the root key is written onto media, wrapped. */
export const backingUp: RecordOptions = { script: backingUpScript, site: withMedia };

const ON_PAPER = /^( +publish: +\{ kind: medium.*\n)/m;
const AWAY = /^( +- \{ id: close, )/m;

/** The root generation in which custody is kept, and the shares of the backup are printed too. */
export const backingUpOnPaper: RecordOptions = {
  vault: true,
  script: (text) =>
    backingUpScript(text)
      .replace('backups: backups }', 'backups: backups, paper: pages }')
      .replace(ON_PAPER, '$1  pages:     { kind: paper-share, each: crypto-officer, arrives: blank }\n')
      .replace(
        AWAY,
        '      - { id: pages-away, step: seal, each: crypto-officer, check: witness, with: { item: pages, keep: own-box } }\n$1',
      ),
  site: (site) => `${withMedia(site)}printer: /dev/usb/lp0\n`,
};

/** The same, and then the key is destroyed on its HSM: nothing but its backup is left. */
export const backedUpAndDestroyed: RecordOptions = {
  script: (text) => backingUpScript(destroyingScript(text)),
  site: withMedia,
};

const RESTORING = `  - title: Restore
    steps:
      - { id: restored, step: restore-key, by: administrator, check: witness, with: { backup: root-backup, token: root-hsm, envelopes: kek-envelopes, backups: backups }, makes: { key: restored } }
  - title: Judgement
`;

/** The ceremony after it: the key comes back to its HSM. @param pack in which it was backed up and destroyed */
export function restoring(pack: ReadonlyMap<string, Uint8Array>): RecordOptions {
  const ledger = JSON.parse(Buffer.from(pack.get('ledger.json') ?? []).toString('utf8'));
  const { id, shares } = ledger.shareSets.find(({ kind }: { kind: string }) => kind === 'kek');
  const names: string[] = shares.map(({ seat }: { seat: string }) => envelopeName(id, seat));
  const envelopes = new Map(names.map((name) => [name, Buffer.from(name) as Uint8Array]));
  const wrapped = new Map([[wrappedKeyName(id, 'root'), WRAPPED as Uint8Array]]);
  return {
    script: (text) =>
      text
        .replace('Forged Root CA G1, yearly CRL', 'Forged Root CA G1, restored')
        .replace('[crl]', '[restore]')
        .replace('quorums: { sign: 3 }', 'quorums: { restore: 3 }')
        .replace(/ {2}root-key: .*\n/, '')
        .replace(/ {2}last-crl: .*\n/, '  root-backup: { backup: latest, of: example-root-g1 }\n')
        .replace(/ {2}- title: Sign\n(?:.*\n)*? {2}- title: Judgement\n/, RESTORING),
    site: withMedia,
    brought: new Map([
      ['/media/k1', envelopes],
      ['/media/b1', wrapped],
    ]),
  };
}

/** Changes what the result of a step's operation states. */
export function stated(
  step: string,
  change: (facts: Record<string, object>) => Record<string, unknown>,
): (event: Event) => Event | undefined {
  return onEvent(
    'result',
    ({ facts }) => facts['set'] !== undefined && (step === 'backup') === (facts['proof'] !== undefined),
    (event) => ({ ...event, facts: { ...event.facts, ...change(event.facts as Record<string, object>) } }),
  );
}
