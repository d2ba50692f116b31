import { defineReading } from '../define-reading.ts';

export const sumsRead = defineReading({
  id: 'SUMS-READ',
  title: 'SHA256SUMS has the form that sha256sum reads, and nothing else',
  part: 'sums',
});
