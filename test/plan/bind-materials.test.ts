import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { makePlan } from '../../src/plan/make-plan.ts';
import { readScript, readSite } from '../../src/script/read-script.ts';
import { STEP_TYPES } from '../../src/steps/registry.ts';
import { vaultSiteText, WINDOW } from '../forge/stage.ts';
import { edited, TEMPLATES } from './planned.ts';

const SCRIPT = readFileSync(new URL('../../ceremonies/root-generation-vault.yaml', import.meta.url));

function planOn(from: string, to: string) {
  const site = readSite(Buffer.from(edited(vaultSiteText('rehearsal'), [[from, to]])), 'site.yaml');
  assert.deepEqual(site.problems, []);
  const script = readScript(SCRIPT, 'script.yaml', STEP_TYPES);
  const window = [WINDOW.from, WINDOW.until] as const;
  return makePlan({ script, site, stepTypes: STEP_TYPES, templates: TEMPLATES, window });
}

describe('the list of things in a site', () => {
  test('gives each thing its bag and its place, by copy and by person', () => {
    const { plan, problems } = planOn('place: Test room', 'place: Another room');
    assert.deepEqual(problems, []);
    const units = new Map(plan?.materials.flatMap((material) => material.units).map((unit) => [unit.unit, unit]));
    const laptop = {
      unit: 'laptop',
      seat: null,
      make: 'Example T1',
      serial: 'PF2X1',
      bag: 'A0012345',
      place: 'safe-1',
    };
    assert.deepEqual(units.get('laptop'), laptop);
    assert.deepEqual(units.get('cards@erin')?.bag, 'A0012355');
    assert.deepEqual(units.get('envelopes.2')?.bag, null);
    assert.deepEqual(plan?.bags, { needed: 12, spare: 4 });
  });

  const refused: readonly (readonly [name: string, from: string, to: string, expected: string])[] = [
    [
      'with one number twice',
      'bob: A0012352',
      'bob: a0012351',
      'bag "a0012351" of "cards@bob": "cards@alice" has it too',
    ],
    [
      'with a number that nobody can type',
      'bag: A0012346',
      'bag: "A#1"',
      'bag "A#1" of "boot": expected the number on the bag',
    ],
    ['without a bag', 'bag: A0012346, ', '', 'the bag in which "boot" arrives is not known'],
    ['without a place', ', place: safe-2', '', 'it is not known where "boot" is kept'],
    ['without the bag of one person', 'carol: A0012353, ', '', 'of "cards", the bag of "carol" is not known'],
    [
      'with a member that nothing reads',
      'make: DVD-R',
      'seriel: X',
      '"seriel" says nothing of "boot", expected make, serial, place, bag',
    ],
    [
      'of somebody who does not come',
      'erin: A0012355',
      'erin: A0012355, mallory: A1',
      '"mallory" says nothing of "cards"',
    ],
    [
      'of a thing that the script does not have',
      '  hsm: { bag',
      '  phone: { bag: A9, place: safe-1 }\n  hsm: { bag',
      'the script has no material "phone"',
    ],
    [
      'with fewer copies of a medium',
      '{ at: /media/e1 }, { at: /media/e2 }',
      '{ at: /media/e1 }',
      'the script has 2 of the medium "evidence", the site 1',
    ],
  ];
  for (const [name, from, to, expected] of refused) {
    test(`is refused ${name}`, () => {
      const { plan, problems } = planOn(from, to);
      assert.equal(plan, undefined);
      assert.ok(
        problems.some(({ file, text }) => file === 'site.yaml' && text.startsWith(expected)),
        problems.map(({ text }) => text).join('\n'),
      );
    });
  }
});
