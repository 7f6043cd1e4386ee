/**
 * A login inside MCP: one flow at a time, however many requests wait for it, shown to the person
 * behind the host by the best means the host has.
 *
 * <p>It may not obtain tokens itself (that is the client library's), and knows no server and no
 * tool but the name of the one that explains a login.
 *
 * <pre>
 *  LoginRequired ─► LoginPresenter (SessionLogin │ StatelessLogin) ─► LoginDesk ─► LoginFlow
 *                            where it stands, and who waits for that: Standing ◄──┤
 *                what other processes do about the same login: FollowedLogin ◄────┘
 * </pre>
 *
 * A login's life, in {@link dev.latchstring.mcpserver.login.LoginFlow}:
 *
 * <pre>
 *  Preparing ─► Shown ─┬─► Approved ─┬─► Finished
 *      │               │   (asks who)└─► Ended (not that person)
 *      └─► Failed      └─► Ended (denied, expired, cancelled)
 * </pre>
 */
@NullMarked
package dev.latchstring.mcpserver.login;

import org.jspecify.annotations.NullMarked;
