import { z } from 'zod';
import type { StepType } from '../plan/step-type.ts';
import { defineStep } from '../plan/step-type.ts';
import { memberOf } from '../quorum/roster.ts';
import { attestationBytes } from '../quorum/statement.ts';
import { judgeStatement, recordStatement } from './statement-files.ts';

/** Each of these people makes the statement that the script words: by token, or by ink where they have none. */
export const attest = defineStep(attestation('attest', 'attestation', 'A person attests, by token or in ink.'));

/** What an attestation and a sign-off have in common: the statement covers the record so far. */
export function attestation(
  name: string,
  kind: 'attestation' | 'sign-off',
  summary: string,
): StepType<Record<never, never>, 'guard' | 'pack' | 'terminal'> {
  return {
    name,
    version: 1,
    summary,
    irreversible: false,
    needs: ['guard', 'pack', 'terminal'],
    schema: z.strictObject({}),
    simulate(_params, world, { step, report }) {
      if (step.by.length === 0) report('PLAN_PEOPLE', [], 'nobody signs this', 'add "by:" or "each:"');
      if (textOf(kind, step.say) === '')
        report('PLAN_PARAMETER', [], 'nothing is said: what do people attest?', 'add "say:"');
      return world;
    },
    describe: () => ['Sign with the token, over the record so far; people without one sign the printed sheet.'],
    paper: (_params, step) =>
      step.by.map((seat) => ({ kind: 'signature', seat, text: step.say === '' ? textOf(kind, step.say) : '' })),
    async *run(_params, step, { guard, pack, terminal, ceremony }) {
      const seat = step.by[0] as string;
      const text = textOf(kind, step.say);
      // The record up to the beginning of this step: people may have said something since.
      const begun = ceremony.events().findLast((event) => event.type === 'step' && event.step === step.key);
      const head = ceremony.headAt(begun?.seq ?? 0);
      if (memberOf(ceremony.roster(), seat)?.evidence === 'token') {
        const statement = attestationBytes({ ceremony: ceremony.id, head, seat, step: step.key, text });
        const signed = { statement, ...(await guard.attest(seat, statement)) };
        yield* recordStatement(pack, step, ceremony.events(), kind, signed, { head });
        return;
      }
      await terminal.ask({ step: step.key, seat, text: `Sign this on your paper copy: ${text}`, kind: 'confirm' });
      yield {
        type: 'statement',
        step: step.key,
        seat,
        kind,
        evidence: 'paper',
        statement: null,
        signature: null,
        facts: { head, text },
      };
    },
    verify: (_params, step, own, evidence) => {
      const check = kind === 'sign-off' ? 'STEP-SIGN-OFF' : 'STEP-ATTEST';
      // The statement covers the record up to the event that began this step.
      const head = evidence.headAt(own[0]?.seq ?? 0);
      const text = textOf(kind, step.say);
      const findings = judgeStatement(check, kind, step, own, evidence, () =>
        attestationBytes({ ceremony: evidence.ceremony, head, seat: step.by[0] as string, step: step.key, text }),
      );
      const paper = own.find((event) => event.type === 'statement' && event.evidence === 'paper');
      if (paper?.type !== 'statement' || (paper.facts['head'] === head && paper.facts['text'] === text))
        return findings;
      const message = `step ${step.number} "${step.key}": what was signed on paper is not recorded as it must be`;
      return [...findings, { check, message, where: 'events.jsonl' }];
    },
  };
}

/** A sign-off has a text of its own where the script gives none. */
function textOf(kind: 'attestation' | 'sign-off', say: string): string {
  return say !== '' || kind === 'attestation'
    ? say
    : 'The ceremony was done as recorded; the HSM is not to be used any more.';
}
