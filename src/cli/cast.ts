import { systemClock } from '../adapters/ambient.ts';
import { lazyIssue } from '../adapters/issuing.ts';
import type { JsonObject } from '../base/canonical-json.ts';
import { EXIT } from '../base/errors.ts';
import type { KeyAlgorithmName } from '../pki/algorithms.ts';
import { materialOf } from '../plan/custody.ts';
import { ADOPT, VENDOR } from '../plan/key-places.ts';
import { revokingStep, usedCrl } from '../plan/known.ts';
import { type Plan, roleOf, stepsOf } from '../plan/plan.ts';
import { tokenOfKey } from '../plan/record.ts';
import { changeOf } from '../plan/roster-change.ts';
import type { Script } from '../script/script.ts';
import { type PlanningInput, planFiles } from './planning.ts';
import { roomOf } from './room.ts';

/** Media that a rehearsal makes in two copies, as a ceremony would have them. */
const COPIES = 2;

/** Of a request whose key the script leaves open. */
const ANY_KEY: KeyAlgorithmName = 'ecdsa-p384';

/**
 * Lints scripts, up to the first that is refused, and prints, for the supervisor, whom and what a rehearsal of each needs.
 * They share a process: what lints has to be loaded, and that takes longer than to lint.
 * @param room a site to be followed, and the pack before where it lies elsewhere than that says: both are planned with
 * @throws CeremonyError AUTHORIZATION_PREVIOUS when the site follows another pack; as `planFiles`
 */
export async function printCasts(
  scripts: readonly string[],
  room: Pick<PlanningInput, 'site' | 'pack'> = {},
): Promise<number> {
  const casts: JsonObject[] = [];
  for (const script of scripts) {
    const cast = await castOf(script, room);
    if (cast === undefined) return EXIT.refused;
    casts.push(cast);
  }
  process.stdout.write(`${JSON.stringify({ casts })}\n`);
  return EXIT.done;
}

/** @returns nothing where the script is refused: what is wrong with it has been printed */
async function castOf(script: string, room: Pick<PlanningInput, 'site' | 'pack'>): Promise<JsonObject | undefined> {
  const planned = await planFiles({ script, ...room, at: systemClock.now(), issue: lazyIssue });
  const { planning, printed, script: reading } = planned;
  process.stderr.write(printed);
  const { plan } = planning;
  if (!plan || !reading.script) return undefined;
  const media = new Set<string>();
  for (const step of stepsOf(plan)) {
    for (const key of ['item', 'envelopes', 'backups'])
      if (typeof step.params[key] === 'string') media.add(step.params[key]);
  }
  const stands = standsFor(reading.script, plan);
  // No step names it: whoever approves opens what lies on it.
  if (stands.tokens.length > 0 && stands.envelopes !== undefined) media.add(stands.envelopes);
  const keyFilesOn = mediumOfKeyFiles(plan) ?? [...media].sort()[0];
  for (const { on } of Object.values(plan.inputs ?? {})) media.add(on);
  return {
    seats: Object.fromEntries(
      Object.entries(reading.script.seats).map(([role, seat]) => [
        role,
        { of: seat.of, present: seat.present ?? seat.of },
      ]),
    ),
    tokens: plan.tokens.map((token) => token.name),
    media: Object.fromEntries([...media].sort().map((name) => [name, copiesOf(plan, name)])),
    ...(keyFilesOn === undefined ? {} : { keyFilesOn }),
    materials: Object.fromEntries(
      plan.materials.map(({ name, kind, arrives, units }) => [
        name,
        {
          kind,
          sealed: arrives === 'sealed',
          each: units.some(({ seat }) => seat !== null) ? (roleOf(plan, units[0]?.seat ?? '') ?? null) : null,
          copies: units.length,
        },
      ]),
    ),
    quorums: { ...plan.quorums },
    vendor: vendorWork(plan),
    enrols: tokensToEnrol(plan),
    ...changesOf(plan),
    stands,
    keys: keysMade(plan),
    requests: requestsToBring(plan, reading.script),
    ...(room.site !== undefined && planned.site?.site ? { room: roomOf(plan, planned.site.site, room.site) } : {}),
  };
}

function copiesOf(plan: Plan, medium: string): number {
  return plan.media[medium]?.length ?? materialOf(plan, medium)?.units.length ?? COPIES;
}

/** What the script takes from earlier ceremonies. */
function standsFor({ tokens, uses, materials }: Script, plan: Plan) {
  const envelopes = Object.entries(materials).find(
    ([, one]) => one.kind === 'medium' && one.holds === 'share-envelopes',
  );
  return {
    tokens: Object.keys(tokens).filter((name) => tokens[name]?.expect === 'ledger'),
    uses: Object.entries(uses).map(([name, use]) =>
      'key' in use
        ? { kind: 'key', called: use.key, of: use.of, ...subjectAsked(plan, name), ...wrappableWanted(plan, name) }
        : 'backup' in use
          ? { kind: 'backup', called: use.backup, of: use.of }
          : 'certificate' in use
            ? { kind: 'certificate', called: use.certificate, of: use.of }
            : { kind: 'crl', called: use.crl, of: use.of, ...(use.partition ? { partitioned: true } : {}) },
    ),
    ...(envelopes === undefined ? {} : { envelopes: envelopes[0] }),
    ...mediaToRestore(plan),
  };
}

/** Labels of the keys that are the CA's from this ceremony on. */
function keysMade(plan: Plan): string[] {
  return stepsOf(plan).flatMap(({ makes, params }) =>
    makes['key'] !== undefined && typeof params['label'] === 'string' ? [params['label']] : [],
  );
}

