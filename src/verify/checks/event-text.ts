import type { Json } from '../../base/canonical-json.ts';
import { checkText, describeTextFault } from '../../base/text.ts';
import type { Event } from '../../transcript/event.ts';
import { defineCheck } from '../check.ts';
import { at } from '../where.ts';

export const eventText = defineCheck({
  id: 'EVENT-TEXT',
  title: 'nothing that people typed holds a character that hides or changes what people read',
  needs: ['events'],
  run({ events }, { report }) {
    for (const event of events) {
      for (const text of textsIn(typedIn(event))) {
        const [fault] = checkText(text);
        if (fault) report(at(event), `a text holds a character that ${describeTextFault(fault)}`);
      }
    }
  },
});

function typedIn(event: Event): Json {
  switch (event.type) {
    case 'answer':
      return [event.question, event.values];
    case 'correction':
      return [event.values, event.why];
    case 'deviation':
      return [event.what, event.why];
    case 'pause':
      return event.why;
    case 'declined':
      return event.reason;
    default:
      return null;
  }
}

function textsIn(value: Json): readonly string[] {
  if (typeof value === 'string') return [value];
  if (value === null || typeof value !== 'object') return [];
  return Object.values(value).flatMap(textsIn);
}
