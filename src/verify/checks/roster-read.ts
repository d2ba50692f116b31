import { defineReading } from '../define-reading.ts';

export const rosterRead = defineReading({
  id: 'ROSTER-READ',
  title:
    'roster.json is canonical and keeps its rules: M of at least 2, administer above all, nobody and nothing twice',
  part: 'roster',
});
