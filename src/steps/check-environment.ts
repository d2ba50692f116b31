import { z } from 'zod';
import { canonicalJson, type JsonObject } from '../base/canonical-json.ts';
import { CeremonyError } from '../base/errors.ts';
import type { Plan } from '../plan/plan.ts';
import { defineStep } from '../plan/step-type.ts';
import type { Authorization } from '../quorum/authorization.ts';
import type { Event } from '../transcript/event.ts';
import { seen } from './paper-parts.ts';
import { objectIn, observationIn } from './recorded-facts.ts';

/** What of the computer refuses a ceremony, by mode. A core image would hold PINs; a live network is no air gap. */
const REFUSING: Readonly<Record<Plan['mode'], readonly (keyof typeof FAULTS)[]>> = {
  production: ['coreLimit', 'swap', 'interfaces', 'defaultRoutes'],
  rehearsal: ['coreLimit'],
};

const FAULTS = {
  coreLimit: (facts: JsonObject) =>
    facts['coreLimit'] === '0 / 0' ? undefined : `core images are allowed (limit ${String(facts['coreLimit'])})`,
  swap: (facts: JsonObject) => listed(facts['swap'], 'swap is on'),
  interfaces: (facts: JsonObject) => listed(facts['interfaces'], 'network interfaces have addresses'),
  defaultRoutes: (facts: JsonObject) => listed(facts['defaultRoutes'], 'there is a default route over'),
} as const;

/** The same, as people read it beforehand. */
const REFUSED: Readonly<Record<keyof typeof FAULTS, string>> = {
  coreLimit: 'a crash could leave an image of the memory',
  swap: 'swap is on',
  interfaces: 'a network interface has an address',
  defaultRoutes: 'there is a default route',
};

function listed(value: unknown, what: string): string | undefined {
  return Array.isArray(value) && value.length === 0
    ? undefined
    : `${what}: ${Array.isArray(value) ? value.join(', ') : 'not reported'}`;
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
    `It is refused where ${REFUSING[plan.mode].map((name) => REFUSED[name]).join(', or ')}.`,
  ],
  paper: () => [seen('the screen names nothing that it refuses')],
  async *run(_params, step, { machine, ceremony }) {
    const facts = await machine.environment();
    const modules = modulesOf(ceremony.authorization);
    yield { type: 'observation', step: step.key, subject: 'environment', facts: { ...facts, modules } };
    const faults = faultsOf(facts, ceremony.plan.mode);
    if (faults.length > 0) {
      throw new CeremonyError('ENVIRONMENT_REFUSED', faults.join('; '), {
        hint: 'mend this before the ceremony; nothing has been done',
      });
    }
  },
  verify(_params, step, own, { plan, authorization, events }) {
    const seen = observationIn(own, 'environment');
    const faults = seen ? faultsOf(seen.facts, plan.mode) : ['it was not recorded'];
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

function faultsOf(facts: JsonObject, mode: Plan['mode']): string[] {
  return REFUSING[mode].flatMap((name) => FAULTS[name](facts) ?? []);
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
