import { Socket } from 'node:net';
import { Duplex } from 'node:stream';

const LANDING_BYTES = 64 * 1024;

/**
 * A pipe that the parent process left open at this file descriptor. `net.Socket` is how Node wraps one; connecting
 * and listening stay refused by the permission model, so this is not a way out.
 *
 * It reads into one buffer of ours that is zeroed after each read. Left to itself, Node reads into buffers that it
 * drops and reuses, and the last PIN would stay in the heap until another request overwrote it.
 */
export function inheritedPipe(fd: number): Duplex {
  const landing = Buffer.alloc(LANDING_BYTES);
  const pipe = new Duplex({
    read() {
      socket.resume();
    },
    write(chunk, _encoding, done) {
      socket.write(chunk, done);
    },
    final(done) {
      socket.end(done);
    },
    destroy(error, done) {
      socket.destroy();
      done(error);
    },
  });
  const socket = new Socket({
    fd,
    readable: true,
    writable: true,
    onread: {
      buffer: landing,
      callback(size: number) {
        const chunk = Buffer.from(landing.subarray(0, size));
        landing.fill(0, 0, size);
        return pipe.push(chunk);
      },
    },
  } as ConstructorParameters<typeof Socket>[0]);
  socket.on('end', () => pipe.push(null));
  socket.on('error', (error) => pipe.destroy(error));
  socket.on('close', () => pipe.destroy());
  return pipe;
}
