import { readFileSync } from 'node:fs';
import { lazyIssue } from '../../src/adapters/issuing.ts';
import { sha256 } from '../../src/base/digest.ts';
import { readLedger } from '../../src/ledger/read.ts';
import { PATH } from '../../src/pack/layout.ts';
import { pemOf } from '../../src/pki/pem.ts';
import { COLUMNS } from '../../src/pki/revocation-list.ts';
import { parseCertificate } from '../../src/x509/certificate.ts';
import { changing } from './edit.ts';
import type { Faults } from './faults.ts';
import { forge } from './forge.ts';
import { HSM_KEY, hsmSign } from './guard-double.ts';
import { INBOX } from './intake.ts';
import { MECHANISM } from './reissue.ts';

/* The yearly CRL after a root with two issuing CAs, to which a list of what is to be revoked may come. */

const SHIPPED = new URL('../../ceremonies/crl-refresh.yaml', import.meta.url);
const BEFORE: Faults = { record: { hierarchy: true } };
const FOREGOING = await forge(BEFORE);
const ISSUED = readLedger(FOREGOING.files.get(PATH.ledger) as Uint8Array).certificates;

/** Of the script, and of the file on the medium. */
const LIST = 'revocations';
export const FILE = `inputs/${LIST}.csv`;
export const DATE = '2027-03-10T09:00:00Z';

/** A line of the list for a CA of the hierarchy. */
export function lineOf(name: 'tls-ca-1' | 'tls-ca-2', reason = 'superseded', at = DATE): string {
  return `${ISSUED.find((one) => one.name === name)?.serial},${at},${reason},`;
}

export function listOf(...lines: readonly string[]): Buffer {
  return Buffer.from([COLUMNS.join(','), ...lines, ''].join('\n'));
}