/** A request for a key that has a certificate is under its name: what is invented for a rehearsal has that one. */
function subjectAsked(plan: Plan, key: string): JsonObject {
  const subject = stepsOf(plan).find(({ type, params }) => type === 'make-csr' && params['key'] === key)?.params[
    'subject'
  ];
  return subject === undefined ? {} : { subject };
}

/** A key that leaves its HSM wrapped was made to: what is invented for a rehearsal is. */
function wrappableWanted(plan: Plan, key: string): JsonObject {
  return stepsOf(plan).some(({ operation, params }) => operation === 'wrap-key' && params['key'] === key)
    ? { wrappable: true }
    : {};
}

/** Media from which a wrapped key is restored, and the envelopes of the shares that open it. */
function mediaToRestore(plan: Plan): JsonObject {
  const restores = stepsOf(plan).filter(({ operation }) => operation === 'unwrap-key');
  const media = (name: string) => [...new Set(restores.map(({ params }) => String(params[name])))];
  return restores.length === 0 ? {} : { restores: { envelopes: media('envelopes'), backups: media('backups') } };
}

/** Steps with other tools, and which HSM holds what they copy to which. */
function vendorWork(plan: Plan): JsonObject[] {
  return stepsOf(plan)
    .filter(({ type, token }) => type === VENDOR && token === undefined)
    .map(({ key, params }) => ({
      step: key,
      sheet: String(params['sheet']),
      copies: Object.entries(params['changes'] as Record<string, { adds: string[] }>).flatMap(([to, { adds }]) => {
        const sources = new Set(adds.flatMap((name) => tokenOfKey(plan, name) ?? []));
        return [...sources].map((from) => ({ from, to }));
      }),
    }));
}

/** The medium that the script writes them onto; where it does not, its evidence, so that the plan can ask for it. */
function mediumOfKeyFiles(plan: Plan): string | undefined {
  const writes = (files: string) =>
    stepsOf(plan).find(({ type, params }) => type === 'write-media' && params['files'] === files)?.params['item'];
  const item = writes('key-files') ?? writes('pack');
  return typeof item === 'string' ? item : undefined;
}

/** Of a folder of requests: enough to see that it is a folder. */
const STAND_INS = 5;

/** Of each of its requests, where the script leaves it open: a thousand of them are made before a rehearsal begins. */
const QUICK_KEY: KeyAlgorithmName = 'ecdsa-p256';

/** The stand-ins that requesters and other CAs bring, each with a key as the script wants it; and CRLs and lists, each of its CA. */
function requestsToBring(plan: Plan, { uses, inputs }: Pick<Script, 'uses' | 'inputs'>): JsonObject[] {
  return Object.entries(plan.inputs ?? {}).flatMap(
    ([name, { type, on, file, key, issuer = '', issued, optional, given, mustEqual = '' }]): JsonObject[] => {
      if (given === false) return [];
      if (type === 'csr') return [{ type, name, on, file, key: key ?? ANY_KEY }];
      if (type === 'certificate') return [{ type, name, on, file, key: key ?? ANY_KEY, ...adoptedKey(plan, name) }];
      if (type === 'csr-folder') {
        const wanted = inputs[name];
        const count = (wanted?.type === 'csr-folder' ? wanted['stand-ins'] : undefined) ?? STAND_INS;
        return [{ type, name, on, file, key: key ?? QUICK_KEY, count }];
      }
      const used = uses[issuer];
      if (type === 'revocation-list') {
        if (!used || !('certificate' in used)) return [];
        const asserted = issued === 'asserted';
        const partition = revokingStep(plan, name)?.params['partition'];
        const of = { called: used.certificate, of: used.of, ...(partition === undefined ? {} : { partition }) };
        return [{ type, name, on, file, ...of, optional, asserted }];
      }
      const of = used && 'certificate' in used ? { called: used.certificate, of: used.of } : { input: issuer };
      const scope = type === 'crl' && !('input' in of) ? usedCrl(plan, mustEqual)?.scope : undefined;
      return [{ type, name, on, file, ...of, ...(scope === undefined ? {} : { partition: { ...scope } }) }];
    },
  );
}

/** Where the key of a certificate is before the ceremony, if a step adopts it. */
function adoptedKey(plan: Plan, certificate: string): JsonObject {
  const step = stepsOf(plan).find(({ type, params }) => type === ADOPT && params['certificate'] === certificate);
  if (!step) return {};
  const { token, label } = step.params;
  // Said of a CRL that says by itself that it is of a part: of another there is nothing to say.
  const isSaid = step.params['crl-lists'] === 'all';
  return { token: String(token), label: String(label), ...(isSaid ? { 'crl-names-itself': true } : {}) };
}

/** How the script changes the roster. */
function changesOf(plan: Plan): JsonObject {
  const change = changeOf(plan);
  if (!change) return {};
  const { joins, renews } = change.step.params;
  return {
    changes: {
      leaves: [...change.leaves],
      ...(typeof joins === 'string' ? { joins } : {}),
      ...(typeof renews === 'string' ? { renews } : {}),
      role: change.role,
    },
  };
}

/** Role → how many tokens each of its people has enrolled; empty where nobody is. */
function tokensToEnrol(plan: Plan): Record<string, number> {
  const tokens: Record<string, number> = {};
  for (const step of stepsOf(plan)) {
    const role = step.type === 'enrol' ? roleOf(plan, step.by[0] ?? '') : undefined;
    if (role !== undefined) tokens[role] = Math.max(tokens[role] ?? 0, step.params['spare'] === true ? 2 : 1);
  }
  return tokens;
}
