package dev.latchstring.client.store;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.latchstring.oauth.HttpsUri;
import java.net.URI;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A confirmed login: the tokens and everything that a refresh or a revocation needs, so that
 * neither discovers again. Times are in seconds since 1970. Made by {@link #at}, changed by {@link
 * #toBuilder}.
 *
 * @param server the MCP endpoint
 * @param scope what was granted
 * @param subject who the account is pinned to; null where the server does not tell
 * @param name what a person recognises them by
 * @param accessToken a secret; null where the login ended and only its pinned identity is left
 * @param expiresAt 0 where the server did not say
 * @param obtainedAt of this access token, for refreshing at a share of its life
 * @param afterRejection whether this access token was refreshed because a server rejected another
 * @param refreshToken a secret; null where there is none
 * @param dpopKey the private key that the tokens are bound to (RFC 9449), a JWK as JSON: a secret;
 *     null where they are bound to nothing
 * @param authSession what a login by challenge continues from: a secret; null where there is none
 * @param requestedScope what was asked for, which a later login asks for again; null where that is
 *     not known, as in entries of earlier versions
 * @param pinned what was pinned when the login was made, by name: requests for this login go on
 *     with it; null where nothing was
 */
public record StoredLogin(
    @JsonProperty("server") String server,
    @JsonProperty("account") String account,
    @JsonProperty("resource") String resource,
    @JsonProperty("issuer") String issuer,
    @JsonProperty("token_endpoint") String tokenEndpoint,
    @JsonProperty("revocation_endpoint") @Nullable String revocationEndpoint,
    @JsonProperty("client_id") String clientId,
    @JsonProperty("client_secret") @Nullable String clientSecret,
    @JsonProperty("auth_method") String authMethod,
    @JsonProperty("scope") String scope,
    @JsonProperty("subject") @Nullable String subject,
    @JsonProperty("name") @Nullable String name,
    @JsonProperty("access_token") @Nullable String accessToken,
    @JsonProperty("token_type") String tokenType,
    @JsonProperty("expires_at") long expiresAt,
    @JsonProperty("obtained_at") long obtainedAt,
    @JsonProperty("after_rejection") boolean afterRejection,
    @JsonProperty("refresh_token") @Nullable String refreshToken,
    @JsonProperty("logged_in_at") long loggedInAt,
    @JsonProperty("dpop_key") @Nullable String dpopKey,
    @JsonProperty("auth_session") @Nullable String authSession,
    @JsonProperty("requested_scope") @Nullable String requestedScope,
    @JsonProperty("pinned") @Nullable Map<String, String> pinned)
    implements StoredEntry {

  /** What is read from a file may lack anything: then it is no entry. */
  public StoredLogin {
    Stream.of(
            server,
            account,
            resource,
            issuer,
            tokenEndpoint,
            clientId,
            authMethod,
            scope,
            tokenType)
        .forEach(Objects::requireNonNull);
    HttpsUri.requireResource(server);
  }

  /** A login to be described: to a server, under an account's name. */
  public static StoredLoginBuilder at(String server, String account) {
    return new StoredLoginBuilder(server, account);
  }

  /** The same login, to be described differently. */
  public StoredLoginBuilder toBuilder() {
    return new StoredLoginBuilder(this);
  }

  @Override
  public Slot<StoredLogin> slot() {
    return new Slot.LoginSlot(URI.create(server), account);
  }

  /** When a token expires that was received now; 0 where its life was not told. */
  public static long expiry(long now, @Nullable Long expiresIn) {
    return expiresIn == null ? 0 : now + Math.clamp(expiresIn, 0, Integer.MAX_VALUE);
  }

  /** The same login with the tokens of a refresh. */
  public StoredLogin refreshed(
      String newAccessToken,
      @Nullable String newRefreshToken,
      String newScope,
      long now,
      @Nullable Long expiresIn,
      boolean becauseRejected) {
    return toBuilder()
        .scope(newScope)
        .accessToken(newAccessToken)
        .expiresAt(expiry(now, expiresIn))
        .obtainedAt(now)
        .afterRejection(becauseRejected)
        .refreshToken(newRefreshToken == null ? refreshToken : newRefreshToken)
        .build();
  }

  /** The same login without its tokens: it ended, and the account is still pinned. */
  public StoredLogin ended() {
    return toBuilder().accessToken(null).refreshToken(null).build();
  }

  /** The same login, which continues from a newer session; the same where that is null. */
  public StoredLogin continuedFrom(@Nullable String newer) {
    return newer == null ? this : toBuilder().authSession(newer).build();
  }

  /** The same login with access tokens of another type. */
  public StoredLogin ofType(String newType) {
    return toBuilder().tokenType(newType).build();
  }

  /** Without the tokens, the key and the secret. */
  @Override
  public String toString() {
    return "StoredLogin[server=" + server + ", account=" + account + ", issuer=" + issuer + "]";
  }
}
