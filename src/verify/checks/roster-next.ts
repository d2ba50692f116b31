import { defineReading } from '../define-reading.ts';

export const rosterNext = defineReading({
  id: 'ROSTER-NEXT',
  title: 'a roster that took the place of another is canonical, keeps its rules, and is the one recorded',
  part: 'changed',
});
