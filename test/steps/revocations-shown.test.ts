import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Event } from '../../src/transcript/event.ts';
import { parseCrl } from '../../src/x509/crl.ts';
import type { Faults } from '../forge/faults.ts';
import { forge } from '../forge/forge.ts';
import { recordCeremony } from '../forge/record.ts';
import {
  DATE,
  deciding,
  knownToLedger,
  lineOf,
  listedAndDecided,
  listOf,
  revoking,
  shown,
  unknownToLedger,
} from '../forge/revoking.ts';
import { recordOf } from './recording.ts';

const { serial, pem } = unknownToLedger();
const LINE = `${serial},${DATE},superseded,`;

async function recorded({ record, follows }: Faults) {
  const before = await forge(follows === true ? {} : follows);
  return recordCeremony({ ...record, follows: before.files });
}

/** Why it was not taken, as the record has it. */
function refusal(events: readonly Event[]): string {
  const refused = events.find((event) => event.type === 'refusal');
  return refused ? JSON.stringify(refused) : 'nothing was refused';
}

const revokedBy = (crl: Uint8Array | undefined) =>
  Array.from(parseCrl(crl ?? new Uint8Array()).revoked, (entry) => entry.serial);

describe('a certificate that the ledger lacks is shown by its file', () => {
  test('for a line of a list', async () => {
    const list = listOf(LINE, lineOf('tls-ca-2'));
    const recording = await recorded(shown(pem, revoking(list), list));
    const { judged, files } = recordOf(recording);
    assert.deepEqual([...judged('read-shown'), ...judged('read-revocations'), ...judged('crl')], []);
    assert.equal(revokedBy(files.get('crls/example-root-g1.crl'))[0], serial);
    assert.match(
      Buffer.from(files.get('inputs/revocations.txt') ?? []).toString(),
      new RegExp(`^${serial}: ".*TLS.*", superseded, on`),
    );
    const without = judged('read-revocations', { files: (all) => void all.delete('inputs/shown.pem') });
    assert.match(without.join('\n'), /line 2: this CA has issued no certificate with the serial number 015a/);
  });

  test('and without it the line is refused', async () => {
    const { events } = await recorded(revoking(listOf(LINE)));
    assert.match(refusal(events), /REVOCATION_UNFIT.*line 2: this CA has issued no certificate with the serial/);
  });

  test('for a decision', async () => {
    const recording = await recorded(shown(pem, deciding('certificates: shown, reason: superseded')));
    const { judged, files } = recordOf(recording);
    assert.deepEqual([...judged('read-shown'), ...judged('decision'), ...judged('crl')], []);
    assert.deepEqual(revokedBy(files.get('crls/example-root-g1.crl')), [serial]);
  });

  test('is not revoked by the list and by a decision, whichever comes first', async () => {
    const decidedFirst = await recorded(listedAndDecided(listOf(lineOf('tls-ca-1')), false));
    assert.match(refusal(decidedFirst.events), /line 2: 01[0-9a-f]{32} is revoked by the step ..decision.. too/);
    const listFirst = await recorded(listedAndDecided(listOf(lineOf('tls-ca-1')), true));
    assert.match(refusal(listFirst.events), /01[0-9a-f]{32} is revoked by the list ..revocations.. too/);
    const apart = recordOf(await recorded(listedAndDecided(listOf(lineOf('tls-ca-2')), true)));
    assert.equal(revokedBy(apart.files.get('crls/example-root-g1.crl')).length, 2);
    assert.deepEqual([...apart.judged('read-revocations'), ...apart.judged('decision'), ...apart.judged('crl')], []);
  });

  test('which names one of several by its serial number', async () => {
    const both = Buffer.concat([pem, knownToLedger()]);
    const { events } = await recorded(shown(both, deciding('certificates: shown, reason: superseded')));
    assert.match(refusal(events), /the list .*shown.* has 2 certificates, expected the one that is revoked/);
    const other = await recorded(shown(both, deciding('certificates: shown, serial: 01ff, reason: superseded')));
    assert.match(refusal(other.events), /the list .*shown.* has no certificate with the serial number 01ff/);
    const { files } = recordOf(
      await recorded(shown(both, deciding(`certificates: shown, serial: ${serial}, reason: superseded`))),
    );
    assert.deepEqual(revokedBy(files.get('crls/example-root-g1.crl')), [serial]);
  });
});
