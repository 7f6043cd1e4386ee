package dev.latchstring.benchmarks.endpoints;

import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Spring Authorization Server, in the program of {@code benchmarks/peers/spring}. */
final class Spring implements Contestant {
  private final Path java;
  private final Path peers;
  private volatile String cookie = "";

  /**
   * @param java the launcher of the JDK that runs it
   * @param peers where it was built
   */
  Spring(Path java, Path peers) {
    this.java = java;
    this.peers = peers;
  }

  @Override
  public String name() {
    return "Spring Authorization Server";
  }

  @Override
  public String description() {
    return "7.1.1 on Spring Boot 4.1.1 with Tomcat, everything in memory, indexed";
  }

  @Override
  public Set<Row> rows() {
    return EnumSet.complementOf(EnumSet.of(Row.JWT_BEARER));
  }

  @Override
  public List<String> command(Path directory, int port) {
    return List.of(
        java.toString(),
        "-XX:+UseParallelGC",
        "-cp",
        peers.resolve("spring/classes") + ":" + peers.resolve("spring/lib") + "/*",
        "dev.latchstring.benchmarks.spring.SpringPeer",
        Integer.toString(port));
  }

  @Override
  public Paths paths() {
    return new Paths(
        "/.well-known/oauth-authorization-server",
        "/oauth2/jwks",
        "/oauth2/token",
        "/oauth2/introspect",
        "/userinfo",
        "/oauth2/par",
        "/oauth2/device_authorization");
  }

  @Override
  public void prepare(Server server) throws IOException, InterruptedException {
    try (Browser browser = new Browser()) {
      browser.post(
          server.base().resolve("/login"),
          Map.of("username", "alice", "password", "correct horse battery"));
      cookie = browser.cookies();
    }
  }

  @Override
  public Traffic codes(Server server, String client, String scope) {
    return Traffic.get("/oauth2/authorize?" + Rows.authorizationRequest(client, scope))
        .with("Cookie", cookie)
        .answered(302, "");
  }

  @Override
  public void approve(Server server, List<String> userCodes)
      throws IOException, InterruptedException {
    Traffic approval =
        Traffic.get("/oauth2/device_verification?user_code=" + Traffic.VALUE)
            .with("Cookie", cookie)
            .each(userCodes)
            .answered(302, "");
    server.wrk().collect(approval, userCodes.size(), 60);
  }
}
