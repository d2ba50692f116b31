import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/**
 * A pipe that the parent process left open at this file descriptor. `net.Socket` is how Node wraps one; connecting
 * and listening stay refused by the permission model, so this is not a way out.
 */
export function inheritedPipe(fd: number): Duplex {
  return new Socket({ fd, readable: true, writable: true });
}
