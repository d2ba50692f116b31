import { z } from 'zod';
import { canonicalJson, type JsonObject } from '../base/canonical-json.ts';
import { CeremonyError } from '../base/errors.ts';
import type { Plan } from '../plan/plan.ts';
import { defineStep } from '../plan/step-type.ts';
import type { Authorization } from '../quorum/authorization.ts';
import type { Event } from '../transcript/event.ts';
import { seen } from './paper-parts.ts';
import { objectIn, observationIn } from './recorded-facts.ts';

type Network = NonNullable<Plan['network']>;

/** What of the computer refuses a ceremony, by mode. A core image would hold PINs; a live network is no air gap. */
const REFUSING: Readonly<Record<Plan['mode'], readonly (keyof typeof FAULTS)[]>> = {
  production: ['coreLimit', 'swap', 'interfaces', 'defaultRoutes'],
  rehearsal: ['coreLimit'],
};
/** Besides, where an HSM hangs on a cable: nothing else may, and nobody else may be at its end. */
const REFUSING_BY_CABLE = ['interfacesOn', 'peers'] as const;

/** @param network what the site declares, by module; empty for an air gap */
const FAULTS = {
  coreLimit: (facts: JsonObject) =>
    facts['coreLimit'] === '0 / 0' ? undefined : `core images are allowed (limit ${String(facts['coreLimit'])})`,
  swap: (facts: JsonObject) => listed(facts['swap'], 'swap is on'),
  interfaces: (facts: JsonObject, network: Network) =>
    listed(facts['interfaces'], 'network interfaces have addresses', cables(network)),
  interfacesOn: (facts: JsonObject, network: Network) =>
    listed(facts['interfacesOn'], 'network interfaces are on', cables(network)),
  defaultRoutes: (facts: JsonObject) => listed(facts['defaultRoutes'], 'there is a default route over'),
  peers: (facts: JsonObject, network: Network) =>
    listed(
      facts['peers'],
      'others than the HSM are on the network',
      Object.values(network).map(({ peer }) => peer),
    ),
} as const;

function cables(network: Network): readonly string[] {
  return Object.values(network).map((one) => one.interface);
}

/** @param but what may be there */
function listed(value: unknown, what: string, but: readonly string[] = []): string | undefined {
  if (!Array.isArray(value)) return `${what}: not reported`;
  const rest = value.filter((one) => !but.includes(String(one)));
  return rest.length === 0 ? undefined : `${what}: ${rest.join(', ')}`;
}

/** What the computer is, and whether it is fit: network, swap, core limit, kernel, program and module digests. */
export const checkEnvironment = defineStep({
  name: 'check-environment',
  version: 1,
  summary: 'Record the computer, the program and the modules; refuse what must not be.',
  irreversible: false,
  needs: ['machine'],
  schema: z.strictObject({}),
  simulate: (_params, world) => world,
  describe: (_params, _step, plan) => [
    `Refuses: ${refusing(plan).join(', ')}.`,
    ...Object.entries(plan.network ?? {}).map(
      ([module, cable]) => `But "${module}" reaches its HSM at ${cable.peer} by ${cable.interface}.`,
    ),
  ],
  paper: () => [seen('the screen names nothing that it refuses')],
  async *run(_params, step, { machine, ceremony }) {
    const facts = await machine.environment();
    const modules = modulesOf(ceremony.authorization);
    yield { type: 'observation', step: step.key, subject: 'environment', facts: { ...facts, modules } };
    const faults = faultsOf(facts, ceremony.plan);
    if (faults.length > 0) {
      throw new CeremonyError('ENVIRONMENT_REFUSED', faults.join('; '), {
        hint: 'mend this before the ceremony; nothing has been done',
      });
    }
  },
  verify(_params, step, own, { plan, authorization, events }) {
    const seen = observationIn(own, 'environment');
    const faults = seen ? faultsOf(seen.facts, plan) : ['it was not recorded'];
    const modules = objectIn(seen?.facts['modules']);
    if (seen && !isProgramOf(objectIn(seen.facts['program']), events, seen.seq))
      faults.push('another program was recorded than the one that ran');
    if (faults.length === 0 && canonicalJson(modules) !== canonicalJson(modulesOf(authorization)))
      faults.push('other modules were recorded than the authorization names');
    return faults.map((fault) => ({
      check: 'STEP-ENVIRONMENT',
      message: `step ${step.number} "${step.key}": ${fault}`,
      where: 'events.jsonl',
    }));
  },
});

function refusing({ mode, network }: Pick<Plan, 'mode' | 'network'>): readonly (keyof typeof FAULTS)[] {
  return [...REFUSING[mode], ...(mode === 'production' && network ? REFUSING_BY_CABLE : [])];
}

function faultsOf(facts: JsonObject, plan: Pick<Plan, 'mode' | 'network'>): string[] {
  return refusing(plan).flatMap((name) => FAULTS[name](facts, plan.network ?? {}) ?? []);
}

/** The program of the opening; after a resume the one that went on, of which the record has the digest alone. */
function isProgramOf(program: JsonObject, events: readonly Event[], seq: number): boolean {
  const resumed = events.findLast((event) => event.type === 'resume' && event.seq < seq);
  if (resumed?.type === 'resume') return program['digest'] === resumed.program;
  const [opening] = events;
  return opening?.type === 'opening' && canonicalJson(program) === canonicalJson(opening.program);
}

/** The guard loads no other: it holds each file to its digest before it starts a token process with it. */
function modulesOf(authorization: Authorization): JsonObject {
  return Object.fromEntries([...authorization.modules].map(([name, module]) => [name, module.sha256]));
}
