package dev.latchstring.authorizationserver.token;

/** How an access token looks to the resource that gets it. */
public enum AccessTokenFormat {
  /** RFC 9068: verified without asking anyone, revoked with a lag. */
  JWT,
  /** 256 random bits: verified by introspection (RFC 7662), revoked at once. */
  OPAQUE
}
