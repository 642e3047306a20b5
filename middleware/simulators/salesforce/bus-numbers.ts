/** Replay ids as bytes, and counts over a rolling window. */

/** 8-byte big-endian position, padded with zero bytes (Salesforce APIs §2.4). */
export function encodeReplayId(position: number, length: number): Uint8Array {
  const bytes = Buffer.alloc(length);
  bytes.writeBigUInt64BE(BigInt(position), 0);
  return new Uint8Array(bytes);
}

/** Public clients send 8 bytes back for the 10 they got (Salesforce APIs §9.2), so every length from 8 is read. */
export function decodeReplayId(replayId: Uint8Array): number | null {
  if (replayId.byteLength < 8) return null;
  const value = Buffer.from(replayId).readBigUInt64BE(0);
  return value > BigInt(Number.MAX_SAFE_INTEGER) ? null : Number(value);
}

/** Counts what happened within the last `windowMs`; times are epoch ms and never go back. */
export function rollingCounter(windowMs: number): { add(now: number, count: number): void; count(now: number): number } {
  let entries: { readonly at: number; readonly count: number }[] = [];
  let total = 0;
  const forget = (now: number): void => {
    let gone = 0;
    for (const entry of entries) {
      if (entry.at > now - windowMs) break;
      gone += 1;
      total -= entry.count;
    }
    if (gone > 0) entries = entries.slice(gone);
  };
  return {
    add: (now, count) => {
      entries.push({ at: now, count });
      total += count;
    },
    count: (now) => {
      forget(now);
      return total;
    },
  };
}
