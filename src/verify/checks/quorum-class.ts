import { defineReading } from '../define-reading.ts';

export const quorumClass = defineReading({
  id: 'QUORUM-CLASS',
  title: 'the roster says of every class of operation that was proposed who approves it and how many',
  part: 'counts',
});
