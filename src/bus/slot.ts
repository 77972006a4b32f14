const slots = 16_384;

/**
 * The slot of a cluster that a name without braces belongs to: its CRC-16/XMODEM
 * ({@link https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/#key-distribution-model | Redis Cluster}).
 */
export function slotOf(name: string): number {
  let crc = 0;
  for (const byte of Buffer.from(name)) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit++) crc = (crc & 0x8000) === 0 ? crc << 1 : (crc << 1) ^ 0x1021;
  }
  return (crc & 0xffff) % slots;
}
