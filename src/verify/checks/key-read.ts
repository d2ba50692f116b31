import { defineReading } from '../define-reading.ts';

export const keyRead = defineReading({
  id: 'KEY-READ',
  title: 'every generated key has a public key that can be read, and the digest recorded for it',
  part: 'keys',
});
