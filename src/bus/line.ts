/** What a line tells. */
export interface LineListener {
  /** A message came on a channel that was subscribed to. */
  message(text: string): void;
  /** The line has broken, and does nothing any more. May be told more than once. */
  broken(error: Error): void;
}

/**
 * A connection to Redis that works until it breaks, and then never again: it neither connects anew nor keeps anything
 * for later. Whatever waits for an answer rejects when it breaks.
 */
export interface Line {
  publish(channel: string, text: string): Promise<unknown>;
  /** Resolves when what is published from then on arrives. */
  subscribe(channels: readonly string[]): Promise<void>;
  unsubscribe(channels: readonly string[]): Promise<void>;
  /** Sends a command that concerns `key` and nothing else. */
  ask(key: string, command: readonly string[]): Promise<unknown>;
  /** A channel for each server that messages come from; their names begin with `prefix`. */
  channelPerServer(prefix: string): readonly string[];
  close(): void;
}

/** Options of every connection. */
export const clientOptions = {
  name: 'carillon',
  // A command that cannot be sent now is not worth being sent later.
  disableOfflineQueue: true,
  maintNotifications: 'disabled',
  // It would be one timer for each command; that a server hangs is shown by the canary.
  commandOptions: { timeout: 0 },
  socket: {
    reconnectStrategy: false,
    connectTimeout: 2_000,
    // For a server that takes the connection and says nothing. Later the canary keeps it busy.
    socketTimeout: 4_000,
  },
} as const;
