import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { sha256 } from '../../src/base/digest.ts';
import type { Revocation } from '../../src/pki/request.ts';
import { renderReport } from '../../src/report/report.ts';
import { forge } from '../forge/forge.ts';
import { MemorySource } from '../forge/memory-source.ts';
import { FILE, listOf, revoking } from '../forge/revoking.ts';
import { crlRequest, issueCrl, issueRoot, NOT_BEFORE, rootRequest } from '../issue/software-ca.ts';
import { look } from './fixture/pdf.ts';

const KEY = 'ecdsa-p384';
const CRL = 'crls/example-root-g1.crl';

/** Serial numbers of three octets, none of which is part of another's text. */
const entry = (at: number, reason: Revocation['reason'] = 'superseded'): Revocation => ({
  serial: Uint8Array.of(0x40 + (at >> 16), (at >> 8) & 255, at & 255),
  at: NOT_BEFORE,
  reason,
});
const hex = (at: number) => Buffer.from(entry(at).serial).toString('hex');
const entries = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => entry(from + index));

describe('the report of a CRL that follows another', () => {
  let root: Uint8Array;
  let files: ReadonlyMap<string, Uint8Array>;
  before(async () => {
    root = await issueRoot(rootRequest(KEY));
    ({ files } = await forge(revoking(listOf())));
  });

  const crl = (revoked: readonly Revocation[]) => issueCrl(crlRequest(root, KEY, { revoked }), KEY);
  /** The section of the CRL, of a pack in which both are others. */
  const shown = async (
    last: readonly Revocation[],
    next: readonly Revocation[],
    more: Readonly<Record<string, string>> = {},
  ): Promise<string> => {
    const changed = new Map(files);
    const path = [...changed.keys()].find((one) => one.startsWith('previous/crls/')) ?? assert.fail('no CRL before');
    changed.set(path, crl(last)).set(CRL, crl(next));
    for (const [name, text] of Object.entries(more)) changed.set(name, Buffer.from(text));
    const flow = look(await renderReport(new MemorySource(changed))).flow.replace(/\s+/g, ' ');
    return flow.slice(flow.lastIndexOf('CRL, SHA-256 of the DER'));
  };

  test('lists each entry that is new, behind more than it lists of those that were kept', async () => {
    const text = await shown(entries(0, 600), [...entries(0, 600), ...entries(600, 1150)]);
    assert.match(text, /600 kept, 550 added, none removed/);
    const [changes = '', all = ''] = text.split('Revoked certificates Serial');
    assert.match(changes, /What this CRL changes/);
    assert.equal(changes.match(/ added/g)?.length, 1 + 550);
    for (const at of [600, 875, 1149]) assert.match(changes, new RegExp(`${hex(at)} .*superseded added`));
    assert.ok(!changes.includes(hex(599)));
    assert.match(all, /and 650 more, in the CRL itself/);
  });

  test('lists each that is gone, and each that says something else, however few there are', async () => {
    const text = await shown(entries(0, 30), [entry(0, 'keyCompromise'), ...entries(15, 31)]);
    const [changes = ''] = text.split('Revoked certificates Serial');
    for (let at = 1; at < 15; at++) assert.match(changes, new RegExp(`${hex(at)} [^a-z]*UTC superseded removed`));
    assert.match(changes, new RegExp(`${hex(0)} [^a-z]*UTC keyCompromise changed`));
    assert.match(changes, new RegExp(`${hex(30)} [^a-z]*UTC superseded added`));
    assert.doesNotMatch(await shown(entries(0, 3), entries(0, 4)), /What this CRL changes/);
    assert.match(await shown(entries(0, 600), entries(0, 600)), /What this CRL changes nothing: it lists what/);
  });

  test('names the files that have all, with their digests, where nobody would read them on paper', async () => {
    const list = 'the list as it came in';
    const text = await shown(entries(0, 10), entries(0, 2060), { [FILE]: list });
    const at = text.indexOf('2000 of 2050');
    // Lines end within the digest.
    assert.equal(
      text.slice(at, text.indexOf('Revoked certificates Serial')).replaceAll(' ', ''),
      `2000 of 2050 that are added: all are in ${CRL}, by its SHA-256 above, and in ${FILE}, as it was read in the room, SHA-256 ${sha256(list)}`.replaceAll(
        ' ',
        '',
      ),
    );
    assert.match(text, new RegExp(hex(2009)));
    assert.ok(!text.includes(hex(2010)));
  });
});
