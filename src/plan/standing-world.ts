import { NO_DIGEST } from '../base/digest.ts';
import { hasSite, type PlanHead, type PlannedUse } from './plan.ts';
import type { World, WorldCertificate, WorldCrl, WorldKey } from './world.ts';

type Uses = Readonly<Record<string, PlannedUse>>;

/** What stands before the first step: HSMs as they are expected, and what the script uses of earlier ceremonies. */
export function standing(plan: PlanHead): Pick<World, 'tokens' | 'keys' | 'states' | 'certificates' | 'crls'> {
  const { tokens, uses = {} } = plan;
  const of = <K extends PlannedUse['kind']>(kind: K) =>
    Object.entries(uses).filter((one): one is [string, Extract<PlannedUse, { kind: K }>] => one[1].kind === kind);
  const keys = of('key').map(([name, { label, algorithm, token, wrappable = false }]): [string, WorldKey] => [
    name,
    { name, token: token ?? '', label, algorithm, wrappable, step: null },
  ]);
  const certificates = of('certificate').map(([name, { spkiSha256 }]): [string, WorldCertificate] => [
    name,
    { name, key: named(uses, 'key', spkiSha256) || null, issuer: null, kind: null, step: null, requests: [] },
  ]);
  const crls = of('crl').map(([name, { signedBy, scope, sha256 }]): [string, WorldCrl] => [
    name,
    {
      ...{ name, issuer: named(uses, 'certificate', signedBy), step: null },
      ...(scope === undefined ? {} : { scope }),
      ...(sha256 === NO_DIGEST && scope === undefined ? { assumed: true } : {}),
    },
  ]);
  // Without a site nobody can say where they are: what is used is taken to be there.
  const assumed = hasSite(plan) ? [] : of('key').map(([, key]) => key);
  return {
    tokens: new Map(
      tokens.map(({ name, expect, holds = expect === 'blank' ? [] : assumed }) => [
        name,
        {
          name,
          state: expect === 'blank' ? 'blank' : 'known',
          active: false,
          inspected: false,
          labels: new Set(holds.map(({ label }) => label)),
        },
      ]),
    ),
    keys: new Map(keys),
    states: new Map(
      of('key').flatMap(([name, { state }]) => (state === undefined ? [] : [[name, { state, by: null }]])),
    ),
    certificates: new Map(certificates),
    crls: new Map(crls),
  };
}

/** The script's name for what it uses of that key: the key itself, or its certificate. */
function named(uses: Uses, kind: 'key' | 'certificate', spkiSha256: string): string {
  return Object.keys(uses).find((name) => uses[name]?.kind === kind && isOf(uses[name], spkiSha256)) ?? '';
}

function isOf(use: PlannedUse, spkiSha256: string): boolean {
  return use.kind !== 'crl' && use.spkiSha256 === spkiSha256;
}
