import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'CERTIFICATE-COPIES',
  title: 'the published chain of an issuing CA is that of the other one',
  faults: {
    record: { hierarchy: true },
    recorded: (files) =>
      void files.set('publish/tls-ca-1-full-chain.pem', files.get('publish/tls-ca-2-full-chain.pem') ?? Buffer.alloc(0)),
  },
  shell: true,
});
