import { OID } from '../../der/oid.ts';
import { PATH } from '../../pack/layout.ts';
import { besideOf } from '../../plan/existing.ts';
import { stepsOf } from '../../plan/plan.ts';
import type { Name } from '../../x509/model.ts';
import { defineCheck } from '../check.ts';
import { at } from '../where.ts';

/** What the site binding of a rehearsal puts before names, so that nobody takes its root for the real one. */
const MARK = /^rehearsal\b/i;

export const modeMarking = defineCheck({
  id: 'MODE-MARKING',
  title: 'what a rehearsal makes is marked as such, and what production makes is not',
  needs: ['plan', 'events', 'proposals', 'certificates'],
  run({ plan, events, proposals, certificates }, { report }) {
    const { commonName, label } = plan.marking;
    const rehearsal = plan.mode === 'rehearsal';
    if (rehearsal !== MARK.test(commonName) || rehearsal !== MARK.test(label)) {
      report(PATH.site, `the marking is "${commonName}" and "${label}" in a site of mode "${plan.mode}"`);
      return;
    }
    const judge = (where: string, what: string, name: string, prefix: string) => {
      const marked = rehearsal ? name.startsWith(prefix) : !MARK.test(name);
      if (!marked) report(where, `${what} is "${name}" in a site of mode "${plan.mode}"`);
    };
    for (const { event, descriptor } of proposals) {
      const { operation } = descriptor;
      if (operation.op === 'generate-key') judge(at(event), 'the label of the key', operation.label, label);
    }
    const judgeName = (path: string, what: string, { attributes }: Name) => {
      const names = attributes.filter((attribute) => attribute.oid === OID.commonName);
      for (const { value } of names) judge(path, what, value, commonName);
    };
    for (const { path, content, done } of certificates) {
      const step = stepsOf(plan).find(({ key }) => key === done.proposal.event.step);
      // What a stranger has brought keeps its name, or it would be no cross-certificate of it. Nobody takes such a one for
      // real by its issuer, which is marked: no relying party has a root of that name.
      const isForeign = step !== undefined && /^inputs\//.test(besideOf(plan, events, step)?.path ?? '');
      if (isForeign && rehearsal) judgeName(path, 'the common name of its issuer', content.issuer);
      else judgeName(path, 'the common name', content.subject);
    }
  },
});
