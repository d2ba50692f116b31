import { z } from 'zod';
import { type PlannedStep, stepById } from '../plan/plan.ts';
import { proposalOf } from '../plan/record.ts';
import { defineStep, type ProposalNeed } from '../plan/step-type.ts';
import { openApprovals, type World, withEntry } from '../plan/world.ts';
import { name } from '../script/schema/words.ts';

/** Several operations are proposed, and approved in one presentation of each token: one signature for each. */
export const approve = defineStep({
  name: 'approve',
  version: 1,
  summary: 'Propose operations and have the quorum approve them, one signature each.',
  irreversible: false,
  needs: ['operations'],
  schema: z.strictObject({
    operations: z.array(name).min(1, { error: 'at least one step' }),
    sheet: z.literal('printed', { error: '"printed"' }).exactOptional(),
    'second-screen': name.exactOptional(),
  }),
  notYet: (params) =>
    (['sheet', 'second-screen'] as const)
      .filter((name) => params[name] !== undefined)
      .map((name) => ({ path: [name], what: name })),
  simulate(params, world, { step, find, proposalNeeds, report }) {
    let { approved } = world;
    for (const [index, id] of params.operations.entries()) {
      const path = ['with', 'operations', index];
      const target = find(id);
      if (!target?.operation) report('PLAN_APPROVAL', path, `"${id}" is no step with an HSM operation`);
      else if (target.type === 'prepare-token' || target.type === 'rotate-activation')
        report('PLAN_APPROVAL', path, `"${id}" collects its own approvals`);
      else if (target.act !== step.act || world.done.has(id))
        report('PLAN_APPROVAL', path, `"${id}" is not a later step of this act`);
      else if (approved.has(id)) report('PLAN_APPROVAL', path, `"${id}" is approved by "${approved.get(id)}" already`);
      else {
        const need = proposalNeeds(target);
        if (need && !isAtHand(need, { ...world, approved }, find)) {
          const lacks = need.kind === 'key' ? 'does not exist yet' : 'neither exists yet nor is proposed before it';
          report(
            'PLAN_ORDER',
            path,
            `"${id}" cannot be proposed here: the ${need.kind} "${need.name}" ${lacks}`,
            'have it approved after that',
          );
        }
        approved = withEntry(approved, id, step.id);
      }
    }
    return { ...world, approved };
  },
  describe: (params) => [`Read each operation on the screen, then approve: ${params.operations.join(', ')}.`],
  paper: (params, _step, plan) => [
    { kind: 'ticks', says: 'read on the screen, each to its end:', of: params.operations },
    {
      kind: 'approvals',
      operations: params.operations.flatMap((id) => stepById(plan, id)?.operation ?? []),
    },
  ],
  async *run(params, _step, { operations, ceremony }) {
    const all: readonly PlannedStep[] = ceremony.plan.acts.flatMap((act) => act.steps);
    const targets = params.operations.map((id) => all.find((candidate) => candidate.id === id) as PlannedStep);
    const open = targets.filter((target) => !operations.isDone(target));
    yield* operations.propose(open);
    yield* operations.collectQuorum(open);
  },
  verify(params, step, own) {
    return params.operations.flatMap((id) =>
      proposalOf(own, id)
        ? []
        : [
            {
              check: 'STEP-APPROVE',
              message: `step ${step.number} "${step.key}" did not propose "${id}"`,
              where: 'events.jsonl',
            },
          ],
    );
  },
});

/** A key must have been generated; a certificate's approved bytes are enough. */
function isAtHand(
  { kind, name: needed }: ProposalNeed,
  world: World,
  find: (id: string) => PlannedStep | undefined,
): boolean {
  if (kind === 'key') return world.keys.has(needed);
  return (
    world.certificates.has(needed) || openApprovals(world).some(([id]) => find(id)?.makes['certificate'] === needed)
  );
}
