package dev.latchstring.authorizationserver.metadata;

/** Where each endpoint is, below the issuer. */
public record EndpointPaths(
    String authorization,
    String pushedAuthorizationRequest,
    String token,
    String deviceAuthorization,
    String authorizationChallenge,
    String introspection,
    String revocation,
    String registration,
    String jwks,
    String userinfo,
    String endSession) {

  /** Where they are on this server. */
  public static final EndpointPaths STANDARD =
      new EndpointPaths(
          "/authorize",
          "/par",
          "/token",
          "/device_authorization",
          "/authorize/challenge",
          "/introspect",
          "/revoke",
          "/register",
          "/jwks",
          "/userinfo",
          "/end_session");
}
