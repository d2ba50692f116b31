import { onEvent } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'OPENING-VERSIONS',
  title: 'the opening does not say which version of a rule pack was used',
  faults: {
    event: onEvent('opening', () => true, (event) => {
      const { rfc5280: _, ...rules } = event.versions.rules;
      return { ...event, versions: { ...event.versions, rules } };
    }),
  },
});
