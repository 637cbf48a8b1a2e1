/** Who calls. A host makes one per connection, so that streams and armed state belong to one window. */
export interface Caller {
  /** Unique per connection. */
  owner: string;
}
