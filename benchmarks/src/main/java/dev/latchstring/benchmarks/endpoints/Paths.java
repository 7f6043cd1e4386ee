package dev.latchstring.benchmarks.endpoints;

/** Where a server has its endpoints. */
record Paths(
    String metadata,
    String jwks,
    String token,
    String introspection,
    String userinfo,
    String pushedRequest,
    String deviceAuthorization) {}
