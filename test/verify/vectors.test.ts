import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { CHECKS } from '../../src/verify/registry.ts';
import { verifyPack } from '../../src/verify/verify-pack.ts';
import { answering } from '../forge/answering.ts';
import { batch } from '../forge/batch.ts';
import { forge } from '../forge/forge.ts';
import { requesting } from '../forge/requesting.ts';
import { allVectors } from '../forge/vectors.ts';

const VECTORS = await allVectors();
/** Hands on what step types judge, under their own ids. */
const HANDS_ON = 'STEP-VERIFY';

function stepIds(): readonly string[] {
  const folder = new URL('../../src/steps/', import.meta.url);
  const source = readdirSync(folder)
    .map((file) => readFileSync(new URL(file, folder), 'utf8'))
    .join('\n');
  return [...new Set(source.match(/(?<=')STEP-[A-Z-]+(?=')/g))];
}

describe('vectors', () => {
  for (const [name, vector] of VECTORS) {
    it(`${name}: ${vector.title}`, async () => {
      assert.ok(name.startsWith(`${vector.check}-`), 'a vector is named after its check');
      const { source, options, derive } = await forge(vector.faults);
      const { findings } = verifyPack(source, options, derive);
      const said = findings.map(({ check, where, message }) => `${check} ${where}: ${message}`).join('\n');
      assert.deepEqual([...new Set(findings.map((finding) => finding.check))], [vector.check], said);
      if (vector.where !== undefined)
        assert.ok(
          findings.some(({ where }) => where === vector.where),
          said,
        );
      for (const { message } of findings)
        assert.match(message, /^\S.*[^.]$/, 'a finding says something, without a full stop');
    });
  }

  it('has one for every check, and for every id that a step type reports under', () => {
    const shown = new Set([...VECTORS.values()].map((vector) => vector.check));
    const ids = [...CHECKS.map((check) => check.id).filter((id) => id !== HANDS_ON), ...stepIds()];
    assert.deepEqual(
      ids.filter((id) => !shown.has(id)),
      [],
    );
    assert.deepEqual(
      [...shown].filter((id) => !ids.includes(id)),
      [],
    );
  });

  for (const [name, faults] of [
    ['the pack', {}],
    ['the pack of the ceremony after it', { follows: true }],
    ['the pack of one that asks another CA for a certificate', { record: requesting() }],
    ['the pack of one that issues for a folder of requests', { record: batch() }],
    ['the pack of one that answers OCSP requests beforehand', { record: answering() }],
  ] as const) {
    it(`finds nothing in ${name} that has no fault`, async () => {
      const { source, options, derive } = await forge(faults);
      const { findings, notRun, notes } = verifyPack(source, options, derive);
      assert.deepEqual({ findings, notRun, notes }, { findings: [], notRun: [], notes: [] });
    });
  }
});

describe('checks', () => {
  it('are sorted by id, each once, each in the file of its name', () => {
    const ids = CHECKS.map((check) => check.id);
    assert.deepEqual(ids, [...new Set(ids)].sort());
    const files = readdirSync(new URL('../../src/verify/checks/', import.meta.url)).map((file) =>
      file.replace('.ts', ''),
    );
    assert.deepEqual(files.sort(), ids.map((id) => id.toLowerCase()).sort());
  });

  it('have a title that reads as a claim', () => {
    for (const { id, title } of CHECKS) assert.match(title, /^[a-zA-Z].*[^.]$/, id);
  });
});
