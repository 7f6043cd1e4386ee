package dev.latchstring.client.store;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.latchstring.oauth.Secrets;
import java.net.URI;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * RFC 8628. A device login that waits for its person, as every process sees that takes part in it.
 * A secret, and gone when it ends; times are in milliseconds since 1970.
 *
 * @param flow its identity: what ends one login never touches a newer one
 * @param asked what is logged in to, and as which client
 * @param code what the person enters and the client polls with; null once the login is over
 * @param answer what the token endpoint answered, a message as JSON: a secret that nothing uses
 *     before the person here confirmed it; null where nobody approved yet
 * @param answeredAt when; 0 where nobody approved yet
 * @param joined whether more than one login takes part, who have to be told of the end
 * @param end how it ended, for those who take part; null while it goes on
 */
public record StoredPending(
    @JsonProperty("server") String server,
    @JsonProperty("account") String account,
    @JsonProperty("flow") String flow,
    @JsonProperty("asked") Asked asked,
    @JsonProperty("code") @Nullable Code code,
    @JsonProperty("interval") long interval,
    @JsonProperty("pause") long pause,
    @JsonProperty("next_poll_at") long nextPollAt,
    @JsonProperty("expires_at") long expiresAt,
    @JsonProperty("answer") @Nullable String answer,
    @JsonProperty("answered_at") long answeredAt,
    @JsonProperty("joined") boolean joined,
    @JsonProperty("end") @Nullable End end)
    implements StoredEntry {

  /** How a login is over. */
  public enum End {
    /** Its tokens are stored. */
    CONFIRMED,
    /** The person said no where they were asked for their approval. */
    DENIED,
    /** Nobody decided in time. */
    EXPIRED,
    /** Given up by whoever started it, or not confirmed. */
    GIVEN_UP
  }

  /**
   * What a login asks for. Two that ask for the same are one login.
   *
   * @param clientSecret a secret; null for a public client and one with a key
   * @param anotherPerson whether another person may take the account over
   * @param dpopKey the private key that the tokens will be bound to, a JWK as JSON: a secret; null
   *     where they are bound to nothing
   * @param pinned what the person pinned, by name; null where nothing is
   */
  public record Asked(
      @JsonProperty("issuer") String issuer,
      @JsonProperty("resource") String resource,
      @JsonProperty("scope") String scope,
      @JsonProperty("token_endpoint") String tokenEndpoint,
      @JsonProperty("revocation_endpoint") @Nullable String revocationEndpoint,
      @JsonProperty("client_id") String clientId,
      @JsonProperty("client_secret") @Nullable String clientSecret,
      @JsonProperty("auth_method") String authMethod,
      @JsonProperty("another_person") boolean anotherPerson,
      @JsonProperty("dpop_key") @Nullable String dpopKey,
      @JsonProperty("pinned") @Nullable Map<String, String> pinned) {
    /** What is read from a file may lack anything: then it is no entry. */
    public Asked {
      Objects.requireNonNull(issuer);
      Objects.requireNonNull(resource);
      Objects.requireNonNull(scope);
      Objects.requireNonNull(tokenEndpoint);
      Objects.requireNonNull(clientId);
      Objects.requireNonNull(authMethod);
    }

    /** What another login has to ask for as well to be the same one. */
    String what() {
      return Secrets.sha256Base64Url(
          String.join(
              "\n",
              issuer,
              resource,
              scope,
              tokenEndpoint,
              clientId,
              anotherPerson ? "another" : "same",
              dpopKey == null ? "bearer" : "bound",
              pinned == null ? "" : new TreeMap<>(pinned).toString()));
    }

    /** Without the key and the secret. */
    @Override
    public String toString() {
      return "Asked[issuer=" + issuer + ", resource=" + resource + ", scope=" + scope + "]";
    }
  }

  /**
   * RFC 8628 §3.2. What is shown and polled with.
   *
   * @param deviceCode a secret
   * @param userCode whoever types it approves
   * @param clientName what the verification page calls the client
   */
  public record Code(
      @JsonProperty("device_code") String deviceCode,
      @JsonProperty("user_code") String userCode,
      @JsonProperty("verification_uri") URI verificationUri,
      @JsonProperty("verification_uri_complete") @Nullable URI verificationUriComplete,
      @JsonProperty("client_name") String clientName) {
    /** What is read from a file may lack anything: then it is no entry. */
    public Code {
      Objects.requireNonNull(deviceCode);
      Objects.requireNonNull(userCode);
      Objects.requireNonNull(verificationUri);
      Objects.requireNonNull(clientName);
    }

    /** Without the codes. */
    @Override
    public String toString() {
      return "Code[verificationUri=" + verificationUri + "]";
    }
  }

  /** What is read from a file may lack anything: then it is no entry. */
  public StoredPending {
    Objects.requireNonNull(account);
    Objects.requireNonNull(flow);
    Objects.requireNonNull(asked);
    URI.create(Objects.requireNonNull(server));
    if ((code == null && end == null) || interval <= 0 || pause < 0 || expiresAt < 0) {
      throw new IllegalArgumentException("no pending login");
    }
  }

  /**
   * A login that somebody has to approve.
   *
   * @param interval between two polls
   */
  public static StoredPending started(
      String server,
      String account,
      String flow,
      Asked asked,
      Code code,
      long interval,
      long now,
      long expiresAt) {
    return new StoredPending(
        server,
        account,
        flow,
        asked,
        code,
        interval,
        interval,
        now + interval,
        expiresAt,
        null,
        0,
        false,
        null);
  }

  @Override
  public Slot.PendingSlot slot() {
    return slot(URI.create(server), account, asked);
  }

  /** Where a login that asks for this waits. */
  public static Slot.PendingSlot slot(URI server, String account, Asked asked) {
    return new Slot.PendingSlot(server, account, asked.what());
  }

  /** The same while it waits longer: the next poll, and the times between polls. */
  StoredPending polledAt(long now, long nextInterval, long nextWait) {
    return new StoredPending(
        server,
        account,
        flow,
        asked,
        code,
        nextInterval,
        nextWait,
        now + nextWait,
        expiresAt,
        answer,
        answeredAt,
        joined,
        end);
  }

  /** The same with what the token endpoint answered. */
  StoredPending answered(String message, long now) {
    return new StoredPending(
        server,
        account,
        flow,
        asked,
        code,
        interval,
        pause,
        nextPollAt,
        expiresAt,
        message,
        now,
        joined,
        end);
  }

  /** The same with another login that takes part. */
  StoredPending withCompany() {
    return new StoredPending(
        server,
        account,
        flow,
        asked,
        code,
        interval,
        pause,
        nextPollAt,
        expiresAt,
        answer,
        answeredAt,
        true,
        end);
  }

  /** What is left of it: how it ended, and none of its secrets. */
  StoredPending over(End how) {
    Asked told =
        new Asked(
            asked.issuer(),
            asked.resource(),
            asked.scope(),
            asked.tokenEndpoint(),
            null,
            asked.clientId(),
            null,
            asked.authMethod(),
            asked.anotherPerson(),
            asked.dpopKey() == null ? null : "",
            asked.pinned());
    return new StoredPending(
        server,
        account,
        flow,
        told,
        null,
        interval,
        pause,
        nextPollAt,
        expiresAt,
        null,
        0,
        joined,
        how);
  }

  /** Without the codes, the tokens and the key. */
  @Override
  public String toString() {
    return "StoredPending[server=" + server + ", account=" + account + ", asked=" + asked + "]";
  }
}
