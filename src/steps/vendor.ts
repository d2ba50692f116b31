import { z } from 'zod';
import { canonicalJson, type Json } from '../base/canonical-json.ts';
import { hexGroups } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import { isKeyOn, keysOn, PROVES_COPY, VENDOR } from '../plan/key-places.ts';
import { hasSite, type Plan, type PlannedStep } from '../plan/plan.ts';
import { defineStep, type SimulateContext } from '../plan/step-type.ts';
import { openApprovals, type World, withEntry } from '../plan/world.ts';
import type { Operation } from '../quorum/operation.ts';
import { distinct, evidenceKind, name } from '../script/schema/words.ts';
import type { Event } from '../transcript/event.ts';
import { commonAsPlanned, unplanned } from './as-planned.ts';
import { inventoryFaults, unlikeDeclared } from './inventory.ts';
import { keysToSee, seen, tokenParts } from './paper-parts.ts';
import { approvedAtOnce, executeRound, roundApprovals } from './rounds.ts';
import { judgeSaidDone, sayDone } from './said-done.ts';

const schema = z.strictObject({
  tokens: distinct(name, 1),
  sheet: name,
  log: evidenceKind,
  changes: z.record(name, z.strictObject({ adds: distinct(name, 1) })).default({}),
});
type Params = z.infer<typeof schema>;

/**
 * People do something to HSMs with the tools of their vendor: by a sheet whose digest the site names, with every HSM
 * logged out here. Afterwards each of these HSMs is inspected in full, and exactly what was declared may have changed.
 */
export const vendor = defineStep({
  name: VENDOR,
  version: 1,
  summary: "Do something to HSMs with their vendor's tools, and show that exactly what was declared has changed.",
  irreversible: true,
  rounds: (params) => [null, ...params.tokens],
  operation: (_params, _tokens, token) => (token === null ? null : ('inventory' as const)),
  proposesItself: true,
  needs: ['guard', 'operations', 'pack', 'sheets', 'terminal'],
  schema,
  simulate: (params, world, context) =>
    context.step.token === undefined
      ? simulateTools(params, world, context)
      : simulateLook(params, world, context.step.token),
  describe: (params, step) =>
    step.token === undefined
      ? [
          `Every HSM is logged out here. Follow the sheet "${params.sheet}" with the vendor's tools; it is shown on the screen.`,
          ...Object.entries(params.changes).map(
            ([token, { adds }]) => `Afterwards "${token}" has ${adds.map((key) => `the key "${key}"`).join(', ')} too.`,
          ),
          `The log of these tools is kept, as evidence of kind "${params.log}".`,
        ]
      : [
          `Log in to "${step.token}" and list every object: exactly what was declared may have changed.`,
          approvedAtOnce(params.tokens, step.token, 'looks at'),
        ],
  paper: (params, step, plan) =>
    step.token === undefined
      ? [
          { kind: 'expected', values: [[`SHA-256 of sheet "${params.sheet}"`, sheetDigest(plan, params.sheet)]] },
          seen('the sheet on the screen is the one in our hands', 'its steps are done', 'the log is kept'),
        ]
      : [
          ...tokenParts(plan, step, step.token, keysToSee(plan, step, step.token, params.changes[step.token]?.adds)),
          ...roundApprovals(params.tokens, step.token, 'inventory'),
          seen('these keys are there, each once', 'nothing else is there'),
        ],
  propose: async (_params, step, { ceremony }) => ({
    operation: lookAsPlanned(step, ceremony.plan, ceremony.events()),
    payload: null,
    lint: [],
  }),
  async *run(params, step, { guard, operations, pack, sheets, terminal, ceremony }) {
    if (step.token === undefined) {
      // The vendor's tools log in by themselves: nothing of ours is in their way, and nothing of ours is open to them.
      await guard.lock();
      const bytes = sheets(params.sheet);
      const path = sheetPath(params.sheet);
      if (!(await pack.list()).includes(path)) yield* pack.add(step, [[path, bytes]]);
      await terminal.say(new TextDecoder().decode(bytes).trimEnd().split('\n'));
      yield* sayDone(step, terminal);
      return;
    }
    const { facts } = yield* executeRound(step, ceremony.plan, operations);
    const unlike = unlikeDeclared(facts, keysOn(ceremony.plan, ceremony.events(), step.token));
    if (unlike.length > 0) {
      throw new CeremonyError(
        'TOKEN_UNEXPECTED',
        `"${step.token}" is not as the steps of the sheet were to leave it: ${unlike.join('; ')}`,
        { hint: 'nobody accounts for this: do not use this HSM' },
      );
    }
  },
  verify(params, step, own, { plan, events, file }) {
    const fault = (message: string) => ({
      check: 'STEP-VENDOR',
      message: `step ${step.number} "${step.key}": ${message}`,
      where: 'events.jsonl',
    });
    if (step.token === undefined) {
      const path = sheetPath(params.sheet);
      const recorded = events.find((event) => event.type === 'file' && event.path === path);
      const digest = recorded?.type === 'file' ? recorded.sha256 : undefined;
      const due = plan.vendorSheets[params.sheet];
      const sheet =
        digest !== undefined && digest === due && file(path) !== undefined
          ? []
          : [fault(`the sheet has SHA-256 ${digest ?? 'none: it is not there'}; the site names ${due ?? 'none'}`)];
      return [...sheet, ...judgeSaidDone(step, own)];
    }
    const differences = unplanned(step, own, events, (_proposed, before) => lookAsPlanned(step, plan, before));
    return [...differences, ...inventoryFaults(step, step.token, plan, events, unlikeDeclared)].map(fault);
  },
});

