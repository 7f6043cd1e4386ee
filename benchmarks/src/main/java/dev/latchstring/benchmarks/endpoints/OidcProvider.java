package dev.latchstring.benchmarks.endpoints;

import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * The npm package {@code oidc-provider}.
 *
 * @param peers the directory in which the npm packages are installed
 * @param processes how many; with more than one, only what keeps nothing
 */
record OidcProvider(Path peers, int processes) implements Contestant {
  private static final Set<Row> STATELESS =
      EnumSet.of(Row.METADATA, Row.JWKS, Row.CLIENT_CREDENTIALS);
  private static final Set<Row> MISSING = EnumSet.of(Row.TOKEN_EXCHANGE, Row.JWT_BEARER);

  @Override
  public String name() {
    return "oidc-provider";
  }

  @Override
  public String description() {
    return "npm `oidc-provider` 9.13.3, everything in memory: "
        + "two processes for what keeps nothing, else one, for processes share no memory";
  }

  @Override
  public Set<Row> rows() {
    if (processes > 1) {
      return STATELESS;
    }
    EnumSet<Row> rows = EnumSet.complementOf(EnumSet.copyOf(STATELESS));
    rows.removeAll(MISSING);
    return rows;
  }

  @Override
  public List<String> command(Path directory, int port) {
    return List.of(
        "node",
        "--max-old-space-size=4096",
        peers.resolve("oidc-provider.mjs").toString(),
        Integer.toString(port),
        Integer.toString(processes));
  }

  @Override
  public Paths paths() {
    return new Paths(
        "/.well-known/openid-configuration",
        "/jwks",
        "/token",
        "/token/introspection",
        "/me",
        "/request",
        "/device/auth");
  }

  @Override
  public Traffic codes(Server server, String client, String scope) {
    return Traffic.get("/bench/code?scope=" + scope + "&challenge=" + Rows.CHALLENGE);
  }

  @Override
  public void approve(Server server, List<String> userCodes)
      throws java.io.IOException, InterruptedException {
    Traffic approval = Traffic.get("/bench/approve?user_code=" + Traffic.VALUE).each(userCodes);
    server.wrk().collect(approval.answered(204, ""), userCodes.size(), 60);
  }

  @Override
  public String redeemedFor(String scope) {
    return scope.equals("openid") ? "&scope=openid" : "";
  }

  @Override
  public String introspecting() {
    return "opaque";
  }
}
