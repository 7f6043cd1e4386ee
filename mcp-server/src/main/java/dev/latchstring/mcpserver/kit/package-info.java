/**
 * The stdio login kit, without the SDK: what a server needs whose tools use an API on behalf of
 * whoever sits before the host. It decides which requests may go on ({@link
 * dev.latchstring.mcpserver.kit.ToolGate}), keeps the logins of each provider's accounts, and has
 * the tools with which a model logs its user in and out.
 *
 * <p>How a login is shown is {@link dev.latchstring.mcpserver.login}; how one is obtained, the
 * client library; {@link dev.latchstring.mcpserver.sdk.StdioLogin} puts it before a server of the
 * official SDK. A token leaves this package in one way: to the tool that was let to use it.
 *
 * <pre>
 *  request ─► ToolGate ─► ProviderLogin ─► AccountLogin ─► Access ─► the tool
 *                │             (accounts)     (tokens, desk)
 *                └─ LoginRequired ─► the front shows the login, and sends the request again
 * </pre>
 */
@NullMarked
package dev.latchstring.mcpserver.kit;

import org.jspecify.annotations.NullMarked;
