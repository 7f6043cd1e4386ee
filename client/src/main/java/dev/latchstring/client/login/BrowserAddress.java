package dev.latchstring.client.login;

import dev.latchstring.oauth.Scope;
import java.net.URI;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * RFC 8252. What to show of a login in a browser: the address, what it is for, and who asks, with
 * the advice to go on only if one started this.
 *
 * @param address https or loopback; whoever has it can answer in the person's place
 * @param redirectUri what the browser will come back to on this machine
 * @param opened whether a browser was told to open it; that is no proof that anybody saw it
 * @param expiresAt after this instant no answer is waited for
 * @param server the MCP endpoint the login is for
 * @param issuer the authorization server; show its host where it differs from the address's
 * @param clientName what the authorization server will call this client
 * @param scope what was asked for; {@link Scope#NONE} where that was left to the server
 * @param pasteBack takes what the person copied, where the browser cannot reach this machine
 */
public record BrowserAddress(
    URI address,
    URI redirectUri,
    boolean opened,
    Instant expiresAt,
    URI server,
    String issuer,
    String clientName,
    Scope scope,
    PasteBack pasteBack) {

  /** Takes the address that the browser came back to, from any thread. */
  public interface PasteBack {
    /**
     * @param text the whole address, or the code alone where that is enough
     * @return null where it was taken, and the login goes on; else what is wrong with it, for the
     *     person, who may try again
     */
    @Nullable String offer(String text);

    /** Whether an answer is still waited for; what is typed after that is not meant for this. */
    boolean isWaiting();
  }

  /** Without the address. */
  @Override
  public String toString() {
    return "BrowserAddress[issuer=" + issuer + ", expiresAt=" + expiresAt + "]";
  }
}
