import { defineReading } from '../define-reading.ts';

export const manifestRead = defineReading({
  id: 'MANIFEST-READ',
  title: 'manifest.json is canonical, its members are those of its type, and its paths are sorted',
  part: 'manifest',
});
