import { z } from 'zod';
import { certificateAtHand, keyAtHand } from '../plan/known.ts';
import { hasSite, type PlanHead, type PlannedStep, stepById } from '../plan/plan.ts';
import { proposalOf } from '../plan/record.ts';
import { mediaForPack, secondScreenMedium } from '../plan/second-screen.ts';
import { defineStep, type ProposalNeed, type Report } from '../plan/step-type.ts';
import { openApprovals, type World, withEntry } from '../plan/world.ts';
import { name } from '../script/schema/words.ts';
import { type ExaminationParams, examine } from './examination.ts';
import { examinationFaults } from './examination-judged.ts';

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
    medium: name.exactOptional(),
  }),
  simulate(params, world, { step, plan, find, proposesItself, proposalNeeds, report }) {
    holdExamination(params, step, plan, report);
    let { approved } = world;
    for (const [index, id] of params.operations.entries()) {
      const path = ['with', 'operations', index];
      const target = find(id);
      if (target && proposesItself(target)) report('PLAN_APPROVAL', path, `"${id}" collects its own approvals`);
      else if (!target?.operation) report('PLAN_APPROVAL', path, `"${id}" is no step with an HSM operation`);
      else if (target.act !== step.act || world.done.has(id))
        report('PLAN_APPROVAL', path, `"${id}" is not a later step of this act`);
      else if (approved.has(id)) report('PLAN_APPROVAL', path, `"${id}" is approved by "${approved.get(id)}" already`);
      else {
        for (const need of proposalNeeds(target)) {
          if (isAtHand(need, plan, { ...world, approved }, find)) continue;
          report(
            'PLAN_ORDER',
            path,
            `"${id}" cannot be proposed here: the ${NOUNS[need.kind] ?? need.kind} "${need.name}" ${LACKS[need.kind]}`,
            'have it approved after that',
          );
        }
        approved = withEntry(approved, id, step.id);
      }
    }
    return { ...world, approved };
  },
  describe: (params, _step, plan) => [
    ...(params['second-screen'] === undefined
      ? []
      : [
          `Each goes out on "${secondScreenMedium(plan, params) ?? '?'}". The ${params['second-screen']} has it shown on a second screen, reads it aloud to its end, and types the last row of its digest from there. Where that is another one, it is declined.`,
        ]),
    ...(params.sheet === undefined
      ? []
      : [
          'The officers copy each onto its sheet, in the printed script, and put their initials to it; the last row of its digest is typed from a sheet. They hold the screen of the guard to it before they approve.',
        ]),
    `Read each operation on the screen, then approve: ${params.operations.join(', ')}.`,
  ],
  paper: (params, _step, plan) => [
    ...(params['second-screen'] === undefined
      ? []
      : [
          {
            kind: 'ticks' as const,
            says: `read aloud by the ${params['second-screen']} from the second screen, each to its end, with the digest of this one:`,
            of: params.operations,
          },
        ]),
    { kind: 'ticks', says: 'read on the screen, each to its end:', of: params.operations },
    {
      kind: 'approvals',
      operations: params.operations.flatMap((id) => stepById(plan, id)?.operation ?? []),
    },
    ...(params.sheet === undefined ? [] : params.operations.map((step) => ({ kind: 'sheet' as const, step }))),
  ],
  async *run(params, _step, { operations, ceremony }) {
    const all: readonly PlannedStep[] = ceremony.plan.acts.flatMap((act) => act.steps);
    const targets = params.operations.map((id) => all.find((candidate) => candidate.id === id) as PlannedStep);
    const open = targets.filter((target) => !operations.isDone(target));
    yield* operations.propose(open);
    yield* operations.collectQuorum(open);
  },
  examine,
  verify(params, step, own, evidence) {
    const missing = params.operations.flatMap((id) =>
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
    return [...missing, ...examinationFaults(params, step, evidence)];
  },
});

/** Who says that the sheets agree, who reads the second screen, and what carries the bytes there. */
function holdExamination(params: ExaminationParams, step: PlannedStep, plan: PlanHead, report: Report): void {
  const role = params['second-screen'];
  if (params.sheet !== undefined && step.by.length === 0)
    report('PLAN_PEOPLE', ['with', 'sheet'], 'nobody says that the sheets agree', 'add "by:"');
  if (role === undefined) {
    if (params.medium !== undefined)
      report('PLAN_PARAMETER', ['with', 'medium'], 'nothing goes out on a medium', 'it is for a "second-screen"');
    return;
  }
  const path = ['with', 'second-screen'];
  const seats = plan.seats[role];
  if (seats === undefined) report('PLAN_PEOPLE', path, `the script has no seat "${role}"`);
  else if (seats.length !== 1)
    report('PLAN_PEOPLE', path, `"${role}" are ${seats.length} people, and one reads the second screen`);
  else if (seats.some((seat) => step.by.includes(seat)))
    report('PLAN_PEOPLE', path, `"${role}" does this step, and reads the second screen too`, 'name somebody else');
  const medium = secondScreenMedium(plan, params);
  if (medium === undefined) {
    const known = mediaForPack(plan);
    const why =
      known.length === 0 ? 'no material is a medium that holds the pack' : `${known.join(', ')} hold the pack`;
    report('PLAN_MEDIUM', path, `nobody can say which medium goes to the second screen: ${why}`, 'add "medium:"');
  } else if (hasSite(plan) && plan.media[medium] === undefined) {
    const where = params.medium === undefined ? path : ['with', 'medium'];
    report('PLAN_MEDIUM', where, `the site has no medium "${medium}"`);
  }
}

const NOUNS: { readonly [kind in ProposalNeed['kind']]?: string } = {
  existing: 'certificate',
  issued: 'certificate',
  crl: 'CRL',
  'crl-proposed': 'CRL',
};

const LACKS: { readonly [kind in ProposalNeed['kind']]: string } = {
  key: 'does not exist yet',
  certificate: 'neither exists yet nor is proposed before it',
  issued: 'has not been issued yet',
  crl: 'has not been issued in this ceremony yet',
  'crl-proposed': 'has neither been issued in this ceremony nor is proposed before it',
  request: 'has not been read yet',
  existing: 'has neither been read nor made, nor is proposed before it',
};

/** A key must have been generated, a request read; a certificate's approved bytes are enough. */
function isAtHand(
  { kind, name: needed }: ProposalNeed,
  plan: PlanHead,
  world: World,
  find: (id: string) => PlannedStep | undefined,
): boolean {
  if (kind === 'request' || (kind === 'existing' && world.inputs.has(needed))) return world.inputs.has(needed);
  if (kind === 'key') return keyAtHand(world, needed) !== undefined;
  if (kind === 'crl') return world.crls.has(needed);
  if (kind === 'crl-proposed')
    return world.crls.has(needed) || openApprovals(world).some(([id]) => find(id)?.makes['crl'] === needed);
  if (kind === 'issued') return certificateAtHand(plan, world, needed) !== undefined;
  return (
    certificateAtHand(plan, world, needed) !== undefined ||
    openApprovals(world).some(([id]) => find(id)?.makes['certificate'] === needed)
  );
}
