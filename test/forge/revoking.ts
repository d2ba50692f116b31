import { readFileSync } from 'node:fs';
import { sha256 } from '../../src/base/digest.ts';
import { readLedger } from '../../src/ledger/read.ts';
import { PATH } from '../../src/pack/layout.ts';
import { COLUMNS } from '../../src/pki/revocation-list.ts';
import { changing } from './edit.ts';
import type { Faults } from './faults.ts';
import { forge } from './forge.ts';
import { INBOX } from './intake.ts';

/* The yearly CRL after a root with two issuing CAs, to which a list of what is to be revoked may come. */

const SHIPPED = new URL('../../ceremonies/crl-refresh.yaml', import.meta.url);
const BEFORE: Faults = { record: { hierarchy: true } };
const ISSUED = readLedger((await forge(BEFORE)).files.get(PATH.ledger) as Uint8Array).certificates;

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
