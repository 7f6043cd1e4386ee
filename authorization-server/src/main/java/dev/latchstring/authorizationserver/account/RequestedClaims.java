package dev.latchstring.authorizationserver.account;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.latchstring.oauth.Json;
import dev.latchstring.oauth.Scope;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * OpenID Connect Core §5.5. What a client asks to learn of a person claim by claim, beside what its
 * scopes give. Only claims of {@link Profile} are in it, for there are no others.
 *
 * @param idToken by their names, for the id token
 * @param userinfo by their names, for the userinfo endpoint
 */
public record RequestedClaims(
    @JsonProperty("id_token") List<String> idToken,
    @JsonProperty("userinfo") List<String> userinfo) {
  /** Nothing beside the scopes. */
  public static final RequestedClaims NONE = new RequestedClaims(List.of(), List.of());

  public RequestedClaims {
    idToken = List.copyOf(idToken);
    userinfo = List.copyOf(userinfo);
  }

  /** As it is kept; null where there are none. */
  public @Nullable String text() {
    return equals(NONE) ? null : Json.write(this);
  }

  /** What was kept. */
  public static RequestedClaims of(@Nullable String text) {
    return text == null ? NONE : Json.read(text, RequestedClaims.class);
  }

  /** Each of them once, wherever it is to be told. */
  public List<String> all() {
    return Stream.concat(idToken.stream(), userinfo.stream()).distinct().sorted().toList();
  }

  /** Those that a client may learn which is registered for a scope; null for no bound. */
  public RequestedClaims within(@Nullable Scope registered) {
    return registered == null
        ? this
        : filtered(claim -> registered.contains(Profile.scopeOf(claim)));
  }

  /** Those that a scope does not give anyway. */
  public RequestedClaims beyond(Scope scope) {
    return filtered(claim -> !scope.contains(Profile.scopeOf(claim)));
  }

  private RequestedClaims filtered(Predicate<String> kept) {
    return new RequestedClaims(
        idToken.stream().filter(kept).toList(), userinfo.stream().filter(kept).toList());
  }
}
