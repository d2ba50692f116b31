/** Milliseconds that this thread has worked. Unlike a clock it does not count what other processes take. */
export function cpuTime(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}
