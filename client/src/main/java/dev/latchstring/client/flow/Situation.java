package dev.latchstring.client.flow;

import dev.latchstring.client.Discovered;
import dev.latchstring.client.registration.ClientIdentity;
import dev.latchstring.oauth.metadata.AuthorizationServerMetadata;
import org.jspecify.annotations.Nullable;

/**
 * What flows are judged by.
 *
 * @param at the server, and where its login is done
 * @param surroundings what this machine can do
 * @param wish the flow that the person named; null where they leave it open
 * @param client the configured client; null where this program has to register
 * @param answersSteps whether there is something to ask a challenge's steps with
 */
public record Situation(
    Discovered at,
    Surroundings surroundings,
    @Nullable FlowName wish,
    @Nullable ClientIdentity client,
    boolean answersSteps) {

  /** What the authorization server says of itself. */
  public AuthorizationServerMetadata server() {
    return at.authorizationServer();
  }

  /** Whether the person named this flow. */
  public boolean wishes(FlowName flow) {
    return flow == wish;
  }

  /**
   * RFC 8414 §2, read with mercy: whether the server offers a grant. One that names no grants at
   * all may offer any.
   */
  public boolean mayOffer(String grantType) {
    return server().grantTypesSupported() == null || server().offersGrant(grantType);
  }
}
