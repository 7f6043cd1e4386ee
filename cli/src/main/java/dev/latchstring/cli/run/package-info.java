/**
 * {@code latch run}: starts a local MCP server that takes its token from the environment, logs in
 * for it inside MCP, and gives it a fresh token whenever it must change.
 *
 * <p>The host's side, the login and both eras of the protocol are {@link
 * dev.latchstring.mcpserver.front}; this package owns the process at its far end: what it is
 * started with, what of the environment it sees, how its lines are read, and when it is replaced by
 * another. A token is here in memory and in the process's environment, and may get nowhere else:
 * not to disk, not into arguments, not into a log.
 *
 * <pre>
 *  host ─► RunCommand ─► FirstAnswer (at once, from the last known result)
 *            │
 *            ▼
 *          StdioFront ─► ChildConnection ─► ChildUpstream (stays)
 *                                    │ token            │ requests, gate, what is said again
 *                                    ▼                  ▼
 *                                  Watch              ChildSession (one handshake) ─► ChildProcess
 * </pre>
 *
 * A process's life, in {@link dev.latchstring.cli.run.ChildUpstream}:
 *
 * <pre>
 *  none ─► starting ─► serving ─┬─► draining (another token; new requests wait) ─► starting
 *   ▲                           ├─► ended by itself (its requests get an error) ─► none
 *   └── stopped (logged out) ◄──┘
 * </pre>
 */
@NullMarked
package dev.latchstring.cli.run;

import org.jspecify.annotations.NullMarked;
