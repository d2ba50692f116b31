import { OID } from '../../der/oid.ts';
import { PATH } from '../../pack/layout.ts';
import { defineCheck } from '../check.ts';
import { at } from '../where.ts';

/** What the site binding of a rehearsal puts before names, so that nobody takes its root for the real one. */
const MARK = /^rehearsal\b/i;

export const modeMarking = defineCheck({
  id: 'MODE-MARKING',
  title: 'what a rehearsal makes is marked as such, and what production makes is not',
  needs: ['plan', 'proposals', 'certificates'],
  run({ plan, proposals, certificates }, { report }) {
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
    for (const { path, content } of certificates) {
      const names = content.subject.attributes.filter((attribute) => attribute.oid === OID.commonName);
      for (const { value } of names) judge(path, 'the common name', value, commonName);
    }
  },
});
