/**
 * {@code latch connect}: a bridge between an MCP host on standard input and output and an MCP
 * server over Streamable HTTP, which logs in inside MCP where the server asks for it. {@code latch
 * run} puts a process at the far end of the same bridge ({@link
 * dev.latchstring.cli.connect.ServerConnection}).
 *
 * <p>It owns both ends of the wire, the translation between the two eras of the protocol, and how a
 * login is shown. It speaks raw JSON-RPC, so that what it does not know passes through. It may not
 * obtain tokens itself (that is the client library's), keep one, print anything but MCP messages on
 * standard output, or load more than it needs before the first answer is written.
 *
 * <pre>
 *  host ─► ConnectCommand ─► FirstAnswer (at once, from the last known result)
 *            │
 *            ▼
 *        HostChannel ─► SessionHost │ StatelessHost ─► Relay ─► ServerConnection
 *         lines            the host's era               │          │ finds the era
 *                                                       │          ▼
 *                                              LoginDesk, one   SessionUpstream │ StatelessUpstream
 *                                              flow at a time        └──── UpstreamHttp ────┘
 * </pre>
 *
 * A login's life, in {@link dev.latchstring.cli.connect.LoginFlow}:
 *
 * <pre>
 *  Preparing ─► Shown ─┬─► Approved ─┬─► Finished
 *      │               │   (asks who)└─► Ended (not that person)
 *      └─► Failed      └─► Ended (denied, expired, cancelled)
 * </pre>
 */
@NullMarked
package dev.latchstring.cli.connect;

import org.jspecify.annotations.NullMarked;
