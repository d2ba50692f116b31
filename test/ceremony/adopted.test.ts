import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { sha256 } from '../../src/base/digest.ts';
import type { Ledger } from '../../src/ledger/ledger.ts';
import { PROGRAM_ROOT } from '../../src/supervisor/program.ts';
import { parseCrl } from '../../src/x509/crl.ts';
import { issuingDistributionPoint } from '../../src/x509/crl-extensions.ts';
import { playedPack, quorate } from './played-pack.ts';

const SCRIPT = join(PROGRAM_ROOT, 'ceremonies', 'adopt-ca.yaml');
const REFRESH = join(PROGRAM_ROOT, 'test', 'script', 'examples', 'crl-refresh.yaml');

describe('a root that was there before its first ceremony', { concurrency: false }, () => {
  let folder = '';
  before(() => {
    folder = mkdtempSync(join(realpathSync(tmpdir()), 'quorate-adopted-'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const ledgerOf = (pack: string) => JSON.parse(readFileSync(join(folder, pack, 'ledger.json'), 'utf8')) as Ledger;

  test('is adopted under the quorum, and the ledger says what was shown and what was said', async () => {
    await playedPack(SCRIPT, join(folder, 'adopted'), []);
    const { keys, copies, certificates, crls, adoptions } = ledgerOf('adopted');
    assert.deepEqual(
      keys.map(({ name, label, generatedAt, provenance }) => [name, label, generatedAt, provenance]),
      [['root', 'rehearsal-example-root-g1', null, 'shown']],
    );
    assert.deepEqual(new Set(copies.map(({ provenance }) => provenance)), new Set(['asserted']));
    assert.deepEqual(
      certificates.map(({ name, provenance }) => [name, provenance]),
      [
        ['root', 'shown'],
        ['root-issued-1', 'shown'],
        ['root-issued-2', 'shown'],
      ],
    );
    assert.equal(certificates[0]?.sha256, sha256(readFileSync(join(folder, 'adopted', 'inputs', 'root.crt'))));
    assert.deepEqual(
      crls.map(({ number, provenance }) => [number, provenance]),
      [['7', 'shown']],
    );
    assert.deepEqual(
      adoptions?.map(({ complete, revokedUnseen }) => [complete, revokedUnseen]),
      [['asserted', ['0badc0de']]],
    );
  });

  test('with a CRL that says it is of a part where it is said that it lists all, and the next one says that it widens it', async () => {
    const script = (text: string) => {
      const path = join(folder, `adopting-${text.length}.yaml`);
      writeFileSync(path, text);
      return path;
    };
    const shipped = readFileSync(SCRIPT, 'utf8');
    const said = shipped.replace('issued: root-issued }', 'issued: root-issued, crl-lists: all }');
    assert.notEqual(said, shipped);
    await playedPack(script(said), join(folder, 'partial'), []);
    const adopted = parseCrl(readFileSync(join(folder, 'partial', 'inputs', 'root-crl.crl')));
    assert.ok(issuingDistributionPoint(adopted.extensions));
    const events = readFileSync(join(folder, 'partial', 'events.jsonl'), 'utf8');
    assert.match(events, /"crlOf":"\\"http:\/\/pki\.example\.com\/adopted-root\.crl\\""/);
    assert.deepEqual(
      ledgerOf('partial').crls.map(({ number, scope }) => [number, scope]),
      [['7', undefined]],
    );

    // The next one says that it is complete, and the quorum reads that it was not always so.
    const text = readFileSync(REFRESH, 'utf8');
    const waiver = `{ rule: rfc5280/crl-scope-kept, why: it was the only one, owner: Dana, until: ${new Date().getUTCFullYear() + 1}-12-31 }`;
    const refresh = text.replace('rules: [rfc5280, cabf-tls]', `rules: [rfc5280]\nwaivers: [${waiver}]`);
    await playedPack(script(refresh), join(folder, 'widened'), [], join(folder, 'partial'));
    const next = parseCrl(readFileSync(join(folder, 'widened', 'crls', 'root.crl')));
    assert.equal(issuingDistributionPoint(next.extensions), undefined);
    const proposed = readFileSync(join(folder, 'widened', 'events.jsonl'), 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as { seq: number; type: string; step: string })
      .find(({ type, step }) => type === 'proposed' && step === 'crl');
    const shown = quorate('show', join(folder, 'widened'), '--proposal', String(proposed?.seq));
    assert.match(
      shown.stdout,
      /^WIDENS {6}what the CRL before it is of: [\s\S]*those that name http:\/\/pki\.example\.com\/adopted-root\.crl$/m,
    );
  });

  test('is used by the next ceremony, whose CRL follows the one of before', async () => {
    await playedPack(REFRESH, join(folder, 'refreshed'), [], join(folder, 'adopted'));
    const crl = parseCrl(readFileSync(join(folder, 'refreshed', 'crls', 'root.crl')), 'root.crl');
    assert.deepEqual(
      Array.from(crl.revoked, ({ serial }) => serial),
      ['0badc0de'],
    );
    const { crls, adoptions, keys } = ledgerOf('refreshed');
    assert.deepEqual(
      crls.map(({ number, provenance }) => [number, provenance]),
      [
        ['7', 'shown'],
        ['8', undefined],
      ],
    );
    assert.deepEqual([adoptions?.length, keys[0]?.generatedAt], [1, null]);
  });
});
