package dev.latchstring.client.store;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Describes a {@link StoredLogin} by the names of its members. Where nothing else is said, the
 * resource is the server, the client is public, the token is a bearer token of unknown life without
 * any scope, and what may be null is null.
 */
public final class StoredLoginBuilder {
  private final String server;
  private final String account;
  private String resource;
  private String issuer = "";
  private String tokenEndpoint = "";
  private @Nullable String revocationEndpoint;
  private String clientId = "";
  private @Nullable String clientSecret;
  private String authMethod = "none";
  private String scope = "";
  private @Nullable String subject;
  private @Nullable String name;
  private @Nullable String accessToken;
  private String tokenType = "Bearer";
  private long expiresAt;
  private long obtainedAt;
  private boolean afterRejection;
  private @Nullable String refreshToken;
  private long loggedInAt;
  private @Nullable String dpopKey;
  private @Nullable String authSession;
  private @Nullable String requestedScope;
  private @Nullable Map<String, String> pinned;

  StoredLoginBuilder(String server, String account) {
    this.server = server;
    this.account = account;
    this.resource = server;
  }

  StoredLoginBuilder(StoredLogin login) {
    this(login.server(), login.account());
    this.resource = login.resource();
    this.issuer = login.issuer();
    this.tokenEndpoint = login.tokenEndpoint();
    this.revocationEndpoint = login.revocationEndpoint();
    this.clientId = login.clientId();
    this.clientSecret = login.clientSecret();
    this.authMethod = login.authMethod();
    this.scope = login.scope();
    this.subject = login.subject();
    this.name = login.name();
    this.accessToken = login.accessToken();
    this.tokenType = login.tokenType();
    this.expiresAt = login.expiresAt();
    this.obtainedAt = login.obtainedAt();
    this.afterRejection = login.afterRejection();
    this.refreshToken = login.refreshToken();
    this.loggedInAt = login.loggedInAt();
    this.dpopKey = login.dpopKey();
    this.authSession = login.authSession();
    this.requestedScope = login.requestedScope();
    this.pinned = login.pinned();
  }

  public StoredLoginBuilder resource(String value) {
    resource = value;
    return this;
  }

  public StoredLoginBuilder issuer(String value) {
    issuer = value;
    return this;
  }

  public StoredLoginBuilder tokenEndpoint(String value) {
    tokenEndpoint = value;
    return this;
  }

  public StoredLoginBuilder revocationEndpoint(@Nullable String value) {
    revocationEndpoint = value;
    return this;
  }

  public StoredLoginBuilder clientId(String value) {
    clientId = value;
    return this;
  }

  public StoredLoginBuilder clientSecret(@Nullable String value) {
    clientSecret = value;
    return this;
  }

  public StoredLoginBuilder authMethod(String value) {
    authMethod = value;
    return this;
  }

  public StoredLoginBuilder scope(String value) {
    scope = value;
    return this;
  }

  public StoredLoginBuilder subject(@Nullable String value) {
    subject = value;
    return this;
  }

  public StoredLoginBuilder name(@Nullable String value) {
    name = value;
    return this;
  }

  public StoredLoginBuilder accessToken(@Nullable String value) {
    accessToken = value;
    return this;
  }

  public StoredLoginBuilder tokenType(String value) {
    tokenType = value;
    return this;
  }

  public StoredLoginBuilder expiresAt(long value) {
    expiresAt = value;
    return this;
  }

  public StoredLoginBuilder obtainedAt(long value) {
    obtainedAt = value;
    return this;
  }

  public StoredLoginBuilder afterRejection(boolean value) {
    afterRejection = value;
    return this;
  }

  public StoredLoginBuilder refreshToken(@Nullable String value) {
    refreshToken = value;
    return this;
  }

  public StoredLoginBuilder loggedInAt(long value) {
    loggedInAt = value;
    return this;
  }

  public StoredLoginBuilder dpopKey(@Nullable String value) {
    dpopKey = value;
    return this;
  }

  public StoredLoginBuilder authSession(@Nullable String value) {
    authSession = value;
    return this;
  }

  public StoredLoginBuilder pinned(@Nullable Map<String, String> value) {
    pinned = value;
    return this;
  }

  public StoredLoginBuilder requestedScope(@Nullable String value) {
    requestedScope = value;
    return this;
  }

  /**
   * The login as it was described.
   *
   * @throws IllegalStateException where the issuer, the token endpoint or the client is missing
   */
  public StoredLogin build() {
    if (issuer.isEmpty() || tokenEndpoint.isEmpty() || clientId.isEmpty()) {
      throw new IllegalStateException("a login has an issuer, a token endpoint and a client");
    }
    return new StoredLogin(
        server,
        account,
        resource,
        issuer,
        tokenEndpoint,
        revocationEndpoint,
        clientId,
        clientSecret,
        authMethod,
        scope,
        subject,
        name,
        accessToken,
        tokenType,
        expiresAt,
        obtainedAt,
        afterRejection,
        refreshToken,
        loggedInAt,
        dpopKey,
        authSession,
        requestedScope,
        pinned);
  }
}
