/** Ports that one address has for its own end of a connection are some 28,000, so a few addresses have plenty. */
const addresses = 16;

let count = 0;

/**
 * The loopback address that the next connection comes from, as clients come from many. From a single one with 15,000
 * connections the kernel would look for a free port for up to 3 ms each time, and nothing else runs here meanwhile.
 * On Linux all of 127.0.0.0/8 is this machine.
 */
export function nextAddress(): string {
  return `127.0.1.${1 + (count++ % addresses)}`;
}
