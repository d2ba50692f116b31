import type { Json } from '../../base/canonical-json.ts';
import { checkText, describeTextFault } from '../../base/text.ts';
import { defineCheck } from '../check.ts';
import { at } from '../where.ts';

export const eventText = defineCheck({
  id: 'EVENT-TEXT',
  title: 'no typed value holds a character that hides or changes what people read',
  needs: ['events'],
  run({ events }, { report }) {
    for (const event of events) {
      if (event.type !== 'answer') continue;
      for (const text of textsIn([event.question, event.values])) {
        const [fault] = checkText(text);
        if (fault) report(at(event), `a text holds a character that ${describeTextFault(fault)}`);
      }
    }
  },
});

function textsIn(value: Json): readonly string[] {
  if (typeof value === 'string') return [value];
  if (value === null || typeof value !== 'object') return [];
  return Object.values(value).flatMap(textsIn);
}
