package dev.latchstring.client.machine;

import dev.latchstring.oauth.dpop.DpopProofs;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a grant puts into a token request.
 *
 * @param parameters secrets among them
 * @param key what the tokens are to be bound to: the request's own, or another that the grant is
 *     bound to already; null for none
 */
public record GrantForm(Map<String, String> parameters, @Nullable DpopProofs key) {
  public GrantForm {
    parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
  }

  /** Without the parameters. */
  @Override
  public String toString() {
    return "GrantForm[]";
  }
}
