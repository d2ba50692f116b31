import { defineReading } from '../define-reading.ts';

export const keyQuality = defineReading({
  id: 'KEY-QUALITY',
  title: 'every generated public key passes the checks of its algorithm',
  part: 'keys',
});
