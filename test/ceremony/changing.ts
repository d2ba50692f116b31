import { readFileSync } from 'node:fs';
import type { KillPoint } from './kill-points.ts';

/*
 * A change of the roster on a root that stands, with as many people as a quorum needs: a crypto officer leaves and another
 * comes, or one whose card is lost stays with another one. The activation of the HSM is changed with it.
 */

/** Who leaves, in the one; who stays with another token, in the other. */
export const LEAVER = 'crypto-officer-2';
export const RENEWED = 'crypto-officer-4';
export const NEWCOMER = 'crypto-officer-5';

type Rotated = 'user' | 'security-officer';

const rotation = (set: Rotated) =>
  `      - { id: rotate-${set}, step: rotate-activation, by: administrator, check: witness, with: { token: root-hsm, set: ${set}, holders: crypto-officer, envelopes: envelopes } }\n`;

const BOTH: readonly Rotated[] = ['user', 'security-officer'];

/** @param rotated of which share sets new ones are made; of others the script says why not */
export function changingScript(how: 'leaves' | 'renews', rotated: readonly Rotated[] = BOTH): string {
  const text = readFileSync(new URL('../forge/changing.yaml', import.meta.url), 'utf8')
    .replace('{ of: 5, present: 4 }', '{ of: 4, present: 3 }')
    .replace(
      'quorums: { administer: 3 }',
      'uses:\n  root-key: { key: root, of: example-root-g1 }\nquorums: { administer: 2 }',
    )
    .replace('\nacts:', '\ntokens:\n  root-hsm: { expect: ledger }\nacts:')
    .replace(
      '  - title: Judgement\n',
      `  - title: New shares\n    steps:\n${rotated.map(rotation).join('')}  - title: Judgement\n`,
    )
    .replace('leaves: [erin]', `leaves: [${LEAVER}]`)
    .replace(
      'role: crypto-officer }',
      rotated.length === BOTH.length
        ? '$&'
        : 'role: crypto-officer, unrotated: "The other set is replaced next week." }',
    );
  return how === 'leaves'
    ? text
    : text.replaceAll('newcomer', 'returning').replace(`leaves: [${LEAVER}], joins: returning`, 'renews: returning');
}

/** What a stage needs for it. */
export function changingCast(how: 'leaves' | 'renews'): object {
  const comes = how === 'leaves' ? 'newcomer' : 'returning';
  return {
    seats: {
      administrator: { of: 1, present: 1 },
      'crypto-officer': { of: 4, present: 3 },
      [comes]: { of: 1, present: 1 },
      'policy-authority': { of: 2, present: 2 },
      witness: { of: 1, present: 1 },
      auditor: { of: 1, present: 1 },
    },
    media: { envelopes: 2, evidence: 2, 'old-envelopes': 2 },
    enrols: { [comes]: 1 },
    changes: {
      ...(how === 'leaves' ? { leaves: [LEAVER], joins: comes } : { leaves: [], renews: comes }),
      role: 'crypto-officer',
    },
  };
}

/** What the root has left, on which it is held. */
export const STANDS = { tokens: ['root-hsm'], uses: [{ kind: 'key', called: 'root', of: 'example-root-g1' }] };

/**
 * The n-th of the points of such a ceremony that are like that, from the end where it is negative. Observations are those of the
 * step that changes the roster: what comes after has its own.
 */
export function pointLike(points: readonly KillPoint[], like: RegExp, nth = 0): KillPoint | undefined {
  const changes = points.findIndex(({ group }) => group.includes('roster/next'));
  const rotates = points.findIndex(({ group }) => /media\/envelopes\.N\/.*\.pNm/.test(group));
  if (changes < 0 || rotates < changes) throw new Error('no roster is changed there before new envelopes are written');
  const within = like.source.includes('observation') ? points.slice(changes, rotates) : points;
  return within.filter(({ group }) => like.test(group)).at(nth);
}
