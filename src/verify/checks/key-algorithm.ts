import { defineReading } from '../define-reading.ts';

export const keyAlgorithm = defineReading({
  id: 'KEY-ALGORITHM',
  title: 'every generated key is of the algorithm and size that was approved',
  part: 'keys',
});
