import { defineReading } from '../define-reading.ts';

export const authorizationRead = defineReading({
  id: 'AUTHORIZATION-READ',
  title: 'authorization.json is canonical and keeps the rules of its type',
  part: 'authorization',
});