function simulateTools(params: Params, world: World, context: SimulateContext): World {
  const { step, plan, find, report } = context;
  if (step.by.length === 0) report('PLAN_PEOPLE', [], 'nobody works with the tools', 'add "by:"');
  if (step.say === '') report('PLAN_PARAMETER', [], 'nothing is said: what do people do?', 'add "say:"');
  if (hasSite(plan) && plan.vendorSheets[params.sheet] === undefined)
    report(
      'PLAN_FILE',
      ['with', 'sheet'],
      `the site names no sheet "${params.sheet}"`,
      `vendor-sheets: { ${params.sheet}: { file, sha256 } } in the site`,
    );
  if (!plan.evidence.includes(params.log))
    report(
      'PLAN_PARAMETER',
      ['with', 'log'],
      `no evidence of kind "${params.log}" is promised: the log would be nowhere`,
      `add it to "evidence" of the script`,
    );
  for (const [index, token] of params.tokens.entries()) holdToken(token, index, world, plan, report);
  for (const [id] of openApprovals(world)) {
    if (find(id)?.act === step.act)
      report('PLAN_ORDER', ['step'], `"${id}" is approved and not done yet: every HSM is logged out here`);
  }
  for (const [token, { adds }] of Object.entries(params.changes)) {
    if (!params.tokens.includes(token))
      report('PLAN_TOKEN', ['with', 'changes', token], `"${token}" is not among the HSMs that the step is about`);
    for (const [index, key] of adds.entries()) {
      const path = ['with', 'changes', token, 'adds', index];
      const fault = addFault(key, token, params.tokens, world);
      if (fault !== undefined) report('PLAN_NAME', path, fault);
      else if (!isProven(key, token, context))
        report(
          'PLAN_ORDER',
          path,
          `nothing shows after this that what comes onto "${token}" is the key "${key}": a copy that has not signed may be none`,
          `add a "${PROVES_COPY}" step of "${key}" with "${token}" among its tokens, after this one and under no other condition`,
        );
    }
  }
  return world;
}

function holdToken(
  token: string,
  index: number,
  world: World,
  plan: SimulateContext['plan'],
  report: SimulateContext['report'],
): void {
  const path = ['with', 'tokens', index];
  const now = world.tokens.get(token);
  if (!now) {
    report('PLAN_TOKEN', path, `the script has no token "${token}"`);
    return;
  }
  if (now.active)
    report(
      'PLAN_ACTIVATION',
      path,
      `"${token}" is active here: its vendor's tools log in by themselves`,
      'end the activation with a "deactivate" step before it',
    );
  const planned = plan.tokens.find((one) => one.name === token);
  if (hasSite(plan) && now.state === 'blank' && planned?.means === 'shares')
    report(
      'PLAN_TOKEN',
      path,
      `"${token}" is activated by shares, and none are made for it before: nobody could look at it afterwards`,
      'prepare it with a "prepare-token" step, or bind one that has its own quorum',
    );
}

/** Whether a later step of the script has the HSM sign with the key, whenever this one is done. */
function isProven(key: string, token: string, { steps, step }: SimulateContext): boolean {
  const later = steps.slice(steps.findIndex((one) => one.key === step.key) + 1);
  const isMet = ({ when }: PlannedStep) =>
    when === null || canonicalJson(when as Json) === canonicalJson(step.when as Json);
  return later.some(
    (one) => one.type === PROVES_COPY && one.token === token && one.params['key'] === key && isMet(one),
  );
}

/** Why a key cannot be added; undefined where it can. */
function addFault(key: string, token: string, tokens: readonly string[], world: World): string | undefined {
  const known = world.keys.get(key);
  if (!known) return `no key "${key}" is made before this`;
  const holds = (one: string) => isKeyOn(known, one, world);
  if (holds(token)) return `the key "${key}" is on "${token}" already`;
  return tokens.some(holds) ? undefined : `the key "${key}" is on none of the HSMs that the step is about`;
}

function simulateLook(params: Params, world: World, token: string): World {
  const now = world.tokens.get(token);
  if (!now) return world;
  const added = (params.changes[token]?.adds ?? []).flatMap((key) => world.keys.get(key)?.label ?? []);
  const state = now.state === 'blank' ? ('known' as const) : now.state;
  const labels = new Set([...now.labels, ...added]);
  return { ...world, tokens: withEntry(world.tokens, token, { ...now, state, labels, inspected: true }) };
}

/** No activation is held: nothing is used yet. */
function lookAsPlanned(step: PlannedStep, plan: Plan, before: readonly Event[]): Operation {
  return { op: 'inventory', ...commonAsPlanned(plan, before, step, step.token ?? ''), hold: null };
}

/** In groups, to be read aloud; empty without a site, which alone has the sheet. */
function sheetDigest(plan: Plan, sheet: string): string {
  const digest = plan.vendorSheets[sheet];
  return digest === undefined ? '' : hexGroups(digest, 16).join('');
}

function sheetPath(sheet: string): string {
  return `sheets/${sheet}.txt`;
}
