package dev.latchstring.client.machine;

import dev.latchstring.client.AccessToken;
import dev.latchstring.client.Discovered;
import dev.latchstring.client.http.ServerText;
import dev.latchstring.client.login.Approval;
import dev.latchstring.client.login.Identity;
import dev.latchstring.oauth.Scope;
import tools.jackson.databind.JsonNode;

/** A token that was obtained to see that it can be. Nothing of it is kept. */
record Tried(Identity identity, Scope scope) implements Approval {
  /**
   * @param how it was obtained, where the token does not say for whom it is
   */
  static Tried of(AccessToken token, Discovered at, String how) {
    Jwt jwt = Jwt.of(token.value());
    JsonNode subject = jwt == null ? null : jwt.claims().get("sub");
    return new Tried(
        new Identity(
            at.issuer(),
            null,
            subject == null || !subject.isString()
                ? how
                : ServerText.clean(subject.stringValue(), Identity.MAX_LENGTH)),
        token.scope());
  }

  @Override
  public boolean needsConfirmation() {
    return false;
  }

  @Override
  public boolean isStored() {
    return false;
  }

  @Override
  public void confirm() {
    // The next token is obtained the same way.
  }

  @Override
  public void discard() {
    // It ends by itself, and whoever holds the credentials gets another.
  }
}
