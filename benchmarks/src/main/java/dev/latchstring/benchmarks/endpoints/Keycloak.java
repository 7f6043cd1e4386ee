package dev.latchstring.benchmarks.endpoints;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** Keycloak, optimised for production, with its sessions in memory. */
final class Keycloak implements Contestant {
  private static final String REALM = "/realms/bench";
  private static final String PROTOCOL = REALM + "/protocol/openid-connect";

  /** Four requests each, one after the other. */
  private static final int MOST_APPROVED = 400;

  private final Path javaHome;
  private final Path home;
  private final Path realm;
  private volatile String cookie = "";

  /**
   * @param home the distribution, built
   * @param realm what it imports
   */
  Keycloak(Path javaHome, Path home, Path realm) {
    this.javaHome = javaHome;
    this.home = home;
    this.realm = realm;
  }

  @Override
  public String name() {
    return "Keycloak";
  }

  @Override
  public String description() {
    return "26.7.3, `start --optimized`, sessions in memory (without `persistent-user-sessions`),"
        + " clients and people in H2";
  }

  @Override
  public Set<Row> rows() {
    return EnumSet.complementOf(EnumSet.of(Row.JWT_BEARER));
  }

  @Override
  public List<String> command(Path directory, int port) throws IOException {
    Path data = home.resolve("data");
    if (Files.exists(data)) {
      try (Stream<Path> all = Files.walk(data)) {
        for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      }
    }
    Path imports = Files.createDirectories(data.resolve("import"));
    Files.copy(realm, imports.resolve("bench-realm.json"), StandardCopyOption.REPLACE_EXISTING);
    return List.of(
        home.resolve("bin/kc.sh").toString(),
        "start",
        "--optimized",
        "--import-realm",
        "--http-enabled=true",
        "--hostname-strict=false",
        "--http-host=127.0.0.1",
        "--http-port=" + port,
        "--cache=local",
        "--log-level=error");
  }

  @Override
  public Map<String, String> environment() {
    return Map.of("JAVA_HOME", javaHome.toString());
  }

  @Override
  public Paths paths() {
    return new Paths(
        REALM + "/.well-known/openid-configuration",
        PROTOCOL + "/certs",
        PROTOCOL + "/token",
        PROTOCOL + "/token/introspect",
        PROTOCOL + "/userinfo",
        PROTOCOL + "/ext/par/request",
        PROTOCOL + "/auth/device");
  }

  @Override
  public void prepare(Server server) throws IOException, InterruptedException {
    try (Browser browser = new Browser()) {
      signIn(browser, server);
      cookie = browser.cookies();
    }
  }

  private static void signIn(Browser browser, Server server)
      throws IOException, InterruptedException {
    Browser.Seen page = browser.open(server.base().resolve(authorize(Rows.CLIENT, Rows.SCOPE)));
    browser.submit(
        page, "/authenticate", Map.of("username", "alice", "password", "correct horse battery"));
  }

  private static String authorize(String client, String scope) {
    return PROTOCOL + "/auth?" + Rows.authorizationRequest(client, scope);
  }

  @Override
  public Traffic codes(Server server, String client, String scope) {
    return Traffic.get(authorize(client, scope)).with("Cookie", cookie).answered(302, "");
  }

  @Override
  public void approve(Server server, List<String> userCodes)
      throws IOException, InterruptedException {
    try (Browser browser = new Browser()) {
      signIn(browser, server);
      for (String userCode : userCodes) {
        URI address = server.base().resolve(REALM + "/device?user_code=" + userCode);
        browser.submit(browser.open(address), "/consent", Map.of("accept", "Yes"));
      }
    }
  }

  @Override
  public boolean logsInByPassword() {
    return true;
  }

  @Override
  public int mostApproved(int wanted) {
    return Math.min(wanted, MOST_APPROVED);
  }
}
