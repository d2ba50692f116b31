import { defineCheck } from '../check.ts';
import { at } from '../where.ts';

export const resumeProgram = defineCheck({
  id: 'RESUME-PROGRAM',
  title: 'a ceremony went on with the program that was authorized',
  needs: ['events', 'authorization'],
  run({ events, authorization }, { report }) {
    for (const event of events) {
      if (event.type === 'resume' && event.program !== authorization.program)
        report(at(event), `goes on with program ${event.program}; authorized is ${authorization.program}`);
    }
  },
});