/** The shipped script, but for the CRL that was published: what comes in is the list alone. */
function script(): string {
  return readFileSync(SHIPPED, 'utf8')
    .replace(/^ {2}published-crl:.*\n/m, '')
    .replace(/^ {6}- \{ id: read-crl,.*\n/m, '');
}

/** Three officers come, and everything in bags. */
function inRoom(site: string, inputs: string): string {
  return `${site
    .replace('[alice, bob, carol, dave, erin]', '[alice, bob, carol]')
    .replace('  auditor: [ivo]\n', '')
    .replace('media:\n', `${inputs}media:\n  inbox: [{ at: ${INBOX} }]\n`)
    .replace('evidence: [{ at: /media/e1 }]', 'evidence: [{ at: /media/e1 }, { at: /media/e2 }]')}materials:
  laptop: { make: Example T1, serial: PF2X1, bag: A0012345, place: safe }
  hsm: { bag: A0012346, place: safe }
  cards: { alice: A0012351, bob: A0012352, carol: A0012353 }
`;
}

/**
 * The same where it is decided in the ceremony what is revoked, and no list comes.
 * @param decision of the step's parameters, beside the CA
 */
export function deciding(decision = 'certificate: revoked, reason: superseded'): Faults {
  const decided = () =>
    script()
      .replace(/^inputs:\n {2}revocations:.*\n/m, '')
      .replace('tokens:\n', '  revoked: { certificate: tls-ca-1, of: example-root-g1 }\ntokens:\n')
      .replace(
        /^ {6}- \{ id: read-revocations,.*$/m,
        `      - { id: decision, step: revoke, by: administrator, check: witness, say: Decided., with: { issuer: root, ${decision} } }`,
      )
      .replace('revoke: revocations', 'decisions: [decision]');
  return { follows: BEFORE, record: { script: decided, site: (text) => inRoom(text, '') } };
}

/** Both: a list comes, and is read before what is decided, or after it. */
export function listedAndDecided(list: Uint8Array, isListFirst: boolean): Faults {
  const faults = revoking(list);
  const decision =
    '      - { id: decision, step: revoke, by: administrator, check: witness, with: { issuer: root, certificate: revoked, reason: superseded } }\n';
  const both = () =>
    script()
      .replace('tokens:\n', '  revoked: { certificate: tls-ca-1, of: example-root-g1 }\ntokens:\n')
      .replace(/^ {6}- \{ id: read-revocations,.*\n/m, (line) => (isListFirst ? line + decision : decision + line))
      .replace('revoke: revocations', 'revoke: revocations, decisions: [decision]');
  return { ...faults, record: { ...faults.record, script: both } };
}

/** A certificate of the root that no ceremony has issued: the one of `tls-ca-1` with another serial number. */
export function unknownToLedger(): { readonly serial: string; readonly pem: Buffer } {
  const row = ISSUED.find(({ name }) => name === 'tls-ca-1');
  const der = FOREGOING.files.get(row?.path ?? '') as Uint8Array;
  const serial = `01${'5a'.repeat(16)}`;
  const tbs = Buffer.from(parseCertificate(der).tbs);
  tbs.set(Buffer.from(serial, 'hex'), tbs.indexOf(Buffer.from(row?.serial ?? '', 'hex')));
  const made = lazyIssue.assemble(tbs, MECHANISM, hsmSign(HSM_KEY.privateKey, tbs));
  return { serial, pem: Buffer.from(pemOf('CERTIFICATE', made)) };
}

/** One that the ledger has. */
export function knownToLedger(): Buffer {
  const row = ISSUED.find(({ name }) => name === 'tls-ca-2');
  return Buffer.from(pemOf('CERTIFICATE', FOREGOING.files.get(row?.path ?? '') as Uint8Array));
}

/** The list, or the decision, rests on a list of certificates that comes with it. @param file that list */
export function shown(file: Uint8Array, faults: Faults, list?: Uint8Array): Faults {
  const medium = new Map([['shown.pem', file], ...(list ? [[`${LIST}.csv`, list] as const] : [])]);
  const { record = {} } = faults;
  return {
    ...faults,
    record: {
      ...record,
      script: (text) =>
        (record.script?.(text) ?? text)
          .replace(list ? /^(inputs:\n)()/m : /^()(materials:\n)/m, (_all, before, after) => {
            const inputs = before === '' ? 'inputs:\n' : before;
            return `${inputs}  shown: { type: issued-list, issuer: root, on: inbox }\n${after}`;
          })
          .replace('type: revocation-list, issuer: root,', 'type: revocation-list, issuer: root, certificates: shown,')
          .replace(
            /^ {6}- \{ id: (read-revocations|decision),/m,
            (step) =>
              `      - { id: read-shown, step: read-input, by: administrator, check: witness, with: { input: shown } }\n${step}`,
          ),
      brought: new Map([[INBOX, medium]]),
    },
  };
}

/** @param list what comes; undefined where none does */
export function revoking(list: Uint8Array | undefined): Faults {
  const inputs = list === undefined ? '' : `inputs:\n  ${LIST}: { file: ${LIST}.csv }\n`;
  return {
    follows: BEFORE,
    record: {
      script,
      site: (text) => inRoom(text, inputs),
      brought: new Map([[INBOX, new Map(list === undefined ? [] : [[`${LIST}.csv`, list]])]]),
    },
  };
}

/** Another list in the place of the one that was read, and the record of that list. @param text its dump, line by line */
export function listPut(list: Buffer, ...text: readonly string[]): Pick<Faults, 'recorded' | 'events'> {
  return {
    recorded: (files) => {
      files.set(FILE, list);
      files.set(FILE.replace('csv', 'txt'), Buffer.from(`${text.join('\n')}\n`));
    },
    events: changing(
      'observation',
      (event) => event.step === 'read-revocations',
      (event) => ({ ...event, facts: { ...event.facts, sha256: sha256(list), size: list.length } }),
    ),
  };
}

export function dumpOf(line: string, name: string): string {
  const [serial, at, reason] = line.split(',');
  return `${serial}: "${name}", ${reason}, on ${at}`;
}
