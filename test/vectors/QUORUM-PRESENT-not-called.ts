import { defineVector } from '../forge/vector.ts';

const withoutCall = (text: string) => text.replace(/^.*id: roll-call, .*\n/m, '');

export const vector = defineVector({
  check: 'QUORUM-PRESENT',
  title: 'officers approved who had never been called',
  faults: { record: { script: withoutCall } },
});
