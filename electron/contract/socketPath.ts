/** Where the loopback host takes the contract's WebSocket: `ws://127.0.0.1:PORT/rpc`. */
export const SOCKET_PATH = '/rpc';
